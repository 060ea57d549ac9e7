"""Every resource belongs to one account in one region (spec 03 §1, 09 §7)."""

import json

import pytest

from harness import entry, json_headers, refused


@pytest.fixture(params=["account", "region"])
def other(request, account):
    """Another account of the same region, and the same account in another region."""
    if request.param == "account":
        return account.server.account()
    return account.elsewhere("eu-west-1")


def test_buses_rules_and_queues_are_not_seen_elsewhere(account, other):
    account.bus("orders")
    account.rule({"source": ["a"]}, account.queue("jobs"), name="r")
    assert [bus["Name"] for bus in other.events.list_event_buses()["EventBuses"]] == ["default"]
    assert other.events.list_rules()["Rules"] == []
    assert "QueueUrls" not in other.sqs.list_queues()
    with refused("ResourceNotFoundException", "Event bus orders does not exist."):
        other.events.describe_event_bus(Name="orders")
    with refused("ResourceNotFoundException", "Rule r does not exist on EventBus default."):
        other.events.describe_rule(Name="r")
    with refused("AWS.SimpleQueueService.NonExistentQueue"):
        other.sqs.get_queue_url(QueueName="jobs")


def test_the_same_names_live_side_by_side(account, other):
    for here in (account, other):
        here.bus("orders")
        here.rule({"source": ["app"]}, here.queue("jobs"), name="r", bus="orders",
                  Description=f"{here.id} {here.region}")
    for here in (account, other):
        rule = here.events.describe_rule(Name="r", EventBusName="orders")
        assert rule["Arn"] == here.arn("rule/orders/r")
        assert rule["Description"] == f"{here.id} {here.region}"
    account.events.remove_targets(Rule="r", EventBusName="orders", Ids=["t1"])
    account.events.delete_rule(Name="r", EventBusName="orders")
    account.events.delete_event_bus(Name="orders")
    assert other.events.describe_rule(Name="r", EventBusName="orders")["Name"] == "r"


def test_events_stay_where_they_were_put(account, other):
    queues = [here.route() for here in (account, other)]
    account.put(entry({"n": 1}))
    other.put(entry({"n": 2}))
    for here, queue, n in zip((account, other), queues, (1, 2)):
        event = queue.event()
        assert event["detail"] == {"n": n}
        assert event["account"] == here.id and event["region"] == here.region


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1", "ap-southeast-2", "us-gov-west-1"])
def test_each_region_has_a_default_bus(account, region):
    there = account.elsewhere(region)
    bus = there.events.describe_event_bus()
    # The partition is not pinned here: what is, is that account and region are in the ARN.
    assert bus["Arn"].endswith(f":events:{region}:{account.id}:event-bus/default")


def test_an_access_key_of_other_form_is_the_account_of_zeros(server):
    headers = json_headers("AKIAIOSFODNN7EXAMPLE", "AWSEvents.DescribeEventBus")
    answer = server.request("POST", "/", "{}", headers)
    assert answer.status == 200
    assert answer.json()["Arn"] == "arn:aws:events:us-east-1:000000000000:event-bus/default"


def test_any_signature_is_taken_in_dev_mode(account):
    """json_headers signs with zeros."""
    answer = account.server.request(
        "POST", "/", json.dumps({"Entries": [entry()]}),
        json_headers(account.id, "AWSEvents.PutEvents"))
    assert answer.status == 200 and answer.json()["FailedEntryCount"] == 0
