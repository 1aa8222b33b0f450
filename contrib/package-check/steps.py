# SPDX-License-Identifier: Apache-2.0
"""What package-check does in the machine, in order: each step takes the walk and
raises RuntimeError where something is not as it should be."""
import os
import re
import socket
import threading
import time

import scenes
from company import BASTION
from labkit.process import wait_until
from scenes import need

HERE = os.path.dirname(os.path.realpath(__file__))
DEBS = "/root/debs"
INSTALL = (f'apt-get install --no-install-recommends {DEBS}/*.deb')
UPGRADE = f"apt-get install --no-install-recommends {DEBS}/newer/*.deb"
PACKAGES = ("libpam-sallyport", "libsallyport-dev", "libsallyport0",
            "sallyport", "sallyport-doc")
UNIT = "sallyport-gatewayd.service"
SOCKET = "/run/sallyport/login.sock"
AWAY = 2.0              # seconds that an upgrade may refuse logins
POLL = 0.02
OTHERS = "dave", "erin", "frank", "grace", "heidi"


def sh(walk, script):
    return walk.machine.must(script).strip()


def unit_property(walk, name):
    return sh(walk, f"systemctl show -P {name} {UNIT}")


def processes(walk):
    """Which of our programs run, each with its process."""
    return [line for line in
            sh(walk, "ls -l /proc/[0-9]*/exe 2>/dev/null || :").split("\n")
            if re.search(r"-> /usr/(libexec/sallyport|sbin/gatewayd)", line)]


# --- installed ------------------------------------------------------------------

def install(walk):
    """apt-get install: nothing starts, and no file of PAM or sshd changes"""
    look = "find /etc/pam.d /etc/pam.conf /etc/ssh -type f | sort | " \
        "xargs sha256sum"
    before = sh(walk, look)
    said = sh(walk, INSTALL)
    need("sallyport: not configured yet" in said, said)
    need(sh(walk, look) == before, "files of PAM or sshd have changed")
    need(unit_property(walk, "ActiveState") == "inactive", "gatewayd runs")
    need(unit_property(walk, "UnitFileState") == "disabled",
         "the unit is enabled")


def has_its_files(walk):
    """each package has its files, and no other"""
    multiarch = sh(walk, "dpkg-architecture -q DEB_HOST_MULTIARCH 2>/dev/null"
                   " || basename /usr/lib/*-linux-gnu")
    has = [f"{name}: {path}".replace(multiarch, "MULTIARCH")
           for name in PACKAGES
           for path in sorted(sh(walk, f"dpkg -L {name}").split("\n"))
           if not walk.machine.run(f"test -d '{path}'")[0] == 0]
    with open(os.path.join(HERE, "files"), encoding="ascii") as file:
        wanted = [line.rstrip("\n") for line in file if line[0] != "#"]
    odd = sorted(set(has) ^ set(wanted))
    need(not odd, "in the packages or in contrib/package-check/files alone:\n"
         + "\n".join(odd))


def versions_agree(walk):
    """dpkg, sallyport and gatewayd have one version"""
    version = sh(walk, "dpkg-query -W -f '${Version}' sallyport")
    for program in "sallyport", "gatewayd":
        said = sh(walk, f"{program} --version")
        need(said == f"{program} {version.rpartition('-')[0]}",
             f"{said}, in a package {version}")


# --- configured as INSTALL says ---------------------------------------------------

def packaged(text):
    return text.replace("/usr/local/share/sallyport/", "/usr/share/sallyport/")


def commands(walk, start):
    return walk.script(packaged(walk.site(walk.block(start).script())))


def configure(walk):
    """INSTALL's configuration, policy, keys and people"""
    machine = walk.machine
    machine.write("/etc/sallyport/gatewayd.conf",
                  walk.site(walk.block("gateway {").text), 0o600)
    machine.write("/etc/sallyport/policy.d/bastion.policy",
                  walk.site(walk.block("network corp").text))
    scenes.copy_the_certificates(walk)
    walk.again("useradd", "alice")
    scenes.accounts_of_the_others(walk, None)
    commands(walk, "sallyport key init")


def start(walk):
    """systemctl enable --now, and everybody enrolled"""
    commands(walk, "systemctl enable")
    scenes.keep_the_seed(walk, commands(walk, "sallyport status"))
    scenes.enrol_the_others(walk)


def sshd_is_back():
    """A reload of sshd executes it anew: for a moment nothing listens."""
    def connects():
        try:
            socket.create_connection((BASTION, 22), 1).close()
        except OSError:
            return False
        return True
    need(wait_until(connects), "sshd does not listen")


def ssh_asks_sallyport(walk):
    """sshd and PAM as INSTALL has them: alice gets a token"""
    walk.machine.write("/etc/ssh/sshd_config.d/00-sallyport.conf",
                       walk.site(walk.block("UsePAM yes").text))
    commands(walk, "cp -a /etc/pam.d")
    scenes.says_no_twice(walk, commands(walk, "sshd -t"))
    sshd_is_back()
    scenes.a_login_gets_a_token(walk, "ssh", "alice@bastion1", "sallyport",
                                "token", "get", "--audience", "tickets")


def a_wrong_code(walk):
    """dave's wrong code is refused, and the receiver has both records"""
    scenes.a_wrong_code_is_refused(walk)
    scenes.the_receiver_has_them(walk)


# --- run by systemd ---------------------------------------------------------------

def reload(walk):
    """systemctl reload: the same process goes on"""
    before = unit_property(walk, "MainPID")
    sh(walk, f"systemctl reload {UNIT}")
    need(unit_property(walk, "MainPID") == before, "another process")
    need(unit_property(walk, "ActiveState") == "active", "not active")


def is_back(walk, before):
    need(wait_until(lambda: unit_property(walk, "MainPID") not in ("0", before)
                    and unit_property(walk, "ActiveState") == "active"),
         sh(walk, f"systemctl status {UNIT} || :"))
    sh(walk, "sallyport status")


def killed(walk):
    """kill -9 of gatewayd: systemd starts it again, and no role is left over"""
    before = unit_property(walk, "MainPID")
    sh(walk, f"kill -9 {before}")
    is_back(walk, before)
    running = processes(walk)
    need(len(running) == 7, "\n".join(running))


def hangs(walk):
    """a gatewayd that hangs is ended by systemd's watchdog"""
    drop_in = f"/run/systemd/system/{UNIT}.d"
    sh(walk, f"mkdir -p {drop_in} && printf '[Service]\\nWatchdogSec=2\\n' "
       f">{drop_in}/watchdog.conf && systemctl daemon-reload && "
       f"systemctl restart {UNIT}")
    before = unit_property(walk, "MainPID")
    sh(walk, f"kill -STOP {before}")
    is_back(walk, before)
    sh(walk, f"rm -r {drop_in} && systemctl daemon-reload && "
       f"systemctl restart {UNIT}")


# --- upgraded ----------------------------------------------------------------------

class Away(threading.Thread):
    """For how long the gateway takes no conversation."""

    def __init__(self, machine):
        super().__init__()
        self.path = f"/proc/{machine.first}/root{SOCKET}"
        self.longest = 0.0
        self.over = threading.Event()

    def run(self):
        answered = time.monotonic()
        while not self.over.is_set():
            with socket.socket(socket.AF_UNIX) as there:
                try:
                    there.connect(self.path)
                    answered = time.monotonic()
                except OSError:
                    self.longest = max(self.longest,
                                       time.monotonic() - answered)
            time.sleep(POLL)


def upgrade(walk):
    """an upgrade: open sessions go on, a person at a prompt is told"""
    session = scenes.shell(walk, "erin")
    asked = walk.company.types("ssh", "dave@bastion1", "echo in")
    walk.company.answer_password(asked, "dave")
    asked.see("code: ")
    before = unit_property(walk, "MainPID")
    away = Away(walk.machine)
    away.start()
    sh(walk, UPGRADE)
    away.over.set()
    away.join()
    is_back(walk, before)
    sh(walk, "sallyport version --all")     # no process has an old program
    asked.types(walk.company.codes.fresh(walk.company.people["dave"]))
    status, output = asked.end()
    need(status == 0 or "does not answer: nobody can log in now" in output,
         output)
    session.types("echo still $((40 + 2))")
    session.see("still 42")
    session.types("exit")
    session.end()
    need(away.longest <= AWAY, f"no logins for {away.longest:.2f} s")
    return f"no logins for {away.longest:.2f} s"


def logins_go_on(walk):
    """frank logs in after the upgrade; the log verifies"""
    terminal = scenes.shell(walk, "frank")
    terminal.types("exit")
    terminal.end()
    sh(walk, "sallyport audit verify")


# --- taken away ----------------------------------------------------------------------

def removal_is_refused(walk):
    """apt-get remove, while PAM names the module, is refused with the way out"""
    status, said = walk.machine.run("apt-get remove libpam-sallyport")
    need(status != 0 and "/etc/pam.d/sshd" in said
         and "INSTALL, section 9" in said, said)
    terminal = scenes.shell(walk, "grace")
    terminal.types("exit")
    terminal.end()


def go_back(walk):
    """INSTALL's way back, then apt-get remove: the machine's passwords count"""
    sh(walk, "cp -a /root/pam.d.before-sallyport/sshd /etc/pam.d/ && "
       "rm /etc/ssh/sshd_config.d/00-sallyport.conf && systemctl reload ssh")
    sshd_is_back()
    sh(walk, "apt-get remove " + " ".join(PACKAGES))
    need(not processes(walk), "processes are left")
    terminal = walk.company.types("ssh", "alice@bastion1", "echo in")
    terminal.asked("assword: ", scenes.LOCAL_PASSWORD)
    status, output = terminal.end()
    need(status == 0 and "in" in output.split(), output)


def install_again(walk):
    """apt-get install again: the unit is enabled as before, state is the same"""
    sh(walk, INSTALL)
    sh(walk, f"systemctl start {UNIT} && sallyport status && "
       "sallyport audit verify")


def purge(walk):
    """apt-get purge: the log, the keys and the configuration stay, nothing else"""
    said = sh(walk, "apt-get purge " + " ".join(PACKAGES))
    need("/var/lib/sallyport is left" in said, said)
    left = sh(walk, "find / -xdev -iname '*sallyport*' "
              "-not -path '/proc/*' -not -path '/sys/*' -not -path '/run/*' "
              "-not -path '/root/*' -not -path '/var/log/*' "
              "-not -path '/var/lib/sallyport/*' "
              "-not -path '/etc/sallyport/*' -not -path '/var/cache/apt/*'")
    odd = set(left.split()) - {"/etc/sallyport", "/var/lib/sallyport"}
    need(not odd, "\n".join(sorted(odd)))
    need(re.search(r"^seal.key$", sh(walk, "ls /var/lib/sallyport/keys"),
                   re.MULTILINE), "seal.key is gone")


STEPS = (install, has_its_files, versions_agree, configure, start,
         ssh_asks_sallyport, a_wrong_code, reload, killed, hangs, upgrade,
         logins_go_on, removal_is_refused, go_back, install_again, purge)
