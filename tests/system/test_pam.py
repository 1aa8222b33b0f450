# SPDX-License-Identifier: Apache-2.0
"""The module in stacks other than sshd's keyboard-interactive one."""
import os
import subprocess

import pexpect
import pytest
from labkit import client
from labkit.records import outcome, reason


@pytest.fixture
def key(lab, person, tmp_path):
    return lab.bastion.new_key(person.name, str(tmp_path / "key"))


def with_key(lab, name, key, answers=()):
    """sshd's second port asks for a public key only."""
    with client.Login(lab, name, "echo in", port=lab.port("ssh_key"),
                      options=("-i", key)) as ssh:
        ssh.answer_all(answers)
        return ssh.finish()


def test_a_public_key_alone_is_refused_in_the_account_phase(
        lab, person, key, records):
    assert with_key(lab, person.name, key).refused
    finals = records.wait_finals(person.name)
    assert [outcome(r) for r in finals] == ["denied"]


def test_a_public_key_alone_is_enough_where_a_rule_names_it(
        lab, make_person, tmp_path, records):
    robot = make_person(groups=("robots",), enrol=False)
    path = lab.bastion.new_key(robot.name, str(tmp_path / "robot"))
    end = with_key(lab, robot.name, path)
    assert end.status == 0, end
    finals = records.wait_finals(robot.name)
    assert [outcome(r) for r in finals] == ["granted"]


def pam(lab, service, user, operations, answers="", options=()):
    """pamtester with the lab's people and PAM services."""
    env = dict(lab.bastion.environment(), TERM="dumb")
    return subprocess.run(
        ["pamtester", "-I", "rhost=127.0.0.1", *options, service, user,
         *operations],
        env=env, input=answers, text=True, capture_output=True, timeout=60,
        check=False)


def test_the_account_phase_alone_lets_nobody_in(lab, person):
    before = lab.directory.attribute(person.name, "pwdFailureTime")
    assert pam(lab, "sshd", person.name, ["acct_mgmt"]).returncode != 0
    assert lab.directory.attribute(person.name, "pwdFailureTime") == before


@pytest.mark.parametrize("service, options", [("su", []), ("su-l", ["-"])])
def test_su_asks_for_both_factors(
        lab, person, codes, records, service, options):
    """sudo's way is the same; it reads /etc/sudoers, which the lab leaves."""
    argv = ["su", *options, person.name, "-c", "echo in"]
    for code, status in (client.Codes.wrong(person), 1), (None, 0):
        child = pexpect.spawn(argv[0], argv[1:], env=lab.bastion.environment(),
                              timeout=60, encoding="utf-8")
        child.expect(": ?$")
        child.sendline(person.password)
        child.expect(": ?$")
        child.sendline(code or codes.fresh(person))
        child.expect(pexpect.EOF)
        child.close()
        assert (child.exitstatus == 0) == (status == 0)
        assert child.before.strip().endswith("in") == (status == 0)
    finals = records.wait_finals(person.name, 2)
    assert [outcome(r) for r in finals] == ["denied", "granted"]
    assert {r["service"]["name"] for r in finals} == {service}


@pytest.mark.parametrize("service", ["sudo", "sudo-i", "su", "su-l"])
def test_who_was_not_asked_is_refused_and_has_not_tried(
        lab, person, login, records, service):
    """sudo within its timestamp, NOPASSWD, root's own su."""
    times = lab.gateway.max_tries + 1
    for _ in range(times):
        assert pam(lab, service, person.name, ["acct_mgmt"]).returncode != 0
    finals = records.wait_finals(person.name, times)
    assert [(outcome(r), reason(r)) for r in finals] == (
        [("denied", "factors")] * times)
    assert login(person).status == 0


def test_a_module_after_ours_cannot_turn_a_refusal_round(
        lab, person, codes):
    path = os.path.join(lab.dir, "etc/pam.d/labtest-permit")
    with open(path, "w", encoding="ascii") as out:
        out.write(f"auth required {lab.module} "
                  f"{lab.gateway.pam_options}\n"
                  "auth required pam_permit.so\n")
    answers = f"{person.password}\n{client.Codes.wrong(person)}\n"
    assert pam(lab, "labtest-permit", person.name, ["authenticate"],
               answers).returncode != 0
    lab.gateway.daemon.stop()
    try:
        assert pam(lab, "labtest-permit", person.name, ["authenticate"],
                   answers).returncode != 0
    finally:
        lab.gateway.start()
        assert lab.wait_ready(lab.gateway)
