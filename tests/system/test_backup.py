"""`rialto backup` of a running server, and `rialto restore`."""

import subprocess
import threading

import harness
from harness import entry


def rialto(*arguments):
    return subprocess.run([harness.BINARY, *arguments], capture_output=True, text=True)


def backup(server, directory):
    return rialto("backup", str(directory), "--endpoint", server.endpoint)


def test_a_backup_holds_what_was_answered_before_it_and_no_half_call(make_server, tmp_path):
    server = make_server()
    account = server.account()
    queue = account.route()
    account.put(*[entry({"n": n}) for n in range(10)])
    has_ended = threading.Event()
    answered = []

    def put_on():
        n = 10
        while not has_ended.is_set():
            account.put(entry({"n": n}), entry({"n": n + 1}))
            answered.append(n)
            n += 2

    putting = threading.Thread(target=put_on)
    putting.start()
    harness.until(lambda: len(answered) > 20, "some calls went before the backup")
    before = len(answered)
    done = backup(server, tmp_path / "copy")
    has_ended.set()
    putting.join()
    assert done.returncode == 0, done.stderr
    assert done.stdout == (f"Everything is in {tmp_path}/copy. Copy it to another disk; "
                           "`rialto restore` brings it back.\n")

    restored = rialto("restore", str(tmp_path / "copy"), "--data-dir", str(tmp_path / "new"))
    assert restored.returncode == 0, restored.stderr
    assert restored.stdout == f"Restored. Start the server: rialto serve --data-dir {tmp_path}/new\n"
    other = make_server(folder=tmp_path / "other", data_dir=tmp_path / "new")
    there = other.account(account.id)
    url = there.sqs.get_queue_url(QueueName=queue.name)["QueueUrl"]
    copy = harness.Queue(there, queue.name, url)
    count = int(copy.attributes("ApproximateNumberOfMessages")["ApproximateNumberOfMessages"])
    numbers = [event["detail"]["n"] for event in copy.events(count)]
    assert numbers == list(range(len(numbers))), "an event is missing, or a call is there by half"
    assert len(numbers) % 2 == 0 and len(numbers) >= 10 + 2 * before
    # It goes on as a server of its own.
    there.put(entry({"n": -1}))
    assert copy.events(1)[0]["detail"] == {"n": -1}


def test_a_backup_wants_a_place_that_is_empty(make_server, tmp_path):
    server = make_server()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_text("x")
    done = backup(server, tmp_path / "full")
    assert done.returncode == 1
    assert done.stderr == (f"rialto backup: There is something at {tmp_path}/full already. Name a "
                           "directory that is empty, or not there.\n")
    (tmp_path / "empty").mkdir()
    assert backup(server, tmp_path / "empty").returncode == 0


def test_a_backup_says_where_it_cannot_write(make_server, tmp_path):
    server = make_server()
    (tmp_path / "file").write_text("x")
    done = backup(server, tmp_path / "file" / "copy")
    assert done.returncode == 1
    assert done.stderr == (f"rialto backup: Cannot create {tmp_path}/file/copy: "
                           "Not a directory.\n")
    relative = server.request("POST", "/_rialto/backup", b'{"Directory":"copy"}',
                              {"X-Rialto-Request": "1"})
    assert relative.status == 400


def test_restore_refuses_what_is_no_backup_and_a_full_directory(make_server, tmp_path):
    nothing = rialto("restore", str(tmp_path), "--data-dir", str(tmp_path / "new"))
    assert nothing.returncode == 1
    assert nothing.stderr == (f"rialto restore: There is no backup in {tmp_path}. Name the directory "
                              "given to `rialto backup`.\n")
    server = make_server()
    assert backup(server, tmp_path / "copy").returncode == 0
    over = rialto("restore", str(tmp_path / "copy"), "--data-dir", str(server.data_dir))
    assert over.returncode == 1
    assert over.stderr == (f"rialto restore: The data directory {server.data_dir} is not empty. Move "
                           "it away, or name another one with --data-dir.\n")
    assert server.is_alive()
