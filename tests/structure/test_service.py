# SPDX-License-Identifier: Apache-2.0
"""The service manager's files allow what gatewayd does, and name its users."""
import os
import re
import shutil
import signal
import socket
import subprocess
import sys

import pytest
from labkit.roles import ROLES
from tree import ROOT, text_of

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


def test_systemd_calls_the_units_exposure_small(tmp_path):
    """Of what is left most is the parent's work as root; see the unit."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd is not installed")
    path = tmp_path / os.path.basename(UNIT)
    path.write_text(text_of(UNIT).replace("@SBINDIR@/gatewayd", "/bin/true"))
    run = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager",
         "--threshold=35", str(path)],   # of 100
        capture_output=True, text=True, check=False)
    if "offline" in run.stderr:
        pytest.skip("this systemd looks at running services only")
    assert run.returncode == 0, run.stdout[-300:]


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


def allowed_by_the_unit():
    groups, allowed = system_call_groups(), set()
    for line in re.findall(r"^SystemCallFilter=(.*)$", text_of(UNIT), re.M):
        named = set().union(*(members(groups, word)
                              for word in line.lstrip("~").split()))
        allowed = allowed - named if line.startswith("~") else allowed | named
    # systemd adds these by itself, for what it does before the program runs
    return allowed | members(groups, "@default") | {"execve"}


def test_what_a_role_may_call_the_unit_does_not_forbid():
    allowed = allowed_by_the_unit()
    called = set(re.findall(r"SCMP_SYS\((\w+)\)\}",
                            text_of("gatewayd/role/syscalls.c")))
    assert len(called) > 50
    # and what the parent and a role's start take besides
    called |= {"chroot", "execve", "fork", "kill", "setresuid", "setgroups",
               "seccomp", "landlock_restrict_self", "mlockall", "prlimit64",
               "memfd_create", "fchown", "fchmod", "sched_setscheduler"}
    assert called <= allowed
    assert not allowed & {"ptrace", "mount", "bpf", "init_module", "reboot",
                          "io_uring_setup", "keyctl", "swapon"}


def in_the_units_proc(*program):
    """PROGRAM with /proc as the unit shows it."""
    hides = {"": "off", "default": "off"}
    subset = {"": "", "all": ""}
    shown = "hidepid=" + hides.get(setting("ProtectProc"),
                                   setting("ProtectProc"))
    shown += subset.get(setting("ProcSubset"),
                        ",subset=" + setting("ProcSubset"))
    return ["unshare", "--mount", "sh", "-c",
            'mount -t proc -o "$0" proc /proc && exec "$@"', shown, *program]


def test_a_restarted_authority_sees_whose_sessions_go_on(gateway):
    """It looks at processes of other users, without CAP_SYS_PTRACE."""
    if os.geteuid() != 0 or subprocess.run(
            ["unshare", "--mount", "true"], check=False).returncode != 0:
        pytest.skip("needs root and mount namespaces")
    without = ["setpriv", "--bounding-set=-sys_ptrace"]
    other = subprocess.Popen(["setpriv", "--reuid=65534", "sleep", "60"])
    try:
        seen = in_the_units_proc(*without, "cat", f"/proc/{other.pid}/stat")
        assert subprocess.run(seen, check=False).returncode == 0
    finally:
        other.kill()
        other.wait()
    gateway.start(*in_the_units_proc(*without))
    assert wait_for(gateway.ready), gateway.said()
    assert "will not outlive" not in gateway.said()


@pytest.fixture
def gateway(built):
    for name in ("gatewayd", "sallyport", *ROLES):
        built(name)
    gateway = RealRoles()
    yield gateway
    gateway.end()


def test_capabilities_and_system_calls_of_the_unit_are_enough(
        gateway, tmp_path):
    """Start, conversation, death of a role, reload and end with these alone."""
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        pytest.skip("needs root and setpriv")
    calls = tmp_path / "calls"
    calls.write_text("\n".join(sorted(allowed_by_the_unit())))
    names = [name.lower().removeprefix("cap_")
             for name in setting("CapabilityBoundingSet").split()]
    assert names
    some = ",".join(["-all", *(f"+{name}" for name in names)])
    gateway.start("setpriv", f"--bounding-set={some}", "--no-new-privs",
                  sys.executable, os.path.join(
                      ROOT, "tests/support/under_filter.py"), str(calls))
    assert wait_for(gateway.ready), gateway.said()
    with socket.socket(socket.AF_UNIX) as module:
        module.settimeout(10)
        module.connect(gateway.path("run/login.sock"))
        module.sendall(b"nonsense")
        assert module.recv(100)     # a conversation was forked, and answers
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
