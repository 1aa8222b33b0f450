# SPDX-License-Identifier: Apache-2.0
"""Open sessions when authority, or all of gatewayd, is killed."""
import contextlib
import os
import signal
import time

import jwt
import pytest
from labkit import client
from labkit.process import wait_until
from labkit.records import outcome, reason

TOKEN = ("echo $SALLYPORT_SESSION; while read -r line; do sallyport token get "
         "--audience tickets 2>/dev/null || echo refused; done")


@pytest.fixture(autouse=True)
def mended(lab):
    yield
    if not lab.gateway.daemon.alive():
        lab.gateway.start()
    assert lab.wait_ready(lab.gateway)


class Session:
    """A person in a session, who fetches a token for each line."""

    def __init__(self, lab, person, codes):
        self.ssh = client.Login(lab, person.name, TOKEN)
        assert self.ssh.answer_all([person.password, codes.fresh(person)])
        self.id = self.ssh.process.stdout.readline().strip()
        assert self.id

    def token(self):
        self.ssh.process.stdin.write("\n")
        self.ssh.process.stdin.flush()
        return self.ssh.process.stdout.readline().strip()

    def close(self):
        self.ssh.process.stdin.close()
        self.ssh.process.wait(timeout=60)


@pytest.fixture
def session(lab, person, codes):
    with contextlib.ExitStack() as stack:
        s = Session(lab, person, codes)
        stack.enter_context(s.ssh)
        yield s


def authority_dies(lab):
    old = lab.gateway.role_pids("authority")
    for pid in old:
        os.kill(pid, signal.SIGKILL)
    assert wait_until(
        lambda: set(lab.gateway.role_pids("authority")) - set(old))
    assert lab.wait_ready(lab.gateway)


def all_die(lab):
    stop_all(lab)
    start(lab)


def stop_all(lab):
    lab.gateway.signal_all(signal.SIGKILL)
    lab.gateway.daemon.stop()


def start(lab):
    lab.gateway.start()
    assert lab.wait_ready(lab.gateway)


def upgraded(lab):
    """Ended in order, as a package's upgrade does."""
    lab.gateway.daemon.stop()
    start(lab)


def listed(lab, session):
    return session.id in lab.gateway.run("session", "list").stdout


def of_session(records, session, which):
    return [r for r in records.all()
            if r.get("session", {}).get("uid") == session.id
            and outcome(r) == which]


def wait_closed(records, session):
    """All CLOSED records, and a moment to see no more."""
    assert wait_until(lambda: of_session(records, session, "closed"))
    time.sleep(0.5)
    return of_session(records, session, "closed")


@pytest.mark.parametrize("restart", [authority_dies, all_die, upgraded])
def test_a_session_goes_on_over_a_restart(lab, session, records, restart):
    before = jwt.decode(session.token(), options={"verify_signature": False})
    for _ in range(2):
        restart(lab)
        after = jwt.decode(session.token(),
                           options={"verify_signature": False})
        fresh = "iat", "exp", "jti"
        assert {k: v for k, v in after.items() if k not in fresh} == {
            k: v for k, v in before.items() if k not in fresh}
        assert listed(lab, session)
    session.close()
    (closed,) = wait_closed(records, session)
    assert reason(closed) == "session_closed"
    assert len(of_session(records, session, "opened")) == 1
    assert not listed(lab, session)


def test_a_session_that_ended_meanwhile_is_closed_once(
        lab, session, records):
    assert wait_until(lambda: of_session(records, session, "opened"))
    stop_all(lab)
    session.close()
    for _ in range(2):
        start(lab)
        (closed,) = wait_closed(records, session)
        assert reason(closed) == "gateway_restarted"
        assert not listed(lab, session)
        stop_all(lab)


def test_a_process_that_dies_after_the_restart_ends_its_session(
        lab, session, records):
    all_die(lab)
    assert listed(lab, session)
    session.ssh.process.kill()
    assert len(wait_closed(records, session)) == 1


@pytest.mark.parametrize("spoil", [
    lambda data: data[:200],    # within the first slot
    lambda data: b"",
    lambda data: os.urandom(len(data)),
    lambda data: data[:16] + bytes(
        b ^ 1 for b in data[16:]),
], ids=["cut", "empty", "noise", "every slot spoilt"])
def test_with_a_damaged_file_the_gateway_starts_and_gives_nothing(
        lab, session, login, make_person, spoil):
    assert session.token() != "refused"
    stop_all(lab)
    path = os.path.join(lab.gateway.state, "authority", "sessions")
    assert os.stat(path).st_mode & 0o777 == 0o600
    with open(path, "r+b") as file:
        data = file.read()
        file.seek(0)
        file.truncate()
        file.write(spoil(data))
    start(lab)
    assert session.token() == "refused"
    assert not listed(lab, session)
    assert login(make_person()).status == 0
