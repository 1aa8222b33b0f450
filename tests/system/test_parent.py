# SPDX-License-Identifier: Apache-2.0
"""gatewayd itself is killed, hurried or doubled; the roles are the real ones."""
import fcntl
import os
import re
import signal
import socket
import sys
import time

import pytest
from support import ROOT

sys.path.insert(0, os.path.join(ROOT, "tests/support"))
from real_roles import ROLES, RealRoles, lives, wait_for

SOCKETS = {"login.sock": socket.SOCK_STREAM, "redeem.sock": socket.SOCK_STREAM,
           "admin.sock": socket.SOCK_SEQPACKET,
           "token.sock": socket.SOCK_SEQPACKET,
           "ipc/authority.sock": socket.SOCK_SEQPACKET,
           "ipc/directory.sock": socket.SOCK_SEQPACKET}


@pytest.fixture
def gateway():
    gateway = RealRoles()
    gateway.start()
    assert wait_for(gateway.ready), gateway.said()
    yield gateway
    gateway.end()


def kill(gateway):
    gateway.run.kill()
    gateway.run.wait()


def locks(fd):
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def connects(gateway, name):
    with socket.socket(socket.AF_UNIX, SOCKETS[name]) as one:
        try:
            one.connect(gateway.path(f"run/{name}"))
        except OSError:
            return False
    return True


@pytest.fixture
def without_landlock():
    """without_landlock(error): begun where the kernel answers so."""
    gateway = RealRoles()

    def begin(error):
        gateway.start(sys.executable, os.path.join(
            ROOT, "tests/support/under_filter.py"),
            f"-landlock_create_ruleset={error}")
        return gateway
    yield begin
    gateway.end()


def test_a_kernel_without_landlock_is_named(without_landlock):
    gateway = without_landlock("ENOSYS")
    assert wait_for(gateway.ready), gateway.said()
    assert gateway.said().count("this kernel has no Landlock") == len(ROLES)


def test_where_landlock_is_forbidden_the_start_ends_with_the_reason(
        without_landlock):
    gateway = without_landlock("EPERM")
    assert gateway.run.wait(60) == 78, gateway.said()
    assert "landlock version: Operation not permitted" in gateway.said()
    assert "cannot start: sandbox: landlock version" in gateway.said()


def test_the_journal_gets_the_priority_of_every_line():
    gateway = RealRoles()
    gateway.write("log", "")
    log = os.stat(gateway.path("log"))
    try:
        # nobody there: directory has something to say
        gateway.ldap.socket.close()
        gateway.start("/usr/bin/env",
                      f"JOURNAL_STREAM={log.st_dev}:{log.st_ino}")
        assert wait_for(lambda: "<4>directory: " in gateway.said())
        gateway.run.terminate()
        assert gateway.run.wait(60) == 0
        lines = gateway.said().splitlines()
    finally:
        gateway.end()
    assert "<6>ending" in lines
    for line in lines:
        assert re.match(r"<[346]>[^<]*$", line) and "warning:" not in line


def test_a_process_has_one_conversation_with_authority_in_its_life(gateway):
    """It might be one of login's that was taken over."""
    path = gateway.path("run/ipc/authority.sock")
    kind = SOCKETS["ipc/authority.sock"]
    with socket.socket(socket.AF_UNIX, kind) as one, \
            socket.socket(socket.AF_UNIX, kind) as two:
        for each in (one, two):
            each.connect(path)
            each.settimeout(60)
        assert two.recv(1) == b""
        one.settimeout(0.3)
        with pytest.raises(TimeoutError):
            one.recv(1)
    with socket.socket(socket.AF_UNIX, kind) as three:
        three.connect(path)
        three.settimeout(60)
        assert three.recv(1) == b""


def test_roles_end_when_gatewayd_is_killed(gateway):
    pids = gateway.pids()
    assert set(pids) == set(ROLES)
    assert all(map(lives, pids.values()))
    kill(gateway)
    assert wait_for(lambda: not any(map(lives, pids.values())), 5)
    # nobody is there, and nobody seems to be
    assert not any(connects(gateway, name) for name in SOCKETS)
    assert gateway.command("status").returncode == 2


def test_a_stopped_role_ends_too_once_it_goes_on(gateway):
    pid = gateway.pids()["audit"]
    os.kill(pid, signal.SIGSTOP)
    kill(gateway)
    os.kill(pid, signal.SIGCONT)
    assert wait_for(lambda: not lives(pid))


def test_a_restarted_gatewayd_works_at_once(gateway):
    """Without waiting for the roles of the one before."""
    seen = set(gateway.pids().values())
    for _ in range(4):
        kill(gateway)
        gateway.start()
        assert wait_for(gateway.ready), gateway.said()
        assert all(connects(gateway, name) for name in SOCKETS)
        assert gateway.command("status").returncode == 0
        new = set(gateway.pids().values())
        assert wait_for(lambda: not any(map(lives, seen - new)))
        seen |= new
    gateway.run.terminate()
    assert gateway.run.wait(60) == 0
    assert not any(map(lives, seen))
    assert not os.path.exists(gateway.path("run/login.sock"))


def test_the_log_of_one_that_is_about_to_end_is_waited_for(gateway):
    log = os.open(gateway.path("state/audit"), os.O_RDONLY)
    kill(gateway)
    assert wait_for(lambda: locks(log))
    gateway.start()
    assert not wait_for(gateway.ready, 1)
    os.close(log)
    assert wait_for(gateway.ready), gateway.said()
    assert "locked" not in gateway.said()


def test_sockets_that_were_left_behind_are_bound_anew(gateway):
    before = {name: os.stat(gateway.path(f"run/{name}")).st_ino
              for name in SOCKETS}
    kill(gateway)
    for name in SOCKETS:            # they lie there, also as something else
        os.unlink(gateway.path(f"run/{name}"))
        with open(gateway.path(f"run/{name}"), "w", encoding="ascii"):
            pass
    gateway.start()
    assert wait_for(gateway.ready), gateway.said()
    assert all(connects(gateway, name) for name in before)


def test_reloads_in_a_hurry_end_ready(gateway):
    """With a role that does not take its messages in between."""
    pids = gateway.pids()
    os.kill(pids["directory"], signal.SIGSTOP)
    for _ in range(60):             # signals that meet are one
        gateway.run.send_signal(signal.SIGHUP)
        time.sleep(0.01)
    assert gateway.said().count("reloaded") == 0
    os.kill(pids["directory"], signal.SIGCONT)
    assert wait_for(lambda: gateway.said().count("reloaded") > 1)
    assert wait_for(gateway.ready), gateway.said()[-2000:]
    assert gateway.pids() == pids
    assert gateway.command("status").returncode == 0


def test_a_role_that_is_killed_while_it_stages_keeps_all_with_the_old(gateway):
    pids = gateway.pids()
    os.kill(pids["authority"], signal.SIGSTOP)
    gateway.run.send_signal(signal.SIGHUP)
    time.sleep(0.5)
    os.kill(pids["authority"], signal.SIGKILL)
    assert wait_for(lambda: "authority ended while it looked"
                    in gateway.command("status").stdout), gateway.said()
    assert wait_for(gateway.ready), gateway.said()[-2000:]
    assert gateway.said().count("reloaded") == 0
    gateway.run.send_signal(signal.SIGHUP)
    assert wait_for(lambda: gateway.said().count("reloaded") == 1)
    assert wait_for(gateway.ready), gateway.said()[-2000:]
    assert "refused" not in gateway.command("status").stdout


def test_deaths_of_everybody_in_turn_leave_nothing_open(gateway):
    folder = f"/proc/{gateway.run.pid}/fd"
    before = len(os.listdir(folder))
    for _ in range(3):
        for role in ROLES:
            count = gateway.restarts(role)
            os.kill(gateway.pids()[role], signal.SIGKILL)
            assert wait_for(lambda r=role, n=count: gateway.restarts(r) > n
                            and gateway.ready()), (role, gateway.said())
    assert wait_for(lambda: len(os.listdir(folder)) == before)
    assert gateway.command("status").returncode == 0
