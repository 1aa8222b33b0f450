# SPDX-License-Identifier: Apache-2.0
"""The bastion: Debian's sshd with a PAM service of its own.

People exist through nss_wrapper; preload.c has sshd read etc/pam.d/sshd of the
lab and keeps its login records there too."""
import os
import shutil
import socket
import subprocess

from .process import Daemon

NSS_WRAPPER = "libnss_wrapper.so"

# MaxAuthTries: a refusal ends the connection. Without it OpenSSH's client goes
# on to ask for a password that nobody would look at.
CONFIG = """\
Port {port}
Port {key_port}
ListenAddress 127.0.0.1
HostKey {dir}/host_key
PidFile none
UsePAM yes
AuthenticationMethods keyboard-interactive:pam
KbdInteractiveAuthentication yes
PasswordAuthentication no
PubkeyAuthentication yes
PermitEmptyPasswords no
PermitUserEnvironment no
HostbasedAuthentication no
GSSAPIAuthentication no
DisableForwarding yes
AllowTcpForwarding no
AllowStreamLocalForwarding no
AllowAgentForwarding no
X11Forwarding no
PermitTunnel no
GatewayPorts no
PermitRootLogin no
AuthorizedKeysFile {dir}/keys/%u
StrictModes no
UseDNS no
PrintMotd no
PrintLastLog no
LoginGraceTime {grace}
MaxAuthTries 1
MaxStartups 100:30:200
LogLevel VERBOSE
KexAlgorithms curve25519-sha256
Subsystem sftp internal-sftp
SetEnv PATH={bin}:/usr/bin:/bin SALLYPORT_TOKEN_SOCKET={token_socket}
Match User key-*
	AuthenticationMethods publickey,keyboard-interactive:pam
	MaxAuthTries 6
Match LocalPort {key_port}
	AuthenticationMethods publickey
	MaxAuthTries 6
"""

# Each name of PAM that leads to an account; su - is su-l, sudo -i sudo-i.
DOORS = "sshd", "sudo", "sudo-i", "su", "su-l"

# Every phase ends in the module: nothing before it may say yes in its place,
# and nothing after it can turn its no round.
PAM_SERVICE = """\
auth     [success=ok default=die]  {module} {options}
account  [success=ok default=die]  {module} {options}
session  [success=ok default=die]  {module} {options}
"""


class Bastion:
    """sshd under LAB.dir/sshd."""

    name = "sshd"

    def __init__(self, lab):
        self.lab = lab
        self.dir = os.path.join(lab.dir, "sshd")
        self.config = os.path.join(self.dir, "config")
        self.log = os.path.join(lab.dir, "sshd.log")
        self.known_hosts = os.path.join(self.dir, "known_hosts")
        self.daemon = Daemon("sshd", lab.run_dir, lab.log_dir)

    @property
    def program(self):
        """sshd takes the PAM service from its program name, sshd."""
        return os.path.join(self.lab.dir, "lib", "sshd")

    def create(self):
        for part in "sshd/keys", "home", "etc/pam.d", "var/empty":
            os.makedirs(os.path.join(self.lab.dir, part))
        os.symlink("/usr/sbin/sshd", self.program)
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f",
                        self.dir + "/host_key"], check=True)
        with open(self.dir + "/host_key.pub", encoding="ascii") as file:
            kind, key = file.read().split()[:2]
        with open(self.known_hosts, "w", encoding="ascii") as out:
            out.writelines(f"[127.0.0.1]:{self.lab.port(port)} {kind} {key}\n"
                           for port in ("ssh", "ssh_key"))
        for record in "lastlog", "btmp":
            path = os.path.join(self.lab.dir, "var", record)
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
        self.write_config()
        for service in DOORS:
            self.write_pam_service(service)
        self.write_accounts()

    def write_config(self):
        with open(self.config, "w", encoding="ascii") as out:
            out.write(CONFIG.format(
                port=self.lab.port("ssh"), key_port=self.lab.port("ssh_key"),
                dir=self.dir, grace=self.lab.deadline + 10,
                token_socket=self.lab.gateway.token_socket,
                bin=os.path.join(self.lab.dir, "bin")))

    def write_pam_service(self, service, options="", more=""):
        """more: lines behind those of the module."""
        path = os.path.join(self.lab.dir, "etc/pam.d", service)
        options = (f"{self.lab.gateway.pam_options} "
                   f"timeout={self.lab.deadline} {options}").rstrip()
        with open(path, "w", encoding="ascii") as out:
            out.write(PAM_SERVICE.format(module=self.lab.module,
                                         options=options) + more)

    def write_accounts(self):
        """The host's accounts and the lab's people; nss_wrapper sees the change."""
        locals_ = [p for p in self.lab.people.values() if p.local]
        for person in locals_:
            home = os.path.join(self.lab.dir, "home", person.name)
            if not os.path.isdir(home):
                os.mkdir(home, 0o700)
                os.chown(home, person.uid, person.uid)
                # /etc/profile forgets the PATH that sshd has set
                with open(home + "/.profile", "w", encoding="ascii") as out:
                    out.write(f"PATH={self.lab.dir}/bin:$PATH\n")
        self._replace("passwd", "/etc/passwd", [
            f"{p.name}:x:{p.uid}:{p.uid}::{self.lab.dir}/home/{p.name}:/bin/sh"
            for p in locals_])
        self._replace("group", "/etc/group",
                      [f"{p.name}:x:{p.uid}:" for p in locals_])

    def _replace(self, name, source, lines):
        path = os.path.join(self.lab.dir, "etc", name)
        shutil.copyfile(source, path + ".new")
        with open(path + ".new", "a", encoding="utf-8") as out:
            out.writelines(line + "\n" for line in lines)
        os.replace(path + ".new", path)

    def environment(self):
        """What makes a program see the lab's people and PAM services."""
        etc = os.path.join(self.lab.dir, "etc")
        return {"PATH": os.environ["PATH"], "LAB_ROOT": self.lab.dir,
                "LD_PRELOAD": f"{NSS_WRAPPER} {self.lab.preload}",
                "NSS_WRAPPER_PASSWD": etc + "/passwd",
                "NSS_WRAPPER_GROUP": etc + "/group"}

    def start(self):
        self.daemon.start([self.program, "-D", "-f", self.config, "-E",
                           self.log], env=self.environment())

    def ready(self):
        try:
            address = "127.0.0.1", self.lab.port("ssh")
            with socket.create_connection(address, 2) as sock:
                return sock.recv(8).startswith(b"SSH-2.0")
        except OSError:
            return False

    def new_key(self, name, path):
        """A key for that person, at that path."""
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f",
                        path], check=True)
        with open(path + ".pub", encoding="ascii") as file:
            self.authorize_key(name, file.read())
        return path

    def authorize_key(self, name, public_key):
        path = os.path.join(self.dir, "keys", name)
        with open(path, "w", encoding="ascii") as out:
            out.write(public_key)
