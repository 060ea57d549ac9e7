"""GET /metrics: the page is what Prometheus reads, and its numbers are those of what was done."""

import re

import pytest

from harness import ROOT, entry, until

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = rf'{NAME}="(?:[^"\\\n]|\\["\\n])*"'
SAMPLE = re.compile(rf"({NAME})(?:\{{({LABEL}(?:,{LABEL})*)\}})? (\S+)")
HELP = re.compile(rf"# HELP ({NAME}) (\S.*)")
TYPE = re.compile(rf"# TYPE ({NAME}) (counter|gauge|histogram)")
SUFFIXES = {"histogram": ("_bucket", "_sum", "_count"), "counter": ("",), "gauge": ("",)}


class Page:
    """A page, read as strictly as the format is (version 0.0.4)."""

    def __init__(self, text):
        assert text.endswith("\n")
        self.types, self.helps, self.samples = {}, {}, {}
        lines = iter(text.splitlines())
        family = None
        for line in lines:
            if line.startswith("#"):
                family, help_text = HELP.fullmatch(line).groups()
                assert family not in self.types, f"{family} comes twice"
                named, self.types[family] = TYPE.fullmatch(next(lines)).groups()
                assert named == family
                self.helps[family] = help_text
                continue
            name, labels, value = SAMPLE.fullmatch(line).groups()
            assert name.removeprefix(family) in SUFFIXES[self.types[family]], line
            key = (name, tuple(sorted(re.findall(rf'({NAME})="((?:[^"\\]|\\.)*)"', labels or ""))))
            assert key not in self.samples, f"{line} comes twice"
            self.samples[key] = float(value)

    def __call__(self, name, **labels):
        """The sum of the samples of that name with these labels."""
        found = [value for (each, given), value in self.samples.items()
                 if each == name and labels.items() <= dict(given).items()]
        return sum(found)

    def has(self, name, **labels):
        return any(each == name and labels.items() <= dict(given).items()
                   for each, given in self.samples)


def read(server):
    answer = server.request("GET", "/metrics")
    assert answer.status == 200
    assert answer.header("Content-Type") == "text/plain; version=0.0.4; charset=utf-8"
    return Page(answer.body.decode())


@pytest.fixture
def own(make_server):
    """A server that nobody else uses, and an account on it."""
    return make_server().account()


def test_the_page_names_every_family_of_the_reference(own):
    queue = own.route()
    own.put(entry())
    queue.receive_all(1)
    page = read(own.server)
    table = (ROOT / "docs" / "reference" / "metrics.md").read_text()
    listed = re.findall(r"^\| `(\w+)` \| (\w+) \| (.*) \|$", table, re.MULTILINE)
    assert [(name, kind, text) for name, kind, text in listed] \
        == [(name, page.types[name], page.helps[name]) for name in page.types]


def test_names_follow_the_conventions(own):
    page = read(own.server)
    for name, kind in page.types.items():
        assert name.startswith(("rialto_", "process_"))
        assert name.endswith("_total") == (kind == "counter"), name


def test_counters_move_with_events(own):
    bus = own.bus("orders")
    queue = own.route({"source": ["app"]}, bus=bus)
    before = read(own.server)
    own.put(entry(EventBusName=bus), entry(EventBusName=bus),
            {**entry(EventBusName=bus), "Source": "other"}, entry(EventBusName="none"))
    own.raw_events.put_events(Entries=[{"Source": "", "DetailType": "t", "Detail": "{}"}])
    queue.receive_all(2)
    after = read(own.server)

    def grew(name, **labels):
        return after(name, **labels) - before(name, **labels)

    assert grew("rialto_events_accepted_total") == 4
    assert grew("rialto_entries_rejected_total") == 1
    assert grew("rialto_events_unmatched_total") == 1
    assert grew("rialto_events_for_unknown_bus_total") == 1
    assert grew("rialto_rules_matched_total") == 2
    here = {"account": own.id, "region": own.region, "bus": "orders"}
    assert grew("rialto_bus_events_total", **here) == 3
    assert grew("rialto_bus_events_matched_total", **here) == 2
    assert grew("rialto_bus_rules_matched_total", **here) == 2
    assert grew("rialto_delivery_attempts_total") == 2
    assert grew("rialto_deliveries_succeeded_total") == 2
    assert grew("rialto_ingest_to_first_attempt_seconds_count") == 2
    assert grew("rialto_ingest_to_success_seconds_count") == 2
    assert grew("rialto_ingest_to_success_seconds_bucket", le="+Inf") == 2
    put = {"service": "events", "operation": "PutEvents"}
    assert grew("rialto_requests_total", outcome="succeeded", **put) == 2
    assert grew("rialto_request_duration_seconds_count", **put) == 2
    assert grew("rialto_request_duration_seconds_sum", **put) > 0
    assert grew("rialto_request_bytes_total", **put) > 100
    assert grew("rialto_store_batches_total") > 0
    assert grew("rialto_store_group_batches_count") > 0
    assert grew("rialto_store_journal_bytes_total") > 200
    assert grew("rialto_store_sync_duration_seconds_count") > 0


def test_refused_calls_are_counted_by_outcome(own):
    with pytest.raises(own.events.exceptions.ResourceNotFoundException):
        own.events.describe_rule(Name="none")
    own.server.request("POST", "/", b"{}", {"X-Amz-Target": "AWSEvents.Nothing"})
    page = read(own.server)
    asked = {"service": "events", "operation": "DescribeRule"}
    assert page("rialto_requests_total", outcome="refused", **asked) == 1
    assert page("rialto_requests_total", outcome="succeeded", **asked) == 0
    assert page("rialto_requests_unknown_total") == 1


def test_a_delivery_that_waits_is_pending_and_ages(own):
    # The bus is not there, which no retry mends; without a dead-letter queue it is lost.
    own.rule({"source": ["app"]}, {"Id": "t1", "Arn": own.arn("event-bus/none"),
                                   "RoleArn": f"arn:aws:iam::{own.id}:role/r"})
    own.put(entry())
    page = until(lambda: (page := read(own.server))("rialto_deliveries_dropped_total") and page,
                 "the event was dropped")
    assert page("rialto_deliveries_given_up_total", reason="NO_RESOURCE") == 1
    assert page("rialto_delivery_attempts_failed_total", reason="NO_RESOURCE") == 1
    assert page("rialto_deliveries_dead_lettered_total") == 0
    until(lambda: read(own.server)("rialto_deliveries_pending") == 0, "nothing was owed")
    assert read(own.server)("rialto_oldest_pending_event_age_seconds") == 0


def test_queues_show_their_depths(own):
    queue = own.queue("q")
    for number in range(3):
        queue.send(str(number))
    queue.send("later", DelaySeconds=900)
    queue.poll(MaxNumberOfMessages=1)
    page = read(own.server)
    here = {"account": own.id, "region": own.region, "queue": "q"}
    assert page("rialto_queues") == 1
    assert page("rialto_queue_messages_visible", **here) == 2
    assert page("rialto_queue_messages_in_flight", **here) == 1
    assert page("rialto_queue_messages_delayed", **here) == 1


def test_the_process_shows_itself(own):
    page = read(own.server)
    assert page("process_resident_memory_bytes") > 1e6
    assert page("process_open_fds") > 3
    assert page("process_start_time_seconds") > 1.7e9
    assert 0 < page("rialto_uptime_seconds") < 600
    assert page("rialto_build_info") == 1 and page.has("rialto_build_info", version="0.1.0")


def test_the_page_is_for_this_machine_only(server):
    assert server.request("GET", "/metrics", headers={"Host": "evil.example"}).status == 403
    # It is not in the way of the API.
    assert server.request("POST", "/metrics", b"").status != 200
