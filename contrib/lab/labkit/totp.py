# SPDX-License-Identifier: Apache-2.0
"""RFC 6238 codes, as an authenticator app makes them."""
import base64
import hashlib
import hmac
import struct
import time

STEP = 30


def step_at(when=None, period=STEP):
    return int((time.time() if when is None else when) // period)


def code(seed, step=None, digits=6, algorithm=hashlib.sha1):
    """The code of base32 SEED for STEP, the present one by default."""
    key = base64.b32decode(seed + "=" * (-len(seed) % 8), casefold=True)
    counter = struct.pack(">Q", step_at() if step is None else step)
    mac = hmac.new(key, counter, algorithm).digest()
    at = mac[-1] & 15
    number = struct.unpack(">I", mac[at:at + 4])[0] & 0x7FFFFFFF
    return f"{number % 10 ** digits:0{digits}}"


def wait_past(step):
    """Sleep until the present step is later than STEP."""
    while (left := (step + 1) * STEP - time.time()) > 0:
        time.sleep(left + 0.05)
