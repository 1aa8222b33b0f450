# SPDX-License-Identifier: Apache-2.0
"""Real setuid sudo: no session, no command; and a session has its end."""
import json
import shutil
import subprocess

import pexpect
import pytest
from labkit.policy import policy_of, put_policy
from labkit.process import wait_until
from labkit.records import outcome, reason, username
from labkit.sudo import Sudo

SHOW = "sh", "-c", "echo uid=$(id -u) session=$SALLYPORT_SESSION; read line"


@pytest.fixture
def sudo(lab):
    if subprocess.run(["unshare", "--mount", "true"], check=False,
                      capture_output=True).returncode != 0:
        pytest.skip("no mount namespace here, and sudo reads /etc")
    return Sudo(lab)


@pytest.fixture
def run(sudo, codes):
    """run(person, words): sudo with the right answers."""
    children = []

    def begin(who, words=SHOW):
        argv = sudo.argv(who, words)
        child = pexpect.spawn(argv[0], argv[1:], timeout=20, encoding="utf-8")
        children.append(child)
        child.expect("assword[^:]*: ")
        child.sendline(who.password)
        child.expect("code: ")
        child.sendline(codes.fresh(who))
        return child
    yield begin
    for child in children:
        child.close(force=True)


def of_session(records, session):
    return [r for r in records.all()
            if r.get("session", {}).get("uid") == session
            and outcome(r) in ("opened", "closed")]


def opened(child):
    """The command runs, as root; the session's id."""
    child.expect(r"uid=(\d+) session=(\S*)\r")
    assert child.match[1] == "0"
    return child.match[2]


def test_sudo_has_a_session_of_the_person_who_asked(
        lab, run, person, records):
    child = run(person)
    session = opened(child)
    rows = json.loads(lab.gateway.must("session", "list", "--json"))
    (row,) = [r for r in rows if r["session"] == session]
    assert (row["name"], row["service"]) == (person.name, "sudo")
    assert row["uid"] == person.uid
    child.sendline("")
    child.expect(pexpect.EOF)
    assert wait_until(lambda: len(of_session(records, session)) == 2)
    first, last = of_session(records, session)
    assert (username(first), outcome(first)) == (person.name, "opened")
    assert (outcome(last), reason(last)) == ("closed", "session_closed")


def test_an_administrator_ends_sudo(lab, run, person, records):
    child = run(person)
    session = opened(child)
    end = lab.gateway.run("session", "end", "--", session)
    assert end.returncode == 0, end.stderr
    child.expect(pexpect.EOF)
    assert wait_until(lambda: len(of_session(records, session)) == 2)
    assert reason(of_session(records, session)[1]) == "ended_by_administrator"


def test_its_session_ends_with_it_though_it_is_killed(
        run, person, records):
    child = run(person)
    session = opened(child)
    child.kill(9)
    child.close(force=True)
    assert wait_until(lambda: len(of_session(records, session)) == 2)


def refused(child):
    child.expect(pexpect.EOF)
    child.wait()
    assert child.exitstatus not in (0, None), child.before
    assert "uid=" not in child.before
    return child.before


def test_without_an_answer_to_the_session_no_command_runs(
        sudo, run, person, records):
    """PAM_SESSION_ERR would be harmless to sudo."""
    sudo.write_pam_service(session="redeem=/nonexistent/redeem.sock")
    assert "pam_open_session" in refused(run(person))
    finals = records.wait_finals(person.name)
    assert [outcome(r) for r in finals] == ["granted"]
    assert not [r for r in records.all() if outcome(r) == "opened"
                and username(r) == person.name]


def test_a_session_that_is_refused_runs_no_command(sudo, run, person):
    """Nothing says that the target's session is for the one who was granted."""
    sudo.write_sudoers("Defaults !pam_ruser\n")
    assert "pam_open_session" in refused(run(person))


def test_a_refused_code_runs_no_command(sudo, person):
    argv = sudo.argv(person, SHOW)
    child = pexpect.spawn(argv[0], argv[1:], timeout=20, encoding="utf-8")
    child.expect("assword[^:]*: ")
    child.sendline(person.password)
    child.expect("code: ")
    child.sendline("000000")
    refused(child)


def test_within_its_timestamp_no_command_runs_and_nobody_has_tried(
        lab, sudo, person, codes, records):
    """sudo asks for nothing then; its account phase alone is no factor."""
    sudo.write_sudoers("Defaults timestamp_timeout = 5\n")
    argv = [*sudo.argv(person, ())[:-1], "sh", "-c",
            "sudo echo one; for i in 1 2 3 4 5; do sudo -n echo again; done"]
    child = pexpect.spawn(argv[0], argv[1:], timeout=20, encoding="utf-8")
    child.expect("assword[^:]*: ")
    child.sendline(person.password)
    child.expect("code: ")
    child.sendline(codes.fresh(person))
    child.expect("one\r")
    child.expect(pexpect.EOF)
    child.close()
    assert "again" not in child.before
    # it was within: without a timestamp it would not come to that phase
    assert child.before.count("PAM account management error") == 5
    finals = records.wait_finals(person.name, 6)
    assert [outcome(r) for r in finals] == ["granted"] + ["denied"] * 5
    shown = json.loads(lab.gateway.must("user", "show", "--json",
                                        person.name))
    assert (shown["tries"], shown["locked"]) == (0, False)


def test_while_gatewayd_is_not_asked_no_command_runs(sudo, person):
    """A password cached by sudo itself is no way round the account phase."""
    sudo.write_sudoers("ALL ALL = (ALL) NOPASSWD: ALL\n")
    argv = sudo.argv(person, SHOW)
    child = pexpect.spawn(argv[0], argv[1:], timeout=20, encoding="utf-8")
    refused(child)


POSTGRES = """
services sudo-postgres
permit sre to bastion service sudo-postgres with password + otp for 1h
end
"""


@pytest.fixture
def sudo_postgres(lab, sudo, make_person):
    """An account to which sudo leads by a PAM service of its own."""
    target = make_person(groups=())
    sudo.write_sudoers(f"Defaults>{target.name} pam_service=sudo-postgres\n")
    shutil.copy(sudo.etc + "/pam.d/sudo", sudo.etc + "/pam.d/sudo-postgres")
    return target


def test_an_account_of_its_own_service_has_rules_of_its_own(
        lab, run, person, sudo_postgres, records):
    as_postgres = "-u", sudo_postgres.name, *SHOW
    refused(run(person, as_postgres))
    (final,) = records.wait_finals(person.name)
    assert reason(final) == "malformed_request"
    text = policy_of(lab)
    put_policy(lab, text.replace("\nend\n", POSTGRES))
    try:
        child = run(person, as_postgres)
        child.expect(r"uid=(\d+) session=(\S*)\r")
        assert int(child.match[1]) == sudo_postgres.uid
        rows = json.loads(lab.gateway.must("session", "list", "--json"))
        assert [(r["name"], r["service"]) for r in rows
                if r["session"] == child.match[2]] == [
                    (person.name, "sudo-postgres")]
    finally:
        put_policy(lab, text)
