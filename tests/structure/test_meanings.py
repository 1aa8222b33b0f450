# SPDX-License-Identifier: Apache-2.0
"""Every sentence of sallyport-policy(5) about meaning has a test of its number.

tests/policy/meaning/README says how to add one.
"""
import os
import re
import subprocess

import meanings
import pytest
from tree import ROOT, text_of

SALLYPORT = os.path.join(ROOT, "build/sallyport")
STATUS = {"yes": 0, "no": 1, "unknown": 2}
BLOCKS = meanings.blocks()


def test_every_sentence_has_a_mark():
    numbers = [int(s.mark) for s in meanings.sentences()
               if s.mark not in (None, "-")]
    bare = [f'{meanings.PAGE}:{s.line}: put .\\" M {max(numbers) + 1} above '
            f"this, and its test into {meanings.FOLDER} (README there): "
            f"[{max(numbers) + 1}] {s.text}"
            for s in meanings.sentences() if s.mark is None]
    assert not bare, "\n".join(bare)


def test_no_number_is_of_two_sentences():
    seen = {}
    for s in meanings.sentences():
        if s.mark != "-":
            assert s.mark not in seen, \
                f"{meanings.PAGE}:{s.line}: {s.mark} is the number of " \
                f"line {seen[s.mark]}: take the next free one"
            seen[s.mark] = s.line


def test_every_mark_is_of_a_sentence():
    marks = re.findall(r'^\.\\" M .*', text_of(meanings.PAGE), re.M)
    assert len(marks) == sum(s.mark is not None for s in meanings.sentences())


def test_both_lists_say_the_same():
    page = {s.mark: s.text for s in meanings.sentences() if s.mark != "-"}
    wrong = [f"{b}: the page says: [{b.number}] "
             f"{page.get(b.number, 'nothing: remove the block')}"
             for b in BLOCKS if page.get(b.number) != b.text]
    untested = set(page) - {b.number for b in BLOCKS}
    wrong += [f"no block in {meanings.FOLDER}: [{n}] {page[n]}"
              for n in sorted(untested, key=int)]
    assert not wrong, "\n".join(wrong)


def test_every_block_expects_something():
    assert not [str(b) for b in BLOCKS if not b.expected and not b.see]
    assert not [str(b) for b in BLOCKS for how, lines in b.expected
                if how == "table" and not any(lines)]


def test_tests_elsewhere_are_there():
    for b in BLOCKS:
        for see in b.see:
            assert len(see) == 2, f"{b}: see FILE TEST"
            assert re.search(rf"^(def )?{see[1]}\(", text_of(see[0]), re.M), \
                f"{b}: {see[0]} has no {see[1]}"


def files_of(block):
    """{name: text}: the policy, and what begins with == NAME."""
    files, name, whole = {}, "p.policy", True
    for line in block.policy:
        head = re.match(r"== (\S+)( as it is)?$", line)
        if head:
            name, whole = head[1], head[2] is None
        elif line or name in files:
            files.setdefault(name, ["end"] if whole else []).insert(
                -1 if whole else len(files.get(name, [])), line)
    return {n: "\n".join(lines) + "\n" for n, lines in files.items()}


def run(folder, arguments):
    return subprocess.run(
        [SALLYPORT, "policy", *arguments], cwd=folder, capture_output=True,
        text=True, timeout=60, check=False)


@pytest.mark.parametrize("block", [b for b in BLOCKS if b.expected], ids=str)
def test_it_means_what_it_says(block, tmp_path):
    for name, text in files_of(block).items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for how, lines in block.expected:
        if how == "table":
            (tmp_path / "t.test").write_text("\n".join(lines) + "\n",
                                             encoding="utf-8")
            done = run(tmp_path, ["test", "--policy", ".", "t.test"])
            assert done.returncode == 0, done.stdout + done.stderr
            continue
        status, *arguments = how.split()
        done = run(tmp_path, arguments)
        assert done.returncode == STATUS[status], \
            f"{how}: {done.returncode}\n{done.stdout}{done.stderr}"
        for part in filter(None, map(str.strip, lines)):
            assert part in done.stdout + done.stderr, \
                f"{how}: {done.stdout}{done.stderr}"
