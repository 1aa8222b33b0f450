# SPDX-License-Identifier: Apache-2.0
"""What somebody who has no log, and no program of ours, can be shown."""
import glob
import os

import pytest
import tlog

from labkit.process import wait_until


@pytest.fixture
def vkey(lab):
    (path,) = glob.glob(os.path.join(lab.dir, "**", "checkpoint*.pub"),
                        recursive=True)
    with open(path, encoding="ascii") as file:
        return file.read()


def lines_of(lab):
    lines = []
    for path in sorted(glob.glob(os.path.join(lab.gateway.state, "audit",
                                              "*.log"))):
        with open(path, "rb") as file:
            lines += file.read().rstrip(b"\0").splitlines()
    return lines


def read_checkpoint(lab, vkey):
    with open(os.path.join(lab.gateway.state, "audit", "checkpoint"),
              encoding="utf-8") as file:
        text = file.read()
    return text, tlog.Checkpoint(text, vkey)


def ask(lab, *words):
    return lab.gateway.run("audit", *map(str, words))


def signed(lab, login, person, vkey):
    """The lines of a log that has a checkpoint of all of them."""
    login(person)
    assert wait_until(lambda: read_checkpoint(lab, vkey)[1].size
                      == len(lines_of(lab)))
    return lines_of(lab)


def test_the_root_is_that_of_the_lines_on_disk(lab, login, person, vkey):
    lines = signed(lab, login, person, vkey)
    assert read_checkpoint(lab, vkey)[1].root == tlog.root(
        [tlog.leaf(line) for line in lines])


def test_each_record_is_proven_to_a_stranger(lab, login, person, vkey):
    for number, line in enumerate(signed(lab, login, person, vkey), 1):
        run = ask(lab, "prove", number)
        assert run.returncode == 0, run.stderr
        tlog.included(run.stdout, line, vkey)
        with pytest.raises(AssertionError):
            tlog.included(run.stdout, line + b" ", vkey)


def test_the_log_is_proven_to_continue_an_older_checkpoint(
        lab, login, person, vkey, tmp_path):
    signed(lab, login, person, vkey)
    text, old = read_checkpoint(lab, vkey)
    (tmp_path / "old").write_text(text)
    login(person)
    assert wait_until(lambda: read_checkpoint(lab, vkey)[1].size > old.size)
    run = ask(lab, "consistency", tmp_path / "old")
    assert run.returncode == 0, run.stderr
    assert tlog.continued(run.stdout, old, vkey).size > old.size


def test_what_is_not_there_is_not_proven(lab):
    assert ask(lab, "prove", 999999).returncode == 1
    assert ask(lab, "prove", "x").returncode == 2
