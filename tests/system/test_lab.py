# SPDX-License-Identifier: Apache-2.0
"""The lab's own promises."""
import os
import shutil
import subprocess
import tempfile

import pytest
from labkit import client
from labkit.world import UIDS, Lab, process_uids
from support import ROOT

LAB = os.path.join(ROOT, "contrib/lab/lab")


def lab_command(verb, directory, *more):
    return subprocess.run([LAB, verb, "--dir", directory, *more], text=True,
                          capture_output=True, timeout=120, check=False)


@pytest.fixture
def place():
    """A path in a new directory; the path itself does not exist."""
    parent = tempfile.mkdtemp(prefix="sallyport-place-")
    os.chmod(parent, 0o711)
    yield os.path.join(parent, "lab")
    lab_command("down", os.path.join(parent, "lab"))
    shutil.rmtree(parent)


def outside():
    """What a lab could have touched, by time and size."""
    seen = {}
    for folder in "/etc", "/etc/pam.d", "/run", "/var/log":
        for entry in os.scandir(folder):
            info = entry.stat(follow_symlinks=False)
            seen[entry.path] = (info.st_mtime_ns, info.st_size)
    return seen


def test_down_leaves_nothing(place):
    before = outside()
    assert lab_command("up", place).returncode == 0
    base = Lab.open(place).state["uid_base"]
    assert lab_command("status", place).returncode == 0
    assert lab_command("down", place).returncode == 0
    assert not os.path.exists(place)
    assert not [uid for uid in process_uids() if base <= uid < base + UIDS]
    assert {p for p in outside() if p not in before} == set()
    assert outside()["/etc/passwd"] == before["/etc/passwd"]


def test_a_directory_that_was_there_stays(place):
    os.mkdir(place)
    assert lab_command("up", place).returncode == 0
    assert lab_command("down", place).returncode == 0
    assert os.listdir(place) == []


def test_up_and_down_may_be_said_twice(place):
    for verb in "up", "up", "down", "down":
        assert lab_command(verb, place).returncode == 0
    assert lab_command("status", place).returncode == 1


def test_env_is_shell_and_names_what_a_test_needs(lab):
    names = ("SSH_HOST SSH_PORT LDAP_URI LDAP_BASE PAM_SOCKET CA AUDIT_DIR "
             "SIEM_FILE SALLYPORT USER PASSWORD TOTP_SEED").split()
    shell = f"set -eu; . {lab.dir}/env; " + "; ".join(
        f'printf "%s\\n" "$LAB_{name}"' for name in (*names, "HTTPS_URL"))
    run = subprocess.run(["sh", "-c", shell], capture_output=True, text=True,
                         check=True)
    values = run.stdout.split("\n")
    assert all(values[:len(names)]), values
    assert values[len(names)] == ""


def test_a_login_shell_knows_the_command(lab, person, codes):
    # no command: sshd starts a login shell, which reads /etc/profile
    with client.Login(lab, person.name, command="") as ssh:
        assert ssh.answer_all([person.password, codes.fresh(person)])
        end = ssh.finish("sallyport --version\n")
    assert "\nsallyport " in end.output, end


def test_a_directory_with_other_things_is_left_alone(place):
    os.mkdir(place)
    precious = os.path.join(place, "precious")
    with open(precious, "w", encoding="ascii"):
        pass
    run = lab_command("up", place)
    assert run.returncode == 1
    assert "not empty" in run.stderr
    assert lab_command("down", place).returncode == 0
    assert os.path.exists(precious)


def test_a_failed_up_names_the_component_and_leaves_nothing(place, tmp_path):
    build = tmp_path / "build"
    shutil.copytree(os.path.join(ROOT, "build"), build,
                    ignore=shutil.ignore_patterns("obj", "tests", "san"))
    with open(build / "sbin/gatewayd", "w", encoding="ascii") as out:
        out.write("#!/bin/sh\necho no good today >&2\nexit 1\n")
    run = lab_command("up", place, "--build", str(build))
    assert run.returncode == 1
    assert "gatewayd" in run.stderr
    assert "no good today" in run.stderr
    assert not os.path.exists(place)
