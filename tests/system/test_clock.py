"""/_rialto/clock: a test suite moves the server's clock instead of waiting."""

import concurrent.futures
import datetime
import json
import time

import pytest

HEADER = {"X-Rialto-Request": "1"}


def now():
    return datetime.datetime.now(datetime.timezone.utc)


def test_the_clock_shows_the_machines_time_until_it_is_moved(make_server):
    server = make_server()
    before = now().replace(microsecond=0)
    assert before <= server.advance(0) <= now()
    moved = server.advance(86_400)
    assert datetime.timedelta(days=1) <= moved - before < datetime.timedelta(days=1, minutes=1)
    assert server.advance(60) >= moved + datetime.timedelta(minutes=1)


def test_events_get_the_time_of_the_clock(make_server):
    server = make_server()
    account = server.account()
    queue = account.route()
    moved = server.advance(400 * 86_400)
    account.events.put_events(Entries=[{"Source": "app", "DetailType": "t", "Detail": "{}"}])
    stamped = datetime.datetime.fromisoformat(queue.event()["time"].replace("Z", "+00:00"))
    assert datetime.timedelta() <= stamped - moved.replace(microsecond=0) < datetime.timedelta(
        minutes=1)


@pytest.mark.parametrize("hide", ["delay", "visibility"])
def test_a_waiting_receive_gets_what_a_move_makes_visible(make_server, hide):
    server = make_server()
    queue = server.account().queue(DelaySeconds="900" if hide == "delay" else "0",
                                   VisibilityTimeout="900")
    queue.send("late")
    if hide == "visibility":
        assert len(queue.poll(wait=5)) == 1
    begin = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(queue.poll, wait=20)
        server.advance(900)
        assert [message["Body"] for message in waiting.result()] == ["late"]
    assert time.monotonic() - begin < 15


def test_messages_beyond_their_retention_are_gone(make_server):
    server = make_server()
    queue = server.account().queue(MessageRetentionPeriod="3600")
    queue.send("old")
    server.advance(3599 - 120)
    assert queue.attributes()["ApproximateNumberOfMessages"] == "1"
    server.advance(121)
    assert queue.poll() == []


@pytest.mark.parametrize("body", ["", "[]", "{}", "60", '{"advance_seconds": -1}',
                                  '{"advance_seconds": "60"}', '{"advance_seconds": 0.5}',
                                  '{"advance_seconds": 999999999999}'])
def test_what_is_no_move_is_refused_with_a_sentence(server, body):
    answer = server.request("POST", "/_rialto/clock", body, HEADER)
    assert answer.status == 400
    assert len(answer.json()["message"].split()) >= 4


def test_the_clock_of_a_server_in_use_cannot_be_moved(make_server):
    server = make_server(options=["--dev", "false"])
    answer = server.request("POST", "/_rialto/clock", json.dumps({"advance_seconds": 60}), HEADER)
    assert answer.status == 403
    assert answer.json()["message"] == "Only the clock of a server with dev = true can be moved."


def test_a_restart_begins_with_the_machines_time_again(make_server):
    server = make_server()
    server.advance(86_400)
    assert server.terminate() == 0
    server.start()
    assert server.advance(0) <= now()
