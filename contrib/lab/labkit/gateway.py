# SPDX-License-Identifier: Apache-2.0
"""gatewayd with all its roles, each under a user number of the lab's own."""
import contextlib
import json
import os
import re
import shutil
import signal
import subprocess

from . import receiver
from .directory import BASE
from .process import PATIENCE, Daemon, descendants
from .roles import ROLES

HERE = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
SEED = re.compile(r"otpauth://totp/\S*[?&]secret=([A-Z2-7]+)")


class Gateway:
    """gatewayd under LAB.dir: etc, run/sallyport, state."""

    name = "gatewayd"
    issuer = "https://sallyport.example.test"
    max_tries = 5

    def __init__(self, lab):
        self.lab = lab
        self.daemon = Daemon("gatewayd", lab.run_dir, lab.log_dir)
        self.runtime = os.path.join(lab.run_dir, "sallyport")
        self.state = os.path.join(lab.dir, "state")
        self.libexec = os.path.join(lab.dir, "libexec")
        self.config = os.path.join(lab.dir, "etc", "gatewayd.conf")
        self.policy_file = os.path.join(lab.dir, "etc/policy.d/lab.policy")
        self.audit_dir = os.path.join(self.state, "audit")
        self.pam_socket = os.path.join(self.runtime, "login.sock")
        self.token_socket = os.path.join(self.runtime, "token.sock")
        self.pam_options = (f"login={self.pam_socket} redeem="
                            f"{os.path.join(self.runtime, 'redeem.sock')}")
        self.program = os.path.join(lab.dir, "bin", "gatewayd")
        self.templates = HERE   # of the tree whose programs run

    def create(self):
        self._copy_programs()
        os.makedirs(os.path.dirname(self.policy_file))
        os.mkdir(self.runtime)
        os.mkdir(self.state, 0o711)
        shutil.copy(os.path.join(self.templates, "lab.policy"), self.policy_file)
        self._write_config()
        self.must("key", "init")

    def _copy_programs(self):
        """People and roles must reach them, whatever the mode of the tree."""
        places = {"sbin/gatewayd": self.program, "sallyport": self.lab.sallyport,
                  "pam_sallyport.so": self.lab.module,
                  "lab/preload.so": self.lab.preload}
        os.mkdir(self.libexec)
        places |= {f"libexec/{role}": os.path.join(self.libexec, role)
                   for role in ROLES}
        for source, target in places.items():
            shutil.copy(os.path.join(self.lab.build, source), target)
            os.chmod(target, 0o755)

    def _write_config(self):
        client = os.path.join(self.lab.tls.dir, receiver.CLIENT_NAME)
        base = self.lab.state["uid_base"]
        words = {f"uid_{role}": base + number
                 for number, role in enumerate(ROLES)}
        words |= {
            "deadline": self.lab.deadline, "issuer": self.issuer, "runtime": self.runtime,
            "state": self.state, "libexec": self.libexec,
            "policy": os.path.dirname(self.policy_file),
            "ldap_uri": self.lab.directory.ldaps_uri, "ca": self.lab.tls.ca,
            "service_dn": self.lab.directory.service_dn, "base": BASE,
            "profile": self.lab.directory.profile,
            "directory_keys": self.lab.directory.keys,
            "password_file": self.lab.directory.password_file,
            "max_tries": self.max_tries, "relp_port": self.lab.port("relp"),
            "server_name": receiver.SERVER_NAME,
            "client_cert": client + ".pem", "client_key": client + ".key"}
        with open(os.path.join(self.templates, "gatewayd.conf.in"),
                  encoding="utf-8") as file:
            text = re.sub(r"\{(\w+)\}", lambda m: str(words[m[1]]),
                          file.read())
        with open(self.config, "w", encoding="utf-8") as out:
            out.write(text)

    def start(self):
        self.daemon.start([self.program, "-f", self.config])

    def ready(self):
        """Every role is ready, by the status file of this very gatewayd (one
        that was killed leaves its last), and authority answers."""
        status = self.status()
        return (status.get("pid") == self.daemon.pid()
                and status.get("ready", False)
                and self.run("status").returncode == 0)

    def status(self):
        try:
            with open(os.path.join(self.runtime, "status"),
                      encoding="utf-8") as file:
                return json.load(file)
        except (OSError, ValueError):
            return {}

    def reload(self):
        self.daemon.signal(signal.SIGHUP)

    def test_config(self):
        return subprocess.run([self.program, "-t", "-f", self.config],
                              capture_output=True, text=True, timeout=PATIENCE,
                              check=False)

    @property
    def sallyport_command(self):
        return f"{self.lab.sallyport} --config {self.config}"

    def run(self, *words, login_uid=None, input=None):
        """The sallyport command as root; as somebody who logged in with that
        uid, which pam_loginuid would have said."""
        begin = [] if login_uid is None else [
            "sh", "-c", 'echo "$0" >/proc/self/loginuid; exec "$@"',
            str(login_uid)]
        return subprocess.run(
            [*begin, *self.sallyport_command.split(), *words],
            capture_output=True, text=True, timeout=PATIENCE, check=False,
            input=input)

    def must(self, *words, input=None):
        """The same, its output; failing where it fails."""
        end = self.run(*words, input=input)
        if end.returncode != 0:
            raise RuntimeError(f"sallyport {' '.join(words)}: exit "
                               f"{end.returncode}: {end.stderr.strip()}")
        return end.stdout

    def enrol(self, name):
        """The base32 seed of a new TOTP credential."""
        shown = self.must("factor", "enrol", "totp", name)
        found = SEED.search(shown)
        if found is None:
            raise RuntimeError(f"no otpauth URI in:\n{shown}")
        return found[1]

    def jwks(self):
        return self.must("key", "jwks")

    def role_pids(self, role):
        """Live processes of a role; login has one more per conversation."""
        parent = self.daemon.pid()
        path = os.path.join(self.libexec, role)
        pids = descendants(parent) if parent else all_pids()
        return sorted(pid for pid in pids if program_of(pid) == path)

    def signal_all(self, number):
        """To gatewayd and all its roles at once."""
        parent = self.daemon.pid()
        if parent is not None:
            for pid in [parent, *descendants(parent)]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, number)


def all_pids():
    return [int(entry) for entry in os.listdir("/proc") if entry.isdigit()]


def program_of(pid):
    try:
        return os.readlink(f"/proc/{pid}/exe")
    except OSError:
        return None
