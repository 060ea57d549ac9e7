"""`rialto match`: events against patterns without a server, as a shell or a program drives it."""

import contextlib
import json
import os
import pty
import random
import re
import subprocess
import time

import pytest

import harness

SYNTAX = "Event pattern is not valid. Reason: "
EMPTY = SYNTAX + 'Empty objects are not allowed\n at [Source: (String)"{}"; line: 1, column: 3]'


def match(*arguments, stdin=""):
    return subprocess.run([harness.BINARY, "match", *map(str, arguments)], input=stdin,
                          capture_output=True, text=True, timeout=120)


def lines(values):
    return "".join((value if isinstance(value, str) else json.dumps(value)) + "\n"
                   for value in values)


@pytest.fixture
def file(tmp_path):
    """Writes a file of lines (text as it is, other values as JSON); returns its path."""
    numbers = iter(range(100))

    def write(*values):
        path = tmp_path / f"{next(numbers)}.jsonl"
        path.write_text(lines(values))
        return path

    return write


@contextlib.contextmanager
def running(*arguments, **options):
    """The command with pipes, for those who talk with it."""
    process = subprocess.Popen([harness.BINARY, "match", *map(str, arguments)],
                               stdin=subprocess.PIPE,
                               **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options})
    with process:
        try:
            yield process
        finally:
            process.kill()


def tell(process, text):
    process.stdin.write(text.encode())
    process.stdin.flush()


# Patterns and events


def test_each_event_has_a_line_of_the_ids_that_match(file):
    patterns = file({"id": "shop", "pattern": {"source": ["shop"]}},
                    {"id": 10, "pattern": {"n": [{"numeric": [">", 1]}]}},
                    {"id": 9, "pattern": json.dumps({"n": [2, 3]})})
    events = file({"source": "shop", "n": 2}, {"source": "shop"}, {"n": 5}, {})
    done = match("--patterns", patterns, "--events", events)
    assert done.stdout == '[9,10,"shop"]\n["shop"]\n[10]\n[]\n'
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("arguments", [("--events", "-"), ("--events=-",), ()], ids=" ".join)
def test_events_come_from_standard_input(file, arguments):
    done = match("--patterns", file({"a": [1]}), *arguments, stdin='{"a": 1}\n{"a": 2}')
    assert (done.stdout, done.returncode) == ("[1]\n[]\n", 0)


def test_patterns_come_from_standard_input(file):
    done = match("--patterns", "-", "--events", file({"a": 1}), stdin='{"a": [1]}\n')
    assert (done.stdout, done.returncode) == ("[1]\n", 0)


def test_a_pattern_without_an_id_has_the_number_of_its_line(file):
    patterns = file({"a": [1]}, "", {"id": "x", "pattern": {"a": [1]}}, {"a": [1]})
    assert match("--patterns", patterns, stdin='{"a": 1}').stdout == '[1,4,"x"]\n'


def test_a_pattern_may_have_fields_named_id_and_pattern(file):
    patterns = file({"id": ["x"], "pattern": ["y"]}, {"id": {"pattern": ["z"]}})
    events = lines([{"id": "x", "pattern": "y"}, {"id": {"pattern": "z"}}])
    assert match("--patterns", patterns, stdin=events).stdout == "[1]\n[2]\n"


def test_the_text_of_numbers_in_patterns_counts(file):
    patterns = file('{"id": 1, "pattern": {"n": [1.0]}}', '{"n": [9007199254740993]}')
    done = match("--patterns", patterns, stdin='{"n": 1}\n{"n": 9007199254740993}\n'
                                               '{"n": 9007199254740992}\n')
    assert done.stdout == "[1]\n[2]\n[]\n"


def test_blank_lines_are_passed_over(file):
    done = match("--patterns", file({"a": [1]}, ""), stdin='\n{"a": 1}\r\n \t\r\n\n{}\n\n')
    assert (done.stdout, done.returncode) == ("[1]\n[]\n", 0)


def test_a_line_that_is_no_event_is_null_and_told(file):
    events = file({"a": 1}, "", "[]", '{"a": 1', {"a": 1}, '{"a": 1} {}', "nope")
    done = match("--patterns", file({"a": [1]}), "--events", events)
    assert done.stdout == "[1]\nnull\nnull\n[1]\nnull\nnull\n"
    assert done.returncode == 1
    start = re.escape(f"rialto match: {events}, line ")
    assert re.findall(f"^{start}(\\d+): .+$", done.stderr, re.M) == ["3", "4", "6", "7"]
    assert len(done.stderr.splitlines()) == 4


def test_many_lines_that_are_no_events_are_told_of_in_sum(file):
    done = match("--patterns", file({"a": [1]}), "-j", "2", stdin="x\n" * 100_000)
    assert done.stdout == "null\n" * 100_000 and done.returncode == 1
    told = done.stderr.splitlines()
    assert len(told) == 101
    assert told[0].startswith("rialto match: standard input, line 1: ")
    assert told[99].startswith("rialto match: standard input, line 100: ")
    assert told[100] == "rialto match: standard input: 99900 more lines are no events."


def test_the_line_of_a_bad_event_is_told_far_into_a_large_input(file):
    done = match("--patterns", file({"a": [1]}), "-j", "3",
                 stdin='{"a": 1}\n\n' * 200_000 + "x\n" + '{"a": 1}\n' * 1000)
    assert done.stderr.startswith("rialto match: standard input, line 400001: ")
    assert done.stdout == "[1]\n" * 200_000 + "null\n" + "[1]\n" * 1000


@pytest.mark.parametrize("line, told", [
    ("{}", EMPTY),
    ('{"id": 7, "pattern": {}}', EMPTY),
    ('{"id": 7, "pattern": "{}"}', EMPTY),
    ('{"a": [nope]}', SYNTAX + "Unrecognized token 'nope'"),
    ('{"id": 7, "pattern": {"a": [nope]}}', SYNTAX + "Unrecognized token 'nope'"),
    ("[]", SYNTAX + "Filter is not an object"),
    ('{"id": 7, "pattern": {"a": [1]}', "Invalid JSON at offset "),
    ('{"id": 7}', "A line with an id has the keys id and pattern, each once, and no others."),
    ('{"id": null, "pattern": {"a": [1]}}', "An id is a number or a string."),
    ('{"a": [1]}, {"a": [2]}', "There is text after the end of the pattern."),
    ('{"id": 1, "pattern": {"a": [1]}}', "The id 1 is that of line 1 too."),
])
def test_a_bad_pattern_ends_it_before_any_event(file, line, told):
    patterns = file({"a": [1]}, "", line)
    done = match("--patterns", patterns, stdin='{"a": 1}\nx\n')
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"rialto match: {patterns}, line 3: {told}")


def test_the_threads_keep_the_order_of_the_events(file):
    chance = random.Random(1591)
    patterns = file(*({"id": n, "pattern": {"n": [{"numeric": ["<=", n]}], "s": ["x"]}}
                      for n in range(20)))
    expected, events = [], []
    for _ in range(150_000):
        n, s = chance.randrange(22), chance.choice("xxxxy")
        filler = "-" * chance.randrange(20) if chance.random() < 0.999 else "-" * 300_000
        events.append(f'{{"n":{n},"s":"{s}","filler":"{filler}"}}\n')
        expected.append(json.dumps(list(range(n, 20)) if s == "x" else [], separators=(",", ":")))
    path = patterns.with_name("events")
    path.write_text("".join(events))
    for threads in (1, 2, 7, 0):
        done = match("--patterns", patterns, "--events", path, "-j", threads)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.splitlines() == expected, threads


def test_the_threads_keep_the_order_of_long_answers(file):
    """Each block answers more than is kept, so that threads write parts of their answers."""
    patterns = file(*({"a": [1]} for _ in range(2000)))
    events = ['{"a":1}\n', '{"a":2}\n', "{}\n", "x\n"] * 2500
    shown = {'{"a":1}\n': json.dumps(list(range(1, 2001)), separators=(",", ":")), "x\n": "null"}
    done = match("--patterns", patterns, "-j", "4", stdin="".join(events))
    assert done.stdout.splitlines() == [shown.get(event, "[]") for event in events]


def test_an_event_is_answered_before_the_next_is_there(file):
    for threads in ("1", "3"):
        with running("--patterns", file({"a": [1]}), "-j", threads) as process:
            for event, answer in [('{"a": 1}\n', b"[1]\n"), ("x\n", b"null\n"),
                                  ('{"a":\n{}\n', b"null\n"), ("", b"[]\n")]:
                tell(process, event)
                assert process.stdout.readline() == answer
            process.stdin.close()
            assert process.wait(10) == 1 and process.stdout.read() == b""


def test_a_long_line_is_matched_and_one_too_long_is_no_event(file):
    megabyte = "x" * (1 << 20)
    events = file({"a": 1, "text": megabyte * 10}, '{"a": 1}',
                  '{"a": 1, "text": "' + megabyte * 65 + '"}', '{"a": 1}')
    done = match("--patterns", file({"a": [1]}), "--events", events, "-j", "2")
    assert done.stdout == "[1]\n[1]\nnull\n[1]\n"
    assert done.stderr == f"rialto match: {events}, line 3: The line is longer than 64 MB.\n"
    assert done.returncode == 1


def test_count_tells_how_many_events_each_pattern_matches(file):
    patterns = file({"id": "b", "pattern": {"a": [1]}}, {"id": 7, "pattern": {"a": [{"prefix": ""}]}},
                    {"a": [{"exists": True}]})
    events = '{"a": 1}\n{"a": 2}\nx\n{"a": 1}\n' * 50_000
    for threads in ("1", "3"):
        done = match("--patterns", patterns, "--count", "-j", threads, stdin=events)
        assert done.stdout == '{"id":"b","count":100000}\n{"id":7,"count":0}\n{"id":3,"count":150000}\n'
        assert done.returncode == 1


def test_explain_tells_which_patterns_nearly_match(file):
    patterns = file({"id": 7, "pattern": {"source": ["shop"]}},
                    {"id": 9, "pattern": {"source": ["shop"], "detail": {"n": [1, {"prefix": "x"}]}}},
                    {"id": 8, "pattern": {"source": ["no"], "detail": {"n": [9]}}})
    done = match("--patterns", patterns, "--explain",
                 stdin=lines([{"source": "shop", "detail": {"n": [2, "y"]}}, "x",
                              {"source": "shop", "detail": {"n": 1}}, {"source": "shop"}]))
    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        {"matched": [7], "near": [{"id": 9, "path": "detail.n", "condition": [1, {"prefix": "x"}],
                                   "found": [2, "y"]}]},
        None,
        {"matched": [7, 9], "near": []},
        {"matched": [7], "near": [{"id": 9, "path": "detail.n", "condition": [1, {"prefix": "x"}],
                                   "found": []}]}]
    assert done.returncode == 1


def test_explain_tells_of_ten_patterns_at_most(file):
    done = match("--patterns", file(*({"a": [n]} for n in range(1, 30))), "--explain",
                 stdin='{"a": 0}')
    [answer] = [json.loads(line) for line in done.stdout.splitlines()]
    assert [near["id"] for near in answer["near"]] == list(range(1, 11))


# Cases


def case(rules, event):
    return {"rules": {name: pattern if isinstance(pattern, str) else json.dumps(pattern)
                      for name, pattern in rules.items()},
            "event": event if isinstance(event, str) else json.dumps(event)}


def answers(*cases):
    done = match("--cases", "-", stdin=lines(cases))
    assert done.stderr == ""
    return [json.loads(line) for line in done.stdout.splitlines()], done.returncode


def test_a_case_names_the_rules_that_match_in_order():
    rules = {name: {"n": [1]} for name in ["b", "Z", "", "é", 'quote"', "a", "line\n"]}
    assert answers(case({**rules, "no": {"n": [2]}}, {"n": 1}), case(rules, {}), case({}, {})) == ([
        {"matched": ["", "Z", "a", "b", "line\n", 'quote"', "é"], "errors": {}},
        {"matched": [], "errors": {}}, {"matched": [], "errors": {}}], 0)


def test_a_case_tells_of_bad_patterns_and_matches_the_others():
    assert answers(case({"b": {}, "a\n": "{}", "c": {"n": [1]}}, {"n": 1})) == ([
        {"matched": ["c"], "errors": {"a\n": EMPTY, "b": EMPTY}}], 0)


def test_the_keys_of_an_answer_are_in_order():
    done = match("--cases", "-", stdin=lines([case({"b": {}, "é": {}, "a": {}, "Z": {}}, {})]))
    assert list(json.loads(done.stdout)["errors"]) == ["Z", "a", "b", "é"]
    assert done.stdout.startswith('{"matched":[],"errors":{"Z":"Event pattern is not valid. ')


@pytest.mark.parametrize("event", ["", "x", "[]", "1", "null", '{"a":1', "{} {}", '{"a":01}'])
def test_a_case_tells_of_a_bad_event_alone(event):
    [answer], code = answers(case({"bad": {}, "good": {"n": [1]}}, event))
    assert list(answer) == ["event_error"] and answer["event_error"] and code == 0


def test_the_last_of_the_rules_of_one_name_counts():
    line = '{"rules":{"a":"{}","b":"{\\"n\\":[1]}","a":"{\\"n\\":[1]}"},"event":"{\\"n\\":1}"}'
    assert answers(line) == ([{"matched": ["a", "b"], "errors": {}}], 0)


@pytest.mark.parametrize("line", [
    "x", "[]", "{}", "1", '{"rules":{}}', '{"event":"{}"}', '{"rules":[],"event":"{}"}',
    '{"rules":{},"event":{}}', '{"rules":{"a":{"n":[1]}},"event":"{}"}',
    '{"rules":{},"event":"{}"', '{"rules":{},"event":"{}"} {}',
])
def test_a_line_that_is_no_case_is_told_and_the_next_answered(line):
    [first, second], code = answers(line, case({"a": {"n": [1]}}, {"n": 1}))
    assert list(first) == ["case_error"] and first["case_error"]
    assert second == {"matched": ["a"], "errors": {}} and code == 1


def test_a_case_too_long_is_none(file):
    cases = file(case({}, {}), '{"rules": {}, "event": "' + " " * (65 << 20) + '{}"}', case({}, {}))
    done = match("--cases", cases)
    assert done.stdout == ('{"matched":[],"errors":{}}\n'
                           '{"case_error":"The line is longer than 64 MB."}\n'
                           '{"matched":[],"errors":{}}\n')
    assert done.returncode == 1


def test_each_case_is_answered_at_once():
    with running("--cases", "-") as process:
        for n in range(2000):
            rules = {"is": {"n": [n]}, "not": {"n": [n + 1]}, "bad": {}} if n % 3 else {"is": {"n": [n]}}
            tell(process, lines(["", case(rules, {"n": n})] if n % 5 else [case(rules, {"n": n})]))
            assert json.loads(process.stdout.readline()) == {
                "matched": ["is"], "errors": {"bad": EMPTY} if n % 3 else {}}
        tell(process, "x\n")
        assert process.stdout.readline().startswith(b'{"case_error":')
        tell(process, json.dumps(case({}, {})))  # The last line lacks its line feed.
        process.stdin.close()
        assert process.stdout.read() == b'{"matched":[],"errors":{}}\n'
        assert process.wait(10) == 1


def test_many_cases_are_answered_in_order():
    count = 100_000
    cases = lines([case({"a": {"n": [n % 7]}}, {"n": 3}) for n in range(7)])
    shown = "".join('{"matched":[%s],"errors":{}}\n' % ('"a"' if n == 3 else "") for n in range(7))
    done = match("--cases", "-", stdin=cases * (count // 7))
    assert done.stdout == shown * (count // 7)


# The command itself


@pytest.mark.parametrize("arguments, told", [
    ((), "Name the patterns with --patterns FILE, or the cases with --cases FILE."),
    (("--events", "-"), "Name the patterns with --patterns FILE"),
    (("--patterns", "p", "--cases", "c"), "leave out --cases, or --patterns and --events."),
    (("--events", "p", "--cases", "c"), "leave out --cases, or --patterns and --events."),
    (("--cases", "c", "-j", "2"), "leave out --jobs, --count and --explain."),
    (("--cases", "c", "--count"), "leave out --jobs, --count and --explain."),
    (("--patterns", "p", "--count", "--explain"), "leave out one."),
    (("--patterns", "-"), "give --patterns or --events a file."),
    (("--patterns", "/nowhere"), "Cannot read /nowhere: No such file or directory."),
    (("--cases", "/nowhere"), "Cannot read /nowhere: No such file or directory."),
    (("--cases", "/"), "Cannot read /: Is a directory."),
    (("--patterns", "p", "-j", "x"), "--jobs"),
    (("--patterns", "p", "-j", "-1"), "--jobs"),
], ids=lambda value: " ".join(value) if isinstance(value, tuple) else "")
def test_a_command_that_cannot_be_done_says_how_to_mend_it(arguments, told):
    done = match(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr


def test_a_missing_file_of_events_is_told_of(file):
    done = match("--patterns", file({"a": [1]}), "--events", "/nowhere")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "rialto match: Cannot read /nowhere: No such file or directory.\n"


def test_help_shows_what_goes_in_and_what_comes_out():
    done = match("--help")
    assert done.returncode == 0
    for part in ["--patterns FILE", "--cases FILE", "-j,--jobs", '{"id": 7, "pattern": ', "Exit code"]:
        assert part in done.stdout
    # The case of the help is one, and answered so.
    [line] = re.findall(r'^  (\{"rules".*)$', done.stdout, re.M)
    [answer], _ = answers(line)
    assert answer == {"matched": ["a"], "errors": {"b": EMPTY}}


@pytest.mark.parametrize("form", [("-j", "1"), ("-j", "3"), ("--cases",)], ids=" ".join)
def test_an_output_that_nobody_reads_ends_it_quietly(file, form):
    arguments = ["--cases", "-"] if form == ("--cases",) else ["--patterns", file({"a": [1]}), *form]
    line = json.dumps(case({}, {})) if form == ("--cases",) else '{"a": 1}'
    with running(*arguments) as process:
        tell(process, line + "\n")
        process.stdout.readline()
        process.stdout.close()
        with contextlib.suppress(BrokenPipeError):
            for _ in range(1000):
                tell(process, f"{line}\n" * 1000)
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
        assert process.wait(10) == 2
        assert process.stderr.read() == b""


def test_an_output_that_cannot_be_written_is_told(file):
    for arguments in (["--patterns", file({"a": [1]}), "--events", file({"a": 1})],
                      ["--patterns", file({"a": [1]}), "--events", file({"a": 1}), "--count"],
                      ["--cases", file(case({}, {}))]):
        with open("/dev/full", "w") as full:
            done = subprocess.run([harness.BINARY, "match", *map(str, arguments)], stdout=full,
                                  stderr=subprocess.PIPE, text=True, timeout=60)
        assert done.returncode == 2
        assert done.stderr == "rialto match: Cannot write the output: No space left on device.\n"


@pytest.mark.parametrize("quiet", [(), ("--quiet",), ("--no-progress",)], ids=" ".join)
def test_a_terminal_is_shown_the_progress(file, quiet):
    terminal, end = pty.openpty()
    with running("--patterns", file({"a": [1]}), *quiet, stderr=end) as process:
        os.close(end)
        start = time.monotonic()
        while time.monotonic() < start + 1.2:  # The first is told after a second.
            tell(process, '{"a": 1}\n')
            assert process.stdout.readline() == b"[1]\n"
        process.stdin.close()
        assert process.wait(10) == 0
    shown = b""
    with contextlib.suppress(OSError):  # That is how the end of a terminal reads.
        while part := os.read(terminal, 4096):
            shown += part
    os.close(terminal)
    if quiet:
        assert shown == b""
    else:
        assert re.search(rb"[\d,]+ events, [\d,]+ events/s\r\n$", shown), shown
