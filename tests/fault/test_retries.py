"""Attempts that fail for a while: they are made again, up to either limit of the retry policy.

A disk without room makes them fail. What a bus forwards here becomes more messages than the journal
has reserved, so the forward cannot be written while everything small still can.
"""

import datetime
import json
import re

import pytest

from harness import entry, until

# A forward of 80 messages of 900 KB: more than a segment of 64 MB.
FAN_OUT_RULES, FAN_OUT_TARGETS = 16, 5
FILLER = "x" * 900_000
BACKOFF_SECONDS_MAX = 900  # Nothing is due later than that.
GUARD = {"X-Rialto-Request": "1"}


def moment(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


class Forward:
    """An event that a bus owes to another bus, which cannot take it."""

    def __init__(self, make_server, disk, **policy):
        self.server = make_server(env=disk.env, data_dir=disk.data_dir)
        self.account = account = self.server.account()
        account.bus("second")
        self.many, self.dead, witness = account.queue("many"), account.queue(), account.queue()
        for _ in range(FAN_OUT_RULES):
            account.rule({"source": ["app"]}, *[
                {"Id": f"t{number}", "Arn": self.many.arn} for number in range(FAN_OUT_TARGETS)],
                bus="second")
        self.target_arn = account.arn("event-bus/second")
        account.rule({"source": ["app"]}, witness, {
            "Id": "forward", "Arn": self.target_arn, "RoleArn": account.arn("role/r", "iam"),
            "DeadLetterConfig": {"Arn": self.dead.arn}, "RetryPolicy": policy}, name="r")
        disk.set("full", True)
        [self.event_id] = account.put(entry({"filler": FILLER}))
        self.text = witness.bodies(1)[0]

    def steps(self, word):
        answer = self.server.request("GET", f"/_rialto/trace?id={self.event_id}", headers=GUARD)
        return [step for step in answer.json()["Steps"] if step["Step"] == word]

    def until_failed(self, times):
        return until(lambda: len(self.steps("failed")) >= times and self.steps("failed"),
                     f"attempt {times} has failed")

    def dead_letter(self):
        """The one dead letter's attributes, of which the fixed ones are checked."""
        [message] = self.dead.receive_all(1)
        assert message["Body"] == self.text, "the original event"
        attributes = message["MessageAttributes"]
        assert {value["DataType"] for value in attributes.values()} == {"String"}
        values = {name: value["StringValue"] for name, value in attributes.items()}
        assert re.fullmatch(r"Cannot make room for \S+/journal/segment-\d+: No space left on "
                            r"device\.", values.pop("ERROR_MESSAGE"))
        assert values.pop("RULE_ARN") == self.account.arn("rule/r")
        assert values.pop("TARGET_ARN") == self.target_arn
        assert values.pop("ERROR_CODE") == "INTERNAL_ERROR"
        return values


@pytest.mark.parametrize("retries", [0, 1, 3])
def test_exactly_as_many_retries_are_made_as_allowed(make_server, disk, retries):
    forward = Forward(make_server, disk, MaximumRetryAttempts=retries)
    for attempt in range(1, retries + 1):
        forward.until_failed(attempt)
        forward.server.advance(BACKOFF_SECONDS_MAX)
    assert forward.dead_letter() == {"EXHAUSTED_RETRY_CONDITION": "MaximumRetryAttempts",
                                     "RETRY_ATTEMPTS": str(retries)}
    failed = forward.steps("failed")
    assert [step["Attempt"] for step in failed] == list(range(1, retries + 2))
    assert ["NextAttempt" in step for step in failed] == [True] * retries + [False]


def test_no_retry_is_made_of_an_event_that_is_too_old(make_server, disk):
    forward = Forward(make_server, disk, MaximumEventAgeInSeconds=60)
    forward.until_failed(1)
    forward.server.advance(30)  # Young enough: it is tried again, and will be once more.
    assert "NextAttempt" in forward.until_failed(2)[-1]
    assert not forward.steps("dead-lettered")
    forward.server.advance(60)
    attributes = forward.dead_letter()
    failed = forward.steps("failed")
    assert attributes == {"EXHAUSTED_RETRY_CONDITION": "MaximumEventAgeInSeconds",
                          "RETRY_ATTEMPTS": str(len(failed) - 1)}
    [received] = forward.steps("received")
    latest = moment(received["Time"]) + datetime.timedelta(seconds=60)
    assert all(moment(step["NextAttempt"]) <= latest for step in failed[:-1])


def test_what_is_tried_again_arrives_once_when_it_can(make_server, disk):
    forward = Forward(make_server, disk)
    forward.until_failed(1)
    forward.server.advance(BACKOFF_SECONDS_MAX)
    forward.until_failed(2)
    disk.set("full", False)
    forward.server.advance(BACKOFF_SECONDS_MAX)
    [delivered] = until(lambda: forward.steps("delivered"), "it is delivered")
    assert delivered["Attempt"] == len(forward.steps("failed")) + 1
    assert forward.many.attributes()["ApproximateNumberOfMessages"] == str(
        FAN_OUT_RULES * FAN_OUT_TARGETS)
    assert forward.dead.poll() == []


def test_a_retry_that_is_due_survives_a_kill(make_server, disk):
    forward = Forward(make_server, disk, MaximumRetryAttempts=3)
    forward.until_failed(1)
    forward.server.advance(BACKOFF_SECONDS_MAX)
    forward.until_failed(2)
    # Its attempts are stored without anybody waiting for it; a change that is waited for is later.
    forward.account.queue()
    forward.server.kill()
    disk.set("full", False)
    forward.server.start()
    account = forward.server.account(forward.account.id)
    forward.server.advance(2 * BACKOFF_SECONDS_MAX)
    many = account.queue("many")
    until(lambda: many.attributes()["ApproximateNumberOfMessages"] == str(
        FAN_OUT_RULES * FAN_OUT_TARGETS), "it is delivered by the next process")
    [delivered] = forward.steps("delivered")
    assert delivered["Attempt"] >= 3, "attempts of before the kill count"
    assert json.loads(many.poll(MaxNumberOfMessages=1)[0]["Body"])["id"] == forward.event_id
