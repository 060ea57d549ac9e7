"""`rialto explain --bus` and its endpoint: which rules an event matches, and which it nearly does."""

import json
import subprocess

import pytest

import harness


@pytest.fixture
def bus(account):
    """A bus with three rules that lead to a queue, and one that is disabled."""
    bus, queue = account.bus(), account.queue()
    for name, pattern, state in [
            ("large", {"source": ["shop"], "detail": {"total": [{"numeric": [">=", 100]}]}}, "ENABLED"),
            ("new", {"source": ["shop"], "detail": {"state": ["new"]}}, "ENABLED"),
            ("pair", {"detail": {"items": {"sku": ["a"], "size": ["L"]}}}, "ENABLED"),
            ("off", {"source": ["shop"]}, "DISABLED")]:
        account.rule(pattern, queue, name=name, bus=bus, State=state)
    return bus


def explain(account, *arguments):
    return subprocess.run(
        [harness.BINARY, "explain", "--endpoint", account.server.endpoint, "--account", account.id,
         "--region", account.region, *arguments], capture_output=True, text=True, timeout=60)


def test_it_tells_what_matches_and_what_nearly_does(account, bus):
    event = {"source": "shop", "detail": {"total": 120, "state": "paid"}}
    done = explain(account, "--bus", bus, "--event", json.dumps(event))
    assert done.stdout == '✓ large\n✗ new: detail.state wants ["new"], found ["paid"]\n'
    assert done.returncode == 0 and not done.stderr


def test_the_answer_as_json_is_the_servers(account, bus):
    event = {"source": "shop", "detail": {"state": "new", "total": "120"}}
    done = explain(account, "--json", "--bus", bus, "--event", json.dumps(event))
    assert json.loads(done.stdout) == {
        "Matched": ["new"],
        "Near": [{"Rule": "large", "Path": "detail.total", "Condition": [{"numeric": [">=", 100]}],
                  "Found": ["120"]}]}


def test_conditions_that_hold_in_different_elements_only_are_told(account, bus):
    event = {"detail": {"items": [{"sku": "a", "size": "S"}, {"sku": "b", "size": "L"}]}}
    done = explain(account, "--bus", bus, "--event", json.dumps(event))
    assert done.returncode == 1
    assert done.stdout == ("✗ pair: detail.items.sku passes, but in no element of an array "
                           "together with the other conditions\n")


def test_the_default_bus_is_always_there(account):
    done = explain(account, "--bus", "default", "--event", "{}")
    assert done.returncode == 1
    assert done.stdout == "No rule matches, or fails by one condition only.\n"


def test_a_far_event_is_told_so(account, bus):
    done = explain(account, "--bus", bus, "--event", "{}")
    assert done.returncode == 1
    assert done.stdout == "No rule matches, or fails by one condition only.\n"


@pytest.mark.parametrize("arguments, says", [
    (["--bus", "none", "--event", "{}"], "Event bus none does not exist."),
    (["--bus", "default", "--event", "[1]"], "An event is a JSON object."),
    (["--bus", "default", "--event", "{"], "Invalid JSON at offset "),
    (["--event", "{}"], "Give either --pattern"),
    (["--bus", "default", "--pattern", "{}", "--event", "{}"], "Give either --pattern"),
])
def test_what_cannot_be_asked_is_refused(account, arguments, says):
    done = explain(account, *arguments)
    assert done.returncode == 2 and says in done.stderr and not done.stdout
