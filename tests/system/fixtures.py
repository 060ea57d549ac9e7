"""The fixtures of tests/system and tests/fault; each folder's conftest.py takes them from here."""

import contextlib
import os
import shutil

import pytest

import harness


class Servers:
    """The server that tests share, and all servers of the running test, for their logs."""

    def __init__(self, factory):
        self._factory = factory
        self.shared = None
        self.of_test = []

    def start_shared(self):
        if self.shared is None or not self.shared.is_alive():
            self.shared = harness.Server(self._factory.mktemp("shared")).start()
        return self.shared

    def close(self):
        if self.shared is not None:
            self.shared.close()


@pytest.fixture(scope="session")
def servers(tmp_path_factory):
    if not os.access(harness.BINARY, os.X_OK):
        pytest.exit(f"There is no server to test at {harness.BINARY}: build it, or set RIALTO_BIN.",
                    returncode=1)
    servers = Servers(tmp_path_factory)
    yield servers
    servers.close()


@pytest.fixture
def server(servers, request):
    """The shared server. A test that ends it fails, and the next one gets a new one."""
    shared = servers.start_shared()
    request.node.rialto_servers = [*getattr(request.node, "rialto_servers", []), shared]
    yield shared
    if not shared.is_alive():
        pytest.fail(f"the server died during this test, with {shared.process.returncode}")


@pytest.fixture
def account(server):
    """A fresh account in us-east-1 of the shared server."""
    return server.account()


@pytest.fixture
def make_server(servers, tmp_path, request):
    """Starts servers of the test's own: make_server(env=..., options=..., start=False)."""
    made = []
    request.node.rialto_servers = made

    with contextlib.ExitStack() as closing:
        def make(start=True, folder=None, **settings):
            one = harness.Server(tmp_path / (folder or f"server{len(made)}"), **settings)
            made.append(one)
            closing.callback(one.close)
            return one.start() if start else one

        yield make
    # Every journal reserves 64 MB and more, which a disk has for some tests, and not for a thousand.
    if not getattr(request.node, "has_failed", False):
        for one in made:
            shutil.rmtree(one.data_dir, ignore_errors=True)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    """A failed test shows how the logs of its servers end."""
    outcome = yield
    report = outcome.get_result()
    if report.failed:
        item.has_failed = True
        for server in getattr(item, "rialto_servers", []):
            report.sections.append((f"log of {server.log_path}", server.log_tail()))
