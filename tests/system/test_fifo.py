"""FIFO queues through boto3's SQS client, and as targets of rules (spec 02 §3)."""

import concurrent.futures
import hashlib
import json
import time
from urllib.parse import urlencode

from harness import authorization, entry, refused


def put(queue, group, *bodies, **more):
    """Sends each body, with itself as deduplication id unless told; returns the answers."""
    return [queue.send(body, MessageGroupId=group,
                       **({"MessageDeduplicationId": body} | more)) for body in bodies]


def bodies(messages):
    return [message["Body"] for message in messages]


def test_messages_of_a_group_come_in_order_and_one_in_flight_blocks_the_rest(account):
    queue = account.fifo()
    put(queue, "a", "a1", "a2", "a3")
    put(queue, "b", "b1")
    first = queue.poll(MaxNumberOfMessages=1)
    assert bodies(first) == ["a1"]
    assert bodies(queue.poll()) == ["b1"]
    assert queue.poll() == []
    queue.delete(first[0])
    rest = queue.poll()
    assert bodies(rest) == ["a2", "a3"], "several of one group in one call"


def test_answers_and_messages_tell_group_number_and_deduplication_id(account):
    queue = account.fifo(ContentBasedDeduplication="true")
    answers = [queue.send(text, MessageGroupId="g") for text in ["one", "two"]]
    numbers = [answer["SequenceNumber"] for answer in answers]
    assert numbers == sorted(numbers) and len(numbers[0]) == 20
    got = queue.poll(MessageSystemAttributeNames=["All"])
    for message, number in zip(got, numbers, strict=True):
        attributes = message["Attributes"]
        assert attributes["SequenceNumber"] == number
        assert attributes["MessageGroupId"] == "g"
        assert attributes["MessageDeduplicationId"] == \
            hashlib.sha256(message["Body"].encode()).hexdigest()


def test_a_batch_tells_of_each_entry(account):
    queue = account.fifo()
    answer = account.sqs.send_message_batch(QueueUrl=queue.url, Entries=[
        {"Id": "good", "MessageBody": "1", "MessageGroupId": "g", "MessageDeduplicationId": "d"},
        {"Id": "same", "MessageBody": "1", "MessageGroupId": "g", "MessageDeduplicationId": "d"},
        {"Id": "groupless", "MessageBody": "2", "MessageDeduplicationId": "e"}])
    good, same = answer["Successful"]
    assert good["SequenceNumber"] == same["SequenceNumber"]
    assert good["MessageId"] == same["MessageId"]
    assert [(one["Id"], one["Code"], one["SenderFault"]) for one in answer["Failed"]] == \
        [("groupless", "MissingParameter", True)]
    assert bodies(queue.poll()) == ["1"]


def test_what_fifo_queues_refuse(account):
    queue = account.fifo()
    with refused("MissingParameter", "The request must contain the parameter MessageGroupId."):
        queue.send("x", MessageDeduplicationId="d")
    with refused("InvalidParameterValue",
                 "The queue should either have ContentBasedDeduplication enabled or "
                 "MessageDeduplicationId provided explicitly"):
        queue.send("x", MessageGroupId="g")
    with refused("InvalidParameterValue",
                 "Value 5 for parameter DelaySeconds is invalid. Reason: The request include "
                 "parameter that is not valid for this queue type."):
        put(queue, "g", "x", DelaySeconds=5)
    with refused("InvalidParameterValue",
                 "Value a b for parameter MessageGroupId is invalid. Reason: MessageGroupId can "
                 "only include alphanumeric and punctuation characters. 1 to 128 in length."):
        put(queue, "a b", "x")
    with refused("InvalidParameterValue"):
        account.queue("plain", FifoQueue="true")
    with refused("InvalidAttributeName", "Unknown Attribute ContentBasedDeduplication."):
        account.queue("plain", ContentBasedDeduplication="true")


def test_deduplication_and_blocked_groups_survive_kill_9(make_server):
    server = make_server()
    account = server.account()
    queue = account.fifo()
    sent = put(queue, "g", "1", "2")
    taken = queue.poll(MaxNumberOfMessages=1, VisibilityTimeout=600)
    server.kill()
    server.start()
    queue = type(queue)(server.account(account.id), queue.name,
                        f"{server.endpoint}/{account.id}/{queue.name}")
    assert put(queue, "g", "1")[0]["MessageId"] == sent[0]["MessageId"]
    assert queue.poll() == [], "the group waits for a message in flight"
    queue.delete(taken[0])
    left = queue.poll()
    assert bodies(left) == ["2"]
    queue.delete(left[0])
    assert put(queue, "g", "1")[0]["SequenceNumber"] == sent[0]["SequenceNumber"]
    assert queue.poll() == []


def test_visibility_ends_bring_the_group_back_and_expire_its_handles(account):
    queue = account.fifo()
    put(queue, "g", "1", "2")
    first, second = queue.poll()
    queue.delete(second)
    account.sqs.change_message_visibility(QueueUrl=queue.url, VisibilityTimeout=0,
                                          ReceiptHandle=first["ReceiptHandle"])
    with refused("InvalidParameterValue",
                 f"Value {first['ReceiptHandle']} for parameter ReceiptHandle is invalid. Reason: "
                 "The receipt handle has expired."):
        queue.delete(first)
    again = queue.poll()
    assert bodies(again) == ["1"]
    queue.delete(again[0])
    queue.delete(again[0])


def test_a_long_poll_wakes_when_the_group_goes_on(account):
    queue = account.fifo()
    put(queue, "g", "1", "2")
    first = queue.poll(MaxNumberOfMessages=1)
    waiting = account.server.account(account.id)
    with concurrent.futures.ThreadPoolExecutor() as pool:
        poll = pool.submit(lambda: waiting.sqs.receive_message(QueueUrl=queue.url,
                                                               WaitTimeSeconds=20))
        started = time.monotonic()
        assert not poll.done()
        queue.delete(first[0])
        assert bodies(poll.result()["Messages"]) == ["2"]
    assert time.monotonic() - started < 15


def test_groups_of_standard_queues_are_passed_on(account):
    queue = account.queue()
    answer = queue.send("x", MessageGroupId="tenant")
    assert "SequenceNumber" not in answer
    got = queue.poll(MessageSystemAttributeNames=["All"])
    assert got[0]["Attributes"]["MessageGroupId"] == "tenant"


def test_fifo_attributes_are_told_and_changed(account):
    queue = account.fifo()
    told = queue.attributes()
    assert told["FifoQueue"] == "true" and told["ContentBasedDeduplication"] == "false"
    assert told["DeduplicationScope"] == "queue" and told["FifoThroughputLimit"] == "perQueue"
    account.sqs.set_queue_attributes(QueueUrl=queue.url, Attributes={
        "DeduplicationScope": "messageGroup", "FifoThroughputLimit": "perMessageGroupId"})
    assert queue.attributes("DeduplicationScope") == {"DeduplicationScope": "messageGroup"}
    put(queue, "a", "same")
    put(queue, "b", "same")
    assert len(queue.poll()) == 2, "each group has deduplication ids of its own"


# Rules.


def test_a_rule_sends_to_a_fifo_queue_with_its_group(account):
    queue = account.fifo(ContentBasedDeduplication="true")
    account.rule({"source": ["app"]}, {"Id": "t1", "Arn": queue.arn,
                                       "SqsParameters": {"MessageGroupId": "orders"}})
    for n in range(5):
        account.put(entry({"n": n}))
    got = queue.poll(MessageSystemAttributeNames=["All"])
    assert [json.loads(message["Body"])["detail"]["n"] for message in got] == list(range(5))
    assert {message["Attributes"]["MessageGroupId"] for message in got} == {"orders"}


def test_a_group_may_be_a_path_into_the_event(account):
    queue = account.fifo(ContentBasedDeduplication="true")
    account.rule({"source": ["app"]}, {"Id": "t1", "Arn": queue.arn,
                                       "SqsParameters": {"MessageGroupId": "$.detail.user"}})
    account.put(entry({"user": "ann"}), entry({"user": "bob"}), entry({"user": 7}))
    got = queue.poll(MessageSystemAttributeNames=["All"])
    assert [message["Attributes"]["MessageGroupId"] for message in got] == ["ann", "bob", "7"]


def test_equal_payloads_within_five_minutes_are_one_message(account):
    queue = account.fifo(ContentBasedDeduplication="true")
    account.rule({"source": ["app"]}, {"Id": "t1", "Arn": queue.arn, "Input": '"same"',
                                       "SqsParameters": {"MessageGroupId": "g"}})
    account.put(entry(), entry())
    account.put(entry())
    assert bodies(queue.poll()) == ['"same"']


def dead_letter(account, queue, parameters):
    dead = account.queue()
    account.rule({"source": ["app"]}, {"Id": "t1", "Arn": queue.arn, "SqsParameters": parameters,
                                       "DeadLetterConfig": {"Arn": dead.arn}})
    account.put(entry())
    message = dead.receive_all(1)[0]
    return {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}


def test_without_content_based_deduplication_the_delivery_fails(account):
    told = dead_letter(account, account.fifo(), {"MessageGroupId": "g"})
    assert told["ERROR_CODE"] == "INVALID_PARAMETER"
    assert told["ERROR_MESSAGE"] == ("The queue should either have ContentBasedDeduplication "
                                     "enabled or MessageDeduplicationId provided explicitly")
    assert told["RETRY_ATTEMPTS"] == "0"


def test_an_event_without_the_group_it_should_have_is_a_dead_letter(account):
    queue = account.fifo(ContentBasedDeduplication="true")
    told = dead_letter(account, queue, {"MessageGroupId": "$.detail.nothing"})
    assert told["ERROR_CODE"] == "INVALID_PARAMETER"
    assert told["ERROR_MESSAGE"] == "The request must contain the parameter MessageGroupId."


def test_a_query_client_sees_sequence_numbers(account):
    """The older protocol, by hand: boto3 speaks JSON."""
    queue = account.fifo()
    body = urlencode({"Action": "SendMessage", "Version": "2012-11-05", "QueueUrl": queue.url,
                      "MessageBody": "x", "MessageGroupId": "g", "MessageDeduplicationId": "d"})
    answer = account.server.request("POST", "/", body, {
        "Content-Type": "application/x-www-form-urlencoded",
        "Authorization": authorization(account.id, service="sqs"), "X-Amz-Date":
        "20260115T120000Z"})
    assert answer.status == 200
    assert b"<SequenceNumber>0000000000" in answer.body
    assert bodies(queue.poll()) == ["x"]
