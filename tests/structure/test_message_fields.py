# SPDX-License-Identifier: Apache-2.0
"""Each field of a message between roles, and of a frame of the PAM wire, is set
by somebody and read by somebody: not by the codec alone."""
import concurrent.futures
import os
import re
import shutil

import pytest
from members import members
from tree import ROOT, text_of, tree_files

MESSAGES = re.compile(r"msg_|pamwire_")
CODECS = "lib/ipc/", "lib/wire/"
# every request and answer of administrators begins with one of these
BEGINNINGS = "msg_ADMIN_ABOUT", "msg_ADMIN_ASK", "msg_ADMIN_HEAD"
# who reads and copies a record loops over its list: tests/record
LOOPED = {"msg_AUDIT_APPEND_REQ": {"set"}, "msg_AUDIT_REPLAY_ANS": set()}
# the codec's part of a frame
HEAD = {("pamwire_frame", "type"), ("pamwire_frame", "u")}


def uses_of(paths):
    """({struct: its members}, {(struct, member): what is done with it})"""
    structs, uses = {}, {}
    with concurrent.futures.ProcessPoolExecutor(os.cpu_count()) as pool:
        for found, used in pool.map(members, paths, [MESSAGES] * len(paths)):
            structs.update(found)
            for member, what in used.items():
                uses.setdefault(member, set()).update(what)
    return structs, uses


def owner(structs, struct, number):
    """The struct whose field it is: its own, or the beginning's."""
    fields = structs[struct][:number + 1]
    return next((b for b in BEGINNINGS if struct.startswith("msg_ADMIN_")
                 and structs.get(b, [])[:number + 1] == fields), struct)


def idle(structs, uses):
    """The fields that nobody sets or nobody reads."""
    done, wanted = {}, {}
    for struct, fields in structs.items():
        for number, field in enumerate(fields):
            key = owner(structs, struct, number), field
            done.setdefault(key, set()).update(uses.get((struct, field), ()))
            wanted[key] = LOOPED.get(struct, {"set", "read"})
    return sorted((*key, *sorted(wanted[key] - done[key])) for key in done
                  if key not in HEAD and wanted[key] - done[key])


needs_clang = pytest.mark.skipif(shutil.which("clang-14") is None,
                                 reason="clang-14 is not installed")


@needs_clang
def test_each_field_is_set_and_read():
    structs, uses = uses_of([
        p for p in tree_files(".c")
        if p.startswith(("gatewayd/", "cli/", "lib/", "pam_module/"))
        and not p.startswith(CODECS)
        and re.search(r"msg_[A-Z]|pamwire_|\bu\.[A-Z]", text_of(p))])
    assert len(structs) > 80
    assert not idle(structs, uses)


SCRATCH = """
#include <string.h>
struct msg_SCRATCH { int set, read, both, none; char text[9], copy[9]; };
int look(const char *s);
int
scratch(struct msg_SCRATCH *m, const struct msg_SCRATCH *from)
{
	*m = (struct msg_SCRATCH){.set = 1, .both = 2};
	memcpy(m->copy, from->text, sizeof m->none);
	return from->read + m->both + look(m->copy);
}
"""


@needs_clang
def test_a_field_that_nobody_reads_is_found():
    path = os.path.join(ROOT, "build/scratch_message.c")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="ascii") as out:
        out.write(SCRATCH)
    try:
        assert idle(*uses_of([path])) == [
            ("msg_SCRATCH", "none", "read", "set"),
            ("msg_SCRATCH", "read", "set"), ("msg_SCRATCH", "set", "read"),
            ("msg_SCRATCH", "text", "set")]
    finally:
        os.remove(path)
