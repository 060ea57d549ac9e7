"""`rialto trace` and its endpoint: what became of an event."""

import json
import subprocess

import pytest

from harness import BINARY, entry, until

GUARD = {"X-Rialto-Request": "1"}


def trace(account, *arguments):
    return subprocess.run([BINARY, "trace", "--endpoint", account.server.endpoint, *arguments],
                          capture_output=True, text=True, timeout=60)


def story(account, event_id):
    """The steps of an event; none when nothing is known of it."""
    answer = account.server.request("GET", f"/_rialto/trace?id={event_id}", headers=GUARD)
    if answer.status == 404:
        return []
    assert answer.status == 200 and answer.json()["EventId"] == event_id
    return answer.json()["Steps"]


def words(steps):
    return [step["Step"] for step in steps]


def to_bus(account, name, **more):
    return {"Id": "t1", "Arn": account.arn(f"event-bus/{name}"),
            "RoleArn": f"arn:aws:iam::{account.id}:role/r", **more}


def until_step(account, event_id, word):
    def steps():
        found = story(account, event_id)
        return word in words(found) and found
    return until(steps, f"the event was {word}")


def test_a_message_in_a_queue(account):
    queue = account.queue()
    rule = account.rule({"source": ["app"]}, queue)
    [event_id] = account.put(entry())
    received, queued = story(account, event_id)
    assert received.pop("Time") == queued.pop("Time")
    assert received == {"Step": "received", "Bus": account.arn("event-bus/default"),
                        "Account": account.id, "MatchedRules": 1}
    message_id = queue.poll()[0]["MessageId"]
    assert queued == {"Step": "queued", "Rule": account.arn(f"rule/{rule}"), "TargetId": "t1",
                      "Target": queue.arn, "MessageId": message_id}
    done = trace(account, event_id)
    time = done.stdout.split(" ", 1)[0]
    assert done.stdout == (
        f"{time}  received by {account.arn('event-bus/default')}, matches 1 rule\n"
        f"{time}    rule/{rule} -> {queue.arn}: message {message_id} is in the queue\n")
    assert (done.returncode, done.stderr) == (0, "")


def test_an_event_that_matches_nothing(account):
    account.bus("quiet")
    [event_id, lost] = account.put(entry(EventBusName="quiet"), entry(EventBusName="none"))
    assert trace(account, event_id).stdout.endswith(
        f"received by {account.arn('event-bus/quiet')}, matches no rule\n")
    assert trace(account, lost).stdout.endswith(
        f"accepted and dropped: there is no {account.arn('event-bus/none')}\n")


def test_every_rule_and_target_is_told(account):
    one, two = account.queue(), account.queue()
    account.rule({"source": ["app"]}, one, two, name="a")
    account.rule({"source": ["app"]}, one, name="b")
    [event_id] = account.put(entry())
    received, *queued = story(account, event_id)
    assert received["MatchedRules"] == 2
    assert [(step["Step"], step["Rule"], step["Target"]) for step in queued] == [
        ("queued", account.arn("rule/a"), one.arn), ("queued", account.arn("rule/a"), two.arn),
        ("queued", account.arn("rule/b"), one.arn)]


def test_an_event_that_goes_on_to_another_bus(account):
    bus = account.bus("onward")
    queue = account.route(bus=bus)
    rule = account.rule({"source": ["app"]}, to_bus(account, "onward"))
    [event_id] = account.put(entry())
    steps = until_step(account, event_id, "delivered")
    assert words(steps) == ["received", "owed", "received", "queued", "delivered"]
    assert [step.get("Bus") for step in steps if step["Step"] == "received"] \
        == [account.arn("event-bus/default"), account.arn("event-bus/onward")]
    assert steps[4]["Rule"] == account.arn(f"rule/{rule}") and steps[4]["Attempt"] == 1
    assert steps[4]["DurationMs"] > 0
    queue.receive_all(1)


def test_a_dead_letter(account):
    dead = account.queue()
    account.rule({"source": ["app"]}, to_bus(account, "none", DeadLetterConfig={"Arn": dead.arn}))
    [event_id] = account.put(entry())
    steps = until_step(account, event_id, "dead-lettered")
    assert words(steps) == ["received", "owed", "failed", "dead-lettered"]
    assert steps[2]["Code"] == steps[3]["Code"] == "NO_RESOURCE"
    assert steps[2]["Attempt"] == 1 and "NextAttempt" not in steps[2]
    assert steps[3]["Retries"] == 0 and steps[3]["DeadLetterQueue"] == dead.arn
    text = trace(account, event_id).stdout
    assert " ms: NO_RESOURCE, Event bus none does not exist.\n" in text
    assert (f"given up after 0 retries: NO_RESOURCE, Event bus none does not exist.; "
            f"dead letter in {dead.arn}\n") in text


def test_a_loss(account):
    account.rule({"source": ["app"]}, to_bus(account, "none"))
    [event_id] = account.put(entry())
    steps = until_step(account, event_id, "dropped")
    assert words(steps) == ["received", "owed", "failed", "dropped"]
    assert steps[3]["Why"] == "the target has no dead-letter queue"
    assert "; the target has no dead-letter queue\n" in trace(account, event_id).stdout


def test_a_queue_that_is_gone(account):
    queue, dead = account.queue(), account.queue()
    account.rule({"source": ["app"]},
                 {"Id": "t1", "Arn": queue.arn, "DeadLetterConfig": {"Arn": dead.arn}})
    account.sqs.delete_queue(QueueUrl=queue.url)
    [event_id] = account.put(entry())
    received, given_up = story(account, event_id)
    assert given_up["Step"] == "dead-lettered" and given_up["Code"] == "NO_RESOURCE"
    assert given_up["Target"] == queue.arn and given_up["DeadLetterQueue"] == dead.arn


def test_an_id_that_comes_twice_has_both_stories(account):
    event = {"id": account.id, "source": "s", "detail-type": "t", "detail": {}}
    for _ in range(2):
        account.server.request("POST", f"/_rialto/events?account={account.id}", json.dumps(event),
                               GUARD)
    assert words(story(account, account.id)) == ["received", "received"]


def test_json_is_the_servers_answer(account):
    [event_id] = account.put(entry())
    done = trace(account, "--json", event_id)
    assert json.loads(done.stdout) == {"EventId": event_id, "Steps": story(account, event_id)}


def test_nothing_is_known_of_a_stranger(account):
    done = trace(account, "no-such-event")
    assert (done.returncode, done.stdout) == (2, "")
    assert "Nothing is known of the event no-such-event. What became of an event is kept for " \
        in done.stderr


@pytest.mark.parametrize("option", ["--trace-keep", "--trace-bytes"])
def test_it_can_be_switched_off(make_server, option):
    account = make_server(options=[option, "0"]).account()
    [event_id] = account.put(entry())
    done = trace(account, event_id)
    assert done.returncode == 2
    assert "This server traces nothing: its trace_keep or its trace_bytes is 0." in done.stderr


def test_it_keeps_what_fits(make_server):
    account = make_server(options=["--trace-bytes", "1048576"]).account()
    account.route()
    [first] = account.put(entry())
    last = first
    for _ in range(600):
        *_, last = account.put(*[entry() for _ in range(10)])
    assert story(account, first) == []
    assert words(story(account, last)) == ["received", "queued"]


def test_a_reset_forgets_it(make_server):
    account = make_server().account()
    [event_id] = account.put(entry())
    assert account.server.request("POST", "/_rialto/reset", headers=GUARD).status == 200
    assert story(account, event_id) == []


def test_after_a_restart_only_what_comes_then_is_known(make_server):
    server = make_server()
    account = server.account()
    [event_id] = account.put(entry())
    assert server.terminate() == 0
    server.start()
    assert story(account, event_id) == []


def test_requests_are_checked(server):
    assert server.request("GET", "/_rialto/trace?id=x").status == 403
    for query in ("", "?id=", "?other=x"):
        answer = server.request("GET", f"/_rialto/trace{query}", headers=GUARD)
        assert (answer.status, answer.json()["message"]) == (400, "'id' takes an event's id.")
