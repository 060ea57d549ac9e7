#!/usr/bin/env python3
"""The table of docs/targets.md, from what a server says of itself.

    rialto targets --json | tools/targets_doc.py --write

Without --write, prints the table. What each type is tested against is said in
tests/system/counterparts.toml.
"""
import json
import pathlib
import re
import sys
import tomllib

ROOT = pathlib.Path(__file__).resolve().parents[1]
DOC = ROOT / "docs" / "targets.md"
COUNTERPARTS = ROOT / "tests" / "system" / "counterparts.toml"
TABLE = re.compile(r"(?<=<!-- table -->\n).*?(?=<!-- end of table -->)", re.DOTALL)


def table_of(rows):
    counterparts = tomllib.loads(COUNTERPARTS.read_text())
    lines = ["| type | ARN | call | endpoint | tested against |", "|---|---|---|---|---|"]
    for row in rows:
        service = f"`[targets.{row['Service']}]`" if "Service" in row else "–"
        lines.append(f"| {row['Type']} | `{row['Arn']}` | {row['Call']} | {service} "
                     f"| {counterparts[row['Type']]} |")
    return "\n".join(lines) + "\n"


def main():
    table = table_of(json.load(sys.stdin)["Targets"])
    if "--write" not in sys.argv:
        sys.stdout.write(table)
        return
    text = DOC.read_text()
    assert TABLE.search(text), f"{DOC} has no place for the table"
    DOC.write_text(TABLE.sub(lambda _: table, text))


if __name__ == "__main__":
    main()
