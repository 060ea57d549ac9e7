"""An HTTP server that tests play: it answers what a script says and keeps every request it got."""

import collections
import contextlib
import http.server
import json
import threading
import urllib.parse

from harness import until

Call = collections.namedtuple("Call", "method path query headers body")


class Receiver:
    """Answers from `script`, one after the other, the last one again and again. An answer is a
    status; or (status, headers, body); or a function of the call that answers one of the two."""

    def __init__(self, *script):
        self.script = list(script) or [200]
        self.calls = []
        self._lock = threading.Lock()
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                size = int(self.headers.get("Content-Length", 0))
                body = self.rfile.read(size)
                path, _, query = self.path.partition("?")
                call = Call(self.command, path, query, list(self.headers.items()), body)
                status, headers, text = receiver.take(call)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(text)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_HEAD = answer

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

        self._server = Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def take(self, call):
        with self._lock:
            self.calls.append(call)
            answer = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if callable(answer):
            answer = answer(call)
        return (answer, {}, b"") if isinstance(answer, int) else answer

    def close(self):
        self._server.shutdown()
        self._server.server_close()

    def wait(self, count=1, seconds=10):
        """The first `count` calls, once they are there."""
        until(lambda: len(self.calls) >= count, f"the receiver was called {count} times", seconds)
        return self.calls[:count]


def header(call, name):
    """The one header of this name, in any case; None for none."""
    found = [value for key, value in call.headers if key.lower() == name.lower()]
    assert len(found) < 2, found
    return found[0] if found else None


def form(call):
    """What a form in the body says."""
    return dict(urllib.parse.parse_qsl(call.body.decode(), strict_parsing=True))


def token(text, **members):
    """A token server's answer."""
    body = {"access_token": text, "token_type": "Bearer", "expires_in": 3600, **members}
    return 200, {"Content-Type": "application/json"}, json.dumps(body).encode()


@contextlib.contextmanager
def receiving(*script):
    receiver = Receiver(*script)
    try:
        yield receiver
    finally:
        receiver.close()
