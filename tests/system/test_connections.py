"""The operations on connections and API destinations (spec 05 §1 and §3)."""

import json
import pathlib
import re
import stat

import pytest

from harness import is_sentence, one_error, pages, refused, until, without_metadata
from receiver import form, header, receiving, token

BASIC = {"BasicAuthParameters": {"Username": "user", "Password": "pass-hush"}}
API_KEY = {"ApiKeyAuthParameters": {"ApiKeyName": "X-Key", "ApiKeyValue": "key-hush"}}
NAME = r"[\.\-_A-Za-z0-9]+"
UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


def oauth(endpoint, **more):
    return {"OAuthParameters": {
        "ClientParameters": {"ClientID": "client", "ClientSecret": "client-hush"},
        "AuthorizationEndpoint": endpoint, "HttpMethod": "POST", **more}}


def connect(account, name="c", kind="BASIC", parameters=None, **more):
    return without_metadata(account.events.create_connection(
        Name=name, AuthorizationType=kind, AuthParameters=parameters or BASIC, **more))


def describe(account, name="c"):
    return without_metadata(account.events.describe_connection(Name=name))


def destination(account, connection, name="d", endpoint="https://api.example.com/hook", **more):
    return without_metadata(account.events.create_api_destination(
        Name=name, ConnectionArn=connection["ConnectionArn"], InvocationEndpoint=endpoint,
        **{"HttpMethod": "POST", **more}))


def await_state(account, state, name="c"):
    return until(lambda: (found := describe(account, name))["ConnectionState"] == state and found,
                 f"the connection is {state}")


def test_a_basic_connection_is_authorized_at_once_and_shows_no_password(account):
    made = connect(account, Description="mine")
    assert set(made) == {"ConnectionArn", "ConnectionState", "CreationTime", "LastModifiedTime"}
    assert made["ConnectionState"] == "AUTHORIZED"
    assert re.fullmatch(re.escape(account.arn("connection/c/")) + UUID, made["ConnectionArn"])
    found = describe(account)
    assert re.fullmatch(re.escape(account.arn("secret:events!connection/c/", "secretsmanager"))
                        + UUID + "-[0-9a-zA-Z]{6}", found.pop("SecretArn"))
    assert found == {**made, "Name": "c", "Description": "mine", "AuthorizationType": "BASIC",
                     "AuthParameters": {"BasicAuthParameters": {"Username": "user"}},
                     "LastAuthorizedTime": made["CreationTime"]}


def test_secret_parameters_are_shown_without_their_values(account):
    parameters = {
        "HeaderParameters": [{"Key": "a", "Value": "shown", "IsValueSecret": False},
                             {"Key": "b", "Value": "hush", "IsValueSecret": True}],
        "QueryStringParameters": [{"Key": "q", "Value": "plain"}],
        "BodyParameters": [{"Key": "z", "Value": "hush", "IsValueSecret": True}]}
    connect(account, "c", "API_KEY", {**API_KEY, "InvocationHttpParameters": parameters})
    assert describe(account)["AuthParameters"] == {
        "ApiKeyAuthParameters": {"ApiKeyName": "X-Key"},
        "InvocationHttpParameters": {
            "HeaderParameters": [{"Key": "a", "Value": "shown", "IsValueSecret": False},
                                 {"Key": "b", "IsValueSecret": True}],
            "QueryStringParameters": [{"Key": "q", "Value": "plain", "IsValueSecret": False}],
            "BodyParameters": [{"Key": "z", "IsValueSecret": True}]}}
    connect(account, "empty", "BASIC", {**BASIC, "InvocationHttpParameters": {}})
    assert describe(account, "empty")["AuthParameters"]["InvocationHttpParameters"] == {}


def test_an_oauth_connection_is_authorized_by_its_first_token(account):
    with receiving(token("t1")) as server:
        made = connect(account, "c", "OAUTH_CLIENT_CREDENTIALS", oauth(
            server.url + "/token",
            OAuthHttpParameters={"BodyParameters": [{"Key": "scope", "Value": "all of it"}],
                                 "HeaderParameters": [{"Key": "X-One", "Value": "1"}]}))
        assert made["ConnectionState"] == "AUTHORIZING"
        found = await_state(account, "AUTHORIZED")
    [call] = server.calls
    assert (call.method, call.path) == ("POST", "/token")
    assert form(call) == {"grant_type": "client_credentials", "client_id": "client",
                          "client_secret": "client-hush", "scope": "all of it"}
    assert header(call, "Content-Type") == "application/x-www-form-urlencoded"
    assert header(call, "X-One") == "1"
    assert found["AuthParameters"]["OAuthParameters"] == {
        "ClientParameters": {"ClientID": "client"}, "HttpMethod": "POST",
        "AuthorizationEndpoint": server.url + "/token",
        "OAuthHttpParameters": {
            "BodyParameters": [{"Key": "scope", "Value": "all of it", "IsValueSecret": False}],
            "HeaderParameters": [{"Key": "X-One", "Value": "1", "IsValueSecret": False}]}}


def test_a_token_that_is_refused_deauthorizes_until_the_connection_is_changed(account):
    refusal = (401, {}, json.dumps({"error": "invalid_client", "detail": "hush"}).encode())
    with receiving(refusal, token("t1")) as server:
        connect(account, "c", "OAUTH_CLIENT_CREDENTIALS", oauth(server.url))
        found = await_state(account, "DEAUTHORIZED")
        assert found["StateReason"] == \
            "The authorization endpoint answered with status 401 (invalid_client)."
        assert "LastAuthorizedTime" not in found
        [listed] = account.events.list_connections()["Connections"]
        assert listed["StateReason"] == found["StateReason"]
        answer = account.events.update_connection(
            Name="c", AuthParameters={"OAuthParameters": {
                "ClientParameters": {"ClientSecret": "better-hush"}}})
        assert answer["ConnectionState"] == "AUTHORIZING"
        assert "StateReason" not in await_state(account, "AUTHORIZED")
    assert form(server.calls[1])["client_secret"] == "better-hush"


def test_what_is_missing_or_not_valid_is_refused_in_aws_words(account):
    missing = "Parameter {} is not valid. Reason: Missing required field(s)"
    for kind, block in [("BASIC", "BasicAuthParameters"), ("API_KEY", "ApiKeyAuthParameters"),
                        ("OAUTH_CLIENT_CREDENTIALS", "OAuthParameters")]:
        other = API_KEY if kind == "BASIC" else BASIC
        with refused("ValidationException", missing.format(block)):
            connect(account, "c", kind, other)
    with refused("ValidationException", "Parameter AuthorizationEndpoint is not valid. Reason: "
                                        "Endpoint 'http://auth.example.com/' is not valid"):
        connect(account, "c", "OAUTH_CLIENT_CREDENTIALS", oauth("http://auth.example.com/"))
    name = "!" * 65
    with refused("ValidationException",
                 f"3 validation errors detected: Value '{name}' at 'name' failed to satisfy "
                 f"constraint: Member must satisfy regular expression pattern: {NAME}; "
                 f"Value '{name}' at 'name' failed to satisfy constraint: Member must have length "
                 "less than or equal to 64; Value 'INVALID' at 'authorizationType' failed to "
                 "satisfy constraint: Member must satisfy enum value set: "
                 "[BASIC, OAUTH_CLIENT_CREDENTIALS, API_KEY]"):
        account.raw_events.create_connection(Name=name, AuthorizationType="INVALID",
                                             AuthParameters=BASIC)
    with refused("ValidationException") as refusal:
        connect(account, "c", "BASIC", {"BasicAuthParameters": {
            "Username": "user", "Password": "pass:hush"}})
    assert "hush" not in refusal.message
    with refused("ValidationException") as refusal:
        connect(account, KmsKeyIdentifier="alias/mine")
    assert is_sentence(refusal.message)
    assert account.events.list_connections()["Connections"] == []


def test_a_connection_that_is_not_there_or_there_already(account):
    gone = "Failed to describe the connection(s). Connection 'none' does not exist."
    for call in (account.events.describe_connection, account.events.update_connection,
                 account.events.deauthorize_connection, account.events.delete_connection):
        with refused("ResourceNotFoundException", gone):
            call(Name="none")
    connect(account)
    with refused("ResourceAlreadyExistsException", "Connection c already exists."):
        connect(account)


def test_an_update_changes_what_it_names(account):
    made = connect(account)
    before = describe(account)
    answer = without_metadata(account.events.update_connection(Name="c", Description="new"))
    assert set(answer) == {"ConnectionArn", "ConnectionState", "CreationTime", "LastModifiedTime",
                           "LastAuthorizedTime"}
    # Parameters of another type than the connection's have no effect.
    account.events.update_connection(Name="c", AuthParameters=API_KEY)
    assert describe(account)["AuthParameters"] == before["AuthParameters"]
    account.events.update_connection(Name="c", AuthorizationType="API_KEY", AuthParameters=API_KEY)
    after = describe(account)
    assert after["AuthorizationType"] == "API_KEY" and after["Description"] == "new"
    assert after["AuthParameters"] == {"ApiKeyAuthParameters": {"ApiKeyName": "X-Key"}}
    assert after["SecretArn"] == before["SecretArn"]
    assert after["ConnectionArn"] == made["ConnectionArn"]


def test_deauthorizing_takes_the_secrets_and_leaves_the_connection(account):
    connect(account)
    answer = account.events.deauthorize_connection(Name="c")
    assert answer["ConnectionState"] == "DEAUTHORIZING"
    found = describe(account)
    assert found["ConnectionState"] == "DEAUTHORIZED" and "AuthParameters" not in found
    with refused("ValidationException"):
        account.events.update_connection(Name="c", AuthParameters={
            "BasicAuthParameters": {"Password": "alone-hush"}})
    account.events.update_connection(Name="c", AuthParameters=BASIC)
    assert describe(account)["ConnectionState"] == "AUTHORIZED"


def test_a_deleted_connection_is_gone_and_its_destinations_are_inactive(account):
    made = connect(account)
    assert destination(account, made)["ApiDestinationState"] == "ACTIVE"
    answer = account.events.delete_connection(Name="c")
    assert answer["ConnectionState"] == "DELETING"
    with refused("ResourceNotFoundException"):
        describe(account)
    assert account.events.describe_api_destination(Name="d")["ApiDestinationState"] == "INACTIVE"
    # Another one of the same name is another one.
    assert connect(account)["ConnectionArn"] != made["ConnectionArn"]
    assert account.events.describe_api_destination(Name="d")["ApiDestinationState"] == "INACTIVE"


def test_what_happens_to_them_is_told_on_the_default_bus_in_order(account):
    told = account.route({"source": ["aws.events"]})

    def expect_told(*details):
        found = [json.loads(body) for body in told.bodies(len(details))]
        assert [event["detail-type"] for event in found] == list(details)
        return found

    with receiving(token("t1")) as server:
        made = connect(account, "c", "OAUTH_CLIENT_CREDENTIALS", oauth(server.url + "/token"))
        started, *_ = expect_told("Connection Creation Started",
                                  "Connection Authorization Started", "Connection Authorized")
    assert started["resources"] == [made["ConnectionArn"]]
    assert started["account"] == account.id and started["region"] == account.region
    detail = started["detail"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+0000 UTC", detail.pop("Timestamp"))
    assert detail == {"ConnectionName": "c"}

    hook = destination(account, made)
    activated, = expect_told("API Destination Activated")
    assert activated["resources"] == [hook["ApiDestinationArn"]]
    assert activated["detail"]["ApiDestinationName"] == "d"
    account.events.deauthorize_connection(Name="c")
    expect_told("Connection Deauthorization Started", "Connection Deauthorized",
                "API Destination Deactivated")
    account.events.update_connection(Name="c", AuthorizationType="BASIC", AuthParameters=BASIC)
    expect_told("Connection Update Started", "Connection Authorized", "API Destination Activated")
    account.events.delete_connection(Name="c")
    expect_told("Connection Deletion Started", "API Destination Deactivated")


def test_connections_are_listed_by_name_in_pages(account):
    for number in range(7):
        connect(account, f"c{number}")
    connect(account, "other", "API_KEY", API_KEY)
    account.events.deauthorize_connection(Name="c3")
    listed = pages(account.events.list_connections, "Connections", Limit=3)
    assert [len(page) for page in listed] == [3, 3, 2]
    flat = [each for page in listed for each in page]
    assert [each["Name"] for each in flat] == [*[f"c{n}" for n in range(7)], "other"]
    assert set(flat[0]) == {"ConnectionArn", "Name", "ConnectionState", "AuthorizationType",
                            "CreationTime", "LastModifiedTime", "LastAuthorizedTime"}
    names = lambda **by: [each["Name"] for each  # noqa: E731
                          in account.events.list_connections(**by)["Connections"]]
    assert names(NamePrefix="o") == ["other"]
    assert names(ConnectionState="DEAUTHORIZED") == ["c3"]
    assert names(ConnectionState="AUTHORIZED", NamePrefix="c3") == []


def test_an_api_destination_is_described_as_it_was_made(account):
    made = connect(account)
    answer = destination(account, made, Description="mine")
    assert set(answer) == {"ApiDestinationArn", "ApiDestinationState", "CreationTime",
                           "LastModifiedTime"}
    assert re.fullmatch(re.escape(account.arn("api-destination/d/")) + UUID,
                        answer["ApiDestinationArn"])
    assert without_metadata(account.events.describe_api_destination(Name="d")) == {
        **answer, "Name": "d", "Description": "mine", "ConnectionArn": made["ConnectionArn"],
        "InvocationEndpoint": "https://api.example.com/hook", "HttpMethod": "POST",
        "InvocationRateLimitPerSecond": 300}
    changed = without_metadata(account.events.update_api_destination(
        Name="d", HttpMethod="PUT", InvocationRateLimitPerSecond=5))
    assert set(changed) == set(answer)
    found = account.events.describe_api_destination(Name="d")
    assert (found["HttpMethod"], found["InvocationRateLimitPerSecond"]) == ("PUT", 5)
    assert found["InvocationEndpoint"] == "https://api.example.com/hook"
    assert without_metadata(account.events.delete_api_destination(Name="d")) == {}
    gone = "Failed to describe the api-destination(s). An api-destination 'd' does not exist."
    for call in (account.events.describe_api_destination, account.events.update_api_destination,
                 account.events.delete_api_destination):
        with refused("ResourceNotFoundException", gone):
            call(Name="d")


def test_an_api_destination_is_refused_in_aws_words(account):
    made = connect(account)
    destination(account, made)
    with refused("ResourceAlreadyExistsException", "An api-destination 'd' already exists."):
        destination(account, made)
    arn = made["ConnectionArn"].replace("us-east-1", "eu-west-1")
    with refused("ValidationException", f"Invalid ARN: '{arn}'"):
        destination(account, {"ConnectionArn": arn}, "e")
    with refused("ResourceNotFoundException"):
        destination(account, {"ConnectionArn": account.arn("connection/none/1")}, "e")
    pattern = r"^arn:aws([a-z]|\-)*:events:([a-z]|\d|\-)*:([0-9]{12})?:connection\/" \
              r"[\.\-_A-Za-z0-9]+\/[\-A-Za-z0-9]+$"
    with refused("ValidationException",
                 "2 validation errors detected: Value 'invalid-connection-arn' at 'connectionArn' "
                 "failed to satisfy constraint: Member must satisfy regular expression pattern: "
                 f"{pattern}; Value 'INVALID_METHOD' at 'httpMethod' failed to satisfy constraint: "
                 "Member must satisfy enum value set: "
                 "[HEAD, POST, PATCH, DELETE, PUT, GET, OPTIONS]"):
        destination(account, {"ConnectionArn": "invalid-connection-arn"}, "e",
                    HttpMethod="INVALID_METHOD")
    with refused("ValidationException", one_error(
            "0", "invocationRateLimitPerSecond",
            "Member must have value greater than or equal to 1")):
        account.raw_events.create_api_destination(
            Name="e", ConnectionArn=made["ConnectionArn"], HttpMethod="POST",
            InvocationEndpoint="https://api.example.com/", InvocationRateLimitPerSecond=0)


def test_api_destinations_are_listed_by_name_prefix_or_connection(account):
    first, second = connect(account), connect(account, "c2")
    for name in "abc":
        destination(account, first, name)
    destination(account, second, "other")
    listed = pages(account.events.list_api_destinations, "ApiDestinations", Limit=3)
    assert [[each["Name"] for each in page] for page in listed] == [["a", "b", "c"], ["other"]]
    assert set(listed[0][0]) == {
        "ApiDestinationArn", "Name", "ApiDestinationState", "ConnectionArn", "InvocationEndpoint",
        "HttpMethod", "InvocationRateLimitPerSecond", "CreationTime", "LastModifiedTime"}
    by = account.events.list_api_destinations
    assert [each["Name"] for each in by(NamePrefix="o")["ApiDestinations"]] == ["other"]
    found = by(ConnectionArn=second["ConnectionArn"])["ApiDestinations"]
    assert [each["Name"] for each in found] == ["other"]


def test_accounts_and_regions_have_their_own(server, account):
    connect(account)
    for other in (account.elsewhere("eu-west-1"), server.account()):
        assert other.events.list_connections()["Connections"] == []
        with refused("ResourceNotFoundException"):
            describe(other)
        with refused("ValidationException"):
            destination(other, {"ConnectionArn": describe(account)["ConnectionArn"]})


def test_only_a_dev_server_takes_endpoints_without_tls(make_server):
    account = make_server(options=["--dev", "false", "--accounts", "k=111122223333"]).account("k")
    made = connect(account)
    endpoint = "http://127.0.0.1/hook"
    with refused("ValidationException",
                 f"Parameter InvocationEndpoint is not valid. Reason: Endpoint '{endpoint}' is "
                 "not valid"):
        destination(account, made, endpoint=endpoint)
    with refused("ValidationException"):
        connect(account, "o", "OAUTH_CLIENT_CREDENTIALS", oauth("http://127.0.0.1/token"))


def files_with(folder, word):
    return [path for path in pathlib.Path(folder).rglob("*")
            if path.is_file() and word.encode() in path.read_bytes()]


def test_all_of_it_is_there_after_a_kill_and_no_secret_is_in_any_file(make_server):
    server = make_server(options=["--log-level", "debug"])
    account = server.account()
    made = connect(account, "c", "API_KEY", {**API_KEY, "InvocationHttpParameters": {
        "BodyParameters": [{"Key": "k", "Value": "param-hush", "IsValueSecret": True}]}})
    destination(account, made)
    connect(account, "b")
    before = describe(account)
    server.kill()
    server.start()
    account = server.account(account.id)
    assert describe(account) == before
    assert account.events.describe_api_destination(Name="d")["ApiDestinationState"] == "ACTIVE"
    server.terminate()
    assert files_with(server.folder, "hush") == []
    key = server.data_dir / "secrets.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600 and key.stat().st_size == 32


def test_without_its_key_the_server_does_not_start_and_says_what_to_do(make_server):
    server = make_server()
    connect(server.account())
    server.terminate()
    key = server.data_dir / "secrets.key"
    kept = key.read_bytes()
    key.unlink()
    server.spawn(server.folder / "port")
    assert server.wait() == 1
    assert f"bring back the file {key} as it was" in server.log_tail()
    assert not key.exists()
    key.write_bytes(bytes(32))
    key.chmod(0o600)
    server.spawn(server.folder / "port")
    assert server.wait() == 1
    assert "cannot be read with the key of this server" in server.log_tail()
    key.write_bytes(kept)
    server.start()


def test_the_key_may_be_a_file_of_the_operators(make_server, tmp_path):
    key = tmp_path / "key"
    key.write_text("ab" * 32 + "\n")
    key.chmod(0o600)
    server = make_server(options=["--secrets-key-file", str(key)])
    connect(server.account("111122223333"))
    assert not (server.data_dir / "secrets.key").exists()
    server.terminate()
    server.start()
    assert describe(server.account("111122223333"))["ConnectionState"] == "AUTHORIZED"
    server.terminate()
    key.chmod(0o640)
    server.spawn(server.folder / "port")
    assert server.wait() == 1
    assert f"Say `chmod 600 {key}`" in server.log_tail()


def test_a_reset_takes_them_all(make_server):
    server = make_server()
    account = server.account()
    destination(account, connect(account))
    assert server.request("POST", "/_rialto/reset", headers={"X-Rialto-Request": "1"}).status == 200
    assert account.events.list_connections()["Connections"] == []
    assert account.events.list_api_destinations()["ApiDestinations"] == []
    server.terminate()
    (server.data_dir / "secrets.key").unlink()
    server.start()
