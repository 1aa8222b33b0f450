# SPDX-License-Identifier: Apache-2.0
"""Kinds of factor are rows of one list: nobody else knows one by name."""
import re

import pytest
from tree import text_of, tree_files

LIST = "lib/base/words.h"
TABLES = "gatewayd/authority/factor/"
FILES = [path for path in tree_files(".c", ".h")
         if path.startswith(("gatewayd/", "lib/", "cli/", "policy/"))
         and not path.startswith(TABLES) and path != LIST]
KINDS = re.findall(r"K\((\w+), (\w+), \"(\w+)\", \w+, .+\)",
                   text_of(LIST).partition("#define FACTOR_KINDS(K)")[2])


def test_the_list_has_kinds():
    assert KINDS


@pytest.mark.parametrize("path", FILES)
def test_a_kind_is_named_in_the_list_and_its_own_file(path):
    text = text_of(path)
    for upper, lower, word in KINDS:
        named = re.findall(rf'"{word}"(?! *,? *\*/)|\bFACTOR_KIND_{upper}\b|'
                           rf"\bfactor_{lower}\b|\b{upper}_[A-Z]+\b|"
                           rf"/{lower}\.h", text)
        assert not named, f"{path} names a kind: {', '.join(named)}"


@pytest.mark.parametrize("upper, lower, word", KINDS)
def test_a_kind_has_its_file(upper, lower, word):
    assert f"const struct factor_ops factor_{lower} " in \
        text_of(f"{TABLES}{lower}.c")
