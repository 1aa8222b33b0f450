# SPDX-License-Identifier: Apache-2.0
"""Every way to use an ssh connection needs both factors."""
import os
import socket
import threading

import pytest
from labkit import client
from labkit.process import wait_until

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


def test_a_forward_works_after_both_factors(lab, person, codes, records):
    """One connection without any session is one grant."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        threading.Thread(target=greet, args=(server,), daemon=True).start()
        with client.Login(lab, person.name, "", options=(
                "-W", f"127.0.0.1:{port}")) as ssh:
            assert ssh.answer_all([person.password, codes.fresh(person)])
            assert ssh.finish().output == "hello\n"
    assert len(records.wait_finals(person.name)) == 1


def greet(server):
    sock, _ = server.accept()
    with sock:
        sock.sendall(b"hello\n")


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
