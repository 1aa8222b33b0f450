# SPDX-License-Identifier: Apache-2.0
"""Forms of codes, clocks that are off, and one authenticator after another."""
import hashlib
import json
import re

import pytest
from labkit import client, totp
from labkit.records import ours, outcome, reason
from ocsf import faults


@pytest.fixture
def enrolled(lab, make_person):
    """enrolled("--digits", "8"): a person with a credential like that."""
    def make(*options):
        person = make_person(enrol=False)
        person.seed = seed_of(enrol(lab, person, *options))
        return person
    return make


def enrol(lab, person, *options):
    """What is said once: uri, credential, ..."""
    (made,) = json.loads(lab.gateway.must(
        "factor", "enrol", "totp", *options, "--json", person.name))
    return made


def seed_of(made):
    return re.search(r"[?]secret=([A-Z2-7]+)", made["uri"])[1]


def credentials(lab, person):
    return {f["credential"]: f for f in json.loads(
        lab.gateway.must("factor", "list", "--json", person.name))}


@pytest.mark.parametrize("name, digits, period", [
    ("sha256", 6, 30), ("sha512", 8, 60), ("sha1", 8, 30)])
def test_a_chosen_form_opens_and_no_other_does(
        enrolled, login, records, name, digits, period):
    person = enrolled("--algorithm", name, "--digits", str(digits),
                      "--period", str(period))
    step = totp.step_at(period=period)
    usual = totp.code(person.seed)
    assert login(person, code=usual).refused
    right = totp.code(person.seed, step, digits, getattr(hashlib, name))
    assert login(person, code=right).status == 0
    assert login(person, code=usual).refused
    finals = records.wait_finals(person.name, 3)
    assert [reason(r) for r in finals] == [
        "form_ignored", "permit",
        "malformed_code" if digits == 8 else "wrong_code"]
    assert all(faults(r) == [] for r in finals)


def test_a_person_whose_app_ignores_the_form_reads_as_any_other(
        enrolled, person, login):
    other = enrolled("--algorithm", "sha256")
    assert login(other, code=totp.code(other.seed)).transcript == \
        login(person, code=client.Codes.wrong(person)).transcript


def test_a_clock_that_is_off_is_followed_after_two_codes(
        lab, person, login, records):
    step = totp.step_at() + 5
    assert login(person, code=totp.code(person.seed, step)).refused
    assert login(person, code=totp.code(person.seed, step + 1)).status == 0
    assert login(person, code=totp.code(person.seed, step + 1)).refused
    assert login(person, code=totp.code(person.seed, step + 2)).status == 0
    finals = records.wait_finals(person.name, 4)
    assert [reason(r) for r in finals] == [
        "code_early", "permit", "code_replayed", "permit"]
    assert int(ours(finals[1], "drift")) in (4, 5, 6)
    assert not ours(finals[3], "drift")
    (shown,) = credentials(lab, person).values()
    assert 120 <= shown["drift_seconds"] <= 180


def test_the_old_one_works_until_the_new_one_has(
        lab, person, codes, login, records):
    assert login(person).status == 0
    (old,) = credentials(lab, person)
    made = enrol(lab, person, "--replace", old)
    assert f":{person.name}%202?" in made["uri"]
    shown = credentials(lab, person)
    assert shown[made["credential"]]["replaces"] == old
    assert login(person).status == 0
    new = totp.code(seed_of(made))
    assert login(person, code=new).status == 0
    (revoked,) = [r for r in records.all() if outcome(r) == "revoked"
                  and r["user"].get("name") == person.name
                  and ours(r, "record") == "admin"]
    assert (ours(revoked, "credential"), reason(revoked)) == (old, "replaced")
    assert faults(revoked) == []
    assert set(credentials(lab, person)) == {made["credential"]}
    assert login(person).refused


def test_only_what_is_there_is_replaced(lab, person):
    run = lab.gateway.run("factor", "enrol", "totp", "--replace", "c0ffee",
                          "--json", person.name)
    assert run.returncode == 1
    assert "no credential with that id" in run.stdout
    assert len(credentials(lab, person)) == 1


def test_a_code_at_the_desk_proves_and_is_spent(lab, person, login, records):
    (old,) = credentials(lab, person)
    made = enrol(lab, person, "--replace", old)
    code = totp.code(seed_of(made))
    lab.gateway.must("factor", "confirm", person.name, made["credential"],
                     input=code + "\n")
    assert set(credentials(lab, person)) == {made["credential"]}
    assert login(person, code=code).refused
    assert reason(records.wait_finals(person.name)[0]) == "code_replayed"
    changed = [r for r in records.all() if outcome(r) == "changed"
               and r["user"].get("name") == person.name]
    assert [ours(r, "record") for r in changed] == ["intent", "admin"]
    assert faults(changed[1]) == []


def test_a_clock_an_hour_off_is_followed_after_a_call(lab, person, login):
    (id_,) = credentials(lab, person)
    step = totp.step_at() + 120
    codes = [totp.code(person.seed, step + n) for n in range(4)]
    lab.gateway.must("factor", "resync", person.name, id_,
                     input=f"{codes[0]}\n{codes[1]}\n")
    lab.gateway.must("factor", "label", person.name, id_, "the slow one")
    (shown,) = credentials(lab, person).values()
    assert 3500 <= shown["drift_seconds"] <= 3700
    assert shown["label"] == "the slow one"
    assert login(person, code=codes[1]).refused
    assert login(person, code=codes[2]).status == 0


def test_a_token_that_counts(lab, make_person, login, records):
    person = make_person(enrol=False)
    (made,) = json.loads(lab.gateway.must(
        "factor", "enrol", "hotp", "--json", person.name))
    seed = seed_of(made)
    assert made["uri"].endswith("&counter=0")

    def shown(counter):
        return totp.code(seed, counter)
    assert login(person, code=shown(0)).status == 0
    assert login(person, code=shown(0)).refused
    assert login(person, code=shown(5)).status == 0
    assert login(person, code=shown(3)).refused
    assert login(person, code=shown(40)).refused
    assert login(person, code=shown(41)).status == 0
    finals = records.wait_finals(person.name, 6)
    assert [(reason(r), ours(r, "step")) for r in finals] == [
        ("permit", 1), ("code_replayed", ""), ("permit", 6),
        ("code_replayed", ""), ("code_ahead", ""), ("permit", 42)]
    (otp,) = [f for f in finals[0]["auth_factors"] if f["factor_type_id"] == 7]
    assert (otp["is_hotp"], otp["is_totp"]) == (True, False)
    assert all(faults(r) == [] for r in finals)
    (one,) = credentials(lab, person).values()
    assert (one["kind"], one["period"], one["last_step"]) == ("hotp", 0, 42)
