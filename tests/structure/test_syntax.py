# SPDX-License-Identifier: Apache-2.0
"""The syntax files of contrib/syntax are those that today's words make."""
import subprocess

import pytest

from tree import ROOT

FILES = ["vim/ftdetect/sallyport.vim", "vim/syntax/sallyport.vim",
         "vscode/package.json", "vscode/language-configuration.json",
         "vscode/syntaxes/sallyport-policy.json"]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("syntax")
    subprocess.run(["contrib/syntax/generate", str(folder)], check=True,
                   cwd=ROOT)
    return folder


@pytest.mark.parametrize("name", FILES)
def test_a_syntax_file_is_what_the_words_make_today(made, name):
    with open(f"{ROOT}/contrib/syntax/{name}", encoding="utf-8") as file:
        assert file.read() == (made / name).read_text(encoding="utf-8"), \
            "run contrib/syntax/generate"


def test_all_words_of_the_language_are_known_to_it(made):
    text = (made / "vim/syntax/sallyport.vim").read_text(encoding="utf-8")
    for word in ("permit", "window", "outside", "approval", "fido2", "sudo-i",
                 "vendor"):
        assert f" {word}" in text
