"""One event socket connection: from login to its end, in nobody's way.

The hub itself reads (the switch drops whoever reads slowly, and to wake a greenlet for each reply would cost more than
to read it), and nudges the switch out of its 20 ms poll between commands (freeswitch-facts 13). A command is written
when the greenlet that asked lets others run, so that the commands of one decision go out in one piece. Two greenlets
serve it: a writer for what the kernel did not take at once (commands whole), and a keeper (deadlines, signs of life).

Answers carry no id: the first answer belongs to the first question. So an answer that does not come in time, or that
nobody asked for, ends the connection; after it no answer could be trusted.
"""

from __future__ import annotations

import logging
import os
import socket as plain_socket
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import gevent
from gevent import socket
from gevent.event import AsyncResult
from gevent.event import Event as Flag
from greenswitch.esl import InboundESL

from ccswitch.clock import Clock, Seconds
from ccswitch.errors import BrokenFrame, CommandFailed, LinkDown, ReplyTimeout, SwitchError
from ccswitch.switch import strings
from ccswitch.switch.codec import Event, Frame, Framer, decode_event
from ccswitch.switch.strings import Command, ReplyKind

log = logging.getLogger(__name__)

Answer = str | SwitchError  # what the switch said, or why there is no answer
OnAnswer = Callable[[Answer], None]

_READ_AT_ONCE = 64 * 1024
_TO_READ = 1  # libev's EV_READ
_TICK = 0.1  # how late the keeper may be
_STOOD_STILL = 0.5  # beyond that it was not the keeper alone: the process had no processor


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkTimes:
    """How patient a link is, in seconds."""

    connect: Seconds = 3.0  # name look-up and TCP
    reply: Seconds = 5.0  # an answer, where the asker names no time
    send: Seconds = 5.0  # the switch takes the bytes of a command
    idle: Seconds = 5.0  # without a byte received, before a sign of life is asked for
    probe: Seconds = 2.0  # for that sign
    job: Seconds = 120.0  # a bgapi's result, where the asker names no time
    nudge: Seconds = 0.01  # between two nudges (freeswitch-facts 13); 0: never
    backoff: Seconds = 0.05  # before the second try to connect; doubles
    backoff_most: Seconds = 2.0
    goodbye: Seconds = 0.5  # for what is queued, and the switch's farewell, at `stop`


@dataclass(slots=True)
class LinkCounters:
    """What happened on a link since it was made."""

    events: int = 0
    unreadable_events: int = 0
    ignored_frames: int = 0
    commands: int = 0
    nudges: int = 0
    connects: int = 0
    failed_handlers: int = 0


@dataclass(slots=True)
class _Question:
    command: Command
    deadline: float  # by time.monotonic()
    done: OnAnswer


class Owner(Protocol):
    """What a connection needs of the link that opened it."""

    host: str
    port: int
    password: str
    name: str
    clock: Clock
    times: LinkTimes
    counters: LinkCounters
    most_questions: int

    def heard_event(self, event: Event, received_at: Seconds) -> None:
        """Take an event; never waits."""

    def look_after_jobs(self, now: float) -> None:
        """End the background jobs that are overdue at `now`, by time.monotonic()."""


class Connection(InboundESL):  # type: ignore[misc]  # greenswitch carries no types
    """One TCP connection from login to its end; greenswitch's class with its own framing, sending and matching.

    `end` may be called from anywhere, any number of times; every question then gets an answer and `closed` is set.
    """

    def __init__(self, link: Owner) -> None:
        super().__init__(link.host, link.port, link.password, timeout=link.times.connect)
        self.link = link
        self.times = link.times
        self.closed = Flag()
        self.reason = ""
        self.up = False
        self.farewell = False  # we said goodbye ourselves
        self.questions: deque[_Question] = deque()
        self.outbox: list[bytes] = []
        self.heard = time.monotonic()
        self.probing = False
        self._invited: AsyncResult[None] = AsyncResult()
        self._flushing = False  # the hub will call `_flush`
        self._sending = False  # a command may be half sent: the writer has the rest
        self._wake = Flag()
        self._framer = Framer()
        self._fileno = -1  # of the socket, while it is open: to ask it each time costs as much as a nudge
        self._reading: Any = None  # the hub's watcher of the socket
        self._metronome: Any = None  # the hub's timer for nudges
        self._greenlets: list[gevent.Greenlet] = []

    # ---- opening and ending

    def connect(self) -> None:
        """Reach the switch and log in; raises LinkDown with a reason fit for the log."""
        where = f"{self.host}:{self.port}"
        try:
            with gevent.Timeout(self.times.connect, LinkDown(f"{where} does not answer")):
                self.sock = socket.create_connection((self.host, self.port))
        except OSError as error:
            raise LinkDown(f"cannot connect to {where}: {error}") from error
        if (
            self.closed.is_set()
        ):  # meanwhile: nobody would take the hub's watcher away again, and it would turn for ever
            self.sock.close()
            raise LinkDown(self.reason)
        self._keep_alive()
        self.connected = True
        self.start_event_handlers()
        try:
            self._invited.get(timeout=self.times.reply)
        except gevent.Timeout:
            raise LinkDown(f"{where} does not speak like an event socket") from None
        self.authenticate()

    def authenticate(self) -> None:
        """Send the password."""
        try:
            self.ask_and_wait(strings.auth(self.password))
        except CommandFailed as refused:
            raise LinkDown(f"{self.host}:{self.port} refuses the password ({refused})") from refused

    def start_event_handlers(self) -> None:
        """Start reading, writing and keeping watch."""
        self._fileno = self.sock.fileno()
        self._reading = gevent.get_hub().loop.io(self._fileno, _TO_READ)
        self._reading.start(self.receive_events)
        for loop in (self._write, self._keep_watch):
            self._greenlets.append(gevent.spawn(self._guarded, loop))

    def _guarded(self, loop: Callable[[], None]) -> None:
        """Run a loop; however it ends, the connection ends with it and says why."""
        try:
            loop()
        except (LinkDown, BrokenFrame) as error:
            self.end(str(error))
        except OSError as error:
            self.end(f"the connection broke: {error}")
        finally:
            self.end(f"{loop.__name__} stopped")

    def end(self, reason: str) -> None:
        """Close; every open question is answered LinkDown."""
        if self.closed.is_set():
            return
        self.reason = "stopped" if self.farewell else reason
        self.connected = self.up = False
        self.closed.set()
        self.keep_pace()
        if self._reading is not None:
            self._reading.close()
        self._wake.set()
        self._fileno = -1
        sock = getattr(self, "sock", None)
        if sock is not None:
            try:
                sock.shutdown(plain_socket.SHUT_RDWR)
            except OSError:
                pass  # the other side was faster
            sock.close()
        if not self._invited.ready():
            self._invited.set_exception(LinkDown(self.reason))
        while self.questions:
            self.questions.popleft().done(LinkDown(self.reason))

    def stop(self) -> None:
        """Say goodbye behind all that is queued, and close."""
        self.farewell = True
        if self.up and len(self.questions) < self.link.most_questions:
            self.ask(strings.leave(), ignore, self.times.goodbye)
            self.closed.wait(self.times.goodbye)
        self.end("stopped")

    def _keep_alive(self) -> None:
        self.sock.setsockopt(plain_socket.IPPROTO_TCP, plain_socket.TCP_NODELAY, 1)
        self.sock.setsockopt(plain_socket.SOL_SOCKET, plain_socket.SO_KEEPALIVE, 1)
        for option, value in (("TCP_KEEPIDLE", 10), ("TCP_KEEPINTVL", 5), ("TCP_KEEPCNT", 3)):
            if hasattr(plain_socket, option):
                self.sock.setsockopt(plain_socket.IPPROTO_TCP, getattr(plain_socket, option), value)

    # ---- asking

    def ask(self, command: Command, done: OnAnswer, within: Seconds) -> None:
        """Queue a command. `done` gets its answer from the reader, and must not wait; raises LinkDown when closed."""
        if self.closed.is_set():
            raise LinkDown(self.reason)
        if len(self.questions) >= self.link.most_questions:
            raise LinkDown(f"{len(self.questions)} commands wait for their answers already")
        self.questions.append(_Question(command, time.monotonic() + within, done))
        self.outbox.append(command.wire)
        self.link.counters.commands += 1
        if not self._flushing:
            self._flushing = True
            gevent.get_hub().loop.run_callback(self._flush)

    def send(self, data: Command) -> str:
        """greenswitch's name for `ask_and_wait`."""
        return self.ask_and_wait(data)

    def begin(self, command: Command, within: Seconds | None = None) -> AsyncResult[Answer]:
        """Queue a command; its answer will be in what is returned."""
        answer: AsyncResult[Answer] = AsyncResult()
        self.ask(command, answer.set, self.times.reply if within is None else within)
        return answer

    def ask_and_wait(self, command: Command, within: Seconds | None = None) -> str:
        """The answer to a command; other greenlets run meanwhile."""
        return text_of(self.begin(command, within).get())

    def keep_pace(self) -> None:
        """Nudge from now on while the connection is up."""
        if self._metronome is not None:
            self._metronome.close()
            self._metronome = None
        if self.up and self.times.nudge:
            self._metronome = gevent.get_hub().loop.timer(self.times.nudge, self.times.nudge)
            self._metronome.start(self._nudge)

    def _nudge(self) -> None:
        """Called by the hub itself some hundred times a second: it starts no greenlet and must not wait. Commands are
        nudges too, and one that is half sent must stay whole."""
        if self._sending or self.outbox:
            return
        try:
            os.write(self._fileno, strings.NUDGE)
            self.link.counters.nudges += 1
        except OSError:
            pass  # full: the switch has enough to read; broken: the reader tells

    # ---- reading and writing

    def receive_events(self) -> None:
        """Read once. Called by the hub itself: it must not wait, and what has to is handed on."""
        read = False
        try:
            self._receive(os.read(self._fileno, _READ_AT_ONCE))
            read = True
        except BlockingIOError:
            read = True  # somebody was faster
        except (LinkDown, BrokenFrame) as error:
            self.end(str(error))
        except OSError as error:
            self.end(f"the connection broke: {error}")
        finally:
            if not read:
                self.end("reading failed")

    def _receive(self, data: bytes) -> None:
        framer = self._framer
        if not data:
            amid = f" in mid-frame ({framer.pending} bytes)" if framer.pending else ""
            raise LinkDown(f"the switch closed the connection{amid}")
        received_at = self.link.clock.now()
        self.heard = time.monotonic()
        for frame in framer.feed(data):
            self.handle_event(frame, received_at)
        framer.check()

    def _flush(self) -> None:
        """Called by the hub itself: it must not wait. What the kernel does not take at once is left to the writer."""
        self._flushing = False
        if self._sending or self.closed.is_set():
            return
        data = b"".join(self.outbox)
        self.outbox.clear()
        try:
            sent = os.write(self._fileno, data)
        except OSError:
            sent = 0  # full, or broken: the writer will see
        if self._metronome is not None:
            self._metronome.again(self._nudge)  # this was a nudge
        if sent < len(data):
            self.outbox.append(data[sent:])
            self._sending = True
            self._wake.set()

    def _write(self) -> None:
        while not self.closed.is_set():
            self._wake.wait()
            self._wake.clear()
            while self.outbox:
                data = b"".join(self.outbox)
                self.outbox.clear()
                with gevent.Timeout(self.times.send, LinkDown(f"the switch took no bytes for {self.times.send:g} s")):
                    self.sock.sendall(data)
            self._sending = False

    def _keep_watch(self) -> None:
        looked = time.monotonic()
        while not self.closed.wait(_TICK):
            now = time.monotonic()
            self._allow_for(now - looked - _TICK)
            looked = now
            for question in self.questions:
                if question.deadline <= now:
                    self.questions.remove(question)
                    question.done(ReplyTimeout(f"no answer in time to: {question.command}"))
                    raise LinkDown(f"no answer in time to: {question.command}")
            if self.up and not self.probing and now - self.heard >= self.times.idle:
                self.probing = True
                self.ask(strings.uptime(), self._lives, self.times.probe)
            self.link.look_after_jobs(now)

    def _allow_for(self, late: Seconds) -> None:
        """While the process stood still nobody read what the switch said: that time counts against no answer, or a link
        would be given up with all the news that wait in it."""
        if late > _STOOD_STILL:
            for question in self.questions:
                question.deadline += late

    def _lives(self, answer: Answer) -> None:
        self.probing = False

    # ---- frames

    def handle_event(self, frame: Frame, received_at: Seconds) -> None:
        """Give one frame to whom it belongs; raises LinkDown when it belongs to nobody."""
        kind = frame.content_type
        if kind == "text/event-json" or kind == "text/event-plain":
            event = decode_event(frame)
            if event is None:
                self.link.counters.unreadable_events += 1
                # the hub reads, and cannot wait for a lock of `logging`
                gevent.spawn(log.warning, "%s: dropped an unreadable event: %r", self.link.name, frame.body[:200])
            else:
                self.link.heard_event(event, received_at)
        elif kind == "command/reply":
            self._answered(frame.headers.get("Reply-Text", ""), ReplyKind.REPLY)
        elif kind == "api/response":
            self._answered(frame.body.decode("utf-8", "replace"), ReplyKind.API)
        elif kind == "auth/request" and not self._invited.ready():
            self._invited.set(None)
        elif kind == "text/rude-rejection":
            raise LinkDown(
                f"{self.host}:{self.port} turns us away: our address is not in the event socket's access list"
            )
        elif kind == "text/disconnect-notice":
            if frame.headers.get("Content-Disposition") != "linger":
                raise LinkDown("the switch said goodbye")
        elif kind == "auth/request":
            raise LinkDown("the switch asks for the password in mid-conversation")
        else:
            self.link.counters.ignored_frames += 1

    def _answered(self, text: str, kind: ReplyKind) -> None:
        refused = text.startswith(("-ERR", "-USAGE"))
        # an api command that we may not use is refused in a command/reply (mod_event_socket, parse_command)
        fits = bool(self.questions) and (
            self.questions[0].command.answered_by is kind or (kind is ReplyKind.REPLY and refused)
        )
        if not fits:
            asked = f"while we wait on: {self.questions[0].command}" if self.questions else "to no question"
            raise LinkDown(f"an unexpected {kind.value} {asked}: {text[:80]!r}")
        answer: Answer = CommandFailed(text) if refused else text
        if kind is ReplyKind.API and text == "-ERR no reply\n":  # how the switch says an empty string
            answer = ""
        self.questions.popleft().done(answer)


def ignore(answer: Answer) -> None:
    """For questions that are asked for their effect."""


def text_of(answer: Answer) -> str:
    """The text of an answer; raises what came instead of one."""
    if isinstance(answer, SwitchError):
        raise answer
    return answer
