"""docs/targets.md shows the types that the server has; tools/targets_doc.py makes its table."""

import json
import subprocess
import sys

from harness import BINARY, ROOT

sys.path.insert(0, str(ROOT / "tools"))
import targets_doc  # noqa: E402


def shown(server, *options):
    return subprocess.run([BINARY, "targets", "--endpoint", server.endpoint, *options],
                          capture_output=True, text=True, check=True).stdout


def test_the_table_is_that_of_the_server(server):
    rows = json.loads(shown(server, "--json"))["Targets"]
    table = targets_doc.TABLE.search(targets_doc.DOC.read_text()).group()
    assert table == targets_doc.table_of(rows)


def test_every_counterpart_is_there():
    for name, where in targets_doc.tomllib.loads(targets_doc.COUNTERPARTS.read_text()).items():
        files = [word for word in where.replace(";", " ").split() if word.startswith("tests/")]
        assert files, name
        assert all((ROOT / file).exists() for file in files), where


def test_rows_tell_the_endpoint_in_force_and_whether_it_answers(make_server, server):
    own = make_server(options=["--target-endpoints",
                               f"lambda={server.endpoint},sns=aws,kinesis=http://127.0.0.1:1"])
    rows = {row["Type"]: row for row in json.loads(shown(own, "--json"))["Targets"]}
    assert rows["lambda"]["Endpoint"] == server.endpoint and rows["lambda"]["Answers"] is True
    assert rows["kinesis"]["Answers"] is False
    assert rows["sns"]["Endpoint"] == "aws" and "Answers" not in rows["sns"]
    assert rows["sqs"]["Endpoint"] == "built in"
    assert "Endpoint" not in rows["batch"]
    lines = {line.split()[0]: line for line in shown(own).splitlines()}
    assert lines["lambda"].endswith(f"{server.endpoint} (answers)")
    assert lines["kinesis"].endswith("http://127.0.0.1:1 (does not answer)")
    assert lines["batch"].endswith("none; add [targets.batch] endpoint = ...")
