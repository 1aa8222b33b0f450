# SPDX-License-Identifier: Apache-2.0
"""A rule that wants an approval, and somebody else who gives it."""
import json
import os
import signal

import pytest
from labkit.policy import policy_of, put_policy
from labkit.process import wait_until
from labkit.records import outcome, ours, reason

from ocsf import faults

RULE = """
person guest "{name}"
permit guest from corp to bastion with password + otp for 8h approval
end
"""


BOSS = 59999  # a login uid, of nobody in the lab


@pytest.fixture
def guest(lab, make_person):
    """Somebody whom one rule lets in, and that only with an approval."""
    who = make_person(groups=())
    text = policy_of(lab)
    put_policy(lab, text.replace("\nend\n", RULE.format(name=who.name)))
    yield who
    put_policy(lab, text)


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
