"""/_rialto/events, /_rialto/reset and /health: what only this server has."""

import json
import uuid

import pytest

from harness import authorization, entry

EVENT = {"version": "0", "id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718",
         "detail-type": "EC2 Instance State-change Notification", "source": "aws.ec2",
         "account": "111122223333", "time": "2026-01-15T12:00:00Z", "region": "ap-south-1",
         "resources": ["arn:aws:ec2:ap-south-1:111122223333:instance/i-1"],
         "detail": {"instance-id": "i-1", "state": "running"}}
HEADER = {"X-Rialto-Request": "1"}


def text_of(*events):
    return "\n".join(json.dumps(event, separators=(",", ":")) for event in events)


def numbered(count):
    return [{**EVENT, "id": f"6a7e8feb-b491-4cf7-a9f1-{n:012}", "detail": {"n": n}}
            for n in range(count)]


def ingest(account, body, query="", headers=None):
    scope = {"Authorization": authorization(account.id, account.region)}
    return account.server.request("POST", f"/_rialto/events{query}", body,
                                  {**HEADER, **scope, **(headers or {})})


def accepted(account, body, count, query="", **more):
    answer = ingest(account, body, query, **more)
    assert answer.status == 200, answer
    assert answer.json() == {"Accepted": count}


def test_an_envelope_arrives_as_it_is(account):
    """Sources of AWS's own services included, which PutEvents refuses."""
    queue = account.route({"source": ["aws.ec2"]})
    accepted(account, text_of(EVENT), 1)
    assert queue.bodies(1) == [text_of(EVENT)]


def test_an_array_is_taken(account):
    queue = account.route()
    accepted(account, json.dumps(numbered(3), indent=1), 3)
    assert [event["detail"]["n"] for event in queue.events(3)] == [0, 1, 2]


@pytest.mark.parametrize("end", ["", "\n", "\r\n\n"])
def test_json_lines_are_taken(account, end):
    queue = account.route()
    accepted(account, text_of(*numbered(25)) + end, 25)
    assert [event["id"] for event in queue.events(25)] == [e["id"] for e in numbered(25)]


def test_one_envelope_may_span_lines(account):
    queue = account.route()
    accepted(account, json.dumps(EVENT, indent=2), 1)
    assert queue.event() == EVENT


def test_the_bus_is_named_or_given_by_arn(account):
    account.bus("orders")
    on_default, on_orders = account.route(), account.route(bus="orders")
    accepted(account, text_of(EVENT), 1, "?bus=orders")
    accepted(account, text_of(EVENT), 1, f"?bus={account.arn('event-bus/orders')}")
    on_orders.receive_all(2)
    assert on_default.poll() == []
    accepted(account, text_of(EVENT), 1, "?bus=default")
    on_default.receive_all(1)


def test_account_and_region_may_be_parameters(account):
    away = account.elsewhere("eu-west-1")
    queue = away.route()
    answer = account.server.request(
        "POST", f"/_rialto/events?account={account.id}&region=eu-west-1", text_of(EVENT), HEADER)
    assert answer.status == 200 and answer.json() == {"Accepted": 1}
    assert queue.event() == EVENT


def test_rules_match_what_is_ingested(account):
    queue = account.route({"detail": {"n": [{"numeric": [">", 7]}]}})
    accepted(account, json.dumps(numbered(10)), 10)
    assert [event["detail"]["n"] for event in queue.events(2)] == [8, 9]


@pytest.mark.parametrize("body", [
    b"word", b"{", b"[{},", b"1", b'"text"', b"[1]", b"{}", b"\xff\xfe", b"[[]]",
    text_of({**EVENT, "detail": "text"}).encode(),
    text_of({**EVENT, "source": 1}).encode(), (text_of(EVENT) + "\nword").encode(),
], ids=lambda body: str(body[:20]))
def test_what_is_no_envelope_is_refused_whole(account, body):
    queue = account.route()
    answer = ingest(account, body)
    assert answer.status == 400
    assert len(answer.body) > 20  # It says something.
    assert queue.poll() == []


def test_an_unknown_bus_is_refused(account):
    answer = ingest(account, text_of(EVENT), "?bus=nope")
    assert 400 <= answer.status < 500
    assert b"nope" in answer.body


ENDPOINTS = ["/_rialto/events", "/_rialto/reset", "/_rialto/clock"]


@pytest.mark.parametrize("path", ENDPOINTS)
@pytest.mark.parametrize("headers", [
    {}, {"X-Rialto-Request": "0"}, {**HEADER, "Host": "example.org"},
    {**HEADER, "Host": "127.0.0.1.example.org"}, {**HEADER, "Host": "localhost.evil:1591"},
    {"Host": "localhost"},
], ids=["no header", "wrong header", "host", "host that begins well", "localhost dot", "only host"])
def test_no_web_page_gets_through(account, path, headers):
    """A page can neither set the header across origins nor fake the Host (DNS rebinding)."""
    queue = account.route()
    answer = account.server.request("POST", f"{path}?account={account.id}&region=us-east-1",
                                    text_of(EVENT), headers)
    assert answer.status == 403
    assert queue.poll() == []
    assert account.events.list_rules()["Rules"] != []  # Nothing was reset either.


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "localhost:1591"])
def test_loopback_hosts_get_through(account, host):
    queue = account.route()
    accepted(account, text_of(EVENT), 1, headers={"Host": host})
    queue.receive_all(1)


@pytest.mark.parametrize("path", ENDPOINTS)
def test_only_post_is_allowed(account, path):
    account.bus("orders")
    answer = account.server.request("GET", path, headers=HEADER)
    assert 400 <= answer.status < 500
    account.events.describe_event_bus(Name="orders")


def test_reset_empties_everything(make_server):
    server = make_server()
    accounts = [server.account(), server.account(region="eu-west-1")]
    urls = []
    for account in accounts:
        account.bus("orders")
        queue = account.queue("jobs")
        account.rule({"source": ["app"]}, queue, name="r")
        account.put(entry())
        queue.send("in the queue")
        urls.append(queue.url)
    answer = server.request("POST", "/_rialto/reset", headers=HEADER)
    assert answer.status == 200 and answer.json() == {}
    for account in accounts:
        buses = account.events.list_event_buses()["EventBuses"]
        assert [bus["Name"] for bus in buses] == ["default"]
        assert account.events.list_rules()["Rules"] == []
        assert "QueueUrls" not in account.sqs.list_queues()
    # The names are free again, the old messages do not come back, and all works as when new.
    for account in accounts:
        queue = account.queue("jobs")
        assert queue.poll() == []
        account.rule({"source": ["app"]}, queue, name="r")
        account.put(entry({"n": 1}))
        assert queue.event()["detail"] == {"n": 1}


def test_a_reset_is_durable(make_server):
    server = make_server()
    account = server.account()
    account.queue("jobs").send()
    account.bus("orders")
    assert server.request("POST", "/_rialto/reset", headers=HEADER).status == 200
    server.kill()
    server.start()
    account = server.account(account.id)
    assert "QueueUrls" not in account.sqs.list_queues()
    assert len(account.events.list_event_buses()["EventBuses"]) == 1


@pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
def test_health_is_told_to_anyone(server, path):
    assert server.request("GET", path).status == 200
    assert server.request("GET", path, headers={"Host": "example.org"}).status == 200


@pytest.mark.parametrize("method, path", [
    ("GET", "/health/live"), ("GET", "/health/ready"), ("OPTIONS", "/"), ("GET", "/"),
    ("GET", "/_rialto/nope"), ("POST", "/_rialto/events")])
def test_every_response_has_a_request_id(server, method, path):
    ids = {server.request(method, path).header("x-amzn-requestid") for _ in range(2)}
    assert len(ids) == 2 and all(uuid.UUID(one) for one in ids)
