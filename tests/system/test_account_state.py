# SPDX-License-Identifier: Apache-2.0
"""What the directory says of an account decides however a person comes in, and
the person's tries are answers of the person's own."""
import datetime

import pytest
from labkit import client
from labkit.records import outcome, reason


@pytest.fixture
def robot(lab, make_person, tmp_path):
    """Somebody whom a rule lets in by a key alone; enters() does it."""
    who = make_person(groups=("robots",), enrol=False)
    key = lab.bastion.new_key(who.name, str(tmp_path / "robot"))

    def enters():
        with client.Login(lab, who.name, "echo in", port=lab.port("ssh_key"),
                          options=("-i", key)) as ssh:
            return ssh.finish()
    who.enters = enters
    return who


def now():
    return datetime.datetime.now(datetime.timezone.utc).strftime(
        "%Y%m%d%H%M%SZ")


def test_a_key_opens_no_account_that_wrong_passwords_have_locked(
        lab, robot, records):
    assert robot.enters().status == 0
    lab.directory.set_attribute(robot.name, "pwdAccountLockedTime", now())
    assert robot.enters().refused
    finals = records.wait_finals(robot.name, 2)
    assert [outcome(r) for r in finals] == ["granted", "denied"]
    assert reason(finals[1]) == "account_locked"


def test_a_key_that_is_refused_again_and_again_locks_nobody_out(
        lab, robot, records):
    lab.directory.leave_group(robot.name, "robots")
    for _ in range(lab.gateway.max_tries + 1):
        assert robot.enters().refused
    finals = records.wait_finals(robot.name, lab.gateway.max_tries + 1)
    assert {reason(r) for r in finals} == {"no_rule"}


def test_a_wrong_code_uses_up_no_grace_login_of_an_expired_password(
        lab, login, person, records):
    lab.directory.set_attribute(person.name, "pwdReset", "TRUE")
    before = lab.directory.binds(person.name)
    assert login(person, code=client.Codes.wrong(person)).refused
    assert lab.directory.binds(person.name) == before
    assert login(person).refused
    assert [reason(r) for r in records.wait_finals(person.name, 2)] == [
        "wrong_code", "password_must_change"]
