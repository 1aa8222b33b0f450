# SPDX-License-Identifier: Apache-2.0
"""Debian's own sudo. It is setuid, so nothing can be preloaded into it: it runs
in a mount namespace whose /etc is the lab's, where it finds people, sudoers
and its PAM service."""
import os
import shutil

# What sudo, libpam and libc read there.
FILES = "hosts", "nsswitch.conf", "ld.so.cache", "login.defs", "shadow"
SUDOERS = """\
Defaults lecture = never, timestamp_timeout = 0, passwd_tries = 1
Defaults !fqdn
ALL ALL = (ALL) ALL
"""
ENTER = """\
mount --make-rprivate / && mount --bind "$0" /etc &&
mkdir -p /run/sudo && mount -t tmpfs -o mode=0711 tmpfs /run/sudo &&
exec setpriv --reuid "$1" --regid "$1" --clear-groups -- "${@:2}"
"""


class Sudo:
    """A place for /etc; argv(person, words) runs sudo there."""

    def __init__(self, lab):
        self.lab = lab
        self.etc = os.path.join(lab.dir, "sudo-etc")
        os.makedirs(self.etc + "/pam.d", exist_ok=True)
        for name in FILES:
            if os.path.exists("/etc/" + name):
                shutil.copy("/etc/" + name, os.path.join(self.etc, name))
        self._write("sudo.conf", "")
        self.write_sudoers()
        self.write_pam_service()

    def _write(self, name, text, mode=0o644):
        path = os.path.join(self.etc, name)
        with open(path, "w", encoding="ascii") as out:
            out.write(text)
        os.chmod(path, mode)

    def write_sudoers(self, more=""):
        self._write("sudoers", SUDOERS + more, 0o440)

    def write_pam_service(self, session=None):
        """session: other options for that line alone."""
        options = (f"{self.lab.gateway.pam_options} "
                   f"timeout={self.lab.deadline}")
        lines = (("auth", options), ("account", options),
                 ("session", options if session is None else session))
        self._write("pam.d/sudo", "".join(
            f"{phase}  [success=ok default=die]  {self.lab.module} {words}\n"
            for phase, words in lines))

    def argv(self, person, words):
        """What to run so that PERSON runs `sudo WORDS`."""
        for name in "passwd", "group":
            shutil.copy(os.path.join(self.lab.dir, "etc", name), self.etc)
        return ["unshare", "--mount", "--", "bash", "-c", ENTER, self.etc,
                str(person.uid), "sudo", *words]
