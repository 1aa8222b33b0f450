# SPDX-License-Identifier: Apache-2.0
"""The records as the receiver wrote them."""
import json
import time

from .process import PATIENCE, wait_until

FINAL = {"granted", "denied", "aborted", "error", "orphaned"}


class Records:
    def __init__(self, path):
        self.path = path

    def lines(self):
        with open(self.path, "rb") as file:
            return [text(self.path, number, line)
                    for number, line in enumerate(file, 1)
                    if line.endswith(b"\n")]

    def all(self):
        """Every record once, in the order of arrival: delivery is at least
        once, so the stable id tells the duplicates."""
        seen = {}
        for line in self.lines():
            record = json.loads(line)
            seen.setdefault(record["metadata"]["uid"], record)
        return list(seen.values())

    def finals(self, name):
        """Final records of attempts by a username."""
        return [r for r in self.all()
                if username(r) == name and outcome(r) in FINAL]

    def wait_finals(self, name, count=1, patience=PATIENCE, settle=0.4):
        """Finals of NAME once COUNT have come, and a moment to see no more."""
        wait_until(lambda: len(self.finals(name)) >= count, patience)
        time.sleep(settle)
        return self.finals(name)


def text(path, number, line):
    """A line of the receiver; one that is none is shown, since the file goes
    with the lab."""
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as err:
        raise AssertionError(f"{path}:{number} is not UTF-8: {line!r}") from err


def username(record):
    return record["user"].get("name", "")


def ours(record, key):
    """What OCSF has no place for."""
    return record.get("unmapped", {}).get("sallyport", {}).get(key, "")


def outcome(record):
    return ours(record, "outcome")


def reason(record):
    return record.get("status_code", "")
