"""No answer precedes its fdatasync: proven with a shim, since kill -9 alone keeps the page cache.

The shim (disk_shim.c) holds the server's sync calls back, or fails them, as long as a file exists.
"""

import json
import select

import pytest

from crash import drain
from harness import entry, json_headers, read_answer, until

QUIET_SECONDS = 0.5  # How long "not answered" is watched; an answer takes a millisecond.


@pytest.fixture
def account(make_server, disk):
    server = make_server(env=disk.env, data_dir=disk.data_dir)
    return server.account()


def request(account, target, parameters):
    body = json.dumps(parameters).encode()
    lines = [f"{name}: {value}" for name, value in json_headers(account.id, target).items()]
    return ("\r\n".join(["POST / HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}",
                         *lines, "", ""])).encode() + body


def put_request(account, *numbers):
    return request(account, "AWSEvents.PutEvents",
                   {"Entries": [entry({"n": number}) for number in numbers]})


def requests(account, queue):
    """A call of each kind that promises something durable."""
    return {
        "PutEvents": put_request(account, 1, 2, 3),
        "SendMessage": request(account, "AmazonSQS.SendMessage",
                               {"QueueUrl": queue.url, "MessageBody": "x"}),
        "SendMessageBatch": request(account, "AmazonSQS.SendMessageBatch", {
            "QueueUrl": queue.url, "Entries": [{"Id": "1", "MessageBody": "x"}]}),
        "PutRule": request(account, "AWSEvents.PutRule",
                           {"Name": "r", "EventPattern": '{"source":["app"]}'}),
        "CreateQueue": request(account, "AmazonSQS.CreateQueue", {"QueueName": "new"}),
    }


def test_the_shim_sees_the_servers_sync_calls(account, disk):
    """Else the tests below would prove nothing: each lone put costs at least one call."""
    queue = account.route()
    for number in range(10):
        before = disk.calls
        account.put(entry({"n": number}))
        assert disk.calls > before
    queue.receive_all(10)


@pytest.mark.parametrize("operation", [
    "PutEvents", "SendMessage", "SendMessageBatch", "PutRule", "CreateQueue"])
def test_nothing_is_answered_before_its_fdatasync(account, disk, operation):
    queue = account.route()
    data = requests(account, queue)[operation]
    with account.server.connect() as connection:
        disk.set("hold", True)
        connection.sendall(data)
        until(lambda: disk.is_holding, f"{operation} waits for the disk")
        answered, _, _ = select.select([connection], [], [], QUIET_SECONDS)
        assert not answered, read_answer(connection)
        disk.set("hold", False)
        answer = read_answer(connection)
    assert answer.status == 200, answer
    if operation == "PutEvents":
        assert answer.json()["FailedEntryCount"] == 0
        queue.receive_all(3)


def test_no_put_of_many_connections_is_answered_before_its_fdatasync(account, disk):
    """The group that waits behind the held one is not answered either."""
    queue = account.route()
    connections = [account.server.connect() for _ in range(8)]
    try:
        disk.set("hold", True)
        connections[0].sendall(put_request(account, 0))
        until(lambda: disk.is_holding, "the first put waits for the disk")
        for number, connection in enumerate(connections[1:], 1):
            connection.sendall(put_request(account, number))
        answered, _, _ = select.select(connections, [], [], QUIET_SECONDS)
        assert not answered
        disk.set("hold", False)
        for connection in connections:
            assert read_answer(connection).json()["FailedEntryCount"] == 0
    finally:
        for connection in connections:
            connection.close()
    assert [event["detail"]["n"] for event in queue.events(8)] == list(range(8))


def is_refusal(answer):
    """An error a client can see: of the call, or of each of its entries."""
    if answer.status >= 500:
        return True
    body = answer.json()
    return answer.status == 200 and bool(body["Entries"]) and all(
        result.get("ErrorCode") and "EventId" not in result for result in body["Entries"])


def test_a_failed_fdatasync_is_answered_with_an_error(account, disk):
    server = account.server
    queue = account.route()
    [kept] = account.put(entry({"n": 0}))
    disk.set("fail", True)
    before = disk.calls
    for number in (1, 2):  # The second, too: a disk that failed once is not trusted again.
        with server.connect() as connection:
            connection.sendall(put_request(account, number))
            assert is_refusal(read_answer(connection))
    assert disk.calls > before
    assert server.is_alive()
    disk.set("fail", False)

    # Whatever the store makes of a broken disk, a restart on a good one serves again.
    server.close()
    server.start()
    account = server.account(account.id)
    [later] = account.put(entry({"n": 3}))
    # The refused events may be there or not: nothing was promised.
    assert {kept, later} <= set(drain(account, account.queue(queue.name)))


def test_a_kill_while_the_disk_is_held_loses_nothing_that_was_answered(account, disk):
    server = account.server
    queue = account.route()
    answered = account.put(*[entry({"n": number}) for number in range(10)])
    disk.set("hold", True)
    with server.connect() as connection:
        connection.sendall(put_request(account, 99))
        until(lambda: disk.is_holding, "a put waits for the disk")
        server.kill()
    disk.set("hold", False)
    server.start()
    queue = server.account(account.id).queue(queue.name)
    # The put that was not answered may be there or not.
    assert set(answered) <= set(drain(queue.account, queue))
