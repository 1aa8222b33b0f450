# SPDX-License-Identifier: Apache-2.0
import os
import sys

import pytest
from tree import ROOT, built_files

# first: it shows the way to labkit
sys.path.append(os.path.join(ROOT, "contrib/lab"))


@pytest.fixture(scope="session")
def built():
    """built(name): its path; skips the test when it is not built."""
    files = built_files()

    def path_of(name):
        if name not in files:
            pytest.skip(f"{name} is not built")
        return files[name]
    path_of.all = files
    return path_of
