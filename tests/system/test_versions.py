# SPDX-License-Identifier: Apache-2.0
"""A PAM module of another release, at both of its sockets."""
import os
import re
import socket

import pytest
from labkit import client
from labkit.process import wait_until
from labkit.records import ours, outcome, reason
from ocsf import faults
from support import ROOT

with open(os.path.join(ROOT, "lib/wire/pamwire.h"), encoding="ascii") as file:
    HEADER = file.read()
VERSION = int(re.search(r"PAMWIRE_VERSION (\d+)", HEADER)[1])
BEGIN, RESULT, SESSION_OPEN, SESSION_CLOSE, SESSION_ANS = 1, 4, 8, 9, 10
OTHERS = [v for v in (0, VERSION - 1, VERSION + 1, 255) if v != VERSION]


def ask(lab, name, frame):
    """What that socket answers to the bytes of FRAME."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
        sock.settimeout(20)
        sock.connect(os.path.join(lab.gateway.runtime, name))
        sock.sendall(frame)
        return sock.recv(9000)


def of_modules(records):
    return [r for r in records.all() if reason(r) == "module_version"]


@pytest.mark.parametrize("version", sorted(set(OTHERS)))
@pytest.mark.parametrize("name, kind, answer", [
    ("login.sock", BEGIN, RESULT), ("redeem.sock", SESSION_OPEN, SESSION_ANS)])
def test_it_is_refused_and_there_is_a_record(
        lab, records, name, kind, answer, version):
    before = len(of_modules(records))
    got = ask(lab, name, bytes([version, kind, 0, 6]) + b"nobody")
    # ours, so that a module of today sees what is wrong
    assert got[:2] == bytes([VERSION, answer])
    assert wait_until(lambda: len(of_modules(records)) > before)
    record = of_modules(records)[-1]
    assert (outcome(record), ours(record, "record")) == ("error", "attempt")
    assert not faults(record)
    assert f"speaks version {version} of the protocol" in \
        lab.gateway.daemon.tail(20)


@pytest.mark.parametrize("version", sorted(set(OTHERS)))
def test_a_session_that_it_opened_ends_with_its_process(
        lab, person, codes, records, version):
    before = len(of_modules(records))
    with client.Login(lab, person.name, "echo $SALLYPORT_SESSION; cat") as ssh:
        assert ssh.answer_all([person.password, codes.fresh(person)])
        session = ssh.process.stdout.readline().strip()
        got = ask(lab, "redeem.sock", bytes(
            [version, SESSION_CLOSE, 0, 24, 0, 22]) + session.encode())
        assert got[:2] == bytes([VERSION, SESSION_ANS])
        assert "the session ends with its process" in lab.gateway.daemon.tail(20)
        assert session in lab.gateway.run("session", "list").stdout
    assert wait_until(lambda: [
        r for r in records.all() if outcome(r) == "closed"
        and r["session"]["uid"] == session])
    assert session not in lab.gateway.run("session", "list").stdout
    assert len(of_modules(records)) == before
