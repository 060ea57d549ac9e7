"""TLS: the certificate, reading it again, certificates of clients, and limits on connections."""

import os
import signal
import socket
import ssl
import subprocess
import warnings

import boto3
import pytest
from botocore.config import Config

from harness import BINARY, until


class Ca:
    """A CA for a test, with the openssl command."""

    def __init__(self, folder, name="ca"):
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.pem = folder / f"{name}.pem"
        self._run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                  "-days", "2", "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out",
                  str(self.pem))
        self.name = name

    def _run(self, *arguments):
        subprocess.run(["openssl", *arguments], cwd=self.folder, check=True, capture_output=True)

    def issue(self, name, names="IP:127.0.0.1"):
        """A certificate and its key, in files."""
        (self.folder / f"{name}.ext").write_text(f"subjectAltName={names}\n")
        self._run("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
                  f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.csr")
        self._run("x509", "-req", "-in", f"{name}.csr", "-CA", str(self.pem), "-CAkey",
                  f"{self.name}.key", "-CAcreateserial", "-days", "1", "-extfile", f"{name}.ext",
                  "-out", f"{name}.pem")
        return self.folder / f"{name}.pem", self.folder / f"{name}.key"


@pytest.fixture
def ca(tmp_path):
    return Ca(tmp_path / "ca")


def tls_options(certificate, key, *more):
    return ["--tls-certificate", str(certificate), "--tls-key", str(key), *more]


def events(server, ca, certificate=None):
    config = Config(retries={"total_max_attempts": 1}, client_cert=certificate, proxies={},
                    read_timeout=20)
    return boto3.client("events", region_name="us-east-1", config=config, verify=str(ca.pem),
                        endpoint_url=f"https://127.0.0.1:{server.port}",
                        aws_access_key_id="111122223333", aws_secret_access_key="secret")


def served_certificate(server):
    """What a client gets shown, unverified."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as plain:
        with context.wrap_socket(plain) as stream:
            return stream.getpeercert(binary_form=True)


def old_tls():
    """Of a client that knows TLS 1.1 at best."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    return context


def test_clients_speak_tls_and_nothing_else(make_server, ca):
    server = make_server(options=tls_options(*ca.issue("server")))
    client = events(server, ca)
    assert client.list_event_buses()["EventBuses"][0]["Name"] == "default"
    sqs = boto3.client("sqs", region_name="us-east-1", verify=str(ca.pem),
                       endpoint_url=f"https://127.0.0.1:{server.port}",
                       aws_access_key_id="111122223333", aws_secret_access_key="secret")
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    assert url.startswith(f"https://127.0.0.1:{server.port}/")
    body = "x" * 200_000
    sqs.send_message(QueueUrl=url, MessageBody=body)
    assert sqs.receive_message(QueueUrl=url, WaitTimeSeconds=5)["Messages"][0]["Body"] == body
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as plain:
        plain.sendall(b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n")
        answer = b""
        while piece := plain.recv(1000):
            answer += piece
    assert b"HTTP" not in answer
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # that is the point
        old = old_tls()
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as plain:
        with pytest.raises(ssl.SSLError):
            old.wrap_socket(plain)


def test_the_certificate_is_read_again_on_sighup(make_server, ca):
    certificate, key = ca.issue("server")
    server = make_server(options=tls_options(certificate, key))
    client = events(server, ca)
    client.list_event_buses()
    first = served_certificate(server)
    other, other_key = ca.issue("other")
    certificate.write_bytes(other.read_bytes())
    key.write_bytes(other_key.read_bytes())
    os.kill(server.process.pid, signal.SIGHUP)
    until(lambda: served_certificate(server) != first, "the new certificate is shown")
    client.list_event_buses()  # on the connection that there was
    second = served_certificate(server)
    certificate.write_text("nonsense")
    os.kill(server.process.pid, signal.SIGHUP)
    until(lambda: "server.not_reloaded" in server.log_tail(), "the server has tried")
    assert served_certificate(server) == second


def test_clients_show_certificates_where_they_must(make_server, ca, tmp_path):
    server = make_server(options=tls_options(*ca.issue("server"), "--tls-client-ca", str(ca.pem)))
    certificate, key = ca.issue("client")
    assert events(server, ca, (str(certificate), str(key))).list_event_buses()
    with pytest.raises(Exception, match="SSL|Connection"):
        events(server, ca).list_event_buses()
    stranger = Ca(tmp_path / "strange", "strange").issue("client")
    with pytest.raises(Exception, match="SSL|Connection"):
        events(server, ca, tuple(map(str, stranger))).list_event_buses()


@pytest.mark.parametrize("given, sentence", [
    (["--tls-certificate", "/nowhere.pem"], "TLS takes both, tls_certificate and tls_key."),
    (["--tls-certificate", "/nowhere.pem", "--tls-key", "/nowhere.key"],
     "Cannot use the certificate /nowhere.pem: "),
])
def test_what_makes_no_tls_is_told_at_start(make_server, given, sentence):
    server = make_server(start=False, options=given)
    server.spawn(server.folder / "port")
    assert server.wait() == 1
    assert sentence in server.log_tail()


def test_a_key_of_another_certificate_is_told_at_start(make_server, ca):
    server = make_server(start=False,
                         options=tls_options(ca.issue("server")[0], ca.issue("other")[1]))
    server.spawn(server.folder / "port")
    assert server.wait() == 1
    assert "Cannot use the certificate's key" in server.log_tail()


def test_commands_speak_tls(make_server, ca):
    server = make_server(options=tls_options(*ca.issue("server", "DNS:localhost,IP:127.0.0.1")))

    def explain(host, *more):
        return subprocess.run(
            [BINARY, "explain", "--endpoint", f"https://{host}:{server.port}", "--bus", "default",
             "--event", "{}", *more], capture_output=True, text=True, timeout=60)

    trusting = ["--ca-file", str(ca.pem)]
    for host in ("127.0.0.1", "localhost"):
        assert explain(host, *trusting).returncode == 1, "no rule matches"
    told = explain("127.0.0.1")
    assert told.returncode == 2 and "Cannot speak TLS" in told.stderr
    wrong = make_server(options=tls_options(*ca.issue("wrong", "DNS:elsewhere")))
    server = wrong
    assert explain("127.0.0.1", *trusting).returncode == 2
    assert "Cannot use the CA file /nowhere" in explain("127.0.0.1", "--ca-file", "/nowhere").stderr


def test_an_address_has_so_many_connections_and_no_more(make_server):
    server = make_server(options=["--connections-per-address", "2"])
    request = b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"

    def open_one():
        connection = server.connect()
        connection.sendall(request)
        return connection

    first, second = open_one(), open_one()
    assert first.recv(100) and second.recv(100)
    third = server.connect()
    try:
        third.sendall(request)
        assert third.recv(100) == b""
    except ConnectionError:
        pass
    first.close()

    def is_let_in():
        try:
            return open_one().recv(100) != b""
        except ConnectionError:
            return False

    until(is_let_in, "there is room again")
