# SPDX-License-Identifier: Apache-2.0
"""The corporate directory: Debian's slapd with ppolicy and memberOf."""
import os
import secrets
import subprocess

from .process import Daemon

BASE = "dc=example,dc=test"
SERVICE_DN = f"cn=sallyport,ou=services,{BASE}"
ADMIN_DN = f"cn=admin,{BASE}"
MODULES = "/usr/lib/ldap"
SCHEMA = "/etc/ldap/schema"
LOCAL_ROOT = ("gidNumber=0+uidNumber=0,cn=peercred,cn=external,cn=auth")

CONFIG = """\
dn: cn=config
objectClass: olcGlobal
cn: config
olcPidFile: {dir}/pid
olcTLSCACertificateFile: {ca}
olcTLSCertificateFile: {cert}
olcTLSCertificateKeyFile: {key}
olcTLSProtocolMin: 3.3
olcLogLevel: stats
olcThreads: 4

dn: cn=module,cn=config
objectClass: olcModuleList
cn: module
olcModulePath: {modules}
olcModuleLoad: back_mdb
olcModuleLoad: ppolicy
olcModuleLoad: memberof

dn: cn=schema,cn=config
objectClass: olcSchemaConfig
cn: schema

include: file://{schema}/core.ldif
include: file://{schema}/cosine.ldif
include: file://{schema}/nis.ldif
include: file://{schema}/inetorgperson.ldif

dn: olcDatabase={{0}}config,cn=config
objectClass: olcDatabaseConfig
olcDatabase: {{0}}config
olcAccess: to * by dn.exact="{local_root}" manage by * none

dn: olcDatabase={{1}}mdb,cn=config
objectClass: olcDatabaseConfig
objectClass: olcMdbConfig
olcDatabase: {{1}}mdb
olcSuffix: {base}
olcRootDN: {admin_dn}
olcDbDirectory: {dir}/db
olcDbMaxSize: 268435456
olcDbIndex: objectClass,uid,member,memberOf,entryUUID eq
olcAccess: to attrs=userPassword by dn.exact="{local_root}" manage by anonymous auth by * none
olcAccess: to * by dn.exact="{local_root}" manage by dn.exact="{service_dn}" read by self read by * none

dn: olcOverlay=ppolicy,olcDatabase={{1}}mdb,cn=config
objectClass: olcOverlayConfig
objectClass: olcPPolicyConfig
olcOverlay: ppolicy
olcPPolicyDefault: cn=default,ou=policies,{base}
olcPPolicyUseLockout: TRUE

dn: olcOverlay=memberof,olcDatabase={{1}}mdb,cn=config
objectClass: olcOverlayConfig
objectClass: olcMemberOfConfig
olcOverlay: memberof
olcMemberOfRefInt: TRUE
"""

CONTENT = """\
dn: {base}
objectClass: dcObject
objectClass: organization
o: Example
dc: example

dn: ou=people,{base}
objectClass: organizationalUnit
ou: people

dn: ou=groups,{base}
objectClass: organizationalUnit
ou: groups

dn: ou=services,{base}
objectClass: organizationalUnit
ou: services

dn: ou=policies,{base}
objectClass: organizationalUnit
ou: policies

dn: cn=default,ou=policies,{base}
objectClass: pwdPolicy
objectClass: organizationalRole
cn: default
pwdAttribute: userPassword
pwdLockout: TRUE
pwdMaxFailure: 50
pwdFailureCountInterval: 3600
pwdMaxAge: 31536000
pwdMustChange: TRUE

dn: {service_dn}
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: sallyport
userPassword: {service_password}
"""

PERSON = """\

dn: uid={name},ou=people,{base}
objectClass: inetOrgPerson
objectClass: posixAccount
uid: {name}
cn: {name}
sn: {name}
mail: {name}@example.test
employeeType: {employment}
uidNumber: {uid}
gidNumber: {uid}
homeDirectory: /home/{name}
userPassword: {password}
"""


class Directory:
    """slapd under LAB.dir/slapd; LAB gives ports, certificates and places."""

    name = "slapd"
    profile = "openldap"
    program = "/usr/sbin/slapd"
    service_dn = SERVICE_DN
    keys = f'base                "ou=people,{BASE}"'

    def __init__(self, lab):
        self.lab = lab
        self.dir = os.path.join(lab.dir, "slapd")
        self.daemon = Daemon("slapd", lab.run_dir, lab.log_dir)
        self.ldapi = "ldapi://" + (self.dir + "/ldapi").replace("/", "%2F")
        self.password_file = os.path.join(self.dir, "service.password")

    @property
    def ldaps_uri(self):
        return f"ldaps://127.0.0.1:{self.lab.port('ldaps')}"

    @property
    def starttls_uri(self):
        return f"ldap://127.0.0.1:{self.lab.port('ldap')}"

    def create(self):
        for part in "db", "config":
            os.makedirs(os.path.join(self.dir, part))
        cert, key = self.lab.tls.issue("ldap.example.test")
        password = secrets.token_urlsafe(24)
        with open(self.password_file, "w", encoding="ascii") as out:
            os.fchmod(out.fileno(), 0o600)
            out.write(password + "\n")
        self._load(0, CONFIG.format(
            dir=self.dir, ca=self.lab.tls.ca, cert=cert, key=key,
            modules=MODULES, schema=SCHEMA, base=BASE, admin_dn=ADMIN_DN,
            service_dn=SERVICE_DN, local_root=LOCAL_ROOT))
        self._load(1, CONTENT.format(base=BASE, service_dn=SERVICE_DN,
                                     service_password=password)
                   + "".join(self._entry(p) for p in self.lab.people.values()))

    def start(self):
        uris = f"{self.starttls_uri}/ {self.ldaps_uri}/ {self.ldapi}"
        self.daemon.start([self.program, "-d", "stats", "-F",
                           self.dir + "/config", "-h", uris])

    def ready(self):
        """A search as the service account over TLS finds the base."""
        return self.search("objectClass=*", base=BASE, scope="base",
                           as_service=True, check=False) != []

    def populate(self):
        """Groups come through the running server: memberOf follows them."""
        members = {}
        for person in self.lab.people.values():
            for group in person.groups:
                members.setdefault(group, []).append(person.name)
        for group in sorted(members):
            self.add_group(group, members[group])

    def add_group(self, group, names, groups=()):
        """names: of people; groups: of groups that are its members too."""
        self.modify(f"dn: cn={group},ou=groups,{BASE}\nchangetype: add\n"
                    + self.group_entry(group)
                    + "".join(f"member: {dn(n)}\n" for n in names)
                    + "".join(f"member: cn={g},ou=groups,{BASE}\n"
                              for g in groups))

    def add_person(self, person):
        self.modify(self._entry(person).lstrip("\n").replace(
            "\n", "\nchangetype: add\n", 1))
        for group in person.groups:
            self.modify(f"dn: cn={group},ou=groups,{BASE}\n"
                        f"changetype: modify\nadd: member\n"
                        f"member: {dn(person.name)}\n")

    def leave_group(self, name, group):
        self.modify(f"dn: cn={group},ou=groups,{BASE}\nchangetype: modify\n"
                    f"delete: member\nmember: {dn(name)}\n")

    @staticmethod
    def dn(name):
        return dn(name)

    @staticmethod
    def group_entry(group):
        return f"objectClass: groupOfNames\ncn: {group}\n"

    def binds(self, name):
        """How many binds as NAME the server has logged."""
        with open(self.daemon.log, encoding="utf-8") as file:
            return sum(f'BIND dn="{dn(name)}" method=128' in line
                       for line in file)

    def set_attribute(self, name, attribute, *values):
        """Replace (no VALUES: remove) an attribute, operational ones too."""
        self.modify(f"dn: {dn(name)}\nchangetype: modify\n"
                    f"replace: {attribute}\n"
                    + "".join(f"{attribute}: {v}\n" for v in values))

    def attribute(self, name, attribute):
        """All values of an attribute of a person."""
        lines = self.search("objectClass=*", attribute, base=dn(name),
                            scope="base")
        key = attribute.lower() + ":"
        return [line.split(" ", 1)[1] for line in lines
                if line.lower().startswith(key)]

    def modify(self, ldif):
        """Apply LDIF as the local root, who may also set operational attributes."""
        run = self._tool("ldapmodify", "-Q", "-Y", "EXTERNAL", "-H",
                         self.ldapi, "-e", "relax", stdin=ldif)
        if run.returncode != 0:
            raise RuntimeError(f"ldapmodify: {run.stderr.strip()}\n{ldif}")

    def search(self, query, *attributes, base=BASE, scope="sub",
               as_service=False, check=True):
        """The answer as unfolded LDIF lines."""
        who = (["-x", "-D", SERVICE_DN, "-y", self._bare_password(), "-H",
                self.ldaps_uri] if as_service
               else ["-Q", "-Y", "EXTERNAL", "-H", self.ldapi])
        run = self._tool("ldapsearch", *who, "-LLL", "-o", "ldif-wrap=no",
                         "-b", base, "-s", scope, query, *attributes)
        if check and run.returncode != 0:
            raise RuntimeError(f"ldapsearch: {run.stderr.strip()}")
        return run.stdout.splitlines() if run.returncode == 0 else []

    def _bare_password(self):
        """ldapsearch -y takes the newline for part of the password."""
        path = self.password_file + ".bare"
        if not os.path.exists(path):
            with open(self.password_file, encoding="ascii") as file:
                password = file.read().rstrip("\n")
            with open(path, "w", encoding="ascii") as out:
                os.fchmod(out.fileno(), 0o600)
                out.write(password)
        return path

    def _tool(self, *argv, stdin=None):
        env = {"PATH": os.environ["PATH"],
               "LDAPTLS_CACERT": self.lab.tls.ca, "LDAPTLS_REQCERT": "demand"}
        return subprocess.run(argv, input=stdin, env=env, text=True,
                              capture_output=True, timeout=20, check=False)

    def _entry(self, person):
        return PERSON.format(
            name=person.name, base=BASE, employment=person.employment,
            uid=person.uid, password=person.password) + "".join(
                f"{k}: {v}\n" for k, v in person.operational.items())

    def _load(self, number, ldif):
        path = os.path.join(self.dir, f"init{number}.ldif")
        with open(path, "w", encoding="utf-8") as out:
            os.fchmod(out.fileno(), 0o600)
            out.write(ldif)
        argv = ["/usr/sbin/slapadd", "-q", "-F", self.dir + "/config",
                "-n", str(number), "-l", path]
        run = subprocess.run(argv, capture_output=True, text=True, check=False)
        if run.returncode != 0:
            raise RuntimeError(f"slapadd -n{number}: {run.stderr.strip()}")
        os.unlink(path)


def dn(name):
    return f"uid={name},ou=people,{BASE}"
