# SPDX-License-Identifier: Apache-2.0
"""The roles that the parent starts, in the order of their list."""
import os
import re

HERE = os.path.dirname(os.path.realpath(__file__))
with open(os.path.join(HERE, "../../../lib/ipc/roles.h"),
          encoding="utf-8") as _list:
    ROLES = tuple(re.findall(r'\bR\([A-Z]+, (\w+), "', _list.read()))
