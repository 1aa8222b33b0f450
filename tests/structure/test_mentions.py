# SPDX-License-Identifier: Apache-2.0
"""A comment or a page that names a file or a man page names one that exists."""
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


PAGE = re.compile(r"(?<![\w/.-])((?:[\w-]+/)*[\w-]+\.md)\b")
MANUAL = re.compile(r"\b((?:sallyport|gatewayd|pam_sallyport)[\w.-]*)"
                    r"\((\d)\)")
MAN = {os.path.basename(p): text_of(p)
       for p in tree_files(*(f".{n}" for n in range(1, 9)))
       if p.startswith("doc/")}


def has_manual(name, section):
    """A file of its own, or a name in another one's NAME section."""
    return f"{name}.{section}" in MAN or any(
        re.search(rf"^\.Nm {re.escape(name)}(?: ,)?$", text, re.MULTILINE)
        for file, text in MAN.items() if file.endswith("." + section))


def cited(path):
    """The comments of a source, or a whole page."""
    text = text_of(path)
    if path.endswith((".c", ".h")):
        return "\n".join(COMMENT.findall(text))
    return text


@pytest.mark.parametrize("path", [*tree_files(".c", ".h"), *PAGES])
def test_the_pages_that_are_cited_exist(path):
    pages = set(tree_files(".md"))
    assert not [name for name in PAGE.findall(cited(path))
                if not any(p == name or p.endswith("/" + name)
                           for p in pages)]


@pytest.mark.parametrize("path", [*tree_files(".c", ".h"), *PAGES])
def test_the_manual_pages_that_are_cited_exist(path):
    """As name(8) in a text, and as .Xr name 8 in a manual page."""
    text = cited(path)
    named = MANUAL.findall(text)
    named += re.findall(r"^\.Xr (\S+) (\d)", text, re.MULTILINE)
    assert not [(name, section) for name, section in named
                if name.startswith(("sallyport", "gatewayd", "pam_sallyport"))
                and not has_manual(name, section)]
