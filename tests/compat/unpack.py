# SPDX-License-Identifier: Apache-2.0
"""A lab that goes on where a packed one was killed (tests/compat/README).

What the programs of then wrote stays as it is, to the byte. Only what the
machine of then said is made true here: paths, ports and user numbers in the
configuration, the owners of files, and in the file of open sessions the
processes that sessions belong to (rekey). The clock of the roles that keep
time is set back to the moment of the kill: codes that were spent then are
still young enough to be tried again."""
import glob
import json
import os
import re
import shutil
import struct
import sys
import tarfile
import time

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

HERE = os.path.dirname(os.path.realpath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "contrib/lab"))

from labkit import people, world  # noqa: E402
from labkit.gateway import Gateway  # noqa: E402
from labkit.roles import ROLES  # noqa: E402

TIMEOUT = 30
FORMAT = re.compile(r'F\((\w+), (\d+), \d+, "([^"]+)"\)')
# directory and forward look at certificates, which are of today
SET_BACK = "authority", "store", "audit", "login"
WRAPPER = """\
#!/bin/sh
LD_PRELOAD={clock} COMPAT_SECONDS={seconds} exec {program}
"""


def formats_of(tree):
    """[(name, number, file)] of a tree's list; abb78c5 had none, all were 1."""
    for path in glob.glob(os.path.join(tree, "**/format.h"), recursive=True):
        with open(path, encoding="utf-8") as file:
            return [(name, int(number), where) for name, number, where in
                    FORMAT.findall(file.read())]
    return []


class Packed:
    """One archive: what about.json says, and its files."""

    def __init__(self, path):
        self.path = path
        with tarfile.open(path) as tar:
            self.about = json.load(tar.extractfile("about.json"))

    def people(self):
        return [people.Person(**facts) for facts in self.about["people"]]

    def unpack(self, target, uid_of):
        """etc and state below TARGET; UID_OF(role) owns what the role had."""
        with tarfile.open(self.path) as tar:
            for member in tar:
                if member.name == "about.json":
                    continue
                member.uid, member.gid = uid_of(member.uname), \
                    uid_of(member.gname)
                member.uname = member.gname = ""
                tar.extract(member, target, numeric_owner=True)


class OldGateway(Gateway):
    """gatewayd of today on the packed state."""

    def __init__(self, lab, packed):
        super().__init__(lab)
        self.packed = packed

    def create(self):
        self._copy_programs()
        os.mkdir(self.runtime)
        self.packed.unpack(self.lab.dir, self._uid)
        self._move_configuration()

    def _uid(self, role):
        base = self.lab.state["uid_base"]
        return base + ROLES.index(role) if role in ROLES else 0

    def _move_configuration(self):
        """The same words, at this lab's places."""
        then, now = self.packed.about, self.lab.state
        with open(self.config, encoding="utf-8") as file:
            text = file.read()
        text = text.replace(then["dir"], self.lab.dir)
        for name, port in then["ports"].items():
            text = text.replace(str(port), str(now["ports"][name]))
        for number in range(len(ROLES)):
            text = text.replace(str(then["uid_base"] + number),
                                str(now["uid_base"] + number))
        with open(self.config, "w", encoding="utf-8") as file:
            file.write(text)

    def set_clock(self):
        """From now on it is the moment of the kill again."""
        seconds = int(self.packed.about["moment"] - time.time())
        clock = os.path.join(self.lab.dir, "lib/clock.so")
        shutil.copy(os.path.join(self.lab.build, "compat/clock.so"), clock)
        for role in SET_BACK:
            program = os.path.join(self.libexec, role)
            if not os.path.exists(program + ".real"):
                os.rename(program, program + ".real")
            with open(program, "w", encoding="ascii") as out:
                out.write(WRAPPER.format(clock=clock, seconds=seconds,
                                         program=program + ".real"))
            os.chmod(program, 0o755)
        return seconds


class OldLab(world.Lab):
    """up() makes all but starts no gatewayd: see start_gateway()."""

    def __init__(self, directory, archive):
        super().__init__(directory, os.path.join(ROOT, "build"), TIMEOUT)
        self.packed = Packed(archive)
        old, self.gateway = self.gateway, OldGateway(self, self.packed)
        self.components = tuple(self.gateway if c is old else c
                                for c in self.components)

    def _start(self):
        self.people = {p.name: p for p in self.packed.people()}
        for number, person in enumerate(self.people.values()):
            person.uid = self.state["uid_base"] + world.ROLE_UIDS + number
        for component in self.components:
            component.create()
            if component is self.gateway:
                continue
            component.start()
            if not self.wait_ready(component):
                raise world.LabError(f"{component.name} is not ready\n"
                                     + component.daemon.tail())
        self.directory.populate()
        self._save()

    def start_gateway(self):
        self.gateway.set_clock()
        self.gateway.start()
        return self.wait_ready(self.gateway)

    def now(self):
        """The time that authority goes by, as it was last set."""
        path = os.path.join(self.gateway.libexec, "authority")
        with open(path, encoding="ascii") as file:
            seconds = file.read().partition("COMPAT_SECONDS=")[2].split()[0]
        return time.time() + int(seconds)


# ---- the file of open sessions, as abb78c5 wrote it -----------------------

HEAD, SLOT, SLOT_HEAD = 16, 16384, 256
BOUND = b"open session 1\0"


class Field:
    """Reads and rebuilds what lib/base/buf.h writes."""

    def __init__(self, data):
        self.data, self.at, self.out = data, 0, b""

    def raw(self, size, new=None):
        was = self.data[self.at:self.at + size]
        self.at += size
        self.out += was if new is None else new
        return was

    def number(self, form, new=None):
        form = ">" + form
        packed = None if new is None else struct.pack(form, new)
        return struct.unpack(form, self.raw(struct.calcsize(form), packed))[0]

    def text(self, new=None):
        size = struct.unpack_from(">H", self.data, self.at)[0]
        was = self.data[self.at + 2:self.at + 2 + size]
        self.at += 2 + size
        now = was if new is None else new
        self.out += struct.pack(">H", len(now)) + now
        return was

    def process(self, here):
        boot, pids, times, pid, seen = here
        self.text(boot)
        self.number("Q", pids)
        self.number("Q", times)
        self.number("I", pid)
        self.number("Q", seen)

    def whole(self):
        return self.out + self.data[self.at:]


def place_of(pid):
    """What this machine says of a live process: authority/session/alive.h."""
    with open("/proc/sys/kernel/random/boot_id", "rb") as file:
        boot = file.read().strip()
    return (boot, os.stat("/proc/self/ns/pid").st_ino,
            os.stat("/proc/self/ns/time").st_ino, pid, boot_ms())


def boot_ms():
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1000000


def rekey(path, key, moment, of_session):
    """Give each session a process of today and its end on today's boot clock.

    OF_SESSION(id) is (pid, uid). All else stays what was written."""
    seal = AESGCM(key)
    with open(path, "r+b") as file:
        data = bytearray(file.read())
        for at in range(HEAD, len(data), SLOT):
            head = Field(bytes(data[at:at + SLOT_HEAD]))
            if head.number("I") == 0:
                continue
            head.number("I")
            size = head.number("I")
            begin = at + SLOT_HEAD
            sealed = bytes(data[begin:begin + size])
            plain = seal.decrypt(sealed[:12], sealed[12:], BOUND)
            here, plain = renewed(plain, moment, of_session)
            head.number("Q")
            head.text()
            head.process(here)
            data[at:at + SLOT_HEAD] = head.whole()[:SLOT_HEAD]
            nonce = os.urandom(12)
            data[begin:begin + size] = nonce + seal.encrypt(nonce, plain,
                                                            BOUND)
        file.seek(0)
        file.write(data)


def renewed(plain, moment, of_session):
    session = session_of(plain)
    pid, uid = of_session(session)
    here = place_of(pid)
    kept = Field(plain)
    kept.number("Q")
    kept.process(here)
    kept.number("I", uid)
    kept.number("I")
    kept.number("Q")
    kept.number("Q")
    ends = kept.number("Q")
    kept.number("Q", boot_ms() + ends - int(moment * 1000))
    return here, kept.whole()


def session_of(plain):
    kept = Field(plain)
    kept.number("Q")
    kept.process((b"", 0, 0, 0, 0))
    kept.raw(4 + 4 + 8 * 4 + 16)    # to the end of the attempt's id
    return kept.text().decode("ascii")
