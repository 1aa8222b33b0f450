# SPDX-License-Identifier: Apache-2.0
"""gatewayd with its real roles in a directory of its own, without a lab."""
import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "../.."))
sys.path.append(os.path.join(ROOT, "contrib/lab"))
from labkit.roles import ROLES  # noqa: E402

BUILD = os.path.join(ROOT, "build")
POLICY = "network here 127.0.0.0/8\npermit any from here with password\nend\n"
CONF = """
gateway {{
	host bastion.example.test
	issuer https://bastion.example.test
	runtime {dir}/run
	state {dir}/state
	libexec {build}/libexec
	policy {dir}
}}
"""
# what a role's block has beside its user
KEYS = {"directory": """
	uri ldap://127.0.0.1:{ldap}
	insecure yes
	bind-dn cn=x
	bind-password-file {dir}/password
	base dc=x
"""}
for _number, _role in enumerate(ROLES, 64001):
    CONF += f"{_role} {{{{\n\tuser {_number}\n{KEYS.get(_role, '')}}}}}\n"


class Ldap:
    """A server that takes the service's bind, and knows nobody."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                one, _ = self.socket.accept()
                threading.Thread(target=serve, args=(one,),
                                 daemon=True).start()


def serve(one):
    """RFC 4511: each bind request (0x60) succeeds."""
    with one, contextlib.suppress(OSError):
        while request := one.recv(4096):
            if request[5] == 0x60:
                one.sendall(bytes([0x30, 12, 2, 1, request[4], 0x61, 7,
                                   0x0a, 1, 0, 4, 0, 4, 0]))


class RealRoles:
    """Its LDAP server is one of the test's own, which knows nobody."""

    def __init__(self):
        # short: socket names have room for 108 bytes
        self.dir = tempfile.mkdtemp(prefix="sp-")
        self.conf = self.path("gatewayd.conf")
        self.run = None
        self.ldap = Ldap()
        self.write("gatewayd.conf", CONF.format(
            dir=self.dir, build=BUILD, ldap=self.ldap.port))
        self.write("a.policy", POLICY)
        self.write("password", "x")
        os.mkdir(self.path("state"))
        self.command("key", "init").check_returncode()

    def path(self, name):
        return os.path.join(self.dir, name)

    def write(self, name, text):
        fd = os.open(self.path(name), os.O_WRONLY | os.O_CREAT, 0o600)
        with open(fd, "w", encoding="ascii") as out:
            out.write(text)

    def command(self, *words):
        return subprocess.run(
            [os.path.join(BUILD, "sallyport"), "--config", self.conf, *words],
            capture_output=True, text=True, timeout=30, check=False)

    def start(self, *before):
        with open(self.path("log"), "ab") as out:
            self.run = subprocess.Popen(
                [*before, os.path.join(BUILD, "sbin/gatewayd"), "-f",
                 self.conf], cwd="/", stdout=out, stderr=out)

    def said(self):
        with open(self.path("log"), encoding="utf-8") as file:
            return file.read()

    def status(self):
        try:
            with open(self.path("run/status"), encoding="ascii") as file:
                return json.load(file)
        except (OSError, ValueError):
            return {"ready": False, "pid": 0, "roles": []}

    def ready(self):
        """This one, not one that was killed."""
        status = self.status()
        return status["ready"] and status["pid"] == self.run.pid

    def pids(self):
        return {r["role"]: r["pid"] for r in self.status()["roles"]}

    def restarts(self, role):
        return sum(r["restarts"] for r in self.status()["roles"]
                   if r["role"] == role)

    def end(self):
        if self.run is not None:
            self.run.kill()
            self.run.wait()
            wait_for(lambda: not any(map(lives, self.pids().values())))
        self.ldap.socket.close()
        shutil.rmtree(self.dir)


def lives(pid):
    """Not ended, and not waiting for somebody to take notice of it."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def wait_for(test, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if test():
            return True
        time.sleep(0.02)
    return False
