"""From PutEvents to queues: who gets what, in which form, and where the rest ends (spec 02)."""

import datetime
import json

import pytest
from botocore.exceptions import ClientError

from harness import entry

ROLE = "arn:aws:iam::123456789012:role/bus"


def detail_ns(queue, count):
    return [event["detail"]["n"] for event in queue.events(count)]


def test_each_queue_gets_exactly_what_matches(account):
    """Rules of several kinds over one stream; the expected numbers are worked out by hand."""
    patterns = {
        "small": ({"detail": {"n": [{"numeric": ["<", 5]}]}}, [0, 1, 2, 3, 4]),
        "web": ({"source": ["web"]}, [1, 4, 7, 10, 13, 16, 19]),
        "tagged": ({"detail": {"tags": ["hot"]}}, [0, 4, 8, 12, 16]),
        "hot web": ({"source": ["web"], "detail": {"tags": ["hot"]}}, [4, 16]),
        "not web": ({"source": [{"anything-but": "web"}],
                     "detail": {"n": [{"numeric": [">", 15]}]}}, [17, 18]),
        "none": ({"source": ["nobody"]}, []),
    }
    queues = {name: account.route(pattern) for name, (pattern, _) in patterns.items()}
    entries = [entry({"n": n, "tags": ["hot"] if n % 4 == 0 else ["cold", "x"]},
                     Source=["app", "web", "job"][n % 3]) for n in range(20)]
    account.put(*entries[:10])
    account.put(*entries[10:])
    got = {name: detail_ns(queues[name], len(expected))
           for name, (_, expected) in patterns.items()}
    assert got == {name: expected for name, (_, expected) in patterns.items()}


def test_a_disabled_rule_delivers_nothing_until_it_is_enabled(account):
    queue = account.queue()
    rule = account.rule({"source": ["app"]}, queue)
    account.put(entry({"n": 1}))
    account.events.disable_rule(Name=rule)
    account.put(entry({"n": 2}))
    account.events.enable_rule(Name=rule)
    account.put(entry({"n": 3}))
    assert detail_ns(queue, 2) == [1, 3]


def test_a_changed_rule_acts_at_once(account):
    """AWS says "a short time"; with us it is zero (spec 02 §1)."""
    queue = account.queue()
    account.rule({"source": ["a"]}, queue, name="r")
    account.put(entry({"n": 1}, Source="a"), entry({"n": 2}, Source="b"))
    account.rule({"source": ["b"]}, name="r")
    account.put(entry({"n": 3}, Source="a"), entry({"n": 4}, Source="b"))
    account.events.remove_targets(Rule="r", Ids=["t1"])
    account.put(entry({"n": 5}, Source="b"))
    account.events.put_targets(Rule="r", Targets=[{"Id": "t9", "Arn": queue.arn}])
    account.put(entry({"n": 6}, Source="b"))
    account.events.remove_targets(Rule="r", Ids=["t9"])
    account.events.delete_rule(Name="r")
    account.put(entry({"n": 7}, Source="b"))
    assert detail_ns(queue, 3) == [1, 4, 6]


def test_every_target_of_a_rule_gets_the_same_event(account):
    first, second = account.queue(), account.queue()
    account.rule({"source": ["app"]}, first, second)
    [identity] = account.put(entry({"n": 1}))
    texts = first.bodies(1) + second.bodies(1)
    assert texts[0] == texts[1]
    assert json.loads(texts[0])["id"] == identity


def test_two_rules_on_one_queue_deliver_twice_with_one_id(account):
    queue = account.queue()
    account.rule({"source": ["app"]}, queue)
    account.rule({"detail-type": ["type"]}, queue)
    [identity] = account.put(entry())
    assert [event["id"] for event in queue.events(2)] == [identity, identity]


def test_one_queue_under_two_ids_gets_the_event_twice(account):
    queue = account.queue()
    account.rule({"source": ["app"]}, {"Id": "a", "Arn": queue.arn, "Input": '"a"'},
                 {"Id": "b", "Arn": queue.arn, "Input": '"b"'})
    account.put(entry())
    assert sorted(queue.bodies(2)) == ['"a"', '"b"']


def test_a_rule_sees_only_its_own_bus(account):
    account.bus("orders")
    on_default, on_orders = account.route(), account.route(bus="orders")
    account.put(entry({"n": 1}), entry({"n": 2}, EventBusName="orders"))
    assert detail_ns(on_default, 1) == [1]
    assert detail_ns(on_orders, 1) == [2]


# What the target gets instead of the event (spec 02 §4).

DETAIL = {"text": "it's \"so\"", "word": "baz", "n": 1.50, "yes": True, "nil": None,
          "list": ["ACTIVE", "INACTIVE"], "map": {"acc_id": "0a787ecb-4015", "sf_id": "baz"},
          "deep": [{"a": [1, 2]}, {"a": [3]}]}
DETAIL_TEXT = ('{"text":"it\'s \\"so\\"","word":"baz","n":1.50,"yes":true,"nil":null,'
               '"list":["ACTIVE","INACTIVE"],"map":{"acc_id":"0a787ecb-4015","sf_id":"baz"},'
               '"deep":[{"a":[1,2]},{"a":[3]}]}')


def delivered(account, detail=DETAIL_TEXT, **target):
    queue = account.route(**target)
    account.put(entry(detail, Time=1768478400, Resources=["arn:r"]))
    [body] = queue.bodies(1)
    return body


@pytest.mark.parametrize("text", ['{"fixed": [1, 2.0]}', '"words"', "7", "null"])
def test_a_constant_input_replaces_the_event(account, text):
    assert delivered(account, Input=text) == text


@pytest.mark.parametrize("path, text", [
    ("$.detail", DETAIL_TEXT), ("$.detail.word", '"baz"'), ("$.detail.n", "1.50"),
    ("$.detail.yes", "true"), ("$.detail.nil", "null"), ("$.detail.list", '["ACTIVE","INACTIVE"]'),
    ("$.detail.list[1]", '"INACTIVE"'), ("$.detail.deep[0].a[1]", "2"),
    ("$.detail.map.acc_id", '"0a787ecb-4015"'), ("$.detail-type", '"type"'),
    ("$.resources[0]", '"arn:r"'), ("$.detail.text", '"it\'s \\"so\\""'),
])
def test_an_input_path_delivers_the_json_of_its_node(account, path, text):
    assert delivered(account, InputPath=path) == text


def test_the_path_of_the_root_delivers_the_whole_event(account):
    queue = account.queue()
    account.rule({"source": ["app"]}, {"Id": "a", "Arn": queue.arn, "InputPath": "$"},
                 {"Id": "b", "Arn": queue.arn})
    account.put(entry(DETAIL_TEXT))
    first, second = queue.bodies(2)
    assert first == second


def transformed(account, template, detail=DETAIL_TEXT, **paths):
    """What arrives through an InputTransformer; paths are below the detail unless they say $."""
    full = {name: path if path.startswith("$") else f"$.detail.{path}"
            for name, path in paths.items()}
    return delivered(account, detail, InputTransformer={"InputPathsMap": full,
                                                        "InputTemplate": template})


@pytest.mark.parametrize("template, paths, text", [
    ('{"a": <x>}', {"x": "word"}, {"a": "baz"}),
    ('{"a": <x>}', {"x": "n"}, {"a": 1.5}),
    ('{"a": <x>, "b": <y>}', {"x": "yes", "y": "nil"}, {"a": True, "b": None}),
    ('{"a": <x>}', {"x": "list"}, {"a": ["ACTIVE", "INACTIVE"]}),
    ('{"a": <x>}', {"x": "map"}, {"a": {"acc_id": "0a787ecb-4015", "sf_id": "baz"}}),
    ('{"a": <x>}', {"x": "list[0]"}, {"a": "ACTIVE"}),
    ('{"a": <x>}', {"x": "missing"}, {"a": ""}),
    ('{"a": "is <x>!"}', {"x": "word"}, {"a": "is baz!"}),
    ('{"a": "<x>-<y>"}', {"x": "yes", "y": "list[1]"}, {"a": "true-INACTIVE"}),
    ('{"a": <type>, "b": <id>}', {"type": "$.detail-type", "id": "$.resources"},
     {"a": "type", "b": ["arn:r"]}),
    ('[<x>, <x>, "<x>"]', {"x": "word"}, ["baz", "baz", "baz"]),
    ('{"a": {"b": [{"c": <x>}]}}', {"x": "n"}, {"a": {"b": [{"c": 1.5}]}}),
    ('{"no": "placeholder"}', {}, {"no": "placeholder"}),
    ('{"a": <x>}', {"x": "text"}, {"a": "it's \"so\""}),
])
def test_a_json_template_delivers_json(account, template, paths, text):
    assert json.loads(transformed(account, template, **paths)) == text


@pytest.mark.parametrize("template, paths, text", [
    ('"text <x>"', {"x": "word"}, '"text baz"'),
    ('"<x> and <y>"', {"x": "yes", "y": "n"}, '"true and 1.50"'),
    ('"list <x>"', {"x": "list"}, '"list [ACTIVE,INACTIVE]"'),
    ('"map <x>"', {"x": "map"}, '"map {acc_id:0a787ecb-4015,sf_id:baz}"'),
    ('"missing <x>!"', {"x": "missing"}, '"missing !"'),
    ('"one <x>"\n"two <y>"', {"x": "word", "y": "yes"}, '"one baz"\n"two true"'),
    ('"{[/ <x>"', {"x": "word"}, '"{[/ baz"'),
    ('"say \\"<x>\\""', {"x": "word"}, '"say \\"baz\\""'),
])
def test_a_text_template_is_delivered_with_its_quotes(account, template, paths, text):
    assert transformed(account, template, **paths) == text


def test_the_number_text_of_the_event_is_kept(account):
    assert transformed(account, '{"a":<x>}', detail='{"n":1.50}', x="n") == '{"a":1.50}'


def test_inserted_text_is_not_read_again(account):
    body = transformed(account, '{"a": <x>, "b": <y>}', detail='{"u":"<y>","v":"w"}', x="u", y="v")
    assert json.loads(body) == {"a": "<y>", "b": "w"}


def test_the_rule_is_there_as_predefined_variables(account):
    queue = account.queue()
    account.bus("orders")
    template = '{"arn": <aws.events.rule-arn>, "name": <aws.events.rule-name>}'
    account.rule({"source": ["app"]}, {"Id": "t1", "Arn": queue.arn,
                                       "InputTransformer": {"InputTemplate": template}},
                 name="my-rule", bus="orders")
    account.put(entry(EventBusName="orders"))
    assert json.loads(queue.bodies(1)[0]) == {
        "arn": account.arn("rule/orders/my-rule"), "name": "my-rule"}


def test_predefined_variables_stand_in_text_too(account):
    queue = account.queue()
    template = '"<aws.events.rule-name> got <x>"'
    account.rule({"source": ["app"]},
                 {"Id": "t1", "Arn": queue.arn, "InputTransformer": {
                     "InputPathsMap": {"x": "$.detail.n"}, "InputTemplate": template}},
                 name="my-rule")
    account.put(entry({"n": 7}))
    assert queue.bodies(1) == ['"my-rule got 7"']


def test_the_ingestion_time_is_a_predefined_variable(account):
    before = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    body = transformed(account, '{"at": <aws.events.event.ingestion-time>}')
    text = json.loads(body)["at"]
    assert text.endswith("Z")
    time = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    # Of receipt: not the entry's own Time, which lies in the past.
    assert before <= time <= datetime.datetime.now(datetime.timezone.utc)


def test_the_whole_event_is_a_predefined_variable(account):
    queue = account.queue()
    account.rule({"source": ["app"]}, {"Id": "a", "Arn": queue.arn}, {
        "Id": "b", "Arn": queue.arn,
        "InputTransformer": {"InputTemplate": '{"wrapped": <aws.events.event.json>}'}})
    account.put(entry(DETAIL_TEXT, Time=1768478400))
    bodies = queue.bodies(2)
    wrapped = next(body for body in bodies if "wrapped" in body)
    plain = next(body for body in bodies if "wrapped" not in body)
    assert json.loads(wrapped) == {"wrapped": json.loads(plain)}
    assert plain in wrapped  # Text and all.


def test_the_event_without_its_detail_is_a_predefined_variable(account):
    queue = account.route(InputTransformer={"InputTemplate": '{"event": <aws.events.event>}'})
    [identity] = account.put(entry(DETAIL_TEXT, Time=1768478400, Resources=["arn:r"]))
    event = json.loads(queue.bodies(1)[0])["event"]
    # Its time is not pinned: AWS's is not the event's own text (spec 02 §4).
    assert event.pop("time")
    assert event == {"id": identity, "account": account.id, "detailType": "type", "source": "app",
                     "region": account.region, "resources": ["arn:r"], "version": "0"}


def undeliverable(account, dead, **target):
    queue = account.route(**target, DeadLetterConfig={"Arn": dead.arn})
    [identity] = account.put(entry(DETAIL_TEXT))
    [message] = dead.receive_all(1)
    assert json.loads(message["Body"])["id"] == identity
    assert queue.poll() == []
    return attributes_of(message)


def test_an_object_inside_quotes_loses_the_event_to_the_dead_letters(account):
    """The quotes of the template end up round an object: no JSON (spec 02 §4)."""
    attributes = undeliverable(account, account.queue(), InputTransformer={
        "InputPathsMap": {"x": "$.detail.map"}, "InputTemplate": '{"payload": "<x>"}'})
    assert attributes["ERROR_CODE"] == "INVALID_JSON"
    assert attributes["RETRY_ATTEMPTS"] == "0"


def test_a_template_that_is_neither_text_nor_json_never_delivers(account):
    """AWS rejects it or delivers nothing; both will do (spec 02 §4)."""
    transformer = {"InputPathsMap": {"x": "$.detail.word"}, "InputTemplate": "<x> item"}
    queue = account.queue()
    try:
        account.rule({"source": ["app"]},
                     {"Id": "t1", "Arn": queue.arn, "InputTransformer": transformer})
    except ClientError as error:
        assert error.response["Error"]["Code"] == "ValidationException"
        return
    witness = account.route()
    account.put(entry(DETAIL_TEXT))
    witness.receive_all(1)
    assert queue.poll(wait=1) == []


def test_an_input_path_to_nowhere_delivers_nothing(account):
    undeliverable(account, account.queue(), InputPath="$.detail.nowhere")


# Dead letters (spec 02 §5).

def attributes_of(message):
    attributes = message.get("MessageAttributes", {})
    assert all(value["DataType"] == "String" for value in attributes.values())
    return {name: value["StringValue"] for name, value in attributes.items()}


def test_a_missing_queue_sends_the_event_to_the_dead_letters(account):
    dead = account.queue()
    missing = account.arn("missing", service="sqs")
    account.rule({"source": ["app"]}, {"Id": "t1", "Arn": missing, "Input": '"not this"',
                                       "DeadLetterConfig": {"Arn": dead.arn}}, name="r")
    witness = account.route()
    account.put(entry({"n": 1}))
    [message] = dead.receive_all(1)
    # The original event, not the transformed input.
    assert message["Body"] == witness.bodies(1)[0]
    attributes = attributes_of(message)
    assert attributes.pop("ERROR_MESSAGE")
    assert attributes == {"RULE_ARN": account.arn("rule/r"), "TARGET_ARN": missing,
                          "ERROR_CODE": "NO_RESOURCE", "RETRY_ATTEMPTS": "0"}


def test_each_target_has_dead_letters_of_its_own(account):
    account.bus("orders")
    dead, queue = account.queue(), account.queue()
    account.rule({"source": ["app"]}, queue,
                 {"Id": "lost", "Arn": account.arn("missing", service="sqs"),
                  "DeadLetterConfig": {"Arn": dead.arn}},
                 {"Id": "dropped", "Arn": account.arn("missing-too", service="sqs")},
                 name="r", bus="orders")
    account.put(*[entry({"n": n}, EventBusName="orders") for n in range(3)])
    assert detail_ns(queue, 3) == [0, 1, 2]
    messages = dead.receive_all(3)
    assert {attributes_of(message)["RULE_ARN"] for message in messages} == {
        account.arn("rule/orders/r")}


def test_a_queue_that_was_deleted_sends_to_the_dead_letters(account):
    dead = account.queue()
    queue = account.route(DeadLetterConfig={"Arn": dead.arn})
    account.put(entry({"n": 1}))
    assert detail_ns(queue, 1) == [1]
    account.sqs.delete_queue(QueueUrl=queue.url)
    account.put(entry({"n": 2}))
    [message] = dead.receive_all(1)
    assert json.loads(message["Body"])["detail"] == {"n": 2}
    assert attributes_of(message)["ERROR_CODE"] == "NO_RESOURCE"


def test_a_queue_in_another_region_is_never_reached(account):
    """Accepted by PutTargets, then every delivery fails (spec 02 §2)."""
    dead, away = account.queue(), account.elsewhere("eu-west-1").queue()
    account.rule({"source": ["app"]}, {"Id": "t1", "Arn": away.arn,
                                       "DeadLetterConfig": {"Arn": dead.arn}})
    [identity] = account.put(entry())
    [message] = dead.receive_all(1)
    assert json.loads(message["Body"])["id"] == identity
    assert attributes_of(message)["ERROR_CODE"]
    assert away.poll() == []


def test_without_dead_letters_the_event_is_dropped_and_others_arrive(account):
    account.rule({"source": ["app"]}, {"Id": "t1", "Arn": account.arn("gone", service="sqs")})
    queue = account.route()
    account.put(entry({"n": 1}))
    assert detail_ns(queue, 1) == [1]


def test_missing_dead_letters_do_no_harm(account):
    gone = account.arn("gone", service="sqs")
    account.rule({"source": ["app"]}, {"Id": "t1", "Arn": gone, "DeadLetterConfig": {"Arn": gone}})
    queue = account.route()
    account.put(entry({"n": 1}))
    assert detail_ns(queue, 1) == [1]


# From bus to bus (spec 02 §3.2).

def forward(account, to_arn, bus=None, **more):
    account.rule({"source": ["app"]}, {"Id": "forward", "Arn": to_arn, "RoleArn": ROLE, **more},
                 bus=bus)


def test_a_bus_forwards_the_same_event_within_the_region(account):
    account.bus("orders")
    forward(account, account.arn("event-bus/orders"))
    here, there = account.route(), account.route(bus="orders")
    [identity] = account.put(entry(DETAIL_TEXT, Time=1768478400, Resources=["arn:r"]))
    [text] = there.bodies(1)
    assert text == here.bodies(1)[0]
    assert json.loads(text)["id"] == identity


def test_another_region_gives_the_event_a_new_id_and_nothing_else(account):
    away = account.elsewhere("eu-west-1")
    forward(account, away.arn("event-bus/default"))
    here, there = account.route(), away.route()
    [identity] = account.put(entry(DETAIL_TEXT, Time=1768478400, Resources=["arn:r"]))
    original, arrived = here.event(), there.event()
    assert original["id"] == identity
    assert arrived["id"] != identity
    # Account, time and region stay those of the first put.
    assert {**arrived, "id": identity} == original
    assert list(arrived) == list(original)


def test_the_rules_of_the_second_bus_judge_the_event_anew(account):
    account.bus("orders")
    forward(account, account.arn("event-bus/orders"))
    odd = account.route({"detail": {"n": [1, 3]}}, bus="orders")
    both = account.route(bus="orders")
    account.put(*[entry({"n": n}) for n in range(4)])
    assert detail_ns(odd, 2) == [1, 3]
    assert detail_ns(both, 4) == [0, 1, 2, 3]


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1"])
def test_there_is_no_third_bus(account, region):
    """One hop; what would be a second goes to that target's dead letters (spec 02 §3.2)."""
    away = account.elsewhere(region)
    account.bus("first")
    away.bus("second")
    away.bus("third")
    dead = away.queue()
    forward(account, away.arn("event-bus/second"), bus="first")
    forward(away, away.arn("event-bus/third"), bus="second",
            DeadLetterConfig={"Arn": dead.arn})
    second, third = away.route(bus="second"), away.route(bus="third")
    account.put(entry({"n": 1}, EventBusName="first"))
    assert detail_ns(second, 1) == [1]
    [message] = dead.receive_all(1)
    assert attributes_of(message)["ERROR_CODE"] in (
        "THIRD_ACCOUNT_HOP_DETECTED", "THIRD_REGION_HOP_DETECTED")
    assert third.poll() == []
    # The third bus itself is well: it takes what is put on it directly.
    away.put(entry({"n": 2}, EventBusName="third"))
    assert detail_ns(third, 1) == [2]


def test_a_bus_that_forwards_to_itself_does_not_loop(account):
    forward(account, account.arn("event-bus/default"))
    queue = account.route()
    account.put(entry({"n": 1}))
    account.put(entry({"n": 2}))
    assert detail_ns(queue, 2) == [1, 2]


def test_two_buses_that_forward_to_each_other_do_not_loop(account):
    account.bus("a")
    account.bus("b")
    forward(account, account.arn("event-bus/b"), bus="a")
    forward(account, account.arn("event-bus/a"), bus="b")
    on_a, on_b = account.route(bus="a"), account.route(bus="b")
    account.put(entry({"n": 1}, EventBusName="a"))
    assert detail_ns(on_b, 1) == [1]
    account.put(entry({"n": 2}, EventBusName="b"))
    assert detail_ns(on_a, 2) == [1, 2]
    assert detail_ns(on_b, 1) == [2]


def test_a_missing_bus_sends_the_event_to_the_dead_letters(account):
    dead = account.queue()
    missing = account.arn("event-bus/missing")
    forward(account, missing, DeadLetterConfig={"Arn": dead.arn})
    [identity] = account.put(entry())
    [message] = dead.receive_all(1)
    assert json.loads(message["Body"])["id"] == identity
    assert attributes_of(message)["TARGET_ARN"] == missing
    assert attributes_of(message)["ERROR_CODE"] == "NO_RESOURCE"


def test_a_thousand_events_all_arrive_once(account):
    queue = account.route({"detail": {"n": [{"numeric": [">=", 0]}]}})
    identities = []
    for start in range(0, 1000, 10):
        identities += account.put(*[entry({"n": n}) for n in range(start, start + 10)])
    events = queue.events(1000)
    assert [event["id"] for event in events] == identities
