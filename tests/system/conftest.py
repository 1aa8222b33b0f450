# SPDX-License-Identifier: Apache-2.0
"""The lab for the whole session, people for each test."""
import itertools
import os
import shutil
import signal
import tempfile

import pytest
from support import ROOT, TIMEOUT  # first: it shows the way to labkit
from labkit import client
from labkit.records import Records
from labkit.world import Lab

NUMBER = itertools.count(1)


def pytest_configure(config):
    """tmp_path in a place of its own, which goes with the run."""
    config.option.basetemp = tempfile.mkdtemp(prefix="sallyport-pytest-")


def pytest_unconfigure(config):
    shutil.rmtree(config.option.basetemp, ignore_errors=True)


def pytest_collection_modifyitems(items):
    if os.geteuid() != 0:
        skip = pytest.mark.skip(reason="the lab logs in other users: root only")
        for item in items:
            item.add_marker(skip)


@pytest.fixture(scope="session")
def lab():
    directory = tempfile.mkdtemp(prefix="sallyport-test-")
    world = Lab(directory, os.path.join(ROOT, "build"), TIMEOUT)
    try:
        world.up()
        yield world
        world.down()
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture
def mended(lab):
    """Whatever a test did, the next one finds the gateway serving."""
    yield
    if not lab.gateway.daemon.alive():
        lab.gateway.start()
    lab.gateway.signal_all(signal.SIGCONT)
    assert lab.wait_ready(lab.gateway)


@pytest.fixture(scope="session")
def records(lab):
    return Records(lab.receiver.file)


@pytest.fixture(scope="session")
def codes():
    return client.Codes()


@pytest.fixture
def make_person(lab):
    """make_person(**facts): an sre of the house unless the facts say else."""
    def make(name=None, **facts):
        facts.setdefault("groups", ("sre",))
        return lab.add_person(name or f"person{next(NUMBER)}", **facts)
    return make


@pytest.fixture
def person(make_person):
    return make_person()


@pytest.fixture
def login(lab, codes):
    """login(person, password=, code=, ...): a whole login; right answers
    unless others are given."""
    def run(who, command="echo in", *, password=None, code=None, **how):
        answers = [who.password if password is None else password,
                   codes.fresh(who) if code is None else code]
        return client.login(lab, who.name, answers, command, **how)
    return run


@pytest.fixture
def at_prompt(lab):
    """at_prompt(person): an ssh that waits at its first prompt."""
    opened = []

    def run(who, command="echo in", **how):
        ssh = client.Login(lab, who.name, command, **how)
        opened.append(ssh)
        assert ssh.prompt() is not None
        return ssh
    yield run
    for ssh in opened:
        ssh.__exit__()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    """A failure shows the end of the daemons' logs."""
    report = (yield).get_result()
    world = item.funcargs.get("lab") if hasattr(item, "funcargs") else None
    if report.failed and world is not None:
        report.sections.append(("gatewayd log", world.gateway.daemon.tail(40)))
        report.sections.append(("sshd log", tail(world.bastion.log, 20)))


def tail(path, lines):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return "".join(file.readlines()[-lines:])
    except OSError:
        return ""
