# SPDX-License-Identifier: Apache-2.0
"""Today's programs on what another release wrote: nothing of it is lost, and
nothing that was taken away comes back. The order counts: codes grow old, so
what spends them comes first, and a restart comes last."""
import json
import os
import re
import signal

import jwt
import pytest
import unpack
from labkit import client, totp
from labkit.process import wait_until
from labkit.records import outcome, reason

SECRET = re.compile(r"otpauth://totp/\S*[?&]secret=([A-Z2-7]+)")


def attempt(old, name, step, password=None):
    person = old.people[name]
    answers = [password or person.password, totp.code(person.seed, step)]
    return client.login(old, name, answers, "echo in")


def step_now(old):
    return totp.step_at(old.now())


def refusals(old, records, name):
    """The reason of a right password with a code that nobody spent yet."""
    before = len(records.finals(name))
    assert attempt(old, name, step_now(old) + 1).refused
    return reason(records.wait_finals(name, before + 1)[-1])


def listed(old, *words):
    return json.loads(old.gateway.must(*words, "--json"))


def sessions(old):
    return {s["session"] for s in listed(old, "session", "list")}


def closed(old, records, name):
    session = old.packed.about["sessions"][name]
    return [r for r in records.all() if outcome(r) == "closed"
            and r["session"]["uid"] == session]


def token(old, name):
    """(status, output) of a process below that of the session."""
    person, shell = old.people[name], old.processes[name]
    out = os.path.join(old.dir, f"token-{name}-{os.urandom(4).hex()}")
    if shell.poll() is not None:
        return 1, ""
    shell.stdin.write(
        f"SALLYPORT_SESSION={old.packed.about['sessions'][name]} "
        f"SALLYPORT_TOKEN_SOCKET={old.gateway.token_socket} "
        f"setpriv --reuid={person.uid} --regid={person.uid} --clear-groups "
        f"{old.sallyport} token get --audience tickets > {out} 2>&1; "
        f"echo $? > {out}.status\n")
    shell.stdin.flush()
    assert wait_until(lambda: os.path.exists(out + ".status")
                      and os.path.getsize(out + ".status"))
    with open(out, encoding="utf-8") as file, \
            open(out + ".status", encoding="ascii") as status:
        return int(status.read()), file.read()


def test_every_spent_code_is_refused_as_spent(old, records):
    spent = old.packed.about["spent"]
    assert len(spent) >= 6
    for name, step in spent.items():
        assert step >= step_now(old) - 1, "too late to tell: it is old"
        before = len(records.finals(name))
        assert attempt(old, name, step).refused
        record = records.wait_finals(name, before + 1)[-1]
        assert reason(record) == "code_replayed"


def test_a_credential_opens_with_the_next_code(old):
    name = old.packed.about["mistaken"]
    end = attempt(old, name, step_now(old))
    assert (end.status, end.output) == (0, "in\n")


def test_who_was_locked_out_still_is(old, records):
    assert refusals(old, records, old.packed.about["locked"]) == "locked_out"


def test_an_approval_lets_in_until_it_is_withdrawn(old, records):
    about = old.packed.about
    name, reference = about["on_call"], about["approval"]
    (approval,) = listed(old, "approval", "list", name)
    assert approval["reference"] == reference and approval["readable"]
    assert attempt(old, name, step_now(old)).status == 0
    old.gateway.must("approval", "withdraw", name, reference)
    assert refusals(old, records, name) == "factors"


def test_an_invited_person_is_shown_a_seed(old):
    person = old.people[old.packed.about["invited"]]
    with client.Login(old, person.name) as ssh:
        assert ssh.answer_all([person.password, ""])
        assert SECRET.search(ssh.prompt() or "")


def test_the_attempt_that_was_killed_has_its_one_record(old, records):
    (final,) = records.wait_finals(old.packed.about["at_prompt"])
    assert outcome(final) == "orphaned"


def test_open_sessions_go_on(old):
    assert sessions(old) == set(old.packed.about["sessions"].values())
    name = next(iter(old.packed.about["sessions"]))
    status, output = token(old, name)
    assert status == 0, output
    claims = jwt.decode(output.strip(),
                        options={"verify_signature": False})
    assert claims["preferred_username"] == name
    assert claims["sid"] == old.packed.about["sessions"][name]


def test_a_session_whose_process_ends_is_closed_once(old, records):
    name = list(old.packed.about["sessions"])[-1]
    process = old.processes[name]
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert wait_until(lambda: closed(old, records, name))
    assert len(closed(old, records, name)) == 1
    assert token(old, name)[0] != 0


def test_the_log_goes_on_and_verifies(old, records):
    run = old.gateway.run("audit", "verify")
    assert run.returncode == 0, run.stdout + run.stderr
    with open(os.path.join(old.gateway.audit_dir, "000000000001.log"),
              encoding="utf-8") as file:
        assert json.loads(next(file))["metadata"]["sequence"] == 1
    sequences = sorted(r["metadata"]["sequence"] for r in records.all())
    assert sequences == list(range(sequences[0],
                                   sequences[0] + len(sequences)))


def test_the_start_said_what_it_converted(old):
    """Of the files that are read whole at the start."""
    with open(old.gateway.daemon.log, encoding="utf-8") as file:
        log = file.read()
    for name, number, file in unpack.formats_of(unpack.ROOT):
        then = old.packed.about["formats"].get(name, number)
        if name in ("STATE_DB", "ATTEMPTS", "SESSIONS", "CURSOR"):
            said = f"{file}: converted from format {then} to {number}" in log
            assert said == (then != number), name


def test_the_configuration_is_right_without_a_warning(old):
    run = old.gateway.test_config()
    assert run.returncode == 0 and "warning" not in run.stdout + run.stderr


LATER = {
    "authority/sessions": lambda data: data[:7] + b"\x63" + data[8:],
    "authority/attempts": lambda data: data[:4] + b"\x63" + data[5:],
    "forward/siem.cursor": lambda data: b"cursor 99\n" + data,
}


@pytest.mark.parametrize("name", LATER)
def test_what_a_later_release_wrote_is_refused_and_left(old, name):
    path = os.path.join(old.gateway.state, name)
    old.gateway.daemon.stop()
    with open(path, "rb") as file:
        before = file.read()
    later = LATER[name](before)
    assert later != before
    try:
        with open(path, "r+b") as file:
            file.write(later)
        old.gateway.start()
        assert wait_until(lambda: "has format 99; this release reads"
                          in old.gateway.daemon.tail(40), 20)
        assert not old.gateway.ready()
        old.gateway.daemon.stop()
        with open(path, "rb") as file:
            assert file.read() == later
    finally:
        old.gateway.daemon.stop()
        with open(path, "r+b") as file:
            file.truncate()
            file.write(before)
        assert old.start_gateway(), old.gateway.daemon.tail(60)


def test_what_was_written_since_is_read_again(old, records):
    left = sessions(old)
    old.gateway.signal_all(signal.SIGKILL)
    old.gateway.daemon.stop()
    assert old.start_gateway(), old.gateway.daemon.tail(60)
    assert sessions(old) == left
    name = old.packed.about["locked"]
    assert refusals(old, records, name) == "locked_out"
    assert old.gateway.run("audit", "verify").returncode == 0
