"""Every ERROR_CODE that this build can give, with all attributes of its dead letter (spec 02 §5).

Codes of attempts that may succeed later need a disk that fails: tests/fault/test_retries.py.
"""

import json

import pytest

from harness import entry

TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793"


def role(account):
    return account.arn("role/r", service="iam")


def to_bus(arn, account, **more):
    return {"Arn": arn, "RoleArn": role(account), **more}


# Each makes a target that cannot be reached, and answers it with what the dead letter says.

def missing_queue(account):
    arn = account.arn("missing", service="sqs")
    return {"Arn": arn}, "NO_RESOURCE", "The specified queue does not exist."


def queue_elsewhere(account):
    arn = account.elsewhere("eu-west-1").queue().arn
    return {"Arn": arn}, "NO_RESOURCE", f"The queue {arn} is not in the Region of the rule."


def missing_bus(account):
    arn = account.arn("event-bus/missing")
    return to_bus(arn, account), "NO_RESOURCE", "Event bus missing does not exist."


def missing_bus_elsewhere(account):
    arn = account.elsewhere("eu-west-1").arn("event-bus/missing")
    return to_bus(arn, account), "NO_RESOURCE", "Event bus missing does not exist."


def the_bus_itself(account):
    return (to_bus(account.arn("event-bus/default"), account), "THIRD_ACCOUNT_HOP_DETECTED",
            "A rule cannot forward an event to its own event bus.")


def object_in_quotes(account):
    return {"Arn": account.queue().arn, "InputTransformer": {
        "InputPathsMap": {"x": "$.detail.map"}, "InputTemplate": '{"payload": "<x>"}'}}, \
        "INVALID_JSON", None


def path_to_nowhere(account):
    return {"Arn": account.queue().arn, "InputPath": "$.detail.nowhere"}, "INVALID_JSON", None


def detail_that_is_no_object(account):
    account.bus("second")
    return (to_bus(account.arn("event-bus/second"), account, Input='"text"'), "INVALID_JSON",
            "The transformed input is not a JSON object, which the detail of an event must be.")


def group_that_is_no_text(account):
    queue = account.fifo(ContentBasedDeduplication="true")
    return ({"Arn": queue.arn, "SqsParameters": {"MessageGroupId": "$.detail.map"}},
            "INVALID_PARAMETER", "The request must contain the parameter MessageGroupId.")


def fifo_without_deduplication(account):
    return ({"Arn": account.fifo().arn, "SqsParameters": {"MessageGroupId": "g"}},
            "INVALID_PARAMETER",
            "The queue should either have ContentBasedDeduplication enabled or "
            "MessageDeduplicationId provided explicitly")


def message_too_long(account):
    return ({"Arn": account.queue(MaximumMessageSize="1024").arn}, "INVALID_PARAMETER",
            "One or more parameters are invalid. Reason: Message must be shorter than 1024 bytes.")


@pytest.mark.parametrize("make", [
    missing_queue, queue_elsewhere, missing_bus, missing_bus_elsewhere, the_bus_itself,
    object_in_quotes, path_to_nowhere, detail_that_is_no_object, group_that_is_no_text,
    fifo_without_deduplication, message_too_long])
def test_a_permanent_error_is_told_at_once_and_in_full(account, make):
    dead, witness = account.queue(), account.queue()
    target, code, message = make(account)
    # Retries are allowed, and not made.
    account.rule({"source": ["app"]}, witness,
                 {"Id": "lost", **target, "DeadLetterConfig": {"Arn": dead.arn},
                  "RetryPolicy": {"MaximumRetryAttempts": 5, "MaximumEventAgeInSeconds": 60}},
                 name="r")
    account.put(entry({"map": {"a": 1}, "filler": "x" * 2_000}, TraceHeader=TRACE))
    [letter] = dead.receive_all(1)
    assert letter["Body"] == witness.bodies(1)[0], "the original event, whatever the target gets"
    assert letter["Attributes"]["AWSTraceHeader"] == TRACE
    told = letter["MessageAttributes"]
    if message is None:  # Which words say it is the template's matter, not this test's.
        message = told["ERROR_MESSAGE"]["StringValue"]
        assert len(message.split()) >= 4
    assert told == {name: {"DataType": "String", "StringValue": value} for name, value in {
        "RULE_ARN": account.arn("rule/r"), "TARGET_ARN": target["Arn"], "ERROR_CODE": code,
        "ERROR_MESSAGE": message, "RETRY_ATTEMPTS": "0"}.items()}


@pytest.mark.parametrize("third_region, code", [
    ("us-east-1", "THIRD_ACCOUNT_HOP_DETECTED"), ("eu-west-1", "THIRD_REGION_HOP_DETECTED")])
def test_a_second_hop_is_told_at_once_and_in_full(account, third_region, code):
    third = account.elsewhere(third_region)
    account.bus("first")
    account.bus("second")
    third.bus("third")
    dead, second = account.queue(), account.queue()
    account.rule({"source": ["app"]},
                 {"Id": "t1", **to_bus(account.arn("event-bus/second"), account)}, bus="first")
    account.rule({"source": ["app"]}, second,
                 {"Id": "t2", **to_bus(third.arn("event-bus/third"), account),
                  "DeadLetterConfig": {"Arn": dead.arn}}, name="on", bus="second")
    account.put(entry(EventBusName="first"))
    [letter] = dead.receive_all(1)
    assert letter["Body"] == second.bodies(1)[0]
    assert letter["MessageAttributes"] == {
        name: {"DataType": "String", "StringValue": value} for name, value in {
            "RULE_ARN": account.arn("rule/second/on"), "TARGET_ARN": third.arn("event-bus/third"),
            "ERROR_CODE": code, "RETRY_ATTEMPTS": "0",
            "ERROR_MESSAGE": "The event was forwarded by an event bus already and is not forwarded "
                             "again."}.items()}


def test_a_replayed_event_that_cannot_be_delivered_is_a_dead_letter_as_replayed(account):
    dead = account.queue()
    account.rule({"replay-name": ["again"]}, {
        "Id": "t1", "Arn": account.arn("missing", service="sqs"),
        "DeadLetterConfig": {"Arn": dead.arn}}, name="r")
    account.events.create_archive(ArchiveName="kept",
                                  EventSourceArn=account.arn("event-bus/default"))
    [identity] = account.put(entry(Time=1768478400))
    account.events.start_replay(
        ReplayName="again", EventSourceArn=account.arn("archive/kept"), EventStartTime=1768478400,
        EventEndTime=1768478401, Destination={"Arn": account.arn("event-bus/default")})
    [letter] = dead.receive_all(1)
    event = json.loads(letter["Body"])
    assert (event["id"], event["replay-name"]) == (identity, "again")
    assert letter["MessageAttributes"]["ERROR_CODE"]["StringValue"] == "NO_RESOURCE"


def test_a_scheduled_event_that_cannot_be_delivered_is_a_dead_letter(make_server):
    server = make_server()
    account = server.account()
    dead = account.queue()
    account.events.put_rule(Name="r", ScheduleExpression="rate(1 hour)")
    account.events.put_targets(Rule="r", Targets=[{
        "Id": "t1", "Arn": account.arn("missing", service="sqs"), "Input": '{"not": "this"}',
        "DeadLetterConfig": {"Arn": dead.arn}}])
    server.advance(3_600)
    [letter] = dead.receive_all(1)
    event = json.loads(letter["Body"])
    assert (event["detail-type"], event["detail"]) == ("Scheduled Event", {})
    assert letter["MessageAttributes"]["RULE_ARN"]["StringValue"] == account.arn("rule/r")
