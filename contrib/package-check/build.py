# SPDX-License-Identifier: Apache-2.0
"""The packages: built, held against a second build and lintian, and a newer
revision of each for an upgrade."""
import contextlib
import filecmp
import glob
import os
import re
import shutil
import subprocess

from blocks import ROOT
from machine import SUITE, sources

BUILT = os.path.join(ROOT, "build/deb")
# The second build's machine is another one, as far as that can be had here.
ELSEWHERE = {"TZ": "Pacific/Auckland", "LC_ALL": "C.UTF-8", "HOME": "/",
             "USER": "somebody"}


def call(*words, **options):
    run = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
                         errors="replace", **options)
    if run.returncode != 0:
        raise RuntimeError("\n".join(run.stdout
                                     .splitlines()[-30:]))
    return run.stdout


def debs(directory):
    return sorted(path for path in glob.glob(directory + "/*.deb")
                  if "-dbgsym_" not in path)


def build(_):
    """make deb"""
    call("make", "-s", "deb", cwd=ROOT)
    return f"{len(debs(BUILT))} packages"


def twice(directory):
    """the same from another folder, time zone, umask and user's environment"""
    other = os.path.join(directory, "another-place")
    call("git", "clone", "-q", ROOT, other)
    call("make", "-s", "deb", cwd=other, umask=0o027,
         env=os.environ | ELSEWHERE)
    for path in debs(BUILT):
        twin = os.path.join(other, "build/deb", os.path.basename(path))
        if not filecmp.cmp(path, twin, shallow=False):
            raise RuntimeError(f"{path} is another file than {twin}")
    shutil.rmtree(other)


def lintian(_):
    """lintian: no error, no warning"""
    changes, = glob.glob(BUILT + "/*.changes")
    call("lintian", "-EvIL", "+warning", "--fail-on", "error,warning",
         "--allow-root", changes)


def autopkgtest(directory):
    """autopkgtest: a login in a testbed, which is not skipped"""
    testbed = os.path.join(directory, "testbed")
    call("mmdebstrap", "--variant=minbase", "--skip=cleanup/apt",
         "--include=sudo,dpkg-dev", SUITE, testbed,
         sources())
    with mounted(testbed):
        said = autopkgtest_says(testbed)
    shutil.rmtree(testbed)
    if not re.search(r"^login +PASS$", said, re.MULTILINE):
        raise RuntimeError(said[-4000:])


@contextlib.contextmanager
def mounted(testbed):
    """A chroot with what every machine has."""
    places = []
    try:
        for kind, place in ("proc", "/proc"), ("devpts", "/dev/pts"):
            call("mount", "-t", kind, kind, testbed + place)
            places.append(testbed + place)
        yield
    finally:
        for place in places:
            call("umount", place)


def autopkgtest_says(testbed):
    dsc, = glob.glob(BUILT + "/*.dsc")
    environment = {name: text for name, text in os.environ.items()
                   if name != "TMPDIR"}     # it would be taken into the testbed
    return call("autopkgtest", "-B", dsc, *debs(BUILT), "--", "chroot", testbed,
                env=environment)


def newer(directory, target):
    """A revision more of each package, with the same contents."""
    os.makedirs(target, exist_ok=True)
    for path in debs(BUILT):
        tree = os.path.join(directory, "repack")
        call("dpkg-deb", "-R", path, tree)
        control = os.path.join(tree, "DEBIAN/control")
        with open(control, encoding="utf-8") as file:
            text = file.read()
        with open(control, "w", encoding="utf-8") as file:
            file.write(text.replace("-1\n", "-2\n").replace("-1)", "-2)"))
        call("dpkg-deb", "-b", tree, os.path.join(
            target, os.path.basename(path).replace("-1_", "-2_")))
        shutil.rmtree(tree)
