# SPDX-License-Identifier: Apache-2.0
"""What doc/STYLE says about C, where a look at the text can hold it."""
import re

import pytest
from tree import text_of, tree_files

COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"' r"|'(?:[^'\\\n]|\\.)+'")
DIRECTIVE = re.compile(r"^#(?:[^\n]*\\\n)*[^\n]*", re.MULTILINE)
# what stands between the parentheses of a function, pointers to others too
INSIDE = r"((?:[^{};=()]|\([^()]*\)(?:\([^()]*\))?)*)"
DEFINITION = re.compile(r"^(\w+)\(" + INSIDE + r"\)\n\{", re.MULTILINE)
PROTOTYPE = re.compile(r"\b(\w+)\(" + INSIDE + r"\);")
POINTER = re.compile(r"\(\*(?:const )?(\w*)(?:\[\w*\])?\)\(([^{};=()]*)\)")
MOST = 5        # parameters; past that a struct

PRODUCT = [p for p in tree_files(".c", ".h")
           if not p.startswith(("tests/", "contrib/", "doc/"))]


def code_of(path):
    """Its text without comments, strings and directives."""
    code = COMMENT.sub(" ", text_of(path))
    return DIRECTIVE.sub("", STRING.sub('""', code))


def parameters(text):
    """["const char *s", "void (*call)(int a, int b)"]"""
    found, depth = [""], 0
    for char in text:
        depth += (char in "([") - (char in ")]")
        if char == "," and depth == 0:
            found.append("")
        else:
            found[-1] += char
    return [" ".join(p.split()) for p in found]


def functions(path):
    """(name, its parameters) of each function that a file defines or declares,
    and of each pointer to one."""
    code = code_of(path)
    found = DEFINITION.findall(code) + POINTER.findall(code)
    if path.endswith(".h"):
        found += PROTOTYPE.findall(code)
    return [(name, parameters(text)) for name, text in found]


@pytest.mark.parametrize("path", PRODUCT)
def test_functions_have_few_parameters(path):
    assert not [name for name, has in functions(path) if len(has) > MOST]


def test_parameters_are_counted():
    assert parameters("int a, void (*call)(int, int), char b[2]") == [
        "int a", "void (*call)(int, int)", "char b[2]"]
