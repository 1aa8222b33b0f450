# SPDX-License-Identifier: Apache-2.0
"""What runs the tests notices what does not end, and says where it was."""
import importlib.machinery
import importlib.util
import os
import subprocess
import time

from tree import ROOT


def load(path):
    loader = importlib.machinery.SourceFileLoader(
        os.path.basename(path).replace("-", "_"), os.path.join(ROOT, path))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def program(path, text):
    path.write_text("#!/bin/sh\n" + text)
    path.chmod(0o755)
    return str(path)


def test_a_unit_that_hangs_is_ended_and_says_in_which_test(
        tmp_path, monkeypatch):
    units = load("tests/run-units")
    assert units.SILENT < 60
    monkeypatch.setattr(units, "SILENT", 1.0)
    unit = program(tmp_path / "test_x", """
echo '[ RUN      ] goes_well'
echo '[       OK ] goes_well'
echo '[ RUN      ] never_ends'
sleep 300 & wait
""")
    began = time.monotonic()
    passed, failed, _, output, _ = units.run(unit)
    assert time.monotonic() - began < 20
    assert (passed, failed) == (0, 1)
    assert "sleep: waits in" in output
    assert units.failures("x", output)[0] == "FAILED x: never_ends"
    ps = subprocess.run(["ps", "-e", "-o", "args"], capture_output=True,
                        text=True, check=True).stdout
    assert str(tmp_path) not in ps


def runs(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_nothing_of_a_unit_that_ended_goes_on(tmp_path):
    units = load("tests/run-units")
    child = tmp_path / "pid"
    unit = program(tmp_path / "test_x", f"""
sleep 300 >/dev/null 2>&1 </dev/null &
echo $! >{child}
echo '[  FAILED  ] 1 test(s), listed below:'
exit 1
""")
    assert units.run(unit)[1] == 1
    limit = time.monotonic() + 20
    while runs(child.read_text().strip()) and time.monotonic() < limit:
        time.sleep(0.05)
    assert not runs(child.read_text().strip())


def test_each_test_of_a_unit_has_its_time(tmp_path):
    units = load("tests/run-units")
    unit = program(tmp_path / "test_x", """
echo '[ RUN      ] quick'
echo '[ RUN      ] slow'
sleep 1
echo '[  PASSED  ] 2 test(s).'
""")
    passed, failed, _, _, tests = units.run(unit)
    assert (passed, failed) == (2, 0)
    assert tests["slow"] >= 0.9 > tests["quick"]


def test_a_case_is_ok_failed_or_too_slow(tmp_path):
    for name, text in (("a-good", "import os; os.environ['REPO']"),
                       ("b-bad", "print('because'); raise SystemExit(1)"),
                       ("c-slow", "import time; time.sleep(300)")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "try.py").write_text(text)
    (tmp_path / "d-none").mkdir()
    run = subprocess.run(
        [os.path.join(ROOT, "tests/run-cases"), str(tmp_path)],
        env=os.environ | {"CASE_SECONDS": "1"}, capture_output=True,
        text=True, check=False)
    lines = [line for line in run.stdout.splitlines() if line[0] != " "]
    assert [line.split("(")[0].split(None, 1) for line in lines] == [
        ["a-good", "ok "], ["b-bad", "failed: status 1 "],
        ["c-slow", "failed: not done after 1 s "], ["d-none", "no try.py"],
        ["1", "passed, 2 failed"]]
    assert "    because" in run.stdout
    assert run.returncode == 1
