# SPDX-License-Identifier: Apache-2.0
"""gatewayd -t and reload."""
import os
import re
import time

import pytest
from labkit.process import wait_until


@pytest.fixture
def conf(lab):
    """The lab's gatewayd.conf; what a test writes is undone."""
    yield from restored(lab, lab.gateway.config)


@pytest.fixture
def policy(lab):
    yield from restored(lab, lab.gateway.policy_file)


def restored(lab, path):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    yield path, text
    with open(path, "w", encoding="utf-8") as out:
        out.write(text)
    lab.gateway.reload()
    time.sleep(0.5)


def with_rule(text, rule):
    return text.replace("\nend\n", f"\n{rule}\nend\n")


def write(path, text):
    with open(path, "w", encoding="utf-8") as out:
        out.write(text)


def test_the_labs_configuration_passes(lab):
    assert lab.gateway.test_config().returncode == 0


def test_an_unknown_key_is_named_with_file_and_line(lab, conf):
    path, text = conf
    write(path, text + "\nnonsense yes\n")
    run = lab.gateway.test_config()
    assert run.returncode != 0
    line = text.count("\n") + 2
    assert f"{path}:{line}:" in run.stderr


def test_all_faults_show_in_one_run(lab, conf, policy):
    path, text = conf
    write(path, text + "\nnonsense yes\nmore nonsense\n")
    policy_path, policy_text = policy
    write(policy_path, with_rule(policy_text, "permit nobody-knows"))
    run = lab.gateway.test_config()
    assert run.returncode != 0
    line = text.count("\n") + 2
    assert f"{path}:{line}:" in run.stderr
    assert f"{path}:{line + 1}:" in run.stderr
    assert re.search(re.escape(policy_path) + r":\d+:\d+:", run.stderr)


def test_a_broken_policy_at_reload_keeps_the_old_one(
        lab, policy, login, make_person):
    path, text = policy
    who = make_person()
    write(path, with_rule(text, "this is no rule"))
    lab.gateway.reload()
    assert wait_until(lambda: path in lab.gateway.daemon.tail(30))
    assert login(who).status == 0


def test_a_broken_configuration_at_reload_keeps_the_old_one(
        lab, conf, login, make_person):
    path, text = conf
    who = make_person()
    write(path, text + "\nnonsense yes\n")
    lab.gateway.reload()
    assert wait_until(lambda: path in lab.gateway.daemon.tail(30))
    assert login(who).status == 0


def test_what_others_may_write_is_not_put_in_force(lab, policy):
    """Start, gatewayd -t and a reload read by one function."""
    folder = os.path.dirname(policy[0])
    os.chmod(folder, 0o777)
    try:
        tested = lab.gateway.test_config()
        assert tested.returncode == 1
        assert f"chmod go-w {folder}" in tested.stderr
        lab.gateway.reload()
        assert wait_until(lambda: "the last reload was refused"
                          in lab.gateway.run("status").stdout)
    finally:
        os.chmod(folder, 0o755)
    lab.gateway.reload()
    assert wait_until(lambda: "the last reload was refused"
                      not in lab.gateway.run("status").stdout)


def test_a_new_rule_counts_after_a_reload(
        lab, policy, login, make_person):
    path, text = policy
    who = make_person()
    assert login(who).status == 0
    write(path, with_rule(text, "deny sre to bastion"))
    lab.gateway.reload()
    assert wait_until(lambda: login(who).refused)


def test_without_a_rule_nobody_gets_in_and_gatewayd_is_not_ready(
        lab, policy, person, login):
    path, _ = policy
    os.rename(path, path + ".away")
    try:
        lab.gateway.daemon.stop()
        lab.gateway.start()
        assert wait_until(lambda: lab.gateway.status().get("pid") ==
                          lab.gateway.daemon.pid())
        time.sleep(1)               # nor does it get ready
        assert not lab.gateway.status()["ready"]
        assert login(person).refused
    finally:
        os.rename(path + ".away", path)
        lab.gateway.daemon.stop()
        lab.gateway.start()
        assert lab.wait_ready(lab.gateway)


def test_open_prompts_survive_a_reload(lab, at_prompt, person, codes):
    ssh = at_prompt(person)
    lab.gateway.reload()
    time.sleep(0.5)
    ssh.answer(person.password)
    assert ssh.prompt() is not None
    ssh.answer(codes.fresh(person))
    assert ssh.finish().status == 0


def test_a_role_has_only_its_own_rights(lab):
    """No capability, no new privilege, its own user, a filter in force."""
    seen = set()
    for role in "login", "directory", "authority", "store", "audit", "forward":
        (pid, *_) = lab.gateway.role_pids(role)
        with open(f"/proc/{pid}/status", encoding="ascii") as file:
            status = dict(line.rstrip("\n").split(":\t", 1)
                          for line in file)
        uid = int(status["Uid"].split()[0])
        assert set(status["Uid"].split()) == {str(uid)}
        assert set(status["Gid"].split()) == {status["Gid"].split()[0]}
        assert status["Groups"].split() in ([], [status["Gid"].split()[0]])
        for caps in "CapInh", "CapPrm", "CapEff", "CapAmb":
            assert int(status[caps], 16) == 0, (role, caps)
        assert status["NoNewPrivs"] == "1"
        assert status["Seccomp"] == "2"
        assert uid not in seen and uid != 0
        seen.add(uid)
