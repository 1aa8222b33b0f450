# SPDX-License-Identifier: Apache-2.0
"""INSTALL's way out: production's networks are closed to everybody but root,
whatever program is used.  A bastion, production and another network, each a
network namespace."""
import contextlib
import subprocess
import sys

import pytest
from install_text import egress

NOBODY = 65534
PRODUCTION = "10.30.0.2", "2001:db8:30::2"
ELSEWHERE = "10.40.0.2", "2001:db8:40::2"

SERVER = """
import socket, sys
sock = socket.create_server(("::", 80), family=socket.AF_INET6,
                            dualstack_ipv6=True)
print("up", flush=True)
while True:
    sock.accept()[0].close()
"""
CLIENT = """
import os, socket, sys
os.setgroups([])
os.setresgid(int(sys.argv[2]), int(sys.argv[2]), int(sys.argv[2]))
os.setresuid(int(sys.argv[2]), int(sys.argv[2]), int(sys.argv[2]))
try:
    socket.create_connection((sys.argv[1], 80), 3).close()
except OSError:
    sys.exit(1)
"""


class Space:
    """A network namespace, which ends with its one process."""

    def __init__(self):
        self.process = subprocess.Popen(
            ["unshare", "-n", "/bin/sh", "-c", "echo up; exec sleep 120"],
            stdout=subprocess.PIPE, text=True)
        assert self.process.stdout.readline() == "up\n"

    def argv(self, *argv):
        return ["nsenter", "-t", str(self.process.pid), "-n", *argv]

    def must(self, *argv, **how):
        subprocess.run(self.argv(*argv), check=True, timeout=30, **how)

    def reaches(self, address, uid):
        return subprocess.run(
            self.argv(sys.executable, "-c", CLIENT, address, str(uid)),
            timeout=30, check=False).returncode == 0


@pytest.fixture(scope="module")
def bastion():
    with contextlib.ExitStack() as stack:
        def space():
            one = Space()
            stack.callback(one.process.wait)
            stack.callback(one.process.kill)
            return one
        here, there = space(), space()
        here.must("ip", "link", "add", "way", "type", "veth", "peer", "name",
                  "way", "netns", str(there.process.pid))
        for one, last in (here, 1), (there, 2):
            for prefix in "10.30.0.", "10.40.0.":
                one.must("ip", "address", "add", f"{prefix}{last}/24", "dev",
                         "way")
            for prefix in "2001:db8:30::", "2001:db8:40::":
                one.must("ip", "address", "add", f"{prefix}{last}/64", "dev",
                         "way", "nodad")
            one.must("ip", "link", "set", "way", "up")
            one.must("ip", "link", "set", "lo", "up")
        there.must("ip", "route", "add", "10.20.0.0/24", "via", "10.30.0.1")
        server = subprocess.Popen(
            there.argv(sys.executable, "-c", SERVER),
            stdout=subprocess.PIPE, text=True)
        stack.callback(server.wait)
        stack.callback(server.kill)
        assert server.stdout.readline() == "up\n"
        yield here


def test_without_the_rules_everybody_reaches_production(bastion):
    assert all(bastion.reaches(address, NOBODY) for address in PRODUCTION)


def test_with_them_root_alone_does(bastion):
    for _ in range(2):      # loading them again changes nothing
        bastion.must("nft", "-f", "-", input=egress(), text=True)
    for address in PRODUCTION:
        assert bastion.reaches(address, 0), address
        assert not bastion.reaches(address, NOBODY), address
    for address in ELSEWHERE:
        assert bastion.reaches(address, NOBODY), address


def test_nobody_is_routed_there_either(bastion):
    bastion.must("nft", "flush", "ruleset")
    bastion.must("/bin/sh", "-ec", "echo 1 >/proc/sys/net/ipv4/ip_forward")
    with contextlib.ExitStack() as stack:
        person = Space()
        stack.callback(person.process.wait)
        stack.callback(person.process.kill)
        bastion.must("ip", "link", "add", "desk", "type", "veth", "peer",
                     "name", "desk", "netns", str(person.process.pid))
        bastion.must("ip", "address", "add", "10.20.0.1/24", "dev", "desk")
        bastion.must("ip", "link", "set", "desk", "up")
        person.must("ip", "address", "add", "10.20.0.2/24", "dev", "desk")
        person.must("ip", "link", "set", "desk", "up")
        person.must("ip", "route", "add", "default", "via", "10.20.0.1")
        assert person.reaches(PRODUCTION[0], 0)
        bastion.must("nft", "-f", "-", input=egress(), text=True)
        assert not person.reaches(PRODUCTION[0], 0)
