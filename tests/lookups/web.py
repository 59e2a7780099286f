"""A server that is asked: what it answers is set by the test, and what it was asked is kept."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Asked:
    """One question."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Web:
    """Answers each question by the first of `answers` (status, body, seconds), the last of which stays."""

    port: int = 0
    answers: list[tuple[int, bytes, float]] = field(default_factory=lambda: [(200, b"{}", 0.0)])
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it answers, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def web() -> Iterator[Web]:
    """A server on loopback, in threads of its own."""
    told = Web()

    class Handler(BaseHTTPRequestHandler):
        """Answers whatever is asked with what the test put into `answers`, the last of them for ever."""

        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            """Note what is asked, wait as the answer says, and give it."""
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            told.asked.append(Asked(self.command, self.path, dict(self.headers), body))
            status, answer, seconds = told.answers.pop(0) if len(told.answers) > 1 else told.answers[0]
            time.sleep(seconds)
            self.send_response(status)
            for name, value in told.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_POST = do_GET

        def log_message(self, *_: object) -> None:
            """Nothing."""

        def handle(self) -> None:
            """As the base class, but a client that left is no error."""
            try:
                super().handle()
            except OSError:  # who asked has gone
                pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    told.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
