# SPDX-License-Identifier: Apache-2.0
"""A session that is over ends: by its time, its lease, an administrator."""
import contextlib
import json
import re
import shutil
import time

import pexpect
import pytest
from labkit import client
from labkit.policy import policy_of, put_policy
from labkit.process import wait_until
from labkit.records import ours, outcome, reason

RULES = """\
group brief  "cn=brief,ou=groups,dc=example,dc=test"
group leased "cn=leased,ou=groups,dc=example,dc=test"
permit brief  from corp to bastion service sshd  with password + otp  for 4s \
token 10m audience tickets
permit leased from corp to bastion service sshd  with password + otp  for 1h \
lease 2s
"""


@pytest.fixture(scope="module", autouse=True)
def rules(lab):
    """Two groups, and a rule for each."""
    text = policy_of(lab)
    lab.add_person("brief", groups=("sre",))
    for group in "brief", "leased":
        lab.directory.add_group(group, ["brief"])
    put_policy(lab, text.replace("\nend\n", "\n" + RULES + "end\n"))
    yield
    put_policy(lab, text)


def lives(pid):
    with contextlib.suppress(OSError), open(
            f"/proc/{pid}/stat", encoding="ascii") as file:
        return file.read().split()[2] != "Z"
    return False


class Shell:
    """A person's shell on a terminal of the bastion."""

    def __init__(self, lab, person, codes):
        self.lab, self.name = lab, person.name
        self.ssh = client.Login(lab, person.name, None, options=("-tt",))
        assert self.ssh.answer_all([person.password, codes.fresh(person)])
        self.ssh.process.stdin.write("echo is $$ $SALLYPORT_SESSION\n")
        self.ssh.process.stdin.flush()
        self.output = ""
        while (found := re.search(r"^\S* ?is (\d+) (\S+)$", self.output,
                                  re.MULTILINE)) is None:
            line = self.ssh.process.stdout.readline()
            assert line, self.output
            self.output += line.replace("\r", "")
        self.pid, self.session = int(found[1]), found[2]
        self.began = time.monotonic()

    def lives(self):
        return lives(self.pid)

    def listed(self):
        rows = json.loads(self.lab.gateway.must("session", "list", "--json"))
        return next((r for r in rows if r["session"] == self.session), None)

    def ended(self, patience):
        """The person's connection, shell and entry of the list are gone."""
        self.ssh.process.wait(patience)
        return wait_until(lambda: not self.lives() and self.listed() is None,
                          patience)


@pytest.fixture
def shell(lab, codes):
    shells = []

    def make(person):
        shells.append(Shell(lab, person, codes))
        return shells[-1]
    yield make
    for one in shells:
        one.ssh.__exit__()


@pytest.fixture
def member(lab, make_person):
    """member(group): a person of that group alone."""
    def make(group):
        who = make_person(groups=())
        lab.directory.modify(
            f"dn: cn={group},ou=groups,dc=example,dc=test\n"
            "changetype: modify\nadd: member\n"
            f"member: uid={who.name},ou=people,dc=example,dc=test\n")
        return who
    return make


def closed(records, session):
    """The one record of its end."""
    def found():
        return [r for r in records.all() if outcome(r) == "closed"
                and r["session"]["uid"] == session]
    assert wait_until(lambda: found() != [])
    time.sleep(0.3)
    (record,) = found()
    return record


def test_the_shell_ends_when_its_time_is_over(shell, member, records):
    mine = shell(member("brief"))
    # sshd shows it when the shell is there, once
    assert mine.output.count("This session ends after 4 s.") == 1
    assert mine.ended(10)
    assert 2 < time.monotonic() - mine.began < 8
    record = closed(records, mine.session)
    assert reason(record) == "session_over"
    assert 3000 <= record["duration"] <= 6000


def test_a_command_without_a_terminal_is_cut_off_too(
        lab, member, codes, records):
    who = member("brief")
    with client.Login(lab, who.name, "echo $SALLYPORT_SESSION; trap '' TERM;"
                      "while echo x; do sleep 0.2; done") as ssh:
        assert ssh.answer_all([who.password, codes.fresh(who)])
        session = ssh.process.stdout.readline().strip()
        ssh.process.communicate(timeout=12)
    assert reason(closed(records, session)) == "session_over"


def test_an_administrator_ends_a_session(lab, shell, person, records):
    mine = shell(person)
    end = lab.gateway.run("session", "end", "--json", "--", mine.session)
    assert (end.returncode, end.stdout) == (0, '{"ended":true}\n'), end.stderr
    assert mine.ended(5)
    record = closed(records, mine.session)
    assert reason(record) == "ended_by_administrator"
    assert record["actor"]["user"]["name"] == "root"
    end = lab.gateway.run("session", "end", "--", mine.session)
    assert end.returncode == 1
    assert "there is no open session with this id" in end.stderr


@pytest.fixture
def su(lab, person, codes):
    """su(program): a shell of it: (child, pid of the shell, session)"""
    children = []

    def run(program="su"):
        lab.bastion.write_pam_service("su")
        child = pexpect.spawn(program, [person.name], timeout=60,
                              encoding="utf-8", env=lab.bastion.environment())
        children.append(child)
        child.expect(": ?$")
        child.sendline(person.password)
        child.expect(": ?$")
        child.sendline(codes.fresh(person))
        child.expect(r"[$] $")
        child.sendline("echo is $$ $SALLYPORT_SESSION")
        child.expect(r"is (\d+) (\S+)\r")
        return child, int(child.match[1]), child.match[2]
    yield run
    for child in children:
        child.close(force=True)


def test_an_administrator_ends_su(lab, su, records):
    child, pid, session = su()
    end = lab.gateway.run("session", "end", "--", session)
    assert end.returncode == 0, end.stderr
    child.expect(pexpect.EOF)
    assert wait_until(lambda: not lives(pid))    # su does not wait for it
    assert reason(closed(records, session)) == "ended_by_administrator"


def test_a_program_that_is_not_of_the_table_is_left_alone(
        lab, su, tmp_path, records):
    """Its session lives on, and no record says anything else."""
    program = str(tmp_path / "labsu")
    shutil.copy("/bin/su", program)
    child, pid, session = su(program)
    end = lab.gateway.run("session", "end", "--", session)
    assert end.returncode == 2
    assert "its process still runs" in end.stderr
    assert f"session {session} is not ended: its program" in (
        lab.gateway.daemon.tail(50))
    assert lives(pid)
    assert not [r for r in records.all() if outcome(r) == "closed"
                and r["session"]["uid"] == session]
    (row,) = [r for r in json.loads(lab.gateway.must(
        "session", "list", "--json")) if r["session"] == session]
    assert row["ending"] == "ended_by_administrator"
    child.sendline("exit")
    child.expect(pexpect.EOF)
    assert reason(closed(records, session)) == "ended_by_administrator"


def test_a_lease_is_renewed_while_the_answer_is_yes(shell, member):
    mine = shell(member("leased"))
    assert mine.listed()["lease_seconds"] == 2
    assert wait_until(lambda: mine.listed()["renewed"])
    first = mine.listed()["renewed"]
    assert wait_until(lambda: mine.listed()["renewed"] > first)
    assert mine.lives()


@pytest.mark.parametrize("since", ["000001010000Z", "%Y%m%d%H%M%SZ"])
def test_a_person_disabled_in_the_middle_loses_the_session(
        lab, shell, member, records, since):
    """By an administrator, or by wrong passwords a moment ago."""
    who = member("leased")
    mine = shell(who)
    lab.directory.set_attribute(who.name, "pwdAccountLockedTime",
                                time.strftime(since, time.gmtime()))
    assert mine.ended(8)
    record = closed(records, mine.session)
    assert reason(record).startswith("lease_account_")


def test_a_group_taken_away_ends_the_session(lab, shell, member, records):
    who = member("leased")
    mine = shell(who)
    lab.directory.leave_group(who.name, "leased")
    assert mine.ended(8)
    assert reason(closed(records, mine.session)) == "lease_no_rule"


def test_a_new_deny_ends_leased_sessions_and_is_named(
        lab, shell, member, records):
    mine = shell(member("leased"))
    text = policy_of(lab)
    put_policy(lab, text.replace("\nend\n", "\ndeny leased\nend\n"))
    try:
        assert mine.ended(8)
    finally:
        put_policy(lab, text)
    record = closed(records, mine.session)
    assert reason(record) == "lease_denied_by_rule"
    assert ours(record, "rule") == f"lab.policy:{text.count(chr(10))}"


def test_without_the_directory_a_lease_lasts_once_more_and_no_longer(
        lab, shell, member, records):
    mine = shell(member("leased"))
    lab.directory.daemon.stop()
    try:
        time.sleep(2.2)
        assert mine.lives()
        assert mine.ended(10)
    finally:
        lab.directory.start()
        assert lab.wait_ready(lab.directory)
    assert reason(closed(records, mine.session)) == "lease_unavailable"
