"""StartMessageMoveTask and its sisters: dead letters brought back."""

import json

import pytest

from harness import Queue, entry, refused, until


@pytest.fixture
def pair(account):
    dead = account.queue("dead")
    policy = json.dumps({"deadLetterTargetArn": dead.arn, "maxReceiveCount": 1})
    return account.queue("source", RedrivePolicy=policy), dead


def bury(queue, *texts):
    for text in texts:
        queue.send(text)
    while queue.poll(VisibilityTimeout=0):
        pass


def start(dead, **more):
    return dead.account.sqs.start_message_move_task(SourceArn=dead.arn, **more)["TaskHandle"]


def tasks(dead, count=10):
    return dead.account.sqs.list_message_move_tasks(SourceArn=dead.arn,
                                                    MaxResults=count).get("Results", [])


def ended(dead):
    def look():
        latest = tasks(dead, 1)[0]
        return latest if latest["Status"] not in ("RUNNING", "CANCELLING") else None
    return until(look, "the task has ended")


def test_messages_go_back_to_where_they_came_from(account, pair):
    first, dead = pair
    policy = json.dumps({"deadLetterTargetArn": dead.arn, "maxReceiveCount": 1})
    second = account.queue("second", RedrivePolicy=policy)
    bury(first, "a", "b")
    bury(second, "c")
    start(dead)
    task = ended(dead)
    assert task["Status"] == "COMPLETED"
    assert task["ApproximateNumberOfMessagesMoved"] == 3
    assert task["ApproximateNumberOfMessagesToMove"] == 3
    assert task["SourceArn"] == dead.arn
    assert not {"DestinationArn", "TaskHandle", "FailureReason"} & set(task)
    assert sorted(m["Body"] for m in first.poll()) == ["a", "b"]
    got = second.poll(MessageSystemAttributeNames=["All"])
    assert [m["Body"] for m in got] == ["c"]
    assert got[0]["Attributes"]["ApproximateReceiveCount"] == "1", "a new message"
    assert "DeadLetterQueueSourceArn" not in got[0]["Attributes"]
    assert dead.poll() == []


def test_messages_go_to_another_queue_when_told(account, pair):
    queue, dead = pair
    other = account.queue("other")
    bury(queue, *(str(n) for n in range(150)))
    start(dead, DestinationArn=other.arn)
    task = ended(dead)
    assert task["Status"] == "COMPLETED" and task["DestinationArn"] == other.arn
    assert task["ApproximateNumberOfMessagesMoved"] == 150
    assert sorted(map(int, other.bodies(150))) == list(range(150))


def test_a_rate_is_kept_and_a_running_task_can_be_cancelled(account, pair):
    queue, dead = pair
    bury(queue, *"abcdef")
    handle = start(dead, MaxNumberOfMessagesPerSecond=1)
    running = tasks(dead)[0]
    assert running["Status"] == "RUNNING" and running["TaskHandle"] == handle
    assert running["MaxNumberOfMessagesPerSecond"] == 1
    with refused("InvalidParameterValue", "There is already a task running. Only one active task "
                 "is allowed for a source queue arn at a given time."):
        start(dead)
    until(lambda: tasks(dead)[0]["ApproximateNumberOfMessagesMoved"] >= 1, "one has moved")
    answer = account.sqs.cancel_message_move_task(TaskHandle=handle)
    assert 1 <= answer["ApproximateNumberOfMessagesMoved"] < 6
    task = ended(dead)
    assert task["Status"] == "CANCELLED"
    moved = task["ApproximateNumberOfMessagesMoved"]
    assert dead.attributes("ApproximateNumberOfMessages") == {
        "ApproximateNumberOfMessages": str(6 - moved)}
    with refused("AWS.SimpleQueueService.UnsupportedOperation",
                 "Only active tasks can be cancelled."):
        account.sqs.cancel_message_move_task(TaskHandle=handle)


def test_a_task_goes_on_after_kill_9(make_server):
    server = make_server()
    account = server.account()
    dead = account.queue("dead")
    policy = json.dumps({"deadLetterTargetArn": dead.arn, "maxReceiveCount": 1})
    queue = account.queue("source", RedrivePolicy=policy)
    bury(queue, *"abc")
    start(dead, MaxNumberOfMessagesPerSecond=1)
    until(lambda: tasks(dead)[0]["ApproximateNumberOfMessagesMoved"] >= 1, "one has moved")
    server.kill()
    server.start()
    again = server.account(account.id)
    dead = Queue(again, "dead", f"{server.endpoint}/{account.id}/dead")
    queue = Queue(again, "source", f"{server.endpoint}/{account.id}/source")
    task = ended(dead)
    assert task["Status"] == "COMPLETED"
    assert task["ApproximateNumberOfMessagesMoved"] == 3
    assert sorted(queue.bodies(3)) == ["a", "b", "c"]


def test_a_message_of_unknown_origin_ends_a_task(account, pair):
    _, dead = pair
    dead.send("sent here")
    start(dead)
    task = ended(dead)
    assert task["Status"] == "FAILED"
    assert task["FailureReason"] == "CouldNotDetermineMessageSource"
    assert [m["Body"] for m in dead.poll()] == ["sent here"]


def test_dead_letters_of_rules_can_be_moved(account):
    dead, other = account.queue("dead"), account.queue("other")
    account.rule({"source": ["app"]}, {"Id": "t1", "Arn": account.arn("gone", service="sqs"),
                                       "DeadLetterConfig": {"Arn": dead.arn}})
    account.put(entry())
    start(dead)
    assert ended(dead)["FailureReason"] == "CouldNotDetermineMessageSource"
    start(dead, DestinationArn=other.arn)
    assert ended(dead)["Status"] == "COMPLETED"
    message = other.poll(MessageAttributeNames=["All"])[0]
    assert message["MessageAttributes"]["ERROR_CODE"]["StringValue"] == "NO_RESOURCE"


def test_the_latest_ten_tasks_are_listed(account, pair):
    _, dead = pair
    for _ in range(12):
        start(dead)
        ended(dead)
    assert len(tasks(dead)) == 10
    assert len(account.sqs.list_message_move_tasks(SourceArn=dead.arn)["Results"]) == 1
    started = [task["StartedTimestamp"] for task in tasks(dead)]
    assert started == sorted(started, reverse=True)


def test_what_move_tasks_refuse(account, pair):
    queue, dead = pair
    move, missing = account.sqs.start_message_move_task, account.arn("missing", service="sqs")
    gone = "The resource that you specified for the {} parameter doesn't exist."
    with refused("ResourceNotFoundException", gone.format("SourceArn")):
        move(SourceArn=missing)
    with refused("ResourceNotFoundException", gone.format("DestinationArn")):
        move(SourceArn=dead.arn, DestinationArn=missing)
    with refused("InvalidParameterValue",
                 "Source queue must be configured as a Dead Letter Queue."):
        move(SourceArn=queue.arn)
    with refused("InvalidParameterValue",
                 "Source queue arn and destination queue arn cannot be the same."):
        move(SourceArn=dead.arn, DestinationArn=dead.arn)
    with refused("InvalidParameterValue", "Value for parameter MaxNumberOfMessagesPerSecond is "
                 "invalid. Reason: You must enter a number that's between 1 and 500."):
        move(SourceArn=dead.arn, MaxNumberOfMessagesPerSecond=501)
    with refused("InvalidParameterValue", "Value for parameter TaskHandle is invalid."):
        account.sqs.cancel_message_move_task(TaskHandle="x")
    with refused("ResourceNotFoundException", gone.format("SourceArn")):
        account.sqs.list_message_move_tasks(SourceArn=missing)
