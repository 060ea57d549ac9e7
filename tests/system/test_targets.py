"""Targets through boto3: what is kept, and what is refused when it is put (spec 02 §2)."""

import json

import pytest

from harness import is_sentence, one_error, pages, refused, without_metadata

OVER_LIMIT = ("LimitExceededException",
              "The requested resource exceeds the maximum number allowed.")
ROLE = "arn:aws:iam::123456789012:role/bus"


@pytest.fixture
def rule(account):
    return account.rule({"source": ["app"]}, name="r")


def put(account, *targets, **more):
    return account.events.put_targets(Rule="r", Targets=list(targets), **more)


def listed(account, **more):
    return account.events.list_targets_by_rule(Rule="r", **more)["Targets"]


def sqs_target(account, name="t1", **more):
    """Whether the queue exists is not checked (spec 02 §2)."""
    return {"Id": name, "Arn": account.arn("q", service="sqs"), **more}


def test_targets_are_listed_as_given_in_order_of_id(account, rule):
    transformer = {"InputPathsMap": {"n": "$.detail.n"}, "InputTemplate": '{"n": <n>}'}
    dead = {"Arn": account.arn("dead", service="sqs")}
    policy = {"MaximumRetryAttempts": 3, "MaximumEventAgeInSeconds": 60}
    targets = [sqs_target(account, "d", Input='"hi"'),
               sqs_target(account, "a", InputPath="$.detail"),
               sqs_target(account, "c", InputTransformer=transformer),
               sqs_target(account, "b", DeadLetterConfig=dead, RetryPolicy=policy)]
    answer = put(account, *targets)
    assert without_metadata(answer) == {"FailedEntryCount": 0, "FailedEntries": []}
    assert listed(account) == sorted(targets, key=lambda target: target["Id"])


def test_put_of_a_known_id_replaces_the_target(account, rule):
    put(account, sqs_target(account, Input='"hi"'), sqs_target(account, "t2"))
    put(account, {"Id": "t1", "Arn": account.arn("other", service="sqs")})
    assert listed(account) == [{"Id": "t1", "Arn": account.arn("other", service="sqs")},
                               sqs_target(account, "t2")]


def test_one_arn_under_two_ids_is_two_targets(account, rule):
    put(account, sqs_target(account, "a"), sqs_target(account, "b"))
    assert [target["Id"] for target in listed(account)] == ["a", "b"]


def test_the_bus_may_be_given_by_arn(account):
    account.bus("orders")
    account.rule({"source": ["app"]}, name="r", bus="orders")
    put(account, sqs_target(account), EventBusName=account.arn("event-bus/orders"))
    assert listed(account, EventBusName="orders") == [sqs_target(account)]
    answer = account.events.remove_targets(Rule="r", Ids=["t1"],
                                           EventBusName=account.arn("event-bus/orders"))
    assert answer["FailedEntryCount"] == 0
    assert listed(account, EventBusName="orders") == []


def test_remove_takes_only_the_named_targets(account, rule):
    put(account, *[sqs_target(account, name) for name in "abc"])
    answer = account.events.remove_targets(Rule="r", Ids=["a", "c"])
    assert without_metadata(answer) == {"FailedEntryCount": 0, "FailedEntries": []}
    assert [target["Id"] for target in listed(account)] == ["b"]


def test_remove_of_an_unknown_id_is_no_failure(account, rule):
    answer = account.events.remove_targets(Rule="r", Ids=["nope"])
    assert without_metadata(answer) == {"FailedEntryCount": 0, "FailedEntries": []}


def test_targets_come_in_pages(account, rule):
    put(account, *[sqs_target(account, name) for name in "abcde"])
    found = [[target["Id"] for target in page]
             for page in pages(account.events.list_targets_by_rule, "Targets", Rule="r", Limit=2)]
    assert [page for page in found if page] == [["a", "b"], ["c", "d"], ["e"]]
    with refused("ValidationException"):
        account.events.list_targets_by_rule(Rule="r", NextToken="nonsense")


def test_an_unknown_rule_is_named_with_its_bus(account):
    unknown = ("ResourceNotFoundException", "Rule r does not exist on EventBus default.")
    with refused(*unknown):
        put(account, sqs_target(account))
    with refused(*unknown):
        account.events.remove_targets(Rule="r", Ids=["t1"])
    with refused(*unknown):
        listed(account)


def test_an_unknown_bus_is_not_found(account):
    with refused("ResourceNotFoundException"):
        put(account, sqs_target(account), EventBusName="nope")
    with refused("ResourceNotFoundException"):
        account.events.remove_targets(Rule="r", Ids=["t1"], EventBusName="nope")
    with refused("ResourceNotFoundException"):
        listed(account, EventBusName="nope")


def test_a_rule_has_at_most_5_targets(account, rule):
    five = [sqs_target(account, f"t{number}") for number in range(5)]
    put(account, *five)
    with refused(*OVER_LIMIT):
        put(account, sqs_target(account, "t5"))
    put(account, sqs_target(account, "t3", Input='"changed"'))
    assert len(listed(account)) == 5


@pytest.mark.parametrize("count", [6, 11])
def test_a_call_over_the_limit_puts_nothing(account, rule, count):
    with refused():
        put(account, *[sqs_target(account, f"t{number}") for number in range(count)])
    assert listed(account) == []


def test_one_bad_target_keeps_its_good_siblings_out(account, rule):
    with refused():
        put(account, sqs_target(account, "good"), {"Id": "bad", "Arn": "nonsense"})
    assert listed(account) == []


def test_one_id_twice_is_refused(account, rule):
    with refused("ValidationException", "Parameter targets is not valid. Reason: More than one "
                                        "target with Id 't1' is provided."):
        put(account, sqs_target(account), sqs_target(account))
    assert listed(account) == []


@pytest.mark.parametrize("name, text", [
    ("!@#$@!#$", "Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+"),
    ("i" * 65, "Member must have length less than or equal to 64"),
], ids=["letters", "length"])
def test_a_bad_id_is_refused_with_its_place(account, rule, name, text):
    with refused("ValidationException", one_error(name, "targets.1.member.id", text)):
        put(account, sqs_target(account, name))
    with refused("ValidationException", one_error(name, "targets.2.member.id", text)):
        put(account, sqs_target(account), sqs_target(account, name))


def test_an_empty_list_of_targets_is_refused(account, rule):
    with refused("ValidationException") as refusal:
        account.raw_events.put_targets(Rule="r", Targets=[])
    assert refusal.message == one_error(
        "[]", "targets", "Member must have length greater than or equal to 1")


def test_a_target_without_id_or_arn_is_refused(account, rule):
    with refused("ValidationException", one_error(None, "targets.1.member.arn",
                                                  "Member must not be null")):
        account.raw_events.put_targets(Rule="r", Targets=[{"Id": "t1"}])
    with refused("ValidationException", one_error(None, "targets.1.member.id",
                                                  "Member must not be null")):
        account.raw_events.put_targets(Rule="r", Targets=[{"Arn": sqs_target(account)["Arn"]}])


def test_what_is_not_an_arn_is_refused(account, rule):
    with refused("ValidationException", "Parameter nonsense is not valid. Reason: Provided Arn "
                                        "is not in correct format."):
        put(account, {"Id": "t1", "Arn": "nonsense"})


def test_a_service_that_is_never_a_target_is_named(account, rule):
    with refused("ValidationException", "s3 is not a supported service for a target."):
        put(account, {"Id": "t1", "Arn": "arn:aws:s3:::bucket"})


@pytest.mark.parametrize("service, rest", [
    ("lambda", "layer:l"), ("kinesis", "s"), ("logs", "destination:d"), ("states", "activity:a"),
    ("events", "rule/r"),
])
def test_a_resource_that_is_no_target_is_refused(account, rule, service, rest):
    arn = f"arn:aws:{service}:us-east-1:{account.id}:{rest}"
    with refused("ValidationException", f"Parameter {arn} is not valid. Reason: Provided Arn is "
                                        "not in correct format."):
        put(account, {"Id": "t1", "Arn": arn, "RoleArn": ROLE})
    assert listed(account) == []


def transformer(template, **paths):
    return {"InputTransformer": {"InputPathsMap": paths, "InputTemplate": template}}


@pytest.mark.parametrize("members", [
    {"Input": '"x"', "InputPath": "$"},
    {"Input": '"x"', **transformer('"x"')},
    {"InputPath": "$", **transformer('"x"')},
    {"Input": '"x"', "InputPath": "$", **transformer('"x"')},
], ids=lambda members: "+".join(members))
def test_only_one_way_to_shape_the_input_is_allowed(account, rule, members):
    with refused("ValidationException", "Only one of Input, InputPath, or InputTransformer must "
                                        "be provided for target t1."):
        put(account, sqs_target(account, **members))


@pytest.mark.parametrize("text", ["word", "{", '{"a":}', "[1,]", "'x'"])
def test_an_input_that_is_not_json_is_refused(account, rule, text):
    with refused("ValidationException", "JSON syntax error in input for target t1"):
        put(account, sqs_target(account, Input=text))


@pytest.mark.parametrize("text", ['"x"', "1", "true", "null", "{}", " [1, 2] "])
def test_any_json_value_may_be_the_input(account, rule, text):
    put(account, sqs_target(account, Input=text))
    assert listed(account)[0]["Input"] == text


@pytest.mark.parametrize("path", ["detail", ".detail", "$['detail']", "$.a['b']"])
def test_a_bad_input_path_is_refused(account, rule, path):
    with refused("ValidationException", "InputPath for target t1 is invalid."):
        put(account, sqs_target(account, InputPath=path))


@pytest.mark.parametrize("path", ["$", "$.detail", "$.detail.a[0]", "$.detail-type"])
def test_a_good_input_path_is_kept(account, rule, path):
    put(account, sqs_target(account, InputPath=path))
    assert listed(account)[0]["InputPath"] == path


@pytest.mark.parametrize("path", ["detail", "$['detail']"])
def test_a_bad_path_in_the_map_is_refused(account, rule, path):
    with refused("ValidationException") as refusal:
        put(account, sqs_target(account, **transformer('"<a>"', a=path)))
    assert "t1" in refusal.message and "is invalid" in refusal.message


def test_an_undefined_placeholder_is_named(account, rule):
    with refused("ValidationException",
                 "InputTemplate for target t1 contains invalid placeholder nope."):
        put(account, sqs_target(account, **transformer('{"a": <a>, "b": <nope>}', a="$.id")))


@pytest.mark.parametrize("template", ['"<aws.events.event.json>"', "[<aws.events.event.json>]"])
def test_the_whole_event_needs_an_object_template(account, rule, template):
    with refused("ValidationException", "InputTemplate for target t1 contains placeholder "
                                        "aws.events.event.json valid only for JSON template."):
        put(account, sqs_target(account, **transformer(template)))


def test_the_paths_map_has_bounds(account, rule):
    paths = {f"k{number}": "$.id" for number in range(101)}
    with refused("ValidationException") as refusal:
        put(account, sqs_target(account, **transformer('"<k1>"', **paths)))
    assert refusal.message.startswith("1 validation error detected: ")
    assert refusal.message.endswith("Member must have length less than or equal to 100")
    # A key with a dot fails the key's pattern; one that only starts with AWS is fine.
    with refused("ValidationException") as refusal:
        put(account, sqs_target(account, **transformer('"x"', **{"aws.events.x": "$.id"})))
    assert refusal.message.startswith("1 validation error detected: ")
    put(account, sqs_target(account, **transformer('"<AWSid>"', AWSid="$.id")))


@pytest.mark.parametrize("member, value, text", [
    ("MaximumRetryAttempts", -1, "Member must have value greater than or equal to 0"),
    ("MaximumRetryAttempts", 186, "Member must have value less than or equal to 185"),
    ("MaximumEventAgeInSeconds", 59, "Member must have value greater than or equal to 60"),
    ("MaximumEventAgeInSeconds", 86401, "Member must have value less than or equal to 86400"),
])
def test_a_retry_policy_has_bounds(account, rule, member, value, text):
    path = f"targets.1.member.retryPolicy.{member[0].lower()}{member[1:]}"
    with refused("ValidationException", one_error(value, path, text)):
        account.raw_events.put_targets(
            Rule="r", Targets=[sqs_target(account, RetryPolicy={member: value})])


def dead_letters(arn):
    return {"DeadLetterConfig": {"Arn": arn}}


def test_only_a_queue_takes_dead_letters(account, rule):
    with refused("ValidationException", "sns is not supported as a dead letter resource"):
        put(account, sqs_target(account, **dead_letters(account.arn("t", service="sns"))))


def test_a_fifo_queue_takes_no_dead_letters(account, rule):
    with refused("ValidationException", "SQS FIFO is not supported by Dead Letter Queues"):
        put(account, sqs_target(account, **dead_letters(account.arn("q.fifo", service="sqs"))))


def test_a_queue_of_another_region_takes_no_dead_letters(account, rule):
    away = account.elsewhere("eu-west-1").arn("q", service="sqs")
    with refused("ValidationException"):
        put(account, sqs_target(account, **dead_letters(away)))


def test_a_queue_of_another_region_may_be_the_target(account, rule):
    """Accepted when put; it is each delivery that fails (spec 02 §2)."""
    away = account.elsewhere("eu-west-1").arn("q", service="sqs")
    put(account, {"Id": "t1", "Arn": away})
    assert listed(account) == [{"Id": "t1", "Arn": away}]


def test_a_bus_as_target_needs_a_role(account, rule):
    account.bus("other")
    arn = account.arn("event-bus/other")
    with refused("ValidationException", f"RoleArn is required for target {arn}."):
        put(account, {"Id": "t1", "Arn": arn})
    put(account, {"Id": "t1", "Arn": arn, "RoleArn": ROLE})
    assert listed(account) == [{"Id": "t1", "Arn": arn, "RoleArn": ROLE}]


def test_a_bus_of_another_account_takes_the_event_as_it_is(account, rule):
    other = account.server.account()
    arn = other.events.create_event_bus(Name="theirs")["EventBusArn"]
    with refused("ValidationException") as refusal:
        put(account, {"Id": "t1", "Arn": arn, "RoleArn": ROLE, "Input": "{}"})
    assert is_sentence(refusal.message)
    put(account, {"Id": "t1", "Arn": arn, "RoleArn": ROLE})
    assert listed(account) == [{"Id": "t1", "Arn": arn, "RoleArn": ROLE}]


@pytest.mark.parametrize("block, value", [
    ("KinesisParameters", {"PartitionKeyPath": "$.id"}),
    ("HttpParameters", {"PathParameterValues": ["a"]}),
    ("AppSyncParameters", {"GraphQLOperation": "query"}),
    ("RunCommandParameters", {"RunCommandTargets": [{"Key": "tag:a", "Values": ["b"]}]}),
])
def test_the_block_of_another_service_is_refused(account, rule, block, value):
    with refused("ValidationException", f"Parameter(s) {block} not supported for target: t1."):
        put(account, sqs_target(account, **{block: value}))


def test_a_fifo_queue_needs_sqs_parameters(account, rule):
    fifo = {"Id": "t1", "Arn": account.arn("q.fifo", service="sqs")}
    with refused("ValidationException",
                 "Parameter(s) SqsParameters must be specified for target: t1."):
        put(account, fifo)
    assert listed(account) == []
    put(account, {**fifo, "SqsParameters": {"MessageGroupId": "g"}})
    assert len(listed(account)) == 1


@pytest.mark.parametrize("member, size", [("Input", 8192), ("InputPath", 256)])
def test_the_texts_of_a_target_have_a_longest(account, rule, member, size):
    fits = json.dumps("x" * (size - 2)) if member == "Input" else "$." + "x" * (size - 2)
    put(account, sqs_target(account, **{member: fits}))
    too_long = json.dumps("x" * (size - 1)) if member == "Input" else fits + "x"
    path = f"targets.1.member.{member[0].lower()}{member[1:]}"
    with refused("ValidationException", one_error(
            too_long, path, f"Member must have length less than or equal to {size}")):
        put(account, sqs_target(account, **{member: too_long}))
