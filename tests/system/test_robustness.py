"""What bad, slow and hostile clients get: the proper error, and a server that lives on."""

import json
import os
import select
import socket
import time

import pytest

from harness import authorization, entry, json_headers, read_answer

BODY_MEGABYTES = 100
KILOBYTE = 1024
MEGABYTE = 1024 * KILOBYTE


@pytest.fixture(autouse=True)
def lives_on(server):
    """After each of these tests the same process still answers, at once."""
    process = server.process
    yield
    assert server.process is process and server.is_alive()
    account = server.account()
    queue = account.route()
    account.put(entry({"n": 1}))
    assert queue.event()["detail"] == {"n": 1}


def head(account, target="AWSEvents.PutEvents", method="POST", path="/", **more):
    """The head of a request as bytes; what is given replaces or adds headers, None drops them."""
    headers = {"Host": f"127.0.0.1:{account.server.port}", **json_headers(account.id, target),
               **{name.replace("_", "-"): value for name, value in more.items()}}
    lines = [f"{name}: {value}" for name, value in headers.items() if value is not None]
    return "\r\n".join([f"{method} {path} HTTP/1.1", *lines, "", ""]).encode()


def request_bytes(account, body="{}", **more):
    body = body if isinstance(body, bytes) else body.encode()
    return head(account, Content_Length=len(body), **more) + body


def put_body(n=1):
    return json.dumps({"Entries": [entry({"n": n})]})


def call(account, body, target="AWSEvents.PutEvents", **headers):
    return account.server.request("POST", "/", body,
                                  {**json_headers(account.id, target), **headers})


def assert_error(answer, name, status=400):
    assert answer.status == status, answer
    assert answer.header("x-amzn-requestid")
    assert answer.json()["__type"].rpartition("#")[2] == name, answer


def is_over(connection, seconds=10):
    """Whether the peer ends the connection, answered or not."""
    connection.settimeout(seconds)
    try:
        while connection.recv(65536):
            pass
    except ConnectionError:
        pass
    return True  # A timeout raises.


# Requests that are well-formed HTTP and nothing else.

@pytest.mark.parametrize("target", [
    "AWSEvents.Nope", "AWSEvents.", "Nope.PutEvents", "PutEvents", "AmazonSQS.Nope",
    "AWSEvents.PutEvents.More", "awsevents.putevents"])
def test_an_unknown_operation_is_named_so(account, target):
    assert_error(call(account, "{}", target), "UnknownOperationException")


def test_a_post_without_any_operation_is_refused(account):
    headers = {name: value for name, value in json_headers(account.id, "").items()
               if name != "X-Amz-Target"}
    answer = account.server.request("POST", "/", "{}", headers)
    assert answer.status in (400, 404) and answer.header("x-amzn-requestid")


@pytest.mark.parametrize("method, path", [
    ("GET", "/"), ("PUT", "/"), ("DELETE", "/"), ("GET", "/nope"), ("POST", "/nope/nope"),
    ("GET", "/_rialto/nope"), ("GET", "/health/nope"), ("GET", "/../../etc/passwd"),
    ("NONSENSE", "/")])
def test_an_unknown_path_or_method_is_refused(server, method, path):
    answer = server.request(method, path)
    assert 400 <= answer.status < 500


@pytest.mark.parametrize("body", [
    b"{", b"word", b'{"Entries":[}', b'{"Entries":[]]', b"[]", b"1", b'"text"', b'{"Entries":1}',
    b'{"Entries":"text"}', b'{"Entries":[1]}', b'{"Entries":[{"Source":1}]}',
    b'{"Entries":[{"Source":true}]}', b'{"Entries":[{"Detail":{}}]}',
    b'{"Entries":[{"Source":"a","Time":[]}]}', b"{'Entries':[]}", b"{} {}", b"\x00", b"{\x00}",
], ids=str)
def test_bad_json_or_a_wrong_type_is_a_serialization_error(account, body):
    assert_error(call(account, body), "SerializationException")


@pytest.mark.parametrize("body", [
    b'{"Entries":[{"Source":"\xff"}]}', b'{"Entries":[{"Detail":"{\\"a\\":\\"\xc3\\"}"}]}',
    b'{"\xfe":1,"Entries":[]}', b'{"Entries":[{"Source":"\xed\xa0\x80"}]}',
    b'{"Entries":[{"Source":"\\ud800"}]}',
], ids=["lone byte", "cut sequence", "name", "surrogate", "escaped surrogate"])
def test_invalid_utf8_is_refused(account, body):
    queue = account.route()
    answer = call(account, body)
    assert 400 <= answer.status < 500 or answer.json()["FailedEntryCount"] == 1
    assert queue.poll() == []


def test_members_nobody_knows_are_ignored_and_null_is_absent(account):
    queue = account.route()
    body = json.dumps({"Nope": {"a": [1]}, "EndpointId": None,
                       "Entries": [{**entry(), "Nope": 1, "Time": None, "Resources": None}]})
    assert call(account, body).json()["FailedEntryCount"] == 0
    assert queue.event()["resources"] == []


def test_an_empty_body_is_an_empty_object(account):
    answer = call(account, b"", "AWSEvents.ListEventBuses")
    assert answer.status == 200
    assert [bus["Name"] for bus in answer.json()["EventBuses"]] == ["default"]


def test_an_operation_without_output_answers_an_empty_body(account):
    """Content-Length 0 (spec 09 §2); an operation with an empty structure answers {}."""
    answer = call(account, '{"Name":"nope"}', "AWSEvents.DeleteRule")
    assert answer.status == 200 and answer.body == b"" and answer.header("content-length") == "0"
    answer = call(account, json.dumps({"ResourceARN": account.arn("event-bus/default"),
                                       "Tags": []}), "AWSEvents.TagResource")
    assert answer.status == 200 and answer.json() == {}


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "multipart/form-data"])
def test_a_wrong_content_type_is_refused(account, kind):
    answer = call(account, put_body(), **{"Content-Type": kind})
    assert 400 <= answer.status < 500


def test_a_form_for_a_json_service_is_refused(account):
    answer = account.server.request("POST", "/", "Action=PutEvents&Version=2015-10-07", {
        "Authorization": authorization(account.id),
        "Content-Type": "application/x-www-form-urlencoded"})
    assert 400 <= answer.status < 500


# Bombs.

def peak_kilobytes(server):
    with open(f"/proc/{server.process.pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))


def send_until_answered(connection, total):
    """Sends megabytes until all are sent, an answer is there, or the peer closes."""
    block = b"x" * MEGABYTE
    try:
        for _ in range(total):
            if select.select([connection], [], [], 0)[0]:
                return
            connection.sendall(block)
    except ConnectionError:
        pass


def test_a_body_of_100_megabytes_is_refused_and_not_kept(account):
    before = peak_kilobytes(account.server)
    with account.server.connect() as connection:
        connection.sendall(head(account, Content_Length=BODY_MEGABYTES * MEGABYTE))
        send_until_answered(connection, BODY_MEGABYTES)
        assert_error(read_answer(connection), "RequestEntityTooLargeException", 413)
    assert peak_kilobytes(account.server) - before < 90 * KILOBYTE


def test_a_chunked_body_of_100_megabytes_is_refused_too(account):
    before = peak_kilobytes(account.server)
    with account.server.connect() as connection:
        connection.sendall(head(account, Transfer_Encoding="chunked"))
        connection.sendall(b"%x\r\n" % (BODY_MEGABYTES * MEGABYTE))
        send_until_answered(connection, BODY_MEGABYTES)
        assert read_answer(connection).status == 413
    assert peak_kilobytes(account.server) - before < 90 * KILOBYTE


def test_expect_100_continue_is_refused_before_the_body_is_sent(account):
    with account.server.connect() as connection:
        connection.sendall(head(account, Content_Length=BODY_MEGABYTES * MEGABYTE,
                                Expect="100-continue"))
        assert connection.recv(12) == b"HTTP/1.1 413"


def test_expect_100_continue_is_answered_for_a_body_that_fits(account):
    queue = account.route()
    body = put_body().encode()
    with account.server.connect() as connection:
        connection.sendall(head(account, Content_Length=len(body), Expect="100-continue"))
        assert connection.recv(65536).startswith(b"HTTP/1.1 100")
        connection.sendall(body)
        assert read_answer(connection).json()["FailedEntryCount"] == 0
    queue.receive_all(1)


@pytest.mark.parametrize("bracket", [b"[", b'{"a":'], ids=["arrays", "objects"])
@pytest.mark.parametrize("start", [
    b"", b'{"Entries":', b'{"Nope":', b'{"Entries":[{"Nope":'], ids=["top", "entries", "unknown",
                                                                   "in an entry"])
def test_a_million_brackets_are_refused(account, start, bracket):
    answer = call(account, start + bracket * 1_000_000)
    if answer.status != 413:  # The objects are five megabytes.
        assert_error(answer, "SerializationException")


def test_a_million_closed_brackets_in_a_detail_are_malformed(account):
    bomb = '{"a":' + "[" * 500_000 + "]" * 500_000 + "}"
    answer = call(account, json.dumps({"Entries": [entry(bomb), entry()]}))
    assert answer.status == 200
    first, second = answer.json()["Entries"]
    assert first["ErrorCode"] == "MalformedDetail" and "EventId" in second


def test_a_million_brackets_in_a_message_are_only_text(account):
    queue = account.queue()
    queue.send("[" * 1_000_000)
    assert queue.bodies(1) == ["[" * 1_000_000]


def test_a_million_brackets_as_an_envelope_are_refused(account):
    answer = account.server.request("POST", "/_rialto/events", b"[" * 1_000_000, {
        "X-Rialto-Request": "1", "Authorization": authorization(account.id)})
    assert answer.status == 400


def test_a_huge_head_is_refused(account):
    with account.server.connect() as connection:
        try:
            connection.sendall(b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\n")
            for number in range(64):
                connection.sendall(b"X-%d: " % number + b"x" * 16 * KILOBYTE + b"\r\n")
        except ConnectionError:
            pass
        assert is_over(connection)


# Broken HTTP.

@pytest.mark.parametrize("garbage", [
    b"\x00" * 64, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)),
    os.urandom(4096), b"GET\r\n\r\n", b"POST / HTTP/9.9\r\n\r\n", b"\r\n" * 100,
    b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    b"POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
    b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
    b"POST / HTTP/1.1\r\nno colon\r\n\r\n", b"POST / HTTP/1.1\r\n: empty\r\n\r\n",
    b"GET " + b"/" * 100_000 + b" HTTP/1.1\r\n\r\n",
], ids=["zeros", "tls", "random", "short", "version", "newlines", "negative", "two lengths",
        "long length", "bad chunk", "endless chunk", "no colon", "no name", "long path"])
def test_garbage_is_answered_or_hung_up_on(account, garbage):
    with account.server.connect() as connection:
        try:
            connection.sendall(garbage)
            connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass
        assert is_over(connection)


@pytest.mark.parametrize("part", [0, 1, 20, 200, -1], ids=lambda part: f"after {part}")
def test_a_client_that_hangs_up_in_the_middle_does_no_harm(account, part):
    queue = account.route()
    whole = request_bytes(account, put_body())
    with account.server.connect() as connection:
        connection.sendall(whole[:part])
        connection.shutdown(socket.SHUT_WR)
        assert is_over(connection)
    assert queue.poll() == []


def test_a_client_that_ends_within_its_body_is_told_so(account):
    with account.server.connect() as connection:
        connection.sendall(request_bytes(account, put_body())[:-1])
        connection.shutdown(socket.SHUT_WR)
        assert_error(read_answer(connection), "BadRequest", 400)


def test_headers_that_are_too_large_are_named_as_the_cause(account):
    with account.server.connect() as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nX: " + b"a" * 200_000 + b"\r\n\r\n")
        answer = read_answer(connection)
    assert_error(answer, "BadRequest", 431)
    assert "headers are too large" in answer.json()["message"]


def test_a_client_that_resets_the_connection_does_no_harm(account):
    for _ in range(20):
        with account.server.connect() as connection:
            # Linger of 0: close sends a reset.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
            connection.sendall(request_bytes(account, put_body()))


def test_a_half_closed_client_gets_its_answer(account):
    """It says that it will send no more, which is no reason not to answer."""
    queue = account.route()
    with account.server.connect() as connection:
        connection.sendall(request_bytes(account, put_body()))
        connection.shutdown(socket.SHUT_WR)
        assert read_answer(connection).json()["FailedEntryCount"] == 0
    queue.receive_all(1)


def test_a_slow_client_is_served_byte_by_byte(account):
    queue = account.route()
    with account.server.connect() as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in request_bytes(account, put_body()):
            connection.sendall(bytes([byte]))
            time.sleep(0.0005)  # So that the bytes arrive one by one.
        assert read_answer(connection).json()["FailedEntryCount"] == 0
    queue.receive_all(1)


def test_a_slow_client_holds_up_nobody(account):
    queue = account.route()
    with account.server.connect() as connection:
        connection.sendall(request_bytes(account, put_body())[:-1])
        account.put(entry({"n": 2}))
        assert queue.event()["detail"] == {"n": 2}


def test_a_client_that_does_not_read_holds_up_nobody(account):
    queue = account.queue()
    queue.send("x" * MEGABYTE)
    body = json.dumps({"QueueUrl": queue.url, "VisibilityTimeout": 0})
    one = request_bytes(account, body, target="AmazonSQS.ReceiveMessage")
    with account.server.connect() as connection:
        connection.sendall(one * 50)  # Fifty megabytes of answers that nobody takes.
        witness = account.route()
        account.put(entry({"n": 1}))
        witness.receive_all(1)


def test_pipelined_requests_are_answered_in_order(account):
    queue = account.route()
    requests = [request_bytes(account, put_body(0)),
                request_bytes(account, "{", target="AWSEvents.PutEvents"),
                request_bytes(account, "{}", target="AWSEvents.Nope"),
                request_bytes(account, put_body(1)),
                request_bytes(account, '{"QueueNamePrefix":"q"}', target="AmazonSQS.ListQueues")]
    with account.server.connect() as connection:
        connection.sendall(b"".join(requests))
        # One reader for all: each HTTPResponse of its own would swallow what follows.
        text = b""
        while text.count(b"HTTP/1.1 ") < 5 or b"QueueUrls" not in text:
            part = connection.recv(65536)
            assert part, text
            text += part
    answers = text.split(b"HTTP/1.1 ")[1:]
    assert [answer[:3] for answer in answers] == [b"200", b"400", b"400", b"200", b"200"]
    assert b"SerializationException" in answers[1]
    assert b"UnknownOperationException" in answers[2]
    assert [event["detail"]["n"] for event in queue.events(2)] == [0, 1]


def test_a_connection_serves_many_requests(account):
    with account.server.connect() as connection:
        for _ in range(50):
            connection.sendall(request_bytes(account, "{}", target="AWSEvents.ListEventBuses"))
            assert read_answer(connection).status == 200


def test_connection_close_is_honoured(account):
    with account.server.connect() as connection:
        connection.sendall(request_bytes(account, "{}", target="AWSEvents.ListEventBuses",
                                         Connection="close"))
        assert read_answer(connection).status == 200
        assert is_over(connection)


def test_a_chunked_body_is_read(account):
    queue = account.route()
    body = put_body().encode()
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in [body[:7], body[7:]])
    with account.server.connect() as connection:
        connection.sendall(head(account, Transfer_Encoding="chunked") + chunks + b"0\r\n\r\n")
        assert read_answer(connection).json()["FailedEntryCount"] == 0
    queue.receive_all(1)


def test_hundreds_of_idle_connections_hold_up_nobody(account):
    queue = account.route()
    connections = [account.server.connect() for _ in range(300)]
    try:
        account.put(entry({"n": 1}))
        queue.receive_all(1)
        connections[150].sendall(request_bytes(account, put_body(2)))
        assert read_answer(connections[150]).status == 200
        queue.receive_all(1)
    finally:
        for connection in connections:
            connection.close()


def test_every_answer_has_a_request_id_and_a_date(account):
    identities = set()
    for body, target in [("{}", "AWSEvents.ListRules"), ("{", "AWSEvents.ListRules"),
                         ("{}", "AWSEvents.Nope"), ("{}", "AmazonSQS.ListQueues")]:
        answer = call(account, body, target)
        identities.add(answer.header("x-amzn-requestid"))
        assert answer.header("date")
        version = "1.0" if target.startswith("AmazonSQS") else "1.1"
        assert answer.header("content-type") == f"application/x-amz-json-{version}"
    assert len(identities) == 4 and None not in identities
