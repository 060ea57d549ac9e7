"""Files that cannot be read: a start says why and what to do, and a running server answers
errors for what it cannot read, never something else, and goes on with the rest."""

import botocore.exceptions
import pytest

from harness import entry
from test_kill import drain

LARGE = "x" * 200_000
MESSAGES = 100  # Of LARGE: more than RocksDB keeps in memory.


def refused_start(server, tmp_path):
    """What a server says that must not come up."""
    port_file = tmp_path / "refused.port"
    server.spawn(port_file)
    assert server.wait() != 0
    assert not port_file.exists()
    return server.log_tail()


def test_a_journal_that_cannot_be_read_stops_the_start_and_is_kept(
        make_server, disk, tmp_path):
    server = make_server(env=disk.env, data_dir=disk.data_dir)
    account = server.account()
    queue = account.route()
    accepted = account.put(*[entry({"n": number}) for number in range(10)])
    server.kill()
    disk.make_unreadable("/journal/")
    log = refused_start(server, tmp_path)
    assert "Cannot read" in log and "/journal/segment-" in log and "Input/output error" in log
    assert "dmesg" in log, "it says what to do"
    disk.set("unread", False)
    server.start()
    account = server.account(account.id)
    assert set(drain(account, account.queue(queue.name))) == set(accepted)


def test_a_table_that_cannot_be_read_is_an_error_and_the_rest_goes_on(make_server, disk):
    server = make_server(env=disk.env, data_dir=disk.data_dir,
                         options=["--durability", "none"])  # All is in tables after a stop.
    account = server.account()
    queue = account.queue()
    sent = [f"{number} {LARGE}" for number in range(MESSAGES)]
    for body in sent:
        queue.send(body)
    server.close()
    server.start()
    account = server.account(account.id)
    queue = account.queue(queue.name)
    other = account.queue()
    disk.make_unreadable(".sst")
    sqs = account.sqs
    with pytest.raises(botocore.exceptions.ClientError) as error:
        for _ in range(MESSAGES):
            for message in sqs.receive_message(
                    QueueUrl=queue.url, MaxNumberOfMessages=10).get("Messages", []):
                assert message["Body"] in sent, "what is answered is right"
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] >= 500
    other.send("hello")
    assert [message["Body"] for message in other.poll()] == ["hello"]
    assert server.is_alive()
    disk.set("unread", False)
    server.advance(60)
    assert set(queue.bodies(MESSAGES)) == set(sent), "nothing was lost meanwhile"
