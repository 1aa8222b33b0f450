# SPDX-License-Identifier: Apache-2.0
"""People who enrol a second factor as they log in, by grace of the policy."""
import json
import re

import pexpect
import pytest
from labkit import client, totp
from labkit.records import outcome, ours, reason
from ocsf import faults

SECRET = re.compile(r"otpauth://totp/\S*[?&]secret=([A-Z2-7]+)")
WORDS = "It worked: your second factor is enrolled."


@pytest.fixture
def newcomer(make_person):
    return make_person(enrol=False)


@pytest.fixture
def invited(lab, newcomer):
    lab.gateway.must("factor", "invite", newcomer.name)
    return newcomer


def shown_seed(ssh, person, code=""):
    """Through the first round; the prompt of the second one, and its seed."""
    assert ssh.answer_all([person.password, code])
    prompt = ssh.prompt()
    assert prompt is not None
    return prompt, SECRET.search(prompt)[1]


def changes(records, name, kind):
    return [r for r in records.all()
            if r["user"].get("name") == name and outcome(r) == kind
            and ours(r, "record") == "admin"]


def test_an_invited_person_enrols_and_then_logs_in(
        lab, invited, login, records):
    """On a terminal, as the person sees it."""
    child = pexpect.spawn("ssh", [
        "-F", "none", "-o", "GlobalKnownHostsFile=none",
        "-o", f"UserKnownHostsFile={lab.bastion.known_hosts}",
        "-o", "StrictHostKeyChecking=yes", "-o", "NumberOfPasswordPrompts=1",
        "-p", str(lab.port("ssh")), f"{invited.name}@127.0.0.1", "echo in"],
        timeout=60, encoding="utf-8", dimensions=(50, 400))
    child.expect("Answer within [0-9]+ seconds.[\r\n]+Password: ")
    child.sendline(invited.password)
    child.expect("One-time code: ")
    child.sendline("")
    child.expect("Key .time-based, 6 digits.: ((?:[A-Z2-7]{4} ?){8})")
    invited.seed = child.match[1].replace(" ", "")
    child.expect(f"otpauth://totp/[^?]*[?]secret={invited.seed}&")
    child.expect("Type the code that the app shows now .6 digits.: ")
    step = totp.step_at()
    child.sendline(totp.code(invited.seed, step))
    child.expect(re.escape(WORDS))
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 255
    assert "\nin" not in child.before

    assert login(invited, code=totp.code(invited.seed, step)).refused
    assert login(invited, code=totp.code(invited.seed, step + 1)).status == 0
    finals = records.wait_finals(invited.name, 3)
    assert [(outcome(r), reason(r)) for r in finals] == [
        ("denied", "enrolled"), ("denied", "code_replayed"),
        ("granted", "permit")]
    (made,) = changes(records, invited.name, "enrolled")
    assert made["actor"]["user"]["name"] == invited.name
    assert reason(made) == "grace"
    assert made["metadata"]["sequence"] < finals[0]["metadata"]["sequence"]
    assert ours(made, "credential") == ours(finals[2], "credential")
    (asked,) = changes(records, invited.name, "invited")
    assert asked["actor"]["user"]["name"] == "root"
    for record in made, asked, *finals:
        assert faults(record) == []
        assert invited.seed not in json.dumps(record)


def test_who_is_not_invited_sees_nothing_different(
        lab, newcomer, make_person, login):
    known = make_person()
    wrong = login(known, code=client.Codes.wrong(known))
    assert login(newcomer, code="123456").transcript == wrong.transcript
    assert login(newcomer, code="").transcript == wrong.transcript
    # with an invitation, and a wrong password
    lab.gateway.must("factor", "invite", newcomer.name)
    assert login(newcomer, password="wrong",
                 code="").transcript == wrong.transcript


def test_a_wrong_code_enrols_nothing(lab, invited, records):
    seeds = []
    for _ in range(2):
        with client.Login(lab, invited.name, "echo in") as ssh:
            seeds.append(shown_seed(ssh, invited, "000000")[1])
            invited.seed = seeds[-1]
            ssh.answer(client.Codes.wrong(invited))
            end = ssh.finish()
        assert end.refused
        assert "Access denied" in end.transcript
    assert len(set(seeds)) == 2
    finals = records.wait_finals(invited.name, 2)
    assert [(reason(r), ours(r, "tries")) for r in finals] == [
        ("enrolment_failed", 1), ("enrolment_failed", 2)]
    assert changes(records, invited.name, "enrolled") == []


def test_an_invitation_is_listed_and_can_be_taken_back(lab, invited, login):
    shown = json.loads(lab.gateway.must(
        "factor", "list", "--json", invited.name))
    assert [(f["kind"], f["credential"]) for f in shown] == [
        ("invited", "invitation")]
    lab.gateway.must("factor", "revoke", invited.name, "invitation")
    assert json.loads(lab.gateway.must(
        "factor", "list", "--json", invited.name)) == []
    assert login(invited, code="").refused


def test_only_people_without_a_factor_are_invited(lab, person):
    end = lab.gateway.run("factor", "invite", "--json", person.name, "mallory")
    assert end.returncode == 1
    said = json.loads(end.stdout)
    assert [(o["name"], o["status"]) for o in said] == [
        (person.name, 1), ("mallory", 1)]
    assert "second factor already" in said[0]["error"]


def test_an_invitation_outlives_a_restart_of_authority(lab, invited, login):
    lab.gateway.daemon.stop()
    lab.gateway.start()
    assert lab.wait_ready(lab.gateway)
    with client.Login(lab, invited.name, "echo in") as ssh:
        invited.seed = shown_seed(ssh, invited)[1]
        step = totp.step_at()
        ssh.answer(totp.code(invited.seed, step))
        assert ssh.finish().refused
    lab.gateway.daemon.stop()
    lab.gateway.start()
    assert lab.wait_ready(lab.gateway)
    assert login(invited, code=totp.code(invited.seed, step)).refused
    assert login(invited, code=totp.code(invited.seed, step + 1)).status == 0


def test_who_hangs_up_at_the_seed_has_enrolled_nothing(lab, invited, records):
    with client.Login(lab, invited.name, "echo in") as ssh:
        shown_seed(ssh, invited)
        ssh.hang_up()
    (final,) = records.wait_finals(invited.name)
    assert (outcome(final), reason(final)) == ("aborted", "client_gone")
    shown = json.loads(lab.gateway.must(
        "factor", "list", "--json", invited.name))
    assert [f["kind"] for f in shown] == ["invited"]
