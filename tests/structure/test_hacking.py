# SPDX-License-Identifier: Apache-2.0
"""doc/HACKING and doc/STYLE name what is there."""
import os
import re

import pytest
from tree import ROOT, text_of

# a path: below a folder of ours, in lower case but for well-known names
PATH = re.compile(r"(?<![\w/.])((?:pam_module|gatewayd|lib|policy|libsallyport|"
                  r"include|cli|tests|contrib|doc)/[\w./-]*)")
LISTS = {                       # what section 3 says is a list, and of what
    "lib/ipc/record_fields.h": "FIELDS_RECORD",
    "lib/base/reason.h": "REASONS",
    "lib/base/format.h": "FORMATS",
    "lib/conf/conf_keys.c": "_keys[] = {",
    "lib/conf/conf_renamed.c": "conf_renamed[] = {",
    "gatewayd/authority/admin/admin_verbs.c": "VERBS(V)",
    "gatewayd/role/routes.c": "routes[] = {",
    "gatewayd/forward/sink.c": "sink_relp",
    "lib/base/words.h": '"otp"',
    "lib/base/people.h": "PEOPLE(P)",
}


def paths(page):
    found = set()
    for path in PATH.findall(text_of(page)):
        path = path.rstrip(".")
        if not re.search(r"[A-Z]{2}", path.partition("/")[2]) or \
                path.startswith("doc/") or path.endswith("README"):
            found.add(path)
    return found


@pytest.mark.parametrize("page", ["doc/HACKING", "doc/STYLE"])
def test_every_path_is_there(page):
    named = paths(page)
    assert named
    assert not [p for p in sorted(named)
                if not os.path.exists(os.path.join(ROOT, p))]


@pytest.mark.parametrize("path", LISTS)
def test_what_is_called_a_list_is_one(path):
    assert path in text_of("doc/HACKING")
    assert LISTS[path] in text_of(path)


def test_every_folder_is_on_the_map():
    text = text_of("doc/HACKING")
    for entry in sorted(os.listdir(ROOT)):
        if os.path.isdir(os.path.join(ROOT, entry)) and \
                not entry.startswith(".") and entry != "build":
            assert f"\t{entry}/ " in text, entry


def test_news_has_the_newest_on_top_and_says_how_it_is_kept():
    text = text_of("NEWS")
    assert text.startswith("NEWS: what an administrator notices")
    assert max(map(len, text.splitlines())) <= 100
