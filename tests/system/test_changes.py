# SPDX-License-Identifier: Apache-2.0
"""kill -9 while people's rights are changed: each intent has one outcome, and
store, record and the command's answer agree about it."""
import concurrent.futures
import contextlib
import dataclasses
import json
import os
import signal
import subprocess
import time

import pytest
from labkit import client
from labkit.process import PATIENCE, descendants, wait_until
from labkit.records import outcome, ours

pytestmark = pytest.mark.usefixtures("mended")

# of the time that all commands take together when nobody is killed
MOMENTS = [n / 32 for n in range(24)]
BOSS = "59999"  # a login uid, of nobody in the lab
OUTCOMES = {"enrol": "enrolled", "revoke": "revoked", "invite": "invited",
            "give": "given", "withdraw": "withdrawn", "unlock": "unlocked"}
TAKES = "revoke", "withdraw", "unlock"


@dataclasses.dataclass
class Change:
    """One command about a person of its own."""
    verb: str
    name: str
    words: tuple
    process: subprocess.Popen = None
    said: str = ""

    def begin(self, lab):
        self.process = subprocess.Popen(
            ["sh", "-c", 'echo "$0" >/proc/self/loginuid; exec "$@"', BOSS,
             *lab.gateway.sallyport_command.split(), *self.words],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env={**os.environ, "SUDO_USER": "boss"})

    def end(self):
        self.said, _ = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode

    def made(self, lab):
        """By what authority reads in the store."""
        def ask(*words):
            return json.loads(lab.gateway.must(*words, "--json", self.name))
        if self.verb == "unlock":
            return ask("user", "show")["tries"] == 0
        there = ask(*(("approval", "list") if self.verb in ("give", "withdraw")
                      else ("factor", "list")))
        return bool(there) != (self.verb in TAKES)


@pytest.fixture(name="prepare")
def prepare_fixture(lab, make_person, login):
    """prepare(count): so many times one change of each kind."""
    def one(verb):
        who = make_person(enrol=verb in ("revoke", "unlock"))
        noun = {"give": "approval", "withdraw": "approval",
                "unlock": "user"}.get(verb, "factor")
        words = [noun, verb, *(["totp"] if verb == "enrol" else []), who.name]
        if verb == "revoke":
            (it,) = json.loads(lab.gateway.must(
                "factor", "list", "--json", who.name))
            words.append(it["credential"])
        elif verb == "give":
            words += ["CHG-1", "--for", "1h"]
        elif verb == "withdraw":
            lab.gateway.run("approval", "give", who.name, "CHG-1", "--for",
                            "1h", login_uid=BOSS).check_returncode()
            words.append("CHG-1")
        return Change(verb, who.name, tuple(words)), who

    def run(count):
        rounds = [[one(verb) for verb in OUTCOMES] for _ in range(count)]
        locked = [who for all_of_it in rounds for change, who in all_of_it
                  if change.verb == "unlock"]
        with concurrent.futures.ThreadPoolExecutor(count) as pool:
            for end in pool.map(
                    lambda w: login(w, code=client.Codes.wrong(w)), locked):
                assert end.refused
        return [[change for change, _ in all_of_it] for all_of_it in rounds]
    return run


def family(gateway):
    parent = gateway.daemon.pid()
    return [parent, *descendants(parent)]


def victims(lab, which):
    return family(lab.gateway) if which == "all" else lab.gateway.role_pids(
        which)


def end_all(pids):
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def start(lab):
    lab.gateway.daemon.stop()
    lab.gateway.start()
    assert lab.wait_ready(lab.gateway)


def back(lab, which, pids):
    if which == "all":
        start(lab)
        return
    assert wait_until(lambda: not set(pids) & set(
        lab.gateway.role_pids(which)) and lab.gateway.role_pids(which))
    assert lab.wait_ready(lab.gateway)


def all_have_come(lab, records, person):
    """The receiver has what was recorded before this record."""
    lab.gateway.must("factor", "invite", person.name)
    assert wait_until(lambda: of(records, person.name, "admin"))


def of(records, name, kind):
    return [r for r in records.all() if r["user"].get("name") == name
            and ours(r, "record") == kind
            and outcome(r) in {*OUTCOMES.values(), "failed"}]


def last(found):
    """The one that was begun last: withdrawing follows a giving."""
    return found[-1]["metadata"]["correlation_uid"]


def check(lab, records, change, status):
    what = f"{change.verb}, exit {status}: {change.said}"
    begun = [r for r in of(records, change.name, "intent")
             if outcome(r) == OUTCOMES[change.verb]]
    assert len(begun) <= 1, what
    ends = [outcome(r) for r in of(records, change.name, "admin")
            if begun and r["metadata"]["correlation_uid"] == last(begun)]
    assert len(ends) == len(begun), what
    made = ends == [OUTCOMES[change.verb]]
    assert made or ends in ([], ["failed"]), what
    assert change.made(lab) == made, what
    if status == 0:
        assert made, what
    if status == 1:
        assert not made, what
    # what is not known is not said
    assert not (made and " not " in change.said), what
    return ends


def how_long(lab, changes):
    began = time.monotonic()
    for change in changes:
        change.begin(lab)
    for change in changes:
        assert change.end() == 0, change.said
    return time.monotonic() - began


@pytest.mark.parametrize("which, step", [
    ("all", 1), ("authority", 7), ("store", 7), ("audit", 7)])
def test_a_kill_at_any_moment_leaves_one_record_that_is_true(
        lab, prepare, make_person, records, which, step):
    moments = MOMENTS[::step]
    first, *rounds = prepare(1 + len(moments))
    seconds = how_long(lab, first)
    checked = [(change, 0) for change in first]
    for number, (moment, changes) in enumerate(zip(moments, rounds)):
        # each comes first in its turn
        changes = changes[number % 6:] + changes[:number % 6]
        pids = victims(lab, which)
        began = time.monotonic()
        for change in changes:
            change.begin(lab)
        time.sleep(max(0, began + moment * seconds - time.monotonic()))
        end_all(pids)
        ended = [(change, change.end()) for change in changes]
        back(lab, which, pids)
        checked += ended
    start(lab)      # which says nothing again
    all_have_come(lab, records, make_person(enrol=False))
    seen = [(status, check(lab, records, change, status))
            for change, status in checked]
    if which == "all":      # some were on their way
        assert any(status == 2 and ends for status, ends in seen)


@pytest.fixture(name="without")
def fixture_without(lab, prepare, make_person, records):
    """without(role): the changes that were begun while it stood still, each
    with its status and its ends."""
    def run(role):
        (changes,) = prepare(1)
        for change in changes:      # authority has read them
            change.made(lab)
        pids = family(lab.gateway)
        (pid,) = lab.gateway.role_pids(role)
        os.kill(pid, signal.SIGSTOP)
        for change in changes:
            change.begin(lab)
        time.sleep(1)
        end_all(pids)
        ended = [(change, change.end()) for change in changes]
        start(lab)
        all_have_come(lab, records, make_person(enrol=False))
        return [(change, status, check(lab, records, change, status))
                for change, status in ended]
    return run


def test_without_audit_nothing_is_changed(lab, without):
    for change, status, ends in without("audit"):
        assert status == 2, change.said
        assert not ends
        assert not change.made(lab)


def test_without_the_store_the_next_start_makes_what_takes_away(without):
    for change, _, (end,) in without("store"):
        assert (end == "failed") == (change.verb not in TAKES)
