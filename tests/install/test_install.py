#!/usr/bin/env python3
"""docs/ruler.md is true: the matcher is built and installed as it says, strangers' projects find it,
and the programs it shows are those that are compiled here and print what it shows.

Needs g++, clang++-19, cc, cmake and pkg-config. Half a minute with a warm ccache, else about one.
"""
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = ROOT / "tests/install"
CONSUMER = HERE / "consumer"
PROGRAMS = ["orders", "changing", "orders_c"]
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", (ROOT / "docs/ruler.md").read_text(),
                    re.MULTILINE | re.DOTALL)
# What a compiler or a package of the caller's would change.
ENVIRONMENT = {name: value for name, value in os.environ.items()
               if name not in ("CC", "CXX", "CFLAGS", "CXXFLAGS", "LDFLAGS", "DESTDIR")
               and not name.startswith(("CMAKE_", "PKG_CONFIG"))}
if shutil.which("ccache"):
    ENVIRONMENT["CMAKE_CXX_COMPILER_LAUNCHER"] = "ccache"


def run(*command, **environment):
    done = subprocess.run(command, cwd=ROOT, env=ENVIRONMENT | environment, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=250)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))}\n{done.stdout}")
    return done.stdout


def blocks(*languages):
    return [text for language, text in BLOCKS if language in languages]


class Install(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="rialto-ruler-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.prefix = cls.folder / "prefix"
        cls.shell("-DRIALTO_RULER_ONLY=ON", CXX="g++", CXXFLAGS="-Werror")

    @classmethod
    def shell(cls, word, **environment):
        """Types the page's block that has the word, for folders of ours."""
        [script] = [text for text in blocks("sh") if word in text]
        for shown, ours in {"build/ruler": cls.folder / "build", "/opt/rialto": cls.prefix,
                            "orders": cls.folder / "orders"}.items():
            script = script.replace(shown, str(ours))
        run("bash", "-euc", script, **environment)

    def consume(self, project, compiler, *arguments):
        """What each of the project's programs prints, built by this compiler."""
        build = self.folder / f"{project}-{compiler}"
        flags = "-Wall -Wextra -Wpedantic -Werror"
        run("cmake", "-S", HERE / project, "-B", build, f"-DCMAKE_PREFIX_PATH={self.prefix}",
            "-DCMAKE_NO_SYSTEM_FROM_IMPORTED=ON", *arguments,
            CC="cc", CFLAGS=flags, CXX=compiler, CXXFLAGS=flags)
        run("cmake", "--build", build, "-j", "2")
        return {program: subprocess.run([build / program], text=True, timeout=60, check=True,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
                for program in PROGRAMS}

    def check_outputs(self, outputs):
        self.assertEqual(outputs["orders"], "rule 7 matches\n")
        self.assertEqual(outputs["orders_c"], "rule 7 matches\n")
        self.assertIn("rule 7 wants total in", outputs["changing"])
        for shown in blocks("text"):
            self.assertTrue(any(shown in output for output in outputs.values()), shown)

    def test_gcc_finds_the_package(self):
        self.check_outputs(self.consume("consumer", "g++"))

    def test_clang_finds_the_package(self):
        self.check_outputs(self.consume("consumer", "clang++-19"))

    def test_clang_builds_it_within_another_project_shared(self):
        self.check_outputs(self.consume("within", "clang++-19", "-DBUILD_SHARED_LIBS=ON"))
        self.assertTrue(list(self.folder.glob("within-*/rialto/librialto-ruler.so.*")))

    def test_cc_finds_it_by_pkg_config(self):
        shutil.copy(CONSUMER / "orders.c", self.folder)
        [folder] = self.prefix.rglob("pkgconfig")
        self.shell("pkg-config", PKG_CONFIG_PATH=str(folder))
        self.assertEqual(run(self.folder / "orders"), "rule 7 matches\n")

    def test_a_project_without_cxx_is_told(self):
        source = self.folder / "c"
        source.mkdir()
        (source / "CMakeLists.txt").write_text(
            "cmake_minimum_required(VERSION 3.25)\nproject(c LANGUAGES C)\n"
            "find_package(rialto-ruler REQUIRED)\n")
        with self.assertRaisesRegex(AssertionError, "enable CXX"):
            run("cmake", "-S", source, "-B", source / "build",
                f"-DCMAKE_PREFIX_PATH={self.prefix}")

    def test_headers_stand_alone_under_our_name(self):
        include = self.prefix / "include"
        self.assertEqual({path.name for path in include.iterdir()}, {"rialto", "rialto_ruler.h"})
        headers = sorted(path.relative_to(include) for path in include.rglob("*.h"))
        self.assertIn(pathlib.Path("rialto/ruler/rule_set.h"), headers)
        for header in headers:
            run("g++", "-std=c++20", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only",
                "-I", include, "-include", header, "-x", "c++", "/dev/null")
        run("cc", "-std=c99", "-Wall", "-Wextra", "-pedantic-errors", "-Werror", "-fsyntax-only",
            "-I", include, "-include", "rialto_ruler.h", "-x", "c", "/dev/null")

    def test_the_page_shows_what_is_compiled(self):
        sources = [path.read_text() for path in CONSUMER.iterdir()]
        shown = blocks("cpp", "c", "cmake")
        self.assertGreaterEqual(len(shown), 5)
        for block in shown:
            self.assertTrue(any(block in source for source in sources), block)
        for whole in ("orders.cc", "orders.c"):
            self.assertIn((CONSUMER / whole).read_text(), shown)


if __name__ == "__main__":
    unittest.main()
