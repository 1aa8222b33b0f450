# SPDX-License-Identifier: Apache-2.0
"""The walls between rooms: which room may use which, and how large one is."""
import os
import re

import pytest
from tree import text_of, tree_files

INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)
MOST = 12       # modules a room

# Each house's rooms, from the ground up: a room may use those that are named
# for it and no other. "" is the hall, the files that stand beside the rooms:
# what all share is at its ground, and main, which puts all together, on top.
AUTHORITY = {
    "factor": "",
    "link": "hall",
    "credential": "hall link",
    "subject": "hall credential link",
    "change": "hall credential link subject",
    "code": "hall change credential factor subject",
    "session": "hall link subject",
    "attempt": "hall change code credential factor link session subject",
    "door": "hall attempt link",
    "token": "hall link session",
    "admin": "hall change credential factor link session subject token",
    "recovery": "hall attempt change credential factor link session subject",
}
POLICY = {
    "value": "hall",
    "decide": "hall value",
    "language": "hall decide value",
    "prove": "hall decide value",
    "compare": "hall decide prove value",
}
LIB = {
    "base": "",
    "wire": "base",
    "ipc": "base",
    "conf": "base ipc",
    "record": "base ipc",
    "bundle": "base record",
}
HOUSES = {"gatewayd/authority": AUTHORITY, "policy": POLICY, "lib": LIB}
WALLS = [(house, room, path) for house, rooms in HOUSES.items()
         for room in rooms for path in tree_files(".c", ".h")
         if path.startswith(f"{house}/{room}/")]


def room_of(house, path):
    inside = path[len(house) + 1:].split("/")
    return inside[0] if len(inside) > 1 else "hall"


@pytest.mark.parametrize("house, room, path", WALLS)
def test_a_room_uses_those_below_it(house, room, path):
    may = {room, *HOUSES[house][room].split()}
    used = {room_of(house, target) for target in INCLUDE.findall(text_of(path))
            if target.startswith(house + "/")}
    assert used <= may, f"{path} uses {', '.join(sorted(used - may))}"


@pytest.mark.parametrize("house", HOUSES)
def test_the_rooms_have_no_circle(house):
    below, standing = {"hall"}, dict(HOUSES[house])
    while standing:
        free = [room for room, may in standing.items()
                if set(may.split()) <= below]
        assert free, f"a circle among {', '.join(standing)}"
        below.update(free)
        for room in free:
            del standing[room]


@pytest.mark.parametrize("house", HOUSES)
def test_every_folder_of_a_house_is_a_room_with_walls(house):
    rooms = {room_of(house, path) for path in tree_files(".c", ".h")
             if path.startswith(house + "/")} - {"hall"}
    assert rooms == set(HOUSES[house])


@pytest.mark.parametrize("folder", sorted(
    {os.path.dirname(path) for path in tree_files(".c")
     if path.startswith(("gatewayd/authority", "policy/"))}))
def test_a_room_has_few_modules(folder):
    modules = [p for p in tree_files(".c") if os.path.dirname(p) == folder]
    assert len(modules) <= MOST, f"{folder}: {len(modules)}"


# Stems that several modules share, since they are the same idea: the entry of
# each program; a list and the table that gives it its data; a public header
# and its module.
SHARED = {"main", "roles", "routes", "verify"}


def test_each_name_stands_for_one_module():
    homes = {}
    for path in tree_files(".c", ".h"):
        stem, _ = os.path.splitext(path)
        homes.setdefault(os.path.basename(stem), set()).add(stem)
    twice = {stem: sorted(paths) for stem, paths in homes.items()
             if len(paths) > 1}
    assert set(twice) == SHARED, twice
