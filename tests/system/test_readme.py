"""README.md: each of its `sh` blocks is typed into one shell, as a reader would, and answers what
the block that follows it shows; so does its boto3 program. docs/reference/options.md is true too.
"""

import json
import os
import re
import shutil
import subprocess
import sys

import pytest

from harness import BINARY, ROOT

PORT = "1591"
SKIPPED = ("make ",)  # A block that begins so is no business of a test: it builds, or serves.
END = "--- end of block ---"
# What differs from run to run, and what stands for it.
VARYING = [
    (r'("ReceiptHandle": )"[^"]+"', r'\1"<handle>"'),
    (r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", "<uuid>"),
    (r"\b[0-9a-f]{32}\b", "<md5>"),
    (r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", "<time>"),
]


def read_blocks():
    """Each fenced block of README.md: its language, and its text."""
    return re.findall(r"^```(\w+)\n(.*?)^```$", (ROOT / "README.md").read_text(),
                      re.MULTILINE | re.DOTALL)


def examples(language):
    """The blocks in this language, each with what is shown as its output (None: nothing is)."""
    blocks = [*read_blocks(), ("", "")]
    return [(text, after if kind in ("json", "text") else None)
            for (found, text), (kind, after) in zip(blocks, blocks[1:])
            if found == language and not text.startswith(SKIPPED)]


def on_port(server, text):
    return re.sub(rf"\b{PORT}\b", str(server.port), text)


def run_program(command, server, script):
    environment = {name: value for name, value in os.environ.items()
                   if not name.startswith(("AWS_", "RIALTO_"))}
    environment.update(RIALTO_ENDPOINT=server.endpoint, AWS_PAGER="", AWS_EC2_METADATA_DISABLED="1",
                       AWS_CONFIG_FILE=os.devnull, AWS_SHARED_CREDENTIALS_FILE=os.devnull)
    done = subprocess.run(command, input=script, cwd=ROOT, env=environment, text=True,
                          capture_output=True, timeout=300)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert done.stderr == ""
    return done.stdout


def type_blocks(server, texts):
    """What each block prints, when all are typed into one bash."""
    script = "shopt -s expand_aliases\n" + "".join(f"{text}\necho '{END}'\n" for text in texts)
    script = on_port(server, script).replace("build/release/rialto", BINARY)
    outputs = run_program(["bash", "-s"], server, script).split(f"{END}\n")
    assert outputs.pop() == "" and len(outputs) == len(texts)
    return outputs


def settled(text):
    """The same for each run: JSON as a value, and what varies replaced."""
    for pattern, stand_in in VARYING:
        text = re.sub(pattern, stand_in, text)
    try:
        return json.loads(text)
    except ValueError:
        return text.strip()


def test_the_walk_through_answers_what_readme_shows(make_server):
    if shutil.which("aws") is None:
        pytest.fail("The aws CLI is not on PATH; tests/requirements.txt has it.")
    server = make_server()
    walk = examples("sh")
    assert len(walk) > 10
    for (typed, shown), output in zip(walk, type_blocks(server, [text for text, _ in walk])):
        # Defaults name the usual port, answers the server's own.
        assert settled(on_port(server, output)) == settled(on_port(server, shown or "")), typed


def test_the_boto3_program_prints_what_readme_shows(make_server):
    server = make_server()
    [(program, shown)] = examples("python")
    output = run_program([sys.executable, "-"], server, on_port(server, program))
    assert settled(output) == settled(shown)


def test_the_demo_prints_what_readme_shows(make_server):
    server = make_server()
    blocks = read_blocks()
    shown = blocks[blocks.index(("sh", "make run\n")) + 1][1]
    output = run_program([ROOT / "scripts" / "demo"], server, None)

    def timeless(text):
        return re.sub(r", in \d+ ms", "", on_port(server, text)).strip()

    assert timeless(output).startswith(timeless(shown))


def read_options():
    """Name, environment, value, default and meaning of each row of the table."""
    text = (ROOT / "docs" / "reference" / "options.md").read_text()
    return re.findall(r"^\| `--([\w-]+)` \| `(\w+)` \| (\S*) \| (.*?) \| (.*) \|$", text,
                      re.MULTILINE)


def test_the_options_are_those_of_the_server():
    environment = {name: value for name, value in os.environ.items()
                   if not name.startswith("RIALTO_")}

    def ask(option):
        return subprocess.run([BINARY, "serve", option], capture_output=True, text=True, check=True,
                              env=environment).stdout

    printed = re.findall(r"^# (.*)\n(\w+) = (.*)$", ask("--print-config"), re.MULTILINE)
    shown = read_options()
    names = [(name.replace("-", "_"), variable, meaning) for name, variable, _, _, meaning in shown]
    assert names == [(key, f"RIALTO_{key.upper()}", meaning) for meaning, key, _ in printed]
    assert [default.strip("`") for _, _, _, default, _ in shown] \
        == [value.strip('"') for _, _, value in printed]
    values = dict(re.findall(r"^  --([\w-]+)(?: (\S+))?(?:\s|$)", ask("--help"), re.MULTILINE))
    assert [value.strip("`").replace("\\|", "|") for _, _, value, _, _ in shown] \
        == [values[name] for name, *_ in shown]
