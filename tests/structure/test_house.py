# SPDX-License-Identifier: Apache-2.0
"""The patches of make house touch what doc/HACKING says, and no file more."""
import os
import sys

import pytest
from tree import ROOT, text_of, tree_files

sys.path.insert(0, os.path.join(ROOT, "tests/house"))
from house import (add_news, arrows, between_rooms, circles, lists,        # noqa: E402
                   modules, read_patch)

PATCHES = [p for p in tree_files(".patch") if p.startswith("tests/house/")]
UNITS = {os.path.splitext(p.removeprefix("tests/"))[0]
         for p in tree_files(".c") if p.startswith("tests/")}
LISTS = lists(text_of("doc/HACKING"))
LARGE = 10      # a room of so many modules has a README: a line for each
ROOMS = {folder: {*stems, *(
    os.path.splitext(os.path.basename(p))[0] for p in tree_files(".h")
    if os.path.dirname(p) == folder)}
         for folder, stems in modules(tree_files(".c")).items()
         if len(stems) >= LARGE}


def test_each_of_these_changes_has_its_patch():
    assert {read_patch(text_of(p))[0] for p in PATCHES} >= {
        "A field of the audit record", "A key of gatewayd.conf",
        "A verb of administrators", "A sink"}


@pytest.mark.parametrize("path", PATCHES)
def test_a_patch_touches_the_files_of_its_list(path):
    kind, units, _, touched = read_patch(text_of(path))
    assert LISTS[kind].faults(touched) == ([], [])
    assert units


@pytest.mark.parametrize("kind", LISTS)
def test_a_list_names_files_that_exist(kind):
    files = LISTS[kind]
    for path in {*files.must, *files.folders, *files.may}:
        assert os.path.exists(os.path.join(ROOT, path)), path


def test_a_file_too_many_or_too_few_is_noticed():
    files = LISTS["A reason"]
    both = {"lib/base/reason.h", "doc/PROTOCOL.audit"}
    assert files.faults(both) == ([], [])
    assert files.faults({"lib/base/reason.h"}) == (["doc/PROTOCOL.audit"], [])
    assert files.faults({*both, "lib/base/buf.c"}) == ([], ["lib/base/buf.c"])
    sink = LISTS["A sink"]
    assert "gatewayd/forward/" in sink.faults(set(sink.must))[0]
    key = LISTS["A key of gatewayd.conf"]
    assert key.faults(set(key.must))[0] == ["(whoever uses it)"]
    assert key.faults({*key.must, "cli/a.c", "cli/b.c"}) != ([], [])


def test_a_patch_leaves_news_to_its_line():
    assert not [p for p in PATCHES if "\n+++ b/NEWS" in text_of(p)]
    assert add_news("NEWS\n\nNow\n\n- old\n", "new") == \
        "NEWS\n\nNow\n\n- new\n- old\n"


def test_a_circle_is_found():
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == [("b", "c")]
    assert circles({"a": {"b"}, "b": {"c"}, "c": set()}) == []
    assert circles(between_rooms(
        {"x/a": {"y/b"}, "y/b": set(), "y/c": {"x/a"}})) == [("x", "y")]
    assert circles(between_rooms(
        {"x/a": {"x/y/b"}, "x/y/b": {"x/a"}, "x/z/c": {"x/y/b"}})) == []


def test_the_product_has_no_circle():
    """Neither between rooms nor inside one: `make house` counts the same."""
    graph = arrows(tree_files(".c", ".h"), text_of)
    assert circles(between_rooms(graph)) == []
    assert circles(graph) == []


@pytest.mark.parametrize("folder", ROOMS)
def test_a_large_room_has_a_line_for_each_module(folder):
    head, _, lines = text_of(f"{folder}/README").partition("\n\n")
    assert head.startswith(f"{folder}: ")
    named = [line.split()[0] for line in lines.splitlines()]
    assert named == sorted(ROOMS[folder])
