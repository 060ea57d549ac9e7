"""kill -9 amid everything at once: puts, changes of rules, forwards, retries, an archive, replays.

One bus has a rule to a queue (in the accept's own commit: exactly once), a rule that forwards to a
second bus (an attempt: at least once), a rule that forwards to a bus that is gone (dead letters:
at least once), an archive, and rules that come and go. In half of the rounds the disk fails for a
moment, so that forwards are tried again. Each round also puts events before its load and waits
until nothing is owed for them: of these nothing may come twice.

RIALTO_KILL_ROUNDS and RIALTO_KILL_SEED as in crash.py. The figures are printed (pytest -s).
"""

import collections
import json
import random
import re
import time

from crash import LOAD_SECONDS, SEED, Connection, drain_messages, rounds
from harness import entry, until
from mixed_load import ENTRIES, Breaker, Changer, Putter, Replayer, ReplayPlan, RuleBook, pattern_of

ROUNDS = rounds(10)
PUTTERS, CHANGERS, RULES = 3, 2, 3
SETTLED_PUTS = 8
REPLAY_SECONDS = 3  # How far back a replay goes: bounds the time to read it back.
REPLAY_EVENTS_PER_SECOND = 2_000  # Of half of them: so they last as long as a load does.
QUIET_SECONDS = 30  # Retries and settlements come within seconds.
BUS, SECOND = "main", "second"
QUEUES = ("all", "forwarded", "dead", "replayed", "probes")


def tally(messages):
    """How often each event (its put, its number) is among the messages."""
    details = [json.loads(message["Body"])["detail"] for message in messages]
    return collections.Counter((detail["put"], detail["n"]) for detail in details)


def whole(puts, numbers=range(ENTRIES)):
    return {(put.name, n) for put in puts for n in numbers}


class World:
    """The server with its buses, rules and queues, and what must be in them."""

    def __init__(self, server, disk):
        self.server, self.disk = server, disk
        self.account = server.account()
        self.chance = random.Random(SEED)
        self.books = [RuleBook([f"changing-{changer}-{rule}" for rule in range(RULES)])
                      for changer in range(CHANGERS)]
        self.kept = []  # Puts of earlier rounds, as long as a replay may ask for them.
        self.archived = 0
        self.figures = collections.Counter()
        self._set_up()

    def _set_up(self):
        account = self.account
        for bus in (BUS, SECOND, "gone"):
            account.bus(bus)
        queues = {name: account.queue(name) for name in QUEUES}
        role = account.arn("role/r", service="iam")
        account.rule({"source": ["app"]}, queues["all"], name="all", bus=BUS)
        account.rule({"source": ["app"]}, {
            "Id": "t1", "Arn": account.arn(f"event-bus/{SECOND}"), "RoleArn": role}, name="forward",
            bus=BUS)
        account.rule({"source": ["app"]}, queues["forwarded"], bus=SECOND)
        account.rule({"source": ["app"], "detail": {"n": [0]}}, {
            "Id": "t1", "Arn": account.arn("event-bus/gone"), "RoleArn": role,
            "DeadLetterConfig": {"Arn": queues["dead"].arn}}, name="doomed", bus=BUS)
        account.rule({"replay-name": [{"exists": True}]}, queues["replayed"], name="again", bus=BUS)
        account.events.delete_event_bus(Name="gone")
        account.events.create_archive(
            ArchiveName="kept", EventSourceArn=account.arn(f"event-bus/{BUS}"),
            EventPattern='{"source":["app"]}')

    def restart(self):
        self._log_at = self.server.log_path.stat().st_size
        self.server.start()
        self.account = self.server.account(self.account.id)

    def drain(self, queue):
        return drain_messages(self.account, f"{self.server.endpoint}/{self.account.id}/{queue}")

    def log_since_restart(self):
        return self.server.log_path.read_bytes()[self._log_at:].decode()

    def until_nothing_is_owed(self):
        until(lambda: self.server.metric("rialto_deliveries_pending") == 0, "nothing is owed",
              QUIET_SECONDS)


def settle(world, number):
    """Puts for which nothing is owed any more, nor will be after a crash."""
    putter = Putter(world.account, BUS, f"{number}-before", SETTLED_PUTS)
    putter.start()
    putter.finish()
    world.until_nothing_is_owed()
    return putter.puts


def load(world, number):
    """A load of everything, and the kill amid it. Its putters and its replayer."""
    account, chance = world.account, world.chance
    seconds = chance.uniform(*LOAD_SECONDS)
    putters = [Putter(account, BUS, f"{number}-{at}") for at in range(PUTTERS)]
    changers = [Changer(account, BUS, account.arn("probes", service="sqs"), book, chance.random())
                for book in world.books]
    plan = ReplayPlan("kept", BUS, "again", REPLAY_SECONDS, chance.uniform(0, seconds),
                      chance.choice([None, REPLAY_EVENTS_PER_SECOND]))
    replayer = Replayer(account, f"replay-{number}", plan, world.kept, putters)
    breakers = [Breaker(world.disk, chance.uniform(0, seconds), chance.uniform(0.02, 0.1))
                for _ in range(number % 2)]
    threads = [*putters, *changers, replayer, *breakers]
    for thread in threads:
        thread.start()
    until(lambda: any(putter.puts or putter.failure for putter in putters), "the load has begun")
    time.sleep(seconds)  # Not a wait for anything: how long the load lasts.
    world.figures["retries before a kill"] += int(world.server.metric("rialto_delivery_retries_total"))
    world.server.kill()
    for thread in threads:
        thread.finish()
    world.figures["changes of rules"] += sum(changer.answered for changer in changers)
    return putters, replayer


def check_accepted(world, settled, loaded):
    """What the queue of the accept's own commit has; answers the puts that are kept."""
    found = tally(world.drain("all"))
    assert set(found.values()) <= {1}, "accept and message are one commit, so none comes twice"
    names = {name for name, _ in found}
    kept = [put for put in settled + loaded if put.name in names]
    assert set(found) == whole(kept), "a call is there by half, or came from nowhere"
    lost = [put.name for put in settled + loaded if put.answered and put.name not in names]
    assert not lost, f"{len(lost)} answered calls are lost: {lost[:5]}"
    world.archived += len(found)
    archive = Connection(world.account)("AWSEvents.DescribeArchive", {"ArchiveName": "kept"})
    assert archive["EventCount"] == world.archived
    world.figures["events"] += len(found)
    world.figures["events without an answer that are there"] += sum(
        ENTRIES for put in kept if not put.answered)
    return kept


def check_at_least_once(world, what, found, due, settled):
    """Each is there, nothing else is, and only what was in flight may have come twice."""
    missing = due - set(found)
    assert not missing, f"{len(missing)} of {len(due)} are not {what}: {sorted(missing)[:5]}"
    assert set(found) == due, f"{sorted(set(found) - due)[:5]} {what} that nobody put"
    twice = {event for event, count in found.items() if count > 1}
    was_settled = twice & whole(settled)
    assert not was_settled, f"{what} before the load and once more: {sorted(was_settled)[:5]}"
    world.figures[what] += len(due)
    world.figures[f"{what} twice"] += sum(found.values()) - len(found)


def check_dead_letters(world, kept, settled):
    messages = world.drain("dead")
    for message in messages:
        assert message["MessageAttributes"]["ERROR_CODE"]["StringValue"] == "NO_RESOURCE"
    check_at_least_once(world, "dead-lettered", tally(messages), whole(kept, [0]), settled)


def until_replay_ends(world, replayer):
    """Whether there is such a replay; then it has completed."""
    call = Connection(world.account)

    def ended():
        _, answer = call.send("AWSEvents.DescribeReplay", {"ReplayName": replayer.name})
        state = answer.get("State", answer.get("__type"))
        return state not in ("STARTING", "RUNNING") and state

    state = until(ended, f"{replayer.name} has ended", QUIET_SECONDS)
    if not replayer.is_answered and state == "ResourceNotFoundException":
        return False
    assert state == "COMPLETED"
    world.figures["replays"] += 1
    world.figures["replays that went on after the kill"] += bool(re.search(
        rf"replay\.ended.*replay/{replayer.name}\b", world.log_since_restart()))
    return True


def check_replay(world, replayer, kept):
    messages = world.drain("replayed")
    if not until_replay_ends(world, replayer):
        assert not messages
        return
    messages += world.drain("replayed")
    names = {json.loads(message["Body"])["replay-name"] for message in messages}
    assert names <= {replayer.name}
    found = tally(messages)
    missing = whole(replayer.due) - set(found)
    assert not missing, f"{len(missing)} did not come back: {sorted(missing)[:5]}"
    begin, end = replayer.window
    in_window = [put for put in world.kept + kept if begin <= put.time <= end]
    assert set(found) <= whole(in_window), "it brought back what is not of its window"
    world.figures["replayed"] += len(found)
    world.figures["replayed twice"] += sum(found.values()) - len(found)
    assert set(found.values()) <= {1}, "how far it is and what it sent are one commit"


def read_rule(call, name):
    """The state of a rule, as RuleBook has it."""
    status, rule = call.send("AWSEvents.DescribeRule", {"Name": name, "EventBusName": BUS})
    targets_status, targets = call.send("AWSEvents.ListTargetsByRule",
                                        {"Rule": name, "EventBusName": BUS})
    assert status == targets_status, f"{name} is there by half: {rule} {targets}"
    if status != 200:
        assert rule["__type"] == targets["__type"] == "ResourceNotFoundException"
        return None
    version = json.loads(rule["EventPattern"])["detail"]["version"][0]
    assert rule["EventPattern"] == pattern_of(name, version)
    return {"version": version, "enabled": rule["State"] == "ENABLED",
            "targets": {target["Id"]: target["Input"] for target in targets["Targets"]}}


def check_rules(world):
    """Every rule is as answered, or as one change in doubt would have made it; and it acts so."""
    call = Connection(world.account)
    probes, expected, there = [], collections.Counter(), set()
    for book in world.books:
        for name in book.known:
            state = read_rule(call, name)
            allowed = [book.known[name], *book.doubts[name]]
            assert state in allowed, f"{name} is {state}, which is none of {allowed}"
            world.figures["changes in doubt"] += len(book.doubts[name])
            world.figures["changes in doubt that are there"] += state != book.known[name]
            book.known[name], book.doubts[name] = state, []
            if state:
                there.add(name)
                probes.append(entry({"rule": name, "version": state["version"]}, Source="probe",
                                    EventBusName=BUS))
                expected.update(state["targets"].values() if state["enabled"] else [])
    listed = call("AWSEvents.ListRules", {"EventBusName": BUS, "NamePrefix": "changing-"})["Rules"]
    assert {rule["Name"] for rule in listed} == there
    world.drain("probes")
    if probes:
        assert call("AWSEvents.PutEvents", {"Entries": probes})["FailedEntryCount"] == 0
    assert collections.Counter(message["Body"] for message in world.drain("probes")) == expected


def test_kill_9_amid_everything_loses_and_halves_nothing(make_server, disk):
    world = World(make_server(env=disk.env, data_dir=disk.data_dir), disk)
    print(f"\nseed {SEED}")
    for number in range(ROUNDS):
        settled = settle(world, number)
        putters, replayer = load(world, number)
        world.restart()
        owed = re.search(r"delivery\.resumed deliveries=(\d+)", world.log_since_restart())
        world.figures["events owed at a restart"] += int(owed[1]) if owed else 0
        check_rules(world)
        kept = check_accepted(world, settled, [put for putter in putters for put in putter.puts])
        check_replay(world, replayer, kept)
        world.until_nothing_is_owed()
        check_at_least_once(world, "forwarded", tally(world.drain("forwarded")), whole(kept),
                            settled)
        check_dead_letters(world, kept, settled)
        oldest = time.time() - 2 * REPLAY_SECONDS
        world.kept = [put for put in world.kept + kept if put.time > oldest]
    for name, count in sorted(world.figures.items()):
        print(f"{count:8} {name}")
    assert all(world.figures[name] for name in (
        "events", "forwarded", "dead-lettered", "changes of rules"))
