# SPDX-License-Identifier: Apache-2.0
"""INSTALL and what walks through it; make install, and its way back."""
import glob
import os
import subprocess
import sys

import pytest
from tree import ROOT, text_of

sys.path[:0] = [os.path.join(ROOT, part)
                for part in ("contrib/install-check", "contrib/lab")]
import blocks

pytest.importorskip("pexpect")
import plan

SHARE = "/usr/local/share/sallyport/"


def test_every_block_of_install_has_its_place_in_the_walk():
    firsts = [block.text for block in blocks.of_install()]
    assert len(firsts) == len(plan.starts()) > 20
    for first, start in zip(firsts, plan.starts()):
        assert first.startswith(start)


def test_a_block_that_is_not_done_says_why():
    shown = [action for _, action in filter(lambda s: isinstance(s, tuple),
                                            plan.PLAN)
             if isinstance(action, plan.Shown)]
    assert all(len(action.why.split()) > 3 for action in shown)
    assert len(shown) <= 2


def test_every_scene_says_what_it_shows():
    for step in plan.PLAN:
        assert isinstance(step, tuple) or step.__doc__


def test_a_block_keeps_its_numbers_and_its_commands(tmp_path):
    page = tmp_path / "page"
    page.write_text("""One:

    a &&
        b
    for x in y; do
        c \\
            d
    done

    e

Two.

    f
""")
    one, two = blocks.of_install(page)
    assert one.commands() == [
        (3, "a &&\n    b"), (5, "for x in y; do\n    c \\\n        d\ndone"),
        (10, "e")]
    assert two.commands() == [(14, "f")]


@pytest.mark.parametrize("command", [
    "false", "false && true", "true | false", "no-such-command",
    "for x in 1 2; do\n    test $x = 2\ndone", "echo $((1 / 0))"])
def test_a_command_that_fails_ends_the_walk_at_its_line(command):
    lines = ["true", *command.split("\n"), "echo went on"]
    run = subprocess.run(
        ["/bin/bash", "-c", blocks.Block(41, lines).script()], check=False,
        capture_output=True, text=True)
    assert run.returncode == 1
    assert "went on" not in run.stdout
    assert "INSTALL:42: exit status" in run.stdout


def test_commands_that_succeed_are_all_run():
    block = blocks.Block(7, ["cd /tmp && pwd", "x=1", "echo $x"])
    run = subprocess.run(["/bin/bash", "-c", block.script()], check=True,
                         capture_output=True, text=True)
    assert run.stdout == "/tmp\n1\n"


def test_the_site_writes_none_of_the_examples_back():
    for example, here in plan.SITE:
        assert example in text_of("INSTALL")
        assert example not in here


def test_uninstall_takes_away_what_install_has_brought(built, tmp_path):
    built("gatewayd")
    make = ["make", "-s", f"DESTDIR={tmp_path}"]
    subprocess.run([*make, "install"], cwd=ROOT, check=True)
    brought = files_below(tmp_path)
    assert len(brought) > 20
    assert os.path.isfile(f"{tmp_path}{SHARE}pam.sed")
    site = tmp_path / "etc/sallyport/gatewayd.conf"
    site.write_text("the site's own")
    subprocess.run([*make, "uninstall"], cwd=ROOT, check=True)
    assert files_below(tmp_path) == [str(site)]


def files_below(directory):
    return sorted(os.path.join(top, name)
                  for top, _, files in os.walk(directory) for name in files)


def test_install_writes_pam_lines_by_the_file_that_is_installed():
    assert text_of("INSTALL").count(SHARE + "pam.sed") == 2


def test_every_page_is_in_a_package():
    files = text_of("contrib/package-check/files")
    for page in os.listdir(os.path.join(ROOT, "doc")):
        if page[-2:] in (".1", ".3", ".5", ".7", ".8"):
            assert f"/man{page[-1]}/{page}.gz\n" in files, page


def test_what_a_package_takes_from_the_source_is_there():
    debian = os.path.join(ROOT, "contrib/debian")
    for name in os.listdir(debian):
        if not name.endswith((".docs", ".examples", ".install")):
            continue
        for line in text_of("contrib/debian/" + name).splitlines():
            source = line.split()[0]
            if source.split("/")[0] in ("contrib", "doc", "policy"):
                assert glob.glob(os.path.join(ROOT, source)), (name, source)
