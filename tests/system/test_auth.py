"""Signatures: `auth = sigv4`, access keys, and what an access key's own policies let it do (spec 09
§6 and §7). botocore signs; what it signs with a key of ours is let in, and nothing else."""

import datetime
import json
import os
import stat
import subprocess
import urllib.parse

import botocore.auth
import botocore.awsrequest
import botocore.credentials
import pytest

from harness import BINARY, Key, entry, fresh_account, refused, until

SIGV4 = ["--auth", "sigv4"]
UNKNOWN = "The security token included in the request is invalid."
MISMATCH = ("The request signature we calculated does not match the signature you provided. Check "
            "your AWS Secret Access Key and signing method. Consult the service documentation for "
            "details.")


def allow(action, resource="*", **more):
    return {"Version": "2012-10-17", "Statement": [
        {"Sid": "s", "Effect": "Allow", "Action": action, "Resource": resource, **more}]}


@pytest.fixture
def locked(make_server):
    return make_server(options=SIGV4)


def signed(server, key, method="POST", path="/", body=b"", headers=(), service="events",
           region="us-east-1", presigned_for=None):
    """A request as botocore signs it: a urllib one."""
    request = botocore.awsrequest.AWSRequest(method, server.endpoint + path, dict(headers), body)
    credentials = botocore.credentials.Credentials(*key)
    if presigned_for is None:
        signer = botocore.auth.SigV4Auth(credentials, service, region)
    else:
        signer = botocore.auth.SigV4QueryAuth(credentials, service, region, presigned_for)
    signer.add_auth(request)
    return request.prepare()


def send(server, prepared, **changes):
    path = prepared.url.removeprefix(server.endpoint)
    sent = {"method": prepared.method, "path": path, "body": prepared.body or b"",
            "headers": {name: value.decode() if isinstance(value, bytes) else value
                        for name, value in prepared.headers.items()
                        if name != "Content-Length"}, **changes}
    return server.request(sent["method"], sent["path"], sent["body"], sent["headers"])


JSON = {"X-Amz-Target": "AWSEvents.ListEventBuses", "Content-Type": "application/x-amz-json-1.1"}


def test_who_signs_with_a_key_is_its_account(locked):
    mine = locked.signed_in("111122223333", "--user", "ci")
    identity = locked.client("sts", None, key=mine.key).get_caller_identity()
    assert identity["Account"] == "111122223333"
    assert identity["Arn"] == "arn:aws:iam::111122223333:user/ci"
    assert identity["UserId"] == mine.key.id
    queue = mine.route({"source": ["app"]})
    mine.put(entry(Source="app"))
    message, = queue.receive_all(1)
    assert json.loads(message["Body"])["account"] == "111122223333"
    queue.delete(message)


def test_who_has_no_key_is_nobody(locked):
    known = locked.new_key("111122223333")
    for key, message, code in (
            (Key("111122223333", "secret"), UNKNOWN, "UnrecognizedClientException"),
            (Key("AKIAUNKNOWN", known.secret), UNKNOWN, "UnrecognizedClientException"),
            (Key(known.id, "guessed"), MISMATCH, "InvalidSignatureException"),
            (Key(known.id, known.secret, "token"), UNKNOWN, "UnrecognizedClientException")):
        with refused(code, message) as refusal:
            locked.client("events", None, key=key).list_event_buses()
        assert refusal.status == 400
    bare = locked.request("POST", "/", b"{}", JSON)
    assert bare.status == 400
    assert bare.json() == {"__type": "MissingAuthenticationTokenException",
                           "message": "Request is missing Authentication Token"}
    assert bare.header("Date") is not None  # SDKs correct their clocks by it


def test_the_query_protocol_has_names_of_its_own(locked):
    key = locked.new_key("111122223333")
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    body = b"Action=ListQueues&Version=2012-11-05"
    good = signed(locked, key, body=body, headers=form, service="sqs")
    assert send(locked, good).status == 200
    for answer, code in (
            (locked.request("POST", "/", body, form), "MissingAuthenticationToken"),
            (send(locked, signed(locked, Key("AKIAX", "x" * 8), body=body, headers=form,
                                 service="sqs")), "InvalidClientTokenId"),
            (send(locked, good, body=body + b"&QueueNamePrefix=a"), "SignatureDoesNotMatch"),
            (send(locked, signed(locked, key, body=body, headers=form)), "SignatureDoesNotMatch")):
        assert answer.status == 403
        assert f"<Code>{code}</Code>" in answer.body.decode()


def test_a_signature_is_for_one_request_only(locked):
    key = locked.new_key("111122223333")
    good = signed(locked, key, body=b"{}", headers=JSON)
    assert send(locked, good).status == 200
    headers = {name: value.decode() if isinstance(value, bytes) else value
               for name, value in good.headers.items() if name != "Content-Length"}
    later = "20300101T000000Z"
    for changes in ({"body": b'{"Limit": 1}'}, {"path": "/x"}, {"path": "/?a=b"},
                    {"method": "PUT"},
                    {"headers": {**headers, "X-Amz-Target": "AWSEvents.ListRules"}},
                    {"headers": {**headers, "X-Amz-Date": later}},
                    {"headers": {**headers, "X-Amz-Security-Token": "t"}},
                    {"headers": {**headers, "X-Amz-Content-Sha256": "0" * 64}}):
        answer = send(locked, good, **changes)
        assert answer.status == 400, changes
        assert answer.json()["__type"] in ("InvalidSignatureException",
                                           "UnrecognizedClientException"), changes


def test_the_service_is_a_part_of_what_is_signed(locked):
    key = locked.new_key("111122223333")
    answer = send(locked, signed(locked, key, body=b"{}", headers=JSON, service="sqs"))
    assert answer.json() == {"__type": "InvalidSignatureException", "message":
                             "Credential should be scoped to correct service: 'events'."}


def test_a_presigned_request_is_let_in_until_it_ends(locked):
    mine = locked.signed_in("111122223333")
    queue = mine.queue()
    path = f"/111122223333/{queue.name}?Action=SendMessage&MessageBody=hello&Version=2012-11-05"
    good = signed(locked, mine.key, "GET", path, service="sqs", presigned_for=60)
    assert send(locked, good).status == 200
    assert queue.bodies(1) == ["hello"]
    assert send(locked, good, path=good.url.removeprefix(locked.endpoint).replace(
        "hello", "other")).status == 403


def test_a_temporary_key_comes_with_a_token_and_ends(locked):
    made = locked.keys("create", "--account", "111122223333", "--valid-for", "3600", "--json")
    told = json.loads(made.stdout)
    assert told["Version"] == 1 and told["AccessKeyId"].startswith("ASIA")
    ends = datetime.datetime.fromisoformat(told["Expiration"].replace("Z", "+00:00"))
    left = ends - datetime.datetime.now(datetime.timezone.utc)
    assert datetime.timedelta(minutes=59) < left <= datetime.timedelta(hours=1)
    key = Key(told["AccessKeyId"], told["SecretAccessKey"], told["SessionToken"])
    until(lambda: locked.knows(key), "the server has read the key")
    with refused("UnrecognizedClientException", UNKNOWN):
        locked.client("events", None, key=key._replace(token=None)).list_event_buses()
    short = locked.new_key("111122223333", "--valid-for", "2")
    events = locked.client("events", None, key=short)

    def has_ended():
        try:
            events.list_event_buses()
        except events.exceptions.ClientError as error:
            assert error.response["Error"] == {
                "Code": "ExpiredTokenException",
                "Message": "The security token included in the request is expired"}
            return True
        return False

    until(has_ended, "the key has ended")


def test_a_disabled_key_opens_nothing_and_comes_back(locked):
    mine = locked.signed_in("111122223333")
    assert locked.keys("disable", mine.key.id).returncode == 0
    until(lambda: not locked.knows(mine.key), "the key is disabled")
    with refused("UnrecognizedClientException", UNKNOWN):
        mine.events.list_event_buses()
    assert locked.keys("enable", mine.key.id).returncode == 0
    until(lambda: locked.knows(mine.key), "the key is enabled")
    assert locked.keys("delete", mine.key.id).returncode == 0
    until(lambda: not locked.knows(mine.key), "the key is deleted")


def test_keys_are_made_before_a_server_is_and_outlive_it(make_server):
    server = make_server(start=False, options=SIGV4)
    key = server.new_key("111122223333")
    server.start()
    assert server.knows(key)
    server.kill()
    server.start()
    assert server.knows(key)


def test_the_file_is_its_owners_and_has_no_secret_in_it(locked):
    key = locked.new_key("111122223333", "--valid-for", "100")
    path = locked.data_dir / "access-keys.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    text = path.read_text()
    assert key.id in text and key.secret not in text and key.token not in text
    listed = locked.keys("list").stdout
    assert key.id in listed and key.secret not in listed
    assert json.loads(locked.keys("list", "--json").stdout)["Account"] == "111122223333"
    path.chmod(0o644)
    told = locked.keys("list")
    assert told.returncode == 1 and "chmod 600" in told.stderr


def test_a_file_that_is_broken_leaves_the_keys_there_are(locked):
    key = locked.new_key("111122223333")
    path = locked.data_dir / "access-keys.json"
    whole = path.read_text()
    path.write_text("{")
    until(lambda: "access.keys_unreadable" in locked.log_tail(), "the server has looked")
    assert locked.knows(key)
    path.write_text(whole)


def test_what_makes_no_key_is_told(locked):
    for arguments, sentence in (
            (("create", "--account", "12"), "its account has 12 digits"),
            (("create", "--account", "111122223333", "--user", "a:b"), "the name of its user"),
            (("disable", "AKIANONE"), "There is no access key AKIANONE"),
            (("create", "--account", "111122223333", "--policy", "/nowhere"), "Cannot read")):
        told = locked.keys(*arguments)
        assert told.returncode == 1 and sentence in told.stderr, arguments
    told = locked.keys("create", "--account", "111122223333", "--policy", "-",
                       stdin='{"Statement": [{"Effect": "Allow"}]}')
    assert told.returncode == 1 and "Statement 1: needs one of Action and NotAction" in told.stderr
    made = locked.keys("create", "--account", "111122223333", "--id", "AKIAGIVEN",
                       "--secret-file", "-", stdin="a given secret\n")
    assert "AWS_SECRET_ACCESS_KEY=a given secret" in made.stdout
    again = locked.keys("create", "--account", "111122223333", "--id", "AKIAGIVEN")
    assert again.returncode == 1 and "already" in again.stderr


def test_policies_of_a_key_say_what_it_may(locked):
    account = fresh_account()
    root = locked.signed_in(account)
    root.bus("orders")
    arn = root.arn("event-bus/orders")
    putter = locked.signed_in(account, "--user", "putter", policy=allow(
        "events:PutEvents", arn, Condition={"StringLike": {"events:source": "shop.*"}}))
    who = f"arn:aws:iam::{account}:user/putter"

    def put(**more):
        return putter.events.put_events(Entries=[entry(EventBusName="orders", **more)])

    assert "EventId" in put(Source="shop.web")["Entries"][0]
    outcome = put(Source="other")["Entries"][0]
    assert outcome["ErrorCode"] == "AccessDeniedException"
    assert outcome["ErrorMessage"] == (
        f"User: {who} is not authorized to perform: events:PutEvents on resource: {arn} because no "
        "identity-based policy allows the events:PutEvents action")
    for call, action, resource in (
            (lambda: putter.events.list_event_buses(), "events:ListEventBuses", "*"),
            (lambda: putter.events.delete_event_bus(Name="orders"), "events:DeleteEventBus", arn),
            (lambda: putter.events.describe_event_bus(Name="orders"), "events:DescribeEventBus",
             arn),
            (lambda: putter.events.put_rule(Name="r", EventBusName="orders",
                                            EventPattern='{"source": ["a"]}'),
             "events:PutRule", root.arn("rule/orders/r")),
            (lambda: putter.events.create_archive(ArchiveName="a", EventSourceArn=arn),
             "events:CreateArchive", root.arn("archive/a")),
            (lambda: putter.sqs.create_queue(QueueName="q"), "sqs:CreateQueue",
             root.arn("q", service="sqs"))):
        with refused(message=f"User: {who} is not authorized to perform: {action} on resource: "
                     f"{resource} because no identity-based policy allows the {action} action"):
            call()


def test_within_an_account_a_policy_of_the_bus_is_enough(locked):
    account = fresh_account()
    root = locked.signed_in(account)
    root.bus("shared")
    arn = root.arn("event-bus/shared")
    user = locked.signed_in(account, "--user", "u", policy=allow("events:ListEventBuses"))
    ask = [entry(EventBusName="shared")]
    assert "ErrorCode" in user.events.put_events(Entries=ask)["Entries"][0]
    root.events.put_permission(EventBusName="shared", Policy=json.dumps({
        "Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{account}:user/u"},
            "Action": "events:PutEvents", "Resource": arn}]}))
    assert "EventId" in user.events.put_events(Entries=ask)["Entries"][0]
    # From another account both must allow.
    other = fresh_account()
    root.events.put_permission(EventBusName="shared", Action="events:PutEvents", StatementId="o",
                               Principal=other)
    ask = [entry(EventBusName=arn)]
    may = locked.signed_in(other, "--user", "may", policy=allow("events:PutEvents"))
    may_not = locked.signed_in(other, "--user", "not", policy=allow("events:List*"))
    assert "EventId" in may.events.put_events(Entries=ask)["Entries"][0]
    assert "ErrorCode" in may_not.events.put_events(Entries=ask)["Entries"][0]


def test_new_policies_hold_at_once(locked):
    user = locked.signed_in(fresh_account(), policy=allow("events:ListEventBuses"))
    user.events.list_event_buses()
    changed = locked.keys("set-policies", user.key.id, "--policy", "-",
                          stdin=json.dumps(allow("events:ListRules")))
    assert changed.returncode == 0, changed.stderr

    def is_refused():
        try:
            user.events.list_event_buses()
        except user.events.exceptions.ClientError as error:
            return error.response["Error"]["Code"] == "AccessDeniedException"
        return False

    until(is_refused, "the new policy holds")


def test_can_i_says_which_statement_decides(locked):
    account = fresh_account()
    bus = f"arn:aws:events:us-east-1:{account}:event-bus/b"
    both = allow("events:*", bus)
    both["Statement"].append({"Sid": "never", "Effect": "Deny", "Action": "events:DeleteEventBus",
                              "Resource": "*"})
    key = locked.new_key(account, "--user", "u", policy=both)
    plain = locked.new_key(account)

    def can_i(key, action, resource=bus, *more, stdin=None):
        told = subprocess.run([BINARY, "can-i", "--data-dir", str(locked.data_dir), "--key", key.id,
                               "--action", action, "--resource", resource, *more],
                              capture_output=True, text=True, input=stdin, timeout=60)
        return told.returncode, (told.stdout or told.stderr).strip()

    assert can_i(key, "events:PutEvents") == (0, "yes: by statement 1 (s) of the key's policy 1")
    code, told = can_i(key, "events:DeleteEventBus")
    assert code == 1 and told.endswith("with an explicit deny in an identity-based policy: "
                                       "statement 2 (never) of the key's policy 1")
    code, told = can_i(key, "sqs:SendMessage", "*")
    assert code == 1 and told.endswith("no identity-based policy allows the sqs:SendMessage action")
    assert can_i(plain, "sqs:SendMessage", "*") == (
        0, "yes: the key has no policies, and may do whatever its account may")
    theirs = "arn:aws:events:us-east-1:999988887777:event-bus/b"
    assert can_i(plain, "events:PutEvents", theirs)[0] == 1
    of_bus = json.dumps({"Statement": {
        "Effect": "Allow", "Principal": account, "Action": "events:PutEvents", "Resource": theirs,
        "Condition": {"StringEquals": {"events:source": "a"}}}}).replace(
            f'"{account}"', json.dumps({"AWS": account}))
    assert can_i(plain, "events:PutEvents", theirs, "--bus-policy", "-", "--context",
                 "events:source=a", stdin=of_bus) == (0, "yes: by statement 1 of the bus's policy")
    assert can_i(plain, "events:PutEvents", theirs, "--bus-policy", "-", stdin=of_bus)[0] == 1
    assert can_i(Key("AKIANONE", ""), "a:B")[0] == 2


def ask_own(server, key, method, path, body=b""):
    """One of our own endpoints, signed."""
    return send(server, signed(server, key, method, path, body, service="rialto"))


def test_our_own_endpoints_are_an_admins_or_of_ones_own_account(locked):
    admin = locked.new_key("999999999999", "--admin")
    mine = locked.new_key("111122223333")
    tailor = locked.new_key("111122223333", "--user", "t", policy=allow("rialto:Explain"))
    event = b'{"source": "a"}'
    for method, path in (("GET", "/_rialto/status"), ("GET", "/_rialto/trace?id=x"),
                         ("POST", "/_rialto/backup"), ("POST", "/_rialto/explain")):
        assert locked.request(method, path, event, {"X-Rialto-Request": "1"}).status == 403, path
    assert ask_own(locked, admin, "GET", "/_rialto/status").status == 200
    assert ask_own(locked, mine, "GET", "/_rialto/status").status == 403
    assert ask_own(locked, mine, "POST", "/_rialto/explain", event).status == 200
    assert ask_own(locked, tailor, "POST", "/_rialto/explain", event).status == 200
    assert ask_own(locked, tailor, "GET", "/_rialto/targets").status == 403
    assert ask_own(locked, tailor, "POST", "/_rialto/replay", b"{}").status == 403
    theirs = "/_rialto/explain?bus=" + urllib.parse.quote(
        "arn:aws:events:us-east-1:444455556666:event-bus/default", safe="")
    for path in ("/_rialto/explain?account=444455556666", theirs):
        assert ask_own(locked, mine, "POST", path, event).status == 403, path
        assert ask_own(locked, admin, "POST", path, event).status == 200, path
    # Only where it is said that it is for development.
    for path in ("/_rialto/reset", "/_rialto/clock"):
        assert ask_own(locked, admin, "POST", path, b"{}").status == 403


def test_commands_sign_with_the_keys_of_the_environment(locked):
    mine = locked.signed_in("111122223333")
    queue = mine.route({"source": ["cli"]})

    def run(key, *arguments):
        env = {**os.environ, "AWS_ACCESS_KEY_ID": key.id, "AWS_SECRET_ACCESS_KEY": key.secret,
               "AWS_SESSION_TOKEN": key.token or ""}
        return subprocess.run([BINARY, *arguments, "--endpoint", locked.endpoint], env=env,
                              capture_output=True, text=True, timeout=60)

    put = run(mine.key, "put", "--source", "cli", "--detail-type", "t", "--detail", "{}")
    assert put.returncode == 0, put.stderr
    assert queue.event()["source"] == "cli"
    explained = run(mine.key, "explain", "--bus", "default", "--event", '{"source": "cli"}')
    assert explained.returncode == 0, explained.stderr
    bench = run(mine.key, "bench", "put", "--seconds", "1", "--connections", "2", "--json")
    assert bench.returncode != 0  # it asks for the server's status
    admin = locked.new_key("111122223333", "--admin", "--valid-for", "600")
    bench = run(admin, "bench", "put", "--seconds", "1", "--connections", "2", "--json")
    assert bench.returncode == 0, bench.stderr
    assert json.loads(bench.stdout)["failed_calls"] == 0
    traced = run(Key("AKIANONE", "x" * 8), "trace", "an-id")
    assert traced.returncode != 0 and UNKNOWN in traced.stderr


def test_metrics_are_for_this_machine_and_health_for_all(locked):
    assert locked.request("GET", "/health/ready").status == 200
    assert locked.request("GET", "/metrics").status == 200


def test_the_door_is_open_beyond_this_machine_only_with_a_lock(make_server):
    server = make_server(start=False, listen="0.0.0.0:0")
    server.spawn(server.folder / "port")
    assert server.wait() == 1
    assert "--auth sigv4" in server.log_tail()
    locked = make_server(options=SIGV4, listen="0.0.0.0:0")
    assert locked.knows(locked.new_key("111122223333"))


def test_development_is_off_where_signatures_are_checked(make_server):
    printed = subprocess.run([BINARY, "serve", "--print-config", *SIGV4], capture_output=True,
                             text=True, check=True).stdout
    assert "dev = false" in printed and 'auth = "sigv4"' in printed
    server = make_server(options=[*SIGV4, "--dev", "true"])
    admin = server.new_key("999999999999", "--admin")
    assert ask_own(server, admin, "POST", "/_rialto/reset").status == 200
    assert ask_own(server, server.new_key("111122223333"), "POST", "/_rialto/reset").status == 403


def test_curl_signs_too(locked):
    key = locked.new_key("111122223333")
    answer = subprocess.run(
        ["curl", "-sS", "--aws-sigv4", "aws:amz:us-east-1:events", "--user",
         f"{key.id}:{key.secret}", "-H", "X-Amz-Target: AWSEvents.ListEventBuses",
         "-H", "Content-Type: application/x-amz-json-1.1", "-d", "{}", locked.endpoint],
        capture_output=True, text=True, check=True, timeout=60).stdout
    assert json.loads(answer)["EventBuses"][0]["Name"] == "default"
