# SPDX-License-Identifier: Apache-2.0
"""What the lab's two other directories have in common: people and groups come
over LDAPS from the server's administrator, and the server runs in a mount
namespace where the folders that it insists on are the lab's own."""
import os
import secrets
import subprocess

from .process import Daemon

BASE = "dc=example,dc=test"
# In a shell of its own mount namespace: $0 is a file with one folder a line.
ENTER = """\
mount --make-rprivate / && while read -r from to; do
	mkdir -p "$to" && mount --bind "$from" "$to" || exit 1
done <"$0" && exec "$@"
"""
NEEDS = "unshare", "mount"


class LdapsDirectory:
    """LAB gives ports, certificates and places. A subclass says the rest."""

    folders = {}        # {a place of the system: a name in self.dir}
    address = "127.0.0.1"
    admin_dn = ""
    service_dn = f"cn=sallyport,ou=services,{BASE}"

    def __init__(self, lab):
        self.lab = lab
        self.dir = os.path.join(lab.dir, self.name)
        self.daemon = Daemon(self.name, lab.run_dir, lab.log_dir)
        self.password_file = os.path.join(self.dir, "service.password")
        self.admin_file = os.path.join(self.dir, "admin.password")

    @property
    def ldaps_uri(self):
        return f"ldaps://{self.address}:{self.port}"

    def prepare(self):
        """Passwords, and the folders of the namespace."""
        os.makedirs(self.dir)
        os.chmod(self.dir, 0o711)
        for path in self.password_file, self.admin_file:
            with open(path, "w", encoding="ascii") as out:
                os.fchmod(out.fileno(), 0o600)
                out.write("Aa1-" + secrets.token_hex(12))
        with open(self.dir + "/folders", "w", encoding="ascii") as out:
            for place, name in self.folders.items():
                os.makedirs(os.path.join(self.dir, name))
                out.write(f"{self.dir}/{name} {place}\n")

    def inside(self, *argv):
        """ARGV as it runs in the namespace."""
        return ["unshare", "--mount", "--", "bash", "-c", ENTER,
                self.dir + "/folders", *argv]

    def run_inside(self, *argv, **how):
        run = subprocess.run(self.inside(*argv), capture_output=True,
                             text=True, timeout=180, check=False, **how)
        if run.returncode != 0:
            raise RuntimeError(f"{argv[0]} {argv[1]}: exit {run.returncode}: "
                               f"{run.stderr.strip()} {run.stdout.strip()}")
        return run.stdout

    def secret(self, path):
        with open(path, encoding="ascii") as file:
            return file.read().strip()

    def ready(self):
        return self._tool("ldapsearch", "-b", BASE, "-s", "base", "-LLL",
                          "objectClass=*", "1.1").returncode == 0

    def populate(self):
        """Units, the service account, people, and then their groups."""
        self.modify("".join(
            f"dn: ou={unit},{BASE}\nchangetype: add\n"
            f"objectClass: organizationalUnit\nou: {unit}\n\n"
            for unit in ("people", "groups", "services")))
        self.modify(self.service_entry(self.secret(self.password_file)))
        members = {}
        for person in self.lab.people.values():
            self.modify(self.entry(person))
            for group in person.groups:
                members.setdefault(group, []).append(person.name)
        for group in sorted(members):
            self.add_group(group, members[group])

    def add_group(self, group, names, groups=()):
        """names: of people; groups: of groups that are its members too."""
        self.modify(
            f"dn: cn={group},ou=groups,{BASE}\nchangetype: add\n"
            + self.group_entry(group)
            + "".join(f"member: {self.dn(n)}\n" for n in names)
            + "".join(f"member: cn={g},ou=groups,{BASE}\n" for g in groups))

    def add_person(self, person):
        self.modify(self.entry(person))
        for group in person.groups:
            self.modify(f"dn: cn={group},ou=groups,{BASE}\n"
                        "changetype: modify\nadd: member\n"
                        f"member: {self.dn(person.name)}\n")

    def leave_group(self, name, group):
        self.modify(f"dn: cn={group},ou=groups,{BASE}\nchangetype: modify\n"
                    f"delete: member\nmember: {self.dn(name)}\n")

    def set_attribute(self, name, attribute, *values):
        self.modify(f"dn: {self.dn(name)}\nchangetype: modify\n"
                    f"replace: {attribute}\n"
                    + "".join(f"{attribute}: {v}\n" for v in values))

    def modify(self, ldif):
        run = self._tool("ldapmodify", stdin=ldif)
        if run.returncode != 0:
            raise RuntimeError(f"ldapmodify: {run.stderr.strip()}\n{ldif}")

    def _tool(self, program, *argv, stdin=None):
        env = {"PATH": os.environ["PATH"], "LDAPTLS_CACERT": self.lab.tls.ca,
               "LDAPTLS_REQCERT": "demand"}
        return subprocess.run(
            [program, "-x", "-D", self.admin_dn, "-y", self.admin_file, "-H",
             self.ldaps_uri, *argv], input=stdin, env=env, text=True,
            capture_output=True, timeout=60, check=False)
