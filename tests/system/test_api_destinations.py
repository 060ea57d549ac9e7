"""Events that HTTP endpoints get, and what becomes of what these answer (spec 05 §2 and §4)."""

import base64
import email.utils
import json
import time
import urllib.parse

import pytest

from harness import entry, until
from receiver import header, receiving, token
from test_connections import API_KEY, BASIC, await_state, connect, destination, files_with, oauth

HOOK = {"source": ["app"]}


def target(account, arn, **more):
    return {"Id": "t1", "Arn": arn, "RoleArn": account.arn("role/r", service="iam"), **more}


def hook(account, url, kind="BASIC", parameters=None, rule=None, connection="c", **more):
    """A rule that calls `url`; answers the API destination's ARN. `rule`: more of its target."""
    made = connect(account, connection, kind, parameters)
    if kind == "OAUTH_CLIENT_CREDENTIALS":
        await_state(account, "AUTHORIZED", connection)
    arn = destination(account, made, endpoint=url, **more)["ApiDestinationArn"]
    account.rule(HOOK, target(account, arn, **(rule or {})))
    return arn


def letter_of(queue):
    [letter] = queue.receive_all(1)
    return letter, {name: value["StringValue"]
                    for name, value in letter["MessageAttributes"].items()}


def test_an_event_arrives_with_the_headers_that_are_always_sent(account):
    witness = account.route(HOOK)
    with receiving() as server:
        hook(account, server.url + "/hook?a=b")
        account.put(entry({"n": 1}, TraceHeader="Root=1-5759e988-bd862e3fe1be46a994272793"))
        [call] = server.wait()
    assert (call.method, call.path, call.query) == ("POST", "/hook", "a=b")
    assert call.body.decode() == witness.bodies(1)[0]
    assert {name.lower(): value for name, value in call.headers} == {
        "host": urllib.parse.urlsplit(server.url).netloc,
        "content-type": "application/json; charset=utf-8",
        "authorization": "Basic " + base64.b64encode(b"user:pass-hush").decode(),
        "user-agent": "Amazon/EventBridge/ApiDestinations",
        "range": "bytes=0-1048575",
        "accept-encoding": "gzip,deflate",
        "x-amzn-trace-id": "Root=1-5759e988-bd862e3fe1be46a994272793",
        "content-length": str(len(call.body))}


def test_parameters_of_rule_and_connection_are_merged_and_the_connection_wins(account):
    added = {
        "HeaderParameters": [{"Key": "X-Both", "Value": "connection"},
                             {"Key": "Via", "Value": "never"}],
        "QueryStringParameters": [{"Key": "both", "Value": "c d-hush", "IsValueSecret": True}],
        "BodyParameters": [{"Key": "k", "Value": "k-hush", "IsValueSecret": True}]}
    http = {"PathParameterValues": ["$.detail.id", "fixed"],
            "HeaderParameters": {"X-Both": "rule", "X-Rule": "$.detail.id", "Host": "evil"},
            "QueryStringParameters": {"both": "rule", "r": "$.detail.n"}}
    with receiving() as server:
        hook(account, server.url + "/*/orders/*?own=1", "API_KEY",
             {**API_KEY, "InvocationHttpParameters": added}, HttpMethod="PUT",
             rule={"HttpParameters": http, "InputTransformer": {
                 "InputPathsMap": {"n": "$.detail.n"}, "InputTemplate": '{"number": <n>}'}})
        account.put(entry({"id": "a/b", "n": 1.50}))
        [call] = server.wait()
    assert (call.method, call.path) == ("PUT", "/a%2Fb/orders/fixed")
    assert urllib.parse.parse_qsl(call.query) == [("own", "1"), ("r", "1.5"), ("both", "c d-hush")]
    assert header(call, "X-Both") == "connection" and header(call, "X-Rule") == "a/b"
    assert header(call, "X-Key") == "key-hush" and header(call, "Via") is None
    assert header(call, "Host") == urllib.parse.urlsplit(server.url).netloc
    assert json.loads(call.body) == {"number": 1.5, "k": "k-hush"}


def test_a_get_has_no_body(account):
    with receiving() as server:
        hook(account, server.url + "/look", HttpMethod="GET")
        account.put(entry())
        [call] = server.wait()
    assert (call.method, call.body, header(call, "Content-Length")) == ("GET", b"", None)


def test_a_token_is_used_again_and_replaced_when_it_is_not_liked_any_more(account):
    def guarded(call):
        return 200 if header(call, "Authorization") == f"Bearer {valid[0]}" else 401

    valid = ["t1"]
    with receiving(token("t1"), token("t2")) as tokens, receiving(guarded) as server:
        hook(account, server.url, "OAUTH_CLIENT_CREDENTIALS", oauth(tokens.url))
        account.put(entry({"n": 1}), entry({"n": 2}))
        server.wait(2)
        assert len(tokens.calls) == 1
        valid[0] = "t2"
        account.put(entry({"n": 3}))
        calls = server.wait(4)
    assert [header(call, "Authorization") for call in calls] == \
        ["Bearer t1", "Bearer t1", "Bearer t1", "Bearer t2"]
    assert json.loads(calls[3].body)["detail"] == {"n": 3}
    assert len(tokens.calls) == 2


def test_a_token_is_replaced_within_its_last_minute(make_server):
    server = make_server()
    account = server.account()
    with receiving(token("t1", expires_in=120), token("t2")) as tokens, receiving() as endpoint:
        hook(account, endpoint.url, "OAUTH_CLIENT_CREDENTIALS", oauth(tokens.url))
        account.put(entry())
        endpoint.wait()
        server.advance(61)
        account.put(entry())
        calls = endpoint.wait(2)
    assert [header(call, "Authorization") for call in calls] == ["Bearer t1", "Bearer t2"]


def test_a_token_server_that_says_no_deauthorizes_and_dead_letters(account):
    dead = account.queue()
    with receiving(token("t1", expires_in=1), 500) as tokens, receiving() as server:
        arn = hook(account, server.url, "OAUTH_CLIENT_CREDENTIALS", oauth(tokens.url),
                   rule={"DeadLetterConfig": {"Arn": dead.arn}})
        account.put(entry())
        _, told = letter_of(dead)
    assert told["ERROR_CODE"] == "NO_PERMISSIONS" and told["TARGET_ARN"] == arn
    assert told["ERROR_MESSAGE"] == "The authorization endpoint answered with status 500."
    found = account.events.describe_connection(Name="c")
    assert found["ConnectionState"] == "DEAUTHORIZED"
    assert account.events.describe_api_destination(Name="d")["ApiDestinationState"] == "INACTIVE"
    assert server.calls == []


def test_an_answer_that_may_change_is_asked_for_again_when_it_says(account):
    at = []

    def note(status, **headers):
        def answer(_):
            at.append(time.monotonic())
            return status, headers, b""
        return answer

    date = lambda _: note(503, **{  # noqa: E731
        "Retry-After": email.utils.formatdate(time.time() + 3, usegmt=True)})(_)
    with receiving(note(429, **{"Retry-After": "2"}), date, note(200)) as server:
        hook(account, server.url)
        account.put(entry())
        server.wait(3, 20)
    # A date has whole seconds.
    assert at[1] - at[0] >= 1.9 and at[2] - at[1] >= 1.9


@pytest.mark.parametrize("status", [204, 301, 400, 404])
def test_a_status_is_an_end_of_the_delivery(account, status):
    dead = account.queue()
    answer = (status, {"Location": "/elsewhere", "Retry-After": "1"}, b"hush hush")
    with receiving(answer) as server:
        arn = hook(account, server.url, rule={"DeadLetterConfig": {"Arn": dead.arn}})
        account.put(entry({"n": 1}))
        server.wait()
        if status == 204:
            assert dead.poll(wait=1) == []
            return
        letter, told = letter_of(dead)
    assert json.loads(letter["Body"])["detail"] == {"n": 1}
    assert told.pop("RULE_ARN").startswith(account.arn("rule/"))
    assert told == {"TARGET_ARN": arn, "ERROR_CODE": "ERROR_FROM_TARGET", "RETRY_ATTEMPTS": "0",
                    "ERROR_MESSAGE": f"The API destination answered with status {status}."}
    assert len(server.calls) == 1


def test_a_negative_retry_after_ends_the_delivery(account):
    dead = account.queue()
    with receiving((503, {"Retry-After": "-1"}, b"")) as server:
        hook(account, server.url, rule={"DeadLetterConfig": {"Arn": dead.arn}})
        account.put(entry())
        _, told = letter_of(dead)
    assert told["ERROR_CODE"] == "ERROR_FROM_TARGET" and len(server.calls) == 1


def test_retries_end_where_the_target_says(account):
    dead = account.queue()
    with receiving(503) as server:
        hook(account, server.url, rule={"DeadLetterConfig": {"Arn": dead.arn},
                                        "RetryPolicy": {"MaximumRetryAttempts": 1}})
        account.put(entry())
        _, told = letter_of(dead)
    assert len(server.calls) == 2
    assert told["RETRY_ATTEMPTS"] == "1"
    assert told["EXHAUSTED_RETRY_CONDITION"] == "MaximumRetryAttempts"


def test_a_server_that_is_not_there_is_told_in_the_dead_letter(account):
    dead = account.queue()
    with receiving() as server:
        url = server.url
    hook(account, url, rule={"DeadLetterConfig": {"Arn": dead.arn},
                             "RetryPolicy": {"MaximumRetryAttempts": 0}})
    account.put(entry())
    _, told = letter_of(dead)
    assert told["ERROR_CODE"] == "CONNECTION_FAILURE"


def test_a_server_that_takes_too_long_is_told_in_the_dead_letter(account):
    def slow(_):
        until(lambda: is_over, "the test is over", 15)
        return 200

    dead, is_over = account.queue(), []
    with receiving(slow) as server:
        hook(account, server.url, rule={"DeadLetterConfig": {"Arn": dead.arn},
                                        "RetryPolicy": {"MaximumRetryAttempts": 0}})
        start = time.monotonic()
        account.put(entry())
        _, told = letter_of(dead)
        assert 4.5 < time.monotonic() - start < 9
        is_over.append(True)
    assert told["ERROR_CODE"] == "TIMEOUT"


def test_a_destination_that_is_gone_or_inactive_is_not_called(account):
    dead = account.queue()
    with receiving() as server:
        hook(account, server.url, rule={"DeadLetterConfig": {"Arn": dead.arn}})
        account.events.deauthorize_connection(Name="c")
        account.put(entry())
        assert letter_of(dead)[1]["ERROR_CODE"] == "NO_PERMISSIONS"
        account.events.update_connection(Name="c", AuthParameters=BASIC)
        account.put(entry())
        server.wait()
        account.events.delete_api_destination(Name="d")
        account.put(entry())
        assert letter_of(dead)[1]["ERROR_CODE"] == "NO_RESOURCE"
    assert len(server.calls) == 1


def test_a_rate_is_kept_smoothly_over_all_rules(account):
    at = []

    def note(_):
        at.append(time.monotonic())
        return 200

    with receiving(note) as server:
        arn = hook(account, server.url, InvocationRateLimitPerSecond=20)
        account.rule(HOOK, target(account, arn))
        account.put(*[entry({"n": n}) for n in range(10)])
        account.put(*[entry({"n": n}) for n in range(10)])
        server.wait(40)
    at.sort()
    assert at[-1] - at[0] >= 39 / 20 - 0.1
    # No second has more than its share, give or take how late one comes.
    for first in range(len(at) - 25):
        assert at[first + 25] - at[first] >= 1.0


def test_no_secret_is_in_the_log_the_trace_the_metrics_or_the_data(make_server):
    server = make_server(options=["--log-level", "debug"])
    account = server.account()
    added = {"HeaderParameters": [{"Key": "X-S", "Value": "head-hush", "IsValueSecret": True}],
             "QueryStringParameters": [{"Key": "q", "Value": "query-hush", "IsValueSecret": True}],
             "BodyParameters": [{"Key": "k", "Value": "body-hush", "IsValueSecret": True}]}
    echo = lambda call: (500, {}, repr(call).encode())  # noqa: E731
    dead = account.queue()
    with receiving(token("token-hush")) as tokens, receiving(echo) as endpoint:
        hook(account, endpoint.url, "OAUTH_CLIENT_CREDENTIALS",
             {**oauth(tokens.url), "InvocationHttpParameters": added},
             rule={"DeadLetterConfig": {"Arn": dead.arn},
                   "RetryPolicy": {"MaximumRetryAttempts": 1}})
        [event] = account.put(entry())
        letter, _ = letter_of(dead)
        calls = endpoint.wait(2)
    assert b"body-hush" in calls[0].body and "query-hush" in calls[0].query
    headers = {"X-Rialto-Request": "1"}
    trace = server.request("GET", f"/_rialto/trace?id={event}", headers=headers)
    assert trace.status == 200
    told = [json.dumps(letter), trace.body.decode(),
            server.request("GET", "/metrics").body.decode(),
            json.dumps(account.events.describe_connection(Name="c"), default=str)]
    assert not [text for text in told if "hush" in text]
    server.terminate()
    assert files_with(server.folder, "hush") == []
