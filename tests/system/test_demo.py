"""scripts/demo and scripts/run: a newcomer's first minute, with numbers computed here, by hand."""

import json
import os
import re
import signal
import socket
import subprocess

import pytest

import harness
from harness import BINARY, ROOT, until

EVENTS = ROOT / "demo" / "events"
EVENT_COUNT = 284


def read_events():
    events = [json.loads(path.read_text()) for path in sorted((EVENTS / "aws").glob("*.json"))]
    return events + [json.loads(line) for line in (EVENTS / "github.jsonl").open()]


def is_failure(event):
    detail = event["detail"]
    if event["source"].startswith("aws."):
        return detail.get("StatusCode") == "Failed"
    runs = [detail.get("check_run"), detail.get("workflow_job")]
    return any(run is not None and run.get("conclusion") == "failure" for run in runs)


def is_security(event):
    detail = event["detail"]
    if detail.get("finding-severity-counts", {}).get("CRITICAL", 0) > 0:
        return True
    advisory = detail.get("security_advisory")
    return (advisory is not None and 7 <= advisory["cvss"]["score"] <= 10
            and advisory["withdrawn_at"] is None)


def is_deploy(event):
    return (event["source"].startswith("aws.code")
            and re.search("State.*hange", event["detail-type"]) is not None
            and event["detail"].get("state") != "STARTED")


def is_review(event):
    detail = event["detail"]
    return (event["source"] == "com.github" and event["detail-type"].startswith("pull_request")
            and detail["action"] not in ("labeled", "unlabeled", "locked", "unlocked")
            and detail["pull_request"].get("draft") is False
            and "review" not in detail and not detail["sender"]["login"].endswith("[bot]"))


EXPECTED = {"failures": is_failure, "security": is_security, "deploys": is_deploy,
            "reviews": is_review}


def transformed(event):
    detail = event["detail"]
    advisory = detail.get("security_advisory", {})
    return {"alert": event["detail-type"], "image": detail.get("repository-name", ""),
            "critical": detail.get("finding-severity-counts", {}).get("CRITICAL", ""),
            "advisory": advisory.get("ghsa_id", ""),
            "score": advisory.get("cvss", {}).get("score", ""), "by": "security"}


def expected(rule):
    chosen = [event for event in read_events() if EXPECTED[rule](event)]
    return [transformed(event) for event in chosen] if rule == "security" else chosen


def in_order(values):
    return sorted(json.dumps(value, sort_keys=True) for value in values)


def run_demo(account):
    done = subprocess.run(
        [ROOT / "scripts" / "demo", "--endpoint", account.server.endpoint,
         "--account", account.id], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def counts(output):
    """What the table says: for each rule, how many messages are new, and how many there are."""
    rows = re.findall(r"^  (\w+) +demo-\1 +(\d+) +(\d+)  ", output, re.MULTILINE)
    return {rule: (int(new), int(total)) for rule, new, total in rows}


def test_the_demo_data_is_all_there():
    events = read_events()
    assert len(events) == EVENT_COUNT
    assert {rule: len(expected(rule)) for rule in EXPECTED} == {
        "failures": 4, "security": 3, "deploys": 3, "reviews": 19}


def test_each_queue_gets_what_its_rule_asks_for(account):
    output = run_demo(account)
    assert output.startswith(f"{EVENT_COUNT} events ")
    assert counts(output) == {rule: (len(expected(rule)),) * 2 for rule in EXPECTED}
    for rule in EXPECTED:
        url = account.sqs.get_queue_url(QueueName=f"demo-{rule}")["QueueUrl"]
        queue = harness.Queue(account, f"demo-{rule}", url)
        received = [json.loads(body) for body in queue.bodies(len(expected(rule)))]
        assert in_order(received) == in_order(expected(rule))


def test_the_demo_can_be_run_again(account):
    run_demo(account)
    assert counts(run_demo(account)) == {
        rule: (len(expected(rule)), 2 * len(expected(rule))) for rule in EXPECTED}


def test_what_the_demo_says_to_type_next_works(account):
    """Its lines for `explain` and `put`; the aws CLI's are in test_readme.py."""
    output = run_demo(account)
    commands = re.findall(r"^  (build/release/rialto(?:.*\\\n)*.*)$", output, re.MULTILINE)
    assert len(commands) == 2
    explain, put = (subprocess.run(
        ["bash", "-c", command.replace("build/release/rialto", BINARY)],
        cwd=ROOT, capture_output=True, text=True, timeout=60,
        env={name: value for name, value in os.environ.items() if name != "RIALTO_ENDPOINT"})
        for command in (commands[0], f"{commands[1]} --account {account.id}"))
    assert explain.returncode == 1 and explain.stdout.startswith("✗ no match:")
    assert put.returncode == 0, put.stderr
    url = account.sqs.get_queue_url(QueueName="demo-security")["QueueUrl"]
    bodies = harness.Queue(account, "demo-security", url).bodies(4)
    assert [body for body in bodies if json.loads(body)["alert"] == "Scan"] != []


def test_the_demo_says_when_there_is_no_server():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    done = subprocess.run([ROOT / "scripts" / "demo", "--endpoint", f"http://127.0.0.1:{port}"],
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert f"No server answers at http://127.0.0.1:{port}" in done.stderr


def run_environment(tmp_path, listen="127.0.0.1:0"):
    return {**os.environ, "RIALTO_BIN": BINARY, "RIALTO_LISTEN": listen,
            "RIALTO_DATA_DIR": str(tmp_path / "data")}


def test_run_works_twice_on_one_data_directory(tmp_path):
    for times in (1, 2):
        done = subprocess.run([ROOT / "scripts" / "run", "--no-wait"], capture_output=True,
                              text=True, timeout=60, env=run_environment(tmp_path))
        assert done.returncode == 0, done.stderr
        assert counts(done.stdout)["failures"] == (4, 4 * times)
        assert "server.stopped" in done.stderr


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("to_group", [True, False], ids=["terminal", "kill"])
def test_run_serves_until_it_is_stopped(tmp_path, stop, to_group):
    """A terminal sends Ctrl-C to all processes of its group, `kill` to one."""
    log = tmp_path / "log"
    with log.open("wb") as out:
        # A job in the background of a script ignores SIGINT, and so would what it starts.
        run = subprocess.Popen([ROOT / "scripts" / "run"], stdout=out, stderr=out,
                               env=run_environment(tmp_path), start_new_session=True,
                               preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
    try:
        until(lambda: "Ctrl-C stops it." in log.read_text(), "the demo ended", 30)
        assert run.poll() is None
        if to_group:
            os.killpg(run.pid, stop)
        else:
            run.send_signal(stop)
        assert run.wait(harness.STOP_SECONDS + 2) == 0, log.read_text()
        assert "server.stopped" in log.read_text()
    finally:
        if run.poll() is None:
            os.killpg(run.pid, signal.SIGKILL)
            run.wait()


def test_run_says_when_the_port_is_taken(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        done = subprocess.run([ROOT / "scripts" / "run"], capture_output=True, text=True,
                              timeout=60, env=run_environment(tmp_path, listen))
    assert done.returncode == 1
    assert f"Something listens on {listen} already." in done.stderr
    assert not (tmp_path / "data").exists()


def test_run_says_when_the_data_directory_is_taken(server, tmp_path):
    environment = {**run_environment(tmp_path), "RIALTO_DATA_DIR": str(server.data_dir)}
    done = subprocess.run([ROOT / "scripts" / "run"], capture_output=True, text=True,
                          timeout=60, env=environment)
    assert done.returncode == 1
    assert "is in use by another Rialto server" in done.stderr
    assert "The server did not start." in done.stderr
