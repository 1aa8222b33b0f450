# SPDX-License-Identifier: Apache-2.0
"""The policy command against the gateway."""
import json
import os
import shutil

import pytest
from labkit.process import wait_until

from ocsf import faults


def replay(lab, candidate):
    """(flips and doubts by reference, the sums)"""
    run = lab.gateway.run("policy", "replay", "--days", "1", "--json",
                          candidate)
    assert run.stdout, run.stderr
    sums = json.loads(run.stdout)
    return run.returncode, {a["reference"]: a for a in sums["attempts"]}, sums


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


class Change:
    """The lab in production mode: signers, and folders of the next policy."""

    def __init__(self, lab, tmp_path):
        self.lab, self.tmp = lab, tmp_path
        self.signers = os.path.join(lab.dir, "etc", "signers")
        self.folder = os.path.dirname(lab.gateway.policy_file)
        self.number = 0
        os.mkdir(self.signers)
        for name in "ann", "ben", "eve":
            assert self.run("key", "person", name,
                            str(tmp_path)).returncode == 0
        for name in "ann", "ben":
            shutil.copy(tmp_path / f"{name}.pub", self.signers)

    def run(self, *words):
        return self.lab.gateway.run(*words)

    def key(self, name):
        return str(self.tmp / f"{name}.pem")

    def folder_of(self, text, table=None):
        self.number += 1
        folder = self.tmp / f"change{self.number}"
        folder.mkdir()
        (folder / "lab.policy").write_text(text, encoding="utf-8")
        if table:
            (folder / "lab.test").write_text(table, encoding="utf-8")
        return folder

    def propose(self, folder, who="ann", reference="CHG-1"):
        return self.run("policy", "propose", "--key", self.key(who),
                        "--reference", reference, str(folder))

    def approve(self, folder, who="ben"):
        return self.run("policy", "approve", "--key", self.key(who),
                        str(folder))

    def apply(self, folder, *options):
        return self.run("policy", "apply", *options, str(folder))

    def two_versions(self):
        """Two bundles, one after the other in force."""
        bundles = []
        for n in 1, 2:
            folder = self.folder_of(self.text + "#" * n + "\n")
            assert self.propose(folder).returncode == 0
            assert self.approve(folder).returncode == 0
            assert self.apply(folder).returncode == 0
            bundles.append(self.status()["bundle"])
        return bundles

    def status(self):
        return self.lab.gateway.status()["policy"]


@pytest.fixture
def change(lab, tmp_path):
    """Undone at the end: no signers, the lab's own policy in a folder."""
    with open(lab.gateway.config, encoding="utf-8") as file:
        conf = file.read()
    with open(lab.gateway.policy_file, encoding="utf-8") as file:
        policy = file.read()
    change = Change(lab, tmp_path)
    # the same text by the same author in the same second is the same proposal
    change.text = policy + f"# {tmp_path.name}\n"
    with open(lab.gateway.config, "w", encoding="utf-8") as out:
        out.write(conf.replace(
            "gateway {\n", f"gateway {{\n\tpolicy-signers {change.signers}\n",
            1))
    yield change
    shutil.rmtree(change.signers)
    if os.path.islink(change.folder):
        os.unlink(change.folder)
        os.mkdir(change.folder)
    shutil.rmtree(change.folder + ".bundles", ignore_errors=True)
    for path, text in ((lab.gateway.config, conf),
                       (lab.gateway.policy_file, policy)):
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)
    lab.gateway.reload()
    assert wait_until(lambda: change.status()["author"] == "")


def steps(records, bundle):
    """[(outcome, actor, author, reviewer)] of that bundle's records."""
    return [(r["unmapped"]["sallyport"]["outcome"], r["actor"]["user"]["name"],
             r["unmapped"]["sallyport"].get("author"),
             r["unmapped"]["sallyport"].get("reviewer"))
            for r in records.all()
            if r.get("policy", {}).get("uid") == bundle
            and r["activity_name"] != "Intent"]


def test_an_unsigned_policy_is_refused_and_the_old_one_stays(
        lab, change, make_person, login):
    who = make_person()
    run = lab.gateway.test_config()
    assert run.returncode == 1
    assert "must be signed by two people" in run.stderr
    lab.gateway.reload()
    assert wait_until(lambda: lab.gateway.status()["reload_error"])
    assert login(who).status == 0


def test_two_people_change_the_policy_and_the_log_says_so(
        lab, change, make_person, login, records):
    who = make_person()
    first = change.folder_of(change.text)
    assert change.propose(first).returncode == 0
    run = change.apply(first)
    assert run.returncode == 1 and "nobody but its author ann" in run.stderr
    run = change.approve(first, "ann")
    assert run.returncode == 1 and "another person" in run.stderr
    run = change.approve(first, "eve")
    assert run.returncode == 1 and "is not the key of eve" in run.stderr
    assert change.apply(first).returncode == 1
    assert change.approve(first).returncode == 0
    run = change.apply(first)
    assert run.returncode == 0, run.stderr
    old = change.status()["bundle"]
    assert login(who).status == 0

    closed = change.folder_of(
        change.text.replace("\nend\n", "\ndeny sre\nend\n"))
    assert change.propose(closed, "ben", "CHG-2").returncode == 0
    assert change.approve(closed, "ann").returncode == 0
    assert change.apply(closed).returncode == 0
    assert login(who).refused
    state = change.status()
    assert (state["author"], state["reviewer"], state["reference"]) == (
        "ben", "ann", "CHG-2")
    assert "CHG-2" in change.run("status").stdout
    new = state["bundle"]

    run = change.run("policy", "rollback", "--key", change.key("ann"),
                     "--reference", "CHG-3")
    assert run.returncode == 0, run.stderr
    back = run.stdout.split()[0]
    run = change.run("proposal", "apply", back[:12])
    assert run.returncode == 1 and "nobody but its author ann" in run.stderr
    assert change.status()["bundle"] == new
    assert change.run("proposal", "sign", "--key", change.key("ben"),
                      back[:12]).returncode == 0
    assert change.run("proposal", "apply", back[:12]).returncode == 0
    assert change.status()["bundle"] == back
    assert login(who).status == 0
    assert change.run("policy", "rollback", "--emergency", "--reference",
                      "INC-1", new).returncode == 0
    assert change.status()["bundle"] == new
    assert login(who).refused
    assert change.run("policy", "rollback", "--emergency", "--reference",
                      "INC-2", old).returncode == 0
    assert login(who).status == 0
    listed = json.loads(change.run("policy", "history", "--json").stdout)
    assert [(e["step"], e["bundle"], e["review"]) for e in listed][-5:] == [
        ("applied", old, ""), ("applied", new, ""), ("restored", back, ""),
        ("emergency", new, "to do"), ("emergency", old, "to do")]
    assert wait_until(lambda: len(steps(records, old)) == 6)
    assert [s[0] for s in steps(records, old)] == [
        "proposed", "approved", "applied", "loaded", "emergency", "loaded"]
    assert steps(records, new)[-1][2:] == ("ben", "ann")
    changes = [r for r in records.all()
               if r["unmapped"]["sallyport"]["outcome"] in
               ("applied", "restored", "emergency")]
    ids = [r["metadata"]["correlation_uid"] for r in changes]
    assert len(ids) == 10 and ids[::2] == ids[1::2]  # each after its intent
    assert changes[-1]["severity_id"] == 4
    tail = change.run("audit", "tail", "--lines", "12").stdout
    assert f"emergency  policy {old[:12]} (INC-2) by " in tail
    assert f"loaded    policy {old[:12]} (CHG-1) by gatewayd" in tail
    assert not [faults(r) for r in records.all()
                if "policy" in r and faults(r)]


def test_an_emergency_is_reviewed_by_two_people(change, records):
    bundles = change.two_versions()
    assert change.run("policy", "rollback", "--emergency", "--reference",
                      "INC-1").returncode == 0
    assert change.status()["bundle"] == bundles[0]
    run = change.run("policy", "review", "--key", change.key("ben"),
                     "--reference", "PM-1")
    assert run.returncode == 0, run.stderr
    review = run.stdout.split()[0][:12]
    assert "review" in change.run("proposal", "list").stdout
    assert change.run("proposal", "sign", "--key", change.key("ann"),
                      review).returncode == 0
    assert change.run("proposal", "apply", review).returncode == 0
    assert change.run("proposal", "apply", review).returncode == 1
    listed = json.loads(change.run("policy", "history", "--json").stdout)
    assert [e["step"] for e in listed][-4:] == [
        "applied", "applied", "emergency", "reviewed"]
    assert not [e for e in listed if e["review"]]
    assert wait_until(lambda: any(
        s[0] == "reviewed" for s in steps(records, bundles[0])))
    assert steps(records, bundles[0])[-1][2:] == ("ben", "ann")
    assert not [faults(r) for r in records.all()
                if "policy" in r and faults(r)]


def test_a_signed_policy_that_is_put_there_by_hand_is_recorded_all_the_same(
        lab, change, records):
    bundles = change.two_versions()
    old = bundles[0]
    os.unlink(change.folder)
    shutil.copytree(os.path.join(change.folder + ".bundles", old),
                    change.folder)
    lab.gateway.reload()
    assert wait_until(lambda: change.status()["bundle"] == old)
    assert wait_until(lambda: len(steps(records, old)) == 5)
    assert steps(records, old)[-1] == ("loaded", "gatewayd", "ann", "ben")
    listed = json.loads(change.run("policy", "history", "--json").stdout)
    assert [(e["step"], e["bundle"]) for e in listed][-3:] == [
        ("applied", old), ("applied", bundles[1]), ("loaded", old)]
    shutil.rmtree(change.folder)
    os.symlink(os.path.join(change.folder + ".bundles", old), change.folder)


def test_the_end_of_production_mode_is_recorded(lab, change, records):
    folder = change.folder_of(change.text)
    assert change.propose(folder).returncode == 0
    assert change.approve(folder).returncode == 0
    assert change.apply(folder).returncode == 0
    with open(lab.gateway.config, encoding="utf-8") as file:
        conf = file.read()
    with open(lab.gateway.config, "w", encoding="utf-8") as out:
        out.write(conf.replace(f"\tpolicy-signers {change.signers}\n", ""))
    signed = change.status()["bundle"]
    lab.gateway.reload()
    assert wait_until(lambda: change.status()["author"] == "")
    files = change.status()["bundle"]
    assert files != signed
    assert wait_until(lambda: steps(records, files))
    assert steps(records, files)[-1] == ("loaded", "gatewayd", None, None)
    listed = json.loads(change.run("policy", "history", "--json").stdout)
    assert [(e["step"], e["bundle"]) for e in listed][-2:] == [
        ("applied", signed), ("loaded", files)]


def test_what_was_changed_after_its_review_is_refused(lab, change):
    folder = change.folder_of(change.text)
    assert change.propose(folder).returncode == 0
    assert change.approve(folder).returncode == 0
    (folder / "lab.policy").write_text(
        change.text.replace("\nend\n", "\npermit sre\nend\n"),
        encoding="utf-8")
    run = change.apply(folder)
    assert run.returncode == 1 and "was changed" in run.stderr
    (folder / "lab.policy").write_text(change.text, encoding="utf-8")
    assert change.apply(folder).returncode == 0
    before = change.status()["bundle"]
    with open(lab.gateway.policy_file, "a", encoding="utf-8") as file:
        file.write("\n")
    run = lab.gateway.test_config()
    assert run.returncode == 1 and "changed after its review" in run.stderr
    lab.gateway.reload()
    assert wait_until(lambda: lab.gateway.status()["reload_error"])
    assert change.status()["bundle"] == before


def test_a_change_of_another_policy_than_the_one_in_force_is_refused(change):
    first, one, other = (change.folder_of(change.text + "#" * n + "\n")
                         for n in (1, 2, 3))
    assert change.propose(first).returncode == 0
    assert change.approve(first).returncode == 0
    assert change.apply(first).returncode == 0
    for folder in one, other:
        assert change.propose(folder).returncode == 0
        assert change.approve(folder).returncode == 0
    assert change.apply(one).returncode == 0
    run = change.apply(other)
    assert run.returncode == 1 and "propose it again" in run.stderr


def test_a_table_that_does_not_come_out_stops_the_change(change):
    folder = change.folder_of(change.text, "person mallory\n"
                              "permit mallory with password\n")
    run = change.propose(folder)
    assert run.returncode == 1 and "lab.test:2" in run.stderr


def test_the_first_policy_of_a_gateway_is_applied_before_its_start(
        lab, change, make_person, login):
    who = make_person()
    folder = change.folder_of(change.text)
    assert change.propose(folder).returncode == 0
    assert change.approve(folder).returncode == 0
    run = change.apply(folder, "--offline")
    assert run.returncode == 1 and "gatewayd is running" in run.stderr
    lab.gateway.daemon.stop()
    try:
        run = change.apply(folder)
        assert run.returncode == 2 and "nothing can be recorded" in run.stderr
        assert change.apply(folder, "--offline").returncode == 0
    finally:
        lab.gateway.start()
        assert lab.wait_ready(lab.gateway)
    assert change.status()["reviewer"] == "ben"
    assert login(who).status == 0
