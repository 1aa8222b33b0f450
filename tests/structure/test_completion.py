# SPDX-License-Identifier: Apache-2.0
"""The shells complete what the help lists: asked of the shells themselves."""
import os
import re
import shutil
import subprocess

import pytest
from tree import ROOT

SALLYPORT = os.path.join(ROOT, "build", "sallyport")

BASH = """
source "$1"; shift
COMP_WORDS=(sallyport "$@") COMP_CWORD=$#
_sallyport
printf '%s\\n' "${COMPREPLY[@]}"
"""

# what compinit would give: the completion system needs a terminal
ZSH = """
_describe() { print -rl -- ${(P)2} }
_files() { }
script=$1; shift
words=(sallyport "$@") CURRENT=$(( $# + 1 ))
source $script
"""


def run(*argv):
    return subprocess.run(argv, capture_output=True, text=True, timeout=30,
                          check=True).stdout


@pytest.fixture(name="complete", scope="module", params=["bash", "zsh"])
def complete_fixture(request, tmp_path_factory):
    """complete(word, ...) -> the words that the shell offers for the last."""
    if not os.path.exists(SALLYPORT):
        pytest.skip("sallyport is not built")
    if shutil.which(request.param) is None:
        pytest.skip(f"{request.param} is not installed")
    script = tmp_path_factory.mktemp("completion") / "script"
    script.write_text(run(SALLYPORT, "completion", request.param))
    start = {"bash": ["bash", "--norc", "-c", BASH, "bash"],
             "zsh": ["zsh", "-f", "-c", ZSH, "zsh"]}[request.param]

    def complete(*words):
        offered = run(*start, str(script), *words).splitlines()
        return {re.sub(r"(?<!\\\\):.*", "", word) for word in offered if word}
    return complete


def nouns():
    return re.findall(r"^  (\w+) ", run(SALLYPORT, "help"), re.MULTILINE)


def verbs(noun):
    """{verb: its arguments}"""
    return dict(re.findall(rf"^sallyport {noun} (\w+) (.*)$",
                           run(SALLYPORT, "help", noun), re.MULTILINE))


def test_nouns_are_completed(complete):
    assert set(nouns()) | {"help", "completion", "--config", "--help",
                           "--plain", "--version"} == complete("")


def test_verbs_are_completed_also_after_a_global_option(complete):
    for noun in nouns():
        assert complete(noun, "") == set(verbs(noun))
    assert complete("--config", "x", "session", "") == {"list", "end"}


def test_options_are_completed_as_the_help_has_them(complete):
    for noun in nouns():
        for verb, arguments in list(verbs(noun).items()):
            wanted = set(re.findall(r"--[a-z-]+", arguments)) | {"--help"}
            offered = complete(noun, verb, "--")
            assert offered == wanted, (noun, verb)


def test_only_words_that_begin_so_are_offered_in_bash(complete, request):
    if request.node.callspec.params["complete"] == "bash":
        assert complete("ses") == {"session"}
