# SPDX-License-Identifier: Apache-2.0
"""The sentences of doc/sallyport-policy.5 about meaning, and their tests.

tests/policy/meaning/README says how both are written.
"""
import glob
import os
import re

from tree import ROOT, text_of

PAGE = "doc/sallyport-policy.5"
FOLDER = "tests/policy/meaning"
# what these sections say is of files and of other pages
OTHER = "NAME", "FILES", "SEE ALSO"
MARK = re.compile(r'\.\\" M (\d+|-)$')
# macros that end a sentence, whatever it ends with
BREAKS = {"Sh", "Ss", "Pp", "It", "Bl", "El", "Bd", "Ed", "Dl", "Nm", "Nd"}
# and words of mdoc(7) that are not read aloud
MACROS = {"Ic", "Cm", "Ar", "Ql", "Sx", "Xr", "Em", "Pq", "Pa", "Op", "Oo",
          "Oc", "Qq", "Qo", "Qc", "Ns", "Sy", "Li", "Sq", "Dq"}


def read_aloud(line):
    """A line of mdoc(7) as plain words."""
    if not line.startswith("."):
        return line.strip()
    words = [w for w in re.findall(r'"[^"]*"|\S+', line[1:])
             if w not in MACROS - {"Ns"}]
    return closed(" ".join(w.strip('"') for w in words).replace(r"\&", ""))


def closed(words):
    """Without spaces before punctuation and where mdoc(7) says none."""
    return re.sub(r" Ns | Ns$", "",
                  re.sub(r"([(]) | ([.,:;)])(?= |$)", r"\1\2", words))


class Sentence:                         # pylint: disable=R0903
    """Its mark (None, "-" or a number), where it begins, and its text."""

    def __init__(self, mark, line):
        self.mark, self.line, self.text = mark, line, ""

    def add(self, words):
        self.text = closed(f"{self.text} {words}".strip())

    def ends(self):
        return re.search(r"[.!?]\)?$", self.text) is not None


def sentences(page=None):
    """All of the sections that say what a policy means."""
    found, mark, section, shown, open_one = [], None, "", False, None
    lines = (text_of(PAGE) if page is None else page).splitlines()
    for number, line in enumerate(lines, 1):
        macro = re.match(r"\.(\w\w)", line)
        macro = macro[1] if macro else ""
        if macro == "Sh":
            section = line[4:]
        if macro in ("Bd", "Ed"):
            shown = macro == "Bd"
        if MARK.match(line):
            mark = MARK.match(line)[1]
        if macro in BREAKS:
            open_one = None
        if macro in BREAKS or line.startswith('.\\"') or shown or \
                section in ("", *OTHER):
            continue
        if open_one is None:
            open_one = Sentence(mark, number)
            found.append(open_one)
            mark = None
        open_one.add(read_aloud(line))
        if open_one.ends():
            open_one = None
    return found


class Block:                            # pylint: disable=R0903
    """A test: the number and sentence, a policy, and what is expected."""

    def __init__(self, path, line, number):
        self.path, self.line, self.number = path, line, number
        self.text, self.policy, self.expected, self.see = "", [], [], []

    def __str__(self):
        return f"{self.path}:{self.line}"


def blocks():
    """Every block of every *.meaning file."""
    found = []
    for path in sorted(glob.glob(os.path.join(ROOT, FOLDER, "*.meaning"))):
        name, part = os.path.relpath(path, ROOT), None
        for number, line in enumerate(text_of(name).splitlines(), 1):
            head = re.match(r"\[(\d+)\] (.*)", line)
            if head:
                found.append(Block(name, number, head[1]))
                found[-1].text, part = head[2], "text"
            elif not found or found[-1].path != name:
                assert not line or line.startswith("#"), f"{name}:{number}"
            elif part == "text" and line:
                found[-1].text += " " + line.strip()
            elif part == "text":
                part = "policy"
            elif line.startswith("see "):
                found[-1].see.append(line.split()[1:])
            elif re.match(r"-- \w+", line):
                part = []
                found[-1].expected.append((line[3:], part))
            elif part == "policy" or line.startswith("== "):
                found[-1].policy.append(line)
                part = "policy"
            else:
                part.append(line)
    return found
