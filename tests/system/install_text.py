# SPDX-License-Identifier: Apache-2.0
"""What INSTALL tells people to write and to run, for the tests to do."""
import os
import re
import textwrap

from support import ROOT


def blocks(after):
    """The indented blocks of INSTALL that follow the text AFTER, in order."""
    with open(os.path.join(ROOT, "INSTALL"), encoding="utf-8") as file:
        text = file.read()
    assert text.count(after) == 1, after
    found = re.findall(r"(?:^(?: {4}.*)?\n)+",
                       text.partition(after)[2], re.MULTILINE)
    return [textwrap.dedent(b).strip("\n") + "\n" for b in found if b.strip()]


def sshd_settings():
    return blocks("00-sallyport.conf, whose name")[0]


def pam_lines():
    return blocks("/etc/pam.d/sshd gets three lines.")[0]


def pam_command():
    """The shell command that edits the file sshd in its directory."""
    text = blocks("This does it, and keeps what was there:")[0]
    return text.partition("cd /etc/pam.d\n")[2]


def egress():
    return blocks("/etc/sallyport/egress.nft:")[0].partition(
        "\napt-get")[0] + "\n"
