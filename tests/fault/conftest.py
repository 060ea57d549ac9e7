import os
import sys

import pytest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "system"))

pytest.register_assert_rewrite("crash", "fixtures", "harness", "mixed_load", "shim")

from fixtures import (  # noqa: E402,F401
    account, make_server, pytest_runtest_makereport, server, servers)
from shim import disk, shim_library  # noqa: E402,F401
