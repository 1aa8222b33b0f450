# SPDX-License-Identifier: Apache-2.0
"""The policy command against the gateway."""
import json


def replay(lab, candidate):
    """(flips and doubts by reference, the sums)"""
    run = lab.gateway.run("policy", "replay", "--days", "1", "--json",
                          candidate)
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    assert lines, run.stderr
    return run.returncode, {a["reference"]: a for a in lines[:-1]}, lines[-1]


def reference(record):
    return record["unmapped"]["sallyport"]["reference"]


def test_the_policy_in_force_flips_nothing_that_it_decided(
        lab, login, make_person, records):
    right, wrong, stranger = make_person(), make_person(), make_person(
        groups=())
    assert login(right).status == 0
    assert login(wrong, code="123456").refused
    assert login(stranger).refused
    mine = {reference(records.wait_finals(p.name)[0])
            for p in (right, wrong, stranger)}
    _, changes, sums = replay(lab, lab.gateway.policy_file)
    assert not mine & set(changes)
    assert sums["same"] >= 3


def test_a_candidate_flips_what_it_decides_otherwise(
        lab, login, make_person, records, tmp_path):
    right, wrong = make_person(), make_person()
    assert login(right).status == 0
    assert login(wrong, code="123456").refused
    candidate = tmp_path / "new.policy"
    candidate.write_text("deny any\nend\n", encoding="ascii")
    status, changes, _ = replay(lab, str(candidate))
    assert status == 1
    flip = changes[reference(records.wait_finals(right.name)[0])]
    assert (flip["change"], flip["now"]["rule"]) == (
        "refused", "new.policy:1")
    assert reference(records.wait_finals(wrong.name)[0]) not in changes
