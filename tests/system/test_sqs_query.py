"""SQS through the query protocol: form posts and XML, as older SDKs speak it (spec 09 §9).

The requests are made by hand, since no SDK of today's generation speaks it.
"""

import hashlib
import select
import urllib.parse
import xml.etree.ElementTree as xml

import pytest

from harness import authorization, read_answer

NAMESPACE = "http://queue.amazonaws.com/doc/2012-11-05/"


def local(element):
    """An element's name; every one of an answer is in SQS's namespace."""
    return element.tag.removeprefix(f"{{{NAMESPACE}}}")


def find(element, *path):
    """The elements at a path of names, at each step all of that name."""
    found = [element]
    for name in path:
        found = [child for parent in found for child in parent if local(child) == name]
    return found


def texts(element, *path):
    return [child.text or "" for child in find(element, *path)]


def pairs(element, name, key="Name", value="Value"):
    return {texts(child, key)[0]: texts(child, value)[0] for child in find(element, name)}


def form(action, **parameters):
    """Dots cannot stand in Python names: a double underscore is one."""
    named = {name.replace("__", "."): value for name, value in parameters.items()}
    return urllib.parse.urlencode({"Action": action, "Version": "2012-11-05", **named})


class Query:
    def __init__(self, account):
        self.account = account

    def post(self, action, path="/", **parameters):
        return self.account.server.request("POST", path, form(action, **parameters), {
            "Authorization": authorization(self.account.id, service="sqs"),
            "Content-Type": "application/x-www-form-urlencoded; charset=utf-8"})

    def call(self, action, path="/", **parameters):
        """The Result element of a call that must succeed (the Response, where none is)."""
        answer = self.post(action, path, **parameters)
        assert answer.status == 200, answer
        assert answer.header("content-type").startswith("text/xml")
        root = xml.fromstring(answer.body)
        assert root.tag == f"{{{NAMESPACE}}}{action}Response"
        [request_id] = texts(root, "ResponseMetadata", "RequestId")
        assert request_id == answer.header("x-amzn-requestid")
        results = find(root, f"{action}Result")
        return results[0] if results else root

    def refused(self, action, path="/", **parameters):
        """Status, code and message of a call that must fail."""
        answer = self.post(action, path, **parameters)
        root = xml.fromstring(answer.body)
        assert root.tag.endswith("ErrorResponse")
        by_name = {child.tag.rpartition("}")[2]: child for child in root}
        assert by_name["RequestId"].text
        error = {child.tag.rpartition("}")[2]: child.text for child in by_name["Error"]}
        assert error["Type"] == "Sender"
        return answer.status, error["Code"], error["Message"]


@pytest.fixture
def query(account):
    return Query(account)


@pytest.fixture
def url(query):
    [url] = texts(query.call("CreateQueue", QueueName="jobs"), "QueueUrl")
    return url


def test_create_takes_attributes_and_tags(query, account):
    result = query.call("CreateQueue", QueueName="jobs", Attribute__1__Name="VisibilityTimeout",
                        Attribute__1__Value="7", Attribute__2__Name="DelaySeconds",
                        Attribute__2__Value="3", Tag__1__Key="team", Tag__1__Value="x")
    [url] = texts(result, "QueueUrl")
    assert url == f"{account.server.endpoint}/{account.id}/jobs"
    attributes = account.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    assert attributes["Attributes"]["VisibilityTimeout"] == "7"
    assert attributes["Attributes"]["DelaySeconds"] == "3"
    assert account.sqs.list_queue_tags(QueueUrl=url)["Tags"] == {"team": "x"}


def test_queues_are_found_and_listed(query, url, account):
    other = account.queue("other").url
    assert texts(query.call("GetQueueUrl", QueueName="jobs"), "QueueUrl") == [url]
    assert sorted(texts(query.call("ListQueues"), "QueueUrl")) == sorted([url, other])
    assert texts(query.call("ListQueues", QueueNamePrefix="o"), "QueueUrl") == [other]


def test_attributes_are_set_and_given(query, url, account):
    query.call("SetQueueAttributes", QueueUrl=url, Attribute__1__Name="VisibilityTimeout",
               Attribute__1__Value="7")
    result = query.call("GetQueueAttributes", QueueUrl=url, AttributeName__1="VisibilityTimeout",
                        AttributeName__2="QueueArn")
    assert pairs(result, "Attribute") == {"VisibilityTimeout": "7",
                                          "QueueArn": account.arn("jobs", service="sqs")}


def test_a_message_goes_through_its_whole_life(query, url):
    body = "héllo <&> \"+%\" 😀"
    sent = query.call("SendMessage", QueueUrl=url, MessageBody=body)
    assert texts(sent, "MD5OfMessageBody") == [hashlib.md5(body.encode()).hexdigest()]
    received = query.call("ReceiveMessage", QueueUrl=url, MaxNumberOfMessages="10",
                          AttributeName__1="All")
    [message] = find(received, "Message")
    assert texts(message, "Body") == [body]
    assert texts(message, "MessageId") == texts(sent, "MessageId")
    assert texts(message, "MD5OfBody") == texts(sent, "MD5OfMessageBody")
    assert pairs(message, "Attribute")["ApproximateReceiveCount"] == "1"
    [handle] = texts(message, "ReceiptHandle")
    query.call("ChangeMessageVisibility", QueueUrl=url, ReceiptHandle=handle,
               VisibilityTimeout="0")
    [message] = find(query.call("ReceiveMessage", QueueUrl=url), "Message")
    query.call("DeleteMessage", QueueUrl=url, ReceiptHandle=texts(message, "ReceiptHandle")[0])
    assert find(query.call("ReceiveMessage", QueueUrl=url, VisibilityTimeout="0"), "Message") == []


def test_the_queue_may_be_in_the_path(query, url, account):
    """How SDKs of the query protocol send it: to the queue's URL."""
    path = urllib.parse.urlparse(url).path
    query.call("SendMessage", path=path, MessageBody="hello")
    received = query.call("ReceiveMessage", path=path, QueueUrl=url)
    assert texts(received, "Message", "Body") == ["hello"]


def test_message_attributes_go_both_ways(query, url, account):
    sent = query.call(
        "SendMessage", QueueUrl=url, MessageBody="x",
        MessageAttribute__1__Name="text", MessageAttribute__1__Value__DataType="String",
        MessageAttribute__1__Value__StringValue="välue",
        MessageAttribute__2__Name="binary", MessageAttribute__2__Value__DataType="Binary",
        MessageAttribute__2__Value__BinaryValue="AP8Q")
    received = query.call("ReceiveMessage", QueueUrl=url, MessageAttributeName__1="All",
                          VisibilityTimeout="0")
    [message] = find(received, "Message")
    assert texts(message, "MD5OfMessageAttributes") == texts(sent, "MD5OfMessageAttributes") != []
    found = {}
    for attribute in find(message, "MessageAttribute"):
        [value] = find(attribute, "Value")
        found[texts(attribute, "Name")[0]] = {local(child): child.text for child in value}
    assert found == {"text": {"DataType": "String", "StringValue": "välue"},
                     "binary": {"DataType": "Binary", "BinaryValue": "AP8Q"}}
    # What came in by one protocol goes out by the other.
    answer = account.sqs.receive_message(QueueUrl=url, MessageAttributeNames=["binary"])
    assert answer["Messages"][0]["MessageAttributes"]["binary"]["BinaryValue"] == b"\x00\xff\x10"


def test_batches_answer_entry_by_entry(query, url):
    result = query.call("SendMessageBatch", QueueUrl=url,
                        SendMessageBatchRequestEntry__1__Id="a",
                        SendMessageBatchRequestEntry__1__MessageBody="A",
                        SendMessageBatchRequestEntry__2__Id="b",
                        SendMessageBatchRequestEntry__2__MessageBody="B",
                        SendMessageBatchRequestEntry__3__Id="bad",
                        SendMessageBatchRequestEntry__3__MessageBody="C",
                        SendMessageBatchRequestEntry__3__DelaySeconds="901")
    assert pairs(result, "SendMessageBatchResultEntry", "Id", "MD5OfMessageBody") == {
        name: hashlib.md5(name.upper().encode()).hexdigest() for name in "ab"}
    assert pairs(result, "BatchResultErrorEntry", "Id", "Code") == {"bad": "InvalidParameterValue"}
    assert pairs(result, "BatchResultErrorEntry", "Id", "SenderFault") == {"bad": "true"}

    received = query.call("ReceiveMessage", QueueUrl=url, MaxNumberOfMessages="10")
    handles = texts(received, "Message", "ReceiptHandle")
    assert len(handles) == 2
    result = query.call("ChangeMessageVisibilityBatch", QueueUrl=url,
                        ChangeMessageVisibilityBatchRequestEntry__1__Id="a",
                        ChangeMessageVisibilityBatchRequestEntry__1__ReceiptHandle=handles[0],
                        ChangeMessageVisibilityBatchRequestEntry__1__VisibilityTimeout="600")
    assert texts(result, "ChangeMessageVisibilityBatchResultEntry", "Id") == ["a"]
    result = query.call("DeleteMessageBatch", QueueUrl=url,
                        DeleteMessageBatchRequestEntry__1__Id="a",
                        DeleteMessageBatchRequestEntry__1__ReceiptHandle=handles[0],
                        DeleteMessageBatchRequestEntry__2__Id="b",
                        DeleteMessageBatchRequestEntry__2__ReceiptHandle=handles[1])
    assert sorted(texts(result, "DeleteMessageBatchResultEntry", "Id")) == ["a", "b"]


def test_tags_are_merged_and_taken_away(query, url):
    query.call("TagQueue", QueueUrl=url, Tag__1__Key="a", Tag__1__Value="1",
               Tag__2__Key="b", Tag__2__Value="2")
    query.call("UntagQueue", QueueUrl=url, TagKey__1="a")
    assert pairs(query.call("ListQueueTags", QueueUrl=url), "Tag", "Key") == {"b": "2"}


def test_purge_and_delete(query, url, account):
    query.call("SendMessage", QueueUrl=url, MessageBody="x")
    query.call("PurgeQueue", QueueUrl=url)
    assert find(query.call("ReceiveMessage", QueueUrl=url), "Message") == []
    query.call("DeleteQueue", QueueUrl=url)
    assert texts(query.call("ListQueues"), "QueueUrl") == []


def test_a_long_poll_waits_and_wakes_up(query, url, account):
    body = form("ReceiveMessage", QueueUrl=url, WaitTimeSeconds="20").encode()
    with account.server.connect() as connection:
        connection.sendall(
            (f"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n"
             f"Authorization: {authorization(account.id, service='sqs')}\r\n"
             "Content-Type: application/x-www-form-urlencoded\r\n\r\n").encode() + body)
        readable, _, _ = select.select([connection], [], [], 0.3)
        assert not readable
        query.call("SendMessage", QueueUrl=url, MessageBody="hello")
        connection.settimeout(2)
        root = xml.fromstring(read_answer(connection).body)
    assert texts(root, "ReceiveMessageResult", "Message", "Body") == ["hello"]


def test_an_event_arrives_here_too(query, account):
    queue = account.route()
    account.put({"Source": "app", "DetailType": "t", "Detail": '{"a":"<b>"}'})
    received = query.call("ReceiveMessage", QueueUrl=queue.url)
    [body] = texts(received, "Message", "Body")
    assert '"detail":{"a":"<b>"}' in body


def test_a_missing_queue_has_the_older_text(query, account):
    missing = f"{account.server.endpoint}/{account.id}/missing"
    expected = (400, "AWS.SimpleQueueService.NonExistentQueue",
                "The specified queue does not exist for this wsdl version.")
    assert query.refused("GetQueueUrl", QueueName="missing") == expected
    assert query.refused("SendMessage", QueueUrl=missing, MessageBody="x") == expected
    assert query.refused("ReceiveMessage", path=f"/{account.id}/missing") == expected


@pytest.mark.parametrize("action, parameters, code", [
    ("Nonsense", {}, "InvalidAction"),
    ("CreateQueue", {}, "MissingParameter"),
    ("CreateQueue", {"QueueName": "a b"}, "InvalidParameterValue"),
    ("CreateQueue", {"QueueName": "q", "Attribute__1__Name": "Nonsense",
                     "Attribute__1__Value": "1"}, "InvalidAttributeName"),
])
def test_a_bad_request_is_told_its_code(query, action, parameters, code):
    status, found, message = query.refused(action, **parameters)
    assert 400 <= status < 500 and found == code and message


def test_a_bad_receipt_handle_is_told_its_code(query, url):
    _, code, _ = query.refused("DeleteMessage", QueueUrl=url, ReceiptHandle="nonsense")
    assert code == "ReceiptHandleIsInvalid"
