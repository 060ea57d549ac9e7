"""Calls pytest for tests/system and tests/fault; started by `run`, which picks the interpreter.

The interpreter with a new boto3 need not have pytest. Debian's python3-pytest is plain Python, so
any 3.11 can use it, provided that Debian's folder comes last: its older boto3 must not be found.
"""

import importlib.util
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.dirname(HERE)
DEBIAN = "/usr/lib/python3/dist-packages"


def main(arguments):
    sys.path[:] = [path for path in sys.path if path not in ("", HERE)]
    if importlib.util.find_spec("pytest") is None:
        sys.path.append(DEBIAN)
    if importlib.util.find_spec("pytest") is None:
        print("The system tests need pytest: install Debian's python3-pytest.", file=sys.stderr)
        return 1
    import pytest  # Only now can it be found.

    if not any(os.path.exists(argument.split("::")[0]) for argument in arguments):
        arguments = [*arguments, HERE, os.path.join(TESTS, "fault")]
    options = ["--rootdir", TESTS, "-p", "no:cacheprovider", "-ra", "--durations=5"]
    return pytest.main([*options, *arguments])


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    sys.exit(main(sys.argv[1:]))
