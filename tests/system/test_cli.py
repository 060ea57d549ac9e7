"""The aws CLI, unmodified, drives every operation at least once. Each call costs about a second."""

import json
import os
import shutil
import subprocess

import pytest

ROLE = "arn:aws:iam::123456789012:role/bus"


class Cli:
    def __init__(self, account, service):
        program = shutil.which("aws")
        if program is None:
            pytest.fail("The aws CLI is not on PATH; tests/requirements.txt has it.")
        self._start = [program, "--endpoint-url", account.server.endpoint, service]
        self._env = {**os.environ, "AWS_ACCESS_KEY_ID": account.id,
                     "AWS_SECRET_ACCESS_KEY": "secret", "AWS_DEFAULT_REGION": account.region,
                     "AWS_DEFAULT_OUTPUT": "json", "AWS_MAX_ATTEMPTS": "1", "AWS_PAGER": ""}

    def run(self, operation, *options):
        arguments = [option if isinstance(option, str) else json.dumps(option)
                     for option in options]
        return subprocess.run([*self._start, operation, *arguments], env=self._env,
                              capture_output=True, text=True, timeout=60)

    def __call__(self, operation, *options):
        """The answer of a call that must succeed; None where there is none."""
        done = self.run(operation, *options)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if done.stdout.strip() else None


def test_the_events_operations_work_from_the_command_line(account):
    aws = Cli(account, "events")
    queue = account.queue("jobs")

    created = aws("create-event-bus", "--name", "orders", "--description", "All orders")
    assert created == {"EventBusArn": account.arn("event-bus/orders"), "Description": "All orders"}
    assert aws("update-event-bus", "--name", "orders", "--description", "new")["Name"] == "orders"
    assert aws("describe-event-bus", "--name", "orders")["Description"] == "new"
    buses = aws("list-event-buses")["EventBuses"]
    assert [bus["Name"] for bus in buses] == ["default", "orders"]

    on_orders = ["--event-bus-name", "orders"]
    made = aws("put-rule", "--name", "r", *on_orders, "--event-pattern", {"source": ["shop"]})
    arn = account.arn("rule/orders/r")
    assert made == {"RuleArn": arn}
    aws("disable-rule", "--name", "r", *on_orders)
    assert aws("describe-rule", "--name", "r", *on_orders)["State"] == "DISABLED"
    aws("enable-rule", "--name", "r", *on_orders)
    [rule] = aws("list-rules", *on_orders)["Rules"]
    assert rule["Arn"] == arn and rule["State"] == "ENABLED"

    assert aws("put-targets", "--rule", "r", *on_orders, "--targets",
               f"Id=1,Arn={queue.arn}") == {"FailedEntryCount": 0, "FailedEntries": []}
    targets = aws("list-targets-by-rule", "--rule", "r", *on_orders)["Targets"]
    assert targets == [{"Id": "1", "Arn": queue.arn}]
    names = aws("list-rule-names-by-target", "--target-arn", queue.arn, *on_orders)["RuleNames"]
    assert names == ["r"]

    aws("tag-resource", "--resource-arn", arn, "--tags", "Key=team,Value=x", "Key=b,Value=y")
    aws("untag-resource", "--resource-arn", arn, "--tag-keys", "b")
    tags = aws("list-tags-for-resource", "--resource-arn", arn)["Tags"]
    assert tags == [{"Key": "team", "Value": "x"}]

    entries = [{"Source": source, "DetailType": "Order", "Detail": '{"id":1}',
                "EventBusName": "orders"} for source in ("shop", "other")]
    answer = aws("put-events", "--entries", entries)
    assert answer["FailedEntryCount"] == 0
    assert queue.event()["id"] == answer["Entries"][0]["EventId"]

    event = {"id": "1", "account": account.id, "source": "shop", "time": "2026-01-15T12:00:00Z",
             "region": "us-east-1", "resources": [], "detail-type": "Order", "detail": {}}
    assert aws("test-event-pattern", "--event-pattern", {"source": ["shop"]},
               "--event", event) == {"Result": True}

    refused = aws.run("delete-event-bus", "--name", "orders")
    assert refused.returncode in (254, 255)  # Version 2 says 254, version 1 255.
    assert "EventBus can't be deleted since it has rules." in refused.stderr
    assert aws("remove-targets", "--rule", "r", *on_orders, "--ids", "1")["FailedEntryCount"] == 0
    aws("delete-rule", "--name", "r", *on_orders)
    aws("delete-event-bus", "--name", "orders")
    assert [bus["Name"] for bus in account.events.list_event_buses()["EventBuses"]] == ["default"]


def test_the_queue_operations_work_from_the_command_line(account):
    aws = Cli(account, "sqs")
    url = aws("create-queue", "--queue-name", "jobs", "--attributes",
              "VisibilityTimeout=60")["QueueUrl"]
    assert aws("get-queue-url", "--queue-name", "jobs") == {"QueueUrl": url}
    assert aws("list-queues") == {"QueueUrls": [url]}
    queue = ["--queue-url", url]
    aws("set-queue-attributes", *queue, "--attributes", "VisibilityTimeout=90")
    attributes = aws("get-queue-attributes", *queue, "--attribute-names", "All")["Attributes"]
    assert attributes["VisibilityTimeout"] == "90"
    assert attributes["QueueArn"] == account.arn("jobs", service="sqs")
    aws("tag-queue", *queue, "--tags", "team=x,b=y")
    aws("untag-queue", *queue, "--tag-keys", "b")
    assert aws("list-queue-tags", *queue) == {"Tags": {"team": "x"}}

    sent = aws("send-message", *queue, "--message-body", "one", "--message-attributes",
               {"k": {"DataType": "String", "StringValue": "v"}})
    batch = aws("send-message-batch", *queue, "--entries",
                [{"Id": "a", "MessageBody": "two"}, {"Id": "b", "MessageBody": "three"}])
    assert [result["Id"] for result in batch["Successful"]] == ["a", "b"]
    messages = aws("receive-message", *queue, "--max-number-of-messages", "10",
                   "--message-attribute-names", "All", "--wait-time-seconds", "2")["Messages"]
    by_body = {message["Body"]: message for message in messages}
    assert set(by_body) == {"one", "two", "three"}
    assert by_body["one"]["MessageId"] == sent["MessageId"]
    assert by_body["one"]["MessageAttributes"] == {"k": {"DataType": "String", "StringValue": "v"}}

    handle = ["--receipt-handle", by_body["one"]["ReceiptHandle"]]
    aws("change-message-visibility", *queue, *handle, "--visibility-timeout", "120")
    aws("delete-message", *queue, *handle)
    two, three = (by_body[body]["ReceiptHandle"] for body in ("two", "three"))
    changed = aws("change-message-visibility-batch", *queue, "--entries",
                  [{"Id": "a", "ReceiptHandle": two, "VisibilityTimeout": 300}])
    assert changed["Successful"] == [{"Id": "a"}]
    deleted = aws("delete-message-batch", *queue, "--entries",
                  [{"Id": "a", "ReceiptHandle": two}, {"Id": "b", "ReceiptHandle": three}])
    assert [result["Id"] for result in deleted["Successful"]] == ["a", "b"]

    aws("send-message", *queue, "--message-body", "purged")
    aws("purge-queue", *queue)
    aws("delete-queue", *queue)
    gone = aws.run("get-queue-url", "--queue-name", "jobs")
    assert gone.returncode in (254, 255)
    assert "The specified queue does not exist." in gone.stderr
