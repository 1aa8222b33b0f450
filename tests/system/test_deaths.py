# SPDX-License-Identifier: Apache-2.0
"""kill -9 and worse in the middle of a login."""
import os
import signal
import time

import pytest
from labkit.roles import ROLES
from labkit.process import wait_until
from labkit.records import outcome
from support import TIMEOUT

pytestmark = pytest.mark.usefixtures("mended")

# sshd draws a failure out to as much as twice the time that it took.
PATIENCE = 2 * TIMEOUT + 30
# These hold the attempt or its answers: without them it cannot be granted.
ATTEMPT_DIES_WITH = "login", "directory", "authority"


def finish_login(ssh, person, code):
    ssh.answer(person.password)
    if ssh.prompt() is not None:
        ssh.answer(code)
    return ssh.finish()


@pytest.mark.parametrize("role", ROLES)
def test_a_role_killed_at_a_prompt_is_restarted(
        lab, at_prompt, person, codes, login, make_person, records, role):
    ssh = at_prompt(person)
    old = lab.gateway.role_pids(role)
    assert old, f"no process of {role}"
    for pid in old:
        os.kill(pid, signal.SIGKILL)
    assert wait_until(lambda: set(lab.gateway.role_pids(role)) - set(old))
    end = finish_login(ssh, person, codes.fresh(person))
    finals = records.wait_finals(person.name)
    assert len(finals) == 1
    if role in ATTEMPT_DIES_WITH:
        assert end.refused
    assert (outcome(finals[0]) == "granted") == (end.status == 0)
    assert login(make_person()).status == 0


@pytest.mark.parametrize("role", ROLES)
def test_others_go_on_while_a_role_is_restarted(
        lab, make_person, login, role):
    """At most the logins of that moment are refused."""
    people = [make_person() for _ in range(10)]
    for pid in lab.gateway.role_pids(role):
        os.kill(pid, signal.SIGKILL)
    assert wait_until(lambda: login(people.pop()).status == 0)


def test_the_parent_killed_at_a_prompt_lets_nobody_in(
        lab, at_prompt, person, codes, login, make_person, records):
    ssh = at_prompt(person)
    lab.gateway.daemon.signal(signal.SIGKILL)
    assert wait_until(lambda: not any(
        lab.gateway.role_pids(role) for role in ROLES))
    assert finish_login(ssh, person, codes.fresh(person)).refused
    lab.gateway.start()
    assert lab.wait_ready(lab.gateway)
    finals = records.wait_finals(person.name)
    assert len(finals) == 1
    assert outcome(finals[0]) in ("orphaned", "aborted")
    assert login(make_person()).status == 0


def test_all_killed_at_once_lets_nobody_in(
        lab, at_prompt, person, codes, login, make_person, records):
    ssh = at_prompt(person)
    ssh.answer(person.password)
    assert ssh.prompt() is not None
    lab.gateway.signal_all(signal.SIGKILL)
    ssh.answer(codes.fresh(person))
    assert ssh.finish().refused
    lab.gateway.daemon.stop()
    lab.gateway.start()
    assert lab.wait_ready(lab.gateway)
    finals = records.wait_finals(person.name)
    assert [outcome(r) for r in finals] == ["orphaned"]
    assert login(make_person()).status == 0


def test_a_code_granted_before_a_crash_stays_spent(
        lab, login, person, codes):
    code = codes.fresh(person)
    assert login(person, code=code).status == 0
    lab.gateway.signal_all(signal.SIGKILL)
    lab.gateway.daemon.stop()
    lab.gateway.start()
    assert lab.wait_ready(lab.gateway)
    assert login(person, code=code).refused


def test_without_gatewayd_nobody_gets_in(lab, person, login):
    lab.gateway.daemon.stop()
    began = time.monotonic()
    assert login(person).refused
    assert time.monotonic() - began < PATIENCE


def test_a_silent_gatewayd_is_a_refusal_within_the_deadline(
        lab, person, login):
    lab.gateway.signal_all(signal.SIGSTOP)
    began = time.monotonic()
    assert login(person).refused
    assert time.monotonic() - began < PATIENCE


@pytest.mark.parametrize("role", ROLES[:-1])
def test_a_silent_role_at_a_prompt_is_a_refusal(
        lab, at_prompt, person, codes, records, role):
    ssh = at_prompt(person)
    ssh.answer(person.password)
    assert ssh.prompt() is not None
    for pid in lab.gateway.role_pids(role):
        os.kill(pid, signal.SIGSTOP)
    ssh.answer(codes.fresh(person))
    end = ssh.finish(timeout=PATIENCE)
    lab.gateway.signal_all(signal.SIGCONT)
    finals = records.wait_finals(person.name)
    assert len(finals) == 1
    if role != "store":
        assert end.refused
    assert (outcome(finals[0]) == "granted") >= (end.status == 0)


def test_without_the_directory_nobody_gets_in(
        lab, login, person, make_person, records):
    people = [make_person() for _ in range(8)]
    lab.directory.daemon.stop()
    try:
        assert login(person).refused
    finally:
        lab.directory.start()
        assert lab.wait_ready(lab.directory)
    finals = records.wait_finals(person.name)
    assert len(finals) == 1
    assert outcome(finals[0]) in ("denied", "error")
    assert wait_until(lambda: login(people.pop()).status == 0)


def test_a_silent_directory_is_a_refusal_within_the_deadline(
        lab, login, person, records):
    lab.directory.daemon.signal(signal.SIGSTOP)
    began = time.monotonic()
    try:
        assert login(person).refused
    finally:
        lab.directory.daemon.signal(signal.SIGCONT)
    assert time.monotonic() - began < PATIENCE
    assert len(records.wait_finals(person.name)) == 1
