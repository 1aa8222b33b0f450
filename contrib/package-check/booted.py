# SPDX-License-Identifier: Apache-2.0
"""A machine whose own systemd has booted, by systemd-nspawn."""
import subprocess
import time

from machine import ENVIRONMENT, Machine

# What a small server has: systemd, and a login that logind knows.
HAS = ("systemd", "systemd-sysv", "dbus", "libpam-systemd", "openssh-server",
       "sudo")
# nspawn's own filter has no Landlock, without which no role serves.
CALLS = ("landlock_create_ruleset", "landlock_add_rule",
         "landlock_restrict_self")
PATIENCE = 60       # seconds for a boot


class Booted(Machine):
    def __init__(self, root):
        super().__init__(root)
        self.container = None
        self.first = None       # its systemd, as this namespace numbers it

    def up(self):
        """Boot.  It shares the network of the walk, which has loopback alone."""
        self.container = subprocess.Popen(
            ["systemd-nspawn", "-q", "-D", self.root, "-b", "--register=no",
             "--keep-unit", "--resolv-conf=off", "--timezone=off",
             "--console=pipe", "--system-call-filter=" + " ".join(CALLS)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        until = time.monotonic() + PATIENCE
        while self.state() not in ("running", "degraded"):
            if time.monotonic() > until or self.container.poll() is not None:
                raise RuntimeError(f"systemd does not boot: {self.state()}")
            time.sleep(0.2)

    def state(self):
        if self.first is None:
            self.first = next(iter(children(self.container.pid)), None)
        if self.first is None:
            return "not there"
        return self.run("systemctl is-system-running")[1].strip()

    def command(self, *words, cwd="/"):
        """What runs WORDS in the machine, as root."""
        return ["nsenter", "-t", str(self.first), "--all", "--",
                "/usr/bin/env", "-i", "-C", cwd,
                *(f"{name}={text}" for name, text in ENVIRONMENT.items()),
                *words]

    def run(self, script, cwd="/"):
        run = subprocess.run(
            self.command("/bin/bash", "-c", script, cwd=cwd), text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, errors="replace", check=False)
        return run.returncode, run.stdout


def children(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            return [int(child) for child in file.read().split()]
    except OSError:
        return []

