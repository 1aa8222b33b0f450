# SPDX-License-Identifier: Apache-2.0
import os
import sys

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "../.."))
sys.path.insert(0, os.path.join(ROOT, "contrib/lab"))

# Seconds that a whole conversation gets here; the lab gives a person more.
TIMEOUT = 12
