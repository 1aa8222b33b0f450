# SPDX-License-Identifier: Apache-2.0
"""Active Directory: Debian's Samba as a domain controller, with the services
for LDAP and Kerberos alone. Its ports cannot be chosen, so it has a loopback
address of its own."""
import base64
import os
import random
import shutil
import socket

from .directory_ldaps import BASE, LdapsDirectory

REALM = "EXAMPLE.TEST"
DOMAIN = "EXAMPLE"
# LDAP, LDAPS, Kerberos, kpasswd, and the two of the global catalogue
PORTS = 389, 636, 88, 464, 3268, 3269
GLOBAL = """\
	server services = ldap, kdc, cldap
	bind interfaces only = yes
	interfaces = {address}/8
	log file = {dir}/log
	tls enabled = yes
	tls certfile = {cert}
	tls keyfile = {key}
	tls cafile = {ca}
"""


class ActiveDirectory(LdapsDirectory):
    name = "samba"
    profile = "ad"
    program = "/usr/sbin/samba"
    port = 636
    admin_dn = f"cn=Administrator,cn=Users,{BASE}"
    # what the gateway finds by itself is not said
    keys = f'base                "{BASE}"'
    folders = {"/etc/samba": "etc", "/var/lib/samba": "lib",
               "/var/cache/samba": "cache", "/var/log/samba": "log",
               "/run/samba": "run"}

    lock = None

    @property
    def address(self):
        return self.lab.state.get("ad_address", "127.0.0.1")

    def create(self):
        self.prepare()
        # held until Samba has the ports: another lab draws another one
        self.lab.state["ad_address"], self.lock = draw_address()
        cert, key = self.lab.tls.issue("dc1.example.test",
                                       address=self.address)
        self.run_inside(
            "samba-tool", "domain", "provision", f"--realm={REALM}",
            f"--domain={DOMAIN}", "--server-role=dc", "--dns-backend=NONE",
            "--use-rfc2307", f"--host-ip={self.address}", "--host-name=dc1",
            f"--adminpass={self.secret(self.admin_file)}")
        place = self.dir + "/etc/"
        # Samba takes no key that others may read, nor one of another owner
        for path in cert, key, self.lab.tls.ca:
            shutil.copy(path, place)
        os.chmod(place + os.path.basename(key), 0o600)
        with open(place + "smb.conf", encoding="utf-8") as file:
            text = file.read()
        lines = [line for line in text.partition("[sysvol]")[0].splitlines()
                 if "server services" not in line]
        words = {"address": self.address, "dir": "/var/log/samba"}
        for word, path in ("cert", cert), ("key", key), ("ca",
                                                         self.lab.tls.ca):
            words[word] = "/etc/samba/" + os.path.basename(path)
        with open(place + "smb.conf", "w", encoding="utf-8") as out:
            out.write("\n".join(lines) + "\n" + GLOBAL.format(**words))

    def start(self):
        self.daemon.start(self.inside(self.program, "-F", "--no-process-group"))

    def ready(self):
        if not super().ready():
            return False
        if self.lock is not None:
            self.lock.close()
        return True

    def dn(self, name):
        return f"cn={name},ou=people,{BASE}"

    def account(self, name, password):
        quoted = base64.b64encode(f'"{password}"'.encode("utf-16-le"))
        return ("objectClass: user\n"
                f"cn: {name}\nsAMAccountName: {name}\n"
                f"unicodePwd:: {quoted.decode()}\n")

    def service_entry(self, password):
        return (f"dn: {self.service_dn}\nchangetype: add\n"
                + self.account("sallyport", password)
                + "userAccountControl: 66048\n")

    def entry(self, person):
        state = person.operational
        control = 514 if "pwdAccountLockedTime" in state else 512
        change = "pwdReset" in state or "pwdChangedTime" in state
        return (f"dn: {self.dn(person.name)}\nchangetype: add\n"
                + self.account(person.name, person.password)
                + f"userAccountControl: {control}\n"
                f"employeeType: {person.employment}\n"
                f"uidNumber: {person.uid}\n"
                + ("pwdLastSet: 0\n" if change else ""))

    def group_entry(self, group):
        return f"objectClass: group\ncn: {group}\nsAMAccountName: {group}\n"


def draw_address():
    """An address where nobody has one of Samba's ports, and what holds it."""
    while True:
        address = "127.{}.{}.{}".format(
            *(random.SystemRandom().randrange(16, 240) for _ in range(3)))
        lock = socket.socket(socket.AF_UNIX)
        try:
            lock.bind("\0sallyport-lab-" + address)
            for port in PORTS:
                with socket.socket() as sock:
                    sock.bind((address, port))
        except OSError:
            lock.close()
            continue
        return address, lock
