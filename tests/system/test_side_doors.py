# SPDX-License-Identifier: Apache-2.0
"""Every way to use an ssh connection needs both factors."""
import contextlib
import os
import socket
import subprocess
import threading

import pytest
from labkit import client
from labkit.process import wait_until
from labkit.records import outcome

WAYS = {
    "a command": {"command": "echo in"},
    "no command, no tty": {"command": "echo in", "options": ("-T",)},
    "a forced tty": {"command": "echo in", "options": ("-tt",)},
    "the sftp subsystem": {"command": "sftp", "options": ("-s",)},
    "a forwarded port": {"command": "", "options": (
        "-N", "-o", "ExitOnForwardFailure=yes", "-L", "127.0.0.1:0:127.0.0.1:1")},
    "standard input as a channel": {"command": "", "options": (
        "-W", "127.0.0.1:1")},
    "a dynamic forward": {"command": "", "options": (
        "-N", "-D", "127.0.0.1:0")},
}


@pytest.mark.parametrize("way", WAYS)
def test_a_wrong_code_opens_no_way(lab, person, way):
    answers = [person.password, client.Codes.wrong(person)]
    assert client.login(lab, person.name, answers, **WAYS[way]).refused


@pytest.mark.parametrize("program", ["scp", "sftp"])
def test_file_copies_need_both_factors(lab, person, codes, tmp_path, program):
    def copy(code):
        source = tmp_path / "letter"
        source.write_text("text", encoding="ascii")
        arguments = ["-P", str(lab.port("ssh"))] + (
            [str(source), f"{person.name}@127.0.0.1:copy"]
            if program == "scp" else [f"{person.name}@127.0.0.1"])
        with client.Login(lab, person.name, program=program,
                          arguments=arguments) as ssh:
            ssh.answer_all([person.password, code])
            return ssh.finish(f"put {source} copy\n")
    copied = os.path.join(lab.dir, "home", person.name, "copy")
    assert copy(client.Codes.wrong(person)).status != 0
    assert not os.path.exists(copied)
    assert copy(codes.fresh(person)).status == 0
    assert os.path.exists(copied)


def test_a_connection_without_any_session_is_one_grant(
        lab, person, codes, records):
    with client.Login(lab, person.name, "", options=("-N",)) as ssh:
        assert ssh.answer_all([person.password, codes.fresh(person)])
        (final,) = records.wait_finals(person.name)
        assert outcome(final) == "granted"


@pytest.fixture
def production():
    """A port of loopback that greets, and whether somebody came."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        came = []
        threading.Thread(target=greet, args=(server, came),
                         daemon=True).start()
        yield server.getsockname()[1], came


def greet(server, came):
    with contextlib.suppress(OSError):
        while True:
            sock, _ = server.accept()
            with sock:
                came.append(sock)
                sock.sendall(b"hello\n")


def test_no_channel_crosses_after_both_factors(
        lab, person, codes, production):
    port, came = production
    with client.Login(lab, person.name, "", options=(
            "-W", f"127.0.0.1:{port}")) as ssh:
        assert ssh.answer_all([person.password, codes.fresh(person)])
        assert "hello" not in ssh.finish().output
    assert not came


# what is said at the port of an ssh option, and what a refusal is
PORTS = {
    "-L": ("127.0.0.1:{mine}:127.0.0.1:{port}", lambda port: b"", b""),
    "-D": ("127.0.0.1:{mine}", lambda port: (    # SOCKS 5
        b"\x05\x01\x00\x05\x01\x00\x01\x7f\x00\x00\x01"
        + port.to_bytes(2, "big")), b"\x05\x00"),
}


@pytest.mark.parametrize("option", PORTS)
def test_no_port_crosses_after_both_factors(
        lab, person, codes, production, option):
    port, came = production
    words, said, refused = PORTS[option]
    with socket.create_server(("127.0.0.1", 0)) as taken:
        mine = taken.getsockname()[1]

    def is_refused():
        with contextlib.suppress(OSError), socket.create_connection(
                ("127.0.0.1", mine), 5) as sock:
            sock.sendall(said(port))
            return sock.makefile("rb").read()[:2] == refused
        return False
    with client.Login(lab, person.name, "sleep 20", options=(
            option, words.format(mine=mine, port=port))) as ssh:
        assert ssh.answer_all([person.password, codes.fresh(person)])
        assert wait_until(is_refused)
    assert not came


def test_no_display_comes_along(lab, person, codes):
    with client.Login(
            lab, person.name, "echo display=$DISPLAY", options=(
                "-Y", "-o", "XAuthLocation=/bin/false"),
            env={"DISPLAY": "127.0.0.1:9"}) as ssh:
        assert ssh.answer_all([person.password, codes.fresh(person)])
        end = ssh.finish()
    assert end.output == "display=\n"
    assert "X11 forwarding request failed" in end.errors + end.transcript


@pytest.mark.skipif(not os.path.exists("/dev/net/tun"),
                    reason="ssh makes its own end of a tunnel first")
def test_no_tunnel_is_made(lab, person, codes):
    with client.Login(lab, person.name, "sleep 20", options=(
            "-o", "ExitOnForwardFailure=yes", "-w", "any:any")) as ssh:
        assert ssh.answer_all([person.password, codes.fresh(person)])
        end = ssh.finish()
    assert end.status == 255
    assert "unnel" in end.errors + end.transcript


@pytest.mark.parametrize("way", [
    ("-R", "127.0.0.1:0:127.0.0.1:1"), ("-R", "/tmp/no:127.0.0.1:1"),
    ("-R", "0")])
def test_no_port_of_the_bastion_is_given_away(lab, person, codes, way):
    with client.Login(lab, person.name, "sleep 20", options=(
            "-o", "ExitOnForwardFailure=yes", *way)) as ssh:
        assert ssh.answer_all([person.password, codes.fresh(person)])
        end = ssh.finish()
    assert end.status == 255
    assert "remote port forwarding failed" in end.errors + end.transcript


def test_no_agent_comes_along(lab, person, codes, tmp_path):
    with agent(tmp_path) as path, client.Login(
            lab, person.name, "echo agent=$SSH_AUTH_SOCK", options=(
                "-o", f"ForwardAgent={path}")) as ssh:
        assert ssh.answer_all([person.password, codes.fresh(person)])
        assert ssh.finish().output == "agent=\n"


@contextlib.contextmanager
def agent(directory):
    path = str(directory / "agent")
    child = subprocess.Popen(["ssh-agent", "-D", "-a", path],
                             stdout=subprocess.DEVNULL)
    try:
        assert wait_until(lambda: os.path.exists(path))
        yield path
    finally:
        child.terminate()
        child.wait()


def test_a_second_channel_of_one_connection_is_no_new_attempt(
        lab, person, codes, records, tmp_path):
    control = str(tmp_path / "control")
    with client.Login(lab, person.name, "sleep 20", options=(
            "-M", "-S", control)) as first:
        assert first.answer_all([person.password, codes.fresh(person)])
        assert wait_until(lambda: os.path.exists(control))
        with client.Login(lab, person.name, "echo second", options=(
                "-S", control)) as second:
            assert second.finish().output == "second\n"
    assert len(records.wait_finals(person.name)) == 1
