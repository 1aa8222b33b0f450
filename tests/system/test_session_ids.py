# SPDX-License-Identifier: Apache-2.0
"""A session's id is known to many and gives nothing: not the end of it, where a
person writes it into the PAM environment, nor a token from outside."""
import os
import subprocess

import pytest
from labkit import client
from labkit.process import wait_until
from labkit.records import outcome, reason, username

# Debian's own last session lines of /etc/pam.d/sshd
READENV = """\
session  required  pam_env.so
session  required  pam_env.so user_readenv=1 envfile=/etc/default/locale
"""
SHOW = "echo $SALLYPORT_SESSION; read -r line; echo $line"


@pytest.fixture(scope="module", autouse=True)
def user_environment(lab):
    """The bastion reads ~/.pam_environment."""
    lab.bastion.write_pam_service("sshd", more=READENV)
    yield
    lab.bastion.write_pam_service("sshd")


@pytest.fixture
def environment_first(lab):
    """pam_env before the module, in its auth line (setcred) and its session."""
    path = os.path.join(lab.dir, "etc/pam.d/sshd")
    with open(path, encoding="ascii") as file:
        before = file.read()
    with open(path, "w", encoding="ascii") as out:
        out.write("auth  required  pam_env.so user_readenv=1\n" + READENV +
                  before)
    yield
    with open(path, "w", encoding="ascii") as out:
        out.write(before)


@pytest.fixture
def session(lab, codes):
    """session(person): an ssh in a session, and the session's id."""
    opened = []

    def begin(who):
        ssh = client.Login(lab, who.name, SHOW)
        opened.append(ssh)
        assert ssh.answer_all([who.password, codes.fresh(who)])
        return ssh, ssh.process.stdout.readline().strip()
    yield begin
    for ssh in opened:
        ssh.__exit__()


def write_environment(lab, who, name, value):
    path = os.path.join(lab.dir, "home", who.name, ".pam_environment")
    with open(path, "w", encoding="ascii") as out:
        out.write(f'{name} OVERRIDE="{value}"\n')
    os.chown(path, who.uid, who.uid)


def listed(lab, session):
    return session in lab.gateway.must("session", "list", "--json")


def closes(records, session):
    return [r for r in records.all() if outcome(r) == "closed"
            and r["session"]["uid"] == session]


@pytest.mark.parametrize("whose", ["own", "another's"])
def test_who_writes_an_id_into_the_environment_closes_no_session(
        lab, session, login, make_person, records, whose):
    first = make_person()
    second = first if whose == "own" else make_person()
    ssh, named = session(first)
    write_environment(lab, second, "SALLYPORT_SESSION", named)
    end = login(second, "echo $SALLYPORT_SESSION")
    # pam_env had its way with the shell: the person's own affair
    assert end.output.strip() == named
    own = [r for r in records.all() if outcome(r) == "opened"
           and username(r) == second.name][-1]
    assert wait_until(lambda: closes(records, own["session"]["uid"]))
    assert closes(records, named) == []
    assert listed(lab, named)
    assert lab.gateway.run("session", "end", "--", named).returncode == 0
    assert ssh.process.wait(10) != 0
    assert wait_until(lambda: closes(records, named))
    assert [reason(r) for r in closes(records, named)] == [
        "ended_by_administrator"]


def test_who_writes_another_connection_there_opens_no_session_by_it(
        lab, login, make_person):
    """The login itself goes on: its facts were taken before pam_env's turn."""
    who = make_person()
    write_environment(lab, who, "SSH_CONNECTION", "127.0.0.9 9 127.0.0.1 22")
    assert login(who, "echo in").output == "in\n"


def test_nor_where_pam_env_comes_first(
        lab, environment_first, session, login, make_person, records):
    first, second = make_person(), make_person()
    _, named = session(first)
    write_environment(lab, second, "SALLYPORT_SESSION", named)
    assert login(second, "echo $SALLYPORT_SESSION").status == 0
    (own,) = [r for r in records.all() if outcome(r) == "opened"
              and username(r) == second.name]
    assert wait_until(lambda: closes(records, own["session"]["uid"]))
    assert closes(records, named) == []
    assert listed(lab, named)


def test_a_connection_that_is_not_this_one_opens_no_session(
        lab, environment_first, login, make_person, records):
    who = make_person()
    write_environment(lab, who, "SSH_CONNECTION", "127.0.0.9 9 127.0.0.1 22")
    assert login(who, "echo in").output == ""
    assert not [r for r in records.all() if outcome(r) == "opened"
                and username(r) == who.name]


def test_in_the_session_of_another_login_of_the_same_person_no_token_is_given(
        lab, session, login, person):
    """The one that asks is in a session of its own: not in the one it names."""
    ssh, named = session(person)
    end = login(person, f"SALLYPORT_SESSION={named} sallyport token get "
                "--audience tickets")
    assert (end.status, end.output) == (1, ""), end
    ssh.process.stdin.write("bye\n")
    ssh.process.stdin.flush()


def test_outside_a_session_its_own_uid_gets_no_token(lab, session, person):
    """cron, or a job that the session before left behind."""
    _, named = session(person)
    run = subprocess.run(
        [lab.sallyport, "token", "get", "--audience", "tickets"],
        user=person.uid, extra_groups=[], capture_output=True, text=True,
        timeout=60, check=False, env={
            "SALLYPORT_SESSION": named,
            "SALLYPORT_TOKEN_SOCKET": lab.gateway.token_socket})
    assert (run.returncode, run.stdout) == (1, ""), run


AWAY = ("(setsid sh -c 'trap \"\" HUP; while [ ! -e go ]; do sleep 0.05; done; "
        "sallyport token get --audience tickets > said 2>&1; echo $? >> said' "
        "< /dev/null > /dev/null 2>&1 &); read -r line")


def leave_and_ask(lab, who, codes):
    """The exit status of a process that has left the session's tree."""
    home = os.path.join(lab.dir, "home", who.name)
    with client.Login(lab, who.name, AWAY) as ssh:
        assert ssh.answer_all([who.password, codes.fresh(who)])
        assert wait_until(lambda: who.name in lab.gateway.must(
            "session", "list"))
        with open(home + "/go", "w", encoding="ascii"):
            pass
        path = home + "/said"
        assert wait_until(lambda: os.path.exists(path) and open(
            path, encoding="utf-8").read().endswith(("0\n", "1\n")))
        with open(path, encoding="utf-8") as file:
            return int(file.read().splitlines()[-1])


def test_what_left_the_process_tree_is_of_the_session_by_its_login(
        lab, make_person, codes):
    """tmux and its like, where pam_loginuid is in the stack; else not."""
    assert leave_and_ask(lab, make_person(), codes) == 1
    if not os.path.exists("/proc/self/loginuid"):
        pytest.skip("this kernel has no audit")
    lab.bastion.write_pam_service(
        "sshd", more=READENV + "session  required  pam_loginuid.so\n")
    assert leave_and_ask(lab, make_person(), codes) == 0
