# SPDX-License-Identifier: Apache-2.0
"""A walk: steps done one after the other in a fresh Debian with a company around
it, a line for each.  install-check and package-check are walks."""
import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import blocks
import plan
from company import DOMAIN, HOSTS, Company
from machine import SOURCE

SYSTEM, AROUND = "system", "company"    # below the directory
NAMESPACES = "--mount", "--pid", "--net", "--uts", "--ipc"
SHOWN = 30              # lines of what a command printed before it failed


class Walk:
    """What the steps of a walk have in common."""

    def __init__(self, directory, machine):
        self.machine = machine
        self.company = Company(os.path.join(directory, AROUND))
        self.blocks = blocks.of_install()
        self.before = {}
        self.pam_lines = []

    @staticmethod
    def site(text):
        """INSTALL's examples become those of this site."""
        for example, here in plan.SITE:
            text = text.replace(example, here)
        return text

    def commands(self, block):
        """Run a block of them; what they printed."""
        return self.script(self.site(block.script()))

    def block(self, start):
        return next(b for b in self.blocks if b.text.startswith(start))

    def again(self, start, name):
        """A block of INSTALL for somebody else than alice."""
        script = self.site(self.block(start).script())
        return self.script(script.replace("alice", name))

    def script(self, text):
        status, output = self.machine.run(text, SOURCE)
        if status != 0:
            raise RuntimeError("\n".join(output.splitlines()[-SHOWN:]))
        return output

    def enter(self):
        """The machine and all around it come up, in namespaces of their own."""
        self.machine.write("/etc/hosts", HOSTS)
        self.machine.write("/etc/hostname", f"bastion1.{DOMAIN}\n")
        subprocess.run(["hostname", f"bastion1.{DOMAIN}"], check=True)
        self.machine.apart()
        self.company.up()
        self.machine.up()
        self.company.start()
        self.machine.must("systemctl start ssh")
        self.company.know(self.machine)


def step(title, function, *arguments):
    """Do it and say so; False when it failed."""
    print(f"{title[:68]:68} ", end="", flush=True)
    began = time.monotonic()
    try:
        said = function(*arguments)
    except (RuntimeError, OSError, subprocess.SubprocessError) as err:
        print("FAILED\n    " + str(err).replace("\n", "\n    "), flush=True)
        return False
    print(f"{time.monotonic() - began:6.1f} s"
          + (f"  {said}" if isinstance(said, str) else ""), flush=True)
    return True


def logged(directory, make):
    """MAKE(log) the system, while there is a network; its log where it fails."""
    with open(os.path.join(directory, "log"), "wb") as log:
        try:
            make(log)
        except RuntimeError as err:
            with open(log.name, encoding="utf-8", errors="replace") as file:
                end = "".join(file.readlines()[-SHOWN:])
            raise RuntimeError(f"{err}\n{end}") from err


def inside(program, directory, namespaces):
    """Run PROGRAM again with NAMESPACES of its own; its exit status.  The
    shell is their first process: it buries the dead, and all end with it."""
    child = subprocess.Popen(
        ["unshare", *namespaces, "--fork", "--kill-child", "--", "/bin/sh", "-c", '"$@"; exit $?', "sh",
         sys.executable, program, "--inside", directory])
    try:
        return child.wait()
    except KeyboardInterrupt:
        return child.wait()     # it was told as well
    finally:
        child.kill()
        child.wait()


def main(name, text, prepare, go, namespaces=NAMESPACES):
    """The program NAME.  PREPARE(directory) while there is a network, then
    GO(directory) in namespaces of its own; both are true where all went well."""
    parser = argparse.ArgumentParser(
        prog=f"contrib/run {name}", description=text,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keep", action="store_true",
                        help="leave the directory of the system")
    parser.add_argument("--inside", metavar="DIR", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        return 0 if go(options.inside) else 1
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    began = time.monotonic()
    directory = tempfile.mkdtemp(prefix=f"{name}-")
    os.chmod(directory, 0o755)
    try:
        done = prepare(directory) and inside(
            os.path.realpath(sys.argv[0]), directory, namespaces) == 0
    finally:
        # nothing interrupts the cleaning
        for number in signal.SIGINT, signal.SIGTERM:
            signal.signal(number, signal.SIG_IGN)
        if options.keep:
            print(f"the system is left in {directory}/{SYSTEM}")
        else:
            shutil.rmtree(directory)
    print(f"{name} {'passed' if done else 'FAILED'}, "
          f"{time.monotonic() - began:.0f} s")
    return 0 if done else 1
