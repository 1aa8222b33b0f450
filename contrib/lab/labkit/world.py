# SPDX-License-Identifier: Apache-2.0
"""One lab: its places, ports and people, and how it comes up and goes down."""
import contextlib
import dataclasses
import fcntl
import json
import os
import pwd
import random
import shlex
import shutil
import signal
import socket

from . import people, tls
from .bastion import Bastion
from .directory import BASE, Directory
from .directory_389ds import DirectoryServer389
from .directory_ad import ActiveDirectory
from .gateway import Gateway
from .process import PATIENCE, stat_fields, wait_until
from .receiver import Receiver

STATE = "lab.json"
DIRECTORIES = {"openldap": Directory, "389ds": DirectoryServer389,
               "ad": ActiveDirectory}
PORTS = "ssh", "ssh_key", "ldap", "ldaps", "relp"
UIDS = 1000             # of one lab: the first for roles, the others people
ROLE_UIDS = 20


class LabError(Exception):
    """What the person at the keyboard should read."""


class Lab:
    def __init__(self, directory, build=None, deadline=90, kind="openldap"):
        """deadline: seconds that a conversation may take.
        kind: of the company's directory, if the lab is not up yet."""
        self.dir = os.path.realpath(directory)
        self.build = build
        self.deadline = deadline
        self.state = {}
        self.people = {}
        self.run_dir = os.path.join(self.dir, "run")
        self.log_dir = os.path.join(self.dir, "log")
        self.tls = tls.Authority(os.path.join(self.dir, "tls"))
        if self._is_lab():
            kind = self._read().get("kind", kind)
        self.kind = kind
        self.directory = DIRECTORIES[kind](self)
        self.receiver = Receiver(self)
        self.gateway = Gateway(self)
        self.bastion = Bastion(self)
        self.components = (self.directory, self.receiver, self.gateway,
                           self.bastion)

    # --- places -----------------------------------------------------------

    @property
    def module(self):
        return os.path.join(self.dir, "lib", "pam_sallyport.so")

    @property
    def preload(self):
        return os.path.join(self.dir, "lib", "preload.so")

    @property
    def sallyport(self):
        return os.path.join(self.dir, "bin", "sallyport")

    def port(self, name):
        return self.state["ports"][name]

    # --- up ---------------------------------------------------------------

    def up(self):
        """Bring all of it up, or leave nothing and say what failed."""
        if os.geteuid() != 0:
            raise LabError("the lab needs root: sshd logs in other users. "
                           "Use sudo.")
        made_dir = not os.path.isdir(self.dir)
        os.makedirs(self.dir, exist_ok=True)
        with self._locked():
            if self._is_lab():
                self._load()
                if all(c.daemon.alive() for c in self.components):
                    return False
                raise LabError(f"{self.dir} holds a lab that is not (all) up; "
                               f"run `lab down --dir {self.dir}` first")
            if os.listdir(self.dir):
                raise LabError(f"{self.dir} is not empty and is no lab")
            try:
                self._make(made_dir)
                self._start()
            except BaseException:
                self._tear_down()
                raise
        return True

    def _make(self, made_dir):
        self.state = {"made_dir": made_dir, "kind": self.kind, "uid_base": free_uids(),
                      "ports": dict(zip(PORTS, free_ports(len(PORTS))))}
        for number, person in enumerate(people.cast()):
            person.uid = self.state["uid_base"] + ROLE_UIDS + number
            self.people[person.name] = person
        self._save()
        os.chmod(self.dir, 0o711)
        self._require_reachable()
        for part in "run", "log", "bin", "lib", "etc":
            os.mkdir(os.path.join(self.dir, part))
        self.tls.create()

    def _require_reachable(self):
        """People and roles are not root and must get through every parent."""
        path = self.dir
        while path != "/":
            if not os.stat(path).st_mode & 0o001:
                raise LabError(f"{path} lets other users not pass (mode "
                               f"{os.stat(path).st_mode & 0o777:o}); choose a "
                               "directory such as /var/tmp/lab")
            path = os.path.dirname(path)

    def _start(self):
        for component in self.components:
            with blamed(component):
                component.create()
                component.start()
                if not self.wait_ready(component):
                    raise LabError("not ready after "
                                   f"{PATIENCE:.0f} seconds or ended")
                if component is self.directory:
                    component.populate()
        with blamed(self.gateway):
            for person in self.people.values():
                if person.enrol:
                    person.seed = self.gateway.enrol(person.name)
        self._save()
        self.write_env()

    def wait_ready(self, component):
        wait_until(lambda: component.ready() or not component.daemon.alive(),
                   PATIENCE, pause=0.05)
        return component.daemon.alive() and component.ready()

    def add_person(self, name, **facts):
        """One more person, enrolled unless FACTS say otherwise."""
        person = people.Person(name, **facts)
        taken = {p.uid for p in self.people.values()}
        first = self.state["uid_base"] + ROLE_UIDS
        last = self.state["uid_base"] + UIDS
        person.uid = next(uid for uid in range(first, last)
                          if uid not in taken)
        self.people[name] = person
        self.directory.add_person(person)
        self.bastion.write_accounts()
        if person.enrol:
            person.seed = self.gateway.enrol(name)
        self._save()
        return person

    # --- what others read -------------------------------------------------

    def env(self):
        """The variables of D/env. LAB_USER and its two companions are alice;
        every enrolled person NAME also has LAB_PASSWORD_NAME and LAB_SEED_NAME."""
        alice = self.people["alice"]
        env = {
            "LAB_DIR": self.dir,
            "LAB_SSH_HOST": "127.0.0.1",
            "LAB_SSH_PORT": self.port("ssh"),
            "LAB_SSH_KNOWN_HOSTS": self.bastion.known_hosts,
            "LAB_LDAP_URI": self.directory.ldaps_uri,
            "LAB_LDAP_BASE": BASE,
            "LAB_PAM_SOCKET": self.gateway.pam_socket,
            "LAB_HTTPS_URL": "",
            "LAB_CA": self.tls.ca,
            "LAB_AUDIT_DIR": self.gateway.audit_dir,
            "LAB_SIEM_FILE": self.receiver.file,
            "LAB_SALLYPORT": self.gateway.sallyport_command,
            "LAB_USER": alice.name,
            "LAB_PASSWORD": alice.password,
            "LAB_TOTP_SEED": alice.seed,
        }
        for person in self.people.values():
            env["LAB_PASSWORD_" + person.name.upper()] = person.password
            if person.seed:
                env["LAB_SEED_" + person.name.upper()] = person.seed
        return env

    def write_env(self):
        path = os.path.join(self.dir, "env")
        with open(path + ".new", "w", encoding="ascii") as out:
            os.fchmod(out.fileno(), 0o600)
            out.writelines(f"{key}={shlex.quote(str(value))}\n"
                           for key, value in self.env().items())
        os.replace(path + ".new", path)

    def status(self):
        """[(component, pid or None, ready)]; [] where there is no lab."""
        if not self._is_lab():
            return []
        self._load()
        return [(c.name, c.daemon.pid(), c.daemon.alive() and c.ready())
                for c in self.components]

    # --- down -------------------------------------------------------------

    def down(self):
        """End the lab and remove it; False where there is none."""
        if not self._is_lab():
            return False
        with self._locked():
            self._load()
            self._tear_down()
        return True

    def _tear_down(self):
        for component in reversed(self.components):
            component.daemon.stop()
        base = self.state.get("uid_base")
        if base is not None:
            end_all_of(range(base, base + UIDS))
        for entry in os.listdir(self.dir):
            path = os.path.join(self.dir, entry)
            if os.path.isdir(path) and not os.path.islink(path):
                shutil.rmtree(path)
            else:
                os.unlink(path)
        if self.state.get("made_dir"):
            os.rmdir(self.dir)

    # --- state ------------------------------------------------------------

    def _is_lab(self):
        return os.path.isfile(os.path.join(self.dir, STATE))

    def _save(self):
        self.state["people"] = [dataclasses.asdict(p)
                                for p in self.people.values()]
        path = os.path.join(self.dir, STATE)
        with open(path + ".new", "w", encoding="utf-8") as out:
            os.fchmod(out.fileno(), 0o600)
            json.dump(self.state, out, indent=1)
        os.replace(path + ".new", path)

    def _read(self):
        with open(os.path.join(self.dir, STATE), encoding="utf-8") as file:
            return json.load(file)

    def _load(self):
        self.state = self._read()
        self.people = {p["name"]: people.Person(**p)
                       for p in self.state.get("people", [])}
        return self

    @classmethod
    def open(cls, directory):
        """The lab that is up in DIRECTORY."""
        lab = cls(directory)
        if not lab._is_lab():
            raise LabError(f"{directory} holds no lab")
        return lab._load()

    @contextlib.contextmanager
    def _locked(self):
        """Two commands on one directory wait for each other."""
        fd = os.open(self.dir, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX)
            yield
        finally:
            os.close(fd)


@contextlib.contextmanager
def blamed(component):
    """Failures name the component and show the end of its log."""
    try:
        yield
    except Exception as err:
        raise LabError(f"{component.name}: {err}\n"
                       f"--- end of {component.daemon.log}\n"
                       f"{component.daemon.tail()}") from err


def free_ports(count):
    """Loopback ports below the ephemeral range, so that no client's own port
    takes one between this look and the server's bind."""
    found = []
    while len(found) < count:
        port = random.SystemRandom().randrange(20000, 32000)
        with socket.socket() as sock:
            try:
                sock.bind(("127.0.0.1", port))
            except OSError:
                continue
        if port not in found:
            found.append(port)
    return found


def free_uids():
    """The first of UIDS numbers that no account and no process has."""
    taken = {entry.pw_uid for entry in pwd.getpwall()} | set(process_uids())
    while True:
        base = random.SystemRandom().randrange(700_000, 2_000_000, UIDS)
        if taken.isdisjoint(range(base, base + UIDS)):
            return base


def process_uids():
    """{uid: [pid, ...]} of all that run."""
    found = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            with contextlib.suppress(OSError):
                uid = os.stat("/proc/" + entry).st_uid
                fields = stat_fields(entry)
                if fields is not None and fields[0] not in "ZX":
                    found.setdefault(uid, []).append(int(entry))
    return found


def end_all_of(uids):
    """End what still runs under the lab's own user numbers."""
    def left():
        return [pid for uid, pids in process_uids().items() if uid in uids
                for pid in pids]
    for number in signal.SIGTERM, signal.SIGKILL:
        for pid in left():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        if wait_until(lambda: not left(), 2.0):
            return
