# SPDX-License-Identifier: Apache-2.0
"""What must be true between the blocks of INSTALL: each scene takes the walk
and raises RuntimeError where it is not."""
import json
import re
import shutil
import subprocess

import upgrade
from company import PRODUCTION
from labkit.process import wait_until
from labkit.records import Records, outcome, reason, username

SEED = re.compile(r"otpauth://totp/\S*[?&]secret=([A-Z2-7]+)")
LOCAL_PASSWORD = "of this machine alone"
UNIT = "/usr/local/lib/systemd/system/sallyport-gatewayd.service"


def need(true, what):
    if not true:
        raise RuntimeError(what)


# --- 1: build -----------------------------------------------------------------

def remember_the_system(walk):
    """a picture of the system before Sallyport"""
    walk.before = walk.machine.picture()


def the_unit_is_accepted(walk):
    """systemd-analyze verify accepts the unit that was installed"""
    if shutil.which("systemd-analyze") is None:
        return "left out: this host has no systemd-analyze"
    run = subprocess.run(
        ["systemd-analyze", "verify", "--man=no",
         "--root=" + walk.machine.root, UNIT],
        capture_output=True, text=True, check=False)
    # the targets are systemd's, which a minimal system has not
    said = [line for line in (run.stdout + run.stderr).splitlines()
            if "sallyport" in line and not line.endswith(".target not found.")]
    need(not said, "\n".join(said))
    return None


# --- 2 to 4: users, configuration, enrolment ------------------------------------

def accounts_of_the_others(walk, _):
    for person in walk.company.people.values():
        if person.name != "alice":
            walk.again("useradd", person.name)
        walk.machine.must(f"echo '{person.name}:{LOCAL_PASSWORD}' | chpasswd "
                          f"&& usermod -a -G sudo {person.name}")


def copy_the_certificates(walk):
    """certificates and password of the directory and the log receiver"""
    walk.company.hand_over(walk.machine)


def keep_the_seed(walk, output):
    found = SEED.search(output)
    need(found, "no otpauth URI in what INSTALL's commands printed")
    walk.company.people["alice"].seed = found[1]


def enrol_the_others(walk):
    """the same for dave, erin, frank, grace and heidi"""
    for name in "dave", "erin", "frank", "grace", "heidi":
        shown = walk.machine.must(f"sallyport factor enrol totp {name}")
        walk.company.people[name].seed = SEED.search(shown)[1]


# --- 5: sshd --------------------------------------------------------------------

def keep_the_lines(walk, block):
    walk.pam_lines = block.lines


def sshd_has_the_lines(walk, _):
    has = walk.machine.read("/etc/pam.d/sshd").split("\n")
    need(all(line in has for line in walk.pam_lines),
         "/etc/pam.d/sshd has not INSTALL's three lines")
    need("@include common-auth" not in has,
         "/etc/pam.d/sshd still includes common-auth")


def says_no_twice(_, output):
    need([line.split()[1] for line in output.splitlines()] == ["no", "no"],
         output)


def a_login_gets_a_token(walk, *words):
    terminal = walk.company.types(*words)
    walk.company.answer(terminal, "alice")
    status, output = terminal.end()
    need(status == 0 and re.search(r"^eyJ[\w-]+\.[\w-]+\.[\w-]+\r?$", output,
                                   re.MULTILINE), output)


def refused(walk, name, **wrong):
    terminal = walk.company.types("ssh", f"{name}@bastion1", "echo in")
    walk.company.answer(terminal, name, **wrong)
    status, output = terminal.end()
    need(status == 255 and "Access denied" in output, output)


def a_wrong_code_is_refused(walk):
    """ssh with a wrong code: Access denied"""
    refused(walk, "dave", code=walk.company.wrong_code("dave"))


def a_password_of_the_machine_is_refused(walk):
    """ssh with the password that /etc/shadow has: Access denied"""
    refused(walk, "dave", password=LOCAL_PASSWORD)


def an_invited_person_enrols(walk):
    """bob, invited, enrols at his first ssh, and the next one lets him in"""
    bob = walk.company.people["bob"]
    terminal = walk.company.types("ssh", "bob@bastion1", "echo in")
    walk.company.answer(terminal, "bob", code="")
    shown = terminal.see("code")
    bob.seed = SEED.search(shown)[1]
    terminal.asked(": ", walk.company.codes.fresh(bob))
    status, output = terminal.end()
    need(status == 255 and "It worked" in output, output)
    terminal = walk.company.types("ssh", "bob@bastion1", "echo in")
    walk.company.answer(terminal, "bob")
    status, output = terminal.end()
    need(status == 0 and "in" in output.split(), output)


def sftp_works(walk):
    """erin fetches a file by sftp"""
    terminal = walk.company.types("sftp", "erin@bastion1")
    walk.company.answer(terminal, "erin")
    terminal.asked("sftp> ", "pwd")
    terminal.see("/home/erin")
    terminal.asked("sftp> ", "bye")
    status, output = terminal.end()
    need(status == 0, output)


def the_records_are_there(_, output):
    for name, what in ("alice", "granted"), ("dave", "denied"):
        need(any(name in line and what in line
                 for line in output.splitlines()),
             f"no record of {name} {what} in\n{output}")


def the_receiver_has_them(walk):
    """the log receiver has them, and the log verifies"""
    records = Records(walk.company.receiver.file)
    wanted = {("alice", "granted", "permit"),
              ("dave", "denied", "wrong_code")}
    need(wait_until(lambda: wanted <= {
        (username(r), outcome(r), reason(r)) for r in records.all()}),
         f"not all of {wanted} arrived")
    walk.machine.must("sallyport audit verify")


# --- 6: sudo and su -------------------------------------------------------------

def shell(walk, name):
    """Somebody is in."""
    terminal = walk.company.types("ssh", "-t", f"{name}@bastion1")
    walk.company.answer(terminal, name)
    terminal.see(r"\$ ")
    return terminal


def becomes(walk, terminal, account, command, *, answers, service):
    """COMMAND leads to ACCOUNT once the person ANSWERS has answered."""
    terminal.types(command)
    walk.company.answer(terminal, answers)
    terminal.see("[$#] ")
    terminal.types("id -un; exit")
    terminal.see(rf"\b{account}\r")
    listed = walk.machine.must("sallyport audit tail --json")
    need(any(username(r) == answers and outcome(r) == "granted"
             and r.get("service", {}).get("name") == service
             for r in map(json.loads, listed.splitlines())),
         f"no record of {answers} granted for {service}")


def sudo_asks(walk):
    """dave: sudo asks for his password and code"""
    becomes(walk, shell(walk, "dave"), "root", "sudo sh", answers="dave",
            service="sudo")


def sudo_i_asks(walk):
    """frank: sudo -i, likewise"""
    becomes(walk, shell(walk, "frank"), "root", "sudo -i", answers="frank",
            service="sudo-i")


def su_asks_for_the_other(walk):
    """heidi: su and su - ask for the other person's"""
    terminal = shell(walk, "heidi")
    becomes(walk, terminal, "grace", "su grace", answers="grace", service="su")
    becomes(walk, terminal, "grace", "su - grace", answers="grace",
            service="su-l")


def su_leads_nobody_to_root(walk):
    """alice: su - with the password that root has here: Access denied"""
    terminal = shell(walk, "alice")
    walk.machine.must("cp -p /etc/shadow /run/ && "
                      f"echo 'root:{LOCAL_PASSWORD}' | chpasswd")
    terminal.types("su -")
    walk.company.answer(terminal, "alice", password=LOCAL_PASSWORD,
                        code="123456")
    terminal.see("Access denied")
    walk.machine.must("cat /run/shadow >/etc/shadow")


def without_gatewayd_nobody_gets_in(walk):
    """with gatewayd stopped neither ssh nor sudo lets anybody in"""
    terminal = shell(walk, "erin")
    walk.machine.must("systemctl stop sallyport-gatewayd")
    other = walk.company.types("ssh", "alice@bastion1", "echo in")
    status, output = other.end()
    need(status == 255 and "in\r" not in output, output)
    terminal.types("sudo id -u; echo ended $?")
    output = terminal.see(r"ended (\d+)\r")
    need(terminal.match(1) != "0", output)
    terminal.types("exit")
    terminal.end()
    walk.machine.must("systemctl start sallyport-gatewayd")


# --- 7 to 10: the way out, upgrade, going back ------------------------------------

def production_is_closed(walk):
    """alice cannot connect to production, root can"""
    # on a loopback the refusal does not reach who asked: time tells
    connect = f"timeout 5 bash -c 'exec 3<>/dev/tcp/{PRODUCTION}/22'"
    walk.machine.must(connect)
    status, output = walk.machine.run("setpriv --reuid alice --regid alice "
                                      "--clear-groups " + connect)
    need(status != 0, output)
    rules = walk.machine.must("nft list table inet sallyport_egress")
    need(re.search("counter packets [1-9]", rules), rules)


def an_older_release_was_here(walk):
    """configuration and state are those of an older release, after a kill"""
    walk.machine.must("systemctl stop sallyport-gatewayd")
    upgrade.put_back(walk.machine)
    for person in upgrade.packed().people():
        if person.name in walk.company.people:
            walk.company.people[person.name].seed = person.seed


def its_state_was_converted(walk):
    """the log says so, and every record of then and now verifies"""
    said = walk.machine.read(upgrade.LOG)
    need("converted from format" in said, said)
    walk.machine.must("sallyport audit verify")


def logins_go_on(walk):
    """alice logs in with the factor of then"""
    a_login_gets_a_token(walk, "ssh", "alice@bastion1", "sallyport", "token",
                         "get", "--audience", "tickets")


def a_password_of_the_machine_counts_again(walk):
    """ssh and sudo ask for the password that /etc/shadow has"""
    terminal = walk.company.types("ssh", "-t", "alice@bastion1")
    terminal.asked("assword: ", LOCAL_PASSWORD)
    terminal.see(r"\$ ")
    terminal.types("sudo id -u")
    terminal.asked("alice: ", LOCAL_PASSWORD)
    terminal.see(r"\b0\r")
    terminal.types("exit")
    terminal.end()


def the_system_is_as_it_was(walk):
    """without the people's accounts, the system is as it was before"""
    walk.machine.must("systemctl stop ssh")
    for name in walk.company.people:
        walk.machine.must(f"userdel -r {name} 2>/dev/null")
    after = walk.machine.picture()
    packaged = walk.machine.packaged()
    left = sorted(path for path in after.keys() | walk.before.keys()
                  if after.get(path) != walk.before.get(path)
                  and not (path not in walk.before and path in packaged))
    need(not left, "\n".join(
        f"{path}: was {walk.before.get(path)}, is {after.get(path)}"
        for path in left))
    changed = walk.machine.run("dpkg --verify")[1]
    need(not changed, changed)
