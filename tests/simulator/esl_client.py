"""A plain ESL client for tests: reads everything, answers nothing by itself."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import gevent
import orjson
from gevent import socket

from tests.controller.waiting import PATIENCE


def eventually(what: Callable[[], Any], timeout: float = PATIENCE) -> Any:
    """Wait until `what()` is true and give its value; fail when it is not in time."""
    deadline, pause = gevent.get_hub().loop.now() + timeout, 0.002
    while True:
        value = what()
        if value:
            return value
        assert gevent.get_hub().loop.now() < deadline, f"not within {timeout} s: {what}"
        gevent.sleep(pause)
        pause = min(1.1 * pause, 0.02)


class EslClient:
    """One link. `replies` are frames as (head, body); `events` are dictionaries, JSON ones only."""

    def __init__(self, port: int, password: str | None = "ClueCon", events: str | None = "json ALL") -> None:
        self._sock = socket.create_connection(("127.0.0.1", port))
        # Without it, a command after a line feed waits for the acknowledgement: 40 ms.
        self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._file = self._sock.makefile("rb")
        self.replies: list[tuple[str, bytes]] = []
        self.events: list[dict[str, str]] = []
        self.plain: list[bytes] = []
        self.raw = bytearray()
        self.closed = False
        self.on_frame: Callable[[str, bytes], None] = lambda head, body: None
        self._reader = gevent.spawn(self._read)
        if password is not None:
            eventually(lambda: self.replies)
            self.ask(f"auth {password}")
        if events:
            self.ask(f"event {events}")

    def say(self, text: str) -> None:
        """Send a command and do not wait."""
        self._sock.sendall(text.encode() + b"\n\n")

    def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        with contextlib.suppress(OSError):
            self._sock.sendall(data)

    def ask(self, text: str, timeout: float = PATIENCE) -> str:
        """Send a command, wait for its reply: the body, or else the Reply-Text."""
        before = len(self.replies)
        self.say(text)
        eventually(lambda: len(self.replies) > before, timeout)
        head, body = self.replies[before]
        return body.decode() if body else head.split("Reply-Text: ")[-1].split("\n")[0]

    def api(self, text: str, timeout: float = PATIENCE) -> str:
        """`ask` for an api command."""
        return self.ask(f"api {text}", timeout)

    def execute(self, uuid: str, application: str, argument: str = "", event_uuid: str = "", **more: str) -> str:
        """`sendmsg … execute`."""
        lines = [f"sendmsg {uuid}", "call-command: execute", f"execute-app-name: {application}"]
        lines += [f"execute-app-arg: {argument}"] if argument else []
        lines += [f"Event-UUID: {event_uuid}"] if event_uuid else []
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in more.items()]
        return self.ask("\n".join(lines))

    def of(self, uuid: str, name: str | None = None) -> list[dict[str, str]]:
        """The events of one channel, all or of one name."""
        return [e for e in self.events if e.get("Unique-ID") == uuid and name in (None, e["Event-Name"])]

    def names(self, uuid: str) -> list[str]:
        """The names of one channel's events in order."""
        return [event["Event-Name"] for event in self.of(uuid)]

    def wait_event(self, timeout: float = PATIENCE, **headers: str) -> dict[str, str]:
        """Wait for an event whose headers are as given (underscores stand for hyphens)."""
        wanted = {name.replace("_", "-"): value for name, value in headers.items()}

        def found() -> dict[str, str] | None:
            """The first of those that came."""
            return next((e for e in self.events if all(e.get(k) == v for k, v in wanted.items())), None)

        return eventually(found, timeout)

    def close(self) -> None:
        """Hang up the link."""
        self._reader.kill()
        self._sock.close()

    def _read(self) -> None:
        try:
            while True:
                head = bytearray()
                while not head.endswith(b"\n\n"):
                    line = self._file.readline()
                    if not line:
                        return
                    head += line
                length = next((int(v) for n, _, v in self._fields(head) if n == "Content-Length"), 0)
                body = self._file.read(length) if length else b""
                if len(body) < length:
                    return
                self.raw += head + body
                self._take(head.decode(), body)
        except OSError:
            pass
        finally:
            self.closed = True

    @staticmethod
    def _fields(head: bytes) -> list[tuple[str, str, str]]:
        return [line.partition(": ") for line in bytes(head).decode().splitlines()]

    def _take(self, head: str, body: bytes) -> None:
        if "text/event-json" in head:
            self.events.append(orjson.loads(body))
        elif "text/event-plain" in head:
            self.plain.append(body)
        else:
            self.replies.append((head, body))
        self.on_frame(head, body)
