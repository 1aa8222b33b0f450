# SPDX-License-Identifier: Apache-2.0
"""sshd's password method, where somebody has left it on, and accounts that sshd
does not let in itself: what it answers in their place is not theirs."""
import os
import subprocess

import pytest
from labkit import client
from labkit.process import wait_until
from labkit.records import reason
from labkit.world import free_ports


@pytest.fixture
def another_sshd(lab, tmp_path):
    """another_sshd(lines): the port of one more sshd of the lab with LINES in
    the place of what it has by those names."""
    started = []

    def start(*lines):
        port, = free_ports(1)
        names = ["Port"] + [line.split()[0] for line in lines]
        with open(lab.bastion.config, encoding="ascii") as file:
            kept = [line for line in file.read().split("Match ")[0].splitlines()
                    if line.split()[0] not in names]
        path = str(tmp_path / "config")
        with open(path, "w", encoding="ascii") as out:
            out.write("\n".join([f"Port {port}", *kept, *lines]) + "\n")
        log = str(tmp_path / "log")
        started.append(subprocess.Popen(
            [lab.bastion.program, "-D", "-f", path, "-E", log],
            env=lab.bastion.environment()))
        with open(lab.bastion.dir + "/host_key.pub", encoding="ascii") as file:
            kind, key = file.read().split()[:2]
        with open(lab.bastion.known_hosts, "a", encoding="ascii") as out:
            out.write(f"[127.0.0.1]:{port} {kind} {key}\n")
        assert wait_until(lambda: os.path.exists(log) and "listening" in open(
            log, encoding="utf-8").read())
        return port
    yield start
    for one in started:
        one.terminate()
        one.wait()


def set_password(lab, person, password):
    """The directory wants one that root has set to be changed."""
    lab.directory.set_attribute(person.name, "userPassword", password)
    lab.directory.set_attribute(person.name, "pwdReset")


def test_a_password_that_is_a_valid_code_is_not_two_factors(
        lab, person, codes, login, another_sshd, records):
    port = another_sshd("PasswordAuthentication yes",
                        "AuthenticationMethods any")
    for _ in range(2):
        code = codes.fresh(person)
        set_password(lab, person, code)
        assert client.login(
            lab, person.name, [code], "echo in", port=port,
            options=("-o", "PreferredAuthentications=password")).refused
    finals = records.wait_finals(person.name, 2)
    assert [reason(r) for r in finals] == ["same_answer"] * 2
    set_password(lab, person, person.password)
    assert login(person).status == 0


def test_whom_sshd_refuses_is_not_bound_and_has_not_tried(
        lab, person, login, another_sshd, records):
    port = another_sshd(f"DenyUsers {person.name}")
    times = lab.gateway.max_tries + 1
    for _ in range(times):
        assert login(person, code="123456", port=port).refused
    finals = records.wait_finals(person.name, times)
    assert [reason(r) for r in finals] == ["substituted_answer"] * times
    assert not lab.directory.attribute(person.name, "pwdFailureTime")
    assert login(person).status == 0
