# SPDX-License-Identifier: Apache-2.0
"""A rule that wants an approval, and somebody else who gives it."""
import json
import os
import signal
import subprocess

import pexpect
import pytest
from labkit.policy import policy_of, put_policy
from labkit.process import wait_until
from labkit.records import outcome, ours, reason
from labkit.sudo import Sudo

from ocsf import faults

RULE = """
person guest "{name}"
permit guest from corp to bastion with password + otp for 8h approval
end
"""


TWO = """
groups "cn=*,ou=groups,dc=example,dc=test"
group  bosses "managers"
person guest "{name}"
permit guest from corp to bastion with password + otp for 8h \
    approval 2 of bosses within 30m
end
"""


BOSS = 59999  # a login uid, of nobody in the lab


@pytest.fixture
def guest_of(lab, make_person):
    """guest_of(rule): somebody whom this rule alone lets in."""
    text = policy_of(lab)

    def make(rule):
        who = make_person(groups=())
        put_policy(lab, text.replace("\nend\n", rule.format(name=who.name)))
        return who
    yield make
    put_policy(lab, text)


@pytest.fixture
def guest(guest_of):
    """Somebody whom one rule lets in, and that only with an approval."""
    return guest_of(RULE)


@pytest.fixture
def approval(lab, monkeypatch):
    """approval(words..., by="boss", uid=BOSS): what the command answers."""
    def run(*words, by="boss", uid=BOSS):
        monkeypatch.setenv("SUDO_USER", by)
        return lab.gateway.run("approval", *words, login_uid=uid)
    return run


def changes(records, name):
    return [r for r in records.all() if ours(r, "record") == "admin"
            and r["user"]["name"] == name and "approval" in
            r["unmapped"]["sallyport"]]


def test_it_opens_the_door_for_its_time_and_is_in_every_record(
        lab, guest, approval, login, records):
    refused = login(guest, code="000000")
    assert refused.refused
    run = approval("give", guest.name, "CHG-1", "--for", "1h", by=guest.name)
    assert run.returncode == 1 and "nobody can approve" in run.stderr
    assert login(guest, code="000000").refused
    run = approval("give", guest.name, "CHG-1", "--for", "1h")
    assert run.returncode == 0, run.stderr
    assert login(guest).status == 0

    # it is in the store, not only in the mind of a process
    (pid,) = lab.gateway.role_pids("authority")
    os.kill(pid, signal.SIGKILL)
    assert wait_until(lambda: lab.gateway.role_pids("authority") != [pid]
                      and lab.gateway.ready(), 20)
    assert login(guest).status == 0
    (listed,) = json.loads(approval("list", guest.name, "--json").stdout)
    assert (listed["reference"], listed["giver"]) == ("CHG-1", "boss")

    run = approval("withdraw", guest.name, "CHG-1")
    assert run.returncode == 0, run.stderr
    again = login(guest, code="000000")
    assert again.refused and again.transcript == refused.transcript

    finals = records.wait_finals(guest.name, 5)
    assert [outcome(r) for r in finals] == [
        "denied", "denied", "granted", "granted", "denied"]
    assert [ours(r, "approval") for r in finals] == [
        "", "", "CHG-1", "CHG-1", ""]
    assert {reason(r) for r in finals} == {"factors", "permit"}
    for grant in finals[2:4]:
        assert ours(grant, "approver") == "boss"
        assert ours(grant, "verified") == ["password", "otp", "approval"]
        assert ours(grant, "session_seconds") <= 3600  # not the rule's 8h
    opened = [r for r in records.all() if outcome(r) == "opened"
              and r["user"]["name"] == guest.name]
    assert [ours(r, "approval") for r in opened] == ["CHG-1", "CHG-1"]
    made = changes(records, guest.name)
    assert [(outcome(r), r["actor"]["user"]["name"], ours(r, "approval"))
            for r in made] == [("given", "boss", "CHG-1"),
                               ("withdrawn", "boss", "CHG-1")]
    assert not [faults(r) for r in made + finals + opened if faults(r)]


def test_who_gave_it_is_who_the_kernel_says(guest, approval, login, records):
    unknown = approval("give", guest.name, "CHG-4", "--for", "1h", uid=None)
    assert unknown.returncode == 1 and "login uid" in unknown.stderr
    own = approval("give", guest.name, "CHG-5", "--for", "1h",
                   uid=guest.uid)
    assert own.returncode == 0, own.stderr
    assert login(guest, code="000000").refused
    other = approval("give", guest.name, "CHG-6", "--for", "1h")
    assert other.returncode == 0, other.stderr
    assert login(guest).status == 0
    (_, made) = changes(records, guest.name)
    assert ours(made, "actor_login_uid") == str(BOSS)
    assert made["actor"]["user"]["name"] == "boss"


def test_it_ends_by_itself_and_holds_for_its_service_alone(
        guest, approval, login):
    run = approval("give", guest.name, "CHG-2", "--for", "1h",
                   "--service", "sudo")
    assert run.returncode == 0, run.stderr
    run = approval("give", guest.name, "CHG-3", "--for", "1s")
    assert run.returncode == 0, run.stderr
    assert wait_until(
        lambda: "CHG-3" not in approval("list", guest.name).stdout)
    assert "CHG-2" in approval("list").stdout
    assert login(guest, code="000000").refused


@pytest.fixture
def managers(lab, make_person):
    """Two people of a group, and one of another."""
    people = [make_person() for _ in range(3)]
    lab.directory.add_group("managers", [p.name for p in people[:2]])
    yield people
    lab.directory.modify(
        "dn: cn=managers,ou=groups,dc=example,dc=test\nchangetype: delete\n")


@pytest.fixture
def gives(lab, codes):
    """gives(person, guest, reference): what sudo sallyport says, in a session
    of that person."""
    if subprocess.run(["unshare", "--mount", "true"], check=False,
                      capture_output=True).returncode != 0:
        pytest.skip("no mount namespace here, and sudo reads /etc")
    sudo = Sudo(lab)

    def run(who, guest, reference):
        argv = sudo.argv(who, (*lab.gateway.sallyport_command.split(),
                               "approval", "give", guest.name, reference,
                               "--for", "8h"))
        child = pexpect.spawn(argv[0], argv[1:], timeout=20, encoding="utf-8")
        child.expect("assword[^:]*: ")
        child.sendline(who.password)
        child.expect("code: ")
        child.sendline(codes.fresh(who))
        child.expect(pexpect.EOF)
        child.close()
        return child.before.strip()
    return run


def test_two_people_of_a_group_approve_and_nobody_counts_twice(
        lab, guest_of, managers, gives, login, records):
    guest = guest_of(TWO)
    one, two, other = managers
    assert gives(one, guest, "CHG-1").endswith("Z")
    assert gives(one, guest, "CHG-2").endswith("Z")
    assert login(guest).refused
    assert gives(other, guest, "CHG-3").endswith("Z")
    assert login(guest).refused

    # the first ones are in the store, not only in the mind of a process
    (pid,) = lab.gateway.role_pids("authority")
    os.kill(pid, signal.SIGKILL)
    assert wait_until(lambda: lab.gateway.role_pids("authority") != [pid]
                      and lab.gateway.ready(), 20)
    assert gives(two, guest, "CHG-4").endswith("Z")
    assert login(guest).status == 0
    approvals = json.loads(lab.gateway.must(
        "approval", "list", guest.name, "--json"))
    assert sorted((a["reference"], a["giver"], a["groups"])
                  for a in approvals) == [
        ("CHG-1", one.name, 1), ("CHG-2", one.name, 1),
        ("CHG-3", other.name, 0), ("CHG-4", two.name, 1)]
    assert {a["giver_id"] for a in approvals} != {""}

    lab.gateway.must("approval", "withdraw", guest.name, "CHG-4")
    assert login(guest).refused
    # who has left the group by now
    lab.directory.leave_group(two.name, "managers")
    assert gives(two, guest, "CHG-5").endswith("Z")
    assert login(guest).refused

    finals = records.wait_finals(guest.name, 5)
    assert [(outcome(r), reason(r)) for r in finals] == [
        ("denied", "factors"), ("denied", "factors"), ("granted", "permit"),
        ("denied", "factors"), ("denied", "factors")]
    opened = next(r for r in records.all() if outcome(r) == "opened"
                  and r["user"]["name"] == guest.name)
    for record in finals[2], opened:
        named = ours(record, "approvers")
        assert {a["name"] for a in named} == {one.name, two.name}
        assert {a["approval"] for a in named} <= {"CHG-1", "CHG-2", "CHG-4"}
        assert len({a["uid"] for a in named}) == 2
    assert ours(finals[2], "session_seconds") <= 1800  # the rule's 30m
    assert not [faults(r) for r in [*finals, opened] if faults(r)]
