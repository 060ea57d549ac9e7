"""What the tests that kill the server under load share.

RIALTO_KILL_ROUNDS sets how often it is killed, RIALTO_KILL_SEED what is random about it.
"""

import http.client
import json
import os
import random
import threading

from harness import json_headers

SEED = int(os.environ.get("RIALTO_KILL_SEED", random.randrange(1_000_000)))
LOAD_SECONDS = (0.2, 0.4)  # When the kill comes, at random.


def rounds(otherwise):
    return int(os.environ.get("RIALTO_KILL_ROUNDS", otherwise))


class ServerError(Exception):
    """The server could not do what it was asked, and says so: 5xx."""


class Unavailable(ServerError):
    """503: the server says that it is about to stop."""


# What a client of a server sees that is killed, or drains.
GONE = (OSError, http.client.HTTPException, Unavailable)


class Connection:
    """One keep-alive connection that makes awsJson calls; faster than boto3 by ten times."""

    def __init__(self, account):
        self._account = account
        self._http = http.client.HTTPConnection("127.0.0.1", account.server.port, timeout=30)

    def send(self, target, parameters):
        """The status and the body of the answer."""
        self._http.request("POST", "/", json.dumps(parameters),
                           json_headers(self._account.id, target))
        response = self._http.getresponse()
        body = response.read()
        return response.status, json.loads(body) if body else {}

    def __call__(self, target, parameters):
        status, body = self.send(target, parameters)
        if status == 503:
            raise Unavailable
        if status >= 500:
            raise ServerError(body)
        assert status == 200, body
        return body


class Client(threading.Thread):
    """Works over one connection until the server is gone; `failure` is what else it met."""

    def __init__(self, account):
        super().__init__()
        self._account = account
        self.failure = None

    def work(self, call):
        raise NotImplementedError

    def run(self):
        try:
            self.work(Connection(self._account))
        except GONE:
            pass
        except Exception as error:  # Not a thread's to swallow: the test shows it.
            self.failure = error

    def finish(self):
        self.join(60)
        assert not self.is_alive() and self.failure is None, repr(self.failure)


def drain_messages(account, queue_url):
    """All messages of the queue, deleted as they are read."""
    call = Connection(account)
    found = []
    while True:
        messages = call("AmazonSQS.ReceiveMessage", {
            "QueueUrl": queue_url, "MaxNumberOfMessages": 10,
            "MessageAttributeNames": ["All"]}).get("Messages", [])
        if not messages:
            return found
        found += messages
        deleted = call("AmazonSQS.DeleteMessageBatch", {"QueueUrl": queue_url, "Entries": [
            {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"]}
            for number, message in enumerate(messages)]})
        assert not deleted.get("Failed"), deleted


def drain(account, queue):
    """The ids of all events in the queue, deleted as they are read."""
    return [json.loads(message["Body"])["id"] for message in drain_messages(account, queue.url)]


def assert_all_are_there(answered, found):
    lost = set(answered) - set(found)
    assert not lost, f"{len(lost)} of {len(answered)} answered events are lost: {sorted(lost)[:5]}"
    # Accept and delivery are one commit, so a crash between them cannot deliver twice.
    assert len(found) == len(set(found)), f"{len(found) - len(set(found))} events came twice"
