# SPDX-License-Identifier: Apache-2.0
"""What `make house` counts: rooms, circles, and the lists of doc/HACKING."""
import os
import re
import textwrap

HOUSES = ("cli/", "gatewayd/", "lib/", "libsallyport/", "pam_module/",
          "policy/")
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)
PATHS = re.compile(r"[\w./-]*[\w/](, [\w./-]*[\w/])*,?")
PATH = re.compile(r"(?<![\w/.])[a-z_]+/[\w./-]*\w|(?<!\S)NEWS(?!\S)")
HEADER = re.compile(r"^(Kind|Units|News): (.*)$", re.MULTILINE)
TOUCHED = re.compile(r"^diff --git a/(\S+) b/", re.MULTILINE)


def module_of(path):
    return os.path.splitext(path)[0]


def modules(paths):
    """{folder: the stems of its .c files}"""
    found = {}
    for path in paths:
        if path.endswith(".c") and path.startswith(HOUSES):
            found.setdefault(os.path.dirname(path), []).append(
                os.path.basename(module_of(path)))
    return found


def arrows(paths, text_of):
    """{module: modules that it includes}; a.c and a.h are one module."""
    known = {module_of(p) for p in paths
             if p.startswith(HOUSES) and p.endswith((".c", ".h"))}
    found = {module: set() for module in known}
    for path in paths:
        if module_of(path) in known and path.endswith((".c", ".h")):
            used = {module_of(t) for t in INCLUDE.findall(text_of(path))}
            found[module_of(path)] |= used & known - {module_of(path)}
    return found


def circles(graph):
    """Groups of nodes of which each leads to each other."""
    def reach(start):
        seen, todo = set(), [start]
        while todo:
            for node in graph.get(todo.pop(), ()):
                if node not in seen:
                    seen.add(node)
                    todo.append(node)
        return seen
    reached = {node: reach(node) for node in graph}
    found = {tuple(sorted(other for other in reached[node]
                          if node in reached.get(other, ())))
             for node in graph if node in reached[node]}
    return sorted(found)


def between_rooms(graph):
    """The same arrows from room to room. A hall, the files that stand beside
    rooms, is what these share, and main, which puts them together: it is none.
    tests/structure/test_rooms.py says which rooms may use it."""
    rooms = {os.path.dirname(module) for module in graph}
    rooms -= {os.path.dirname(room) for room in rooms}
    found = {room: set() for room in rooms}
    for module, used in graph.items():
        room = os.path.dirname(module)
        if room in rooms:
            found[room] |= {os.path.dirname(m) for m in used} & rooms - {room}
    return found


class ListOfFiles:
    """One list of section 3: the files that a kind of change touches."""

    def __init__(self, lines):
        self.must, self.folders, self.may, self.somebody = [], [], set(), False
        entry = []
        for line in lines:
            first, _, rest = line.lstrip("\t").partition("\t")
            if line.startswith("\tand whoever"):
                self.somebody, entry = True, []
            elif re.match(r"\t[^\t]", line) and PATHS.fullmatch(first):
                entry = re.findall(r"[\w./-]+", first)
                self.must += entry
                self.note(entry, rest)
            elif line.startswith("\t\t"):
                self.note(entry, line)
            else:
                entry = []
                self.note(entry, line)
        self.folders = [p for p in self.must if p.endswith("/")]
        self.must = [p for p in self.must if not p.endswith("/")]

    def note(self, entry, text):
        """The words beside an entry: "if" makes it one that may be left out,
        and so is every file that only they name."""
        self.may.update(PATH.findall(text))
        if re.search(r"\bif\b", text):
            self.may.update(entry)
            self.must = [p for p in self.must if p not in entry]

    def faults(self, touched):
        """What a change that touches those files has too much and too few."""
        missing = set(self.must) - touched
        rest = touched - set(self.must) - self.may
        for folder in self.folders:
            inside = {p for p in touched - set(self.must)
                      if os.path.dirname(p) == folder.rstrip("/")}
            if not inside:
                missing.add(folder)
            rest -= inside
        if self.somebody and len(rest) != 1:
            missing.update(() if rest else ["(whoever uses it)"])
        elif self.somebody:
            rest = set()
        return sorted(missing), sorted(rest)


def lists(text):
    """{kind of change: its ListOfFiles}, of doc/HACKING."""
    part = text[text.index("\n3. The lists\n"):text.index("\n4. Tests\n")]
    found, kind = {}, None
    for line in part.splitlines():
        if re.match(r"An? [\w. ]+$", line):
            kind = line
            found[kind] = []
        elif not line.strip():
            kind = None
        elif kind is not None:
            found[kind].append(line)
    return {kind: ListOfFiles(lines) for kind, lines in found.items()}


def read_patch(text):
    """(kind, units, line of NEWS or None, files of the product that it
    touches). Whoever writes a line of NEWS touches NEWS."""
    head = dict(HEADER.findall(text.partition("\ndiff --git ")[0]))
    touched = {p for p in TOUCHED.findall(text) if not p.startswith("tests/")}
    news = head.get("News")
    if news:
        touched.add("NEWS")
    return head["Kind"], head["Units"].split(), news, touched


def add_news(text, line):
    """NEWS with that line first among those of the newest release."""
    words = textwrap.fill(line, 80, initial_indent="- ", subsequent_indent="  ")
    head, mark, rest = text.partition("\n- ")
    return f"{head}\n{words}{mark}{rest}"
