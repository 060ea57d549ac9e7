"""The clients of the mixed load: they put events, change rules, start replays, and break the disk.

Each knows, when the server is gone, what it was answered and what was in doubt.
"""

import collections
import copy
import datetime
import json
import random
import threading
import time

from crash import Client, ServerError
from harness import entry

ENTRIES = 5  # Of one put; they are accepted together, or none of them.
PUTS_MAX = 200  # Of one putter in one round.
# Between two puts of one putter, at random up to this: so that the load lasts until the kill, and is
# not too much to read back.
PAUSE_SECONDS_MAX = 0.006
PAD = "x" * 1_500
TARGETS_MAX = 5  # AWS's quota, of one rule.

# A put of ENTRIES events, and what the answer said: True, False (refused), None (none came).
Put = collections.namedtuple("Put", "name time answered")

# A replay of what the archive has of so many seconds, for one rule, at a pace or as fast as it can.
ReplayPlan = collections.namedtuple("ReplayPlan",
                                    "archive bus rule seconds delay events_per_second")


def events_of(name, bus, when):
    return [entry({"put": name, "n": n, "pad": PAD}, Time=when, EventBusName=bus)
            for n in range(ENTRIES)]


class Putter(Client):
    """Puts with names that begin with `prefix`; `puts` has all of them, in order."""

    def __init__(self, account, bus, prefix, count=PUTS_MAX):
        super().__init__(account)
        self._bus, self._prefix, self._count = bus, prefix, count
        self.puts = []

    def work(self, call):
        while len(self.answered()) < self._count:
            put = Put(f"{self._prefix}-{len(self.puts)}", int(time.time()), None)
            self.puts.append(put)
            answer = call("AWSEvents.PutEvents",
                          {"Entries": events_of(put.name, self._bus, put.time)})
            failed = answer["FailedEntryCount"]
            assert failed in (0, ENTRIES), "a call of one batch is accepted whole, or not at all"
            assert all(result.get("ErrorCode") == "InternalFailure"
                       for result in answer["Entries"]) or not failed, answer
            self.puts[-1] = put._replace(answered=not failed)
            time.sleep(random.uniform(0, PAUSE_SECONDS_MAX))

    def answered(self):
        return [put for put in list(self.puts) if put.answered]


class RuleBook:
    """What is known of a few rules: their state as answered, and the states in doubt.

    A state is None (no such rule) or the rule's version, whether it is enabled, and the text that
    each of its targets is given, by its id.
    """

    def __init__(self, names):
        self.known = dict.fromkeys(names)
        self.doubts = {name: [] for name in names}
        self._versions = 0

    def next_change(self, name, chance):
        """The operation, its parameters (but for names), and the state that it leads to."""
        state = copy.deepcopy(self.known[name])
        kinds = ["put", "put", "disable", "enable", "targets", "targets", "targets", "remove"]
        kind = chance.choice(kinds) if state else "put"
        if kind == "put":
            self._versions += 1
            targets = state["targets"] if state else {}
            state = {"version": self._versions, "enabled": True, "targets": targets}
            return "PutRule", {"EventPattern": pattern_of(name, self._versions)}, state
        if kind in ("disable", "enable"):
            state["enabled"] = kind == "enable"
            return f"{kind.capitalize()}Rule", {}, state
        if kind == "remove" and not state["targets"]:
            return "DeleteRule", {}, None
        ids = chance.sample([f"t{number}" for number in range(TARGETS_MAX)], chance.randint(1, 3))
        if kind == "remove":
            ids = ids if chance.random() < 0.5 else list(state["targets"])
            state["targets"] = {id: text for id, text in state["targets"].items() if id not in ids}
            return "RemoveTargets", {"Ids": ids}, state
        texts = {id: json.dumps(f"{name} {id} {chance.randrange(1_000_000)}") for id in ids}
        state["targets"] = {**state["targets"], **texts}
        return "PutTargets", {"Targets": texts}, state


def pattern_of(name, version):
    return json.dumps({"source": ["probe"], "detail": {"rule": [name], "version": [version]}})


class Changer(Client):
    """Changes the rules of a book, one after the other; `answered` counts the changes."""

    def __init__(self, account, bus, queue_arn, book, seed):
        super().__init__(account)
        self._bus, self._queue_arn, self._book = bus, queue_arn, book
        self._chance = random.Random(seed)
        self.answered = 0

    def work(self, call):
        while True:
            name = self._chance.choice(list(self._book.known))
            operation, parameters, after = self._book.next_change(name, self._chance)
            if operation == "PutTargets":
                parameters = {"Targets": [{"Id": id, "Arn": self._queue_arn, "Input": text}
                                          for id, text in parameters["Targets"].items()]}
            of_targets = operation in ("PutTargets", "RemoveTargets")
            self._book.doubts[name].append(after)
            try:
                answer = call(f"AWSEvents.{operation}", {
                    "Rule" if of_targets else "Name": name, "EventBusName": self._bus,
                    **parameters})
            except ServerError:
                continue  # Refused for the disk; only when the end comes now may it be there.
            assert not answer.get("FailedEntryCount"), answer
            self._book.known[name] = after
            # What was refused before was taken back before this one was written.
            for doubts in self._book.doubts.values():
                doubts.clear()
            self.answered += 1


class Replayer(Client):
    """Starts one replay at a random moment; `due` are the puts that it must bring back.

    One with a pace is likely to be running when the kill comes.
    """

    def __init__(self, account, name, plan, earlier, putters):
        super().__init__(account)
        self.name, self._plan = name, plan
        self._earlier, self._putters = earlier, putters
        self.window = None
        self.is_answered = False
        self.due = []

    def work(self, call):
        time.sleep(self._plan.delay)  # Not a wait for anything: when in the load it comes.
        to = int(time.time())
        self.window = (to - self._plan.seconds, to)
        puts = self._earlier + [put for putter in self._putters for put in putter.answered()]
        self.due = [put for put in puts if self.window[0] <= put.time <= self.window[1]]
        try:
            start = self._start_paced if self._plan.events_per_second else self._start
            start(call)
        except ServerError:
            return  # Refused for the disk.
        self.is_answered = True

    def _start(self, call):
        account, plan = self._account, self._plan
        call("AWSEvents.StartReplay", {
            "ReplayName": self.name, "EventSourceArn": account.arn(f"archive/{plan.archive}"),
            "EventStartTime": self.window[0], "EventEndTime": self.window[1],
            "Destination": {"Arn": account.arn(f"event-bus/{plan.bus}"),
                            "FilterArns": [account.arn(f"rule/{plan.bus}/{plan.rule}")]}})

    def _start_paced(self, call):
        account, plan = self._account, self._plan
        begin, end = (datetime.datetime.fromtimestamp(at, datetime.timezone.utc).isoformat()
                      .replace("+00:00", "Z") for at in self.window)
        answer = account.server.request(
            "POST", f"/_rialto/replay?account={account.id}&region={account.region}", json.dumps({
                "Name": self.name, "Archive": plan.archive, "Rules": [plan.rule],
                "StartTime": begin, "EndTime": end, "EventsPerSecond": plan.events_per_second}),
            {"X-Rialto-Request": "1"})
        if answer.status >= 500:
            raise ServerError(answer)
        assert answer.status == 200, answer


class Breaker(threading.Thread):
    """Makes the disk fail for a moment: so attempts fail that are tried again later."""

    def __init__(self, disk, delay, seconds):
        super().__init__()
        self._disk, self._delay, self._seconds = disk, delay, seconds

    def run(self):
        time.sleep(self._delay)  # As above.
        self._disk.set("fail", True)
        time.sleep(self._seconds)
        self._disk.set("fail", False)

    def finish(self):
        self.join()
