"""Scheduled rules (spec 02 §1; 06 §1 and §2). The server's clock is moved, nobody waits for it."""

import datetime
import json
import re
import uuid

import pytest

from harness import ROOT, entry, refused, without_metadata

NOT_VALID = ("ValidationException", "Parameter ScheduleExpression is not valid.")
MINUTE = datetime.timedelta(minutes=1)


def recorded(kind):
    """The expressions of spec 06 §1 that AWS was seen to take or to refuse."""
    text = (ROOT / "docs/spec/06-schedules.md").read_text()
    [line] = [line for line in text.splitlines() if line.startswith(f"* Recorded {kind}")]
    return re.findall(r"`(cron\([^`]*\))`", line.partition("; Scheduler")[0])


RATES_REFUSED = [
    "rate(10 seconds)", "rate(10 years)", "rate(1 minutes)", "rate(1 hours)", "rate(1 days)",
    "rate(10 minute)", "rate(10 hour)", "rate(10 day)", "rate()", "rate(10)", "rate(10 minutess)",
    "rate(foo minutes)", "rate(0 minutes)", "rate(-10 minutes)", "rate(10 MINUTES)",
    "rate( 10 minutes )", " rate(10 minutes)"]


class World:
    """A server of the test's own, since its clock moves, and one account on it."""

    def __init__(self, make_server):
        self.server = make_server()
        self.account = self.server.account()

    def now(self):
        return self.server.advance(0)

    def advance(self, seconds):
        return self.server.advance(seconds)

    def next_hour(self):
        """The start of the next hour that is some minutes away, so that no test runs into it."""
        now = self.now()
        hour = now.replace(minute=0, second=0, microsecond=0) + 60 * MINUTE
        return hour if hour - now > 5 * MINUTE else hour + 60 * MINUTE

    def go_to(self, moment):
        """Moves the clock to just after `moment`."""
        left = moment - self.now()
        self.advance(int(left.total_seconds()) + 1)

    def schedule(self, expression, *targets, name=None, **more):
        name = name or f"rule-{uuid.uuid4().hex[:8]}"
        self.account.events.put_rule(Name=name, ScheduleExpression=expression, **more)
        structures = [target if isinstance(target, dict) else
                      {"Id": f"t{index}", "Arn": target.arn}
                      for index, target in enumerate(targets, 1)]
        if structures:
            answer = self.account.events.put_targets(Rule=name, Targets=structures)
            assert answer["FailedEntryCount"] == 0
        return name

    def restart(self, how="terminate"):
        getattr(self.server, how)()
        self.server.start()
        self.account = self.server.account(self.account.id)

    def queue(self, name):
        """The queue of that name, from before a restart or new."""
        return self.account.queue(name)


@pytest.fixture
def world(make_server):
    return World(make_server)


def cron_at(moment):
    return f"cron({moment.minute} {moment.hour} {moment.day} {moment.month} ? {moment.year})"


def text_of(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def time_of(event):
    return datetime.datetime.fromisoformat(event["time"].replace("Z", "+00:00"))


@pytest.mark.parametrize("expression", recorded("valid for rules"))
def test_what_aws_takes_is_given_back_as_it_was_put(account, expression):
    answer = account.events.put_rule(Name="r", ScheduleExpression=expression)
    assert answer["RuleArn"] == account.arn("rule/r")
    rule = without_metadata(account.events.describe_rule(Name="r"))
    assert rule == {"Name": "r", "Arn": account.arn("rule/r"), "ScheduleExpression": expression,
                    "State": "ENABLED", "EventBusName": "default", "CreatedBy": account.id}
    del rule["CreatedBy"]
    assert account.events.list_rules()["Rules"] == [rule]


@pytest.mark.parametrize("expression", [*recorded("invalid"), *RATES_REFUSED])
def test_what_aws_refuses_is_refused_with_its_text(account, expression):
    with refused(*NOT_VALID):
        account.events.put_rule(Name="r", ScheduleExpression=expression)
    with refused(*NOT_VALID):
        account.events.put_rule(Name="r", ScheduleExpression=expression,
                                EventPattern='{"source":["app"]}')
    assert account.events.list_rules()["Rules"] == []


def test_recordings_are_found():
    assert len(recorded("valid for rules")) == 9 and len(recorded("invalid")) == 8


def test_a_schedule_is_of_the_default_bus_only(account):
    bus = account.bus()
    with refused("ValidationException",
                 "ScheduleExpression is supported only on the default event bus."):
        account.events.put_rule(Name="r", ScheduleExpression="rate(1 minute)", EventBusName=bus)
    with refused("ValidationException",
                 "ScheduleExpression is supported only on the default event bus."):
        account.events.put_rule(Name="r", ScheduleExpression="rate(1 minute)", EventBusName=bus,
                                EventPattern='{"source":["app"]}')
    account.events.put_rule(Name="r", ScheduleExpression="rate(1 minute)",
                            EventBusName=account.arn("event-bus/default"))


def test_a_cron_rule_fires_at_its_minute(world):
    queue = world.account.queue()
    due = world.next_hour()
    world.schedule(cron_at(due), queue, name="r")
    world.go_to(due)
    [body] = queue.bodies(1)
    event = json.loads(body)
    assert uuid.UUID(event["id"]).version == 4
    assert body == json.dumps({
        "version": "0", "id": event["id"], "detail-type": "Scheduled Event",
        "source": "aws.events", "account": world.account.id, "time": text_of(due),
        "region": "us-east-1", "resources": [world.account.arn("rule/r")], "detail": {}},
        separators=(",", ":"))


def test_a_rate_rule_fires_a_period_after_it_was_put_and_then_again(world):
    queue = world.account.queue()
    before = world.now()
    world.schedule("rate(10 minutes)", queue)
    after = world.now()
    world.advance(540)
    assert queue.poll() == []
    fires = []
    for seconds in (60, 600, 600):
        world.advance(seconds)
        fires.append(time_of(queue.event()))
    assert before.replace(microsecond=0) + 10 * MINUTE <= fires[0] <= after + 10 * MINUTE
    assert [fire - fires[0] for fire in fires] == [0 * MINUTE, 10 * MINUTE, 20 * MINUTE]


def test_the_event_is_transformed_like_any_other(world):
    constant, path, template = (world.account.queue() for _ in range(3))
    due = world.next_hour()
    world.schedule(
        cron_at(due), {"Id": "a", "Arn": constant.arn, "Input": '{"job": "nightly"}'},
        {"Id": "b", "Arn": path.arn, "InputPath": "$.detail-type"},
        {"Id": "c", "Arn": template.arn, "InputTransformer": {
            "InputPathsMap": {"when": "$.time", "rule": "$.resources[0]"},
            "InputTemplate": '{"at": "<when>", "by": "<rule>"}'}}, name="r")
    world.go_to(due)
    assert constant.bodies(1) == ['{"job": "nightly"}']
    assert path.bodies(1) == ['"Scheduled Event"']
    assert json.loads(template.bodies(1)[0]) == {"at": text_of(due),
                                                 "by": world.account.arn("rule/r")}


def test_a_bus_is_a_target_too(world):
    queue = world.account.queue()
    bus = world.account.bus()
    world.account.rule({"source": ["aws.events"]}, queue, bus=bus)
    due = world.next_hour()
    world.schedule(cron_at(due), {"Id": "t", "Arn": world.account.arn(f"event-bus/{bus}"),
                                  "RoleArn": "arn:aws:iam::123456789012:role/bus"})
    world.go_to(due)
    assert queue.event()["time"] == text_of(due)


def test_only_the_targets_of_the_rule_get_the_event(world):
    others = world.account.route()  # matches everything
    queue = world.account.queue()
    due = world.next_hour()
    world.schedule(cron_at(due), queue)
    world.go_to(due)
    assert queue.event()["source"] == "aws.events"
    assert others.poll() == []


def test_a_disabled_rule_does_not_fire_and_makes_up_for_nothing(world):
    silent, queue = world.account.queue(), world.account.queue()
    due = world.next_hour()
    rule = world.schedule(cron_at(due), silent)
    world.account.events.disable_rule(Name=rule)
    put_disabled = world.schedule(cron_at(due), silent, State="DISABLED")
    world.schedule(cron_at(due), queue)
    world.go_to(due)
    queue.receive_all(1)
    world.account.events.enable_rule(Name=rule)
    world.account.events.enable_rule(Name=put_disabled)
    world.schedule(cron_at(due + 60 * MINUTE), queue)
    world.go_to(due + 60 * MINUTE)
    queue.receive_all(1)
    assert silent.poll() == []


def test_an_enabled_rate_counts_from_then(world):
    queue = world.account.queue()
    rule = world.schedule("rate(1 hour)", queue)
    world.account.events.disable_rule(Name=rule)
    world.advance(90 * 60)
    enabled = world.now()
    world.account.events.enable_rule(Name=rule)
    world.advance(60 * 60)
    late = time_of(queue.event()) - enabled - 60 * MINUTE
    assert datetime.timedelta(seconds=-1) < late < MINUTE


def test_a_changed_rule_follows_its_new_schedule(world):
    old, new = world.next_hour(), world.next_hour() + 30 * MINUTE
    queue = world.account.queue()
    rule = world.schedule(cron_at(old), queue)
    world.schedule(cron_at(new), name=rule)
    world.go_to(new)
    assert queue.event()["time"] == text_of(new)


def test_a_deleted_rule_is_silent_and_its_name_is_new_again(world):
    queue = world.account.queue()
    rule = world.schedule("rate(1 minute)", queue)
    world.advance(60)
    queue.receive_all(1)
    world.account.events.remove_targets(Rule=rule, Ids=["t1"])
    world.account.events.delete_rule(Name=rule)
    world.schedule("rate(2 hours)", queue, name=rule)
    sentinel = world.account.queue()
    due = world.next_hour()
    world.schedule(cron_at(due), sentinel)
    world.go_to(due)
    sentinel.receive_all(1)
    assert queue.poll() == []


def test_a_rule_with_both_fires_on_either(world):
    queue = world.account.queue()
    due = world.next_hour()
    rule = world.schedule(cron_at(due), queue, EventPattern='{"source":["app"]}')
    described = world.account.events.describe_rule(Name=rule)
    assert described["ScheduleExpression"] == cron_at(due)
    assert described["EventPattern"] == '{"source":["app"]}'
    world.account.put(entry({"n": 1}), entry({"n": 2}, Source="other"))
    assert queue.event()["detail"] == {"n": 1}
    world.go_to(due)
    assert queue.event()["detail-type"] == "Scheduled Event"
    world.account.put(entry({"n": 3}))
    assert queue.event()["detail"] == {"n": 3}


def test_no_event_triggers_a_rule_that_has_only_a_schedule(world):
    queue = world.account.queue()
    rule = world.schedule("rate(1 day)", queue)
    world.account.put(entry(
        {}, Source="my.events", DetailType="Scheduled Event",
        Resources=[world.account.arn(f"rule/{rule}")]))
    envelope = {"source": "aws.events", "detail-type": "Scheduled Event", "detail": {},
                "resources": [world.account.arn(f"rule/{rule}")]}
    answer = world.server.request(
        "POST", f"/_rialto/events?account={world.account.id}&region=us-east-1",
        json.dumps(envelope), {"X-Rialto-Request": "1"})
    assert answer.status == 200
    assert queue.poll() == []


@pytest.mark.parametrize("how", ["terminate", "kill"])
def test_a_restart_fires_nothing_twice(world, how):
    """The clock begins with the machine's time again, so the same minute comes a second time."""
    world.queue("jobs")
    due = world.next_hour()
    world.schedule(cron_at(due), world.queue("jobs"))
    world.go_to(due)
    queue = world.queue("jobs")
    queue.receive_all(1)
    world.restart(how)
    queue = world.queue("jobs")
    world.schedule(cron_at(due + 10 * MINUTE), queue)
    world.go_to(due + 10 * MINUTE)
    assert queue.event()["time"] == text_of(due + 10 * MINUTE)


def test_of_what_was_missed_only_the_last_fires(world):
    due = world.next_hour()
    expression = f"cron(0/10 {due.hour} {due.day} {due.month} ? {due.year})"
    world.schedule(expression, world.queue("jobs"), name="r")
    world.restart("kill")
    # As if the server had been down until then.
    world.go_to(due + 25 * MINUTE)
    queue = world.queue("jobs")
    first = queue.receive_all(1)
    assert json.loads(first[0]["Body"])["time"] == text_of(due + 20 * MINUTE)
    world.go_to(due + 30 * MINUTE)
    assert queue.event()["time"] == text_of(due + 30 * MINUTE)


def test_a_schedule_that_never_fires_does_no_harm(world):
    queue = world.account.queue()
    world.schedule("cron(0 0 30 2 ? *)", queue)
    world.schedule("cron(15 10 ? * 6L 2002-2005)", queue)
    world.advance(400 * 86_400)
    sentinel = world.account.queue()
    world.schedule("rate(1 minute)", sentinel)
    world.advance(60)
    sentinel.receive_all(1)
    assert queue.poll() == []
