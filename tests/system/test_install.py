# SPDX-License-Identifier: Apache-2.0
"""INSTALL's own lines, with Debian's own files, sshd and accounts: a mount
namespace has an /etc/passwd, /etc/shadow and /etc/pam.d of its own."""
import datetime
import os
import re
import shutil
import subprocess

import pytest
from install_text import PAM_SED, pam_lines, sshd_settings
from labkit import client
from labkit.process import wait_until
from labkit.world import free_ports

MOUNTS = """
mount -t tmpfs none /run && mkdir /run/sshd
mount -t tmpfs none /var/log
for file in passwd shadow group pam.d; do
	mount --bind "$1/$file" "/etc/$file" || exit
done
exec /usr/sbin/sshd -D -e -f "$1/config"
"""


class Bastion:
    """A machine that was set up as INSTALL says, beside the lab's."""

    def __init__(self, lab, directory):
        self.lab, self.dir = lab, str(directory)
        self.port, = free_ports(1)
        shutil.copytree("/etc/pam.d", self.dir + "/pam.d")
        for name in "passwd", "shadow", "group":
            shutil.copy("/etc/" + name, self.dir)
        os.chmod(self.dir + "/shadow", 0o600)

    def account(self, person, *, expires=""):
        """EXPIRES: the day, counted from 1970, after which it is closed."""
        home = os.path.join(self.lab.dir, "home", person.name)
        for name, line in (
                ("passwd", f"{person.name}:x:{person.uid}:{person.uid}::"
                           f"{home}:/bin/sh"),
                ("group", f"{person.name}:x:{person.uid}:"),
                ("shadow", f"{person.name}:*:20000:0:99999:7::{expires}:")):
            path = os.path.join(self.dir, name)
            with open(path, encoding="utf-8") as file:
                kept = [s for s in file if not s.startswith(person.name + ":")]
            with open(path, "w", encoding="utf-8") as file:
                file.writelines([*kept, line + "\n"])

    def set_up(self):
        """What INSTALL's section 5 has the administrator do."""
        path = self.dir + "/pam.d/sshd"
        edit(path)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        with open(path, "w", encoding="utf-8") as out:
            out.write(text.replace("pam_sallyport.so", (
                f"{self.lab.module} {self.lab.gateway.pam_options} "
                f"timeout={self.lab.deadline}")))
        settings = re.sub(r"LoginGraceTime \d+", "LoginGraceTime 60",
                          sshd_settings())
        with open(self.dir + "/config", "w", encoding="ascii") as out:
            out.write(f"{settings}\nPort {self.port}\n"
                      "ListenAddress 127.0.0.1\nPidFile none\n"
                      f"HostKey {self.lab.bastion.dir}/host_key\n"
                      "KexAlgorithms curve25519-sha256\n")
        with open(self.lab.bastion.dir + "/host_key.pub",
                  encoding="ascii") as file:
            kind, key = file.read().split()[:2]
        with open(self.lab.bastion.known_hosts, "a", encoding="ascii") as out:
            out.write(f"[127.0.0.1]:{self.port} {kind} {key}\n")

    def login(self, person, code, command="echo in"):
        return client.login(self.lab, person.name, [person.password, code],
                            command, port=self.port)


def edit(path):
    """As INSTALL's sed command does it."""
    subprocess.run(["sed", "-i", "-f", PAM_SED, path], check=True)


@pytest.fixture
def bastion(lab, tmp_path):
    machine = Bastion(lab, tmp_path)
    machine.set_up()
    with open(machine.dir + "/log", "w", encoding="utf-8") as log:
        sshd = subprocess.Popen(
            ["unshare", "-m", "--propagation", "private", "/bin/sh", "-ec",
             MOUNTS, "sh", machine.dir], stderr=log)
    try:
        assert wait_until(lambda: "listening" in read(machine.dir + "/log")), \
            read(machine.dir + "/log")
        yield machine
    finally:
        sshd.terminate()
        sshd.wait()


def read(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def today():
    return (datetime.date.today() - datetime.date(1970, 1, 1)).days


def test_the_command_writes_the_three_lines(bastion):
    text = read(bastion.dir + "/pam.d/sshd")
    auth, account, session = (
        line.replace("pam_sallyport.so", "") for line in
        pam_lines().splitlines())
    assert re.search(rf"^{re.escape(auth)}", text, re.MULTILINE)
    assert "@include common-auth\n" not in text
    assert re.search(rf"^{re.escape(account)}.*\n@include common-account$",
                     text, re.MULTILINE)
    assert re.search(rf"^{re.escape(session)}.*\n@include common-session$",
                     text, re.MULTILINE)


@pytest.mark.parametrize("service", ["sudo", "sudo-i", "su"])
def test_the_command_is_right_for_the_other_doors_too(tmp_path, service):
    shutil.copy("/etc/pam.d/" + service, tmp_path)
    edit(str(tmp_path / service))
    text = read(tmp_path / service)
    assert [s.split()[0] for s in text.splitlines()
            if "pam_sallyport.so" in s] == ["auth", "account", "session"]
    assert "@include common-auth\n" not in text


def test_who_is_right_gets_in(bastion, person, codes):
    bastion.account(person)
    end = bastion.login(person, codes.fresh(person))
    assert end.output == "in\n", (end, read(bastion.dir + "/log"))
    assert bastion.login(person, client.Codes.wrong(person)).refused


def test_a_local_account_that_has_expired_is_closed(bastion, person, codes):
    bastion.account(person, expires=today() - 1)
    assert bastion.login(person, codes.fresh(person)).refused
    bastion.account(person, expires=today() + 2)
    assert bastion.login(person, codes.fresh(person)).output == "in\n"
