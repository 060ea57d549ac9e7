"""The pattern language through TestEventPattern (spec 01 §3-5).

The unit and spec tests go through every corner; here is what a user of each operator relies on, and
the exact text of each refusal as a client sees it.
"""

import json
import re

import pytest

from harness import refused

EVENT = {"id": "1", "account": "123456789012", "source": "app", "time": "2026-01-15T12:00:00Z",
         "region": "us-east-1", "detail-type": "type"}


def ask(account, pattern, event):
    text = pattern if isinstance(pattern, str) else json.dumps(pattern)
    event = event if isinstance(event, str) else json.dumps(event)
    return account.events.test_event_pattern(EventPattern=text, Event=event)["Result"]


@pytest.fixture
def matches(account):
    """Whether the detail matches the pattern of the detail; both values or JSON texts."""
    def check(pattern, detail):
        pattern = pattern if isinstance(pattern, str) else json.dumps(pattern)
        detail = detail if isinstance(detail, str) else json.dumps(detail)
        event = json.dumps({**EVENT, "resources": []})[:-1] + f', "detail": {detail}}}'
        return ask(account, f'{{"detail": {pattern}}}', event)
    return check



# Each: the value list of field `a`, details that match, details that do not.
FIELD = {
    "string": ('["x"]', ['{"a":"x"}', '{"a":["y","x"]}', '{"a":[["x"]]}'],
               ['{"a":"X"}', '{"a":"xy"}', '{"a":1}', "{}", '{"a":{"x":1}}', '{"a":[]}']),
    "empty string": ('[""]', ['{"a":""}'], ['{"a":"x"}', "{}", '{"a":null}']),
    "number by value": ("[300]", ['{"a":300}', '{"a":300.0}', '{"a":3.0e2}'],
                        ['{"a":"300"}', '{"a":301}']),
    "number beyond 2^53": ("[9007199254740993]", ['{"a":9007199254740993}'],
                           ['{"a":9007199254740992}']),
    "null": ("[null]", ['{"a":null}'], ['{"a":"null"}', "{}", '{"a":[]}', '{"a":false}']),
    "booleans": ("[true]", ['{"a":true}'], ['{"a":false}', '{"a":"true"}', '{"a":1}']),
    "alternatives": ('["x", 1, null]', ['{"a":"x"}', '{"a":1}', '{"a":null}'], ['{"a":"1"}']),
    "prefix": ('[{"prefix":"ab"}]', ['{"a":"ab"}', '{"a":"abc"}', '{"a":["x","abc"]}'],
               ['{"a":"a"}', '{"a":"xab"}', '{"a":"ABc"}', '{"a":null}']),
    "empty prefix": ('[{"prefix":""}]', ['{"a":""}', '{"a":"x"}'],
                     ['{"a":1}', '{"a":null}', '{"a":true}', "{}"]),
    "prefix in any case": ('[{"prefix":{"equals-ignore-case":"aB"}}]', ['{"a":"AbC"}'],
                           ['{"a":"xab"}']),
    "suffix": ('[{"suffix":".png"}]', ['{"a":"a.png"}', '{"a":".png"}'],
               ['{"a":"a.PNG"}', '{"a":"png"}']),
    "suffix in any case": ('[{"suffix":{"equals-ignore-case":".Png"}}]', ['{"a":"a.pNG"}'],
                           ['{"a":"a.jpg"}']),
    "equals in any case": ('[{"equals-ignore-case":"aLiCe"}]', ['{"a":"ALICE"}', '{"a":"alice"}'],
                           ['{"a":"alices"}', '{"a":1}']),
    "wildcard": ('[{"wildcard":"a*c*e"}]', ['{"a":"ace"}', '{"a":"abcde"}', '{"a":"accee"}'],
                 ['{"a":"ac"}', '{"a":"xace"}', '{"a":"acex"}']),
    "escaped wildcard": ('[{"wildcard":"a\\\\*b*"}]', ['{"a":"a*b"}', '{"a":"a*bc"}'],
                         ['{"a":"axb"}']),
    "empty wildcard": ('[{"wildcard":""}]', ['{"a":""}'], ['{"a":"x"}']),
    "anything-but": ('[{"anything-but":"x"}]',
                     ['{"a":"y"}', '{"a":1}', '{"a":null}', '{"a":true}', '{"a":["x","y"]}'],
                     ['{"a":"x"}', "{}", '{"a":["x"]}', '{"a":[]}']),
    "anything-but strings": ('[{"anything-but":["x","y"]}]', ['{"a":"z"}', '{"a":12}'],
                             ['{"a":"x"}', '{"a":"y"}', '{"a":["x","y"]}']),
    "anything-but numbers": ('[{"anything-but":[1,2]}]', ['{"a":3}', '{"a":"1"}', '{"a":null}'],
                             ['{"a":1}', '{"a":2.0}', "{}"]),
    "anything-but prefix": ('[{"anything-but":{"prefix":"ab"}}]', ['{"a":"xab"}', '{"a":1}'],
                            ['{"a":"abc"}', "{}"]),
    "anything-but prefixes": ('[{"anything-but":{"prefix":["ab","cd"]}}]', ['{"a":"x"}'],
                              ['{"a":"abc"}', '{"a":"cde"}']),
    "anything-but suffix": ('[{"anything-but":{"suffix":"ab"}}]', ['{"a":"abx"}'],
                            ['{"a":"xab"}']),
    "anything-but any case": ('[{"anything-but":{"equals-ignore-case":["x","Y"]}}]',
                              ['{"a":"z"}', '{"a":null}'], ['{"a":"X"}', '{"a":"y"}']),
    "anything-but wildcard": ('[{"anything-but":{"wildcard":"*/lib/*"}}]', ['{"a":"/bin/x"}'],
                              ['{"a":"/lib/x"}']),
    "numeric equals": ('[{"numeric":["=",100]}]', ['{"a":100}', '{"a":1e2}'],
                       ['{"a":"100"}', '{"a":100.5}', '{"a":null}']),
    "numeric range": ('[{"numeric":[">",0,"<=",5]}]', ['{"a":5}', '{"a":0.001}', '{"a":[9,3]}'],
                      ['{"a":0}', '{"a":5.001}', '{"a":"3"}', "{}"]),
    "numeric below": ('[{"numeric":["<",-1.5]}]', ['{"a":-2}', '{"a":-1.51}'], ['{"a":-1.5}']),
    "cidr": ('[{"cidr":"10.0.0.0/24"}]', ['{"a":"10.0.0.0"}', '{"a":"10.0.0.255"}'],
             ['{"a":"10.0.1.0"}', '{"a":"host"}', '{"a":"::a00:0"}']),
    "cidr of any bits": ('[{"cidr":"10.1.2.3/8"}]', ['{"a":"10.255.0.1"}'], ['{"a":"11.0.0.1"}']),
    "cidr 6": ('[{"cidr":"2001:db8::/32"}]', ['{"a":"2001:db8:1::1"}', '{"a":"2001:0DB8::1"}'],
               ['{"a":"2001:db9::"}', '{"a":"10.0.0.1"}']),
    "address in another spelling": ('["2001:db8::1"]',
                                    ['{"a":"2001:db8::1"}', '{"a":"2001:0db8:0:0::1"}'],
                                    ['{"a":"2001:db8::2"}']),
    "exists": ('[{"exists":true}]', ['{"a":1}', '{"a":null}', '{"a":""}', '{"a":[1]}'],
               ["{}", '{"a":{}}', '{"a":{"b":1}}', '{"a":[]}']),
    "exists not": ('[{"exists":false}]', ["{}", '{"b":1}', '{"a":{"b":1}}', '{"a":[]}'],
                   ['{"a":1}', '{"a":null}']),
    "operators are alternatives": ('[{"anything-but":"x"},{"exists":false}]',
                                   ["{}", '{"a":"y"}'], ['{"a":"x"}']),
}


@pytest.mark.parametrize("name", FIELD)
def test_a_value_list_matches(matches, name):
    values, yes, no = FIELD[name]
    pattern = f'{{"a":{values}}}'
    assert {detail: matches(pattern, detail) for detail in yes} == dict.fromkeys(yes, True)
    assert {detail: matches(pattern, detail) for detail in no} == dict.fromkeys(no, False)


# Each: a pattern of the detail, details that match, details that do not.
SHAPE = {
    "all fields": ('{"a":["x"],"b":["y"]}', ['{"a":"x","b":"y","c":1}'],
                   ['{"a":"x"}', '{"a":"x","b":"z"}']),
    "nesting": ('{"a":{"b":{"c":["x"]}}}', ['{"a":{"b":{"c":"x"}}}'],
                ['{"a":{"c":"x"}}', '{"a":"x"}']),
    "dots are nesting": ('{"a.b":["x"]}', ['{"a":{"b":"x"}}', '{"a.b":"x"}'], ['{"b":"x"}']),
    "nesting is dots": ('{"a":{"b":["x"]}}', ['{"a.b":"x"}'], ['{"a":"x"}']),
    "array consistency": ('{"e":{"first":["Anna"],"last":["Jones"]}}',
                          ['{"e":[{"first":"Anna","last":"Jones"}]}',
                           '{"e":[{"first":"Bo","last":"Li"},{"first":"Anna","last":"Jones"}]}'],
                          ['{"e":[{"first":"Anna","last":"Smith"},'
                           '{"first":"Peter","last":"Jones"}]}']),
    "last duplicate of the event": ('{"a":["y"]}', ['{"a":"x","a":"y"}'], ['{"a":"y","a":"x"}']),
    "last duplicate of the pattern": ('{"a":["x"],"a":["y"]}', ['{"a":"y"}'], ['{"a":"x"}']),
    "json text is a string": ('{"a":{"b":["x"]}}', ['{"a":{"b":"x"}}'],
                              ['{"a":"{\\"b\\":\\"x\\"}"}']),
    "or": ('{"$or":[{"a":["x"]},{"b":[{"numeric":[">",5]}]}]}',
           ['{"a":"x"}', '{"b":6}', '{"a":"x","b":1}'], ['{"a":"y","b":5}', "{}"]),
    "or and fields": ('{"c":["z"],"$or":[{"a":["x"]},{"b":["y"]}]}',
                      ['{"c":"z","a":"x"}', '{"c":"z","b":"y"}'], ['{"a":"x"}', '{"c":"z"}']),
    "or below a field": ('{"d":{"$or":[{"a":["x"]},{"b":["y"]}]}}', ['{"d":{"b":"y"}}'],
                         ['{"b":"y"}']),
    "or in or": ('{"$or":[{"a":["x"],"$or":[{"b":["1"]},{"c":["2"]}]},{"d":["3"]}]}',
                 ['{"a":"x","c":"2"}', '{"d":"3"}'], ['{"a":"x"}', '{"c":"2"}']),
    "or with nested names": ('{"$or":[{"a":{"b":["x"]}},{"c":["y"],"d":["z"]}]}',
                             ['{"a":{"b":"x"}}', '{"c":"y","d":"z"}'], ['{"c":"y"}']),
    "unicode": ('{"é":["😀"]}', ['{"é":"😀"}', '{"\\u00e9":"\\ud83d\\ude00"}'], ['{"e":"😀"}']),
}


@pytest.mark.parametrize("name", SHAPE)
def test_a_shape_matches(matches, name):
    pattern, yes, no = SHAPE[name]
    assert {detail: matches(pattern, detail) for detail in yes} == dict.fromkeys(yes, True)
    assert {detail: matches(pattern, detail) for detail in no} == dict.fromkeys(no, False)


def test_any_key_of_the_envelope_can_be_matched(account):
    event = {**EVENT, "resources": ["arn:a", "arn:b"], "number": 300.0}
    assert ask(account, {"source": ["app"], "resources": ["arn:b"]}, event)
    assert ask(account, {"detail-type": [{"suffix": "pe"}], "account": ["123456789012"]},
                        event)
    assert ask(account, {"number": [300]}, event)
    assert not ask(account, {"region": ["eu-west-1"]}, event)


@pytest.mark.parametrize("missing", ["id", "account", "source", "time", "region", "detail-type"])
def test_an_event_needs_its_envelope(account, missing):
    event = {name: value for name, value in EVENT.items() if name != missing}
    with refused("ValidationException", "Parameter Event is not valid."):
        ask(account, {"source": ["app"]}, event)


@pytest.mark.parametrize("event", ["word", "[]", '"text"', "1", "null", "", "{"])
def test_an_event_is_a_json_object(account, event):
    with refused("ValidationException", "Parameter Event is not valid."):
        ask(account, {"source": ["app"]}, event)


def test_the_members_of_an_event_need_no_sensible_types(account):
    event = {**EVENT, "detail-type": ["a", "b"], "id": 1}
    assert ask(account, {"detail-type": ["b"]}, event)


def test_both_parameters_are_required(account):
    with refused("ValidationException") as refusal:
        account.raw_events.test_event_pattern()
    assert refusal.message == (
        "2 validation errors detected: Value null at 'eventPattern' failed to satisfy constraint: "
        "Member must not be null; Value null at 'event' failed to satisfy constraint: Member must "
        "not be null")


# Each: a pattern, and the reason it is refused for.
REASONS = [
    ("[]", "Filter is not an object"),
    ('"x"', "Filter is not an object"),
    ("{}", "Empty objects are not allowed"),
    ('{"a":{}}', "Empty objects are not allowed"),
    ('{"a":[]}', "Empty arrays are not allowed"),
    ('{"a":"x"}', '"a" must be an object or an array'),
    ('{"a":{"b":1}}', '"b" must be an object or an array'),
    ('{"a":null}', '"a" must be an object or an array'),
    ('{"a":[["x"]]}', "Match value must be String, number, true, false, or null"),
    ('{"a":[{"like":"x"}]}', "Unrecognized match type like"),
    ('{"a":[{}]}', "Match expression name not found"),
    ('{"a":[{"prefix":"x","suffix":"y"}]}', "Only one key allowed in match expression"),
    ('{"a":[{"exactly":1}]}', "exact match pattern must be a string"),
    ('{"a":[{"prefix":1}]}', "prefix match pattern must be a string"),
    ('{"a":[{"prefix":["x"]}]}', "prefix match pattern must be a string"),
    ('{"a":[{"suffix":null}]}', "suffix match pattern must be a string"),
    ('{"a":[{"equals-ignore-case":1}]}', "equals-ignore-case match pattern must be a string"),
    ('{"a":[{"equals-ignore-case":["x"]}]}', "equals-ignore-case match pattern must be a string"),
    ('{"a":[{"wildcard":1}]}', "wildcard match pattern must be a string"),
    ('{"a":[{"cidr":1}]}', "prefix match pattern must be a string"),
    ('{"a":[{"prefix":{}}]}', "Prefix expression name not found"),
    ('{"a":[{"prefix":{"x":"y"}}]}', "Unsupported prefix pattern: x"),
    ('{"a":[{"suffix":{}}]}', "Suffix expression name not found"),
    ('{"a":[{"suffix":{"x":"y"}}]}', "Unsupported suffix pattern: x"),
    ('{"a":[{"numeric":1}]}', "Value of numeric must be an array."),
    ('{"a":[{"numeric":[1]}]}', "Invalid member in numeric match: 1"),
    ('{"a":[{"numeric":["=","x"]}]}', "Value of equals must be numeric"),
    ('{"a":[{"numeric":[">=","x"]}]}', "Value of >= must be numeric"),
    ('{"a":[{"numeric":["!",1]}]}', "Unrecognized numeric range operator: !"),
    ('{"a":[{"numeric":["=",1,"<",2]}]}', "Too many elements in numeric expression"),
    ('{"a":[{"numeric":[">",1,"<",2,"<",3]}]}', "Too many terms in numeric range expression"),
    ('{"a":[{"numeric":[">",5,"<",1]}]}', "Bottom must be less than top"),
    ('{"a":[{"numeric":[">",5,"<",5]}]}', "Bottom must be less than top"),
    ('{"a":[{"exists":"yes"}]}', "exists match pattern must be either true or false."),
    ('{"a":[{"anything-but":null}]}',
     "Value of anything-but must be an array or single string/number value."),
    ('{"a":[{"anything-but":true}]}',
     "Value of anything-but must be an array or single string/number value."),
    ('{"a":[{"anything-but":["x",null]}]}',
     "Inside anything but list, start|null|boolean is not supported."),
    ('{"a":[{"anything-but":["x",1]}]}', "Inside anything but list, either all values are number "
                                         "or string, mixed type is not supported"),
    ('{"a":[{"anything-but":[]}]}', "Inside anything but list, either all values are number or "
                                    "string, mixed type is not supported"),
    ('{"a":[{"anything-but":{}}]}', "Anything-But expression name not found"),
    ('{"a":[{"anything-but":{"x":"y"}}]}', "Unsupported anything-but pattern: x"),
    ('{"a":[{"anything-but":{"prefix":""}}]}', "Null prefix/suffix not allowed"),
    ('{"a":[{"anything-but":{"suffix":""}}]}', "Null prefix/suffix not allowed"),
    ('{"a":[{"wildcard":"a**b"}]}', "Consecutive wildcard characters at pos 2"),
    ('{"a":[{"wildcard":"a\\\\b"}]}', "Invalid escape character at pos 2"),
    ('{"a":[{"cidr":"10.0.0.0"}]}', "Malformed CIDR, one '/' required"),
    ('{"a":[{"cidr":"10.0.0.0/x"}]}', "Malformed CIDR, mask bits must be an integer"),
    ('{"a":[{"cidr":"10.0.0.0/-1"}]}', "Malformed CIDR, mask bits must not be negative"),
    ('{"a":[{"cidr":"10.0.0.0/32"}]}', "IPv4 mask bits must be < 32"),
    ('{"a":[{"cidr":"2001:db8::/128"}]}', "IPv6 mask bits must be < 128"),
    # One object is no $or: it is a field of that name (spec 01 §3.3).
    ('{"$or":[{"x":["1"]}]}', "Unrecognized match type x"),
    ('{"a":[{"wildcard":"*:*:*:*:*:event-bus/*"}]}',
     "Rule is too complex - try using fewer wildcard characters or fewer repeating character "
     "sequences after a wildcard character"),
]


@pytest.mark.parametrize("pattern, reason", REASONS, ids=[pattern for pattern, _ in REASONS])
def test_a_bad_pattern_is_refused_for_its_reason(account, pattern, reason):
    with refused("InvalidEventPatternException") as refusal:
        ask(account, pattern, EVENT)
    text = f"Event pattern is not valid. Reason: {reason}"
    assert refusal.message.startswith(text)
    # What the JSON parser raises has the place behind it, once or (inside lists) twice.
    place = re.escape(f'\n at [Source: (String)"{pattern}"') + r"; line: 1, column: \d+\]"
    assert re.fullmatch(f"({place}){{0,2}}", refusal.message[len(text):])


@pytest.mark.parametrize("pattern, text", [
    ('{"int": 42}', '"int" must be an object or an array\n'
                    ' at [Source: (String)"{"int": 42}"; line: 1, column: 11]'),
    ('{"string": "my-value"}', '"string" must be an object or an array\n at [Source: (String)'
                               '"{"string": "my-value"}"; line: 1, column: 13]'),
    ('{"a":[{"cidr":"10.0.0.0/32"}]}', "IPv4 mask bits must be < 32"),
    ('{"a":[{"wildcard":"*:*:*:*:*:event-bus/*"}]}',
     "Rule is too complex - try using fewer wildcard characters or fewer repeating character "
     "sequences after a wildcard character"),
], ids=["number", "string", "cidr without a place", "complexity without a place"])
def test_the_place_of_an_error_is_told_as_aws_does(account, pattern, text):
    with refused("InvalidEventPatternException", f"Event pattern is not valid. Reason: {text}"):
        ask(account, pattern, EVENT)


def test_the_place_inside_a_list_is_told_twice(account):
    with refused("InvalidEventPatternException") as refusal:
        ask(account, '{"a":[{"anything-but":["x",null]}]}', EVENT)
    assert refusal.message.count("\n at [Source: (String)") == 2
    # Found only when the list has ended, the mixture is told once.
    with refused("InvalidEventPatternException") as refusal:
        ask(account, '{"a":[{"anything-but":["x",1]}]}', EVENT)
    assert refusal.message.count("\n at [Source: (String)") == 1


@pytest.mark.parametrize("pattern, reason", [
    ("this", "Unrecognized token 'this': was expecting (JSON String, Number, Array, Object or "
             "token 'null', 'true' or 'false')"),
    ("{'a':['x']}", "Unexpected character (''' (code 39)): was expecting double-quote to start "
                    "field name"),
    ('{"a":["x"]', ""), ('{"a":["x",]}', ""), ("", ""),
], ids=["word", "single quotes", "unclosed", "comma", "empty"])
def test_a_pattern_that_is_not_json_is_refused(account, pattern, reason):
    with refused("InvalidEventPatternException") as refusal:
        ask(account, pattern, EVENT)
    assert refusal.message.startswith(f"Event pattern is not valid. Reason: {reason}")


@pytest.mark.parametrize("wildcard", [
    "arn:aws:events:us-east-1:*:event-bus/*", "/Users/*/dir/dir/dir/dir/dir/doc.txt",
    "/Users/*/doc.txt"])
def test_ordinary_wildcards_are_simple_enough(account, wildcard):
    assert not ask(account, {"source": [{"wildcard": wildcard}]}, EVENT)


def test_or_has_at_most_1000_combinations(account):
    def branches(count):
        return [{"a": [f"x{number}"]} for number in range(count)]

    fits = {"$or": branches(10), "b": {"$or": branches(10)}, "c": {"$or": branches(10)}}
    assert not ask(account, fits, EVENT)
    with refused("InvalidEventPatternException"):
        ask(account, {**fits, "d": {"$or": branches(2)}}, EVENT)


def test_a_pattern_over_4096_characters_fails_the_model(account):
    with refused("ValidationException") as refusal:
        ask(account, {"source": ["x" * 4096]}, EVENT)
    assert refusal.message.endswith("at 'eventPattern' failed to satisfy constraint: Member must "
                                    "have length less than or equal to 4096")


def test_a_deep_pattern_or_event_is_refused_and_does_no_harm(account):
    with refused("InvalidEventPatternException"):
        ask(account, '{"a":' * 800, EVENT)
    bomb = json.dumps(EVENT)[:-1] + ', "detail": ' + "[" * 100_000 + "]" * 100_000 + "}"
    with refused():
        ask(account, {"source": ["app"]}, bomb)
