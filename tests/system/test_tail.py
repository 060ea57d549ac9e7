"""`rialto tail` and its endpoint: events as they pass, to those who watch."""

import contextlib
import http.client
import json
import subprocess

import pytest

from harness import BINARY, entry, fresh_account, until

GUARD = {"X-Rialto-Request": "1"}


class Tail:
    """A `rialto tail` that runs, from the moment on at which it misses nothing."""

    def __init__(self, account, bus, *options):
        self._process = subprocess.Popen(
            [BINARY, "tail", "--endpoint", account.server.endpoint, "--account", account.id,
             "--region", account.region, bus, *options],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def line(self):
        return self._process.stdout.readline()

    def end(self):
        """What it prints until it ends by itself, and how it ends."""
        out, err = self._process.communicate(timeout=30)
        return out, err, self._process.returncode

    def close(self):
        if self._process.poll() is None:
            self._process.kill()
        self._process.communicate()


@pytest.fixture
def tail(account):
    with contextlib.ExitStack() as stack:
        def start(bus, *options):
            return stack.enter_context(contextlib.closing(Tail(account, bus, *options)))
        yield start


class Stream:
    """The endpoint, read line by line."""

    def __init__(self, account, query):
        self._connection = http.client.HTTPConnection("127.0.0.1", account.server.port, timeout=30)
        self._connection.request("GET", f"/_rialto/tail?{query}&account={account.id}", headers=GUARD)
        self.response = self._connection.getresponse()

    def line(self):
        """The next one that is not blank, or nothing at the end."""
        while line := self.response.readline():
            if line.strip():
                return json.loads(line)
        return None

    def close(self):
        self.response.close()
        self._connection.close()


@pytest.fixture
def stream(account):
    with contextlib.ExitStack() as stack:
        def start(query, of=account):
            made = stack.enter_context(contextlib.closing(Stream(of, query)))
            # The first line, a blank one, says that the watching has begun.
            if made.response.status == 200:
                assert made.response.readline() == b"\n"
            return made
        yield start


def test_it_shows_events_and_the_rules_they_match(account, tail):
    bus, queue = account.bus("shop"), account.queue()
    account.rule({"source": ["app"]}, queue, name="all", bus=bus)
    account.rule({"detail": {"n": [1]}}, queue, name="ones", bus=bus)
    shown = tail("shop", "--count", "3")
    assert shown.line() == "Watching shop.\n"
    ids = account.put(entry({"n": 1}, EventBusName=bus), entry({"n": 2}, EventBusName=bus),
                      {**entry({"n": 3}, EventBusName=bus), "Source": "x"})
    out, err, code = shown.end()
    lines = [line.split(" ", 1)[1] for line in out.splitlines()]
    assert lines == [f'{ids[0]} app "type" {{"n":1}} -> all, ones',
                     f'{ids[1]} app "type" {{"n":2}} -> all',
                     f'{ids[2]} x "type" {{"n":3}} -> no rule']
    assert (err, code) == ("", 0)


def test_as_json_it_shows_whole_events(account, tail, stream):
    watched = tail("default", "--json", "--count", "1")
    beside = stream("bus=default")
    # The command has begun, too, once it shows an event; until then others are put.
    [first] = account.put(entry({"n": 1}))

    def put_more():
        account.put(entry({"n": 2}))
        return watched._process.poll() is not None

    until(put_more, "the command had seen one")
    out, err, code = watched.end()
    shown = json.loads(out)
    assert shown["Bus"] == account.arn("event-bus/default") and shown["Rules"] == []
    assert shown["Event"]["detail"]["n"] in (1, 2) and (err, code) == ("", 0)
    line = beside.line()
    assert line["Event"]["id"] == first and line["Event"]["source"] == "app"


def test_a_pattern_chooses(account, tail):
    shown = tail("default", "--pattern", '{"detail": {"n": [{"numeric": [">", 1]}]}}', "--count", "1")
    assert shown.line() == "Watching default.\n"
    ids = account.put(entry({"n": 1}), entry({"n": 2}))
    assert ids[1] in shown.end()[0]


def test_only_the_bus_that_is_watched_is_shown(account, stream):
    other = account.bus()
    watched = stream("bus=default")
    account.put(entry({"n": 1}, EventBusName=other))
    account.elsewhere("eu-west-1").put(entry({"n": 2}))
    account.server.account(fresh_account()).put(entry({"n": 3}))
    account.put(entry({"n": 4}))
    assert watched.line()["Event"]["detail"] == {"n": 4}


def test_envelopes_pass_too(account, stream):
    watched = stream("bus=default")
    answer = account.server.request(
        "POST", f"/_rialto/events?account={account.id}",
        json.dumps({"source": "aws.s3", "detail-type": "t", "detail": {}}), GUARD)
    assert answer.status == 200
    assert watched.line()["Event"]["source"] == "aws.s3"


def test_a_slow_reader_is_told_how_many_it_lost(account, stream):
    watched = stream("bus=default")
    big = "x" * 100_000
    put = 600  # 60 MB: more than the buffer and what sockets hold
    for _ in range(put // 2):
        account.put(entry({"big": big}), entry({"big": big}))
    account.put(entry({"last": True}))
    shown = lost = 0
    while (line := watched.line()) and shown + lost < put + 1:
        lost += line.get("Lost", 0)
        shown += "Event" in line
        if shown + lost == put + 1:
            break
    assert shown + lost == put + 1 and lost > 0 and shown >= 80


def test_a_server_that_stops_ends_the_stream(make_server, stream):
    server = make_server()
    watched = stream("bus=default", of=server.account())
    assert server.terminate() == 0
    assert watched.line() is None


def test_readers_that_go_are_forgotten(make_server):
    account = make_server().account()
    streams = [Stream(account, "bus=default") for _ in range(101)]
    assert [each.response.status for each in streams] == [200] * 100 + [400]
    assert streams[-1].line()["message"] == "Too many watch already, 100 at most."
    for each in streams:
        each.close()

    def is_empty():
        account.put(entry())  # That one is gone is noticed when there is something to send.
        return b"\nrialto_tail_watchers 0\n" in account.server.request("GET", "/metrics").body

    until(is_empty, "all were forgotten")


def test_an_old_client_is_answered_without_chunks(account):
    with account.server.connect() as connection:
        connection.sendall(f"GET /_rialto/tail?account={account.id} HTTP/1.0\r\nHost: localhost\r\n"
                           "X-Rialto-Request: 1\r\n\r\n".encode())
        reader = connection.makefile("rb")
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += reader.readline()
        assert b"chunked" not in head.lower() and b"content-length" not in head.lower()
        assert reader.readline() == b"\n"
        [event_id] = account.put(entry())
        while not (line := reader.readline()).strip():
            pass
        assert json.loads(line)["Event"]["id"] == event_id


@pytest.mark.parametrize("arguments, says", [
    (["none"], "Event bus none does not exist."),
    (["default", "--pattern", '{"source": "a"}'], "Event pattern is not valid."),
    (["default", "--pattern", "@/no/such/file"], "Cannot read /no/such/file."),
])
def test_what_cannot_be_watched_is_refused(tail, arguments, says):
    out, err, code = tail(*arguments).end()
    assert says in err and (out, code) == ("", 2)


def test_web_pages_are_kept_out(server):
    assert server.request("GET", "/_rialto/tail?bus=default").status == 403
