"""Replays: the four operations, and what comes back of an archive (spec 04 §2)."""

import datetime
import json
import subprocess
import threading
import time

import pytest

import harness
from harness import entry, pages, refused, until, without_metadata

UTC = datetime.timezone.utc
START = datetime.datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
ENDED = ("COMPLETED", "CANCELLED", "FAILED")


def at(seconds):
    return START + datetime.timedelta(seconds=seconds)


def bus_arn(account, bus="default"):
    return account.arn(f"event-bus/{bus}")


def archive(account, name="kept", bus="default", **more):
    account.events.create_archive(ArchiveName=name, EventSourceArn=bus_arn(account, bus), **more)
    return account.arn(f"archive/{name}")


def start(account, name="again", begin=0, end=3600, bus="default", rules=(), **more):
    destination = {"Arn": bus_arn(account, bus)}
    if rules:
        destination["FilterArns"] = [account.arn(f"rule/{rule}") for rule in rules]
    return account.events.start_replay(**{
        "ReplayName": name, "EventSourceArn": account.arn("archive/kept"),
        "EventStartTime": at(begin), "EventEndTime": at(end), "Destination": destination, **more})


def describe(account, name="again"):
    return without_metadata(account.events.describe_replay(ReplayName=name))


def ended(account, name="again", seconds=30):
    return until(lambda: (lambda one: one["State"] in ENDED and one)(describe(account, name)),
                 f"the replay {name} has ended", seconds)


def put_at(account, *seconds, **more):
    """Events with the number n, at so many seconds after START; their ids."""
    return account.put(*[entry({"n": n}, Time=at(second), **more)
                         for n, second in enumerate(seconds)])


def test_a_replay_brings_the_events_back_as_they_were(account):
    queue = account.route()
    archive(account)
    put_at(account, 1, 2, Resources=["one", "two"])
    before = [json.loads(body) for body in queue.bodies(2)]
    made = without_metadata(start(account, Description="once more"))
    assert set(made) == {"ReplayArn", "State", "ReplayStartTime"}
    assert made["ReplayArn"] == account.arn("replay/again") and made["State"] == "STARTING"
    bodies = queue.bodies(2)
    after = [json.loads(body) for body in bodies]
    for event in after:
        assert list(event) == ["version", "id", "detail-type", "source", "account", "time",
                               "region", "replay-name", "resources", "detail"]
        assert event.pop("replay-name") == "again"
    assert sorted(after, key=lambda event: event["id"]) == sorted(
        before, key=lambda event: event["id"])
    done = ended(account)
    assert done == {
        "ReplayName": "again", "ReplayArn": made["ReplayArn"], "Description": "once more",
        "State": "COMPLETED", "EventSourceArn": account.arn("archive/kept"),
        "Destination": {"Arn": bus_arn(account)}, "EventStartTime": at(0),
        "EventEndTime": at(3600), "EventLastReplayedTime": at(2),
        "ReplayStartTime": made["ReplayStartTime"], "ReplayEndTime": done["ReplayEndTime"]}
    assert done["ReplayEndTime"] >= done["ReplayStartTime"]


def test_replayed_events_are_not_archived_again(account):
    queue = account.route()
    archive(account)
    put_at(account, 1)
    start(account)
    queue.events(2)
    ended(account)
    assert account.events.describe_archive(ArchiveName="kept")["EventCount"] == 1


def test_only_events_of_the_window_come_back_both_ends_included(account):
    queue = account.route()
    archive(account)
    put_at(account, -1, 0, 30, 60, 61)
    queue.events(5)
    start(account, begin=0, end=60)
    assert [event["detail"]["n"] for event in queue.events(3)] == [1, 2, 3]


def test_the_time_counts_and_not_when_an_event_was_put(account):
    queue = account.route()
    archive(account)
    account.put(entry())  # now
    queue.event()
    start(account)
    assert ended(account)["State"] == "COMPLETED"
    assert "EventLastReplayedTime" not in describe(account)
    assert queue.poll() == []
    now = datetime.datetime.now(UTC)
    day = datetime.timedelta(days=1)
    start(account, "now", EventStartTime=now - day, EventEndTime=now + day)
    queue.event()


def test_minutes_come_one_after_the_other(account):
    queue = account.queue()
    account.rule({"replay-name": [{"exists": True}]}, queue)
    archive(account)
    seconds = [190, 10, 130, 70, 0, 250, 61, 3599, 200, 120]
    put_at(account, *seconds)
    start(account)
    ended(account)
    order = []
    while messages := queue.poll():
        order += [json.loads(message["Body"]) for message in messages]
        queue.delete_all(messages)
    minutes = [event["time"][:16] for event in order]
    assert len(minutes) == 10 and minutes == sorted(minutes)


def test_with_a_filter_only_those_rules_see_the_events(account):
    archive(account)
    queues = {name: account.queue() for name in "abc"}
    for name, queue in queues.items():
        account.rule({"source": ["app"]}, queue, name=name)
    account.rule({"source": ["other"]}, queues["c"], name="d")
    put_at(account, 1)
    for queue in queues.values():
        queue.event()
    start(account, rules=["a", "b", "d"])
    assert ended(account)["State"] == "COMPLETED"
    assert "replay-name" in queues["a"].event() and "replay-name" in queues["b"].event()
    assert queues["c"].poll() == []
    assert describe(account)["Destination"]["FilterArns"] == [
        account.arn(f"rule/{name}") for name in "abd"]


def test_rules_see_the_name_and_transform(account):
    archive(account)
    queue = account.route({"replay-name": ["again"]}, InputPath="$.detail.n")
    account.route({"source": ["app"]})
    put_at(account, 1, 2)
    start(account)
    assert sorted(queue.bodies(2)) == ["0", "1"]


def test_a_replay_goes_to_buses_too(account):
    other = account.bus("other")
    queue = account.route(bus=other)
    account.rule({"replay-name": ["again"]},
                 {"Id": "bus", "Arn": bus_arn(account, other), "RoleArn": account.arn("r", "iam")})
    archive(account)
    put_at(account, 1, 2)
    start(account)
    assert [event["replay-name"] for event in queue.events(2)] == ["again"] * 2


def test_an_archive_of_a_custom_bus(account):
    bus = account.bus("shop")
    queue = account.route(bus=bus)
    archive(account, bus=bus, EventPattern='{"detail": {"n": [1]}}')
    put_at(account, 1, 2, 3, EventBusName=bus)
    queue.events(3)
    start(account, bus=bus)
    assert queue.event()["detail"] == {"n": 1}


def test_no_trace_header_comes_back(account):
    queue = account.route()
    archive(account)
    put_at(account, 1, TraceHeader="Root=1-5759e988-bd862e3fe1be46a994272793")
    queue.event()
    start(account)
    message, = queue.receive_all(1)
    assert "AWSTraceHeader" not in message["Attributes"]


def test_many_events_come_back_each_once(account):
    queue = account.route({"replay-name": [{"exists": True}]})
    archive(account)
    ids = []
    for batch in range(300):
        ids += put_at(account, *range(batch, batch + 10))
    start(account)
    found = [event["id"] for event in queue.events(3000)]
    assert sorted(found) == sorted(ids)
    assert ended(account)["State"] == "COMPLETED"


# Validation, in its order.

def test_a_name_is_used_once(account):
    archive(account)
    start(account)
    ended(account)
    with refused("ResourceAlreadyExistsException", "Replay again already exists."):
        start(account, EventSourceArn=account.arn("archive/none"))


def test_the_archive_comes_second(account):
    archive(account)
    message = "Parameter EventSourceArn is not valid. Reason: Archive none does not exist."
    with refused("ValidationException", message):
        start(account, EventSourceArn=account.arn("archive/none"), Destination={"Arn": "x"},
              begin=1, end=0)
    elsewhere = account.elsewhere("eu-west-1").arn("archive/kept")
    message = "Parameter EventSourceArn is not valid. Reason: Archive kept does not exist."
    with refused("ValidationException", message):
        start(account, EventSourceArn=elsewhere)


def test_the_destination_comes_third(account):
    archive(account)
    account.bus("other")
    prefix = "Parameter Destination.Arn is not valid. Reason: "
    with refused("ValidationException", prefix + "Must contain an event bus ARN."):
        start(account, Destination={"Arn": account.queue().arn}, begin=1, end=0)
    with refused("ResourceNotFoundException", "Event bus none does not exist."):
        start(account, bus="none", begin=1, end=0)
    with refused("ValidationException", prefix + "Cross event bus replay is not permitted."):
        start(account, bus="other", begin=1, end=0)
    with refused("ResourceNotFoundException", "Rule r does not exist on EventBus default."):
        start(account, rules=["r"])
    with refused("ValidationException") as refusal:
        start(account, Destination={"Arn": bus_arn(account),
                                    "FilterArns": [account.arn("rule/other/r")]})
    assert refusal.message.startswith("Parameter Destination.FilterArns is not valid.")


@pytest.mark.parametrize("end", [0, -1])
def test_the_times_come_fourth(account, end):
    archive(account)
    message = ("Parameter EventEndTime is not valid. "
               "Reason: EventStartTime must be before EventEndTime.")
    with refused("ValidationException", message):
        start(account, begin=0, end=end)


def test_what_is_not_there(account):
    for call in (account.events.describe_replay, account.events.cancel_replay):
        with refused("ResourceNotFoundException", "Replay none does not exist."):
            call(ReplayName="none")


def test_a_replay_that_has_ended_is_not_cancelled(account):
    archive(account)
    start(account)
    ended(account)
    with refused("IllegalStatusException",
                 "Replay again is not in a valid state for this operation."):
        account.events.cancel_replay(ReplayName="again")


# Listing.

def test_the_list_and_its_filters(account):
    archive(account)
    archive(account, "more")
    for name in ("b", "a1", "a2"):
        start(account, name, EventSourceArn=account.arn("archive/more" if name == "b" else
                                                        "archive/kept"))
        ended(account, name)

    def names(**filters):
        return [one["ReplayName"] for one in account.events.list_replays(**filters)["Replays"]]

    assert names() == ["a1", "a2", "b"]
    assert names(NamePrefix="a") == ["a1", "a2"]
    assert names(EventSourceArn=account.arn("archive/more")) == ["b"]
    assert names(EventSourceArn=account.arn("archive/none")) == []
    assert names(State="COMPLETED") == ["a1", "a2", "b"] and names(State="RUNNING") == []
    assert [[one["ReplayName"] for one in page] for page in
            pages(account.events.list_replays, "Replays", Limit=2)] == [["a1", "a2"], ["b"]]
    first = account.events.list_replays()["Replays"][0]
    assert set(first) == {"ReplayName", "EventSourceArn", "State", "EventStartTime",
                          "EventEndTime", "ReplayStartTime", "ReplayEndTime"}
    message = ("At most one filter is allowed for ListReplays. Use either : State, "
               "EventSourceArn, or NamePrefix.")
    with refused("ValidationException", message):
        names(NamePrefix="a", State="COMPLETED")


# Beyond AWS: `rialto replay`, and a pace, which gives time to look at a replay that is under way.

def replay_command(account, *arguments):
    return subprocess.run(
        [harness.BINARY, "replay", "kept", "--endpoint", account.server.endpoint, "--account",
         account.id, "--region", account.region, *arguments],
        capture_output=True, text=True, timeout=60)


def post(account, server=None, **request):
    server = server or account.server
    path = f"/_rialto/replay?account={account.id}&region={account.region}"
    return server.request("POST", path, json.dumps({"Archive": "kept", **request}),
                          {"X-Rialto-Request": "1"})


def slow(account, name="again", **more):
    """A replay of one event a second, of which one has come."""
    answer = post(account, Name=name, EventsPerSecond=1, **more)
    assert answer.status == 200, answer
    until(lambda: "EventLastReplayedTime" in describe(account, name), "an event has come")


def test_a_running_replay_is_cancelled(account):
    queue = account.route({"replay-name": [{"exists": True}]})
    archive(account)
    put_at(account, *range(10))
    slow(account)
    assert describe(account)["State"] == "RUNNING"
    assert "ReplayEndTime" not in describe(account)
    answer = without_metadata(account.events.cancel_replay(ReplayName="again"))
    assert answer == {"ReplayArn": account.arn("replay/again"), "State": "CANCELLING"}
    done = ended(account)
    assert done["State"] == "CANCELLED" and "ReplayEndTime" in done
    assert len(queue.events(1)) == 1
    with refused("IllegalStatusException",
                 "Replay again is not in a valid state for this operation."):
        account.events.cancel_replay(ReplayName="again")


def test_an_archive_that_is_being_replayed_is_not_deleted(account):
    archive(account)
    put_at(account, *range(10))
    slow(account)
    with refused("ConcurrentModificationException") as refusal:
        account.events.delete_archive(ArchiveName="kept")
    assert harness.is_sentence(refusal.message)
    account.events.cancel_replay(ReplayName="again")
    ended(account)
    account.events.delete_archive(ArchiveName="kept")
    assert describe(account)["State"] == "CANCELLED"


def test_ten_replays_are_active_at_most(account):
    archive(account)
    put_at(account, *range(10))
    for number in range(10):
        slow(account, f"r{number}")
    with refused("LimitExceededException",
                 "The requested resource exceeds the maximum number allowed."):
        start(account)
    with refused("ValidationException"):
        start(account, begin=1, end=0)
    account.events.cancel_replay(ReplayName="r0")
    ended(account, "r0")
    start(account)
    assert ended(account)["State"] == "COMPLETED"
    for number in range(1, 10):
        account.events.cancel_replay(ReplayName=f"r{number}")


def test_the_command_replays_all_that_is_there_and_waits(account):
    queue = account.route({"replay-name": [{"exists": True}]})
    archive(account)
    put_at(account, 5, 90_000, -7)
    done = replay_command(account, "--name", "again")
    assert (done.returncode, done.stdout) == (0, "again COMPLETED, 3 events\n"), done
    assert len(queue.events(3)) == 3
    assert describe(account)["EventStartTime"] == at(-7)


def test_the_command_replays_one_event(account):
    queues = {name: account.queue() for name in "ab"}
    for name, queue in queues.items():
        account.rule({"replay-name": [{"exists": True}]}, queue, name=name)
    archive(account)
    ids = put_at(account, *range(5))
    done = replay_command(account, "--event", ids[3], "--rule", "a")
    assert done.returncode == 0 and done.stdout.endswith(" COMPLETED, 1 events\n"), done
    assert queues["a"].event()["id"] == ids[3] and queues["b"].poll() == []
    done = replay_command(account, "--event", "none")
    assert done.returncode == 1 and "no event of that id" in done.stderr


def test_the_command_keeps_a_rate_and_a_window(account):
    archive(account)
    put_at(account, *range(10))
    put_at(account, *range(10, 20))
    begin = time.monotonic()
    done = replay_command(account, "--rate", "10", "--from", "2026-01-15T12:00:05Z", "--to",
                          "2026-01-15T12:00:10Z")
    assert done.stdout.endswith(" COMPLETED, 6 events\n"), done
    assert time.monotonic() - begin >= 0.5  # Five spaces of a tenth.


def test_the_command_says_what_is_wrong(account):
    done = replay_command(account)
    assert done.returncode == 2 and "Archive kept does not exist." in done.stderr
    archive(account)
    done = replay_command(account, "--from", "yesterday")
    assert done.returncode == 2 and "StartTime must be a time" in done.stderr
    assert post(account, Nonsense=1).status == 400
    assert post(account, Rules="x").status == 400
    assert post(account, EventsPerSecond=0).status == 400
    assert post(account, StartTime="2026-01-16", EndTime="2026-01-15").status == 400
    assert post(account, Name="a b").status == 400
    path = f"/_rialto/replay?account={account.id}&region={account.region}&name=none"
    assert account.server.request("GET", path, headers={"X-Rialto-Request": "1"}).status == 404
    assert account.server.request("POST", path, "{}").status == 403


# Processes that end.

def test_a_replay_goes_on_after_a_kill_without_a_gap_or_a_duplicate(make_server):
    server = make_server()
    account = server.account()
    archive(account)
    queue = account.route({"replay-name": [{"exists": True}]})
    ids = []
    for batch in range(200):
        ids += put_at(account, *range(batch, batch + 10))
    answer = post(account, Name="again", EventsPerSecond=1000)
    assert answer.status == 200, answer
    kills = 0
    while True:
        before = int(queue.attributes()["ApproximateNumberOfMessages"])
        until(lambda: describe(account)["State"] != "RUNNING" or before + 100 < int(
            queue.attributes()["ApproximateNumberOfMessages"]), "the replay goes on")
        if describe(account)["State"] not in ("STARTING", "RUNNING"):
            break
        server.kill()
        server.start()
        kills += 1
        account = server.account(account.id)
        queue = account.queue(queue.name)
    assert kills > 1
    assert ended(account)["State"] == "COMPLETED"
    found = [event["id"] for event in queue.events(2000)]
    assert sorted(found) == sorted(ids)


def test_a_stop_amid_a_replay_is_quick_and_the_replay_goes_on(make_server):
    server = make_server()
    account = server.account()
    archive(account)
    queue = account.route({"replay-name": [{"exists": True}]})
    put_at(account, *range(3))
    slow(account)
    begin = time.monotonic()
    assert server.terminate() == 0
    assert time.monotonic() - begin < 5
    server.start()
    account = server.account(account.id)
    assert account.queue(queue.name).events(3)
    assert ended(account)["State"] == "COMPLETED"


def test_events_put_during_a_replay_and_a_kill_are_archived(make_server):
    """Whatever PutEvents answered is in the archive, too: it is one commit."""
    server = make_server()
    account = server.account()
    archive(account)
    answered = []
    putter = threading.Thread(target=put_until_it_fails, args=(account, answered))
    putter.start()
    until(lambda: len(answered) > 200, "some were put")
    server.kill()
    putter.join(60)
    server.start()
    account = server.account(account.id)
    queue = account.route({"replay-name": [{"exists": True}]})
    held = account.events.describe_archive(ArchiveName="kept")["EventCount"]
    assert held >= len(answered)
    assert post(account, server, Name="again").status == 200
    assert ended(account)["State"] == "COMPLETED"
    found = {event["id"] for event in queue.events(held)}
    assert len(found) == held and set(answered) <= found


def put_until_it_fails(account, answered):
    try:
        for n in range(10_000):
            answered += account.put(*[entry({"n": n})] * 5)
    except Exception:  # The kill.
        pass
