# SPDX-License-Identifier: Apache-2.0
"""What is written about the code holds against the code."""
import os
import re
import shutil
import subprocess

import pytest
from labkit.roles import ROLES
from tree import ROOT, text_of, tree_files

MAN = [p for p in tree_files(*(f".{n}" for n in range(1, 9)))
       if p.startswith("doc/")]


def need(path):
    if not os.path.exists(os.path.join(ROOT, path)):
        pytest.skip(f"{path} is not written")
    return text_of(path)


def messages():
    lists = re.findall(r"MESSAGES_(\w+)\(M\)", need("lib/ipc/messages.h"))
    return [name for one in lists
            for name in re.findall(r"\bM\(([A-Z_]+)\)", need(
                f"lib/ipc/messages_{one.lower()}.h"))]


def test_every_message_is_documented():
    text = need("doc/PROTOCOL.ipc")
    names = messages()
    assert names
    assert not [name for name in names if name not in text]


def test_every_field_of_a_record_is_explained():
    rows = re.findall(r'F\(\w+, \w+, \w+, \w+, (\w+),\s+"(\w+)", \w+,',
                      re.sub(r"\s*\\\n\s*", " ",
                             need("lib/ipc/record_fields.h")))
    text = need("doc/PROTOCOL.audit")
    members = text[text.index("Members."):text.index("Reasons.  status_code")]
    assert len(rows) > 35
    assert not [key for _, key in rows
                if not re.search(rf"\b{key}\b", members)]


REASON = re.compile(r'R\(\w+, "(\w+)", (\w+), ((?:"[^"]*" ?)+), '
                    r'((?:"[^"]*" ?)+)\)')


def reasons():
    """(word, kind, what happened, what to do), as lib/base/reason.h has them."""
    text = re.sub(r"\s*\\\n\s*", " ", need("lib/base/reason.h"))
    return [(word, kind.lower().replace("_", " "),
             *("".join(re.findall(r'"([^"]*)"', said)) for said in texts))
            for word, kind, *texts in REASON.findall(text)]


def test_every_reason_is_explained_and_no_other_is():
    """The page says the same as `sallyport attempt show` does."""
    text = need("doc/PROTOCOL.audit").partition("Reasons.  status_code")[2]
    written = [(word, kind, *" ".join(said.split()).partition(" -> ")[::2])
               for word, kind, said in re.findall(
                   r"^    (\w+) +(refusal|no try|no answer|event)\n"
                   r"((?: {8}\S.*\n)+)", text, re.MULTILINE)]
    assert len(written) > 40
    assert written == reasons()
    assert all(meaning for _, _, meaning, _ in reasons())


POLICYS_OWN = "policy/decide/decide.c"     # a library without records


@pytest.mark.parametrize("path", [
    p for p in tree_files(".c") if p != POLICYS_OWN
    and not p.startswith(("tests/", "contrib/", "doc/"))])
def test_no_reason_is_a_string_of_its_own(path):
    """Only the list spells them; whoever needs one takes its number."""
    words = "|".join(word for word, *_ in reasons() if "_" in word)
    code = re.sub(r"/\*.*?\*/", "", text_of(path), flags=re.DOTALL)
    assert not re.findall(rf'"({words})"', code)


def test_the_policy_has_the_words_of_the_list():
    rows = re.findall(r'\[POLICY_REASON_(\w+)\] = "(\w+)"',
                      text_of(POLICYS_OWN))
    assert len(rows) == 7
    listed = {word for word, *_ in reasons()}
    assert all(word in listed and word == name.lower() for name, word in rows)


ROW = re.compile(r"ROW\((\w+), (\w+), (\w+), (\w+), (\d+), (\w+)\)")
CONTROL_END = "const struct route routes[]"


def route_rows():
    """As PROTOCOL.ipc writes them: message, from, to, phase, bytes, fd."""
    control, _, others = need("gatewayd/role/routes.c").partition(CONTROL_END)
    return {(name, *(word.lower() for word in words), size, fd == "true")
            for name, *words, size, fd in
            ROW.findall(control) + ROW.findall(others)}


def test_the_protocol_has_the_routes_of_the_table():
    written = {(*words[:5], "fd" in words[5:]) for words in
               (line.split() for line in need("doc/PROTOCOL.ipc").splitlines()
                if re.match(r"    [A-Z_]+_(REQ|ANS|NOTE) ", line))}
    assert len(written) > 40
    assert written == route_rows()


def test_the_protocol_knows_every_pair_that_may_talk():
    text = need("doc/PROTOCOL.ipc")
    for _, one, other, *_ in route_rows():
        ends = {end.replace("role", "each role") for end in (one, other)}
        assert any(f"\t{a}, {b}\t" in text for a in ends for b in ends - {a})


def test_every_message_has_a_route_and_every_route_a_message():
    routed = set(re.findall(r"ROW\((\w+),", need("gatewayd/role/routes.c")))
    assert routed - {"type"} == set(messages())


def test_every_role_is_in_the_map():
    text = need("gatewayd/README")
    assert not [role for role in (*ROLES, "gatewayd") if role not in text]


@pytest.mark.parametrize("path", MAN)
def test_man_pages_pass_lint(path):
    if shutil.which("mandoc") is None:
        pytest.skip("mandoc is not installed")
    run = subprocess.run(["mandoc", "-Tlint", "-Wwarning", path], cwd=ROOT,
                         capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout


@pytest.mark.parametrize("path", MAN)
def test_man_pages_close_their_quotes_and_nest_none(path):
    """.Dq a No or Dq b quotes "a or "b"": mandoc says nothing about that."""
    if shutil.which("mandoc") is None:
        pytest.skip("mandoc is not installed")
    run = subprocess.run(["mandoc", "-Tutf8", path], cwd=ROOT,
                         capture_output=True, text=True, check=True)
    page = re.sub(".\x08", "", run.stdout)
    outside = re.sub("\u201c[^\u201c\u201d]*\u201d", "", page)
    assert not re.findall(".*[\u201c\u201d].*", outside)


def public_prototypes():
    headers = [p for p in tree_files(".h")
               if p.startswith("include/sallyport/")]
    if not headers:
        pytest.skip("libsallyport is not written")
    return set(re.findall(r"^\s*(?:[\w ]+\*?\s*)?\b(sallyport_\w+)\s*\(",
                          "".join(map(text_of, headers)), re.MULTILINE))


def test_every_public_function_has_a_man_page():
    pages = "".join(text_of(p) for p in MAN if p.endswith(".3"))
    if not pages:
        pytest.skip("libsallyport's pages are not written")
    assert not [name for name in public_prototypes()
                if not re.search(rf"^\.(Fn|Fo|Nm) {name}\b", pages, re.M)]


def test_the_library_exports_its_prototypes_and_nothing_else(built):
    run = subprocess.run(
        ["nm", "-D", "--defined-only", built("libsallyport.so")],
        capture_output=True, text=True, check=True)
    exported = {line.split()[-1].split("@")[0]
                for line in run.stdout.splitlines() if " A " not in line}
    assert exported == public_prototypes()


def test_there_is_one_recipe_for_pam():
    """INSTALL's three lines are the man page's and the lab's."""
    lines = [f"{kind}  [success=ok default=die]  " for kind in
             ("auth   ", "account", "session")]
    for where in ("INSTALL", "doc/pam_sallyport.8",
                  "contrib/lab/labkit/bastion.py"):
        text = need(where)
        assert all(line in text for line in lines), where
    assert not re.search(r"^account +required +pam_unix",
                         need("doc/pam_sallyport.8"), re.MULTILINE)


def test_the_labs_sshd_is_set_as_install_says():
    """All but how long it waits, which is the lab's own."""
    settings = re.search(r"^50-cloud-init.*\n\n((?: {4}\w+ .*\n)+)",
                         need("INSTALL"), re.MULTILINE)[1].split("\n")
    lab = need("contrib/lab/labkit/bastion.py").split("\n")
    for line in filter(None, map(str.strip, settings)):
        assert line in lab or line.startswith("LoginGraceTime "), line
    assert len(settings) > 15


def test_install_names_the_packages_to_build_with():
    wanted = re.search(r"^# to build\n(.*?)^#", need("contrib/packages"),
                       re.MULTILINE | re.DOTALL)[1].split()
    text = need("INSTALL").split()
    assert len(wanted) > 8
    # build-essential brings the kernel's headers
    assert [p for p in wanted if p not in text] == ["linux-libc-dev"]


@pytest.mark.parametrize("path", ["README.md", "gatewayd/README",
                                  "doc/threat-model.md"])
def test_a_text_names_only_files_that_are_there(path):
    """A room of gatewayd may be named from there."""
    named = re.findall(r"(?<![\w/<>.])((?:[a-z_]+/)+[\w.-]*\w)", text_of(path))
    shown = [p for p in named if p.partition("/")[0] in (
        "admin", "cli", "contrib", "doc", "gatewayd", "lib", "parent",
        "policy", "role", "tests")]
    assert shown
    assert not [p for p in shown if not any(
        os.path.exists(os.path.join(ROOT, room, p))
        for room in ("", "gatewayd", "gatewayd/authority"))]
