# SPDX-License-Identifier: Apache-2.0
"""The lab with a whole company in its directory, and a second sshd that asks
nobody: the places where make bench measures."""
import base64
import concurrent.futures
import hashlib
import json
import os
import re
import subprocess
import sys
import time

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "../.."))
sys.path.insert(0, os.path.join(ROOT, "contrib/lab"))

from labkit import people, totp, world  # noqa: E402
from labkit.bastion import Bastion  # noqa: E402
from labkit.directory import Directory  # noqa: E402
from labkit.gateway import Gateway  # noqa: E402

PASSWORD = "correct-horse-battery"
SSH_PEOPLE = 40         # user0 and on: they also have an account on the bastion
SEED = re.compile(r"[?&]secret=([A-Z2-7]+)")
POLICY = """\
network corp     127.0.0.0/24
hosts   bastion  bastion.example.test
group   staff    employment employee

permit  staff  from corp to bastion  with password + otp  for 8h  token 10m audience tickets
end
"""


class Company(Directory):
    """slapd with users user0 to user<n-1>, and without a line per operation."""

    users = 0

    def start(self):
        uris = f"{self.starttls_uri}/ {self.ldaps_uri}/ {self.ldapi}"
        self.daemon.start(["/usr/sbin/slapd", "-d", "0", "-F",
                           self.dir + "/config", "-h", uris])

    def _load(self, number, ldif):
        if number == 0:
            ldif = ldif.replace("olcLogLevel: stats", "olcLogLevel: none")
        else:
            ldif += "".join(self._entry(user(n)) for n in range(self.users)
                            if f"user{n}" not in self.lab.people)
        super()._load(number, ldif)

    def service_password(self):
        with open(self.password_file, encoding="ascii") as file:
            return file.read().strip()


class BenchGateway(Gateway):
    """With a policy for all of them."""

    def start(self):
        with open(self.policy_file, "w", encoding="ascii") as out:
            out.write(POLICY)
        super().start()


class Open(Bastion):
    """sshd over pam_permit: what ssh costs by itself."""

    @property
    def confdir(self):
        return os.path.join(self.lab.dir, "etc/pam.d")

    def write_pam_service(self, service, options=""):
        path = os.path.join(self.lab.dir, "etc/pam.d", service)
        with open(path, "w", encoding="ascii") as out:
            out.writelines(f"{phase} required pam_permit.so\n"
                           for phase in ("auth", "account", "session"))


class Elsewhere:
    """The lab, seen from a directory and ports of its own."""

    def __init__(self, lab, place):
        self.lab = lab
        self.dir = place
        self.run_dir = os.path.join(place, "run")
        self.log_dir = os.path.join(place, "log")
        self.port = dict(zip(world.PORTS, world.free_ports(
            len(world.PORTS)))).get

    def __getattr__(self, name):
        return getattr(self.lab, name)


class World(world.Lab):
    def __init__(self, directory, build, users):
        super().__init__(directory, build)
        self.directory = Company(self)
        self.directory.users = users
        self.gateway = BenchGateway(self)
        self.open = None
        self.components = (self.directory, self.receiver, self.gateway,
                           self.bastion)
        self.users = users
        self.programs = os.path.join(build, "bench")
        self.users_file = os.path.join(self.dir, "users")
        self.deal_file = os.path.join(self.dir, "deal")
        self.confdir = os.path.join(self.dir, "etc/pam.d")

    def _make(self, made_dir):
        super()._make(made_dir)
        self.people = {}
        for number in range(SSH_PEOPLE):
            person = user(number)
            person.uid = self.state["uid_base"] + world.ROLE_UIDS + number
            self.people[person.name] = person

    def _start(self):
        super()._start()
        self.open = self._second_bastion()
        self.open.create()
        self.open.start()
        if not self.wait_ready(self.open):
            raise world.LabError("the second sshd is not ready")

    def _second_bastion(self):
        """A bastion with places and ports of its own, and nothing else."""
        place = os.path.join(self.dir, "open")
        for part in "run", "log", "lib", "etc":
            os.makedirs(os.path.join(place, part))
        return Open(Elsewhere(self, place))

    def _tear_down(self):
        if self.open is not None:
            self.open.daemon.stop()
        super()._tear_down()

    def env(self):
        return {"LAB_DIR": self.dir}

    def enrol_all(self):
        """Everybody, by two commands at once; the ssh people keep their seeds
        here, the others' go to the file of bench_login."""
        names = [f"user{n}" for n in range(self.users)]
        halves = names[::2], names[1::2]
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            seeds = dict(pair for half in pool.map(self._enrol, halves)
                         for pair in half)
        for person in self.people.values():
            person.seed = seeds.pop(person.name)
        with open(self.users_file, "w", encoding="ascii") as out:
            os.fchmod(out.fileno(), 0o600)
            out.writelines(f"{name} {seed}\n" for name, seed in seeds.items())

    def _enrol(self, names):
        argv = [*self.gateway.sallyport_command.split(), "factor", "enrol",
                "totp", "--json", *names]
        run = run_tool(argv)
        if run.returncode != 0:
            raise world.LabError(f"enrol: {run.stderr.strip()}")
        return [(s["name"], SEED.search(s["uri"])[1])
                for s in enrolled(run.stdout)]

    def role_pids(self):
        """{role: pid}, gatewayd itself as parent; conversations left out."""
        found = {"parent": self.gateway.daemon.pid()}
        for role in "login", "directory", "authority", "store", "audit", \
                "forward":
            found[role] = min(self.gateway.role_pids(role))
        return found


def enrolled(text):
    """Today one list; 0.1.0, as the tree of before, wrote an object a line."""
    if text.startswith("["):
        return json.loads(text)
    return [json.loads(line) for line in text.splitlines()]


def run_tool(argv):
    return subprocess.run(argv, capture_output=True, text=True, timeout=1200,
                          check=False)


def user(number):
    """userN with the password of all, hashed as directories hash."""
    salt = hashlib.sha256(b"bench%d" % number).digest()[:8]
    digest = hashlib.sha1(PASSWORD.encode() + salt).digest()
    return people.Person(
        f"user{number}", enrol=False, uid=100000 + number,
        password="{SSHA}" + base64.b64encode(digest + salt).decode())


class Codes:
    """Three codes of each of PERSONS at once, then one every 30 seconds."""

    def __init__(self, persons):
        self.spent = {person.name: 0 for person in persons}
        self.persons = list(persons)

    def next(self):
        """(person, code) of somebody who has one left."""
        for _ in self.persons:
            person = self.persons.pop(0)
            self.persons.append(person)
            now = totp.step_at()
            step = max(self.spent[person.name] + 1, totp.step_at(
                time.time() + 3) - 1)
            if step <= now + 1:
                self.spent[person.name] = step
                return person, totp.code(person.seed, step)
        raise world.LabError("all codes of the ssh people are spent")

