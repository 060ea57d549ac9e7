"""Event buses through boto3 (spec 03 §1, §7; 09 §5; 10 §1)."""

import datetime

import pytest

from harness import constraint, is_sentence, one_error, pages, refused, without_metadata

NAME_PATTERN = "Member must satisfy regular expression pattern: [/\\.\\-_A-Za-z0-9]+"


def names(answer):
    return [bus["Name"] for bus in answer["EventBuses"]]


def is_recent(moment):
    age = datetime.datetime.now(datetime.timezone.utc) - moment
    return abs(age) < datetime.timedelta(minutes=1)


def test_create_answers_the_arn_and_nothing_that_was_not_given(account):
    answer = account.events.create_event_bus(Name="orders")
    assert without_metadata(answer) == {"EventBusArn": account.arn("event-bus/orders")}


def test_create_echoes_the_description(account):
    answer = account.events.create_event_bus(Name="orders", Description="All orders")
    assert without_metadata(answer) == {"EventBusArn": account.arn("event-bus/orders"),
                                        "Description": "All orders"}


def test_describe_shows_what_was_created(account):
    account.events.create_event_bus(Name="orders", Description="All orders")
    bus = without_metadata(account.events.describe_event_bus(Name="orders"))
    assert is_recent(bus.pop("CreationTime"))
    assert is_recent(bus.pop("LastModifiedTime"))
    # No Policy: it is absent when there is none (spec 03 §1).
    assert bus == {"Name": "orders", "Arn": account.arn("event-bus/orders"),
                   "Description": "All orders"}


def test_a_bus_is_found_by_its_arn(account):
    arn = account.events.create_event_bus(Name="orders")["EventBusArn"]
    assert account.events.describe_event_bus(Name=arn)["Name"] == "orders"


def test_the_default_bus_is_there_from_the_start(account):
    bus = without_metadata(account.events.describe_event_bus())
    assert bus["Name"] == "default"
    assert bus["Arn"] == account.arn("event-bus/default")
    assert names(account.events.list_event_buses()) == ["default"]


def test_describe_of_an_unknown_bus_names_it(account):
    with refused("ResourceNotFoundException", "Event bus nope does not exist."):
        account.events.describe_event_bus(Name="nope")


def test_describe_of_an_unknown_bus_by_arn_is_not_found(account):
    with refused("ResourceNotFoundException"):
        account.events.describe_event_bus(Name=account.arn("event-bus/nope"))


def test_describe_of_a_bus_of_another_account_is_refused(account):
    other = account.server.account()
    arn = other.events.create_event_bus(Name="theirs")["EventBusArn"]
    with refused() as refusal:
        account.events.describe_event_bus(Name=arn)
    assert refusal.status == 400 and is_sentence(refusal.message)


def test_the_default_bus_cannot_be_created(account):
    with refused("ResourceAlreadyExistsException", "Event bus default already exists."):
        account.events.create_event_bus(Name="default")


def test_a_bus_cannot_be_created_twice(account):
    account.bus("orders")
    with refused("ResourceAlreadyExistsException", "Event bus orders already exists."):
        account.events.create_event_bus(Name="orders")


def test_only_partner_buses_have_a_slash(account):
    with refused("ValidationException", "Event bus name must not contain '/'."):
        account.events.create_event_bus(Name="a/b")


def test_a_partner_bus_needs_its_event_source(account):
    with refused() as refusal:
        account.events.create_event_bus(Name="aws.partner/x/y",
                                        EventSourceName="aws.partner/x/y")
    assert refusal.status == 400
    assert names(account.events.list_event_buses()) == ["default"]


@pytest.mark.parametrize("name, text", [
    ("a b!", NAME_PATTERN),
    ("n" * 257, "Member must have length less than or equal to 256"),
], ids=["letters", "length"])
def test_a_bad_name_is_refused_with_its_constraint(account, name, text):
    with refused("ValidationException", one_error(name, "name", text)):
        account.events.create_event_bus(Name=name)


def test_a_missing_name_is_refused(account):
    with refused("ValidationException", one_error(None, "name", "Member must not be null")):
        account.raw_events.create_event_bus()


def test_an_empty_name_is_refused(account):
    with refused("ValidationException") as refusal:
        account.raw_events.create_event_bus(Name="")
    assert constraint("", "name", "Member must have length greater than or equal to 1") \
        in refusal.message


def test_all_failed_constraints_are_told_at_once(account):
    """One member's pattern comes before its length, members come in the order of the shape."""
    name, description = "!" * 257, "d" * 513
    expected = "3 validation errors detected: " + "; ".join([
        constraint(name, "name", NAME_PATTERN),
        constraint(name, "name", "Member must have length less than or equal to 256"),
        constraint(description, "description",
                   "Member must have length less than or equal to 512")])
    with refused("ValidationException", expected):
        account.events.create_event_bus(Name=name, Description=description)


@pytest.mark.parametrize("settings", [
    {"KmsKeyIdentifier": "alias/key"},
    {"LogConfig": {"Level": "TRACE", "IncludeDetail": "FULL"}},
], ids=lambda settings: next(iter(settings)))
def test_what_does_not_act_yet_is_refused_and_not_stored(account, settings):
    member = next(iter(settings))
    with refused() as refusal:
        account.events.create_event_bus(Name="orders", **settings)
    assert refusal.status == 400
    assert member in refusal.message and is_sentence(refusal.message)
    assert names(account.events.list_event_buses()) == ["default"]

    account.bus("orders")
    with refused() as refusal:
        account.events.update_event_bus(Name="orders", **settings)
    assert member in refusal.message
    assert member not in account.events.describe_event_bus(Name="orders")


def test_update_changes_the_description(account):
    account.events.create_event_bus(Name="orders", Description="old")
    answer = account.events.update_event_bus(Name="orders", Description="new")
    assert answer["Name"] == "orders"
    assert answer["Arn"] == account.arn("event-bus/orders")
    assert answer["Description"] == "new"
    bus = account.events.describe_event_bus(Name="orders")
    assert bus["Description"] == "new"
    assert bus["LastModifiedTime"] >= bus["CreationTime"]


def test_update_without_a_name_means_the_default_bus(account):
    assert account.events.update_event_bus(Description="ours")["Name"] == "default"
    assert account.events.describe_event_bus()["Description"] == "ours"


def test_update_of_an_unknown_bus_names_it(account):
    with refused("ResourceNotFoundException", "Event bus nope does not exist."):
        account.events.update_event_bus(Name="nope", Description="x")


def test_delete_removes_the_bus(account):
    account.bus("orders")
    account.events.delete_event_bus(Name="orders")
    assert names(account.events.list_event_buses()) == ["default"]
    with refused("ResourceNotFoundException", "Event bus orders does not exist."):
        account.events.describe_event_bus(Name="orders")


def test_delete_of_an_unknown_bus_succeeds(account):
    answer = account.events.delete_event_bus(Name="nope")
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_the_default_bus_cannot_be_deleted(account):
    with refused("ValidationException", "Cannot delete event bus default."):
        account.events.delete_event_bus(Name="default")


def test_a_bus_with_rules_cannot_be_deleted(account):
    account.bus("orders")
    rule = account.rule({"source": ["app"]}, bus="orders")
    with refused("ValidationException", "EventBus can't be deleted since it has rules."):
        account.events.delete_event_bus(Name="orders")
    account.events.delete_rule(Name=rule, EventBusName="orders")
    account.events.delete_event_bus(Name="orders")


def test_list_shows_each_bus_in_order_of_name(account):
    for name in ["b", "a.2", "B", "a-1"]:
        account.events.create_event_bus(Name=name, Description=f"bus {name}")
    buses = account.events.list_event_buses()["EventBuses"]
    assert [bus["Name"] for bus in buses] == ["B", "a-1", "a.2", "b", "default"]
    first = buses[0]
    assert first["Arn"] == account.arn("event-bus/B")
    assert first["Description"] == "bus B"
    assert is_recent(first["CreationTime"]) and is_recent(first["LastModifiedTime"])
    assert "Policy" not in first


def test_list_takes_a_prefix(account):
    for name in ["app-a", "app-b", "other"]:
        account.bus(name)
    assert names(account.events.list_event_buses(NamePrefix="app-")) == ["app-a", "app-b"]
    assert names(account.events.list_event_buses(NamePrefix="nothing")) == []


def test_list_gives_pages_of_the_limit(account):
    for number in range(4):
        account.bus(f"bus{number}")
    found = pages(account.events.list_event_buses, "EventBuses", Limit=2)
    assert [[bus["Name"] for bus in page] for page in found if page] == [
        ["bus0", "bus1"], ["bus2", "bus3"], ["default"]]


def test_list_gives_pages_of_a_prefix(account):
    for number in range(3):
        account.bus(f"bus{number}")
    account.bus("c")
    found = pages(account.events.list_event_buses, "EventBuses", Limit=2, NamePrefix="bus")
    assert [bus["Name"] for page in found for bus in page] == ["bus0", "bus1", "bus2"]


def test_a_page_survives_the_deletion_of_its_last_bus(account):
    for number in range(4):
        account.bus(f"bus{number}")
    first = account.events.list_event_buses(Limit=2)
    account.events.delete_event_bus(Name="bus1")
    second = account.events.list_event_buses(Limit=2, NextToken=first["NextToken"])
    assert names(second) == ["bus2", "bus3"]


@pytest.mark.parametrize("token", ["nonsense", "AAAA", "{}", "é"])
def test_a_bad_token_is_refused(account, token):
    with refused("ValidationException"):
        account.events.list_event_buses(NextToken=token)


def test_a_token_serves_only_the_same_parameters(account):
    for number in range(3):
        account.bus(f"bus{number}")
    token = account.events.list_event_buses(Limit=1)["NextToken"]
    with refused("ValidationException"):
        account.events.list_event_buses(Limit=1, NamePrefix="b", NextToken=token)


@pytest.mark.parametrize("limit, text", [
    (0, "Member must have value greater than or equal to 1"),
    (101, "Member must have value less than or equal to 100"),
])
def test_a_limit_outside_1_to_100_is_refused(account, limit, text):
    with refused("ValidationException", one_error(limit, "limit", text)):
        account.raw_events.list_event_buses(Limit=limit)


def test_there_is_a_most_of_buses(account):
    """100 in each account and region (spec 10 §1); whether default counts is not told."""
    with refused("LimitExceededException",
                 "The requested resource exceeds the maximum number allowed."):
        for number in range(101):
            account.events.create_event_bus(Name=f"bus{number:03}")
    assert number in (99, 100)
    account.elsewhere("eu-west-1").bus("room-here")
