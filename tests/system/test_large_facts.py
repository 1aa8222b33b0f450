# SPDX-License-Identifier: Apache-2.0
"""What sshd and PAM say at length: certificates with many names, large keys,
long names of terminals and people. There is a record of each attempt."""
import subprocess

import pytest
from labkit import client
from labkit.records import outcome
from test_pam import pam

PRINCIPALS = ",".join(f"somebody-with-a-long-name-{n:03}" for n in range(60))


def keygen(*arguments):
    return subprocess.run(["ssh-keygen", *arguments], check=True, text=True,
                          capture_output=True).stdout


@pytest.fixture
def certificate(tmp_path):
    """certificate(kind, bits, principals): a key's path beside its certificate,
    and what sshd_config's keys file says of the authority."""
    def make(kind="ed25519", bits=None, principals=PRINCIPALS):
        authority, key = str(tmp_path / "authority"), str(tmp_path / "key")
        size = ["-b", str(bits)] if bits else []
        keygen("-q", "-t", "ed25519", "-N", "", "-f", authority)
        keygen("-q", "-t", kind, *size, "-N", "", "-f", key)
        keygen("-q", "-s", authority, "-I", "lab", "-n", principals,
               key + ".pub")
        with open(authority + ".pub", encoding="ascii") as file:
            kind, public = file.read().split()[:2]
        return key, f'cert-authority,principals="somebody-with-a-long-name-' \
                    f'000" {kind} {public}\n'
    return make


def info_of(key):
    with open(key + "-cert.pub", encoding="ascii") as file:
        return "publickey " + " ".join(file.read().split()[:2])


def fingerprint(key):
    return keygen("-lf", key + "-cert.pub").split()[1]


def log_in(lab, codes, person, key):
    with client.Login(lab, person.name, "echo in",
                      options=("-i", key)) as ssh:
        ssh.answer_all([person.password, codes.fresh(person)])
        return ssh.finish()


@pytest.mark.parametrize("kind, bits, count", [
    ("ed25519", None, 60), ("rsa", 4096, 60), ("ecdsa", 521, 200)])
def test_a_person_with_a_long_certificate_and_a_code_is_let_in(
        lab, make_person, codes, records, certificate, kind, bits, count):
    """200 names do not fit any more: what is cut is not the key."""
    person = make_person(name=f"key-{kind}-{count}")
    names = ",".join(f"somebody-with-a-long-name-{n:03}" for n in range(count))
    key, line = certificate(kind, bits, names)
    lab.bastion.authorize_key(person.name, line)
    assert len(info_of(key)) > (1024 if count == 60 else 4096)
    end = log_in(lab, codes, person, key)
    assert (end.status, end.output) == (0, "in\n"), end
    final, = records.wait_finals(person.name)
    assert outcome(final) == "granted"
    assert final["unmapped"]["sallyport"]["key_fingerprint"] == fingerprint(key)


def test_a_long_certificate_alone_opens_what_a_rule_gives_it(
        lab, make_person, records, certificate):
    robot = make_person(groups=("robots",), enrol=False)
    key, line = certificate()
    lab.bastion.authorize_key(robot.name, line)
    with client.Login(lab, robot.name, "echo in", port=lab.port("ssh_key"),
                      options=("-i", key)) as ssh:
        end = ssh.finish()
    assert (end.status, end.output) == (0, "in\n"), end
    assert [outcome(r) for r in records.wait_finals(robot.name)] == ["granted"]


@pytest.mark.parametrize("long", [
    ("-I", "tty=" + "t" * 300), ("-I", "ruser=" + "r" * 300),
    ("-E", "SSH_AUTH_INFO_0=publickey ssh-rsa " + "A" * 5000)])
def test_a_long_fact_has_a_record_all_the_same(
        lab, person, codes, records, long):
    end = pam(lab, "sshd", person.name, ["authenticate", "acct_mgmt"],
              f"{person.password}\n{codes.fresh(person)}\n", options=long)
    assert end.returncode == 0, end
    assert [outcome(r) for r in records.wait_finals(person.name)] == ["granted"]
