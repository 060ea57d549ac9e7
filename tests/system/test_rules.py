"""Rules through boto3 (spec 02 §1; 09 §5; 10 §1)."""

import json

import pytest

from harness import constraint, is_sentence, one_error, pages, refused, without_metadata

PATTERN = '{"source": ["app"]}'  # With a blank: the stored text is the given one.
OVER_LIMIT = "The requested resource exceeds the maximum number allowed."


def rule_names(answer):
    return [rule["Name"] for rule in answer["Rules"]]


def described(account, name="r", **on_bus):
    return without_metadata(account.events.describe_rule(Name=name, **on_bus))


def test_put_answers_the_arn_on_the_default_bus(account):
    answer = account.events.put_rule(Name="r", EventPattern=PATTERN)
    assert without_metadata(answer) == {"RuleArn": account.arn("rule/r")}


def test_put_answers_the_arn_with_the_bus_on_another(account):
    account.bus("orders")
    answer = account.events.put_rule(Name="r", EventPattern=PATTERN, EventBusName="orders")
    assert answer["RuleArn"] == account.arn("rule/orders/r")


def test_describe_shows_only_what_is_there(account):
    account.events.put_rule(Name="r", EventPattern=PATTERN)
    assert described(account) == {
        "Name": "r", "Arn": account.arn("rule/r"), "EventPattern": PATTERN, "State": "ENABLED",
        "EventBusName": "default", "CreatedBy": account.id}


def test_describe_shows_description_and_state(account):
    account.events.put_rule(Name="r", EventPattern=PATTERN, Description="what", State="DISABLED")
    rule = described(account)
    assert rule["Description"] == "what" and rule["State"] == "DISABLED"


def test_a_bus_may_be_named_or_given_by_arn(account):
    account.bus("orders")
    arn = account.arn("event-bus/orders")
    account.events.put_rule(Name="r", EventPattern=PATTERN, EventBusName=arn)
    by_name = described(account, EventBusName="orders")
    assert by_name == described(account, EventBusName=arn)
    assert by_name["EventBusName"] == "orders"
    assert by_name["Arn"] == account.arn("rule/orders/r")
    assert rule_names(account.events.list_rules(EventBusName=arn)) == ["r"]
    account.events.put_rule(Name="d", EventPattern=PATTERN,
                            EventBusName=account.arn("event-bus/default"))
    assert described(account, "d")["EventBusName"] == "default"


def test_one_name_on_two_buses_is_two_rules(account):
    account.bus("orders")
    account.rule({"source": ["a"]}, name="r")
    account.rule({"source": ["b"]}, name="r", bus="orders")
    assert json.loads(described(account)["EventPattern"]) == {"source": ["a"]}
    assert json.loads(described(account, EventBusName="orders")["EventPattern"]) == {
        "source": ["b"]}


def test_put_again_replaces_every_attribute_and_keeps_the_targets(account):
    queue = account.queue()
    account.rule({"source": ["a"]}, queue, name="r", Description="old", State="DISABLED")
    account.rule({"source": ["b"]}, name="r")
    rule = described(account)
    assert json.loads(rule["EventPattern"]) == {"source": ["b"]}
    assert rule["State"] == "ENABLED"
    assert "Description" not in rule
    targets = account.events.list_targets_by_rule(Rule="r")["Targets"]
    assert targets == [{"Id": "t1", "Arn": queue.arn}]


def test_tags_of_an_update_are_ignored(account):
    arn = account.events.put_rule(Name="r", EventPattern=PATTERN,
                                  Tags=[{"Key": "k", "Value": "1"}])["RuleArn"]
    account.events.put_rule(Name="r", EventPattern=PATTERN, Tags=[{"Key": "k", "Value": "2"}])
    tags = account.events.list_tags_for_resource(ResourceARN=arn)["Tags"]
    assert tags == [{"Key": "k", "Value": "1"}]


def test_a_rule_needs_a_pattern_or_a_schedule(account):
    with refused("ValidationException",
                 "Parameter(s) EventPattern or ScheduleExpression must be specified."):
        account.events.put_rule(Name="r")


def test_the_operations_on_an_unknown_bus_name_it(account):
    unknown = ("ResourceNotFoundException", "Event bus nope does not exist.")
    with refused(*unknown):
        account.events.put_rule(Name="r", EventPattern=PATTERN, EventBusName="nope")
    with refused(*unknown):
        account.events.list_rules(EventBusName="nope")
    with refused(*unknown):
        account.events.delete_rule(Name="r", EventBusName="nope")
    with refused(*unknown):
        account.events.put_rule(Name="r", EventPattern=PATTERN,
                                EventBusName=account.arn("event-bus/nope"))


def test_the_bus_of_another_account_is_refused(account):
    other = account.server.account()
    arn = other.events.create_event_bus(Name="theirs")["EventBusArn"]
    with refused() as refusal:
        account.events.put_rule(Name="r", EventPattern=PATTERN, EventBusName=arn)
    assert refusal.status == 400 and is_sentence(refusal.message)
    assert rule_names(other.events.list_rules(EventBusName="theirs")) == []


@pytest.mark.parametrize("operation", ["describe_rule", "enable_rule", "disable_rule"])
def test_an_unknown_rule_is_named_with_its_bus(account, operation):
    account.bus("orders")
    call = getattr(account.events, operation)
    with refused("ResourceNotFoundException", "Rule nope does not exist on EventBus default."):
        call(Name="nope")
    # By ARN too, the message shows the bus's name.
    with refused("ResourceNotFoundException", "Rule nope does not exist on EventBus orders."):
        call(Name="nope", EventBusName=account.arn("event-bus/orders"))


def test_disable_and_enable_change_the_state_only(account):
    account.events.put_rule(Name="r", EventPattern=PATTERN, Description="what")
    before = described(account)
    account.events.disable_rule(Name="r")
    assert described(account) == {**before, "State": "DISABLED"}
    account.events.disable_rule(Name="r")  # Twice is fine.
    account.events.enable_rule(Name="r")
    assert described(account) == before


def test_the_cloudtrail_state_is_kept(account):
    state = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
    account.events.put_rule(Name="r", EventPattern=PATTERN, State=state)
    assert described(account)["State"] == state


def test_an_unknown_state_is_refused(account):
    with refused("ValidationException") as refusal:
        account.events.put_rule(Name="r", EventPattern=PATTERN, State="MAYBE")
    start = one_error("MAYBE", "state", "Member must satisfy enum value set: [")
    assert refusal.message.startswith(start)
    # AWS prints some sets in hash order, so the order is not pinned.
    assert set(refusal.message[len(start):].rstrip("]").split(", ")) == {
        "ENABLED", "DISABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"}


@pytest.mark.parametrize("name, text", [
    ("a b", "Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+"),
    ("n" * 65, "Member must have length less than or equal to 64"),
], ids=["letters", "length"])
def test_a_bad_name_is_refused(account, name, text):
    with refused("ValidationException", one_error(name, "name", text)):
        account.events.put_rule(Name=name, EventPattern=PATTERN)


def test_errors_of_several_members_come_together(account):
    with refused("ValidationException") as refusal:
        account.events.put_rule(Name="a b", EventPattern=PATTERN, Description="d" * 513)
    assert refusal.message == "2 validation errors detected: " + "; ".join([
        constraint("a b", "name",
                   "Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+"),
        constraint("d" * 513, "description",
                   "Member must have length less than or equal to 512")])


def test_a_malformed_pattern_is_refused_with_its_place(account):
    with refused("InvalidEventPatternException",
                 'Event pattern is not valid. Reason: "source" must be an object or an array\n'
                 ' at [Source: (String)"{"source": "app"}"; line: 1, column: 13]'):
        account.events.put_rule(Name="r", EventPattern='{"source": "app"}')
    assert rule_names(account.events.list_rules()) == []


def test_a_refused_put_leaves_the_old_rule(account):
    account.events.put_rule(Name="r", EventPattern=PATTERN, Description="what")
    before = described(account)
    with refused("InvalidEventPatternException"):
        account.events.put_rule(Name="r", EventPattern='{"source": []}')
    assert described(account) == before


def pattern_of_length(length):
    text = json.dumps({"source": ["x" * (length - len('{"source": [""]}'))]})
    assert len(text) == length
    return text


def test_a_pattern_of_2048_characters_is_the_longest(account):
    account.events.put_rule(Name="r", EventPattern=pattern_of_length(2048))
    with refused("ValidationException",
                 "Parameter EventPattern for rule r exceeds limit of 2048."):
        account.events.put_rule(Name="r", EventPattern=pattern_of_length(2049))


def test_a_pattern_over_4096_fails_the_model(account):
    text = pattern_of_length(4097)
    with refused("ValidationException", one_error(
            text, "eventPattern", "Member must have length less than or equal to 4096")):
        account.events.put_rule(Name="r", EventPattern=text)


def test_list_shows_rules_in_order_of_name(account):
    for name in ["b", "a", "C"]:
        account.events.put_rule(Name=name, EventPattern=PATTERN)
    account.events.put_rule(Name="d", EventPattern=PATTERN, Description="last", State="DISABLED")
    rules = account.events.list_rules()["Rules"]
    assert [rule["Name"] for rule in rules] == ["C", "a", "b", "d"]
    # Unlike Describe, a listing has no CreatedBy.
    assert rules[3] == {"Name": "d", "Arn": account.arn("rule/d"), "EventPattern": PATTERN,
                        "State": "DISABLED", "Description": "last", "EventBusName": "default"}


def test_list_takes_bus_and_prefix(account):
    account.bus("orders")
    for name in ["app-1", "app-2", "other"]:
        account.rule({"source": ["a"]}, name=name)
    account.rule({"source": ["a"]}, name="app-3", bus="orders")
    assert rule_names(account.events.list_rules(NamePrefix="app-")) == ["app-1", "app-2"]
    assert rule_names(account.events.list_rules(EventBusName="orders")) == ["app-3"]
    assert rule_names(account.events.list_rules(NamePrefix="nothing")) == []


def test_list_gives_pages_of_the_limit(account):
    expected = [f"r{number}" for number in range(5)]
    for name in expected:
        account.rule({"source": ["a"]}, name=name)
    found = [[rule["Name"] for rule in page]
             for page in pages(account.events.list_rules, "Rules", Limit=2)]
    assert [page for page in found if page] == [["r0", "r1"], ["r2", "r3"], ["r4"]]
    with refused("ValidationException"):
        account.events.list_rules(NextToken="nonsense")


def test_delete_removes_the_rule(account):
    account.rule({"source": ["a"]}, name="r")
    account.events.delete_rule(Name="r")
    assert rule_names(account.events.list_rules()) == []
    with refused("ResourceNotFoundException", "Rule r does not exist on EventBus default."):
        account.events.describe_rule(Name="r")


def test_delete_of_an_unknown_rule_succeeds(account):
    answer = account.events.delete_rule(Name="nope")
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_a_rule_with_targets_cannot_be_deleted(account):
    account.rule({"source": ["a"]}, account.queue(), name="r")
    with refused("ValidationException", "Rule can't be deleted since it has targets."):
        account.events.delete_rule(Name="r")
    account.events.remove_targets(Rule="r", Ids=["t1"])
    account.events.delete_rule(Name="r")


def test_a_bus_holds_300_rules(account):
    for number in range(300):
        account.events.put_rule(Name=f"r{number}", EventPattern=PATTERN)
    with refused("LimitExceededException", OVER_LIMIT):
        account.events.put_rule(Name="one-more", EventPattern=PATTERN)
    account.events.put_rule(Name="r7", EventPattern=PATTERN, Description="may change still")
    account.events.delete_rule(Name="r0")
    account.events.put_rule(Name="one-more", EventPattern=PATTERN)
    found = pages(account.events.list_rules, "Rules")
    assert sum(len(page) for page in found) == 300


def test_a_bus_holds_30_rules_with_wildcards(account):
    for number in range(30):
        account.rule({"source": [{"wildcard": f"{number}*"}]}, name=f"r{number}")
    with refused("LimitExceededException"):
        account.rule({"source": [{"wildcard": "more*"}]}, name="more")
    account.rule({"source": [{"wildcard": "changed*"}]}, name="r7")
    account.rule({"source": [{"prefix": "plain"}]}, name="plain")


def test_rules_are_found_by_their_target(account):
    account.bus("orders")
    queue, other = account.queue(), account.queue()
    for name in ["b", "a", "c"]:
        account.rule({"source": ["a"]}, queue, name=name)
    account.rule({"source": ["a"]}, other, name="d")
    account.rule({"source": ["a"]}, queue, name="e", bus="orders")

    def find(**more):
        return account.events.list_rule_names_by_target(TargetArn=queue.arn, **more)["RuleNames"]

    assert find() == ["a", "b", "c"]
    assert find(EventBusName="orders") == ["e"]
    assert find(EventBusName=account.arn("event-bus/orders")) == ["e"]
    account.events.remove_targets(Rule="a", Ids=["t1"])
    assert find() == ["b", "c"]


def test_rules_by_target_come_in_pages(account):
    queue = account.queue()
    expected = [f"r{number}" for number in range(5)]
    for name in expected:
        account.rule({"source": ["a"]}, queue, name=name)
    found = pages(account.events.list_rule_names_by_target, "RuleNames",
                  TargetArn=queue.arn, Limit=2)
    assert [page for page in found if page] == [["r0", "r1"], ["r2", "r3"], ["r4"]]


def test_a_target_of_no_rule_gives_an_empty_list(account):
    answer = account.events.list_rule_names_by_target(TargetArn=account.queue().arn)
    assert without_metadata(answer) == {"RuleNames": []}
