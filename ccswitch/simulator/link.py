"""One ESL client: reads its commands, answers in order, and delivers events on a 20 ms poll.

On an idle link an event waits for the next poll; whatever bytes come from the client, a bare line feed too, bring
what is pending at once. Commands are carried out one after the other: a blocking one blocks the link.
"""

from __future__ import annotations

import contextlib
import re
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import gevent
from gevent import socket as gsocket
from gevent.event import Event as Flag

from ccswitch.simulator import protocol, verbs
from ccswitch.simulator.events import Event

if TYPE_CHECKING:
    from ccswitch.simulator.core import Core

POLL = 0.020
# A client that does not read is dropped once so many events wait for it.
MOST_PENDING = 20_000
_KEPT_BYTES = 1_000_000


@dataclass(slots=True)
class Faults:
    """What is wrong with all links of a switch just now."""

    bytes_per_second: float | None = None
    delay: float = 0.0
    frozen: bool = False


class Link:
    """A connected client."""

    def __init__(self, core: Core, sock: Any, password: str, faults: Faults) -> None:
        self.core, self.password = core, password
        self.authenticated = False
        self.format = "plain"
        self.names: set[str] = set()
        self.subclasses: set[str] = set()
        self.all_events = False
        self.filters: list[tuple[str, str]] = []
        self.faults = faults
        self.torn_at: int | None = None  # cut this link after so many more bytes
        self.received = bytearray()
        self.commands: deque[str] = deque(maxlen=5000)
        self.closed = False
        self._sock = sock
        self._pending: deque[Event] = deque()
        self._out: deque[bytes] = deque()
        self._wake_writer = Flag()
        self._poll_due = False
        self._busy = False
        self._began = gevent.get_hub().loop.now()
        self._ending = False

    # -- life ----------------------------------------------------------------------------------------

    def run(self) -> None:
        """Serve until the client goes or is sent away."""
        self.core.bus.listeners.append(self)
        writer = gevent.spawn(self._write)
        self._sock.setsockopt(gsocket.IPPROTO_TCP, gsocket.TCP_NODELAY, 1)
        try:
            self._thaw()
            self.send(protocol.AUTH_REQUEST)
            self._read()
        except OSError:
            pass  # the client is gone, which is all there is to know
        finally:
            self._stop_listening()
            if self._ending:
                writer.join(timeout=2)
            self.close()
            writer.kill(block=False)

    def close(self) -> None:
        """Cut the link, whatever is in flight."""
        if self.closed:
            return
        self.closed = True
        self._stop_listening()
        self._pending.clear()
        self._out.clear()
        self._wake_writer.set()
        with contextlib.suppress(OSError):
            self._sock.shutdown(gsocket.SHUT_RDWR)
        self._sock.close()

    def _stop_listening(self) -> None:
        with contextlib.suppress(ValueError):
            self.core.bus.listeners.remove(self)

    # -- reading -------------------------------------------------------------------------------------

    def _read(self) -> None:
        reader = protocol.Reader()
        while not self._ending and not self.closed:
            data = self._sock.recv(65536)
            if not data:
                return
            self._thaw()
            self._keep(data)
            self.flush()
            self._busy = True
            try:
                for command in reader.feed(data):
                    self.flush()
                    self._carry_out(command)
                    if self._ending:
                        return
            finally:
                self._busy = False
            self.flush()

    def _thaw(self) -> None:
        while self.faults.frozen and not self.closed:
            gevent.sleep(POLL)

    def _keep(self, data: bytes) -> None:
        if data.strip(b"\n"):
            self.received += data
            if len(self.received) > _KEPT_BYTES:
                del self.received[: _KEPT_BYTES // 2]

    def _carry_out(self, command: protocol.Command) -> None:
        self.commands.append(command.line)
        reply = verbs.carry_out(self, command)
        if reply is not None:
            self.send(reply)

    def say_goodbye(self, reply: bytes) -> None:
        """Answer, send the disconnect notice and end."""
        self.send(reply + protocol.GOODBYE)
        self._ending = True
        self._wake_writer.set()

    # -- events --------------------------------------------------------------------------------------

    def wants(self, name: str, subclass: str) -> bool:
        """Whether the client asked for such events."""
        if self.all_events:
            return True
        return subclass in self.subclasses or "" in self.subclasses if name == "CUSTOM" else name in self.names

    def deliver(self, event: Event) -> None:
        """Queue an event for the next poll."""
        if self.closed or self._ending or not self._passes(event):
            return
        self._pending.append(event)
        if len(self._pending) > MOST_PENDING or len(self._out) > MOST_PENDING:
            gevent.spawn(self.close)
            return
        if not self._poll_due:
            self._poll_due = True
            since = gevent.get_hub().loop.now() - self._began
            gevent.spawn_later(POLL - since % POLL, self._poll)

    def _passes(self, event: Event) -> bool:
        if not self.filters:
            return True
        return any(_fits(event.headers[name], wanted) for name, wanted in self.filters if name in event.headers)

    def _poll(self) -> None:
        self._poll_due = False
        # While a command runs nobody polls: the switch reads, answers and delivers in one thread.
        if not self._busy and not self.faults.frozen:
            self.flush()
        elif self._pending:
            self._poll_due = True
            gevent.spawn_later(POLL, self._poll)

    def flush(self) -> None:
        """Send the events that wait."""
        while self._pending:
            event = self._pending.popleft()
            self._out.append(event.as_json() if self.format == "json" else event.as_plain())
            self._wake_writer.set()

    # -- writing -------------------------------------------------------------------------------------

    def send(self, data: bytes) -> None:
        """Queue bytes for the client."""
        self._out.append(data)
        self._wake_writer.set()

    def _write(self) -> None:
        try:
            while not self.closed:
                if not self._out:
                    if self._ending:
                        return
                    self._wake_writer.clear()
                    self._wake_writer.wait()
                    continue
                data = b"".join(self._out)
                self._out.clear()
                self._put(data)
        except OSError:
            self.close()

    def _put(self, data: bytes) -> None:
        faults = self.faults
        if faults.delay:
            gevent.sleep(faults.delay)
        if self.torn_at is not None:
            if len(data) >= self.torn_at:
                self._sock.sendall(data[: self.torn_at])
                self.close()
                return
            self.torn_at -= len(data)
        if faults.bytes_per_second is None:
            self._sock.sendall(data)
            return
        step = max(1, int(faults.bytes_per_second * POLL))
        for start in range(0, len(data), step):
            self._sock.sendall(data[start : start + step])
            gevent.sleep(POLL)

    def new_job(self) -> str:
        """An id for a bgapi without its own."""
        return str(uuid4())


def _fits(value: str, wanted: str) -> bool:
    """As mod_event_socket's event_handler compares: regardless of case, or by `/a regular expression/`."""
    if wanted.startswith("/"):
        return re.search(wanted[1:].rpartition("/")[0], value) is not None
    return value.lower() == wanted.lower()
