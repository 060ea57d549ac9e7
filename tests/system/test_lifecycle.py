"""Start, stop and restart of the process: what survives, and what is refused."""

import json
import select
import signal
import subprocess
import time

import pytest

import harness
from harness import entry, read_answer, until, without_metadata
from test_queues import receive_request

ROLE = "arn:aws:iam::123456789012:role/bus"


def stop(server, how):
    if how == "kill -9":
        server.kill()
    else:
        assert server.terminate() == 0
    server.start()


both_ways = pytest.mark.parametrize("how", ["SIGTERM", "kill -9"])


def build_world(account):
    """Something of everything that is kept."""
    account.events.create_event_bus(Name="orders", Description="All orders",
                                    Tags=[{"Key": "team", "Value": "x"}])
    account.events.update_event_bus(Name="default", Description="ours")
    queue = account.queue("jobs", VisibilityTimeout="600", DelaySeconds="1")
    account.sqs.tag_queue(QueueUrl=queue.url, Tags={"a": "b"})
    account.events.put_rule(Name="on", EventPattern='{"source": ["app"]}', EventBusName="orders",
                            Description="what", Tags=[{"Key": "k", "Value": "v"}])
    account.events.put_targets(Rule="on", EventBusName="orders", Targets=[
        {"Id": "t1", "Arn": queue.arn, "RetryPolicy": {"MaximumRetryAttempts": 3},
         "InputTransformer": {"InputPathsMap": {"n": "$.detail.n"}, "InputTemplate": '{"n":<n>}'}},
        {"Id": "t2", "Arn": queue.arn, "Input": '"fixed"'}])
    account.events.put_rule(Name="off", EventPattern='{"source":["app"]}', State="DISABLED")
    account.queue("deleted")
    account.sqs.delete_queue(QueueUrl=f"{account.server.endpoint}/{account.id}/deleted")


def snapshot(account):
    """What the read operations say; queue URLs by name, since the port changes."""
    events, sqs = account.events, account.sqs
    url = sqs.get_queue_url(QueueName="jobs")["QueueUrl"]
    return [without_metadata(answer) for answer in [
        events.list_event_buses(), events.describe_event_bus(Name="orders"),
        events.describe_event_bus(), events.list_rules(), events.list_rules(EventBusName="orders"),
        events.describe_rule(Name="on", EventBusName="orders"), events.describe_rule(Name="off"),
        events.list_targets_by_rule(Rule="on", EventBusName="orders"),
        events.list_tags_for_resource(ResourceARN=account.arn("event-bus/orders")),
        events.list_tags_for_resource(ResourceARN=account.arn("rule/orders/on")),
        sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"]),
        sqs.list_queue_tags(QueueUrl=url),
    ]] + [[url.rsplit("/", 1)[1] for url in sqs.list_queues()["QueueUrls"]]]


@both_ways
def test_every_resource_survives(make_server, how):
    server = make_server()
    account = server.account()
    build_world(account)
    before = snapshot(account)
    stop(server, how)
    account = server.account(account.id)
    assert snapshot(account) == before
    # And acts: the rule's two targets deliver.
    account.put(entry({"n": 7}, EventBusName="orders"), entry({"n": 8}))
    assert sorted(account.queue("jobs").bodies(2)) == ['"fixed"', '{"n":7}']


@both_ways
def test_messages_survive_in_every_state(make_server, how):
    server = make_server()
    account = server.account()
    queue = account.queue("jobs")
    attributes = {"k": {"DataType": "Binary", "BinaryValue": b"\x00\xff"}}
    queue.send("taken")
    queue.send("gone")
    taken, gone = sorted(queue.poll(VisibilityTimeout=600), key=lambda m: m["Body"], reverse=True)
    queue.delete(gone)
    sent = queue.send("waiting", MessageAttributes=attributes)
    queue.send("delayed", DelaySeconds=900)
    counts = queue.attributes(*[f"ApproximateNumberOfMessages{state}"
                                for state in ("", "NotVisible", "Delayed")])
    assert list(counts.values()) == ["1", "1", "1"]
    stop(server, how)
    account = server.account(account.id)
    queue = account.queue("jobs")
    assert queue.attributes(*counts) == counts
    [message] = queue.poll(MessageAttributeNames=["All"])
    assert message["MessageId"] == sent["MessageId"] and message["Body"] == "waiting"
    assert message["MessageAttributes"] == attributes
    # The receipt handle of before still ends the message that was taken.
    queue.delete(taken)
    assert queue.attributes("ApproximateNumberOfMessagesNotVisible") == {
        "ApproximateNumberOfMessagesNotVisible": "1"}


@both_ways
def test_accepted_events_survive_in_their_queue(make_server, how):
    server = make_server()
    account = server.account()
    queue = account.route()
    identities = account.put(*[entry({"n": n}) for n in range(10)])
    stop(server, how)
    queue = server.account(account.id).queue(queue.name)
    assert [event["id"] for event in queue.events(10)] == identities


@both_ways
def test_what_is_still_owed_is_delivered_after_the_restart(make_server, how):
    """Deliveries that are not part of the accept: to a bus here, a bus away, the dead letters."""
    server = make_server()
    account = server.account()
    away = account.elsewhere("eu-west-1")
    account.bus("orders")
    dead = account.queue()
    account.rule({"source": ["app"]},
                 {"Id": "a", "Arn": account.arn("event-bus/orders"), "RoleArn": ROLE},
                 {"Id": "b", "Arn": away.arn("event-bus/default"), "RoleArn": ROLE},
                 {"Id": "c", "Arn": account.arn("missing", service="sqs"),
                  "DeadLetterConfig": {"Arn": dead.arn}})
    queues = [(account, account.route(bus="orders")), (away, away.route()), (account, dead)]
    for start in range(0, 100, 10):
        account.put(*[entry({"n": n}) for n in range(start, start + 10)])
    stop(server, how)
    for here, queue in queues:
        queue = server.account(here.id, here.region).queue(queue.name)
        found = set()

        def all_arrived():
            messages = queue.poll(wait=1)
            queue.delete_all(messages)
            # At least once: after a crash an event may come twice.
            found.update(json.loads(message["Body"])["detail"]["n"] for message in messages)
            return len(found) == 100

        until(all_arrived, f"100 events are in {queue.name}")


def test_restarts_can_follow_each_other(make_server):
    server = make_server()
    account = server.account()
    queue = account.route()
    for n in range(5):
        server.account(account.id).put(entry({"n": n}))
        stop(server, "kill -9" if n % 2 else "SIGTERM")
    queue = server.account(account.id).queue(queue.name)
    assert [event["detail"]["n"] for event in queue.events(5)] == list(range(5))


def test_sigterm_ends_with_0_and_soon(make_server):
    server = make_server()
    server.account().put(entry())
    start = time.monotonic()
    assert server.terminate() == 0
    assert time.monotonic() - start < harness.STOP_SECONDS


def test_sigterm_does_not_wait_for_clients(make_server):
    """An idle connection, half a request and a long poll of 20 s are open."""
    server = make_server()
    account = server.account()
    queue = account.queue()
    with server.connect(), server.connect() as half, server.connect() as poll:
        half.sendall(b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 10\r\n\r\n{")
        poll.sendall(receive_request(queue, 20))
        assert not select.select([poll], [], [], 0.2)[0]
        start = time.monotonic()
        assert server.terminate() == 0
        assert time.monotonic() - start < harness.STOP_SECONDS
        # The poll is answered with no message rather than cut off, or at the least cut off.
        poll.settimeout(5)
        try:
            assert "Messages" not in read_answer(poll).json()
        except (ConnectionError, harness.http.client.HTTPException):
            pass


def test_a_second_signal_does_no_harm(make_server):
    server = make_server()
    server.account().put(entry())
    server.process.send_signal(signal.SIGTERM)
    server.process.send_signal(signal.SIGTERM)
    assert server.wait() == 0


def exit_of(server, port_file):
    """Code and output of a server that must not come up."""
    server.spawn(port_file)
    code = server.wait()
    assert not port_file.exists()
    return code, server.log_tail()


def test_a_second_server_on_the_same_data_is_refused(make_server, tmp_path):
    first = make_server()
    account = first.account()
    queue = account.route()
    second = make_server(start=False, data_dir=first.data_dir)
    code, log = exit_of(second, tmp_path / "port")
    assert code != 0
    assert str(first.data_dir) in log
    assert "another" in log.lower() or "in use" in log.lower() or "lock" in log.lower()
    # The first has not noticed.
    account.put(entry({"n": 1}))
    assert queue.event()["detail"] == {"n": 1}


def test_the_data_is_free_again_after_a_kill(make_server):
    first = make_server()
    first.kill()
    second = make_server(data_dir=first.data_dir)
    assert second.request("GET", "/health/ready").status == 200


def test_a_port_that_is_taken_is_told(make_server, tmp_path):
    first = make_server()
    second = make_server(start=False, listen=f"127.0.0.1:{first.port}")
    code, log = exit_of(second, tmp_path / "port")
    assert code != 0 and str(first.port) in log


def test_an_open_address_is_refused_without_authentication(make_server, tmp_path):
    """Any credentials are taken in dev mode, so only loopback is safe."""
    server = make_server(start=False, listen="0.0.0.0:0")
    code, log = exit_of(server, tmp_path / "port")
    assert code != 0 and "--insecure-listen" in log


def test_an_unknown_option_is_refused(make_server, tmp_path):
    server = make_server(start=False, options=["--nonsense", "1"])
    code, log = exit_of(server, tmp_path / "port")
    assert code != 0 and "nonsense" in log


def test_a_data_folder_that_cannot_be_made_is_told(make_server, tmp_path):
    (tmp_path / "file").write_text("not a folder")
    server = make_server(start=False, data_dir=tmp_path / "file" / "data")
    code, log = exit_of(server, tmp_path / "port")
    assert code != 0 and str(tmp_path / "file") in log


def test_the_port_file_means_ready(make_server):
    server = make_server()
    assert server.request("GET", "/health/ready").status == 200
    assert server.request("GET", "/health/live").status == 200


def test_version_is_the_file_of_that_name():
    answer = subprocess.run([harness.BINARY, "version"], capture_output=True, text=True,
                            timeout=10, check=True)
    assert (harness.ROOT / "VERSION").read_text().strip() in answer.stdout
