# SPDX-License-Identifier: Apache-2.0
"""gatewayd.conf(5), the sample and the parser know the same keys."""
import re
import subprocess

import pytest
from tree import ROOT, text_of, tree_files

UNITS = {"": 1, "ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000,
         "d": 86_400_000, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}
# kind in conf.c: how many of UNITS' one is in the struct
SCALE = {"NUMBER": 1, "MILLISECONDS": 1, "SECONDS": 1000, "BYTES64": 1}
KEY = re.compile(r'KEY_(\w+)\(\s*conf_(\w+),\s*"([^"]+)",\s*(.*?)\),\n', re.S)
SITE = re.compile(r"(bind-password-file|directory ca|directory crl|seal-key|token-key|"
                  r"checkpoint-key|policy-signers|sink ca|sink certificate|sink key) /\S+: "
                  r"No such file|user \"_sallyport-\w+\" does not exist|"
                  r"policy /etc/sallyport/policy.d: |libexec: /\S+: No such file")


PARSER = "".join(text_of(path) for path in tree_files(".c")
                 if re.match(r"lib/conf/conf\w*\.c$", path))


def keys_of_the_parser():
    """{(block, key): (macro, arguments)}"""
    found = {(block, key): (macro, [a.strip().removeprefix("CONF_KIND_")
                                     for a in rest.split(",")])
             for macro, block, key, rest in KEY.findall(PARSER)}
    assert len(found) > 40
    return found


def keys_of_the_page():
    """{(block, key): text}, from the .Ss blocks of gatewayd.conf(5)."""
    page = text_of("doc/gatewayd.conf.5")
    found = {}
    for part in page.split("\n.Ss ")[1:]:
        block, _, body = part.partition("\n")
        for item in body.split("\n.It Cm ")[1:]:
            found[block, item.split()[0]] = item.partition("\n")[2]
    return found


RENAMED = re.compile(r'\{"([\w-]+)", "([\w-]+)", (?:"([\w-]+)"|NULL)\}')


def renamed():
    """{(block, key of before): key of now, "" for none}"""
    return {(block, before): now for block, before, now in
            RENAMED.findall(text_of("lib/conf/conf_renamed.c"))}


def test_every_key_of_the_release_before_is_still_read():
    known = set(keys_of_the_parser()) | set(renamed())
    before = [tuple(line.split()) for line in
              text_of("tests/compat/keys").splitlines()
              if not line.startswith("#")]
    assert len(before) > 40
    assert not [key for key in before if key not in known]


def test_a_key_that_was_renamed_has_a_key_to_go_to():
    for (block, before), now in renamed().items():
        assert (block, before) not in keys_of_the_parser()
        assert now == "" or (block, now) in keys_of_the_parser()


def value(text):
    number, unit = re.fullmatch(r"(\d+)(\w*)", text).groups()
    return int(number) * UNITS[unit]


def c_number(text):
    """What an integer expression of conf.c is."""
    text = re.sub(r"\(uint64_t\)|(?<=\d)u", "", text)
    text = text.replace("UINT32_MAX", "0xffffffff")
    text = text.replace("DAY", "86400").replace("HOUR", "3600")
    assert re.fullmatch(r"[\dxa-f\s*()<]+", text), text
    return eval(text)           # digits and operators, as just seen


def test_the_page_has_every_key_and_no_other():
    listed = set(keys_of_the_page())
    assert ("forward", "sink") in listed
    assert listed - {("forward", "sink")} == set(keys_of_the_parser())


@pytest.mark.parametrize("name", [
    name for name, (macro, _) in sorted(keys_of_the_parser().items())
    if macro == "NUMBER"], ids="/".join)
def test_the_page_has_the_range_of_the_key(name):
    text = keys_of_the_page()[name]
    kind, _, least, greatest = keys_of_the_parser()[name][1]
    said = re.search(r"^From (\w+) to (\w+); the default is (\w+)\.$", text,
                     re.M)
    assert said, f"{name}: no line with range and default"
    assert value(said[1]) == c_number(least) * SCALE[kind]
    assert value(said[2]) == c_number(greatest) * SCALE[kind]


@pytest.mark.parametrize("name", [
    name for name, (macro, _) in sorted(keys_of_the_parser().items())
    if macro == "NUMBER"], ids="/".join)
def test_the_page_has_the_default_of_the_key(name):
    kind, field, *_ = keys_of_the_parser()[name][1]
    said = re.search(r"the default is (\w+)\.$", keys_of_the_page()[name],
                     re.M)[1]
    place = r"s->" if name[0] == "sink" else rf"c->{name[0]}\."
    default = re.search(rf"\b{place}{field} = ([^;]+);", PARSER)
    number = c_number(default[1]) if default else 0
    assert value(said) == number * SCALE[kind]


@pytest.mark.parametrize("name", [
    name for name, (macro, _) in sorted(keys_of_the_parser().items())
    if macro in ("TEXT", "PATH")], ids="/".join)
def test_the_page_has_what_a_text_is_without_its_key(name):
    """The default is in it, or that there must be a value."""
    block, key = name
    field, required = keys_of_the_parser()[name][1]
    text = keys_of_the_page()[name].replace("\n", " ")
    assert (required == "true") == ("Required." in text), key
    default = re.search(rf'SET\(c->{block}\.{re.escape(field)},\s*'
                        r'(?:SALLYPORT_SYSCONFDIR )?"([^"]+)"\)', PARSER)
    if default:
        assert default[1] in text, key


def sample_with(change):
    return re.sub(r"^(\s*)#(?=\w)", change, text_of("contrib/gatewayd.conf"),
                  flags=re.M)


def complaints(built, tmp_path, text):
    path = tmp_path / "gatewayd.conf"
    path.write_text(text, encoding="utf-8")
    run = subprocess.run([built("gatewayd"), "-t", "-f", str(path)], cwd=ROOT,
                         capture_output=True, text=True, timeout=20,
                         check=False)
    lines = [line for line in run.stderr.splitlines()
             if line.startswith((str(path), "/"))]
    assert run.returncode in (0, 1)
    return lines


def test_the_sample_has_every_key():
    """In its block, set or commented out."""
    found, blocks = set(), []
    for line in sample_with(r"\1").splitlines():
        words = line.split()
        if not words or words[0] == "#":
            continue
        if words[-1] == "{":
            blocks.append(words[0])
        elif words == ["}"]:
            blocks.pop()
        else:
            found.add((blocks[-1], words[0]))
    assert found == set(keys_of_the_parser())


def test_the_sample_passes_but_for_what_a_site_makes(built, tmp_path):
    assert not [line for line in complaints(
        built, tmp_path, text_of("contrib/gatewayd.conf"))
        if not SITE.search(line)]


def test_what_the_sample_has_commented_out_passes_too(built, tmp_path):
    """All but group-base, which stands instead of group-attribute."""
    text = re.sub(r"^.*group-base.*\n", "", sample_with(r"\1"), flags=re.M)
    assert not [line for line in complaints(built, tmp_path, text)
                if not SITE.search(line)]


def test_a_fault_in_the_sample_would_show(built, tmp_path):
    """The two tests above can fail."""
    text = text_of("contrib/gatewayd.conf").replace("base   ", "bass   ")
    assert [line for line in complaints(built, tmp_path, text)
            if not SITE.search(line)]


PROFILES = [dict(re.findall(r'\.(\w+) =\s*"([^"]*)"', row)) for row in
            re.findall(r"\n    \{\n(\t\.name = .*?)\n    \},", PARSER, re.S)]


def test_the_page_has_the_defaults_of_each_profile():
    page = text_of("doc/gatewayd.conf.5")
    names = [profile["name"] for profile in PROFILES]
    assert len(names) == 3
    assert ".It Ta " + " Ta ".join(names) in page
    for key in ("object-class", "username-attribute", "id-attribute",
                "employment-attribute", "group-attribute"):
        row = " Ta ".join(profile[key.replace("-", "_")] or "none"
                          for profile in PROFILES)
        assert f"\n.It {key} Ta {row}\n" in page, key


def test_the_page_names_each_attribute_that_says_the_state_of_an_account():
    page = text_of("doc/gatewayd.conf.5")
    rules = re.findall(r'^    \{"([\w-]+)", [A-Z]',
                       text_of("gatewayd/directory/account.c"), re.M)
    assert len(rules) > 20
    assert [name for name in rules if name not in page] == []
