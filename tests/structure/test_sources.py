# SPDX-License-Identifier: Apache-2.0
"""The arrows between folders, and words that must not occur."""
import re

import pytest
from labkit.roles import ROLES
from tree import text_of, tree_files

INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"([^"]+)"|<(sallyport/[^>]+)>)',
                     re.MULTILINE)
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
BANNED = re.compile(r"\b(strcpy|strcat|v?sprintf|gets|strtok|strtok_r|alloca|"
                    r"system|popen|mktemp|tmpnam|atoi|atol|select|longjmp)\s*\(")

# folder: what it may include; the longest matching folder counts
ARROWS = {
    "doc/examples/": ("sallyport/",),
    "include/sallyport/": ("sallyport/",),
    "pam_module/": ("pam_module/", "lib/base/fields.h", "lib/wire/", "lib/base/utf8.h",
                    "lib/base/people.h"),
    "policy/": ("lib/base/dn.h", "lib/base/nearest.h", "lib/base/words.h",
                "lib/conf/lex.h", "policy/"),
    "libsallyport/": ("libsallyport/", "sallyport/",
                      "lib/base/base64url.h"),
    "cli/": ("cli/", "lib/", "policy/", "sallyport/"),
    "lib/base/": ("lib/base/",),
    "lib/conf/": ("lib/base/", "lib/conf/", "lib/ipc/roles.h"),
    "lib/ipc/": ("lib/base/", "lib/ipc/"),
    "lib/wire/": ("lib/base/facts.h", "lib/base/fields.h", "lib/wire/",),
    "gatewayd/role/": ("gatewayd/role/", "lib/"),
    # the written form of the log: audit writes it, forward and cli read it
    "lib/record/": ("lib/base/", "lib/ipc/messages.h", "lib/record/"),
    # the what two people sign: cli writes it, the parent verifies a policy
    "lib/bundle/": ("lib/base/", "lib/bundle/",
                    "lib/record/log_key.h", "lib/record/note.h"),
    **{f"gatewayd/{role}/": (
        "lib/", "gatewayd/role/", f"gatewayd/{role}/")
       for role in (*ROLES, "parent")},
}
ARROWS["gatewayd/authority/"] += ("policy/",)
ARROWS["gatewayd/parent/"] += ("policy/",)

SOURCES = [p for p in tree_files(".c", ".h") if not p.startswith("tests/")]


def home_of(path):
    return max((folder for folder in ARROWS if path.startswith(folder)),
               key=len, default=None)


@pytest.mark.parametrize("path", SOURCES)
def test_includes_follow_the_arrows(path):
    home = home_of(path)
    if home is None:
        assert path.startswith("contrib/"), f"{path} is in no known folder"
        return
    for quoted, public in INCLUDE.findall(text_of(path)):
        target = quoted or public
        assert target.startswith(ARROWS[home]), f"{path} includes {target}"


@pytest.mark.parametrize("path", SOURCES)
def test_sources_call_nothing_that_is_banned(path):
    code = COMMENT.sub("", text_of(path))
    assert not BANNED.findall(code)


def test_pam_ignore_does_not_occur():
    """An error path that returns it lets the rest of the stack decide."""
    word = "PAM_" + "IGNORE"
    assert not [p for p in SOURCES if word in text_of(p)]


@pytest.mark.parametrize("path", tree_files(".c", ".h", ".py", ".mk", ".sh"))
def test_every_source_names_its_licence(path):
    head = text_of(path)[:300]
    assert "SPDX-License-Identifier: Apache-2.0" in head


def test_no_unit_test_is_left_out_of_the_build():
    listed = "".join(text_of(p) for p in tree_files("module.mk"))
    units = [p for p in tree_files(".c") if re.match(r"tests/.*/test_", p)]
    assert not [p for p in units if p not in listed]


LONGEST = 600   # lines of a file: doc/STYLE
# the questions about a policy share what was said
IN_ONE_PIECE = ("tests/policy/test_questions.c",)


@pytest.mark.parametrize("path", tree_files(".c", ".h", ".py"))
def test_no_file_is_longer_than_one_reads(path):
    assert text_of(path).count("\n") <= LONGEST or path in IN_ONE_PIECE, \
        f"{path}: divide it by subject"
