"""The files that the measurements read, made once and kept under a folder; made again when a generator is newer.

A rules file has one {"id": i, "pattern": {...}} a line, an events file one event. What is right is computed here from the way
the events are made, never with the matcher: `.counts` (events per rule) and `.ids` (rules per event) files.
"""
import json
import os
import pathlib
import random
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "data"))
import gen_scale  # noqa: E402

SETS_FILE = HERE / "data/citylots2-rulesets.json"
SAMPLE = HERE / "data/citylots2-sample.jsonl"
PARTIAL_COMBO = ["numeric", "exact", "prefix", "anything_but", "anything_but_ignore_case", "anything_but_prefix",
                 "anything_but_suffix", "anything_but_wildcard"]


def rule_sets():
    """{name: ([pattern], [matching lines])}: the fourteen sets, and the two combined ones."""
    sets = {name: (entry["patterns"], entry["matches"]) for name, entry in json.loads(SETS_FILE.read_text()).items()}
    for name, parts in [("partial_combo", PARTIAL_COMBO), ("combo", [*PARTIAL_COMBO, "complex_arrays"])]:
        sets[name] = tuple(sum((sets[part][side] for part in parts), []) for side in (0, 1))
    return sets


def matching_rules(kind, count, event):
    """The ids of the rules 0..count-1 of gen_scale's `kind` that match an event of gen_scale: a formula for each kind."""
    detail, k = event["detail"], int(event["detail-type"].removeprefix("type-"))
    if kind == "arrays":
        found = set()
        for item in detail["items"]:
            i = int(item["sku"].removeprefix("SKU-"))
            if i < count and item["qty"] == 1 + i % 9 and item["price"] > i % 500:
                found.add(i)
        return sorted(found)
    if kind == "numeric_one_field":
        k = int(detail["amount"])  # rule i: i <= amount < i + 1
    if k >= count or (kind == "numeric" and not detail["amount"] > k):
        return []
    return [k]


class Inputs:
    def __init__(self, folder, say=lambda what: None):
        self.folder = pathlib.Path(folder)
        self.say = say
        self.folder.mkdir(parents=True, exist_ok=True)

    def _made(self, name, write, *sources):
        """The file of that name, written by `write(path)` unless it is there and no older than its sources."""
        path = self.folder / name
        sources = [HERE / "inputs.py", *sources]
        if not path.exists() or any(source.stat().st_mtime > path.stat().st_mtime for source in sources):
            self.say(f"writing {path}")
            part = path.with_suffix(path.suffix + ".part")
            write(part)
            os.replace(part, path)
        return path

    def _generated(self, name, generator, *arguments):
        script = HERE / "data" / generator
        return self._made(name, lambda path: subprocess.run(
            [sys.executable, "-B", script, *map(str, arguments), path], check=True, stdout=subprocess.DEVNULL), script)

    def citylots(self):
        return self._generated("citylots2.jsonl", "gen_citylots2.py")

    def city_rules(self, name):
        patterns = rule_sets()[name][0]
        return self._made(f"citylots2-{name}.rules", lambda path: _write_lines(
            path, (json.dumps({"id": i, "pattern": p}, separators=(",", ":")) for i, p in enumerate(patterns))), SETS_FILE)

    def city_counts(self, name):
        matches = rule_sets()[name][1]
        return self._made(f"citylots2-{name}.counts", lambda path: _write_lines(path, map(str, matches)), SETS_FILE)

    def scale_rules(self, kind, count):
        return self._generated(f"{kind}-{count}.rules", "gen_scale.py", "rules", kind, count)

    def scale_events(self, count, lines=None):
        """20,000 events over 0..count-1; or so many of the same kind."""
        if lines is None:
            return self._generated(f"events-{count}.jsonl", "gen_scale.py", "events", count)
        return self._few(f"events-{count}x{lines}.jsonl", count, lines, lambda r: gen_scale.event(r, r.randrange(count), 0))

    def array_events(self, elements, lines=None):
        if lines is None:
            return self._generated(f"arrays-{elements}.jsonl", "gen_scale.py", "arrays", elements)

        def make(r):
            event = gen_scale.event(r, 0, elements)
            for item in event["detail"]["items"]:  # of a million, hardly one is a rule's
                item["sku"] = f"SKU-{r.randrange(300):06d}"
            return event
        return self._few(f"arrays-{elements}x{lines}.jsonl", elements, lines, make)

    def _few(self, name, seed, lines, make):
        r = random.Random(seed)
        return self._made(name, lambda path: _write_lines(
            path, (json.dumps(make(r), separators=(",", ":")) for _ in range(lines))), HERE / "data/gen_scale.py")

    def ids(self, kind, count, events):
        def write(path):
            with open(events) as lines:
                _write_lines(path, (" ".join(map(str, matching_rules(kind, count, json.loads(line)))) for line in lines))
        return self._made(f"{events.stem}-{kind}-{count}.ids", write, events)


def _write_lines(path, lines):
    with open(path, "w") as out:
        for line in lines:
            out.write(line + "\n")
