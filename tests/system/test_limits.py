"""What an operator bounds: events a second by account and by bus, and the memory of the process."""

import contextlib
import pathlib
import resource
import subprocess

import pytest

from harness import BINARY, entry, until


def codes(account, count, bus=None):
    """The ErrorCodes of entries put in one call, None for each that was accepted."""
    entries = [entry({"n": number}) for number in range(count)]
    if bus:
        entries = [one | {"EventBusName": bus} for one in entries]
    answer = account.events.put_events(Entries=entries)
    assert answer["FailedEntryCount"] == sum("ErrorCode" in one for one in answer["Entries"])
    for one in answer["Entries"]:
        assert one.get("ErrorMessage") in (None, "Rate exceeded")
    return [one.get("ErrorCode") for one in answer["Entries"]]


def test_the_rate_of_an_account_counts_all_its_buses(make_server):
    server = make_server(options=["--account-rate", "6"])
    account = server.account()
    account.events.create_event_bus(Name="other")
    assert codes(account, 4) == [None] * 4
    assert codes(account, 4, "other") == [None] * 2 + ["ThrottlingException"] * 2
    assert codes(server.account(), 6) == [None] * 6, "another account has its own"
    server.advance(1)
    assert codes(account, 7) == [None] * 6 + ["ThrottlingException"]


def test_the_rate_of_a_bus_is_its_own(make_server):
    account = make_server(options=["--bus-rate", "3"]).account()
    account.events.create_event_bus(Name="other")
    assert codes(account, 5) == [None] * 3 + ["ThrottlingException"] * 2
    assert codes(account, 5, "other") == [None] * 3 + ["ThrottlingException"] * 2


def test_events_that_are_throttled_reach_nobody_and_are_counted(make_server):
    server = make_server(options=["--bus-rate", "2"])
    account = server.account()
    queue = account.route()
    assert codes(account, 5).count("ThrottlingException") == 3
    assert len(queue.events(2)) == 2
    assert server.metric("rialto_entries_throttled_total") == 3


def test_producers_wait_while_the_memory_budget_is_spent_and_no_longer(make_server):
    """What spends it here: forty clients that send ten megabytes each, but for the last byte."""
    server = make_server(options=["--memory-budget", str(256 << 20)])
    account = server.account()
    queue = account.route()
    assert codes(account, 1) == [None]
    body = b"x" * 10_000_000
    with contextlib.ExitStack() as clients:
        for _ in range(40):
            client = clients.enter_context(server.connect())
            head = f"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n"
            client.sendall(head.encode() + body[:-1])
        until(lambda: codes(account, 3) == ["ThrottlingException"] * 3, "producers are throttled")
        assert server.metric("process_resident_memory_bytes") > 256 << 20
    until(lambda: codes(account, 1) == [None], "producers go on")
    assert len(queue.events(2)) >= 2


def test_a_server_opens_as_many_files_as_it_may(make_server):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(soft, 512), hard))
    try:
        server = make_server()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    limits = pathlib.Path(f"/proc/{server.process.pid}/limits").read_text()
    line, = [one for one in limits.splitlines() if one.startswith("Max open files")]
    assert line.split()[3] == str(hard)


@pytest.mark.parametrize("option", ["--memory-budget=1000000", "--account-rate=-1"])
def test_a_limit_that_makes_no_sense_is_refused(option, tmp_path):
    done = subprocess.run([BINARY, "serve", option, "--data-dir", str(tmp_path)],
                          capture_output=True, text=True)
    assert done.returncode != 0
    assert option.split("=")[0] in done.stderr and "but it takes 0, or a number of" in done.stderr
