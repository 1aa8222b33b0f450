# SPDX-License-Identifier: Apache-2.0
"""What a bastion has around it: the directory, the log receiver, people with
their workstations.  They are the lab's, on this host's own programs, and stand
on the ports and under the names that INSTALL gives them."""
import os
import subprocess

import pexpect
import upgrade
from labkit import client, totp
from labkit.directory import Directory
from labkit.process import wait_until
from labkit.receiver import CLIENT_NAME, Receiver
from labkit.tls import Authority

DOMAIN = "example.test"
BASTION, WORKSTATION, PRODUCTION = "10.20.0.1", "10.20.0.7", "10.30.0.5"
HOSTS = f"""\
127.0.0.1 localhost ldap1.{DOMAIN} ldap2.{DOMAIN} siem.{DOMAIN}
{BASTION} bastion1.{DOMAIN} bastion1
"""
PORTS = {"ldap": 389, "ldaps": 636, "relp": 2514}
NAMES = ("alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi")
PATIENCE = 40           # seconds for a prompt: a refusal takes its time


class Company:
    def __init__(self, directory):
        self.dir = directory
        self.run_dir = os.path.join(directory, "run")
        self.log_dir = os.path.join(directory, "log")
        # those whom the older release knew, of section 8
        self.people = {person.name: person for person in
                       upgrade.packed().people() if person.name in NAMES}
        self.tls = Authority(os.path.join(directory, "tls"),
                             (f"ldap1.{DOMAIN}", f"ldap2.{DOMAIN}"))
        self.directory = Directory(self)
        self.receiver = Receiver(self)
        self.codes = client.Codes()
        self.known_hosts = os.path.join(directory, "known_hosts")

    @staticmethod
    def port(name):
        return PORTS[name]

    def start(self):
        for part in self.run_dir, self.log_dir:
            os.makedirs(part)
        self.tls.create()
        for component in self.directory, self.receiver:
            component.create()
            component.start()
            if not wait_until(component.ready):
                raise RuntimeError(f"{component.name} does not start:\n"
                                   + component.daemon.tail())
        self.directory.populate()

    def stop(self):
        for component in self.directory, self.receiver:
            component.daemon.stop()

    def hand_over(self, machine):
        """The files that the bastion's configuration names."""
        client_files = os.path.join(self.tls.dir, CLIENT_NAME)
        for source, target in (
                (self.tls.ca, "ldap-ca.pem"), (self.tls.ca, "siem-ca.pem"),
                (client_files + ".pem", "siem-client.pem"),
                (client_files + ".key", "siem-client.key"),
                (self.directory.password_file, "ldap.password")):
            with open(source, encoding="ascii") as file:
                machine.write("/etc/sallyport/" + target, file.read(), 0o600)

    def know(self, machine):
        """Everybody's ssh knows the bastion's host key."""
        key = machine.read("/etc/ssh/ssh_host_ed25519_key.pub").split()[:2]
        with open(self.known_hosts, "w", encoding="ascii") as out:
            out.write(" ".join(["bastion1", *key]) + "\n")

    def types(self, *words):
        """A person at a terminal of the workstation runs ssh or sftp."""
        program, *rest = words
        settings = ["-F", "none", "-o", "GlobalKnownHostsFile=none",
                    "-o", f"UserKnownHostsFile={self.known_hosts}",
                    "-o", "HostKeyAlgorithms=ssh-ed25519",
                    "-o", "NumberOfPasswordPrompts=1",
                    "-o", f"BindAddress={WORKSTATION}",
                    "-o", "IdentityAgent=none"]
        return Terminal(pexpect.spawn(
            program, [*settings, *rest], timeout=PATIENCE, encoding="utf-8",
            codec_errors="replace",
            env={"PATH": os.environ["PATH"], "TERM": "dumb"}))

    def answer(self, terminal, name, code=None, password=None):
        """Password and code of a person, or others."""
        self.answer_password(terminal, name, password)
        terminal.asked("code: ", self.codes.fresh(self.people[name])
                       if code is None else code)

    def answer_password(self, terminal, name, password=None):
        terminal.asked("assword[^:]*: ",
                       password or self.people[name].password)

    def wrong_code(self, name):
        return self.codes.wrong(self.people[name])

    def code_of(self, seed):
        return totp.code(seed)

    def up(self):
        """The addresses of all of them, on a loopback that is our own."""
        for words in (["link", "set", "lo", "up"],
                      *(["addr", "add", address + "/16", "dev", "lo"]
                        for address in (BASTION, WORKSTATION, PRODUCTION))):
            subprocess.run(["ip", *words], check=True)


class Terminal:
    """What somebody sees and types."""

    def __init__(self, child):
        self.child = child

    def see(self, pattern):
        """What stood before PATTERN."""
        try:
            self.child.expect(pattern)
        except (pexpect.EOF, pexpect.TIMEOUT) as err:
            raise RuntimeError(f"no {pattern!r} but "
                               f"{self.child.before!r}") from err
        return self.child.before

    def asked(self, prompt, answer):
        self.see(prompt)
        self.child.sendline(answer)

    def types(self, line):
        self.child.sendline(line)

    def match(self, number):
        return self.child.match[number]

    def end(self):
        """(exit status, the rest)."""
        self.child.expect(pexpect.EOF)
        rest = self.child.before
        self.child.close()
        return self.child.exitstatus, rest
