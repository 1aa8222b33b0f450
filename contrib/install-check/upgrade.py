# SPDX-License-Identifier: Apache-2.0
"""What an older release left behind, for INSTALL's section on upgrading: the
state, configuration and policy of an archive of tests/compat (README there)."""
import glob
import os
import shutil
import sys

from blocks import ROOT

sys.path.insert(0, os.path.join(ROOT, "tests/compat"))

from unpack import ROLES, Packed  # noqa: E402

ARCHIVE, = glob.glob(os.path.join(ROOT, "tests/compat/*.tar.xz"))
ETC, STATE = "/etc/sallyport", "/var/lib/sallyport"
LOG = "/var/log/sallyport-gatewayd.log"


def packed():
    return Packed(ARCHIVE)


def put_back(machine):
    """The older release's files in place of those that are there."""
    place = "/root/older"
    os.mkdir(machine.path(place))
    old = packed()
    users = {name: int(uid) for name, _, uid, *_ in (
        line.split(":") for line in machine.read("/etc/passwd").splitlines())}
    old.unpack(machine.path(place), lambda role: users.get(
        f"_sallyport-{role}", 0))
    machine.write(ETC + "/gatewayd.conf", here(
        old.about, machine.read(place + "/etc/gatewayd.conf")), 0o600)
    machine.must(f"rm -r {STATE} {ETC}/policy.d/*; "
                 f"cp -a {place}/state {STATE}; rm -f {STATE}/status")
    # the clients of that machine had loopback addresses
    machine.write(ETC + "/policy.d/old.policy", machine.read(
        place + "/etc/policy.d/lab.policy").replace("127.0.0.0/24",
                                                    "10.20.0.0/16"))
    shutil.rmtree(machine.path(place))


def here(about, text):
    """The older configuration, at the places of this machine."""
    places = [
        ("/run/sallyport", "/run/sallyport"), ("/state", STATE),
        ("/libexec", "/usr/local/libexec/sallyport"),
        ("/etc/policy.d", ETC + "/policy.d"), ("/tls/ca.pem",
                                               ETC + "/ldap-ca.pem"),
        ("/slapd/service.password", ETC + "/ldap.password"),
        ("/tls/sallyport.example.test.", ETC + "/siem-client.")]
    for then, now in places:
        text = text.replace(about["dir"] + then, now)
    for name, now in (("ldaps", 636), ("relp", 2514)):
        text = text.replace(str(about["ports"][name]), str(now))
    for number, role in enumerate(ROLES):
        text = text.replace(str(about["uid_base"] + number),
                            "_sallyport-" + role)
    return text
