# SPDX-License-Identifier: Apache-2.0
"""What doc/STYLE says about C, where a look at the text can hold it."""
import collections
import os
import re

import pytest
from tree import text_of, tree_files

COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"' r"|'(?:[^'\\\n]|\\.)+'")
DIRECTIVE = re.compile(r"^#(?:[^\n]*\\\n)*[^\n]*", re.MULTILINE)
# what stands between the parentheses of a function, pointers to others too
INSIDE = r"((?:[^{};=()]|\([^()]*\)(?:\([^()]*\))?)*)"
DEFINITION = re.compile(r"^(\w+)\(" + INSIDE + r"\)\n\{", re.MULTILINE)
PROTOTYPE = re.compile(r"^\w[\w *\n]*[ *](\w+)\(" + INSIDE + r"\);",
                       re.MULTILINE)
ATTRIBUTE = re.compile(r"__attribute__\(\(.*?\)\)\s*")
POINTER = re.compile(r"\(\*(?:const )?(\w*)(?:\[\w*\])?\)\(([^{};=()]*)\)")
INCLUDE = re.compile(r'^#include (?:<([^>]+)>|"([^"]+)")', re.MULTILINE)
GUARD = re.compile(r"^#ifndef (\w+)\n#define \1\n", re.MULTILINE)
# one word, or a pointer: a parameter without a name
TYPE = re.compile(r"(?:const )?(?:(?:struct|enum|union) )?\w+|.*\*")
NO_TYPE = (r"(?!(?:const|struct|union|enum|unsigned|void|char|int|long|double|"
           r"bool|\w+_t)\b|\()")
SIZEOF = re.compile(r"\bsizeof ?\(" + NO_TYPE + r"[^()]*\)")
MINUS = re.compile(r"\)\s*[!=]= -1\b")
MOST = 5        # parameters; past that a struct
LINES = 600     # of a file
BODY = 60       # lines of a function
# these end their options with -1, which is no error
OPTIONS = {"cli_option", "getopt_long"}
# frees what a process keeps until its end; tests have one after the other
FOR_TESTS = {"attempt_table_close", "loop_free", "wrong_passwords_free"}

PRODUCT = [p for p in tree_files(".c", ".h")
           if not p.startswith(("tests/", "contrib/", "doc/"))]


def code_of(path):
    """Its text without comments, strings, directives and attributes."""
    code = ATTRIBUTE.sub("", COMMENT.sub(" ", text_of(path)))
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


def called(code, end):
    """The function whose call ends with the parenthesis there."""
    depth = 0
    for at in range(end, 0, -1):
        depth += (code[at] == ")") - (code[at] == "(")
        if depth == 0:
            return re.search(r"\w*$", code[:at])[0]
    return ""


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


@pytest.mark.parametrize("path", PRODUCT)
def test_files_and_functions_are_short(path):
    text = text_of(path)
    assert text.count("\n") <= LINES
    bodies = re.findall(r"^(\w+)\([^{};]*\)\n\{\n(.*?)^\}", text,
                        re.MULTILINE | re.DOTALL)
    assert not [name for name, body in bodies if body.count("\n") > BODY]


@pytest.mark.parametrize("path", PRODUCT)
def test_sizeof_of_a_value_has_no_parentheses(path):
    assert not SIZEOF.findall(code_of(path))


@pytest.mark.parametrize("path", PRODUCT)
def test_an_error_is_less_than_zero(path):
    code = code_of(path)
    names = [called(code, m.start()) for m in MINUS.finditer(code)]
    assert not [n for n in names if n not in OPTIONS and n != ""]


@pytest.mark.parametrize("path", [p for p in PRODUCT if p.endswith(".h")])
def test_parameters_have_names_in_prototypes(path):
    unnamed = [(name, p) for name, text in PROTOTYPE.findall(code_of(path))
               for p in parameters(text)
               if p not in ("void", "...", "") and TYPE.fullmatch(p)]
    assert not unnamed


@pytest.mark.parametrize("path", [p for p in PRODUCT if p.endswith(".h")])
def test_a_guard_is_the_path(path):
    short = re.sub(r"^(gatewayd|lib|include)/", "", path)
    assert GUARD.findall(text_of(path)) == [
        re.sub(r"\W", "_", short).upper()]


@pytest.mark.parametrize("path", PRODUCT)
def test_includes_have_their_order(path):
    """The file's own header, then the system's, then those of this tree."""
    found = INCLUDE.findall(text_of(path))
    own = ("", os.path.splitext(path)[0] + ".h")
    want = [i for i in found if i == own and path.endswith(".c")]
    rest = [i for i in found if i not in want]
    want += sorted(i for i in rest if i[0]) + sorted(i for i in rest if i[1])
    assert found == want


def test_each_function_of_a_header_is_called():
    """By the product: what only tests call is used, or deleted."""
    private = [p for p in PRODUCT if not p.startswith("include/")]
    code = "\n".join(COMMENT.sub(" ", text_of(p)) for p in private)
    words = collections.Counter(re.findall(r"\w+", code))
    defined = collections.Counter(
        re.findall(r"^(\w+)\(", code, re.MULTILINE))
    for path in private:
        if not path.endswith(".h"):
            continue
        for name, _ in PROTOTYPE.findall(code_of(path)):
            if words[name] - defined[name] <= 1:        # its prototype
                assert name in FOR_TESTS, f"{path}: nobody calls {name}()"


def test_parameters_are_counted():
    assert parameters("int a, void (*call)(int, int), char b[2]") == [
        "int a", "void (*call)(int, int)", "char b[2]"]
