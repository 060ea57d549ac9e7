#!/usr/bin/env python3
"""The generator's own tests: what it writes, what it refuses, and that the pages are up to date.

Runs under pytest, or alone: python3 tests/parity/test_apigen.py
"""
import pathlib
import random
import re
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import apigen  # noqa: E402
import apigen_pattern  # noqa: E402

COMMON = "[error]\nOops = { status = 500 }\n"
SMALL = """
[service]
name = "tiny"
class = "Tiny"
title = "Tiny"
protocol = "awsJson1_1"
target_prefix = "T"
signing_name = "tiny"
api_version = "1"
violations = "Oops"
error_namespace = "com.tiny"
common_namespace = ""
[service.errors]
%s
[error]
Own = {}
[operation.Do]
summary = "Do it."
input = "DoRequest"
access = "write"
errors = ["Own"]
[type]
Name = { type = "string", max = 3, pattern = '[a-c]+' }
Names = { list = "Name" }
[shape.DoRequest]
Names = { type = "Names", required = true }
When = "timestamp"
""" % "\n".join(f'{code} = "Oops"' for code in apigen.CODES)


def load(text, common=COMMON):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "tiny.toml"
        path.write_text(text)
        (pathlib.Path(folder) / "common.toml").write_text(common)
        return apigen.Api(path)


def refusal(before, after):
    assert before in SMALL, before
    try:
        apigen.sources([load(SMALL.replace(before, after))])
    except apigen.ApiError as error:
        return str(error)
    return ""


def test_snake_names():
    for name, snake in {"PutRule": "put_rule", "MD5OfMessageBody": "md5_of_message_body",
                        "EnableECSManagedTags": "enable_ecs_managed_tags", "Id": "id",
                        "awsvpcConfiguration": "awsvpc_configuration", "Default": "default_",
                        "QueueOwnerAWSAccountId": "queue_owner_aws_account_id"}.items():
        assert apigen.snake(name) == snake, apigen.snake(name)


def test_writes_structs_and_rows():
    files = apigen.sources([load(SMALL)])
    assert sorted(files) == ["tiny.h", "tiny_codec.cc", "tiny_facts.cc", "tiny_types.h"]
    assert "std::vector<std::string> names{};" in files["tiny_types.h"]
    assert "std::optional<TimePoint> when{};" in files["tiny_types.h"]
    assert "virtual Task<Result<>> do_(" in files["tiny.h"]
    assert '"com.tiny#Own"' in files["tiny_facts.cc"]
    assert '{"Oops", "Oops", 500' in files["tiny_facts.cc"]


def test_refuses_what_does_not_hold_together():
    assert "there is no type Nam" in refusal('list = "Name"', 'list = "Nam"')
    assert "there is no error" in refusal('errors = ["Own"]', 'errors = ["Missing"]')
    assert "access is one of" in refusal('"write"', '"wirte"')
    assert "there is no shape" in refusal('input = "DoRequest"', 'input = "Do"')
    assert "no operation uses" in refusal('When = "timestamp"', 'When = "timestamp"\n[shape.X]')
    assert "contains itself" in refusal('list = "Name"', 'list = "DoRequest"')
    assert "not a key" in refusal("max = 3", "maximum = 3")
    assert "not known" in refusal("[a-c]+", "(?=a)b")
    assert "must name exactly" in refusal('Internal = "Oops"', "")


def test_refuses_unknown_pattern_syntax():
    for text in ["a$b", "(a$|b)c", "a^", "(^a)+", "[a", "a{2", "a**", r"\b", "[[a]]", "(?=a)b",
                 "(?i)a", "(a", "a)", r"\1", "a{0}", "[a&&b]", r"\p{Lu}", "*", "a{3,1}",
                 "a" * 129]:
        try:
            apigen_pattern.compile_pattern(text)
        except apigen_pattern.PatternError:
            continue
        raise AssertionError(f"accepted {text}")


def samples(pattern, source):
    """Texts near the pattern: walks through it, some with one character replaced."""
    automaton = pattern.accepted
    for _ in range(400):
        text, live = "", sorted(automaton.first)
        while live and source.random() < 0.97:
            position = source.choice(live)
            low, high = source.choice(automaton.chars[position])
            text += chr(source.choice([low, high, source.randint(low, high)]))
            if position in automaton.last and source.random() < 0.2:
                break
            live = sorted(automaton.follow[position])
        if text and source.random() < 0.4:
            at = source.randrange(len(text))
            text = text[:at] + source.choice("-:/a0 \t.") + text[at + 1:]
        yield text


def test_patterns_agree_with_re():
    """Python's own engine as the judge, where its syntax means the same as Java's."""
    source = random.Random(20260115)
    checked = 0
    for service in ("events", "sqs"):
        api = apigen.Api(ROOT / "api" / f"{service}.toml")
        for text in {t["pattern"] for t in api.types.values() if "pattern" in t}:
            if "\\p{" in text:
                continue
            pattern = apigen_pattern.compile_pattern(text)
            for sample in samples(pattern, source):
                if not sample.isascii() or set(sample) & set("\r\n"):
                    continue
                expected = re.fullmatch(text, sample, re.ASCII) is not None
                assert apigen_pattern.matches(pattern, sample) == expected, (text, sample)
                checked += 1
    assert checked > 1000, checked


def test_pages_are_up_to_date():
    apis = [apigen.Api(ROOT / "api" / f"{name}.toml") for name in ("events", "sqs", "sts")]
    for name, text in apigen.pages(apis).items():
        page = ROOT / "docs" / name
        assert page.exists() and page.read_text(encoding="utf-8") == text, (
            f"{page.relative_to(ROOT)} is not up to date: run tools/apigen.py docs docs "
            "api/events.toml api/sqs.toml api/sts.toml")


if __name__ == "__main__":
    tests = [f for name, f in sorted(globals().items()) if name.startswith("test_")]
    for test in tests:
        test()
    print(f"{len(tests)} passed")
