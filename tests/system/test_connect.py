# SPDX-License-Identifier: Apache-2.0
"""gatewayd -t --connect: real servers, servers that are wrong, and who asks."""
import contextlib
import os
import re
import socket
import subprocess
import sys
import threading
import time

import pytest
from labkit.process import wait_until
from support import ROOT

BROKEN = {
    "expired": (("ca", "0", "IP:127.0.0.1"), "it has expired"),
    "another name": (("ca", "9", "DNS:ldap.elsewhere.test"),
                     "it is for another name"),
    "unknown issuer": (("stranger", "9", "IP:127.0.0.1"),
                       "its issuer is not known"),
    "only for clients": (("ca", "9", "IP:127.0.0.1\nextendedKeyUsage="
                          "clientAuth"), "it is not for servers"),
}


@pytest.fixture
def connect(lab, tmp_path):
    """connect(old=new, ...): of the lab's configuration with that changed."""
    def run(changes=(), before=()):
        with open(lab.gateway.config, encoding="utf-8") as file:
            text = file.read()
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / "gatewayd.conf"
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)
        return subprocess.run(
            [*before, lab.gateway.program, "-t", "--connect", "-f", str(path)],
            capture_output=True, text=True, timeout=90, check=False)
    return run


@pytest.fixture
def impostor(lab, tmp_path):
    """impostor(ca, days, san): a port of loopback with such a certificate."""
    end = contextlib.ExitStack()

    def openssl(*words):
        subprocess.run(["openssl", *words], check=True, capture_output=True,
                       cwd=tmp_path)

    def begin(ca, days, san, name="impostor"):
        keys = {"ca": (lab.tls.ca, lab.tls.ca_key),
                "stranger": ("stranger.pem", "stranger.key")}
        p256 = "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"
        openssl("req", "-x509", *p256, "-days", "9", "-subj", "/CN=stranger",
                "-keyout", "stranger.key", "-out", "stranger.pem")
        openssl("req", *p256, "-subj", f"/CN={name}", "-keyout", "own.key",
                "-out", "own.csr")
        (tmp_path / "own.ext").write_text(f"subjectAltName={san}\n")
        openssl("x509", "-req", "-in", "own.csr", "-CA", keys[ca][0], "-CAkey",
                keys[ca][1], "-CAcreateserial", "-days", days, "-extfile",
                "own.ext", "-out", "own.pem")
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        server = subprocess.Popen(
            ["openssl", "s_server", "-quiet", "-accept", f"127.0.0.1:{port}",
             "-cert", "own.pem", "-key", "own.key"], cwd=tmp_path,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end.callback(server.wait)
        end.callback(server.kill)
        assert wait_until(lambda: answers(port), 20)
        if days == "0":     # it ends with the second that it began in
            time.sleep(1.1)
        return port
    with end:
        yield begin


def answers(port):
    with contextlib.suppress(OSError), socket.create_connection(
            ("127.0.0.1", port), 2):
        return True
    return False


def test_servers_that_work_are_shown_with_their_chain(lab, connect):
    end = connect()
    assert end.returncode == 0, end.stdout + end.stderr
    assert end.stderr == ""
    assert f"{lab.directory.ldaps_uri}: works: bound as cn=" in end.stdout
    assert "sink siem: works: it takes records" in end.stdout
    for name in "ldap.example.test", "siem.example.test":
        assert re.search(rf"\n\tcertificate CN={name}: (90|89) days left "
                         r"\(\d{4}-\d\d-\d\d\)\n", end.stdout)


def test_a_server_that_is_down_is_a_no(lab, connect):
    with socket.create_server(("127.0.0.1", 0)) as free:
        nobody = free.getsockname()[1]
    end = connect([(str(lab.port("ldaps")), str(nobody))])
    assert end.returncode == 1
    assert re.search(r"does not work: connect: Connection refused", end.stdout)
    assert "sink siem: works" in end.stdout


def test_a_wrong_password_is_a_no_and_is_tried_once(lab, connect, tmp_path):
    wrong = tmp_path / "password"
    wrong.write_text("wrong\n")
    wrong.chmod(0o600)
    log = lab.directory.daemon.log
    before = os.path.getsize(log)
    end = connect([(lab.directory.password_file, str(wrong))])
    assert end.returncode == 1
    assert "does not work: service bind: Invalid credentials: bind-dn or the " \
        "file of bind-password-file is wrong" in end.stdout
    with open(log, encoding="utf-8") as file:
        file.seek(before)
        assert len(re.findall(r"RESULT tag=97 err=49", file.read())) == 1


def test_a_base_that_is_not_there_is_a_no(connect):
    end = connect([("ou=people,", "ou=nowhere,")])
    assert end.returncode == 1
    assert "No such object: look at base" in end.stdout


@pytest.mark.parametrize("what", BROKEN)
@pytest.mark.parametrize("whose", ["ldaps", "relp"])
def test_a_certificate_that_is_wrong_is_a_no(
        lab, connect, impostor, what, whose):
    shown, sentence = BROKEN[what]
    changes = [(str(lab.port(whose)), str(impostor(*shown)))]
    if whose == "relp":
        changes.append(("server-name  siem.example.test",
                        "server-name  127.0.0.1"))
    end = connect(changes)
    assert end.returncode == 1
    assert f"TLS: the certificate of 127.0.0.1: {sentence}" in end.stdout
    assert "certificate CN=impostor: " in end.stdout
    assert ("certificate CN=impostor: ended on" in end.stdout) \
        == (what == "expired")


@pytest.mark.parametrize("whose", ["ldaps", "relp"])
def test_what_a_server_wrote_is_no_order_to_the_terminal(
        lab, connect, impostor, whose):
    port = impostor("stranger", "9", "IP:127.0.0.1", "a\x1b[2Jb\x07")
    end = connect([(str(lab.port(whose)), str(port))])
    assert end.returncode == 1
    assert "certificate CN=a" in end.stdout
    assert not re.search(r"[^\n\t -~]", end.stdout)


def test_where_the_sandbox_cannot_be_nobody_can_tell(connect):
    end = connect(before=[
        sys.executable, os.path.join(ROOT, "tests/support/under_filter.py"),
        "-landlock_create_ruleset=EPERM"])
    assert end.returncode == 2
    assert "could not be asked: sandbox: landlock version: Operation not " \
        "permitted" in end.stdout


def parent_of(status):
    """Its command line, where it is one of this test."""
    pid = re.search(r"^PPid:\t(\d+)$", status, re.MULTILINE)[1]
    with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
        mine = file.read().rsplit(")", 1)[1].split()[1] == str(os.getpid())
    with open(f"/proc/{pid}/cmdline", encoding="utf-8") as file:
        return file.read() if mine else ""


def test_who_asks_has_no_rights(lab, connect):
    """While a server says nothing, the one who asks it is looked at."""
    seen = []

    def look(server):
        one, _ = server.accept()
        with one:
            for pid in filter(str.isdigit, os.listdir("/proc")):
                with contextlib.suppress(OSError), open(
                        f"/proc/{pid}/status", encoding="ascii") as file:
                    status = file.read()
                    if (status.startswith("Name:\tdirectory\n")
                            and "--connect" in parent_of(status)):
                        seen.append(status)
    with socket.create_server(("127.0.0.1", 0)) as server:
        watcher = threading.Thread(target=look, args=(server,), daemon=True)
        watcher.start()
        connect([(str(lab.port("ldaps")), str(server.getsockname()[1]))])
        watcher.join(20)
    (status,) = seen
    assert "\nSeccomp:\t2\n" in status
    assert not re.search(r"^Uid:.*\t0\b", status, re.MULTILINE)
    assert re.search(r"^CapEff:\t0+$", status, re.MULTILINE)
    assert re.search(r"^NoNewPrivs:\t1$", status, re.MULTILINE)


def test_connect_alone_is_a_usage_error(lab):
    end = subprocess.run([lab.gateway.program, "--connect"], check=False,
                         capture_output=True, text=True, timeout=30)
    assert end.returncode == 2
    assert "--connect goes with -t" in end.stderr
