# SPDX-License-Identifier: Apache-2.0
"""Groups by an attribute of the directory's entry: whole logins, the records
of them, and what another policy makes of those."""
import json

import pytest
from labkit.policy import policy_of, put_policy
from labkit.records import ours, outcome, reason

from ocsf import faults

GROUPS = """\
group   night  attribute departmentNumber "night shift"
group   away   attribute title "on leave"
"""
RULES = """\
permit  night from corp to bastion with password + otp
deny    away to bastion
"""


def with_rules(text, groups=GROUPS, rules=RULES):
    return text.replace("\nend\n", f"\n{groups}{rules}end\n")


@pytest.fixture
def policy(lab):
    """policy(text) puts it in force; the lab's own is policy.text, and comes
    back at the end."""
    def put(text):
        put_policy(lab, text)
    put.text = policy_of(lab)
    yield put
    put(put.text)


def replay(lab, path):
    run = lab.gateway.run("policy", "replay", "--days", "1", "--json",
                          str(path))
    assert run.stdout, run.stderr
    return {a["reference"]: a for a in json.loads(run.stdout)["attempts"]}


def test_a_value_in_the_directory_lets_in_and_keeps_out(
        lab, policy, login, make_person, records):
    night, nobody, away = make_person(groups=()), make_person(
        groups=()), make_person()
    lab.directory.set_attribute(night.name, "departmentNumber", "4711",
                                "Night Shift")
    lab.directory.set_attribute(away.name, "title", "On  Leave")
    policy(with_rules(policy.text))
    assert login(night).status == 0
    assert login(nobody).refused
    assert login(away).refused
    (let_in,) = records.wait_finals(night.name)
    (no_rule,) = records.wait_finals(nobody.name)
    (denied,) = records.wait_finals(away.name)
    assert outcome(let_in) == "granted"
    assert reason(no_rule) == "no_rule"
    assert reason(denied) == "denied_by_rule"
    assert {a["name"]: sorted(a["values"]) for a in ours(
        let_in, "attributes")} == {
            "departmentnumber": ["4711", "Night Shift"], "title": []}
    assert {a["name"]: a["values"] for a in ours(denied, "attributes")} == {
        "departmentnumber": [], "title": ["On  Leave"]}
    assert not any(faults(r) for r in (let_in, no_rule, denied))
    # said once: the session's records repeat none of it
    assert not [r for r in records.all() if ours(r, "attributes")
                and outcome(r) in ("opened", "closed", "lapsed")]

    lab.directory.set_attribute(away.name, "title")
    assert login(away).status == 0


def test_replay_decides_by_the_values_of_the_record(
        lab, policy, login, make_person, records, tmp_path):
    night, away = make_person(groups=()), make_person()
    lab.directory.set_attribute(night.name, "departmentNumber", "night shift")
    lab.directory.set_attribute(away.name, "title", "on leave")
    policy(with_rules(policy.text))
    assert login(night).status == 0
    assert login(away).refused
    night_ref, away_ref = (ours(records.wait_finals(p.name)[0], "reference")
                           for p in (night, away))
    candidate = tmp_path / "new.policy"

    # whatever the directory says by now
    lab.directory.set_attribute(night.name, "departmentNumber")
    candidate.write_text(with_rules(policy.text), encoding="utf-8")
    assert not {night_ref, away_ref} & set(replay(lab, candidate))

    candidate.write_text(with_rules(
        policy.text, GROUPS, "deny night\n"), encoding="utf-8")
    found = replay(lab, candidate)
    assert found[night_ref]["change"] == "refused"
    assert found[away_ref]["change"] == "admitted"

    # nobody had asked for it
    candidate.write_text(with_rules(
        policy.text, "group x attribute carLicense y\n", "deny x\n"),
        encoding="utf-8")
    found = replay(lab, candidate)
    assert found[night_ref]["doubt"] == "attributes"


def test_a_value_that_cannot_be_judged_lets_nobody_in(
        lab, policy, login, make_person, records):
    who = make_person()
    lab.directory.set_attribute(who.name, "title", "x" * 256)
    policy(with_rules(policy.text))
    assert login(who).refused
    (record,) = records.wait_finals(who.name)
    assert reason(record) == "directory_malformed"
    lab.directory.set_attribute(who.name, "title", "x" * 255)
    assert login(who).status == 0


def test_an_attribute_by_an_alias_is_told_and_lets_nobody_in(
        lab, policy, login, person, records):
    policy(with_rules(policy.text, "group x attribute surname nobody\n",
                      "deny x\n"))
    assert login(person).refused
    (record,) = records.wait_finals(person.name)
    assert reason(record) == "directory_malformed"
    assert "answers with the attribute sn" in lab.gateway.daemon.tail(200)


def test_too_many_attributes_are_an_error_with_its_place(lab, policy):
    groups = "".join(f"group g{n} attribute a{n} x\n" for n in range(17))
    with open(lab.gateway.policy_file, "w", encoding="utf-8") as out:
        out.write(with_rules(policy.text, groups, ""))
    run = lab.gateway.test_config()
    line = policy.text.count("\n") + 16
    assert run.returncode == 1
    assert f"{lab.gateway.policy_file}:{line}:" in run.stderr
    assert "more than 16 attributes" in run.stderr
