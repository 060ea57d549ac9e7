"""Which operations there are: the list, what is refused by name, and STS's one."""

import re
import subprocess
import urllib.parse

import pytest

from harness import BINARY, authorization, json_headers, refused

STS = "https://sts.amazonaws.com/doc/2011-06-15/"


def test_the_callers_identity_is_the_accounts_root(server, account):
    sts = server.client("sts", account.id)
    answer = sts.get_caller_identity()
    assert {name: answer[name] for name in ("UserId", "Account", "Arn")} == {
        "UserId": account.id, "Account": account.id, "Arn": f"arn:aws:iam::{account.id}:root"}


def test_sts_answers_in_its_own_namespace(server, account):
    body = urllib.parse.urlencode({"Action": "GetCallerIdentity", "Version": "2011-06-15"})
    answer = server.request("POST", "/", body.encode(), {
        "Content-Type": "application/x-www-form-urlencoded",
        "Authorization": authorization(account.id, service="sts")})
    assert answer.status == 200
    text = answer.body.decode()
    assert f'<GetCallerIdentityResponse xmlns="{STS}"><GetCallerIdentityResult>' in text
    assert f"<Account>{account.id}</Account>" in text


def test_an_operation_of_sts_that_is_not_there_is_unknown(server, account):
    with refused("InvalidAction"):
        server.client("sts", account.id).get_session_token()


@pytest.mark.parametrize("operation", [
    "CreateEndpoint", "DeleteEndpoint", "DescribeEndpoint", "ListEndpoints", "UpdateEndpoint"])
def test_operations_of_global_endpoints_are_refused_with_a_sentence(server, account, operation):
    answer = server.request("POST", "/", b"{}", json_headers(account.id, f"AWSEvents.{operation}"))
    assert answer.status == 400
    assert answer.json() == {
        "__type": "OperationDisabledException",
        "message": f"{operation} is not supported: "
                   "this version of Rialto has no global endpoints yet."}


def test_every_operation_is_listed(server, account):
    listed = subprocess.run([BINARY, "operations"], check=True, capture_output=True,
                            text=True).stdout.splitlines()
    states = {}
    for line in listed:
        service, name, state = re.fullmatch(r"(\w+)  (\w+) +(supported|refused)  +.+", line).groups()
        states[service, name] = state
    events = {name for service, name in states if service == "events"}
    assert events == set(account.events.meta.service_model.operation_names)
    assert states["sqs", "SendMessage"] == "supported"
    assert states["events", "CreateEndpoint"] == "refused"
