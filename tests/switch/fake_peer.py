"""A peer that speaks ESL over TCP, as politely or as badly as a test wants."""

from __future__ import annotations

import json
from collections.abc import Callable

from gevent import socket
from gevent.event import Event
from gevent.queue import Queue
from gevent.server import StreamServer

from tests.controller.waiting import PATIENCE as PATIENCE
from tests.controller.waiting import soon as soon

CORE = "f8c7425e-cd74-40c3-aa53-7be60ff0cef1"

Reply = bytes | None  # None: no answer at all


def reply(text: str) -> bytes:
    """The answer to a command."""
    return f"Content-Type: command/reply\nReply-Text: {text}\n\n".encode()


def api(text: str) -> bytes:
    """The answer to an api command, with its text."""
    body = text.encode()
    return b"Content-Type: api/response\nContent-Length: %d\n\n%s" % (len(body), body)


def event(name: str, **fields: str) -> bytes:
    """An event in JSON; underscores in the names of `fields` stand for hyphens."""
    body = json.dumps({"Event-Name": name} | {key.replace("_", "-"): text for key, text in fields.items()})
    return raw_event(body.encode())


def job_done(job: str, text: str) -> bytes:
    """The BACKGROUND_JOB event of a bgapi command."""
    return raw_event(json.dumps({"Event-Name": "BACKGROUND_JOB", "Job-UUID": job, "_body": text}).encode())


def raw_event(body: bytes) -> bytes:
    """An event of these very bytes, JSON or not."""
    return b"Content-Length: %d\nContent-Type: text/event-json\n\n%s" % (len(body), body)


class Visitor:
    """One connection that the peer accepted."""

    def __init__(self, sock: socket.socket, peer: FakePeer) -> None:
        self.sock = sock
        self.peer = peer
        self.commands: Queue[str] = Queue()  # those that are not part of the greeting
        self.nudges = 0
        self.nudged = Event()
        self.gone = Event()

    def send(self, data: bytes) -> None:
        """Bytes to the link, as they are."""
        self.sock.sendall(data)

    def close(self) -> None:
        """Both directions at once."""
        self.sock.shutdown(socket.SHUT_RDWR)
        self.sock.close()

    def next_command(self) -> str:
        """The next command that came. Empty (the queue's) when none comes in time."""
        return self.commands.get(timeout=PATIENCE)

    def serve(self) -> None:
        """Answer commands and count nudges until the link closes."""
        buffer = b""
        while data := self.sock.recv(65536):
            buffer += data
            while buffer:
                if buffer.startswith(b"\n"):
                    buffer = buffer[1:]
                    self.nudges += 1
                    self.nudged.set()
                    continue
                block, end, rest = buffer.partition(b"\n\n")
                if not end:
                    break
                buffer = rest
                self._take(block.decode())

    def _take(self, command: str) -> None:
        for beginning, answer in self.peer.answers.items():
            if command.startswith(beginning):
                said = answer(command) if callable(answer) else answer
                if said is not None:
                    self.send(said)
                break
        if not command.startswith(("auth ", "event json", "api global_getvar core_uuid")):
            self.commands.put(command)


class FakePeer:
    """Accepts connections; `answers` maps the beginning of a command to what is sent back, first match first."""

    def __init__(self, greeting: bytes = b"Content-Type: auth/request\n\n") -> None:
        self.greeting = greeting
        self.answers: dict[str, Reply | Callable[[str], Reply]] = {
            "auth secret": reply("+OK accepted"),
            "auth": reply("-ERR invalid")
            + b"Content-Type: text/disconnect-notice\nContent-Length: 14\n\nDisconnected.\n",
            "event json": reply("+OK event listener enabled json"),
            "api global_getvar core_uuid": api(CORE),
            "exit": reply("+OK bye")
            + b"Content-Type: text/disconnect-notice\nContent-Length: 23\n\nDisconnected, goodbye.\n",
        }
        self.visitors: Queue[Visitor] = Queue()
        self.visits = 0
        self._server = StreamServer(("127.0.0.1", 0), self._visited)
        self._server.start()

    @property
    def port(self) -> int:
        """Where it listens on loopback."""
        return self._server.server_port

    def next_visitor(self) -> Visitor:
        """The next link that connects. Empty (the queue's) when none does in time."""
        return self.visitors.get(timeout=PATIENCE)

    def stop(self) -> None:
        """Listen no more, and drop every link."""
        self._server.stop(timeout=0.1)

    def _visited(self, sock: socket.socket, address: object) -> None:
        self.visits += 1
        visitor = Visitor(sock, self)
        self.visitors.put(visitor)
        try:
            visitor.send(self.greeting)
            visitor.serve()
        except OSError:
            pass  # the other side left
        finally:
            visitor.gone.set()
