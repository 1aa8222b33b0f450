# SPDX-License-Identifier: Apache-2.0
"""The tree's files and the built ones."""
import os
import subprocess

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "../.."))
NOT_PRODUCT = {"deb", "obj", "tests", "san", "bench", "fuzz", "lab"}


def tree_files(*suffixes):
    """Paths under the root of tracked and new files, ignored ones left out."""
    run = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=False)
    if run.returncode == 0:
        paths = run.stdout.split("\0")
    else:       # a tar ball
        paths = [os.path.relpath(os.path.join(base, name), ROOT)
                 for base, _, names in os.walk(ROOT) for name in names]
    return sorted({p for p in paths if p.endswith(suffixes)
                   and not p.startswith("build/")
                   and os.path.isfile(os.path.join(ROOT, p))})


def text_of(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


def built_files():
    """{name: path} of the product's own ELF files under build/."""
    found = {}
    for base, folders, names in os.walk(os.path.join(ROOT, "build")):
        if os.path.basename(base) == "build":
            folders[:] = [f for f in folders if f not in NOT_PRODUCT]
        for name in names:
            path = os.path.join(base, name)
            with open(path, "rb") as file:
                if file.read(4) == b"\x7fELF":
                    found[name] = path
    return found
