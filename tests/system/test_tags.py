"""Tags of buses and rules through boto3 (spec 03 §5)."""

import pytest

from harness import refused, without_metadata


def tags(account, arn):
    listed = account.events.list_tags_for_resource(ResourceARN=arn)["Tags"]
    return {tag["Key"]: tag["Value"] for tag in listed}


def pairs(**values):
    return [{"Key": key, "Value": value} for key, value in values.items()]


@pytest.fixture(params=["bus", "default bus", "rule", "rule on a bus"])
def resource(request, account):
    if request.param == "bus":
        return account.events.create_event_bus(Name="orders")["EventBusArn"]
    if request.param == "default bus":
        return account.arn("event-bus/default")
    if request.param == "rule":
        return account.events.put_rule(Name="r", EventPattern='{"source":["a"]}')["RuleArn"]
    account.bus("orders")
    return account.events.put_rule(Name="r", EventPattern='{"source":["a"]}',
                                   EventBusName="orders")["RuleArn"]


def test_tags_are_merged_and_taken_away(account, resource):
    assert without_metadata(account.events.list_tags_for_resource(ResourceARN=resource)) == {
        "Tags": []}
    answer = account.events.tag_resource(ResourceARN=resource, Tags=pairs(a="1", b="2"))
    assert without_metadata(answer) == {}
    account.events.tag_resource(ResourceARN=resource, Tags=pairs(b="3", c=""))
    assert tags(account, resource) == {"a": "1", "b": "3", "c": ""}
    account.events.untag_resource(ResourceARN=resource, TagKeys=["a", "absent"])
    assert tags(account, resource) == {"b": "3", "c": ""}


def test_create_takes_tags(account):
    bus = account.events.create_event_bus(Name="orders", Tags=pairs(team="x"))["EventBusArn"]
    rule = account.events.put_rule(Name="r", EventPattern='{"source":["a"]}',
                                   Tags=pairs(team="y"))["RuleArn"]
    assert tags(account, bus) == {"team": "x"}
    assert tags(account, rule) == {"team": "y"}


def test_the_tags_of_a_deleted_resource_vanish(account):
    bus = account.events.create_event_bus(Name="orders", Tags=pairs(team="x"))["EventBusArn"]
    account.events.delete_event_bus(Name="orders")
    with refused("ResourceNotFoundException", "Event bus orders does not exist."):
        account.events.list_tags_for_resource(ResourceARN=bus)
    account.bus("orders")
    assert tags(account, bus) == {}

    rule = account.events.put_rule(Name="r", EventPattern='{"source":["a"]}',
                                   Tags=pairs(team="y"))["RuleArn"]
    account.events.delete_rule(Name="r")
    account.rule({"source": ["a"]}, name="r")
    assert tags(account, rule) == {}


@pytest.mark.parametrize("rest, message", [
    ("event-bus/nope", "Event bus nope does not exist."),
    ("rule/nope", "Rule nope does not exist on EventBus default."),
    ("rule/orders/nope", "Rule nope does not exist on EventBus orders."),
])
def test_an_unknown_resource_is_named(account, rest, message):
    account.bus("orders")
    arn = account.arn(rest)
    with refused("ResourceNotFoundException", message):
        account.events.list_tags_for_resource(ResourceARN=arn)
    with refused("ResourceNotFoundException", message):
        account.events.tag_resource(ResourceARN=arn, Tags=pairs(a="1"))
    with refused("ResourceNotFoundException", message):
        account.events.untag_resource(ResourceARN=arn, TagKeys=["a"])


def test_one_key_twice_is_refused(account):
    arn = account.arn("event-bus/default")
    with refused("ValidationException", "Invalid parameter: Duplicated keys are not allowed."):
        account.events.tag_resource(ResourceARN=arn, Tags=pairs(a="1") + pairs(a="2"))
    assert tags(account, arn) == {}


def test_a_resource_has_at_most_50_tags(account):
    arn = account.arn("event-bus/default")
    fifty = pairs(**{f"k{number}": "v" for number in range(50)})
    account.events.tag_resource(ResourceARN=arn, Tags=fifty)
    account.events.tag_resource(ResourceARN=arn, Tags=pairs(k7="changed"))
    with refused():
        account.events.tag_resource(ResourceARN=arn, Tags=pairs(more="v"))
    assert len(tags(account, arn)) == 50


@pytest.mark.parametrize("tag", [
    {"Key": "k" * 129, "Value": ""}, {"Key": "k", "Value": "v" * 257}, {"Key": "", "Value": "v"},
], ids=["long key", "long value", "empty key"])
def test_keys_and_values_have_a_longest(account, tag):
    with refused("ValidationException") as refusal:
        account.raw_events.tag_resource(ResourceARN=account.arn("event-bus/default"), Tags=[tag])
    assert refusal.message.startswith("1 validation error detected: Value '")
    assert "at 'tags.1.member." in refusal.message


def test_what_is_no_arn_of_ours_is_refused(account):
    with refused() as refusal:
        account.events.list_tags_for_resource(ResourceARN="nonsense")
    assert refusal.status == 400
