# SPDX-License-Identifier: Apache-2.0
"""Conversations that do not go as they should."""
import pytest
from labkit import client
from labkit.records import outcome, reason

LONGEST = 512           # PAM_MAX_RESP_SIZE


@pytest.mark.parametrize("answered", [0, 1])
def test_a_client_gone_at_a_prompt_leaves_one_aborted_record(
        at_prompt, person, records, answered):
    ssh = at_prompt(person)
    for _ in range(answered):
        ssh.answer(person.password)
        assert ssh.prompt() is not None
    ssh.hang_up()
    assert [outcome(r) for r in records.wait_finals(person.name)] == ["aborted"]


def test_an_abandoned_attempt_binds_nobody(at_prompt, lab, person, records):
    """The password was typed, the code never: directory must not hear of it."""
    ssh = at_prompt(person)
    ssh.answer("wrong")
    assert ssh.prompt() is not None
    ssh.hang_up()
    assert len(records.wait_finals(person.name)) == 1
    assert lab.directory.attribute(person.name, "pwdFailureTime") == []


@pytest.mark.parametrize("password, code", [
    ("", None), (None, ""), ("", ""), (" ", None), (None, " 123456"),
    (None, "12345"), (None, "1234567"), (None, "١٢٣٤٥٦"),
    (None, "-12345"), (None, "+12345")])
def test_odd_answers_are_refused(login, person, records, password, code):
    end = login(person, password=password, code=code)
    assert end.refused
    assert [outcome(r) for r in records.wait_finals(person.name)] == ["denied"]


@pytest.mark.parametrize("length", [LONGEST - 1, LONGEST, LONGEST + 1, 1000])
def test_long_answers_are_refused_and_recorded(
        login, person, records, length):
    end = login(person, password="x" * length)
    assert end.refused
    finals = records.wait_finals(person.name)
    assert len(finals) == 1
    assert outcome(finals[0]) != "granted"


def test_an_empty_password_never_reaches_the_directory(lab, login, person):
    """RFC 4513 5.1.2: many servers take it for an anonymous yes."""
    before = lab.directory.binds(person.name)
    assert login(person, password="").refused
    assert lab.directory.binds(person.name) == before


def test_a_client_that_answers_nothing_is_refused_in_time(
        at_prompt, person, codes, records):
    ssh = at_prompt(person)
    finals = records.wait_finals(person.name)
    assert [outcome(r) for r in finals] == ["aborted"]
    ssh.answer(person.password)     # too late, and right
    if ssh.prompt() is not None:
        ssh.answer(codes.fresh(person))
    assert ssh.finish().refused
    assert len(records.wait_finals(person.name)) == 1


def test_a_name_the_bastion_does_not_know_binds_nobody(
        lab, make_person, login, records):
    """sshd replaces every answer for such a user; a bind with that junk
    would count against the real account."""
    stranger = make_person(local=False)
    for _ in range(3):
        assert login(stranger, code="123456").refused
    assert lab.directory.attribute(stranger.name, "pwdFailureTime") == []
    finals = records.wait_finals(stranger.name, 3)
    assert [outcome(r) for r in finals] == ["denied"] * 3
    assert len({reason(r) for r in finals}) == 1


@pytest.mark.parametrize("name", [
    "*", "a*", "alice)(uid=*", "alice\\2a", "ALICE ", " alice", "alice.",
    "alice\u00a0", "uid=alice", "x" * 200, "x" * 300, "ali\u0441e"])
def test_no_spelling_of_a_name_gets_past_the_rules(lab, codes, name):
    """sshd may refuse some itself; none may get in as alice."""
    alice = lab.people["alice"]
    answers = [alice.password, client.Codes.wrong(alice)]
    with client.Login(lab, name, arguments=[
            "-p", str(lab.port("ssh")), "-l", name, "127.0.0.1", "id"]) as ssh:
        ssh.answer_all(answers)
        assert ssh.finish().refused


def test_a_name_longer_than_any_is_recorded(lab, records):
    """Cut and marked: what does not fit is refused like everybody."""
    name = "y" * 400
    shown = "y" * 253 + "..."
    with client.Login(lab, name, arguments=[
            "-p", str(lab.port("ssh")), "-l", name, "127.0.0.1", "id"]) as ssh:
        ssh.answer_all(["password", "123456"])
        assert ssh.finish().refused
    finals = records.wait_finals(shown)
    assert [(outcome(r), reason(r)) for r in finals] == [
        ("denied", "malformed_name")]


def test_good_logins_go_on_between_bad_ones(lab, make_person, login, at_prompt):
    waiting = [at_prompt(make_person()) for _ in range(5)]
    for ssh in waiting[:3]:
        ssh.answer("\x1b[2J" + "\u202e" * 20)
    assert login(make_person()).status == 0
