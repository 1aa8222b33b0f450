# SPDX-License-Identifier: Apache-2.0
"""People of the helpdesk and auditors, who are not root, and who is told."""
import json
import os
import signal
import subprocess
import sys

import pytest
from labkit.directory import BASE
from labkit.process import PATIENCE, wait_until
from labkit.records import outcome, ours
from support import ROOT

DESK, AUDITORS = "games", "users"   # groups that every Debian has
LIMIT = 6


def group(name):
    return f'"cn={name},ou=groups,{BASE}"'


@pytest.fixture(scope="module", autouse=True)
def configured(lab):
    """The lab with helpdesk and auditors; their sockets need a new start."""
    with open(lab.gateway.config, encoding="utf-8") as file:
        before = file.read()
    put(lab, before.replace("gateway {\n", f"""gateway {{
	helpdesk-group  {DESK}
	auditor-group   {AUDITORS}
""").replace("authority {\n", f"""authority {{
	protected        {group("admins")}
	helpdesk-people  {group("desk")}
	helpdesk-limit   {LIMIT}
"""))
    for name in "admins", "desk":
        lab.directory.add_group(name, ["mallory"])
    yield
    put(lab, before)


def put(lab, text):
    with open(lab.gateway.config, "w", encoding="utf-8") as out:
        out.write(text)
    lab.gateway.daemon.stop()
    lab.gateway.start()
    assert lab.wait_ready(lab.gateway)


@pytest.fixture
def by(lab):
    """by(person, group)(words...): the command, as somebody who logged in."""
    def of(who, gid=DESK):
        def run(*words, login_uid=True):
            begin = ["sh", "-c", 'echo "$0" >/proc/self/loginuid; exec "$@"',
                     str(who.uid)] if login_uid else []
            # nobody but root reads the configuration
            return subprocess.run(
                [*begin, "setpriv", "--reuid", str(who.uid), "--regid",
                 str(who.uid), "--groups", gid, "--", lab.sallyport,
                 *words[:2], "--socket", socket_of(lab, gid), *words[2:]],
                capture_output=True, text=True, timeout=PATIENCE, check=False)
        return run
    return of


def socket_of(lab, gid):
    return os.path.join(lab.gateway.runtime, {
        DESK: "helpdesk.sock", AUDITORS: "auditor.sock"}.get(
            gid, "admin.sock"))


def locked(lab, who):
    return json.loads(lab.gateway.must("user", "show", "--json",
                                       who.name))["locked"]


def lock(lab, who, login):
    for _ in range(lab.gateway.max_tries):
        assert login(who, code="000000").refused
    assert locked(lab, who)


def made(records, who):
    return [r for r in records.all() if ours(r, "record") == "admin"
            and r["user"]["name"] == who.name
            and ours(r, "actor_role") == "helpdesk"]


def test_it_shows_unlocks_and_invites(
        lab, by, make_person, login, records):
    desk = by(make_person(groups=("desk",), enrol=False))
    guest = make_person()
    lock(lab, guest, login)
    shown = desk("user", "show", "--json", guest.name)
    assert shown.returncode == 0, shown.stderr
    assert json.loads(shown.stdout)["locked"]
    run = desk("user", "unlock", guest.name)
    assert run.returncode == 0, run.stderr
    assert not locked(lab, guest)
    assert login(guest).status == 0
    newcomer = make_person(enrol=False)
    run = desk("factor", "invite", newcomer.name)
    assert run.returncode == 0, run.stderr
    assert wait_until(lambda: made(records, newcomer))
    assert [outcome(r) for who in (guest, newcomer)
            for r in made(records, who)] == ["unlocked", "invited"]


def test_who_may_read_the_log_sees_attempts_before_the_start(
        lab, by, make_person, login, records):
    """More than there is room for, over a start of authority."""
    guest = make_person()
    for _ in range(4):
        assert login(guest, code="000000").refused
    assert login(guest).status == 0
    for _ in range(2):
        assert login(guest, code="000000").refused
    finals = records.wait_finals(guest.name, 7)
    (pid,) = lab.gateway.role_pids("authority")
    os.kill(pid, signal.SIGKILL)
    assert wait_until(lambda: lab.gateway.role_pids("authority") != [pid]
                      and lab.gateway.ready(), 20)
    shown = json.loads(lab.gateway.must("user", "show", "--json", guest.name))
    assert [(a["outcome"], a["reference"]) for a in shown["attempts"]] == [
        (outcome(r), ours(r, "reference")) for r in finals[:1:-1]]
    assert "\nlast attempts:\n" in lab.gateway.must(
        "user", "show", guest.name)
    assert "no attempt since" in by(make_person())(
        "user", "show", guest.name).stdout


def test_what_opens_more_is_roots(by, make_person):
    desk = by(make_person(groups=("desk",), enrol=False))
    guest = make_person(enrol=False)
    for words in (("factor", "enrol", "totp", guest.name),
                  ("factor", "revoke", guest.name, "x"),
                  ("approval", "give", guest.name, "CHG-9", "--for", "1h"),
                  ("session", "end", "x")):
        run = desk(*words)
        assert run.returncode == 1, (words, run.stderr)
        assert "needs root" in run.stderr


def test_nobody_who_is_protected_is_in_its_reach(
        by, make_person, records):
    own = make_person(groups=("desk",), enrol=False)
    desk = by(own)
    for who in (own, make_person(groups=("desk",), enrol=False),
                make_person(groups=("admins",), enrol=False)):
        run = desk("factor", "invite", who.name)
        assert run.returncode == 1 and "is protected" in run.stderr
        assert desk("user", "show", who.name).returncode == 0
        assert not made(records, who)


def test_nobody_in_particular_changes_nothing(by, make_person):
    run = by(make_person(groups=("desk",), enrol=False))(
        "factor", "invite", make_person(enrol=False).name, login_uid=False)
    assert run.returncode == 1 and "you cannot be identified" in run.stderr


def test_its_changes_are_counted_by_the_hour(by, make_person, records):
    desk = by(make_person(groups=("desk",), enrol=False))
    people = [make_person(enrol=False) for _ in range(LIMIT + 1)]
    runs = [desk("factor", "invite", who.name) for who in people]
    assert [r.returncode for r in runs] == [0] * LIMIT + [1]
    assert "helpdesk-limit" in runs[-1].stderr
    assert not made(records, people[-1])
    # looking is no act
    assert desk("user", "show", people[0].name).returncode == 0


def test_auditors_read_and_change_nothing(by, make_person, records):
    auditor = by(make_person(), AUDITORS)
    guest = make_person(enrol=False)
    for words in (("user", "show", guest.name), ("session", "list"),
                  ("factor", "list", guest.name), ("approval", "list")):
        run = auditor(*words)
        assert run.returncode == 0, (words, run.stderr)
    for words in (("factor", "invite", guest.name),
                  ("user", "unlock", guest.name)):
        run = auditor(*words)
        assert run.returncode == 1 and "needs root" in run.stderr
    assert not made(records, guest)


@pytest.mark.parametrize("socket_group, own_group", [
    (DESK, AUDITORS), (AUDITORS, DESK), ("nogroup", DESK)])
def test_another_group_does_not_get_in(
        lab, make_person, socket_group, own_group):
    who = make_person()
    run = subprocess.run(
        ["setpriv", "--reuid", str(who.uid), "--regid", str(who.uid),
         "--groups", own_group, "--", lab.sallyport, "user", "show",
         "--socket", socket_of(lab, socket_group), "alice"],
        capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert run.returncode == 2 and "Permission denied" in run.stderr


def test_the_command_takes_the_socket_that_its_user_may_use(
        lab, make_person, tmp_path):
    """The configuration may be read here, and names the runtime folder."""
    conf = os.path.join(lab.dir, "bin", "desk.conf")
    with open(lab.gateway.config, encoding="utf-8") as file:
        text = file.read()
    with open(conf, "w", encoding="utf-8") as out:
        out.write(text)
    os.chmod(conf, 0o644)
    who = make_person()
    for gid in DESK, AUDITORS, "nogroup":
        run = subprocess.run(
            ["setpriv", "--reuid", str(who.uid), "--regid", str(who.uid),
             "--groups", gid, "--", lab.sallyport, "--config", conf,
             "session", "list"],
            capture_output=True, text=True, timeout=PATIENCE, check=False)
        assert run.returncode == (2 if gid == "nogroup" else 0), run.stderr
        if gid == "nogroup":
            assert "admin.sock: Permission denied" in run.stderr


HOOK = """#!/bin/sh
test -e {dir}/may || exit 1
printf '%s %s %s\\n' "$@" >>{dir}/told
"""


def test_the_person_is_told_once_at_least(
        lab, by, make_person, login, tmp_path):
    hook = tmp_path / "hook"
    hook.write_text(HOOK.format(dir=tmp_path), encoding="ascii")
    hook.chmod(0o755)
    told = tmp_path / "told"
    program = os.path.join(ROOT, "contrib/people-told")
    follow = [sys.executable, program, str(tmp_path / "cursor"), str(hook),
              "mail"]
    env = os.environ | {"SALLYPORT": lab.gateway.sallyport_command}
    guest = make_person(enrol=False)
    desk = by(make_person(groups=("desk",), enrol=False))
    assert desk("factor", "invite", guest.name).returncode == 0

    def lines():
        text = told.read_text(encoding="ascii") if told.exists() else ""
        return [line for line in text.splitlines() if guest.name in line]
    (tmp_path / "may").touch()
    with following(follow, env):
        assert wait_until(lambda: lines() == [f"mail {guest.name} invited"])
    # it goes on behind what it told; of root's acts it tells those that
    # change a factor
    bare = make_person(enrol=False)
    lab.gateway.must("factor", "invite", bare.name)
    other = make_person()
    lock(lab, other, login)
    assert desk("user", "unlock", other.name).returncode == 0
    with following(follow, env):
        assert wait_until(lambda: f"mail {other.name} unlocked"
                          in told.read_text(encoding="ascii"))
    assert lines() == [f"mail {guest.name} invited"]
    text = told.read_text(encoding="ascii")
    assert f"mail {bare.name} invited\n" in text
    assert f"mail {other.name} enrolled\n" in text


class following:
    def __init__(self, argv, env):
        self.argv, self.env = argv, env

    def __enter__(self):
        self.child = subprocess.Popen(self.argv, env=self.env,
                                      start_new_session=True)

    def __exit__(self, *_):
        os.killpg(self.child.pid, 15)
        self.child.wait()
