"""A data directory that cannot be used: the server ends at once, with an exit code and one line that
says what is wrong with which file, and what to do about it."""

import os
import shutil
import struct
import subprocess

import pytest

import harness
from crash import drain
from harness import entry, is_sentence

OTHERWISE = "or name another --data-dir."  # The end of what to do.


class BoundServer(harness.Server):
    """A server that file modes bind, even when root runs the tests."""

    prefix = [] if os.geteuid() else ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]

    def command(self, port_file):
        return [*self.prefix, *super().command(port_file)]


class Data:
    """A data directory with events in a queue, in the journal and in the store, and its server,
    which has ended."""

    def __init__(self, folder):
        self.server = BoundServer(folder)
        self.dir = self.server.data_dir
        account = self.server.start().account()
        self.account, self.queue = account.id, account.route().name
        self.identities = []
        for n in range(2):  # What the first process put is absorbed by the second.
            account = self.server.account(self.account)
            self.identities += account.put(*[entry({"n": n}) for _ in range(5)])
            assert self.server.terminate() == 0
            if n == 0:
                self.server.start()

    def the_file(self, pattern):
        return min(self.dir.glob(pattern))

    def files(self):
        """But for the lock, which names the last who tried."""
        facts = {path: path.stat() for path in self.dir.rglob("*") if path.name != "LOCK"}
        return {path: (one.st_size, one.st_mtime_ns) for path, one in facts.items()}

    def refusal(self):
        """What a start that must fail says."""
        self.server.log_path.unlink()
        self.server.spawn(self.server.folder / "port")
        code = self.server.wait()
        log = self.server.log_tail(100_000)
        assert code == 1, log
        said = [line for line in log.splitlines() if line.startswith("rialto serve: ")]
        assert len(said) == 1 and log.splitlines()[-1] == said[0], log
        text = said[0].removeprefix("rialto serve: ")
        assert is_sentence(text) and text.endswith("another --data-dir."), text
        return text

    def assert_whole(self):
        """It starts, and has everything."""
        account = self.server.start().account(self.account)
        assert drain(account, account.queue(self.queue)) == self.identities
        assert self.server.terminate() == 0


@pytest.fixture
def data(tmp_path, servers, request):
    one = Data(tmp_path)
    request.node.rialto_servers = [one.server]
    yield one
    one.server.close()


@pytest.mark.parametrize("place, mode", [
    (".", 0o500), (".", 0o000), ("LOCK", 0o400), ("store", 0o500), ("store", 0o000),
    ("store/CURRENT", 0o000), ("journal", 0o500), ("journal", 0o000), ("journal/segment-1", 0o400)])
def test_what_may_not_be_read_and_written_is_named(data, place, mode):
    path = data.dir / place
    before, files = path.stat().st_mode & 0o777, data.files()
    path.chmod(mode)
    text = data.refusal()
    path.chmod(before)
    assert text.startswith(f"Cannot read and write {data.dir}")
    assert str(path) in text or mode == 0  # A closed directory hides what is in it.
    assert text.endswith(": Permission denied. Let the user who runs Rialto own the data directory "
                         f"and all that is in it, {OTHERWISE}")
    assert data.files() == files, "nothing was changed before it was refused"
    data.assert_whole()


def test_a_read_only_file_system_is_told(data):
    folder = str(data.dir)
    mount = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && shift && exec "$@"'
    data.server.prefix = ["unshare", "--map-root-user", "--mount", "sh", "-c", mount, "sh", folder]
    assert data.refusal() == (f"Cannot read and write {folder}/LOCK: Read-only file system. Mount its "
                              f"file system for writing, {OTHERWISE}")
    data.server.prefix = []
    data.assert_whole()


def test_a_data_directory_that_cannot_be_made_is_told(data):
    parent = data.server.folder / "closed"
    parent.mkdir(mode=0o500)
    data.server.data_dir = parent / "data"
    text = data.refusal()
    assert text == (f"Cannot create the data directory {parent}/data: Permission denied. Create it "
                    f"for the user who runs Rialto, {OTHERWISE}")


RESTORE = f" bring back a backup with `rialto restore`, {OTHERWISE}"


@pytest.mark.parametrize("pattern", ["store/MANIFEST-*", "store/*.sst"])
def test_a_missing_file_of_the_store_is_told(data, pattern):
    path = data.the_file(pattern)
    path.unlink()
    text = data.refusal()
    assert path.stem in text
    assert text.endswith(f" A file in {data.dir}/store is missing or damaged:{RESTORE}")


@pytest.mark.parametrize("missing", ["store", "store/CURRENT"])
def test_a_missing_store_is_not_taken_for_a_new_one(data, missing):
    path = data.dir / missing
    kept = data.server.folder / "kept"
    shutil.move(path, kept)
    assert data.refusal() == (f"The file {data.dir}/store/CURRENT is missing. Bring back a backup "
                              f"with `rialto restore`, {OTHERWISE}")
    shutil.move(kept, path)
    data.assert_whole()


@pytest.mark.parametrize("pattern, part", [
    ("store/CURRENT", 0), ("store/CURRENT", 0.5), ("store/MANIFEST-*", 0), ("store/*.sst", 0),
    ("store/*.sst", 0.5)])
def test_a_truncated_file_of_the_store_is_told(data, pattern, part):
    path = data.the_file(pattern)
    whole = path.read_bytes()
    os.truncate(path, int(len(whole) * part))
    assert data.refusal().endswith(
        f" A file in {data.dir}/store is missing or damaged:{RESTORE}")
    path.write_bytes(whole)
    data.assert_whole()


def number_of(segment):
    """Of a segment of the journal, as its head has it (docs/internals/journal.md)."""
    return struct.unpack_from("<Q", segment.read_bytes(), 16)[0]


def test_a_damaged_segment_of_the_journal_is_told_and_the_rest_served(data):
    newest = max(data.dir.glob("journal/segment-*"), key=number_of)
    with open(newest, "r+b") as segment:
        segment.write(b"damaged!")
    account = data.server.start().account(data.account)
    assert f'journal.damaged segment="{newest.name}" offset=0' in data.server.log_tail()
    assert "\nrialto_store_damaged_total 1\n" in data.server.request("GET", "/metrics").body.decode()
    assert drain(account, account.queue(data.queue)) == data.identities[:5]
    assert newest.read_bytes().startswith(b"damaged!"), "it is left for whoever looks into it"


def remove_journal(newest):
    shutil.rmtree(newest.parent)


def cut(size):
    return lambda newest: os.truncate(newest, size)


@pytest.mark.parametrize("lose, told", [
    (os.unlink, 'journal.missing segment="{0}" number=2'),
    (remove_journal, 'journal.missing segment="{0}" number=2'),
    (cut(0), 'journal.damaged segment="{0}" offset=0'),
    (cut(4096), 'journal.damaged segment="{0}" offset=4096'),
    (cut(5000), 'journal.damaged segment="{0}" offset=5000')],
    ids=["gone", "all gone", "emptied", "cut to its head", "cut within a group"])
def test_a_segment_that_is_not_as_it_was_is_told_and_the_rest_served(data, lose, told):
    newest = max(data.dir.glob("journal/segment-*"), key=number_of)
    lose(newest)
    account = data.server.start().account(data.account)
    assert told.format(newest.name) in data.server.log_tail()
    assert "\nrialto_store_damaged_total 1\n" in data.server.request("GET", "/metrics").body.decode()
    assert account.put(entry({"n": 2}))
    assert data.server.terminate() == 0
    account = data.server.start().account(data.account)
    found = drain(account, account.queue(data.queue))
    assert found[:5] == data.identities[:5], "what was absorbed is there"
    assert found[5:-1] == [one for one in data.identities[5:] if one in found]


def test_a_data_directory_without_a_note_is_as_whole_as_it_is(data):
    (data.dir / "JOURNAL").unlink()  # As builds before it left it.
    data.server.start()
    assert "\nrialto_store_damaged_total 0\n" in data.server.request("GET", "/metrics").body.decode()
    assert data.server.terminate() == 0
    data.assert_whole()


def test_a_manifest_of_an_older_moment_is_told_and_nothing_removed(data):
    data.server.data_dir = data.dir = data.server.folder / "new"
    account = data.server.start().account(data.account)
    path = data.the_file("store/MANIFEST-*")
    before = path.stat().st_size
    account.route()
    for number in range(2):  # Each has what there is absorbed, and begins a segment.
        backup = data.server.folder / f"copy-{number}"
        subprocess.run([harness.BINARY, "backup", str(backup), "--endpoint", data.server.endpoint],
                       check=True, capture_output=True)
    assert data.server.terminate() == 0
    whole = path.read_bytes()
    os.truncate(path, before)
    tables = {file.name for file in data.dir.glob("store/*.sst")}
    assert data.refusal() == (
        "The store failed: Corruption: The tables are older than the journal. A file in "
        f"{data.dir}/store is missing or damaged:{RESTORE}")
    assert tables and tables == {file.name for file in data.dir.glob("store/*.sst")}
    path.write_bytes(whole)
    account = data.server.start().account(data.account)
    assert len(account.sqs.list_queues()["QueueUrls"]) == 1
    assert data.server.terminate() == 0


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def with_format(log, version):
    """RocksDB's own log of a new data directory, as a build of another format would have left it."""
    crc, length, kind = struct.unpack_from("<IHB", log)
    record = log[7:7 + length]
    assert record.count(b"\x06format\x013") == 1
    record = record.replace(b"\x06format\x013", b"\x06format\x01" + version)
    crc = crc32c(bytes([kind]) + record)
    masked = ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF  # As RocksDB keeps a sum.
    return struct.pack("<IHB", masked, length, kind) + record + log[7 + length:]


def test_a_data_directory_of_a_newer_format_is_refused(make_server, data):
    server = make_server(data_dir=data.server.folder / "new")
    assert server.terminate() == 0
    log, = server.data_dir.glob("store/*.log")
    log.write_bytes(with_format(log.read_bytes(), b"9"))
    data.server.data_dir = server.data_dir
    assert data.refusal() == (
        "The data directory is in format 9, and this build of Rialto reads formats 1 to 3 only. "
        "Use the build that wrote it, or another --data-dir.")
