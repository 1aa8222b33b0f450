# SPDX-License-Identifier: Apache-2.0
"""The bastion: a fresh minimal Debian in a directory, and what is done there."""
import hashlib
import os
import shutil
import stat
import subprocess

from blocks import ROOT

SUITE = "bookworm"
# What INSTALL takes for granted: "a Debian 12 bastion with OpenSSH", and sudo.
HAS = "openssh-server", "sudo"
ENVIRONMENT = {
    "HOME": "/root", "USER": "root", "LC_ALL": "C.UTF-8",
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "DEBIAN_FRONTEND": "noninteractive", "APT_CONFIG": "/etc/apt/answers"}
SOURCE = "/root/sallyport"      # the source folder
NODES = "null", "zero", "full", "random", "urandom", "tty"
# Not of the system's state: kernel, scratch, what people and packages keep.
PASSING = ("dev", "home", "proc", "run", "sys", "tmp", "root/sallyport",
           "root/sallyport.before-upgrade", "root/.bash_history", "var/cache",
           "var/lib/apt", "var/lib/dpkg", "var/lib/sallyport",
           "var/lib/systemd", "var/log", "var/mail", "etc/.pwd.lock",
           "etc/ld.so.cache")


def sources():
    """Where this host gets Debian from; a path that mmdebstrap understands."""
    for path in ("/etc/apt/sources.list.d/debian.sources",
                 "/etc/apt/sources.list"):
        if os.path.isfile(path) and os.path.getsize(path):
            return path
    raise RuntimeError("no Debian in /etc/apt/sources.list.d/debian.sources "
                       "or /etc/apt/sources.list of this host")


class Machine:
    def __init__(self, root):
        self.root = root

    def path(self, path):
        return self.root + path

    # --- made while the host's network is there -----------------------------

    def make(self, fetch, log, has=HAS, hooks=()):
        """A new system that HAS these packages.  FETCH, apt-get commands that are
        typed later, find in apt's cache what they install: there is no network
        then.  HOOKS are mmdebstrap's, and come first."""
        hooks = [*hooks, *("--customize-hook=APT_CONFIG=$MMDEBSTRAP_APT_CONFIG "
                 + command.replace("apt-get", "apt-get -y --download-only", 1)
                 for command in fetch)]
        child = subprocess.Popen(
            ["mmdebstrap", "--variant=minbase", "--skip=cleanup/apt",
             "--include=" + ",".join(has), *hooks, SUITE, self.root, sources()],
            stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        try:
            status = child.wait()
        except BaseException:
            child.terminate()       # it takes its mounts and children with it
            child.wait()
            raise
        if status != 0:
            raise RuntimeError(f"mmdebstrap ended with {status}")
        self.write("/etc/apt/answers", 'APT::Get::Assume-Yes "true";\n')
        shutil.copytree(ROOT, self.path(SOURCE), symlinks=True,
                        ignore=shutil.ignore_patterns(
                            "build", ".git", "__pycache__"))

    # --- within its namespaces ----------------------------------------------

    def apart(self):
        """What it shares with the processes around it, in new namespaces."""
        subprocess.run(["mount", "--make-rprivate", "/"], check=True)
        subprocess.run(["mount", "-t", "proc", "proc", "/proc"], check=True)
        subprocess.run(["mount", "--bind", self.path("/etc/hosts"),
                        "/etc/hosts"], check=True)

    def mount(self):
        for kind, place, options in (
                ("proc", "/proc", ""), ("tmpfs", "/run", "mode=755"),
                ("tmpfs", "/dev", "mode=755"),
                ("devpts", "/dev/pts", "newinstance,ptmxmode=666,mode=620,gid=5"),
                ("tmpfs", "/dev/shm", "mode=1777")):
            os.makedirs(self.path(place), exist_ok=True)
            subprocess.run(["mount", "-t", kind, "-o", options or "rw", kind,
                            self.path(place)], check=True)
        for node in NODES:
            with open(self.path("/dev/" + node), "w", encoding="ascii"):
                pass
            subprocess.run(["mount", "--bind", "/dev/" + node,
                            self.path("/dev/" + node)], check=True)
        for name, target in (("ptmx", "pts/ptmx"), ("fd", "/proc/self/fd"),
                             ("stdin", "fd/0"), ("stdout", "fd/1"),
                             ("stderr", "fd/2")):
            os.symlink(target, self.path("/dev/" + name))

    def run(self, script, cwd="/"):
        """A bash script as root: (exit status, all that it printed)."""
        self.write("/tmp/step", script)
        run = subprocess.run(
            ["chroot", self.root or "/", "/bin/bash", "-c",
             'cd "$0" && . /tmp/step', cwd], env=ENVIRONMENT, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, errors="replace", check=False)
        return run.returncode, run.stdout

    def must(self, script):
        status, output = self.run(script)
        if status != 0:
            raise RuntimeError(f"{script}: exit {status}\n{output}")
        return output

    def write(self, path, text, mode=0o644):
        with open(self.path(path), "w", encoding="utf-8") as out:
            os.fchmod(out.fileno(), mode)
            out.write(text)

    def read(self, path):
        with open(self.path(path), encoding="utf-8", errors="replace") as file:
            return file.read()

    # --- what it looks like -------------------------------------------------

    def picture(self):
        """{path: mode, owner and contents} of all that should come back."""
        seen = {}
        for top, folders, files in os.walk(self.root):
            below = os.path.relpath(top, self.root)
            folders[:] = [f for f in folders
                          if os.path.normpath(f"{below}/{f}") not in PASSING]
            for name in folders + files:
                path = os.path.normpath(f"{below}/{name}")
                # passwd- and the like are of the tools that edit passwd
                if path not in PASSING and not path.endswith("-"):
                    seen["/" + path] = self._look("/" + path)
        return seen

    def _look(self, path):
        at = self.path(path)
        info = os.lstat(at)
        what = f"{stat.filemode(info.st_mode)} {info.st_uid}:{info.st_gid} "
        if stat.S_ISLNK(info.st_mode):
            return what + os.readlink(at)
        if stat.S_ISREG(info.st_mode):
            with open(at, "rb") as file:
                return what + hashlib.sha256(file.read()).hexdigest()
        return what

    def packaged(self):
        """Every path that a package has brought."""
        info = self.path("/var/lib/dpkg/info")
        found = set()
        for name in os.listdir(info):
            if name.endswith(".list"):
                with open(os.path.join(info, name), encoding="utf-8") as file:
                    found.update(file.read().split("\n"))
        # /lib and /bin are links into /usr
        return found | {"/usr" + path for path in found}


class StandIn(Machine):
    """No systemd runs in it; systemctl is a program that stands in for it."""

    def up(self):
        self.mount()
        shutil.copy(os.path.join(os.path.dirname(os.path.realpath(__file__)),
                                 "systemctl"), self.path("/usr/bin/systemctl"))
