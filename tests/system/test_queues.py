"""The built-in queues through boto3's SQS client, which speaks JSON (spec 09 §9)."""

import concurrent.futures
import hashlib
import json
import select
import struct
import time

import pytest

from harness import Queue, authorization, is_sentence, pages, read_answer, refused, without_metadata

MIB = 1048576  # The most bytes of a message, and of a batch (spec 09 §9).
NO_QUEUE = ("AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist.")


def md5(data):
    return hashlib.md5(data.encode() if isinstance(data, str) else data).hexdigest()


def md5_of_attributes(attributes):
    """What SDKs compute and compare (spec 09 §9)."""
    def sized(data):
        data = data.encode() if isinstance(data, str) else data
        return struct.pack(">I", len(data)) + data

    text = b""
    for name in sorted(attributes):
        value = attributes[name]
        text += sized(name) + sized(value["DataType"])
        if "BinaryValue" in value:
            text += b"\x02" + sized(value["BinaryValue"])
        else:
            text += b"\x01" + sized(value["StringValue"])
    return md5(text)


def short(code):
    return code.rsplit(".", 1)[-1].rsplit("#", 1)[-1]


def refused_as(name):
    """SDKs see either the query protocol's code or the JSON one; both end in this name."""
    class Check:
        def __enter__(self):
            self._block = refused()
            self._refusal = self._block.__enter__()
            return self._refusal

        def __exit__(self, *error):
            swallowed = self._block.__exit__(*error)
            if swallowed:
                assert short(self._refusal.code) == name, self._refusal.response["Error"]
            return swallowed
    return Check()


# Queues.

def test_a_queue_has_a_url_of_host_account_and_name(account):
    url = account.sqs.create_queue(QueueName="jobs")["QueueUrl"]
    assert url == f"{account.server.endpoint}/{account.id}/jobs"
    assert account.sqs.get_queue_url(QueueName="jobs")["QueueUrl"] == url


def test_the_url_is_built_from_the_host_that_was_asked(account):
    account.queue("jobs")
    for host in [f"localhost:{account.server.port}", "127.0.0.1"]:
        answer = account.server.request("POST", "/", '{"QueueName":"jobs"}', {
            "Authorization": authorization(account.id, service="sqs"), "Host": host,
            "X-Amz-Target": "AmazonSQS.GetQueueUrl",
            "Content-Type": "application/x-amz-json-1.0"})
        assert answer.json() == {"QueueUrl": f"http://{host}/{account.id}/jobs"}


def test_a_url_with_another_host_names_the_same_queue(account):
    queue = account.queue("jobs")
    queue.send("hello")
    elsewhere = Queue(account, "jobs", f"http://queue.example.org/{account.id}/jobs")
    assert elsewhere.bodies(1) == ["hello"]


def test_create_again_gives_the_same_queue(account):
    first = account.sqs.create_queue(QueueName="jobs", Attributes={"VisibilityTimeout": "5"})
    again = account.sqs.create_queue(QueueName="jobs", Attributes={"VisibilityTimeout": "5"})
    unsaid = account.sqs.create_queue(QueueName="jobs")
    assert first["QueueUrl"] == again["QueueUrl"] == unsaid["QueueUrl"]


def test_create_again_with_other_attributes_is_refused(account):
    account.queue("jobs", VisibilityTimeout="5")
    with refused() as refusal:
        account.sqs.create_queue(QueueName="jobs", Attributes={"VisibilityTimeout": "6"})
    assert short(refusal.code) in ("QueueAlreadyExists", "QueueNameExists")
    assert is_sentence(refusal.message)


@pytest.mark.parametrize("name", ["a b", "a.b", "n" * 81, "é", ""],
                         ids=["blank", "dot", "long", "letter", "empty"])
def test_a_bad_name_is_refused(account, name):
    with refused() as refusal:
        account.raw_sqs.create_queue(QueueName=name)
    assert refusal.status == 400
    assert account.sqs.list_queues().get("QueueUrls", []) == []


def test_names_use_letters_digits_hyphens_and_underscores(account):
    name = "A-z_09" + "x" * 74
    assert account.queue(name).url.endswith(f"/{account.id}/{name}")


def test_a_new_queue_has_the_usual_attributes(account):
    before = int(time.time())
    attributes = account.queue("jobs").attributes("All")
    for moment in ["CreatedTimestamp", "LastModifiedTimestamp"]:
        assert before - 1 <= int(attributes[moment]) <= time.time() + 1  # Seconds, not ms.
    expected = {
        "QueueArn": account.arn("jobs", service="sqs"), "VisibilityTimeout": "30",
        "DelaySeconds": "0", "ReceiveMessageWaitTimeSeconds": "0",
        "MessageRetentionPeriod": "345600", "MaximumMessageSize": str(MIB),
        "ApproximateNumberOfMessages": "0", "ApproximateNumberOfMessagesNotVisible": "0",
        "ApproximateNumberOfMessagesDelayed": "0"}
    assert {name: attributes.get(name) for name in expected} == expected


def test_only_the_named_attributes_are_given(account):
    queue = account.queue()
    assert queue.attributes("QueueArn", "DelaySeconds") == {"QueueArn": queue.arn,
                                                            "DelaySeconds": "0"}
    none = account.sqs.get_queue_attributes(QueueUrl=queue.url)
    assert none.get("Attributes", {}) == {}


def test_an_unknown_attribute_is_refused(account):
    queue = account.queue()
    with refused_as("InvalidAttributeName"):
        queue.attributes("Nonsense")
    with refused_as("InvalidAttributeName"):
        account.sqs.set_queue_attributes(QueueUrl=queue.url, Attributes={"Nonsense": "1"})
    with refused_as("InvalidAttributeName"):
        account.sqs.create_queue(QueueName="other", Attributes={"Nonsense": "1"})


SETTINGS = {"VisibilityTimeout": "7", "DelaySeconds": "3", "ReceiveMessageWaitTimeSeconds": "2",
            "MessageRetentionPeriod": "3600", "MaximumMessageSize": "2048"}


def test_create_takes_attributes(account):
    attributes = account.queue("jobs", **SETTINGS).attributes()
    assert {name: attributes[name] for name in SETTINGS} == SETTINGS


def test_set_changes_only_what_is_given(account):
    queue = account.queue("jobs", **SETTINGS)
    account.sqs.set_queue_attributes(QueueUrl=queue.url, Attributes={"DelaySeconds": "0"})
    attributes = queue.attributes()
    assert {name: attributes[name] for name in SETTINGS} == {**SETTINGS, "DelaySeconds": "0"}


@pytest.mark.parametrize("name, value", [
    ("VisibilityTimeout", "43201"), ("VisibilityTimeout", "-1"), ("DelaySeconds", "901"),
    ("ReceiveMessageWaitTimeSeconds", "21"), ("MessageRetentionPeriod", "59"),
    ("MessageRetentionPeriod", "1209601"), ("MaximumMessageSize", "1023"),
    ("MaximumMessageSize", str(MIB + 1)), ("DelaySeconds", "word"),
])
def test_attributes_have_bounds(account, name, value):
    queue = account.queue()
    before = queue.attributes()
    with refused_as("InvalidAttributeValue"):
        account.sqs.set_queue_attributes(QueueUrl=queue.url, Attributes={name: value})
    assert queue.attributes()[name] == before[name]
    with refused_as("InvalidAttributeValue"):
        account.queue("other", **{name: value})


def test_what_does_not_act_yet_is_refused_and_not_stored(account):
    attributes = {"KmsMasterKeyId": "alias/aws/sqs"}
    with refused() as refusal:
        account.sqs.create_queue(QueueName="jobs", Attributes=attributes)
    assert refusal.status == 400
    assert "kms" in refusal.message.lower() and is_sentence(refusal.message)
    assert "QueueUrls" not in account.sqs.list_queues()

    queue = account.queue("plain")
    with refused() as refusal:
        account.sqs.set_queue_attributes(QueueUrl=queue.url, Attributes=attributes)
    assert is_sentence(refusal.message)
    assert next(iter(attributes)) not in queue.attributes()


def test_queues_are_listed_by_prefix_and_in_pages(account):
    urls = [account.queue(name).url for name in ["app-1", "app-2", "app-3", "other"]]
    assert sorted(account.sqs.list_queues()["QueueUrls"]) == urls
    assert sorted(account.sqs.list_queues(QueueNamePrefix="app-")["QueueUrls"]) == urls[:3]
    assert "QueueUrls" not in account.sqs.list_queues(QueueNamePrefix="nothing")
    found = pages(account.sqs.list_queues, "QueueUrls", MaxResults=2, QueueNamePrefix="app-")
    assert [len(page) for page in found if page] == [2, 1]
    assert sorted(url for page in found for url in page) == urls[:3]


def test_a_deleted_queue_is_gone_with_its_messages(account):
    queue = account.queue("jobs")
    queue.send()
    account.sqs.delete_queue(QueueUrl=queue.url)
    with refused(*NO_QUEUE):
        account.sqs.get_queue_url(QueueName="jobs")
    assert "QueueUrls" not in account.sqs.list_queues()
    assert account.queue("jobs").poll() == []


def test_every_operation_names_a_missing_queue(account):
    url = f"{account.server.endpoint}/{account.id}/missing"
    sqs, handle = account.sqs, {"ReceiptHandle": "x"}
    calls = [
        lambda: sqs.delete_queue(QueueUrl=url),
        lambda: sqs.get_queue_url(QueueName="missing"),
        lambda: sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"]),
        lambda: sqs.set_queue_attributes(QueueUrl=url, Attributes={"DelaySeconds": "1"}),
        lambda: sqs.send_message(QueueUrl=url, MessageBody="x"),
        lambda: sqs.send_message_batch(QueueUrl=url, Entries=[{"Id": "1", "MessageBody": "x"}]),
        lambda: sqs.receive_message(QueueUrl=url),
        lambda: sqs.delete_message(QueueUrl=url, **handle),
        lambda: sqs.delete_message_batch(QueueUrl=url, Entries=[{"Id": "1", **handle}]),
        lambda: sqs.change_message_visibility(QueueUrl=url, VisibilityTimeout=1, **handle),
        lambda: sqs.change_message_visibility_batch(
            QueueUrl=url, Entries=[{"Id": "1", "VisibilityTimeout": 1, **handle}]),
        lambda: sqs.purge_queue(QueueUrl=url),
        lambda: sqs.tag_queue(QueueUrl=url, Tags={"a": "b"}),
        lambda: sqs.untag_queue(QueueUrl=url, TagKeys=["a"]),
        lambda: sqs.list_queue_tags(QueueUrl=url),
    ]
    for call in calls:
        with refused(*NO_QUEUE) as refusal:
            call()
        assert refusal.status == 400
        assert refusal.response["Error"]["QueryErrorCode"] == "QueueDoesNotExist"


def test_tags_are_merged_and_taken_away(account):
    url = account.sqs.create_queue(QueueName="jobs", tags={"a": "1", "b": "2"})["QueueUrl"]
    assert account.sqs.list_queue_tags(QueueUrl=url)["Tags"] == {"a": "1", "b": "2"}
    account.sqs.tag_queue(QueueUrl=url, Tags={"b": "3", "c": ""})
    account.sqs.untag_queue(QueueUrl=url, TagKeys=["a", "absent"])
    assert account.sqs.list_queue_tags(QueueUrl=url)["Tags"] == {"b": "3", "c": ""}
    account.sqs.untag_queue(QueueUrl=url, TagKeys=["b", "c"])
    assert account.sqs.list_queue_tags(QueueUrl=url).get("Tags", {}) == {}


# Messages.

def test_a_message_is_sent_received_and_deleted(account):
    queue = account.queue()
    sent = queue.send("héllo 😀")
    assert sent["MD5OfMessageBody"] == md5("héllo 😀")
    assert "MD5OfMessageAttributes" not in sent and "SequenceNumber" not in sent
    [message] = queue.poll()
    assert message.pop("ReceiptHandle")
    assert message == {"MessageId": sent["MessageId"], "Body": "héllo 😀",
                       "MD5OfBody": sent["MD5OfMessageBody"]}


def test_a_deleted_message_does_not_return(account):
    queue = account.queue(VisibilityTimeout="0")
    queue.send()
    [message] = queue.poll()
    queue.delete(message)
    assert queue.poll() == []
    queue.delete(message)  # Twice is fine.
    assert queue.attributes("ApproximateNumberOfMessages") == {"ApproximateNumberOfMessages": "0"}


def test_an_empty_receive_has_no_messages_member(account):
    answer = account.sqs.receive_message(QueueUrl=account.queue().url)
    assert without_metadata(answer) == {}


def test_receive_gives_one_message_unless_told(account):
    queue = account.queue()
    for number in range(12):
        queue.send(str(number))
    first = account.sqs.receive_message(QueueUrl=queue.url)["Messages"]
    rest = queue.poll(MaxNumberOfMessages=10)
    last = queue.poll(MaxNumberOfMessages=10)
    assert [len(first), len(rest), len(last)] == [1, 10, 1]
    assert {message["Body"] for message in first + rest + last} == {str(n) for n in range(12)}


@pytest.mark.parametrize("parameters", [
    {"MaxNumberOfMessages": 0}, {"MaxNumberOfMessages": 11}, {"WaitTimeSeconds": 21},
    {"WaitTimeSeconds": -1}, {"VisibilityTimeout": 43201}, {"VisibilityTimeout": -1},
], ids=str)
def test_receive_has_bounds(account, parameters):
    queue = account.queue()
    with refused() as refusal:
        account.raw_sqs.receive_message(QueueUrl=queue.url, **parameters)
    assert short(refusal.code) in ("InvalidParameterValue", "ReadCountOutOfRange")
    assert refusal.status == 400


def test_two_receivers_never_share_a_message(account):
    queue = account.queue()
    for start in range(0, 200, 10):
        account.sqs.send_message_batch(QueueUrl=queue.url, Entries=[
            {"Id": str(n), "MessageBody": str(n)} for n in range(start, start + 10)])

    def drain(_):
        found = []
        while batch := queue.poll():
            found += [message["Body"] for message in batch]
        return found

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        found = [body for part in pool.map(drain, range(4)) for body in part]
    assert sorted(map(int, found)) == list(range(200))


@pytest.mark.parametrize("size, fits", [(MIB - 1, True), (MIB + 1, False)])
def test_a_message_has_at_most_a_mebibyte(account, size, fits):
    queue = account.queue()
    body = "x" * size
    if fits:
        assert queue.send(body)["MD5OfMessageBody"] == md5(body)
        assert queue.poll()[0]["Body"] == body
        return
    with refused("InvalidParameterValue", "One or more parameters are invalid. Reason: Message "
                                          f"must be shorter than {MIB} bytes."):
        queue.send(body)


def test_a_queue_may_allow_less(account):
    queue = account.queue(MaximumMessageSize="1024")
    queue.send("x" * 1024)
    with refused("InvalidParameterValue"):
        queue.send("x" * 1025)


def test_an_empty_body_is_refused(account):
    with refused() as refusal:
        account.raw_sqs.send_message(QueueUrl=account.queue().url, MessageBody="")
    assert short(refusal.code) in ("MissingParameter", "InvalidParameterValue")


def test_characters_outside_xml_are_refused(account):
    queue = account.queue()
    with refused_as("InvalidMessageContents"):
        queue.send("a\x01b")
    queue.send("tab\tline\nreturn\r")
    assert queue.bodies(1) == ["tab\tline\nreturn\r"]


ATTRIBUTES = {
    "text": {"DataType": "String", "StringValue": "välue"},
    "number": {"DataType": "Number", "StringValue": "42.50"},
    "binary": {"DataType": "Binary", "BinaryValue": b"\x00\xff\x10"},
    "custom": {"DataType": "Number.price", "StringValue": "7"},
    "group.one": {"DataType": "String", "StringValue": "1"},
    "group.two": {"DataType": "String", "StringValue": "2"},
}


def test_message_attributes_arrive_with_their_md5(account):
    queue = account.queue()
    sent = queue.send(MessageAttributes=ATTRIBUTES)
    assert sent["MD5OfMessageAttributes"] == md5_of_attributes(ATTRIBUTES)
    [message] = queue.poll(MessageAttributeNames=["All"])
    assert message["MessageAttributes"] == ATTRIBUTES
    assert message["MD5OfMessageAttributes"] == md5_of_attributes(ATTRIBUTES)


@pytest.mark.parametrize("names, expected", [
    ([], set()), (["text", "absent"], {"text"}), ([".*"], set(ATTRIBUTES)),
    (["group.*"], {"group.one", "group.two"}), (["binary", "number"], {"binary", "number"}),
], ids=str)
def test_only_the_named_message_attributes_are_given(account, names, expected):
    queue = account.queue()
    queue.send(MessageAttributes=ATTRIBUTES)
    [message] = queue.poll(MessageAttributeNames=names)
    assert set(message.get("MessageAttributes", {})) == expected
    if expected:
        given = {name: ATTRIBUTES[name] for name in expected}
        assert message["MD5OfMessageAttributes"] == md5_of_attributes(given)
    else:
        assert "MD5OfMessageAttributes" not in message


@pytest.mark.parametrize("attributes", [
    {"a": {"DataType": "Nonsense", "StringValue": "x"}},
    {"a": {"DataType": "Number", "StringValue": "word"}},
    {"a": {"DataType": "String"}},
    {"AWS.x": {"DataType": "String", "StringValue": "x"}},
    {f"a{number}": {"DataType": "String", "StringValue": "x"} for number in range(11)},
], ids=["type", "number", "no value", "reserved name", "eleven"])
def test_bad_message_attributes_are_refused(account, attributes):
    queue = account.queue()
    with refused() as refusal:
        account.raw_sqs.send_message(QueueUrl=queue.url, MessageBody="x",
                                     MessageAttributes=attributes)
    assert short(refusal.code) in ("InvalidParameterValue", "MissingParameter")
    assert queue.poll() == []


@pytest.mark.parametrize("member", ["AttributeNames", "MessageSystemAttributeNames"])
def test_system_attributes_are_given_when_asked_for(account, member):
    queue = account.queue(VisibilityTimeout="0")
    before = int(time.time() * 1000)
    queue.send()
    queue.poll()
    [message] = queue.poll(**{member: ["All"]})
    attributes = message["Attributes"]
    assert attributes["ApproximateReceiveCount"] == "2"
    sent, received = (int(attributes[name]) for name in [
        "SentTimestamp", "ApproximateFirstReceiveTimestamp"])
    assert before - 1000 <= sent <= received <= time.time() * 1000 + 1000
    assert attributes["SenderId"]
    [message] = queue.poll(**{member: ["SentTimestamp"]})
    assert message["Attributes"] == {"SentTimestamp": str(sent)}
    [message] = queue.poll()
    assert "Attributes" not in message


def test_the_trace_header_is_a_system_attribute(account):
    queue = account.queue()
    trace = "Root=1-5759e988-bd862e3fe1be46a994272793"
    queue.send(MessageSystemAttributes={
        "AWSTraceHeader": {"DataType": "String", "StringValue": trace}})
    [message] = queue.poll(MessageSystemAttributeNames=["AWSTraceHeader"])
    assert message["Attributes"] == {"AWSTraceHeader": trace}


# Time: waited for, never slept.

def seconds_until_message(queue, wait=5):
    start = time.monotonic()
    messages = queue.poll(wait=wait)
    assert len(messages) == 1
    return time.monotonic() - start, messages[0]


def test_a_message_returns_when_its_visibility_ends(account):
    queue = account.queue(VisibilityTimeout="1")
    queue.send()
    [first] = queue.poll()
    assert queue.poll() == []
    elapsed, second = seconds_until_message(queue)
    assert 0.7 < elapsed < 3
    assert second["MessageId"] == first["MessageId"]
    assert second["ReceiptHandle"] != first["ReceiptHandle"]


def test_a_receive_may_set_the_visibility(account):
    queue = account.queue()
    queue.send()
    queue.poll(VisibilityTimeout=0)
    queue.poll(VisibilityTimeout=1)
    assert queue.poll() == []
    elapsed, _ = seconds_until_message(queue)
    assert elapsed < 3


def test_visibility_can_be_ended_and_extended(account):
    queue = account.queue(VisibilityTimeout="1")
    queue.send("a")
    [message] = queue.poll()
    account.sqs.change_message_visibility(
        QueueUrl=queue.url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=600)
    assert queue.poll(wait=2) == []  # Longer than its first second.
    account.sqs.change_message_visibility(
        QueueUrl=queue.url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0)
    assert queue.poll()[0]["MessageId"] == message["MessageId"]


def test_visibility_has_bounds(account):
    queue = account.queue()
    queue.send()
    [message] = queue.poll()
    for seconds in (-1, 43201):
        with refused("InvalidParameterValue"):
            account.raw_sqs.change_message_visibility(
                QueueUrl=queue.url, ReceiptHandle=message["ReceiptHandle"],
                VisibilityTimeout=seconds)


def test_a_delayed_message_appears_later(account):
    queue = account.queue()
    queue.send(DelaySeconds=1)
    assert queue.attributes("ApproximateNumberOfMessagesDelayed") == {
        "ApproximateNumberOfMessagesDelayed": "1"}
    assert queue.poll() == []
    elapsed, _ = seconds_until_message(queue)
    assert 0.7 < elapsed < 3


def test_a_queue_may_delay_all_and_a_message_may_say_otherwise(account):
    queue = account.queue(DelaySeconds="900")
    queue.send("later")
    queue.send("now", DelaySeconds=0)
    assert queue.bodies(1) == ["now"]
    with refused("InvalidParameterValue"):
        account.raw_sqs.send_message(QueueUrl=queue.url, MessageBody="x", DelaySeconds=901)


def test_a_long_poll_of_an_empty_queue_waits_its_time(account):
    queue = account.queue(ReceiveMessageWaitTimeSeconds="1")
    for poll in (lambda: queue.poll(wait=1),
                 lambda: account.sqs.receive_message(QueueUrl=queue.url).get("Messages", [])):
        start = time.monotonic()
        assert poll() == []
        assert 0.9 < time.monotonic() - start < 3
    start = time.monotonic()
    assert queue.poll(wait=0) == []  # Said explicitly, 0 wins over the queue's own time.
    assert time.monotonic() - start < 0.9


def receive_request(queue, wait):
    """A ReceiveMessage as bytes: on a raw socket one sees when it is answered."""
    body = json.dumps({"QueueUrl": queue.url, "WaitTimeSeconds": wait}).encode()
    return (f"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n"
            f"Authorization: {authorization(queue.account.id, service='sqs')}\r\n"
            "X-Amz-Target: AmazonSQS.ReceiveMessage\r\n"
            "Content-Type: application/x-amz-json-1.0\r\n\r\n").encode() + body


@pytest.mark.parametrize("by", ["SendMessage", "an event"])
def test_a_long_poll_wakes_up_at_once_when_a_message_arrives(account, by):
    queue = account.route()
    with account.server.connect() as connection:
        connection.sendall(receive_request(queue, 20))
        readable, _, _ = select.select([connection], [], [], 0.3)
        assert not readable, "the poll did not wait"
        if by == "an event":
            account.put({"Source": "app", "DetailType": "t", "Detail": "{}"})
        else:
            queue.send("hello")
        start = time.monotonic()
        answer = read_answer(connection)
    assert time.monotonic() - start < 1
    assert answer.status == 200 and len(answer.json()["Messages"]) == 1


def test_a_poller_that_went_away_takes_no_message_with_it_for_good(account):
    """The server cannot always tell; then the message is back when its visibility ends."""
    queue = account.queue(VisibilityTimeout="1")
    with account.server.connect() as connection:
        connection.sendall(receive_request(queue, 20))
        readable, _, _ = select.select([connection], [], [], 0.3)
        assert not readable
    queue.send("for the next one")
    assert queue.bodies(1) == ["for the next one"]


# Batches, counts, purge.

def test_a_batch_is_sent_deleted_and_changed_entry_by_entry(account):
    queue = account.queue()
    answer = account.sqs.send_message_batch(QueueUrl=queue.url, Entries=[
        {"Id": "a", "MessageBody": "A", "MessageAttributes": {"text": ATTRIBUTES["text"]}},
        {"Id": "b", "MessageBody": "B"}, {"Id": "c", "MessageBody": "C", "DelaySeconds": 900}])
    assert answer.get("Failed", []) == []
    sent = {result["Id"]: result for result in answer["Successful"]}
    assert [result["Id"] for result in answer["Successful"]] == ["a", "b", "c"]
    assert sent["a"]["MD5OfMessageBody"] == md5("A")
    assert sent["a"]["MD5OfMessageAttributes"] == md5_of_attributes({"text": ATTRIBUTES["text"]})

    messages = {message["MessageId"]: message for message in queue.poll()}
    assert set(messages) == {sent["a"]["MessageId"], sent["b"]["MessageId"]}
    handles = [messages[sent[name]["MessageId"]]["ReceiptHandle"] for name in "ab"]
    answer = account.sqs.change_message_visibility_batch(QueueUrl=queue.url, Entries=[
        {"Id": "a", "ReceiptHandle": handles[0], "VisibilityTimeout": 0},
        {"Id": "bad", "ReceiptHandle": "nonsense", "VisibilityTimeout": 0}])
    assert answer["Successful"] == [{"Id": "a"}]
    [failed] = answer["Failed"]
    assert failed["Id"] == "bad" and failed["SenderFault"] is True
    assert short(failed["Code"]) == "ReceiptHandleIsInvalid"

    [again] = queue.poll()
    assert again["MessageId"] == sent["a"]["MessageId"]
    answer = account.sqs.delete_message_batch(QueueUrl=queue.url, Entries=[
        {"Id": "a", "ReceiptHandle": again["ReceiptHandle"]},
        {"Id": "b", "ReceiptHandle": handles[1]}, {"Id": "bad", "ReceiptHandle": "nonsense"}])
    assert sorted(result["Id"] for result in answer["Successful"]) == ["a", "b"]
    assert [failed["Id"] for failed in answer["Failed"]] == ["bad"]
    assert queue.attributes("ApproximateNumberOfMessages",
                            "ApproximateNumberOfMessagesNotVisible") == {
        "ApproximateNumberOfMessages": "0", "ApproximateNumberOfMessagesNotVisible": "0"}


def test_a_bad_entry_of_a_batch_fails_alone(account):
    queue = account.queue()
    answer = account.sqs.send_message_batch(QueueUrl=queue.url, Entries=[
        {"Id": "good", "MessageBody": "x"}, {"Id": "bad", "MessageBody": "x", "DelaySeconds": 901}])
    assert [result["Id"] for result in answer["Successful"]] == ["good"]
    [failed] = answer["Failed"]
    assert failed["Id"] == "bad" and failed["SenderFault"] is True
    assert failed["Code"] == "InvalidParameterValue" and failed["Message"]
    queue.receive_all(1)


def test_bad_batches_are_refused_whole(account):
    queue = account.queue()

    def send(entries):
        account.raw_sqs.send_message_batch(QueueUrl=queue.url, Entries=entries)

    with refused_as("EmptyBatchRequest"):
        send([])
    with refused_as("TooManyEntriesInBatchRequest") as refusal:
        send([{"Id": str(number), "MessageBody": "x"} for number in range(20)])
    assert refusal.message == ("Maximum number of entries per request are 10. You have sent 20.")
    with refused_as("BatchEntryIdsNotDistinct"):
        send([{"Id": "a", "MessageBody": "x"}, {"Id": "a", "MessageBody": "y"}])
    with refused_as("InvalidBatchEntryId"):
        send([{"Id": "a b", "MessageBody": "x"}])
    with refused_as("BatchRequestTooLong") as refusal:
        send([{"Id": "a", "MessageBody": "x" * (MIB // 2)},
              {"Id": "b", "MessageBody": "x" * (MIB // 2 + 1)}])
    assert refusal.message == (f"Batch requests cannot be longer than {MIB} bytes. "
                               f"You have sent {MIB + 1} bytes.")
    assert queue.poll() == []


def test_a_bad_receipt_handle_is_refused(account):
    queue = account.queue()
    with refused_as("ReceiptHandleIsInvalid"):
        account.sqs.delete_message(QueueUrl=queue.url, ReceiptHandle="nonsense")
    with refused_as("ReceiptHandleIsInvalid"):
        account.sqs.change_message_visibility(QueueUrl=queue.url, ReceiptHandle="nonsense",
                                              VisibilityTimeout=1)


def test_the_numbers_of_messages_are_counted_by_state(account):
    queue = account.queue()
    for number in range(4):
        queue.send(str(number))
    queue.send("delayed", DelaySeconds=900)
    queue.poll(MaxNumberOfMessages=1)
    counts = {"": "3", "NotVisible": "1", "Delayed": "1"}
    names = {f"ApproximateNumberOfMessages{state}": count for state, count in counts.items()}
    assert queue.attributes(*names) == names


def test_purge_empties_the_queue(account):
    queue = account.queue(VisibilityTimeout="1")
    queue.send("in flight")
    queue.poll()
    queue.send("waiting")
    queue.send("delayed", DelaySeconds=1)
    account.sqs.purge_queue(QueueUrl=queue.url)
    assert queue.poll(wait=2) == []  # Past the delay and the visibility.
    queue.send("after")
    assert queue.bodies(1) == ["after"]
