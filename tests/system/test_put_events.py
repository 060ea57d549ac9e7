"""PutEvents through boto3: the envelope, and what each bad entry is told (spec 01 §1-2)."""

import datetime
import json
import re

import pytest

from harness import entry, is_sentence, json_headers, refused, without_metadata

UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
LIMIT = 1048576  # Of the sum of the entry sizes (spec 10 §1); the edge itself is not known.


def required(parameter):
    return {"ErrorCode": "InvalidArgument", "ErrorMessage": (
        f"Parameter {parameter} is not valid. Reason: {parameter} is a required argument.")}


MALFORMED = {"ErrorCode": "MalformedDetail", "ErrorMessage": "Detail is malformed."}
UNAUTHORIZED = {"ErrorCode": "NotAuthorizedForSourceException",
                "ErrorMessage": "Not authorized for the source."}

BAD_ENTRIES = {
    "no source": ({"DetailType": "t", "Detail": "{}"}, required("Source")),
    "empty source": (entry(Source=""), required("Source")),
    "no detail type": ({"Source": "app", "Detail": "{}"}, required("DetailType")),
    "empty detail type": (entry(DetailType=""), required("DetailType")),
    "no detail": ({"Source": "app", "DetailType": "t"}, required("Detail")),
    "empty detail": (entry(""), required("Detail")),
    "nothing": ({}, required("Source")),
    "detail type before detail": ({"Source": "app"}, required("DetailType")),
    "word": (entry("NotJSON"), MALFORMED),
    "array": (entry("[]"), MALFORMED),
    "string": (entry('"NotJSON"'), MALFORMED),
    "number": (entry("1"), MALFORMED),
    "null": (entry("null"), MALFORMED),
    "two braces": (entry("{{}"), MALFORMED),
    "unclosed": (entry('{"a":1'), MALFORMED),
    "trailing comma": (entry('{"a":1,}'), MALFORMED),
    "two values": (entry("{} {}"), MALFORMED),
    "single quotes": (entry("{'a':1}"), MALFORMED),
    "bare key": (entry("{a:1}"), MALFORMED),
    "NaN": (entry('{"a":NaN}'), MALFORMED),
    "control character": (entry('{"a":"\x01"}'), MALFORMED),
    "aws source": (entry(Source="aws.ec2"), UNAUTHORIZED),
}


def envelope_text(identity, account, detail, **more):
    """The event as its target gets it: compact, and in AWS's order of keys."""
    members = {"version": "0", "id": identity, "detail-type": "type", "source": "app",
               "account": account.id, "time": "2026-01-15T12:00:00Z", "region": account.region,
               "resources": [], **more}
    head = json.dumps(members, separators=(",", ":"))
    return f'{head[:-1]},"detail":{detail}}}'


def test_the_envelope_has_every_member_in_order(account):
    queue = account.route()
    [identity] = account.put(entry({"a": 1}, Time=1768478400, Resources=["arn:b", "arn:a"]))
    assert UUID4.fullmatch(identity)
    assert queue.bodies(1) == [envelope_text(identity, account, '{"a":1}',
                                             resources=["arn:b", "arn:a"])]


def test_the_detail_loses_blanks_and_nothing_else(account):
    """Order of keys, text of numbers, escapes: all as sent (spec 01 §1)."""
    queue = account.route()
    detail = ('{ "z" : 1.0 ,\n\t"a" : [ 1E5 , 1.50e+2, -0 , 0.10 ] ,\r "m" : { } , '
              '"s" : " two  blanks \\" \\u00e9 \\/ é 😀 " , "t":[true ,false, null] }')
    [identity] = account.put(entry(detail, Time=1768478400))
    compact = ('{"z":1.0,"a":[1E5,1.50e+2,-0,0.10],"m":{},'
               '"s":" two  blanks \\" \\u00e9 \\/ é 😀 ","t":[true,false,null]}')
    assert queue.bodies(1) == [envelope_text(identity, account, compact)]


def test_source_and_type_are_escaped_as_json(account):
    queue = account.route({"source": [{"exists": True}]})
    account.put(entry(Source='a"\\\n/é', DetailType="\t€ <&> 😀"))
    event = queue.event()
    assert event["source"] == 'a"\\\n/é' and event["detail-type"] == "\t€ <&> 😀"


@pytest.mark.parametrize("time, text", [
    (1768478400, "2026-01-15T12:00:00Z"),
    (datetime.datetime(2026, 1, 15, 12, 0, 59, tzinfo=datetime.timezone(
        datetime.timedelta(hours=5))), "2026-01-15T07:00:59Z"),
    (0, "1970-01-01T00:00:00Z"),
    (951827696, "2000-02-29T12:34:56Z"),
], ids=["whole", "offset", "epoch", "leap day"])
def test_the_time_is_in_whole_seconds_of_utc(account, time, text):
    queue = account.route()
    account.put(entry(Time=time))
    assert queue.event()["time"] == text


@pytest.mark.parametrize("time", ["1768478400.999", "1768478400.0", "1.7684784e9",
                                  '"1768478400"', '"2026-01-15T12:00:00Z"'])
def test_a_time_is_read_in_every_form_that_clients_send(account, time):
    """boto3 itself sends whole numbers only (spec 09 §4)."""
    queue = account.route()
    body = '{"Entries":[{"Source":"app","DetailType":"t","Detail":"{}","Time":' + time + "}]}"
    answer = account.server.request("POST", "/", body,
                                    json_headers(account.id, "AWSEvents.PutEvents"))
    assert answer.status == 200 and answer.json()["FailedEntryCount"] == 0
    assert queue.event()["time"] == "2026-01-15T12:00:00Z"


def test_without_a_time_it_is_now(account):
    queue = account.route()
    before = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    account.put(entry())
    text = queue.event()["time"]
    time = datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S%z")
    assert before <= time <= datetime.datetime.now(datetime.timezone.utc)


@pytest.mark.parametrize("what", BAD_ENTRIES)
def test_a_bad_entry_is_told_what_is_wrong(account, what):
    bad, error = BAD_ENTRIES[what]
    answer = account.events.put_events(Entries=[bad])
    assert without_metadata(answer) == {"FailedEntryCount": 1, "Entries": [error]}


def test_a_bad_entry_fails_alone_and_results_keep_the_order(account):
    queue = account.route()
    bad = ["no source", "array", "no detail type", "aws source", "no detail"]
    entries, expected = [], []
    for number, what in enumerate(bad):
        entries += [BAD_ENTRIES[what][0], entry({"n": number})]
        expected += [BAD_ENTRIES[what][1], "accepted"]
    answer = account.events.put_events(Entries=entries)
    assert answer["FailedEntryCount"] == 5
    results = [result if "ErrorCode" in result else "accepted" for result in answer["Entries"]]
    assert results == expected
    identities = [result["EventId"] for result in answer["Entries"] if "EventId" in result]
    assert len(set(identities)) == 5
    events = queue.events(5)
    assert [event["id"] for event in events] == identities


def test_a_prefix_of_aws_without_the_dot_is_fine(account):
    queue = account.route()
    account.put(entry(Source="awsome"), entry(Source="AWS.x"), entry(Source="my.aws.x"))
    assert {event["source"] for event in queue.events(3)} == {"awsome", "AWS.x", "my.aws.x"}


def test_no_entry_is_too_few(account):
    with refused("ValidationException") as refusal:
        account.raw_events.put_events(Entries=[])
    assert refusal.message == (
        "1 validation error detected: Value '[]' at 'entries' failed to satisfy constraint: "
        "Member must have length greater than or equal to 1")


def test_eleven_entries_are_too_many(account):
    queue = account.route()
    with refused("ValidationException") as refusal:
        account.events.put_events(Entries=[entry() for _ in range(11)])
    assert refusal.message.startswith("1 validation error detected: Value '[PutEventsRequestEntry(")
    assert refusal.message.endswith("' at 'entries' failed to satisfy constraint: "
                                    "Member must have length less than or equal to 10")
    assert queue.poll() == []


def test_missing_entries_are_refused(account):
    with refused("ValidationException") as refusal:
        account.raw_events.put_events()
    assert refusal.message == ("1 validation error detected: Value null at 'entries' failed to "
                               "satisfy constraint: Member must not be null")


def test_ten_entries_get_ten_ids(account):
    queue = account.route()
    identities = account.put(*[entry({"n": number}) for number in range(10)])
    assert len(set(identities)) == 10
    assert [event["id"] for event in queue.events(10)] == identities


def detail_of(size):
    return json.dumps({"p": "x" * (size - len('{"p": ""}'))})


def sized(size, **members):
    """An entry that counts `size` bytes: `app` and `type` and the detail, and what is given."""
    given = len(members.get("Source", "app")) + len("type")
    given += sum(len(resource) for resource in members.get("Resources", []))
    given += 14 if "Time" in members else 0
    return entry(detail_of(size - given), **members)


@pytest.mark.parametrize("members", [
    {}, {"Time": 1768478400}, {"Resources": ["arn:a", "arn:bc"]}, {"Source": "longer.source"},
    {"EventBusName": "default", "TraceHeader": "Root=1-5759e988-bd862e3fe1be46a994272793"},
], ids=["plain", "time", "resources", "source", "bus and trace count nothing"])
def test_the_size_of_an_entry_is_the_sum_of_its_parts(account, members):
    account.put(sized(LIMIT - 1, **members))
    with refused("ValidationException",
                 "Total size of the entries in the request is over the limit."):
        account.events.put_events(Entries=[sized(LIMIT + 1, **members)])


def test_the_limit_is_on_the_sum_of_the_entries(account):
    queue = account.route({"detail": {"n": [{"exists": True}]}})
    account.put(sized(LIMIT // 2), sized(LIMIT // 2 - 1))
    with refused("ValidationException",
                 "Total size of the entries in the request is over the limit."):
        account.events.put_events(Entries=[entry({"n": 1}), sized(LIMIT // 2), sized(LIMIT // 2)])
    assert queue.poll() == []


def test_sizes_count_bytes_not_characters(account):
    half = "é" * (LIMIT // 2)
    with refused("ValidationException",
                 "Total size of the entries in the request is over the limit."):
        account.events.put_events(Entries=[entry(json.dumps({"p": half}, ensure_ascii=False))])


def test_a_large_event_arrives_whole(account):
    queue = account.route()
    detail = {"p": "x" * 900_000}
    account.put(entry(detail))
    assert queue.event()["detail"] == detail


def test_an_unknown_bus_swallows_the_event(account):
    """An EventId and no failure, as AWS does (spec 00, fact 1)."""
    queue = account.route()
    [identity] = account.put(entry(EventBusName="nope"))
    assert UUID4.fullmatch(identity)
    [kept] = account.put(entry())
    assert queue.event()["id"] == kept


def test_a_bus_may_be_named_or_given_by_arn(account):
    account.bus("orders")
    queue = account.route(bus="orders")
    account.put(entry({"n": 1}, EventBusName="orders"),
                entry({"n": 2}, EventBusName=account.arn("event-bus/orders")),
                entry({"n": 3}), entry({"n": 4}, EventBusName="default"))
    assert [event["detail"]["n"] for event in queue.events(2)] == [1, 2]


def test_a_bad_bus_name_fails_the_model(account):
    with refused("ValidationException") as refusal:
        account.events.put_events(Entries=[entry(), entry(EventBusName="a b")])
    assert refusal.message.startswith(
        "1 validation error detected: Value 'a b' at 'entries.2.member.eventBusName' failed to "
        "satisfy constraint: Member must satisfy regular expression pattern: (arn:aws")


def test_the_bus_of_another_account_refuses_the_entry(account):
    other = account.server.account()
    queue = other.route()
    answer = account.events.put_events(Entries=[
        entry(EventBusName=other.arn("event-bus/default")), entry()])
    assert answer["FailedEntryCount"] == 1
    assert "EventId" not in answer["Entries"][0]
    assert answer["Entries"][0]["ErrorCode"]
    assert is_sentence(answer["Entries"][0]["ErrorMessage"])
    assert "EventId" in answer["Entries"][1]
    assert queue.poll() == []


def test_duplicate_keys_do_no_harm_and_the_last_one_wins(account):
    last, first = account.route({"detail": {"a": ["y"]}}), account.route({"detail": {"a": ["x"]}})
    account.put(entry('{"a":"x","a":"y"}'))
    assert last.event()["detail"] == {"a": "y"}
    assert first.poll() == []


def nested(levels):
    return '{"a":' * levels + "1" + "}" * levels


def test_deep_detail_is_delivered(account):
    queue = account.route()
    account.put(entry(nested(900)))
    # Python's own reader would give up sooner, so the text is looked at.
    assert nested(900) in queue.bodies(1)[0]


@pytest.mark.parametrize("levels", [1200, 100_000])
def test_too_deep_a_detail_is_malformed(account, levels):
    answer = account.events.put_events(Entries=[entry(nested(levels)), entry()])
    assert answer["Entries"][0] == MALFORMED
    assert "EventId" in answer["Entries"][1]


@pytest.mark.parametrize("number", ["1e400", "-1e400", "9" * 400, "0." + "1" * 400])
def test_numbers_beyond_double_get_a_clear_answer(account, number):
    """Kept as text or refused as malformed, but nothing else, and the server lives on."""
    queue = account.route()
    answer = account.events.put_events(Entries=[entry(f'{{"x":{number}}}')])
    if answer["FailedEntryCount"]:
        assert answer["Entries"] == [MALFORMED]
    else:
        assert f'"detail":{{"x":{number}}}}}' in queue.bodies(1)[0]


def test_a_trace_header_is_accepted_and_not_in_the_event(account):
    queue = account.route()
    account.put(entry(TraceHeader="Root=1-5759e988-bd862e3fe1be46a994272793"))
    assert set(queue.event()) == {"version", "id", "detail-type", "source", "account", "time",
                                  "region", "resources", "detail"}


def test_every_answer_has_a_request_id_in_its_header(account):
    answer = account.events.put_events(Entries=[entry()])
    first = answer["ResponseMetadata"]
    second = account.events.put_events(Entries=[entry()])["ResponseMetadata"]
    pattern = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
    assert pattern.fullmatch(first["RequestId"]) and pattern.fullmatch(second["RequestId"])
    assert first["RequestId"] != second["RequestId"]
    assert first["HTTPHeaders"]["content-type"] == "application/x-amz-json-1.1"
    assert "date" in first["HTTPHeaders"]
