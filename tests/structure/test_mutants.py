# SPDX-License-Identifier: Apache-2.0
"""The finder of guards reads C right, and its list can be read."""
import os
import re
import subprocess
import sys

from tree import ROOT, text_of

sys.path.insert(0, os.path.join(ROOT, "tests/mutants"))
from guards import explained, guards

SOURCE = r'''
#define WHEN(c) \
	if (c)  /* if (in a macro) */ \
		return 0
struct s { int a; };
static const char *text = "if (in a string) \" {";
static int
first(int a, /* if (one) */
    char c)
{
	// if (two) {
	if (a == 1 &&
	    (c == ')' || c == '\'')) /* ( */
		return 1;
	else if (sizeof(c) > 1) {
		return 2;
	}
	return 0;
}

void
second(void)
{
	if (first(1, 'x') < 0)
		first(2, 'y');
}

static int
third(int a, int b)
{
	if (a == 1 || first(a,
	    b || a) < 0)
		return a ? b || 1 : 0;
	return a && b;
	return a == 3 || (a && b) || b == '|' /* or */;
}
'''


def test_guards_are_found_in_code_only():
    assert [(g.line, g.function, g.condition)
            for g in guards("x.c", SOURCE)] == [
        (12, "first", r"a == 1 && (c == ')' || c == '\'')"),
        (15, "first", "sizeof(c) > 1"),
        (24, "second", "first(1, 'x') < 0"),
        (31, "third", "a == 1"), (31, "third", "first(a, b || a) < 0"),
        (35, "third", "a == 3"), (35, "third", "(a && b)"),
        (35, "third", "b == '|'")]


def test_a_guard_that_is_off_still_does_what_its_condition_does():
    plain, size, call, part, *_ = guards("x.c", SOURCE)
    assert "if (0 && (a == 1 &&\n\t    (c == ')' || c == '\\''))) /*" \
        in plain.turned_off(SOURCE)
    assert "else if (0 && (sizeof(c) > 1)) {" in size.turned_off(SOURCE)
    assert "if ((first(1, 'x') < 0) && 0)\n" in call.turned_off(SOURCE)
    assert "if ((0 && (a == 1)) || first(a,\n" in part.turned_off(SOURCE)


def test_each_explained_survivor_has_its_reason_and_is_there():
    there = {}
    for key, reason in explained(text_of("tests/mutants/explained")).items():
        path = key.split(": ", 1)[0]
        if path not in there:
            there[path] = {g.key for g in guards(path, text_of(path))}
        assert key in there[path], "has changed: does its reason still hold?"
        assert reason.endswith(".")


def test_rules_about_units_are_about_units_that_there_are():
    """Or a unit is not built anew with the program that it starts, and make
    mutants does not run it for that program."""
    said = subprocess.run(
        ["make", "-pnq", "tests"], cwd=ROOT, capture_output=True, text=True,
        check=False, env={k: v for k, v in os.environ.items()
                          if k not in ("MAKEFLAGS", "MFLAGS")}).stdout
    rules = dict(re.findall(r"^(build(?:/san)?/tests/\w+/test_\w+): (.*)$",
                            said, re.MULTILINE))
    assert len(rules) > 100
    strangers = [unit for unit, needs in rules.items() if "/test_" not in needs]
    assert not strangers
