# SPDX-License-Identifier: Apache-2.0
"""The service manager's files allow what gatewayd does, and name its users."""
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time

import pytest
from tree import ROLES, ROOT, text_of

UNIT = "contrib/systemd/sallyport-gatewayd.service"
POLICY = "network here 127.0.0.0/8\npermit any from here with password\nend\n"
CONF = """
gateway {{
	host bastion.example.test
	issuer https://bastion.example.test
	runtime {dir}/run
	state {dir}/state
	libexec {libexec}
	policy {dir}
}}
login {{ user 64001 }}
directory {{
	user 64002
	uri ldap://127.0.0.1:9
	bind-dn cn=x
	bind-password-file {dir}/password
	base dc=x
}}
authority {{ user 64003 }}
store {{ user 64004 }}
audit {{ user 64005 }}
forward {{ user 64006 }}
"""


def setting(name):
    return " ".join(re.findall(rf"^{name}=(.*)$", text_of(UNIT), re.M))


def test_sysusers_makes_the_users_of_the_roles():
    made = re.findall(r'^u (\S+)\s+- "[^":]+"$',
                      text_of("contrib/systemd/sallyport.sysusers"), re.M)
    assert set(made) == {f"_sallyport-{role}" for role in ROLES}


def test_the_unit_passes_systemds_own_check(tmp_path):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd is not installed")
    path = tmp_path / os.path.basename(UNIT)
    path.write_text(text_of(UNIT).replace("@SBINDIR@/gatewayd", "/bin/true"))
    run = subprocess.run(["systemd-analyze", "verify", "--man=no", str(path)],
                         capture_output=True, text=True, check=False)
    assert not [line for line in (run.stdout + run.stderr).splitlines()
                if line.startswith(str(path))]


@pytest.fixture
def place(built):
    """A whole configuration, with keys, under a short path."""
    path = tempfile.mkdtemp(prefix="sp-")
    for role in ROLES:
        built(role)
    conf = os.path.join(path, "gatewayd.conf")
    with open(conf, "w", encoding="ascii") as out:
        out.write(CONF.format(dir=path,
                              libexec=os.path.dirname(built("store"))))
    with open(os.path.join(path, "a.policy"), "w", encoding="ascii") as out:
        out.write(POLICY)
    fd = os.open(os.path.join(path, "password"), os.O_WRONLY | os.O_CREAT,
                 0o600)
    os.write(fd, b"x")
    os.close(fd)
    os.mkdir(os.path.join(path, "state"))
    subprocess.run([built("sallyport"), "--config", conf, "key", "init"],
                   check=True, capture_output=True)
    yield path
    shutil.rmtree(path)


def status(place):
    try:
        with open(os.path.join(place, "run/status"), encoding="ascii") as file:
            return json.load(file)
    except (OSError, ValueError):
        return {"ready": False, "roles": []}


def wait_for(test, seconds=10):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if test():
            return True
        time.sleep(0.05)
    return False


def test_the_capabilities_of_the_unit_are_enough(place, built):
    """Start, death of a role, reload and end with these alone."""
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        pytest.skip("needs root and setpriv")
    names = [name.lower().removeprefix("cap_")
             for name in setting("CapabilityBoundingSet").split()]
    assert names
    some = ",".join(["-all", *(f"+{name}" for name in names)])
    log = os.path.join(place, "log")
    with open(log, "wb") as out:
        run = subprocess.Popen(
            ["setpriv", f"--bounding-set={some}", "--no-new-privs",
             built("gatewayd"), "-f", os.path.join(place, "gatewayd.conf")],
            cwd=ROOT, stdout=out, stderr=out)
    try:
        assert wait_for(lambda: status(place)["ready"]), open(log).read()
        # set-gid, or forward could not read segments
        assert os.stat(os.path.join(place, "state/audit")).st_mode & 0o2000
        os.kill(role_pid(place, "audit"), signal.SIGKILL)
        assert wait_for(lambda: restarts(place) == 1 and status(place)["ready"])
        run.send_signal(signal.SIGHUP)
        assert wait_for(lambda: "reloaded" in open(log).read())
        assert wait_for(lambda: status(place)["ready"])
        os.kill(role_pid(place, "store"), signal.SIGSTOP)
        run.terminate()         # a role that does not end is killed
        assert run.wait(30) == 0
    finally:
        run.kill()
        run.wait()
    said = open(log).read()
    assert "not permitted" not in said and "denied" not in said


def role_pid(place, role):
    return next(r["pid"] for r in status(place)["roles"] if r["role"] == role)


def restarts(place):
    return sum(r["restarts"] for r in status(place)["roles"]
               if r["role"] == "audit")
