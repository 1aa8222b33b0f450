# SPDX-License-Identifier: Apache-2.0
"""The service manager's files allow what gatewayd does, and name its users."""
import os
import re
import shutil
import signal
import subprocess
import sys

import pytest
from tree import ROLES, ROOT, text_of

sys.path.insert(0, os.path.join(ROOT, "tests/support"))
from real_roles import RealRoles, wait_for

UNIT = "contrib/systemd/sallyport-gatewayd.service"


def setting(name):
    return " ".join(re.findall(rf"^{name}=(.*)$", text_of(UNIT), re.M))


def test_sysusers_makes_the_users_of_the_roles():
    made = re.findall(r'^u (\S+)\s+- "[^":,]+" /nonexistent$',
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


def system_call_groups():
    """{"@chown": members}, as this systemd has them."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd is not installed")
    run = subprocess.run(["systemd-analyze", "syscall-filter"],
                         capture_output=True, text=True, check=True)
    blocks = [block.split("\n") for block in run.stdout.split("\n@")]
    return {"@" + name.strip().lstrip("@"): [line.strip() for line in lines]
            for name, *lines in blocks}


def members(groups, name):
    if not name.startswith("@"):
        return {name}
    return set().union(*(members(groups, one) for one in groups[name]
                         if one and not one.startswith("#")))


def test_what_a_role_may_call_the_unit_does_not_forbid():
    groups, allowed = system_call_groups(), set()
    for line in re.findall(r"^SystemCallFilter=(.*)$", text_of(UNIT), re.M):
        named = set().union(*(members(groups, word)
                              for word in line.lstrip("~").split()))
        allowed = allowed - named if line.startswith("~") else allowed | named
    called = set(re.findall(r"SCMP_SYS\((\w+)\)\}",
                            text_of("gatewayd/common/syscalls.c")))
    assert len(called) > 50
    # and what the parent and a role's start take besides
    called |= {"chroot", "execve", "fork", "kill", "setresuid", "setgroups",
               "seccomp", "landlock_restrict_self", "mlockall", "prlimit64",
               "memfd_create", "fchown", "fchmod", "sched_setscheduler"}
    assert called <= allowed
    assert not allowed & {"ptrace", "mount", "bpf", "init_module", "reboot",
                          "io_uring_setup", "keyctl", "swapon"}


@pytest.fixture
def gateway(built):
    for name in ("gatewayd", "sallyport", *ROLES):
        built(name)
    gateway = RealRoles()
    yield gateway
    gateway.end()


def test_the_capabilities_of_the_unit_are_enough(gateway):
    """Start, death of a role, reload and end with these alone."""
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        pytest.skip("needs root and setpriv")
    names = [name.lower().removeprefix("cap_")
             for name in setting("CapabilityBoundingSet").split()]
    assert names
    some = ",".join(["-all", *(f"+{name}" for name in names)])
    gateway.start("setpriv", f"--bounding-set={some}", "--no-new-privs")
    assert wait_for(gateway.ready), gateway.said()
    # set-gid, or forward could not read segments
    assert os.stat(gateway.path("state/audit")).st_mode & 0o2000
    os.kill(gateway.pids()["audit"], signal.SIGKILL)
    assert wait_for(lambda: gateway.restarts("audit") == 1 and gateway.ready())
    gateway.run.send_signal(signal.SIGHUP)
    assert wait_for(lambda: "reloaded" in gateway.said())
    assert wait_for(gateway.ready)
    os.kill(gateway.pids()["store"], signal.SIGSTOP)
    gateway.run.terminate()         # a role that does not end is killed
    assert gateway.run.wait(30) == 0
    assert "not permitted" not in gateway.said()
    assert "denied" not in gateway.said()
