# SPDX-License-Identifier: Apache-2.0
"""Who lives in the lab."""
import dataclasses
import secrets

LONG_AGO = "20200101000000Z"


@dataclasses.dataclass
class Person:
    name: str
    employment: str = "employee"
    groups: tuple = ()
    password: str = dataclasses.field(
        default_factory=lambda: "pw-" + secrets.token_hex(8))
    seed: str = ""               # base32, once enrolled
    enrol: bool = True
    local: bool = True           # known to the bastion's passwd
    uid: int = 0
    operational: dict = dataclasses.field(default_factory=dict)


def cast():
    """The people every lab starts with; mallory is nobody on purpose."""
    return [
        Person("alice", groups=("sre",)),
        Person("bob", employment="contractor", groups=("external",)),
        Person("carol", groups=("sre",),
               operational={"pwdAccountLockedTime": "000001010000Z"}),
        Person("dave", groups=("sre",)),
        Person("erin", groups=("sre",),
               operational={"pwdChangedTime": LONG_AGO}),
        Person("frank", groups=("sre",), local=False),
        Person("grace", groups=("sre",), enrol=False),
        Person("robot", groups=("robots",), enrol=False),
        Person("heidi", groups=("sre",), operational={"pwdReset": "TRUE"}),
    ]
