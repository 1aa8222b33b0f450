# SPDX-License-Identifier: Apache-2.0
"""A comment or a page that names a source file names one that is there."""
import os
import re

import pytest
from tree import text_of, tree_files

COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
NAMED = re.compile(r"(?<![\w/.-])((?:[a-z_]+/)*[a-z_0-9]+\.[ch])\b")
OTHERS = {"linux/landlock.h"}   # the kernel's
PAGES = [p for p in tree_files("") if p.startswith("doc/")
         or p in ("INSTALL", "NEWS", "README.md", "gatewayd/README")]
HAVE = {}
for file in tree_files(".c", ".h"):
    HAVE.setdefault(os.path.basename(file), []).append(file)


def is_there(name):
    return name in OTHERS or any(
        path == name or path.endswith("/" + name)
        for path in HAVE.get(os.path.basename(name), []))


@pytest.mark.parametrize("path", [*tree_files(".c", ".h"), *PAGES])
def test_the_files_that_are_named_are_there(path):
    text = text_of(path)
    if path.endswith((".c", ".h")):
        text = "\n".join(COMMENT.findall(text))
    assert not [name for name in NAMED.findall(text) if not is_there(name)]
