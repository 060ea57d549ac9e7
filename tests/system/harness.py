"""The real server as a child process, and the few things every test does with it.

A test waits for what it expects, until a deadline; it never sleeps for a fixed time. Isolation is
by account: in dev mode a 12-digit access key is its own account (spec 09 §7), so a fresh number
is a fresh, empty world, and all tests but those about processes share one server.
"""

import contextlib
import datetime
import http.client
import itertools
import json
import os
import pathlib
import random
import re
import signal
import socket
import subprocess
import time
import typing
import uuid

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("RIALTO_BIN", str(ROOT / "build" / "release" / "rialto"))
REGION = "us-east-1"
START_SECONDS = 15  # Generous: a start takes under 0.2 s, but the machine may be busy.
STOP_SECONDS = 10  # What SIGTERM promises.
SECRET = b"hush"  # Is in every secret that a test gives away, and in nothing that may be told.
WAIT_SECONDS = 10  # How long a test waits for something that should take milliseconds.

# Nothing of the developer's own AWS set-up may leak into a test, and no proxy may sit between.
os.environ.update(AWS_CONFIG_FILE=os.devnull, AWS_SHARED_CREDENTIALS_FILE=os.devnull,
                  AWS_EC2_METADATA_DISABLED="true", NO_PROXY="127.0.0.1,localhost",
                  no_proxy="127.0.0.1,localhost")

_session = boto3.session.Session()
_accounts = itertools.count(random.randrange(100_000_000_000, 900_000_000_000))


def fresh_account():
    return str(next(_accounts))


def until(condition, what, seconds=WAIT_SECONDS):
    """Returns condition()'s first true value; fails when there is none in time."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            pytest.fail(f"waited {seconds} s in vain until {what}")
        time.sleep(0.005)


class Server:
    """One `rialto serve` process. Started at once; stopped by its pid, never by name."""

    def __init__(self, folder, data_dir=None, env=None, options=(), listen="127.0.0.1:0"):
        self.folder = pathlib.Path(folder)
        self.data_dir = pathlib.Path(data_dir or self.folder / "data")
        self.log_path = self.folder / "server.log"
        self._env = {**os.environ, **(env or {})}
        self._options = list(options)
        self._listen = listen
        self.process = None
        self.port = None

    def command(self, port_file):
        return [BINARY, "serve", "--listen", self._listen, "--port-file", str(port_file),
                "--data-dir", str(self.data_dir), *self._options]

    def spawn(self, port_file):
        self.folder.mkdir(parents=True, exist_ok=True)
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(self.command(port_file), stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=subprocess.STDOUT, env=self._env)

    def start(self):
        port_file = self.folder / f"port.{uuid.uuid4().hex}"
        self.spawn(port_file)

        def is_ready():
            if self.process.poll() is not None:
                pytest.fail(f"the server exited with {self.process.returncode} while starting; "
                            f"its log ends:\n{self.log_tail()}")
            return port_file.exists()

        until(is_ready, "the port file appeared", START_SECONDS)
        # The file appears atomically, so it must be whole the moment it is seen.
        self.port = int(port_file.read_text())
        return self

    @property
    def endpoint(self):
        return f"http://127.0.0.1:{self.port}"

    def is_alive(self):
        return self.process is not None and self.process.poll() is None

    def terminate(self):
        """SIGTERM, then the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.wait()

    def kill(self):
        """kill -9."""
        self.process.kill()
        return self.process.wait()

    def wait(self, seconds=STOP_SECONDS):
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            pytest.fail(f"the server did not exit within {seconds} s")

    def close(self):
        """Ends it, if the test has not: in time and with success, or else the test fails; what a
        sanitizer finds while a server stops is told by the exit code. No log tells a secret."""
        if self.is_alive():
            code = self.terminate()
            assert code == 0, f"the server exited with {code}; its log ends:\n{self.log_tail()}"
        if self.log_path.exists():
            assert SECRET not in self.log_path.read_bytes(), f"a secret is in {self.log_path}"

    def log_tail(self, size=4000):
        if not self.log_path.exists():
            return ""
        return self.log_path.read_bytes()[-size:].decode("utf-8", "replace")

    def client(self, service, account, region=REGION, key=None, **options):
        """A boto3 client that tries once. `validate=False` lets bad parameters through to us.
        Without a key, dev mode takes the account for one."""
        validate = options.pop("validate", True)
        key = key or Key(account, "secret")
        config = Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=60,
                        parameter_validation=validate, proxies={}, **options)
        return _session.client(service, region_name=region, endpoint_url=self.endpoint,
                               aws_access_key_id=key.id, aws_secret_access_key=key.secret,
                               aws_session_token=key.token, config=config)

    def account(self, account=None, region=REGION):
        return Account(self, account or fresh_account(), region)

    def keys(self, *arguments, stdin=None):
        """What `rialto keys ...` does with the server's files."""
        return subprocess.run([BINARY, "keys", *arguments, "--data-dir", str(self.data_dir)],
                              capture_output=True, text=True, input=stdin, timeout=60)

    def new_key(self, account, *options, policy=None):
        """A new access key, which the server knows once this answers, if it runs."""
        if policy is not None:
            options = (*options, "--policy", "-")
        made = self.keys("create", "--account", account, "--json", *options,
                         stdin=policy and json.dumps(policy))
        assert made.returncode == 0, made.stderr
        told = json.loads(made.stdout)
        key = Key(told["AccessKeyId"], told["SecretAccessKey"], told.get("SessionToken"))
        if self.is_alive():
            until(lambda: self.knows(key), "the server has read the new key")
        return key

    def knows(self, key):
        try:
            self.client("sts", None, key=key).get_caller_identity()
        except ClientError:
            return False
        return True

    def signed_in(self, account, *options, policy=None, region=REGION):
        """An account, by a new access key of it."""
        return Account(self, account, region, self.new_key(account, *options, policy=policy))

    def request(self, method, path, body=b"", headers=None, timeout=30):
        """One plain HTTP request: status, headers, body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        with contextlib.closing(connection):
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            return Answer(response.status, dict(response.getheaders()), response.read())

    def metric(self, name):
        """The value of a metric without labels."""
        page = self.request("GET", "/metrics").body.decode()
        value, = re.findall(rf"^{name} (\S+)$", page, re.MULTILINE)
        return float(value)

    def advance(self, seconds):
        """Moves the server's clock forward; answers what it shows then. The clock is everybody's:
        for servers of a test's own."""
        answer = self.request("POST", "/_rialto/clock", json.dumps({"advance_seconds": seconds}),
                              {"X-Rialto-Request": "1"})
        assert answer.status == 200, answer
        return datetime.datetime.fromisoformat(answer.json()["Now"].replace("Z", "+00:00"))

    def connect(self, timeout=30):
        return socket.create_connection(("127.0.0.1", self.port), timeout=timeout)


class Key(typing.NamedTuple):
    """An access key."""

    id: str
    secret: str
    token: str | None = None


class Answer:
    """A plain HTTP answer. Header names as sent; `header` looks one up in any case."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def header(self, name):
        return {key.lower(): value for key, value in self.headers.items()}.get(name.lower())

    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"Answer({self.status}, {self.headers}, {self.body[:500]!r})"


def read_answer(connection):
    """The next HTTP answer on a socket, whole."""
    response = http.client.HTTPResponse(connection)
    response.begin()
    return Answer(response.status, dict(response.getheaders()), response.read())


def authorization(account, region=REGION, service="events"):
    """An Authorization header of the right shape. Dev mode reads its scope, not its signature."""
    return (f"AWS4-HMAC-SHA256 Credential={account}/20260115/{region}/{service}/aws4_request, "
            f"SignedHeaders=host;x-amz-date, Signature={'0' * 64}")


def json_headers(account, target, region=REGION):
    """Headers of an awsJson call, e.g. target `AWSEvents.PutEvents` or `AmazonSQS.ListQueues`."""
    is_sqs = target.startswith("AmazonSQS.")
    return {"Authorization": authorization(account, region, "sqs" if is_sqs else "events"),
            "X-Amz-Date": "20260115T120000Z", "X-Amz-Target": target,
            "Content-Type": f"application/x-amz-json-1.{0 if is_sqs else 1}"}


def entry(detail=None, **members):
    """One PutEvents entry, of source `app` unless told; `detail` is a value or JSON text."""
    text = detail if isinstance(detail, str) else json.dumps({} if detail is None else detail)
    return {"Source": "app", "DetailType": "type", "Detail": text, **members}


def without_metadata(response):
    return {name: value for name, value in response.items() if name != "ResponseMetadata"}


class Account:
    """One account in one region: its two clients, and short ways to say what tests say often."""

    def __init__(self, server, account, region, key=None):
        self.server, self.id, self.region, self.key = server, account, region, key
        self._clients = {}

    def _client(self, service, **options):
        key = (service, *sorted(options.items()))
        if key not in self._clients:
            self._clients[key] = self.server.client(service, self.id, self.region, self.key,
                                                      **options)
        return self._clients[key]

    @property
    def events(self):
        return self._client("events")

    @property
    def sqs(self):
        return self._client("sqs")

    @property
    def raw_events(self):
        """Lets through what boto3 itself would refuse."""
        return self._client("events", validate=False)

    @property
    def raw_sqs(self):
        return self._client("sqs", validate=False)

    def elsewhere(self, region):
        """The same account in another region."""
        return Account(self.server, self.id, region, self.key)

    def arn(self, rest, service="events"):
        return f"arn:aws:{service}:{self.region}:{self.id}:{rest}"

    def queue(self, name=None, **attributes):
        name = name or f"queue-{uuid.uuid4().hex[:8]}"
        url = self.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        return Queue(self, name, url)

    def fifo(self, name=None, **attributes):
        name = name or f"queue-{uuid.uuid4().hex[:8]}.fifo"
        return self.queue(name, **{"FifoQueue": "true", **attributes})

    def bus(self, name=None):
        name = name or f"bus-{uuid.uuid4().hex[:8]}"
        self.events.create_event_bus(Name=name)
        return name

    def rule(self, pattern, *targets, name=None, bus=None, **more):
        """Puts a rule on these targets (queues, or whole target structures); returns its name."""
        name = name or f"rule-{uuid.uuid4().hex[:8]}"
        on_bus = {"EventBusName": bus} if bus else {}
        text = pattern if isinstance(pattern, str) else json.dumps(pattern)
        self.events.put_rule(Name=name, EventPattern=text, **on_bus, **more)
        if targets:
            structures = [target if isinstance(target, dict) else
                          {"Id": f"t{index}", "Arn": target.arn}
                          for index, target in enumerate(targets, 1)]
            answer = self.events.put_targets(Rule=name, Targets=structures, **on_bus)
            assert answer["FailedEntryCount"] == 0 and answer["FailedEntries"] == []
        return name

    def route(self, pattern=None, bus=None, **target):
        """A fresh queue that gets what matches, through a rule with one target."""
        queue = self.queue()
        self.rule(pattern or {"source": [{"prefix": ""}]},
                  {"Id": "t1", "Arn": queue.arn, **target}, bus=bus)
        return queue

    def put(self, *entries):
        """Puts entries that must all be accepted; returns their event ids."""
        answer = self.events.put_events(Entries=list(entries))
        assert answer["FailedEntryCount"] == 0, answer
        assert len(answer["Entries"]) == len(entries)
        return [result["EventId"] for result in answer["Entries"]]


class Queue:
    def __init__(self, account, name, url):
        self.account, self.name, self.url = account, name, url
        self.arn = account.arn(name, service="sqs")

    def send(self, body="hello", **more):
        return self.account.sqs.send_message(QueueUrl=self.url, MessageBody=body, **more)

    def poll(self, wait=0, **more):
        """One ReceiveMessage; deletes nothing."""
        answer = self.account.sqs.receive_message(
            QueueUrl=self.url, **{"MaxNumberOfMessages": 10, "WaitTimeSeconds": wait, **more})
        return answer.get("Messages", [])

    def delete(self, message):
        self.account.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])

    def delete_all(self, messages):
        """At most ten, as one ReceiveMessage gives."""
        if messages:
            answer = self.account.sqs.delete_message_batch(QueueUrl=self.url, Entries=[
                {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"]}
                for number, message in enumerate(messages)])
            assert not answer.get("Failed"), answer

    def attributes(self, *names):
        return self.account.sqs.get_queue_attributes(
            QueueUrl=self.url, AttributeNames=list(names) or ["All"])["Attributes"]

    def receive_all(self, count, seconds=WAIT_SECONDS):
        """Exactly `count` messages: long polls until they are there, then looks for one more."""
        messages = []
        deadline = time.monotonic() + seconds
        while len(messages) < count and time.monotonic() < deadline:
            batch = self.poll(wait=max(1, min(5, int(deadline - time.monotonic()))),
                              AttributeNames=["All"], MessageAttributeNames=["All"])
            messages += batch
            self.delete_all(batch)
        messages += self.poll()
        bodies = "\n".join(message["Body"][:300] for message in messages)
        assert len(messages) == count, f"{len(messages)} messages, not {count}:\n{bodies}"
        return messages

    def bodies(self, count):
        return [message["Body"] for message in self.receive_all(count)]

    def events(self, count):
        """`count` events, in order of their detail's `n` where they have one."""
        found = [json.loads(body) for body in self.bodies(count)]
        return sorted(found, key=lambda event: event["detail"].get("n", 0))

    def event(self):
        return self.events(1)[0]


class Refusal:
    """What a refused call said; filled in when the `refused` block ends."""

    code = message = status = response = None


@contextlib.contextmanager
def refused(code=None, message=None):
    """The block's call is refused with this code and exactly this message (None: any)."""
    refusal = Refusal()
    with pytest.raises(ClientError) as caught:
        yield refusal
    refusal.response = caught.value.response
    refusal.code = refusal.response["Error"]["Code"]
    refusal.message = refusal.response["Error"]["Message"]
    refusal.status = refusal.response["ResponseMetadata"]["HTTPStatusCode"]
    if code is not None:
        assert refusal.code == code, refusal.response["Error"]
    if message is not None:
        assert refusal.message == message


def is_sentence(text):
    """A refusal that a person can act on, as opposed to a code word."""
    return len(text.split()) >= 4


def constraint(value, path, text):
    """The text of one failed model constraint (spec 09 §5)."""
    shown = "null" if value is None else f"'{value}'"
    return f"Value {shown} at '{path}' failed to satisfy constraint: {text}"


def one_error(value, path, text):
    return f"1 validation error detected: {constraint(value, path, text)}"


def pages(call, key, **parameters):
    """Every page of a listing, following NextToken until there is none."""
    found = []
    for _ in range(1000):
        answer = call(**parameters)
        found.append(answer.get(key, []))
        if "NextToken" not in answer:
            return found
        parameters["NextToken"] = answer["NextToken"]
    pytest.fail("the listing does not end")
