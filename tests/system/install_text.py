# SPDX-License-Identifier: Apache-2.0
"""What INSTALL tells people to write, for the tests to do."""
import os
import sys

from support import ROOT

sys.path.insert(0, os.path.join(ROOT, "contrib/install-check"))
import blocks

PAM_SED = os.path.join(ROOT, "contrib/pam.sed")


def block(start):
    found, = [b.text for b in blocks.of_install() if b.text.startswith(start)]
    return found


def sshd_settings():
    return block("UsePAM yes")


def pam_lines():
    return block("auth ")


def egress():
    return block("table inet")
