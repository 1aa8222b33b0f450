# SPDX-License-Identifier: Apache-2.0
"""389 Directory Server, with its memberOf plug-in. People of groups of groups
have these groups too, which the plug-in writes into their entries."""
import os
import re
import shutil
import subprocess

from .directory_ldaps import BASE, LdapsDirectory

DEFAULTS = "/usr/share/dirsrv/inf/defaults.inf"
ANSWERS = """\
[general]
start = False
strict_host_checking = False
full_machine_name = localhost
[slapd]
instance_name = lab
port = {port}
secure_port = {ldaps}
root_password = {password}
self_sign_cert = True
[backend-userroot]
suffix = {base}
create_suffix_entry = True
"""
MEMBEROF = "dn: cn=MemberOf Plugin,cn=plugins,cn=config\n"
READ = (f'aci: (targetattr != "userPassword")(version 3.0; acl "sallyport"; '
        f'allow (read,search,compare) userdn="ldap:///'
        f'{LdapsDirectory.service_dn}";)\n')


class DirectoryServer389(LdapsDirectory):
    name = "389ds"
    profile = "389ds"
    program = "/usr/sbin/ns-slapd"
    admin_dn = "cn=Directory Manager"
    keys = f'base                "ou=people,{BASE}"'
    folders = {"/etc/dirsrv": "etc", "/var/lib/dirsrv": "lib",
               "/var/log/dirsrv": "log", "/run/dirsrv": "run",
               "/run/lock/dirsrv": "lock", "/usr/share/dirsrv/inf": "inf"}

    @property
    def port(self):
        return self.lab.port("ldaps")

    def create(self):
        self.prepare()
        for place, name in self.folders.items():
            if name in ("etc", "inf"):
                shutil.copytree(place, os.path.join(self.dir, name),
                                dirs_exist_ok=True)
        # dscreate would call systemctl
        path = os.path.join(self.dir, "inf", os.path.basename(DEFAULTS))
        with open(path, encoding="utf-8") as file:
            text = file.read()
        with open(path, "w", encoding="utf-8") as out:
            out.write(re.sub(r"(?m)^with_systemd = 1$", "with_systemd = 0",
                             text))
        for name in "etc", "lib", "log", "run", "lock":
            shutil.chown(os.path.join(self.dir, name), "dirsrv", "dirsrv")
        answers = os.path.join(self.dir, "answers.inf")
        with open(answers, "w", encoding="ascii") as out:
            os.fchmod(out.fileno(), 0o600)
            out.write(ANSWERS.format(
                port=self.lab.port("ldap"), ldaps=self.port, base=BASE,
                password=self.secret(self.admin_file)))
        self.run_inside("dscreate", "from-file", answers)
        self._enable_memberof()
        self._own_certificate()

    def _enable_memberof(self):
        path = os.path.join(self.dir, "etc/slapd-lab/dse.ldif")
        with open(path, encoding="utf-8") as file:
            text = file.read()
        before, plugin, after = text.partition(MEMBEROF)
        after = after.replace("nsslapd-pluginEnabled: off",
                              "nsslapd-pluginEnabled: on", 1)
        with open(path, "w", encoding="utf-8") as out:
            out.write(before + plugin + after)

    def _own_certificate(self):
        """The lab's instead of the one that dscreate made."""
        store = os.path.join(self.dir, "etc/slapd-lab")
        pin, bundle = store + "/pwdfile.txt", os.path.join(self.dir, "tls.p12")
        cert, key = self.lab.tls.issue("ldap.example.test")
        for argv in (
                ["openssl", "pkcs12", "-export", "-in", cert, "-inkey", key,
                 "-name", "Server-Cert", "-passout", "pass:", "-out", bundle],
                ["certutil", "-F", "-d", store, "-n", "Server-Cert", "-f", pin],
                ["certutil", "-A", "-d", store, "-n", "Lab-CA", "-t", "CT,,",
                 "-i", self.lab.tls.ca, "-f", pin],
                ["pk12util", "-i", bundle, "-d", store, "-k", pin, "-W", ""]):
            run = subprocess.run(argv, capture_output=True, text=True,
                                 check=False)
            if run.returncode != 0:
                raise RuntimeError(f"{' '.join(argv)}: {run.stderr.strip()}")
        os.unlink(bundle)

    def start(self):
        self.daemon.start(self.inside(
            self.program, "-D", "/etc/dirsrv/slapd-lab", "-i",
            "/run/dirsrv/slapd-lab.pid", "-d", "0"))

    def populate(self):
        self.modify(f"dn: {BASE}\nchangetype: modify\nadd: aci\n{READ}")
        super().populate()

    def dn(self, name):
        return f"uid={name},ou=people,{BASE}"

    def service_entry(self, password):
        return (f"dn: {self.service_dn}\nchangetype: add\n"
                "objectClass: organizationalRole\n"
                "objectClass: simpleSecurityObject\ncn: sallyport\n"
                f"userPassword: {password}\n")

    def entry(self, person):
        locked = "pwdAccountLockedTime" in person.operational
        return (f"dn: {self.dn(person.name)}\nchangetype: add\n"
                "objectClass: inetOrgPerson\nobjectClass: posixAccount\n"
                "objectClass: nsMemberOf\n"
                f"uid: {person.name}\ncn: {person.name}\nsn: {person.name}\n"
                f"employeeType: {person.employment}\n"
                f"uidNumber: {person.uid}\ngidNumber: {person.uid}\n"
                f"homeDirectory: /home/{person.name}\n"
                f"userPassword: {person.password}\n"
                + ("nsAccountLock: true\n" if locked else ""))

    def group_entry(self, group):
        return ("objectClass: groupOfNames\nobjectClass: nsMemberOf\n"
                f"cn: {group}\n")
