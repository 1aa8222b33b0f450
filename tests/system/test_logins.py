# SPDX-License-Identifier: Apache-2.0
"""Who gets in, and what it takes."""
from labkit import client, totp
from labkit.records import outcome, reason


def test_right_password_and_code_get_a_shell(login, person):
    outcome_ = login(person, "echo in; id -u")
    assert outcome_.status == 0
    assert outcome_.output.split() == ["in", str(person.uid)]


def test_the_shell_opens_only_after_the_record_is_on_disk(
        lab, person, login):
    """The record is read inside the session, by its very command."""
    seen = login(person, "cat /proc/sys/kernel/random/boot_id")
    assert seen.status == 0
    shown = lab.gateway.run("audit", "tail", "--json").stdout
    assert person.name in shown


def test_a_grant_leaves_one_final_record(login, person, records):
    assert login(person).status == 0
    finals = records.wait_finals(person.name)
    assert [outcome(r) for r in finals] == ["granted"]


def test_a_code_counts_once(lab, login, person, codes, records):
    code = codes.fresh(person)
    assert login(person, code=code).status == 0
    assert login(person, code=code).refused
    finals = records.wait_finals(person.name, 2)
    assert [outcome(r) for r in finals] == ["granted", "denied"]


def test_an_older_code_is_refused_after_a_newer(login, person):
    step = totp.step_at()
    assert login(person, code=totp.code(person.seed, step + 1)).status == 0
    assert login(person, code=totp.code(person.seed, step)).refused


def test_two_logins_with_one_code_at_once_make_one_grant(
        at_prompt, person, codes, records):
    code = codes.fresh(person)
    both = [at_prompt(person), at_prompt(person)]
    for ssh in both:
        ssh.answer(person.password)
    for ssh in both:
        assert ssh.prompt() is not None
    for ssh in both:
        ssh.answer(code)
    ends = [ssh.finish() for ssh in both]
    assert sorted(end.status for end in ends) == [0, 255]
    finals = records.wait_finals(person.name, 2)
    assert sorted(outcome(r) for r in finals) == ["denied", "granted"]


def test_after_a_refusal_the_right_answers_still_get_in(login, person):
    assert login(person, password="not this one").refused
    assert login(person).status == 0


# who (of the lab's people, "" for a new one), how, and the record's reason
REFUSALS = {
    "code again": ("", {"code": "spent"}, "code_replayed"),
    "wrong code": ("", {"code": "wrong"}, "wrong_code"),
    "wrong password": ("", {"password": "wrong"}, "wrong_password"),
    "locked": ("carol", {}, "account_locked"),
    "password expired": ("erin", {}, "password_expired"),
    "password to be changed": ("heidi", {}, "password_must_change"),
    "a deny": ("bob", {}, "denied_by_rule"),
    "no network": ("", {"bind": "127.0.9.9"}, "no_rule"),
    "not enrolled": ("grace", {"code": "123456"}, "factors"),
    "not local": ("frank", {}, "unknown_local_user"),
}


def answers(login, codes, records, who, how):
    """How, with the code that it speaks of."""
    if how.get("code") == "spent":
        how = {"code": codes.fresh(who)}
        assert login(who, **how).status == 0
        records.wait_finals(who.name)
    if how.get("code") == "wrong":
        how = {"code": client.Codes.wrong(who)}
    return how


def test_every_refusal_reads_the_same_and_its_record_has_the_reason(
        lab, login, make_person, codes, records):
    """Byte for byte, but for the reference. What the person is not told, the
    helpdesk can look up."""
    ends = {"nobody": client.login(lab, "mallory", ["guess", "123456"])}
    found = {}
    for kind, (name, how, _) in REFUSALS.items():
        who = lab.people[name] if name else make_person()
        how = answers(login, codes, records, who, how)
        before = len(records.finals(who.name))
        ends[kind] = login(who, **how)
        final = records.wait_finals(who.name, before + 1)[-1]
        found[kind] = outcome(final), reason(final)
    assert found == {kind: ("denied", why)
                     for kind, (_, _, why) in REFUSALS.items()}
    assert all(end.refused for end in ends.values()), ends
    transcripts = {kind: end.transcript for kind, end in ends.items()}
    assert set(transcripts.values()) == {transcripts["wrong code"]}, transcripts


def test_a_person_disabled_between_two_logins_is_refused(
        lab, login, person, records):
    assert login(person).status == 0
    lab.directory.set_attribute(person.name, "pwdAccountLockedTime",
                                "000001010000Z")
    assert login(person).refused


def test_a_person_who_left_the_group_is_refused(lab, login, person):
    assert login(person).status == 0
    lab.directory.leave_group(person.name, "sre")
    assert login(person).refused


def test_waiting_at_the_prompts_locks_nobody_out(
        lab, at_prompt, make_person, login):
    victim = make_person()
    for _ in range(lab.gateway.max_tries):
        at_prompt(victim)
    assert login(victim).status == 0


def test_many_wrong_codes_lock_out_the_right_one(lab, login, make_person):
    """Reserved before they are looked at, so that no burst gets past."""
    guesser = make_person()
    for _ in range(lab.gateway.max_tries):
        assert login(guesser, code=client.Codes.wrong(guesser)).refused
    assert login(guesser).refused
