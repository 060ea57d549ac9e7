"""A disk that has no room left: what cannot be kept is refused, nothing that was answered is lost,
and the server goes on by itself once there is room."""

from crash import assert_all_are_there, drain
from harness import entry, until

FILLER = "x" * 200_000
CALLS_MAX = 200  # Of 1 MB; the journal has reserved at most two segments of 64 MB.


def put(account, number):
    """The ids of the events that were accepted, of five that are large."""
    answer = account.events.put_events(Entries=[
        entry({"n": number, "filler": FILLER}) for _ in range(5)])
    return [result["EventId"] for result in answer["Entries"] if "EventId" in result]


def fill(account):
    """Puts until the disk is full; answers the ids that were accepted."""
    accepted = []
    for number in range(CALLS_MAX):
        ids = put(account, number)
        accepted += ids
        if len(ids) < 5:
            assert ids == [], "a call is accepted whole, or not at all"
            return accepted
    raise AssertionError(f"the disk was never full after {CALLS_MAX} calls")


def test_a_full_disk_refuses_and_loses_nothing(make_server, disk):
    server = make_server(env=disk.env, data_dir=disk.data_dir)
    account = server.account()
    queue = account.route()
    accepted = put(account, -1)
    disk.set("full", True)
    accepted += fill(account)
    assert len(accepted) > 50, "what was reserved could be written"
    assert put(account, -2) == [], "it is still full"
    assert server.is_alive()
    # RocksDB ends the process when its own log file fails twice, so it must not have one.
    assert not list(server.data_dir.glob("store/LOG*"))
    messages = queue.poll()
    assert messages, "what is there can still be read"
    disk.set("full", False)

    later = until(lambda: put(account, -3), "there is room again, and puts are accepted")
    # Visible again at once, instead of after the visibility timeout.
    for message in messages:
        account.sqs.change_message_visibility(
            QueueUrl=queue.url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0)
    assert_all_are_there(accepted + later, drain(account, queue))


def test_a_kill_on_a_full_disk_loses_nothing(make_server, disk):
    server = make_server(env=disk.env, data_dir=disk.data_dir)
    account = server.account()
    queue = account.route()
    disk.set("full", True)
    accepted = fill(account)
    server.kill()
    disk.set("full", False)
    server.start()
    account = server.account(account.id)
    found = drain(account, account.queue(queue.name))
    assert set(accepted) <= set(found)
    assert len(found) == len(set(found))
