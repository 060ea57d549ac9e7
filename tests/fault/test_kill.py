"""kill -9 during a put load, then restart: every event whose put was answered is in its queue.

Rounds follow each other on one data directory, so that recovery is also tried on what recovery
left.
"""

import random
import time

import pytest

from crash import LOAD_SECONDS, SEED, Client, assert_all_are_there, drain, rounds
from harness import entry, until

ROUNDS = rounds(20)
PUTTERS = 4
ENTRIES = 5  # Of one put.
MOST_PUTS = 400  # Of one putter in one round: bounds the time to read them back.


class Putter(Client):
    """`answered` are the ids that it was told."""

    def __init__(self, account, number):
        super().__init__(account)
        self._number = number
        self.answered = []

    def work(self, call):
        for put in range(MOST_PUTS):
            answer = call("AWSEvents.PutEvents", {"Entries": [
                entry({"putter": self._number, "put": put, "entry": number, "pad": "x" * 500})
                for number in range(ENTRIES)]})
            assert answer["FailedEntryCount"] == 0, answer
            self.answered += [result["EventId"] for result in answer["Entries"]]


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
        putter.finish()
    return [identity for putter in putters for identity in putter.answered]


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
