"""Targets whose calls no server at hand understands, against a peer that looks at each request to the
byte; the signature that botocore would have made; and every failure that AWS services tell of."""

import json
import re

import pytest
from botocore import auth, awsrequest, credentials

from harness import entry, until
from receiver import header, receiving

ROLE = "arn:aws:iam::111122223333:role/r"
KEYS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret-hush/example", "AWS_SESSION_TOKEN": ""}


@pytest.fixture
def peer():
    with receiving((200, {}, b"{}")) as receiver:
        yield receiver


def account_of(make_server, endpoints):
    return make_server(env=KEYS, options=["--target-endpoints", endpoints]).account("111122223333")


def put(account, target):
    """Puts an event for one target, which may be called once; answers its id and the queue of what
    could not be delivered."""
    letters = account.queue()
    account.rule({"source": ["app"]}, {
        "Id": "t", "RetryPolicy": {"MaximumRetryAttempts": 0}, "DeadLetterConfig": {"Arn": letters.arn},
        **target}, name="orders")
    event_id, = account.put(entry({"key": "k"}))
    return event_id, letters


CALLS = {
    "appsync": (
        {"Arn": "arn:aws:appsync:us-east-1:111122223333:endpoints/graphql-api/abc", "InputPath": "$.detail",
         "RoleArn": ROLE, "AppSyncParameters": {"GraphQLOperation": "mutation M($key: String!) { m(key: $key) }"}},
        "POST", "/graphql", None,
        {"query": "mutation M($key: String!) { m(key: $key) }", "variables": {"key": "k"}}),
    "codepipeline": (
        {"Arn": "arn:aws:codepipeline:us-east-1:111122223333:p", "RoleArn": ROLE},
        "POST", "/", "CodePipeline_20150709.StartPipelineExecution",
        {"name": "p", "clientRequestToken": "TOKEN"}),
    "glue": (
        {"Arn": "arn:aws:glue:us-east-1:111122223333:workflow/w", "RoleArn": ROLE},
        "POST", "/", "AWSGlue.NotifyEvent", {"WorkflowName": "w", "EventIds": ["EVENT"]}),
    "imagebuilder": (
        {"Arn": "arn:aws:imagebuilder:us-east-1:111122223333:image-pipeline/p", "RoleArn": ROLE},
        "PUT", "/StartImagePipelineExecution", None,
        {"imagePipelineArn": "arn:aws:imagebuilder:us-east-1:111122223333:image-pipeline/p",
         "clientToken": "TOKEN"}),
    "ssm-automation": (
        {"Arn": "arn:aws:ssm:us-east-1:111122223333:automation-definition/D:2", "RoleArn": ROLE,
         "Input": '{"Id": ["i"]}'},
        "POST", "/", "AmazonSSM.StartAutomationExecution",
        {"DocumentName": "D", "ClientToken": "TOKEN", "DocumentVersion": "2", "Parameters": {"Id": ["i"]}}),
    "ssm-opsitem": (
        {"Arn": "arn:aws:ssm:us-east-1:111122223333:opsitem", "RoleArn": ROLE,
         "Input": '{"title": "t", "source": "s", "resources": ["arn:1"]}'},
        "POST", "/", "AmazonSSM.CreateOpsItem",
        {"Title": "t", "Source": "s", "OperationalData": {"/aws/resources": {
            "Type": "SearchableString", "Value": '[{"arn":"arn:1"}]'}}}),
    "execute-api": (
        {"Arn": "arn:aws:execute-api:us-east-1:111122223333:abc/prod/PUT/pets", "RoleArn": ROLE,
         "InputPath": "$.detail"},
        "PUT", "/prod/pets", None, {"key": "k"}),
    "inspector": (
        {"Arn": "arn:aws:inspector:us-east-1:111122223333:target/0-x/template/0-y", "RoleArn": ROLE},
        "POST", "/", "InspectorService.StartAssessmentRun",
        {"assessmentTemplateArn": "arn:aws:inspector:us-east-1:111122223333:target/0-x/template/0-y"}),
}


def blanked(body, event_id):
    text = body.decode().replace(event_id, "EVENT")
    return re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "TOKEN", text)


@pytest.mark.parametrize("name", CALLS)
def test_each_call_to_the_byte(make_server, peer, name):
    target, method, path, operation, body = CALLS[name]
    account = account_of(make_server, f"default={peer.url}")
    event_id, _ = put(account, target)
    call, = peer.wait()
    assert (call.method, call.path, call.query) == (method, path, "")
    assert header(call, "X-Amz-Target") == operation
    assert blanked(call.body, event_id) == json.dumps(body, separators=(",", ":"))


def test_an_incident(make_server, peer):
    account = account_of(make_server, f"ssm-incidents={peer.url}")
    plan = "arn:aws:ssm-incidents::111122223333:response-plan/p"
    event_id, _ = put(account, {"Arn": plan, "RoleArn": ROLE})
    call, = peer.wait()
    assert (call.method, call.path) == ("POST", "/startIncident")
    body = json.loads(call.body)
    assert body["responsePlanArn"] == plan
    assert body["triggerDetails"]["triggerArn"] == account.arn("rule/orders")
    assert json.loads(body["triggerDetails"]["rawData"])["id"] == event_id


def test_the_signature_is_that_of_botocore(make_server, peer):
    account = account_of(make_server, f"lambda={peer.url}")
    put(account, {"Arn": "arn:aws:lambda:us-east-1:111122223333:function:f:live"})
    call, = peer.wait()
    given = re.fullmatch(r"AWS4-HMAC-SHA256 Credential=(\S+), SignedHeaders=(\S+), Signature=(\w+)",
                         header(call, "Authorization"))
    assert given[1].split("/", 1)[0] == "AKIDEXAMPLE"
    assert given[1].endswith("/us-east-1/lambda/aws4_request")
    request = awsrequest.AWSRequest(method=call.method, url=f"{peer.url}{call.path}?{call.query}", data=call.body)
    for name in given[2].split(";"):
        if name != "host":
            request.headers[name] = header(call, name)
    request.context["timestamp"] = header(call, "X-Amz-Date")
    signer = auth.SigV4Auth(credentials.Credentials("AKIDEXAMPLE", "secret-hush/example"), "lambda", "us-east-1")
    text = signer.string_to_sign(request, signer.canonical_request(request))
    assert signer.signature(text, request) == given[3]


def assumed(key):
    return (200, {}, f"""<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>{key}</AccessKeyId>
<SecretAccessKey>role-hush</SecretAccessKey><SessionToken>session-hush</SessionToken>
<Expiration>2100-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>""".encode())


def test_a_role_is_assumed_once(make_server, peer):
    with receiving(assumed("ASIAROLE")) as sts:
        account = account_of(make_server, f"kinesis={peer.url},sts={sts.url}")
        put(account, {"Arn": "arn:aws:kinesis:us-east-1:111122223333:stream/s", "RoleArn": ROLE})
        account.put(entry({"key": "l"}))
        for call in peer.wait(2):
            assert "Credential=ASIAROLE/" in header(call, "Authorization")
            assert header(call, "X-Amz-Security-Token") == "session-hush"
        assert len(sts.calls) == 1
        assert b"Action=AssumeRole" in sts.calls[0].body
        assert "Credential=AKIDEXAMPLE/" in header(sts.calls[0], "Authorization")


def letter_of(letters):
    message, = letters.receive_all(1)
    return {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}


FAILURES = [
    (429, {}, b"", "THROTTLING", True),
    (400, {}, b'{"__type":"com.amazonaws.x#ThrottlingException","message":"slow"}', "THROTTLING", True),
    (500, {}, b"", "ERROR_FROM_TARGET", True),
    (503, {}, b"oops", "ERROR_FROM_TARGET", True),
    (403, {}, b'{"Message":"no"}', "NO_PERMISSIONS", False),
    (404, {"x-amzn-ErrorType": "ResourceNotFoundException"}, b'{"Message":"gone"}', "NO_RESOURCE", False),
    (400, {}, b'{"__type":"InvalidParameterValueException"}', "INVALID_PARAMETER", False),
    (400, {}, b'{"__type":"LimitExceededException"}', "RESOURCE_LIMIT_EXCEEDED", False),
    (400, {}, b'{"__type":"AlreadyExistsException"}', "RESOURCE_ALREADY_EXISTS", False),
    (409, {}, b'{"__type":"ConflictException"}', "RESOURCE_MODIFICATION_COLLISION", False),
    (302, {"Location": "/elsewhere"}, b"", "ERROR_FROM_TARGET", False),
    (418, {}, b"", "ERROR_FROM_TARGET", False),
]


@pytest.mark.parametrize("status, headers, body, code, is_retried", FAILURES)
def test_each_failure_is_told(make_server, status, headers, body, code, is_retried):
    with receiving((status, headers, body)) as peer:
        account = account_of(make_server, f"lambda={peer.url}")
        _, letters = put(account, {"Arn": "arn:aws:lambda:us-east-1:111122223333:function:f"})
        letter = letter_of(letters)
        assert letter["ERROR_CODE"] == code
        assert letter["ERROR_MESSAGE"].startswith(f"lambda answered with status {status}")
        assert letter.get("EXHAUSTED_RETRY_CONDITION") == ("MaximumRetryAttempts" if is_retried else None)
        assert len(peer.calls) == 1, "no redirect is followed"
        page = account.server.request("GET", "/metrics").body.decode()
        assert re.search(rf'^rialto_deliveries_given_up_total{{reason="{code}"}} 1$', page, re.MULTILINE)


def test_without_an_endpoint_the_letter_says_which_line_to_add(make_server):
    account = account_of(make_server, "sns=http://127.0.0.1:1")
    _, letters = put(account, {"Arn": "arn:aws:lambda:us-east-1:111122223333:function:f"})
    letter = letter_of(letters)
    assert letter["ERROR_CODE"] == "SDK_CLIENT_ERROR"
    assert "Add `[targets.lambda]` with a line `endpoint = " in letter["ERROR_MESSAGE"]


def test_a_dead_endpoint(make_server):
    account = account_of(make_server, "sns=http://127.0.0.1:1")
    _, letters = put(account, {"Arn": "arn:aws:sns:us-east-1:111122223333:t"})
    letter = letter_of(letters)
    assert letter["ERROR_CODE"] == "CONNECTION_FAILURE"
    assert letter["EXHAUSTED_RETRY_CONDITION"] == "MaximumRetryAttempts"


@pytest.mark.parametrize("answer, code, is_retried", [
    ((403, {}, b"<Error><Code>AccessDenied</Code><Message>no</Message></Error>"), "FAILED_TO_ASSUME_ROLE", False),
    ((503, {}, b""), "TRANSIENT_ASSUME_ROLE", True)])
def test_a_role_that_cannot_be_assumed(make_server, peer, answer, code, is_retried):
    with receiving(answer) as sts:
        account = account_of(make_server, f"kinesis={peer.url},sts={sts.url}")
        _, letters = put(account, {"Arn": "arn:aws:kinesis:us-east-1:111122223333:stream/s", "RoleArn": ROLE})
        letter = letter_of(letters)
        assert letter["ERROR_CODE"] == code
        assert letter.get("EXHAUSTED_RETRY_CONDITION") == ("MaximumRetryAttempts" if is_retried else None)
        assert peer.calls == []


def test_an_execution_that_an_earlier_attempt_started_is_no_failure(make_server):
    there = (400, {}, b'{"__type":"ExecutionAlreadyExists"}')
    with receiving((503, {}, b""), there) as peer:
        account = account_of(make_server, f"states={peer.url}")
        put(account, {"Arn": "arn:aws:states:us-east-1:111122223333:stateMachine:m", "RoleArn": ROLE,
                      "RetryPolicy": {"MaximumRetryAttempts": 3}})
        first, second = peer.wait(2)
        assert json.loads(first.body)["name"] == json.loads(second.body)["name"]
        until(lambda: account.server.metric("rialto_deliveries_succeeded_total") == 1, "it was delivered")


def test_a_gateway_is_called_as_its_parameters_say(make_server, peer):
    account = account_of(make_server, f"execute-api={peer.url}")
    put(account, {"Arn": "arn:aws:execute-api:us-east-1:111122223333:abc/prod/GET/pets/*", "RoleArn": ROLE,
                  "HttpParameters": {"PathParameterValues": ["$.detail.key"], "HeaderParameters": {"X-Mine": "m"},
                                     "QueryStringParameters": {"q": "$.detail.key"}}})
    call, = peer.wait()
    assert (call.method, call.path, call.query, call.body) == ("GET", "/prod/pets/k", "q=k", b"")
    assert header(call, "X-Mine") == "m"
    assert header(call, "X-Amz-Source-Arn") == account.arn("rule/orders")
    assert header(call, "X-Amz-Source-Account") == "111122223333"


def sqs_like(rejected):
    """Answers as SQS does; of a batch, the first entry ever seen of a body in `rejected` fails."""
    seen = set()

    def answer(call):
        body = json.loads(call.body)
        if header(call, "X-Amz-Target") == "AmazonSQS.SendMessage":
            return 200, {}, b"{}"
        good, bad = [], []
        for message in body["Entries"]:
            key = json.loads(message["MessageBody"])
            is_bad = key in rejected and key not in seen
            seen.add(key)
            (bad if is_bad else good).append(message["Id"])
        return 200, {}, json.dumps({
            "Successful": [{"Id": name} for name in good],
            "Failed": [{"Id": name, "SenderFault": False, "Code": "InternalError"} for name in bad]}).encode()

    return answer


def messages_of(call):
    body = json.loads(call.body)
    return [json.loads(each["MessageBody"]) for each in body.get("Entries", [body])]


def test_what_waits_goes_in_batches_of_which_each_entry_is_settled_alone(make_server):
    rejected = {15, 25}
    with receiving(sqs_like(rejected)) as peer:
        account = account_of(make_server, f"sqs={peer.url}")
        account.rule({"source": ["app"]}, {"Id": "t", "Arn": account.arn("q", service="sqs"),
                                           "InputPath": "$.detail.n"})
        for first in range(0, 200, 10):
            account.put(*(entry({"n": n}) for n in range(first, first + 10)))
        until(lambda: account.server.metric("rialto_deliveries_succeeded_total") == 200, "all were delivered", 30)
        sent = [message for call in peer.calls for message in messages_of(call)]
        batches = [call for call in peer.calls if header(call, "X-Amz-Target") == "AmazonSQS.SendMessageBatch"]
        assert batches and all(2 <= len(messages_of(call)) <= 10 for call in batches)
        in_batches = {message for call in batches for message in messages_of(call)}
        again = rejected & in_batches
        assert sorted(sent) == sorted([*range(200), *again]), "only what was rejected is sent again"
