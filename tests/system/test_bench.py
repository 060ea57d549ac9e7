"""`rialto bench`: that its figures are about what it says, not how good they are."""

import csv
import io
import json
import subprocess
import urllib.request

import pytest

import harness
from moto_peer import free_port


def bench(server, *arguments):
    done = subprocess.run([harness.BINARY, "bench", *arguments, "--endpoint", server.endpoint],
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


LATENCIES = ["p50_us", "p90_us", "p99_us", "p999_us", "max_us"]


def assert_rising(figures, prefix=""):
    values = [figures[prefix + name] for name in LATENCIES]
    assert values == sorted(values) and values[0] > 0


def test_put_counts_what_the_server_accepted(server):
    before = server.request("GET", "/_rialto/status", headers={"X-Rialto-Request": "1"}).json()
    figures = json.loads(bench(server, "put", "--seconds", "1", "--connections", "4", "--json"))
    after = server.request("GET", "/_rialto/status", headers={"X-Rialto-Request": "1"}).json()
    accepted = after["events"]["accepted"] - before["events"]["accepted"]
    assert figures["failed_calls"] == 0
    assert figures["events_per_second"] == pytest.approx(10 * figures["calls_per_second"], abs=10)
    # The seconds end with the last answer, so a little after the one that was asked for.
    assert 0.5 * accepted < figures["events_per_second"] <= accepted
    assert_rising(figures)


def test_put_keeps_the_rate_that_was_asked_for(server):
    figures = json.loads(bench(server, "put", "--seconds", "2", "--rate", "500", "--connections",
                               "8", "--json"))
    assert figures["events_per_second"] == pytest.approx(500, rel=0.1)


def test_deliver_receives_every_message(server):
    text = bench(server, "deliver", "--messages", "1000", "--consumers", "4", "--csv")
    [figures] = csv.DictReader(io.StringIO(text))
    assert figures["messages"] == "1000"
    assert figures["missing"] == figures["failed_calls"] == "0"
    assert float(figures["messages_per_second"]) > 0


def test_end_to_end_receives_every_event_that_was_put(server):
    figures = json.loads(bench(server, "e2e", "--seconds", "1", "--rate", "1000", "--consumers",
                               "4", "--json"))
    assert figures["missing"] == figures["failed_calls"] == 0
    assert figures["messages"] == pytest.approx(1000, rel=0.1)
    assert_rising(figures, "put_")
    assert_rising(figures, "e2e_")


def test_it_leaves_nothing_behind(make_server):
    server = make_server()
    bench(server, "deliver", "--messages", "10", "--consumers", "1")
    account = server.account("000000000000")
    assert account.sqs.list_queues().get("QueueUrls", []) == []
    assert account.events.list_rules()["Rules"] == []


def test_deliver_to_an_http_target(server):
    figures = json.loads(bench(server, "deliver", "--to", "http", "--messages", "1000", "--connections", "4", "--json"))
    assert figures["events"] == 1000
    assert figures["missing"] == figures["failed_calls"] == 0
    assert_rising(figures, "e2e_")


def test_end_to_end_to_an_http_target(server):
    figures = json.loads(bench(server, "e2e", "--to", "http", "--seconds", "1", "--rate", "500", "--json"))
    assert figures["missing"] == figures["failed_calls"] == 0
    assert figures["events"] == pytest.approx(500, rel=0.1)
    assert_rising(figures, "e2e_")


@pytest.mark.parametrize("service", ["sqs", "kinesis"])
def test_deliver_in_batches(make_server, service):
    port = free_port()
    server = make_server(options=["--target-endpoints", f"{service}=http://127.0.0.1:{port}"])
    figures = json.loads(bench(server, "deliver", "--to", service, "--port", str(port), "--messages", "1000", "--json"))
    assert figures["events"] == 1000
    assert figures["missing"] == figures["failed_calls"] == 0


def test_sink_answers_whoever_asks():
    command = [harness.BINARY, "bench", "sink"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as sink:
        url = sink.stdout.readline().strip()
        with urllib.request.urlopen(url, data=b"x", timeout=10) as answer:
            assert answer.status == 200
        sink.terminate()
        assert sink.wait(10) == 0
        assert sink.stdout.read().startswith("1 events in 0.000 s")
