"""Resource policies of buses: PutPermission, RemovePermission, and what they let others do
(spec 03 §2)."""

import json

import pytest

from harness import entry, fresh_account, is_sentence, refused

ROLE = "arn:aws:iam::{}:role/r"


@pytest.fixture
def owner(account):
    account.bus("shared")
    return account


@pytest.fixture
def stranger(server):
    return server.account(fresh_account())


def bus_arn(owner):
    return owner.arn("event-bus/shared")


def root(account):
    return f"arn:aws:iam::{account.id}:root"


def policy(owner):
    """The policy of the bus, which is the same wherever it is shown."""
    text = owner.events.describe_event_bus(Name="shared").get("Policy")
    listed = owner.events.list_event_buses(NamePrefix="shared")["EventBuses"][0]
    assert listed.get("Policy") == text
    return text and json.loads(text)


def let(owner, stranger, sid="s", **more):
    owner.events.put_permission(EventBusName="shared", Action="events:PutEvents",
                                Principal=stranger.id, StatementId=sid, **more)


def statement(action, resource, **more):
    return {"Effect": "Allow", "Principal": "*", "Action": action, "Resource": resource, **more}


def replace(owner, *statements):
    owner.events.put_permission(EventBusName="shared", Policy=json.dumps(
        {"Version": "2012-10-17", "Statement": list(statements)}))


def put(account, owner, **more):
    return account.events.put_events(
        Entries=[entry(**{"EventBusName": bus_arn(owner), **more})])["Entries"][0]


def denied(account, action, resource):
    return (f"User: {root(account)} is not authorized to perform: {action} on resource: {resource} "
            f"because no resource-based policy allows the {action} action")


def test_statements_are_added_in_order_replaced_by_id_and_removed(owner):
    assert policy(owner) is None
    owner.events.put_permission(EventBusName="shared", Action="events:PutEvents",
                                Principal="444455556666", StatementId="one")
    owner.events.put_permission(
        EventBusName="shared", Action="events:PutEvents", Principal="*", StatementId="org",
        Condition={"Type": "StringEquals", "Key": "aws:PrincipalOrgID", "Value": "o-1"})
    one = {"Sid": "one", "Effect": "Allow",
           "Principal": {"AWS": "arn:aws:iam::444455556666:root"},
           "Action": "events:PutEvents", "Resource": bus_arn(owner)}
    org = {"Sid": "org", "Effect": "Allow", "Principal": "*", "Action": "events:PutEvents",
           "Resource": bus_arn(owner),
           "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}}
    assert policy(owner) == {"Version": "2012-10-17", "Statement": [one, org]}
    owner.events.put_permission(EventBusName="shared", Action="events:PutEvents",
                                Principal="777788889999", StatementId="one")
    changed = {**one, "Principal": {"AWS": "arn:aws:iam::777788889999:root"}}
    assert policy(owner)["Statement"] == [changed, org]
    with refused("ResourceNotFoundException", "Statement with the provided id does not exist."):
        owner.events.remove_permission(EventBusName="shared", StatementId="none")
    owner.events.remove_permission(EventBusName="shared", StatementId="one")
    assert policy(owner)["Statement"] == [org]
    owner.events.remove_permission(EventBusName="shared", StatementId="org")
    assert policy(owner) is None


def test_a_whole_policy_replaces_the_one_there_is_and_all_can_be_removed(owner, stranger):
    let(owner, stranger)
    replace(owner, statement("events:PutEvents", bus_arn(owner), Sid="all"))
    assert [each["Sid"] for each in policy(owner)["Statement"]] == ["all"]
    owner.events.remove_permission(EventBusName="shared", RemoveAllPermissions=True)
    assert policy(owner) is None


def test_what_is_no_permission_is_refused_in_aws_words(owner):
    def refuses(message, code="ValidationException", **parameters):
        with refused(code, message):
            owner.events.put_permission(**{"EventBusName": "shared", **parameters})

    given = {"Action": "events:PutEvents", "Principal": "444455556666", "StatementId": "s"}
    refuses("Provided value in parameter 'action' is not supported.",
            **{**given, "Action": "events:PutRule"})
    refuses("Value of the parameter 'principal' must be '*' when the parameter 'condition' is set.",
            **given, Condition={"Type": "StringEquals", "Key": "k", "Value": "v"})
    refuses("Parameter StatementId is required.", **{**given, "StatementId": None} and
            {k: v for k, v in given.items() if k != "StatementId"})
    refuses("This policy contains invalid Json", Policy="{")
    refuses("Event bus none does not exist.", "ResourceNotFoundException",
            **{**given, "EventBusName": "none"})
    with refused("ValidationException") as refusal:
        replace(owner, {"Effect": "Allow"})
    assert refusal.message.startswith("Statement 1: ")
    with refused("ValidationException") as refusal:
        owner.events.put_permission(EventBusName="shared", Policy="{}", **given)
    assert is_sentence(refusal.message)
    with refused("PolicyLengthExceededException"):
        replace(owner, statement("events:PutEvents", bus_arn(owner), Sid="x" * 10_240))
    with refused("ValidationException", "Parameter StatementId is required."):
        owner.events.remove_permission(EventBusName="shared")
    with refused("ResourceNotFoundException", "EventBus does not have a policy."):
        owner.events.remove_permission(EventBusName="shared", RemoveAllPermissions=True)
    with refused("ResourceNotFoundException", "Statement with the provided id does not exist."):
        owner.events.remove_permission(EventBusName="shared", StatementId="s")
    assert policy(owner) is None


def test_another_account_puts_events_only_as_long_as_it_may(owner, stranger):
    queue = owner.route(bus="shared")
    message = denied(stranger, "events:PutEvents", bus_arn(owner))
    refusal = {"ErrorCode": "AccessDeniedException", "ErrorMessage": message}
    assert put(stranger, owner) == refusal
    let(owner, stranger)
    event_id = put(stranger, owner, Detail='{"n": 1}')["EventId"]
    event = json.loads(queue.bodies(1)[0])
    assert event["id"] == event_id and event["account"] == stranger.id
    owner.events.remove_permission(EventBusName="shared", StatementId="s")
    assert put(stranger, owner) == refusal
    # Of a bus that is not there it learns no more than of one that is.
    unknown = owner.arn("event-bus/unknown")
    assert put(stranger, owner, EventBusName=unknown)["ErrorMessage"] == denied(
        stranger, "events:PutEvents", unknown)


def test_conditions_look_at_the_entry(owner, stranger):
    replace(owner, statement("events:PutEvents", bus_arn(owner), Condition={
        "StringEquals": {"events:detail-type": "order"},
        "StringLike": {"events:source": ["shop.*"]},
        "Bool": {"events:eventBusInvocation": "false"}}))
    good = {"Source": "shop.eu", "DetailType": "order"}
    assert "EventId" in put(stranger, owner, **good)
    assert "ErrorCode" in put(stranger, owner, **{**good, "Source": "other"})
    assert "ErrorCode" in put(stranger, owner, **{**good, "DetailType": "refund"})


def test_a_denial_holds_for_the_owner_too(owner):
    assert "EventId" in put(owner, owner)
    replace(owner, statement("events:PutEvents", bus_arn(owner), Effect="Deny", Condition={
        "StringNotEquals": {"events:source": "mine"}}))
    assert put(owner, owner, Source="other")["ErrorMessage"] == (
        f"User: {root(owner)} is not authorized to perform: events:PutEvents on resource: "
        f"{bus_arn(owner)} with an explicit deny in a resource-based policy")
    assert "EventId" in put(owner, owner, Source="mine")


def test_a_rule_forwards_to_a_bus_of_another_account_that_lets_it(owner, stranger):
    queue, letters = owner.route(bus="shared"), stranger.queue()
    name = stranger.rule({"source": ["app"]}, {
        "Id": "t1", "Arn": bus_arn(owner), "RoleArn": ROLE.format(stranger.id),
        "DeadLetterConfig": {"Arn": letters.arn}})
    stranger.put(entry(Source="app"))
    letter, = letters.receive_all(1)
    assert letter["MessageAttributes"]["ERROR_CODE"]["StringValue"] == "NO_PERMISSIONS"
    replace(owner, statement("events:PutEvents", bus_arn(owner), Condition={
        "Bool": {"events:eventBusInvocation": "true"},
        "ArnEquals": {"aws:SourceArn": stranger.arn(f"rule/{name}")}}))
    event_id, = stranger.put(entry(Source="app"))
    event = json.loads(queue.bodies(1)[0])
    assert event["id"] == event_id and event["account"] == stranger.id
    assert "ErrorCode" in put(stranger, owner)  # only its rule may


def test_a_role_of_another_account_is_not_believed(server, owner, stranger):
    friend = server.account(fresh_account())
    role = ROLE.format(friend.id)
    replace(owner, {**statement("events:PutEvents", bus_arn(owner)), "Principal": {"AWS": role}})
    letters = stranger.queue()
    stranger.rule({"source": ["app"]}, {"Id": "t1", "Arn": bus_arn(owner), "RoleArn": role,
                                        "DeadLetterConfig": {"Arn": letters.arn}})
    stranger.put(entry(Source="app"))
    letter, = letters.receive_all(1)
    assert letter["MessageAttributes"]["ERROR_CODE"]["StringValue"] == "NO_PERMISSIONS"


MINE = {"StringEqualsIfExists": {"events:creatorAccount": "${aws:PrincipalAccount}"}}


def test_another_account_manages_rules_of_its_own_where_it_may(server, owner, stranger):
    events, bus = stranger.events, bus_arn(owner)
    rule = owner.arn("rule/shared/theirs")
    with refused("AccessDeniedException", denied(stranger, "events:PutRule", rule)):
        events.put_rule(Name="theirs", EventBusName=bus, EventPattern='{"source": ["a"]}')
    replace(owner, statement("events:*", owner.arn("rule/shared/*"), Condition=MINE))
    assert events.put_rule(Name="theirs", EventBusName=bus,
                           EventPattern='{"source": ["a"]}')["RuleArn"] == rule
    queue = stranger.queue()
    events.put_targets(Rule="theirs", EventBusName=bus, Targets=[{"Id": "t1", "Arn": queue.arn}])
    events.tag_resource(ResourceARN=rule, Tags=[{"Key": "k", "Value": "v"}])
    assert events.describe_rule(Name="theirs", EventBusName=bus)["CreatedBy"] == stranger.id
    assert [each["Name"] for each in events.list_rules(EventBusName=bus)["Rules"]] == ["theirs"]
    assert "EventId" in put(owner, owner, Source="a")
    assert json.loads(queue.bodies(1)[0])["source"] == "a"
    # What is another's it leaves alone.
    owner.rule({"source": ["b"]}, name="mine", bus="shared")
    third = server.account(fresh_account())
    for other, name in ((stranger, "mine"), (third, "theirs")):
        for call in (other.events.describe_rule, other.events.disable_rule,
                     other.events.delete_rule):
            with refused("AccessDeniedException"):
                call(Name=name, EventBusName=bus)
    with refused("AccessDeniedException"):
        events.describe_event_bus(Name=bus)
    events.disable_rule(Name="theirs", EventBusName=bus)
    events.remove_targets(Rule="theirs", EventBusName=bus, Ids=["t1"])
    events.delete_rule(Name="theirs", EventBusName=bus)
    assert [each["Name"] for each in owner.events.list_rules(EventBusName="shared")["Rules"]] == [
        "mine"]


def test_conditions_look_at_the_pattern_and_the_targets(owner, stranger):
    bus = bus_arn(owner)
    replace(owner,
            statement("events:PutRule", owner.arn("rule/shared/*"), Condition={
                "ForAllValues:StringEquals": {"events:source": ["a", "b"]},
                "Null": {"events:source": "false"}}),
            statement("events:PutTargets", owner.arn("rule/shared/*"), Condition={
                "ForAllValues:ArnLike": {"events:TargetArn": f"arn:aws:sqs:*:{stranger.id}:ok-*"}}))

    def puts(pattern):
        stranger.events.put_rule(Name="r", EventBusName=bus, EventPattern=json.dumps(pattern))

    for pattern in ({"source": ["a", "c"]}, {"detail-type": ["a"]}):
        with refused("AccessDeniedException"):
            puts(pattern)
    puts({"source": ["b", "a"]})
    targets = [{"Id": "t1", "Arn": stranger.arn("ok-1", service="sqs")},
               {"Id": "t2", "Arn": stranger.arn("no", service="sqs")}]
    with refused("AccessDeniedException"):
        stranger.events.put_targets(Rule="r", EventBusName=bus, Targets=targets)
    stranger.events.put_targets(Rule="r", EventBusName=bus, Targets=targets[:1])


def test_a_guests_rule_does_not_reach_what_only_its_host_may(server, owner, stranger):
    """It would forward as the account of its bus."""
    owner.bus("private")
    replace(owner, statement("events:*", owner.arn("rule/shared/*"), Condition=MINE))
    third = server.account(fresh_account())
    stranger.bus("own")
    bus = bus_arn(owner)
    stranger.events.put_rule(Name="theirs", EventBusName=bus, EventPattern='{"source": ["a"]}')

    def target(arn):
        stranger.events.put_targets(Rule="theirs", EventBusName=bus, Targets=[
            {"Id": "t1", "Arn": arn, "RoleArn": ROLE.format(stranger.id)}])

    for arn in (owner.arn("event-bus/private"), third.arn("event-bus/default")):
        with refused("ValidationException", f"Target {arn} must be an event bus of the account "
                     f"that made the rule ({stranger.id}), as the rule is on an event bus of "
                     "another account."):
            target(arn)
    target(stranger.arn("event-bus/own"))


def test_conditions_look_at_the_time_and_at_who_asks(owner, stranger):
    def allow(condition):
        replace(owner, statement("events:PutEvents", bus_arn(owner), Condition=condition))
        return "EventId" in put(stranger, owner)

    assert allow({"DateLessThan": {"aws:CurrentTime": "2999-01-01T00:00:00Z"}})
    assert not allow({"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}})
    assert allow({"NumericGreaterThan": {"aws:EpochTime": "1600000000"}})
    assert allow({"StringEquals": {"aws:PrincipalAccount": stranger.id}})
    assert not allow({"StringEquals": {"aws:PrincipalAccount": owner.id}})


def test_what_is_too_long_to_be_judged_is_refused(owner, stranger):
    let(owner, stranger)
    answer = put(stranger, owner, DetailType="d" * 2049)
    assert answer["ErrorCode"] == "AccessDeniedException"
    assert "has 2049 bytes, and at most 2048 are judged" in answer["ErrorMessage"]
    assert "EventId" in put(stranger, owner, DetailType="d" * 2048)
    # The policy may deny the owner, too.
    assert "ErrorCode" in put(owner, owner, DetailType="d" * 2049)
    owner.events.remove_permission(EventBusName="shared", RemoveAllPermissions=True)
    assert "EventId" in put(owner, owner, DetailType="d" * 2049)


def test_a_policy_is_there_after_a_kill(make_server):
    server = make_server()
    owner, stranger = server.account(fresh_account()), server.account(fresh_account())
    owner.bus("shared")
    let(owner, stranger)
    server.kill()
    server.start()
    owner, stranger = server.account(owner.id), server.account(stranger.id)
    assert policy(owner)["Statement"][0]["Sid"] == "s"
    assert "EventId" in put(stranger, owner)


def test_an_outsider_without_a_grant_does_nothing_with_anothers_bus(owner, stranger):
    """Each operation that takes a bus or an ARN."""
    owner.rule({"source": ["a"]}, name="r", bus="shared")
    events, bus, rule = stranger.events, bus_arn(owner), owner.arn("rule/shared/r")
    calls = [
        lambda: events.describe_event_bus(Name=bus),
        lambda: events.list_rules(EventBusName=bus),
        lambda: events.list_rule_names_by_target(EventBusName=bus, TargetArn=bus),
        lambda: events.put_rule(EventBusName=bus, Name="x", EventPattern='{"source": ["a"]}'),
        lambda: events.put_targets(EventBusName=bus, Rule="r", Targets=[
            {"Id": "1", "Arn": stranger.arn("q", service="sqs")}]),
        lambda: events.list_tags_for_resource(ResourceARN=bus),
        lambda: events.list_tags_for_resource(ResourceARN=rule),
        lambda: events.tag_resource(ResourceARN=bus, Tags=[{"Key": "k", "Value": "v"}]),
        lambda: events.untag_resource(ResourceARN=rule, TagKeys=["k"]),
        lambda: events.create_archive(ArchiveName="a", EventSourceArn=bus),
        lambda: events.list_archives(EventSourceArn=bus),
    ]
    calls += [lambda call=call: call(EventBusName=bus, Name="r")
              for call in (events.describe_rule, events.enable_rule, events.disable_rule,
                           events.delete_rule)]
    calls += [lambda call=call, more=more: call(EventBusName=bus, Rule="r", **more)
              for call, more in ((events.list_targets_by_rule, {}),
                                 (events.remove_targets, {"Ids": ["1"]}))]
    for call in calls:
        with refused():
            call()
    assert "ErrorCode" in put(stranger, owner)
    assert owner.events.list_tags_for_resource(ResourceARN=rule)["Tags"] == []
