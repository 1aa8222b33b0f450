# SPDX-License-Identifier: Apache-2.0
"""sallyport status: ready means that the job can be done."""
import json
import os
import re

import pytest
from labkit.process import wait_until

SOON = 30


@pytest.fixture(autouse=True)
def mended(lab):
    yield
    assert wait_until(lambda: lab.gateway.run("status").returncode == 0, SOON)


def blocked(lab, role):
    """What the status says of a role that cannot do its job; or None."""
    end = lab.gateway.run("status")
    found = re.search(rf"^{role}\tblocked\t.*", end.stdout, re.MULTILINE)
    return found[0] if found and end.returncode == 1 else None


def becomes_blocked(lab, role, *words):
    assert wait_until(lambda: blocked(lab, role), SOON)
    text = blocked(lab, role)
    for word in words:
        assert word in text
    return text


def becomes_ready(lab):
    assert wait_until(lambda: lab.gateway.run("status").returncode == 0, SOON)


def test_a_directory_that_is_down_is_in_the_status(lab, person, login):
    assert login(person).status == 0
    line = next(line for line in lab.gateway.run("status").stdout.split("\n")
                if line.startswith("server\tldap"))
    assert "\tworks\tlast answer at 20" in line
    assert re.search(r"\tcertificate .* ends in \d+ days?$", line)
    lab.directory.daemon.stop()
    try:
        text = becomes_blocked(lab, "directory", "nobody can log in")
        assert "; worked last at 20" in text
    finally:
        lab.directory.start()
    becomes_ready(lab)
    assert login(person).status == 0


def test_a_wrong_service_password_is_in_the_status(lab):
    path = lab.directory.password_file
    with open(path, encoding="utf-8") as file:
        right = file.read()
    try:
        with open(path, "w", encoding="utf-8") as file:
            file.write("wrong\n")
        lab.gateway.reload()
        becomes_blocked(lab, "directory", "Invalid credentials",
                        "bind-password-file")
    finally:
        with open(path, "w", encoding="utf-8") as file:
            file.write(right)
        lab.gateway.reload()
    becomes_ready(lab)


def test_a_receiver_that_is_down_is_in_the_status(lab, person, login):
    lab.receiver.daemon.stop()
    try:
        assert login(person).status == 0
        becomes_blocked(lab, "forward", "sink siem", "record")
    finally:
        lab.receiver.start()
    becomes_ready(lab)


def test_a_checkpoint_that_cannot_be_written_is_in_the_status(
        lab, person, login):
    place = os.path.join(lab.gateway.state, "audit", "checkpoint.new")
    if os.path.exists(place):
        os.unlink(place)
    os.mkdir(place)
    try:
        assert login(person).status == 0
        becomes_blocked(lab, "audit", "checkpoint", "look at the disk")
    finally:
        os.rmdir(place)
    becomes_ready(lab)


def warnings(lab):
    """{name: [texts]}"""
    found = {}
    for one in json.loads(lab.gateway.run("status", "--json").stdout)[
            "warnings"]:
        found.setdefault(one["name"], []).append(one["text"])
    return found


@pytest.fixture
def configure(lab):
    """configure(lines): more in the block gateway, until the test's end."""
    with open(lab.gateway.config, encoding="utf-8") as file:
        text = file.read()

    def write(lines):
        with open(lab.gateway.config, "w", encoding="utf-8") as file:
            file.write(text.replace("gateway {", "gateway {" + lines, 1))
        lab.gateway.reload()
    yield write
    write("")


def test_what_ends_soon_is_warned_of_and_stays_ready(lab, configure):
    configure("\n\twarn-certificate 3650d\n\twarn-disk 99\n")
    assert wait_until(lambda: {"certificate", "ca", "disk"}
                      <= set(warnings(lab)), SOON)
    shown = lab.gateway.run("status")
    seen = warnings(lab)
    assert shown.returncode == 0
    for begin in "ldaps://", "sink siem: its certificate":
        assert any(text.startswith(begin) for text in seen["certificate"])
    assert any("directory ca" in text for text in seen["ca"])
    for text in seen["certificate"] + seen["disk"]:
        assert f"warning: {text}\n" in shown.stdout
    configure("\n\twarn-certificate 0s\n\twarn-disk 0\n")
    assert wait_until(lambda: not {"certificate", "ca", "disk"}
                      & set(warnings(lab)), SOON)


def test_a_server_that_another_one_stands_in_for_is_warned_of(
        lab, person, login):
    dead = "ldaps://127.0.0.1:9"
    with open(lab.gateway.config, encoding="utf-8") as file:
        text = file.read()
    uri = lab.directory.ldaps_uri
    assert uri in text
    try:
        with open(lab.gateway.config, "w", encoding="utf-8") as file:
            file.write(text.replace(uri, f"{dead} {uri}", 1))
        lab.gateway.reload()
        assert wait_until(lambda: "server" in warnings(lab), SOON)
        (said,) = warnings(lab)["server"]
        assert said.startswith(f"{dead} cannot be used, and another one stands "
                               "in: connect: Connection refused")
        assert lab.gateway.run("status").returncode == 0
        assert login(person).status == 0
    finally:
        with open(lab.gateway.config, "w", encoding="utf-8") as file:
            file.write(text)
        lab.gateway.reload()
    assert wait_until(lambda: "server" not in warnings(lab), SOON)
