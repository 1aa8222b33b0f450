# SPDX-License-Identifier: Apache-2.0
"""From the log on disk to the receiver."""
import json
import os
import shutil
import subprocess

from labkit.process import wait_until
from labkit.records import outcome

from ocsf import faults


def test_every_record_is_sound_ocsf(lab, login, person, records):
    login(person)
    login(person, password="wrong", code="123456")
    login(person, code="123456", bind="127.0.9.9")
    records.wait_finals(person.name, 3)
    bad = {r["metadata"]["uid"]: faults(r) for r in records.all() if faults(r)}
    assert not bad
    assert records.all()


def test_sequences_at_the_receiver_have_no_gap(lab, login, person, records):
    login(person)
    records.wait_finals(person.name)
    sequences = sorted(r["metadata"]["sequence"] for r in records.all())
    assert sequences == list(range(sequences[0],
                                   sequences[0] + len(sequences)))


def test_a_grant_says_who_whence_why_and_with_what(
        lab, login, person, records):
    login(person)
    (grant,) = records.wait_finals(person.name)
    assert outcome(grant) == "granted"
    assert (grant["status_id"], grant["is_mfa"]) == (1, True)
    assert {f["factor_type_id"] for f in grant["auth_factors"]} == {7, 11}
    assert grant["src_endpoint"]["ip"] == "127.0.0.1"
    assert grant["user"]["uid"] == lab.directory.attribute(
        person.name, "entryUUID")[0]
    assert grant["session"]["uid"]


def test_no_secret_is_in_any_file(lab, login, person, codes, records):
    """Canaries: the password, the code, the seed."""
    code = codes.fresh(person)
    login(person, code=code)
    login(person, password=person.password + "x")
    records.wait_finals(person.name, 2)
    for canary in person.password, person.seed:
        run = subprocess.run(
            ["grep", "-rlaF", canary, lab.dir, "--exclude=lab.json*",
             "--exclude=env*", "--exclude-dir=slapd", "--exclude-dir=ask-*"],
            capture_output=True, text=True, check=False)
        assert run.stdout == ""


def test_while_the_receiver_is_down_records_wait(
        lab, login, make_person, records):
    people = [make_person() for _ in range(3)]
    lab.receiver.daemon.stop()
    try:
        for who in people:
            assert login(who).status == 0
        assert not any(records.finals(who.name) for who in people)
    finally:
        lab.receiver.start()
        assert lab.wait_ready(lab.receiver)
    for who in people:
        assert len(records.wait_finals(who.name)) == 1


def test_a_receiver_killed_again_and_again_misses_nothing(
        lab, login, make_person, records):
    people = []
    for _ in range(4):
        people.append(make_person())
        lab.receiver.daemon.signal(9)
        assert wait_until(lambda: not lab.receiver.daemon.alive())
        lab.receiver.start()
        assert login(people[-1]).status == 0
    assert lab.wait_ready(lab.receiver)
    for who in people:
        assert len(records.wait_finals(who.name)) == 1


def test_the_log_verifies(lab, login, person):
    login(person)
    run = lab.gateway.run("audit", "verify")
    assert run.returncode == 0, run.stderr


def test_a_changed_byte_is_found(lab, login, person, tmp_path):
    login(person)
    copy = copy_of_log(lab, tmp_path)
    segment = first_segment(copy)
    with open(segment, "rb+") as file:
        text = file.read()
        at = text.index(b'"time"')
        file.seek(at + 1)
        file.write(b"T")
    assert verify_copy(lab, copy).returncode == 1


def test_a_cut_tail_is_found(lab, login, person, tmp_path):
    login(person)
    assert wait_until(lambda: "no signature yet" not in lab.gateway.run(
        "audit", "verify").stdout)
    copy = copy_of_log(lab, tmp_path)
    segment = first_segment(copy)
    with open(segment, "rb+") as file:
        text = file.read().rstrip(b"\0")
        cut = text.rstrip(b"\n").rindex(b"\n") + 1
        file.truncate(cut)
    assert verify_copy(lab, copy).returncode == 1


def test_an_untouched_copy_verifies(lab, login, person, tmp_path):
    login(person)
    assert verify_copy(lab, copy_of_log(lab, tmp_path)).returncode == 0


def test_tail_and_show_give_the_records(lab, login, person, records):
    login(person)
    (grant,) = records.wait_finals(person.name)
    tail = lab.gateway.run("audit", "tail", "--json").stdout.splitlines()
    assert grant["metadata"]["uid"] in {
        json.loads(line)["metadata"]["uid"] for line in tail}
    shown = lab.gateway.run("audit", "show", str(
        grant["metadata"]["sequence"]), "--json")
    assert json.loads(shown.stdout)["metadata"]["uid"] == \
        grant["metadata"]["uid"]


def all_signed(lab):
    answer = json.loads(lab.gateway.run("audit", "verify", "--json").stdout)
    return answer["signed"] == answer["records"]


def copy_of_log(lab, tmp_path):
    """With a checkpoint over its last record, which takes a moment."""
    assert wait_until(lambda: all_signed(lab))
    copy = str(tmp_path / "audit")
    shutil.copytree(lab.gateway.audit_dir, copy)
    return copy


def first_segment(copy):
    return max((os.path.join(copy, name) for name in os.listdir(copy)
                if os.path.isfile(os.path.join(copy, name))),
               key=os.path.getsize)


def verify_copy(lab, copy):
    return lab.gateway.run("audit", "verify", "--dir", copy)


def test_opening_and_closing_of_a_session_are_recorded(
        lab, login, person, records):
    login(person)
    (grant,) = records.wait_finals(person.name)
    session = grant["session"]["uid"]
    assert wait_until(lambda: {"opened", "closed"} <= {
        outcome(r) for r in records.all()
        if r.get("session", {}).get("uid") == session})
