"""kill -9 while a FIFO queue is written and read: what is sent again after a doubt comes once.

A sender that got no answer sends the same message again, with the same deduplication id, to the
next process. A consumer deletes what it got. In the end each group has come in its order, and each
message once, but for those whose delete was in doubt.
"""

import random
import threading
import time

from crash import GONE, LOAD_SECONDS, SEED, Connection, rounds
from harness import until

ROUNDS = rounds(20) // 2
GROUPS = 3
MOST_SENDS = 300  # Of one group in one round.


class Sender(threading.Thread):
    """Sends the numbers of one group, the next one only after the answer to the last."""

    def __init__(self, group):
        super().__init__()
        self.group, self.next, self.failure = group, 0, None

    def go(self, account, url):
        threading.Thread.__init__(self)
        self._account, self._url = account, url
        self.start()

    def run(self):
        try:
            call = Connection(self._account)
            for _ in range(MOST_SENDS):
                call("AmazonSQS.SendMessage", {
                    "QueueUrl": self._url, "MessageBody": f"{self.group} {self.next}",
                    "MessageGroupId": self.group,
                    "MessageDeduplicationId": f"{self.group}-{self.next}"})
                self.next += 1
        except GONE:
            pass
        except Exception as error:
            self.failure = error


class Consumer(threading.Thread):
    """Receives and deletes; `seen` are the bodies in order, `doubtful` those whose delete was not
    answered."""

    def __init__(self):
        super().__init__()
        self.seen, self.doubtful, self.failure = [], set(), None

    def go(self, account, url, until_empty=False):
        threading.Thread.__init__(self)
        self._account, self._url, self._until_empty = account, url, until_empty
        self.start()

    def run(self):
        held = []
        try:
            call = Connection(self._account)
            while True:
                held = []
                held = call("AmazonSQS.ReceiveMessage", {
                    "QueueUrl": self._url, "MaxNumberOfMessages": 10, "VisibilityTimeout": 5,
                    "WaitTimeSeconds": 7 if self._until_empty else 0}).get("Messages", [])
                if not held and self._until_empty:
                    return
                if not held:
                    continue
                self.seen += [message["Body"] for message in held]
                call("AmazonSQS.DeleteMessageBatch", {"QueueUrl": self._url, "Entries": [
                    {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"]}
                    for number, message in enumerate(held)]})
        except GONE:
            self.doubtful |= {message["Body"] for message in held}
        except Exception as error:
            self.failure = error


def check(senders, consumer):
    for sender in senders:
        numbers = [int(body.split()[1]) for body in consumer.seen
                   if body.startswith(sender.group + " ")]
        highest = -1
        for number in numbers:
            if number <= highest:
                assert f"{sender.group} {number}" in consumer.doubtful, "came again, or late"
            else:
                assert number == highest + 1, f"{highest + 1} of {sender.group} was left out"
                highest = number
        assert highest == sender.next - 1, "an answered message is lost, or one came from nowhere"


def test_kill_9_keeps_groups_in_order_and_messages_single(make_server):
    server = make_server()
    account = server.account()
    name = account.fifo().name
    chance = random.Random(SEED)
    senders = [Sender(group) for group in "abc"[:GROUPS]]
    consumer = Consumer()
    for _ in range(ROUNDS):
        account = server.account(account.id)
        url = f"{server.endpoint}/{account.id}/{name}"
        before = sum(sender.next for sender in senders)
        for sender in senders:
            sender.go(account, url)
        consumer.go(account, url)
        until(lambda: sum(sender.next for sender in senders) > before, "one is answered")
        time.sleep(chance.uniform(*LOAD_SECONDS))  # How long the load lasts.
        server.kill()
        for thread in [*senders, consumer]:
            thread.join(60)
            assert not thread.is_alive() and thread.failure is None, thread.failure
        server.start()
    account = server.account(account.id)
    url = f"{server.endpoint}/{account.id}/{name}"
    call = Connection(account)
    for sender in senders:  # What is in doubt is sent once more, so that all is known.
        call("AmazonSQS.SendMessage", {
            "QueueUrl": url, "MessageBody": f"{sender.group} {sender.next}",
            "MessageGroupId": sender.group,
            "MessageDeduplicationId": f"{sender.group}-{sender.next}"})
        sender.next += 1
    consumer.go(account, url, until_empty=True)
    consumer.join(120)
    assert not consumer.is_alive() and consumer.failure is None, consumer.failure
    print(f"{[sender.next for sender in senders]} sent, {len(consumer.seen)} received (seed {SEED})")
    check(senders, consumer)
