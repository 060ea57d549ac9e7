"""kill -9 during a put load, then restart: every event whose put was answered is in its queue.

Rounds follow each other on one data directory, so that recovery is also tried on what recovery
left. RIALTO_KILL_ROUNDS sets their number.
"""

import http.client
import json
import os
import random
import threading
import time

import pytest

from harness import entry, json_headers, until

ROUNDS = int(os.environ.get("RIALTO_KILL_ROUNDS", "20"))
SEED = int(os.environ.get("RIALTO_KILL_SEED", random.randrange(1_000_000)))
PUTTERS = 4
ENTRIES = 5  # Of one put.
LOAD_SECONDS = (0.2, 0.4)  # When the kill comes, at random.
MOST_PUTS = 400  # Of one putter in one round: bounds the time to read them back.


class Unavailable(Exception):
    """503: the server says that it is about to stop."""


class Connection:
    """One keep-alive connection that makes awsJson calls; faster than boto3 by ten times."""

    def __init__(self, account):
        self._account = account
        self._http = http.client.HTTPConnection("127.0.0.1", account.server.port, timeout=30)

    def __call__(self, target, parameters):
        self._http.request("POST", "/", json.dumps(parameters),
                           json_headers(self._account.id, target))
        response = self._http.getresponse()
        body = response.read()
        if response.status == 503:
            raise Unavailable
        assert response.status == 200, body
        return json.loads(body) if body else {}


class Putter(threading.Thread):
    """Puts until the server is gone; `answered` are the ids that it was told."""

    def __init__(self, account, number):
        super().__init__()
        self._account, self._number = account, number
        self.answered = []
        self.failure = None

    def run(self):
        try:
            call = Connection(self._account)
            for put in range(MOST_PUTS):
                answer = call("AWSEvents.PutEvents", {"Entries": [
                    entry({"putter": self._number, "put": put, "entry": number, "pad": "x" * 500})
                    for number in range(ENTRIES)]})
                if answer["FailedEntryCount"]:
                    self.failure = answer
                    return
                self.answered += [result["EventId"] for result in answer["Entries"]]
        except (OSError, http.client.HTTPException, Unavailable):
            pass  # The kill, or the drain.
        except Exception as error:  # Not a thread's to swallow: the test shows it.
            self.failure = error


def load(account, seconds, end):
    """Puts from several threads; ends the server amid them. The ids that were answered."""
    putters = [Putter(account, number) for number in range(PUTTERS)]
    for putter in putters:
        putter.start()
    until(lambda: any(putter.answered or putter.failure for putter in putters),
          "the first put is answered")
    time.sleep(seconds)  # Not a wait for anything: how long the load lasts.
    end()
    for putter in putters:
        putter.join(60)
        assert not putter.is_alive() and putter.failure is None, putter.failure
    return [identity for putter in putters for identity in putter.answered]


def drain(account, queue):
    """The ids of all events in the queue, deleted as they are read."""
    call = Connection(account)
    found = []
    while True:
        messages = call("AmazonSQS.ReceiveMessage", {
            "QueueUrl": queue.url, "MaxNumberOfMessages": 10}).get("Messages", [])
        if not messages:
            return found
        found += [json.loads(message["Body"])["id"] for message in messages]
        deleted = call("AmazonSQS.DeleteMessageBatch", {"QueueUrl": queue.url, "Entries": [
            {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"]}
            for number, message in enumerate(messages)]})
        assert not deleted.get("Failed"), deleted


def assert_all_are_there(answered, found):
    lost = set(answered) - set(found)
    assert not lost, f"{len(lost)} of {len(answered)} answered events are lost: {sorted(lost)[:5]}"
    # Accept and delivery are one commit, so a crash between them cannot deliver twice.
    assert len(found) == len(set(found)), f"{len(found) - len(set(found))} events came twice"


@pytest.fixture
def world(make_server):
    server = make_server()
    account = server.account()
    return server, account, account.route()


def test_kill_9_loses_no_answered_event(world):
    server, account, queue = world
    chance = random.Random(SEED)
    total = 0
    for number in range(ROUNDS):
        answered = load(account, chance.uniform(*LOAD_SECONDS), server.kill)
        server.start()
        account = server.account(account.id)
        queue = account.queue(queue.name)
        found = drain(account, queue)
        print(f"round {number}: {len(answered)} answered, {len(found)} found (seed {SEED})")
        assert_all_are_there(answered, found)
        total += len(answered)
    assert total > 0


def test_what_was_read_and_deleted_before_a_kill_does_not_return(world):
    """Deletes are answered when they are durable, too."""
    server, account, queue = world
    answered = account.put(*[entry({"n": number}) for number in range(10)])
    assert sorted(drain(account, queue)) == sorted(answered)
    server.kill()
    server.start()
    account = server.account(account.id)
    assert drain(account, account.queue(queue.name)) == []


def test_sigterm_amid_a_load_loses_no_answered_event(world):
    server, account, queue = world
    codes = []
    answered = load(account, 0.3, lambda: codes.append(server.terminate()))
    assert codes == [0]
    server.start()
    account = server.account(account.id)
    assert_all_are_there(answered, drain(account, account.queue(queue.name)))
