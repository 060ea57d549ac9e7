"""The command line of `rialto` itself: what it says, and what it tells the shell."""

import subprocess

import pytest

import harness


def rialto(*arguments, stdin=""):
    return subprocess.run([harness.BINARY, *arguments], input=stdin, capture_output=True,
                          text=True, timeout=60)


@pytest.mark.parametrize("arguments", [("version",), ("--version",)], ids=" ".join)
def test_the_version_is_told_both_ways(arguments):
    done = rialto(*arguments)
    assert done.returncode == 0
    name, version = done.stdout.split()
    assert name == "rialto" and version[0].isdigit()


@pytest.mark.parametrize("arguments", [("help",), ("--help",), ("-h",)], ids=" ".join)
def test_help_lists_the_commands(arguments):
    done = rialto(*arguments)
    assert done.returncode == 0
    for command in ["serve", "put", "explain", "match", "bench", "version"]:
        assert f"\n  {command} " in done.stdout


def test_an_unknown_command_is_named():
    done = rialto("server")
    assert done.returncode == 2
    assert done.stderr == "rialto: There is no command 'server'. `rialto --help` lists them.\n"


@pytest.mark.parametrize("arguments", [
    (), ("--nope",), ("serve", "--nope"), ("serve", "--listen"), ("explain",),
    ("explain", "--pattern", "{}"), ("match",), ("match", "--nope"), ("bench",), ("bench", "nope"), ("bench", "put", "--seconds", "x"),
], ids=" ".join)
def test_a_wrong_command_line_is_a_usage_error(arguments):
    done = rialto(*arguments)
    assert done.returncode == 2
    assert done.stderr and not done.stdout
