# SPDX-License-Identifier: Apache-2.0
"""doc/FORMATS, the list of formats and who uses it say the same."""
import re

from tree import text_of, tree_files

(HEADER,) = [p for p in tree_files(".h") if p.endswith("/format.h")]
LISTED = re.findall(r'F\((\w+), (\d+), (\d+), "([^"]+)"\)', text_of(HEADER))


def test_the_page_lists_every_format_with_its_numbers():
    rows = re.findall(r"^([A-Z_]+) +(\d+) +(\d+)  (.+)$",
                      text_of("doc/FORMATS"), re.MULTILINE)
    assert len(LISTED) >= 12
    assert [row[:3] for row in rows] == [row[:3] for row in LISTED]
    for (_, _, _, file), (_, _, _, where) in zip(LISTED, rows):
        assert where.startswith(file.partition(",")[0])


def test_every_format_is_looked_at_somewhere():
    code = "".join(text_of(p) for p in tree_files(".c")
                   if not p.startswith("tests/"))
    for name, *_ in LISTED:
        assert re.search(rf"\bFORMAT_{name}(_NUMBER)?\b", code), name
