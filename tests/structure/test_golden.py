# SPDX-License-Identifier: Apache-2.0
"""The files of tests/golden are those that a unit compares."""
import re

from tree import text_of, tree_files

COMPARED = re.compile(r'\b(golden|transcript)_compare\((?:&t, )?"([^"]+)"')
FOLDER = {"golden": "", "transcript": "cli/"}


def test_each_golden_file_is_compared_by_a_unit_and_is_there():
    compared = {f"tests/golden/{FOLDER[how]}{name}"
                for path in tree_files(".c") if path.startswith("tests/")
                for how, name in COMPARED.findall(text_of(path))}
    assert compared == {path for path in tree_files("")
                        if path.startswith("tests/golden/")}
