# SPDX-License-Identifier: Apache-2.0
"""The policy of a lab, and another one in its place."""
import time

from .process import wait_until


def policy_of(lab):
    with open(lab.gateway.policy_file, encoding="utf-8") as file:
        return file.read()


def put_policy(lab, text):
    """In force at the return."""
    with open(lab.gateway.policy_file, "w", encoding="utf-8") as out:
        out.write(text)
    before = reloads(lab)
    lab.gateway.reload()
    # the roles say READY to what they took
    assert wait_until(lambda: reloads(lab) > before
                      and lab.gateway.status().get("ready"))
    time.sleep(0.5)


def reloads(lab):
    return lab.gateway.daemon.tail(100000).count("info: reloaded ")
