# SPDX-License-Identifier: Apache-2.0
"""What make bench BENCH_BASE= calls slower."""
import os
import sys

from tree import ROOT

sys.path.insert(0, os.path.join(ROOT, "tests/bench"))

import compare  # noqa: E402

BASE = {"logins_per_second_8": [100.0] * 7, "ssh_ms": [100.0] * 7}


def verdicts(now):
    return {row[0]: row[-1] for row in compare.rows(BASE, now)}


def test_more_than_three_per_cent_in_seven_rounds_is_marked():
    found = verdicts({"logins_per_second_8": [96.0] * 7, "ssh_ms": [104.0] * 7})
    assert all(text.startswith("SLOWER by ") for text in found.values())


def test_what_is_faster_or_as_fast_is_not():
    found = verdicts({"logins_per_second_8": [98.0] * 7, "ssh_ms": [90.0] * 7})
    assert set(found.values()) == {""}


def test_one_slow_round_is_none_since_the_median_counts():
    slow = [100.0] * 6
    found = verdicts({"logins_per_second_8": [10.0, *slow],
                      "ssh_ms": [900.0, *slow]})
    assert set(found.values()) == {""}


def test_few_rounds_tell_nothing():
    found = verdicts({"logins_per_second_8": [50.0] * 3, "ssh_ms": [50.0] * 3})
    assert set(found.values()) == {"3 rounds tell nothing"}


def test_a_marked_row_is_seen_in_the_table():
    lines = list(compare.table(compare.rows(
        BASE, {"logins_per_second_8": [90.0] * 7, "ssh_ms": [100.0] * 7})))
    assert lines[1].endswith("SLOWER by 10.0 %: explain it in the note")
    assert not lines[2].endswith("note")
