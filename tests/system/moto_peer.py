"""moto's server as a real counterpart of targets: it speaks AWS's protocols, and boto3 asks it
afterwards what arrived."""

import os
import socket
import subprocess
import sys

import boto3
from botocore.config import Config

from harness import REGION, until

ACCOUNT = "123456789012"  # whose resources moto keeps, unless a key says otherwise


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Moto:
    def __init__(self, folder):
        self.port = free_port()
        self._log = open(folder / "moto.log", "ab")
        # The module, not the script: it is found beside the boto3 that runs the tests.
        self.process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)],
            stdin=subprocess.DEVNULL, stdout=self._log, stderr=subprocess.STDOUT,
            env={**os.environ, "MOTO_CALL_RESET_API": "false"})
        until(self._answers, "moto answered", 60)

    def _answers(self):
        assert self.process.poll() is None, "moto's server ended"
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            return True
        except OSError:
            return False

    @property
    def endpoint(self):
        return f"http://127.0.0.1:{self.port}"

    def client(self, service):
        return boto3.client(service, region_name=REGION, endpoint_url=self.endpoint,
                            aws_access_key_id=ACCOUNT, aws_secret_access_key="none",
                            config=Config(proxies={}))

    def close(self):
        self.process.terminate()
        self.process.wait(10)
        self._log.close()
