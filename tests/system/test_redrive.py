"""Redrive policies: messages that were received too often go to the dead-letter queue."""

import json

import pytest

from harness import Queue, pages, refused


def policy(queue, count):
    return json.dumps({"deadLetterTargetArn": queue.arn, "maxReceiveCount": count})


@pytest.fixture
def pair(account):
    dead = account.queue("dead")
    return account.queue("source", RedrivePolicy=policy(dead, 2)), dead


def fail(queue, times):
    """Receives as many times without deleting; what it got."""
    return [queue.poll(VisibilityTimeout=0) for _ in range(times)]


def test_a_message_moves_whole_on_the_receive_that_is_one_too_many(pair):
    queue, dead = pair
    sent = queue.send("poison", MessageAttributes={
        "kind": {"DataType": "String", "StringValue": "v"}})
    first, second, third = fail(queue, 3)
    assert len(first) == len(second) == 1 and third == []
    assert queue.attributes("ApproximateNumberOfMessages") == {"ApproximateNumberOfMessages": "0"}
    message = dead.poll(MessageSystemAttributeNames=["All"], MessageAttributeNames=["All"])[0]
    assert message["MessageId"] == sent["MessageId"]
    assert message["Body"] == "poison"
    assert message["MessageAttributes"]["kind"]["StringValue"] == "v"
    assert message["Attributes"]["DeadLetterQueueSourceArn"] == queue.arn
    assert message["Attributes"]["ApproximateReceiveCount"] == "3"


def test_a_dead_letter_keeps_the_time_when_it_was_sent(pair):
    queue, dead = pair
    queue.send("x")
    first = queue.poll(VisibilityTimeout=0, MessageSystemAttributeNames=["All"])[0]
    fail(queue, 2)
    message = dead.poll(MessageSystemAttributeNames=["All"])[0]
    assert message["Attributes"]["SentTimestamp"] == first["Attributes"]["SentTimestamp"]


def test_a_message_that_is_deleted_in_time_stays_out(pair):
    queue, dead = pair
    queue.send("x")
    fail(queue, 1)
    queue.delete(queue.poll()[0])
    assert queue.poll() == [] and dead.poll() == []


def test_counts_and_dead_letters_survive_kill_9(make_server):
    server = make_server()
    account = server.account()
    dead = account.queue("dead")
    queue = account.queue("source", RedrivePolicy=policy(dead, 1), VisibilityTimeout="0")
    queue.send("x")
    assert len(queue.poll()) == 1
    assert queue.poll() == []
    server.kill()
    server.start()
    again = server.account(account.id)
    def at(name):
        return Queue(again, name, f"{server.endpoint}/{account.id}/{name}")
    assert at("source").poll() == []
    message = at("dead").poll(MessageSystemAttributeNames=["All"])[0]
    assert message["Attributes"]["DeadLetterQueueSourceArn"] == queue.arn
    assert json.loads(at("source").attributes("RedrivePolicy")["RedrivePolicy"]) == {
        "deadLetterTargetArn": dead.arn, "maxReceiveCount": 1}


def test_without_its_dead_letter_queue_a_message_stays(account, pair):
    queue, dead = pair
    queue.send("x")
    account.sqs.delete_queue(QueueUrl=dead.url)
    assert [len(messages) for messages in fail(queue, 5)] == [1] * 5


def test_fifo_dead_letters_keep_group_and_order(account):
    dead = account.fifo("dead.fifo")
    queue = account.fifo("source.fifo", RedrivePolicy=policy(dead, 1))
    for body in "123":
        queue.send(body, MessageGroupId="g", MessageDeduplicationId=body)
    fail(queue, 2)
    got = dead.poll(MessageSystemAttributeNames=["All"])
    assert [message["Body"] for message in got] == ["1", "2", "3"]
    assert {message["Attributes"]["MessageGroupId"] for message in got} == {"g"}
    assert {message["Attributes"]["DeadLetterQueueSourceArn"] for message in got} == {queue.arn}


def test_policies_are_checked_in_sqs_words(account):
    queue, fifo = account.queue("source"), account.fifo("dead.fifo")

    def refuse(text, reason):
        message = f"Value {text} for parameter RedrivePolicy is invalid. Reason: {reason}"
        with refused("InvalidParameterValue", message):
            account.sqs.set_queue_attributes(QueueUrl=queue.url,
                                             Attributes={"RedrivePolicy": text})
        with refused("InvalidParameterValue", message):
            account.queue("new", RedrivePolicy=text)

    refuse("{}", "Redrive policy does not contain mandatory attribute: maxReceiveCount.")
    refuse(policy(queue, 0),
           "Invalid value for maxReceiveCount: 0, valid values are from 1 to 1000 both inclusive.")
    refuse(policy(fifo, 1), "Dead-letter queue must be same type of queue as the source..")
    missing = Queue(account, "missing", "")
    refuse(policy(missing, 1), "Dead letter target does not exist.")
    with refused("InvalidParameterValue", "Invalid value for the parameter RedrivePolicy. Reason: "
                 "Redrive policy is not a valid JSON map."):
        account.queue("new", RedrivePolicy="x")
    assert "RedrivePolicy" not in queue.attributes()


def test_a_dead_letter_queue_may_choose_its_sources(account):
    dead = account.queue("dead", RedriveAllowPolicy='{"redrivePermission":"denyAll"}')
    queue = account.queue("source")
    change = {"QueueUrl": queue.url, "Attributes": {"RedrivePolicy": policy(dead, 1)}}
    with refused("InvalidParameterValue"):
        account.sqs.set_queue_attributes(**change)
    by_queue = json.dumps({"redrivePermission": "byQueue", "sourceQueueArns": [queue.arn]})
    account.sqs.set_queue_attributes(QueueUrl=dead.url,
                                     Attributes={"RedriveAllowPolicy": by_queue})
    account.sqs.set_queue_attributes(**change)
    assert dead.attributes("RedriveAllowPolicy") == {"RedriveAllowPolicy": by_queue}


def test_the_sources_of_a_dead_letter_queue_are_listed(account):
    dead = account.queue("dead")
    urls = [account.queue(f"s{n}", RedrivePolicy=policy(dead, 1)).url for n in range(5)]
    account.queue("other")
    answer = account.sqs.list_dead_letter_source_queues(QueueUrl=dead.url)
    assert answer["queueUrls"] == urls and "NextToken" not in answer
    found = pages(account.sqs.list_dead_letter_source_queues, "queueUrls", QueueUrl=dead.url,
                  MaxResults=2)
    assert [len(page) for page in found] == [2, 2, 1] and sum(found, []) == urls
    assert account.sqs.list_dead_letter_source_queues(QueueUrl=urls[0])["queueUrls"] == []
