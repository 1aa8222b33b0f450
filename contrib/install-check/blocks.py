# SPDX-License-Identifier: Apache-2.0
"""INSTALL as a list of blocks: its indented lines, each with its number."""
import dataclasses
import os
import subprocess

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.realpath(__file__))))
PATH = os.path.join(ROOT, "INSTALL")
INDENT = "    "
# One command after the other, as a person types them: a failure is the end, also
# that of a command within a loop, and names the line of INSTALL.
SHELL = """\
set -E
failed() { echo "INSTALL:$at: exit status $?"; exit 1; }
trap failed ERR
"""


@dataclasses.dataclass
class Block:
    line: int           # of INSTALL, from 1
    lines: list         # without the indentation

    @property
    def text(self):
        return "\n".join(self.lines) + "\n"

    def commands(self):
        """[(number of its first line, text)] of a block of shell commands."""
        found, begun = [], []
        for number, line in enumerate(self.lines, self.line):
            if line or begun:
                begun.append((number, line))
            text = "\n".join(one for _, one in begun)
            if begun and not line.endswith("\\") and is_whole(text):
                found.append((begun[0][0], text))
                begun = []
        return found + [(number, line) for number, line in begun]

    def script(self):
        """The commands, for bash."""
        return SHELL + "".join(f"at={line}\n{text}\n[ $? = 0 ] || failed\n"
                               for line, text in self.commands())


def is_whole(text):
    """Is it a command, and not the beginning of one?"""
    return subprocess.run(["/bin/bash", "-n", "-c", text], check=False,
                          capture_output=True).returncode == 0


def of_install(path=PATH):
    """All of them, in order.  A blank line within a block is a part of it."""
    found, blank = [], None     # blank lines since the block, if it goes on
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file.read().split("\n"), 1):
            if line.startswith(INDENT):
                if blank is None:
                    found.append(Block(number, []))
                else:
                    found[-1].lines += [""] * blank
                found[-1].lines.append(line[len(INDENT):])
                blank = 0
            elif line or not found:
                blank = None
            elif blank is not None:
                blank += 1
    return found
