"""The test's side of disk_shim.c: holds the server's disk back, breaks it, or fills it."""

import pathlib
import shutil
import subprocess

import pytest

SHIM_SOURCE = pathlib.Path(__file__).with_name("disk_shim.c")


@pytest.fixture(scope="session")
def shim_library(tmp_path_factory):
    compiler = shutil.which("cc") or shutil.which("clang-19")
    assert compiler, "The tests of a faulty disk need a C compiler: cc."
    library = tmp_path_factory.mktemp("shim") / "disk_shim.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", str(library),
                    str(SHIM_SOURCE), "-ldl"], check=True)
    return library


class Disk:
    """What the server's disk does is set here; `env` and `data_dir` are for make_server."""

    def __init__(self, folder, library, data_dir):
        self._folder = folder
        folder.mkdir()
        self.data_dir = str(data_dir)
        self.env = {"LD_PRELOAD": str(library), "SHIM_CONTROL": str(folder),
                    "SHIM_DATA": self.data_dir}

    def set(self, name, on):
        path = self._folder / name
        if on:
            path.touch()
        else:
            path.unlink(missing_ok=True)

    def make_unreadable(self, part):
        """Files with `part` in their path, until set("unread", False)."""
        (self._folder / "unread").write_text(part)

    def _size(self, name):
        path = self._folder / name
        return path.stat().st_size if path.exists() else 0

    @property
    def calls(self):
        return self._size("count")

    @property
    def is_holding(self):
        return self.calls > self._size("done")


@pytest.fixture
def disk(shim_library, tmp_path):
    data_dir = tmp_path.resolve() / "data"  # As /proc/self/fd says it.
    return Disk(tmp_path / "control", shim_library, data_dir)
