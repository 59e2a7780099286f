"""One event socket connection to one node: held open, opened again, and never in anyone's way.

Four greenlets serve a connection and none waits for another: a reader (the switch drops whoever reads slowly), a writer
(commands whole), a keeper (deadlines, signs of life), and the link's one dispatcher, which hands on events, answers and
ups and downs one by one in the order in which they came. A handler may therefore ask the link and wait; it delays what
is handed on, not what is read. Between commands a timer nudges the switch out of its 20 ms poll (freeswitch-facts 13).

Answers carry no id: the first answer belongs to the first question. So an answer that does not come in time, or that
nobody asked for, ends the connection; after it no answer could be trusted.
"""

from __future__ import annotations

import logging
import os
import re
import socket as plain_socket
import statistics
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import gevent
from gevent import socket
from gevent.event import AsyncResult
from gevent.event import Event as Flag
from greenswitch.esl import InboundESL

from ccswitch.clock import Clock, Seconds
from ccswitch.errors import BrokenFrame, CommandFailed, LinkDown, ReplyTimeout, SwitchError
from ccswitch.switch import strings
from ccswitch.switch.codec import Event, Frame, Framer, decode_event
from ccswitch.switch.strings import Application, Command, ReplyKind

log = logging.getLogger(__name__)

# What the floor lives by (freeswitch-facts 16). Legs that fail before they exist are told by BACKGROUND_JOB (11).
EVENTS = (
    "CHANNEL_ANSWER",
    "CHANNEL_PARK",
    "CHANNEL_BRIDGE",
    "CHANNEL_UNBRIDGE",
    "CHANNEL_HOLD",
    "CHANNEL_UNHOLD",
    "CHANNEL_EXECUTE_COMPLETE",
    "CHANNEL_HANGUP_COMPLETE",
    "DTMF",
    "BACKGROUND_JOB",
    "HEARTBEAT",
)

Answer = str | SwitchError  # what the switch said, or why there is no answer
OnAnswer = Callable[[Answer], None]

_CORE_UUID = re.compile(r"[0-9A-Fa-f-]{8,64}")
_READ_AT_ONCE = 64 * 1024
_TICK = 0.02  # how late the keeper may be
_TURN: Seconds = 0.01  # how long the dispatcher works before it lets others run


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkTimes:
    """How patient a link is, in seconds."""

    connect: Seconds = 3.0  # name look-up and TCP
    reply: Seconds = 5.0  # an answer, where the asker names no time
    send: Seconds = 5.0  # the switch takes the bytes of a command
    idle: Seconds = 5.0  # without a byte received, before a sign of life is asked for
    probe: Seconds = 2.0  # for that sign
    job: Seconds = 120.0  # a bgapi's result, where the asker names no time
    nudge: Seconds = 0.003  # between two nudges while calls are live (freeswitch-facts 13)
    nudge_idle: Seconds = 0.005  # while none is: the first caller's news should not wait 20 ms either; 0: never
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


class _Connection(InboundESL):  # type: ignore[misc]  # greenswitch carries no types
    """One TCP connection from login to its end; greenswitch's class with its own framing, sending and matching.

    `end` may be called from anywhere, any number of times; every question then gets an answer and `closed` is set.
    """

    def __init__(self, link: Link) -> None:
        super().__init__(link.host, link.port, link._password, timeout=link.times.connect)
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
        self._wake = Flag()
        self._sending = False  # a command may be half sent
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
        for loop in (self.receive_events, self._write, self._keep_watch):
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
        self._wake.set()
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
            self.ask(strings.leave(), _ignore, self.times.goodbye)
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
        self._wake.set()

    def send(self, data: Command) -> str:
        """greenswitch's name for `ask_and_wait`."""
        return self.ask_and_wait(data)

    def ask_and_wait(self, command: Command, within: Seconds | None = None) -> str:
        """The answer to a command; other greenlets run meanwhile."""
        answer: AsyncResult[Answer] = AsyncResult()
        self.ask(command, answer.set, self.times.reply if within is None else within)
        return _text_of(answer.get())

    def keep_pace(self) -> None:
        """Nudge from now on as often as the link wants it, or no more."""
        if self._metronome is not None:
            self._metronome.close()
            self._metronome = None
        every = self.times.nudge if self.link.nudging else self.times.nudge_idle
        if self.up and every:
            self._metronome = gevent.get_hub().loop.timer(every, every)
            self._metronome.start(self._nudge)

    def _nudge(self) -> None:
        """Called by the hub itself some hundred times a second: it starts no greenlet and must not wait. Commands are
        nudges too, and one that is half sent must stay whole."""
        if self._sending or self.outbox:
            return
        try:
            os.write(self.sock.fileno(), strings.NUDGE)
            self.link.counters.nudges += 1
        except OSError:
            pass  # full: the switch has enough to read; broken: the reader tells

    # ---- the three loops

    def receive_events(self) -> None:
        """Read, for as long as there is a connection, whatever happens to what was read."""
        framer = Framer()
        while not self.closed.is_set():
            data = self.sock.recv(_READ_AT_ONCE)
            if not data:
                amid = f" in mid-frame ({framer.pending} bytes)" if framer.pending else ""
                raise LinkDown(f"the switch closed the connection{amid}")
            received_at = self.link.clock.now()
            self.heard = time.monotonic()
            for frame in framer.feed(data):
                self.handle_event(frame, received_at)
            framer.check()
            gevent.sleep(0)  # under a flood `recv` never waits, and nobody else would run

    def _write(self) -> None:
        while not self.closed.is_set():
            if not self.outbox:
                self._wake.clear()
                self._wake.wait()
                continue
            data = b"".join(self.outbox)
            self.outbox.clear()
            self._sending = True
            with gevent.Timeout(self.times.send, LinkDown(f"the switch took no bytes for {self.times.send:g} s")):
                self.sock.sendall(data)
            self._sending = False

    def _keep_watch(self) -> None:
        while not self.closed.wait(_TICK):
            now = time.monotonic()
            for question in self.questions:
                if question.deadline <= now:
                    self.questions.remove(question)
                    question.done(ReplyTimeout(f"no answer in time to: {question.command}"))
                    raise LinkDown(f"no answer in time to: {question.command}")
            if self.up and not self.probing and now - self.heard >= self.times.idle:
                self.probing = True
                self.ask(strings.uptime(), self._lives, self.times.probe)
            self.link._look_after_jobs(now)

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
                log.warning("%s: dropped an unreadable event: %r", self.link.name, frame.body[:200])
            else:
                self.link._heard_event(event, received_at)
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


def _ignore(answer: Answer) -> None:
    """For questions that are asked for their effect."""


def _text_of(answer: Answer) -> str:
    if isinstance(answer, SwitchError):
        raise answer
    return answer


class Link:
    """The link to one node. `start` it once; it connects, connects again, and tells.

    `on_up(changed)`: ready for commands; `changed` when the switch is not the run of FreeSWITCH that we knew, so all
    calls that it had are gone. `on_down(reason)`: lost. `on_event(event, received_at)`: by our clock. All three, and
    the callbacks of the `_async` calls, are called one after the other in the order of arrival; what they raise is
    logged and stops nothing.
    """

    def __init__(
        self,
        host: str,
        port: int,
        password: str,
        *,
        on_event: Callable[[Event, Seconds], None],
        on_up: Callable[[bool], None],
        on_down: Callable[[str], None],
        clock: Clock,
        random: Random,
        name: str = "",
        events: Iterable[str] = EVENTS,
        core_uuid: str = "",
        times: LinkTimes | None = None,
        most_questions: int = 10_000,
    ) -> None:
        self.host = host
        self.port = port
        self.name = name or f"{host}:{port}"
        self.clock = clock
        self.times = times or LinkTimes()
        self.most_questions = most_questions
        self.core_uuid = core_uuid  # of the run that we knew last
        self.counters = LinkCounters()
        self._password = password
        self._on_event, self._on_up, self._on_down = on_event, on_up, on_down
        self._random = random
        self._events = tuple(events)
        self._nudging = False
        self._connection: _Connection | None = None  # of the running attempt, up or not
        self._jobs: dict[str, tuple[float, OnAnswer]] = {}
        self._lags: deque[Seconds] = deque(maxlen=256)
        self._complained = ""
        self._stopping = Flag()
        self._stream: deque[tuple[Callable[..., None], tuple[Any, ...]]] = deque()
        self._stream_grew = Flag()
        self._runner: gevent.Greenlet | None = None
        self._dispatcher: gevent.Greenlet | None = None

    # ---- what can be seen

    @property
    def connected(self) -> bool:
        """Whether commands can be sent now."""
        return self._connection is not None and self._connection.up

    @property
    def trouble(self) -> str:
        """Why the last attempt to connect failed; empty once one succeeded."""
        return self._complained

    @property
    def lag(self) -> Seconds:
        """How long after their stamp events reached us: the median of the last 256, 0 before the first."""
        return statistics.median(self._lags) if self._lags else 0.0

    @property
    def backlog(self) -> int:
        """Events and answers that are read and not yet handed on."""
        return len(self._stream)

    @property
    def nudging(self) -> bool:
        """Whether the switch is nudged out of its 20 ms poll as often as live calls need it; set it while there are."""
        return self._nudging

    @nudging.setter
    def nudging(self, wanted: bool) -> None:
        if wanted != self._nudging:
            self._nudging = wanted
            if self._connection is not None:
                self._connection.keep_pace()

    # ---- life

    def start(self) -> None:
        """Begin to connect; returns at once."""
        if self._runner is not None:
            raise RuntimeError("a link is started once")
        self._dispatcher = gevent.spawn(self._dispatch)
        self._runner = gevent.spawn(self._run)

    def stop(self) -> None:
        """Say goodbye and stay down. What was queued before is sent; `on_down` is called before this returns."""
        self._end(lambda connection: connection.stop())

    def drop(self) -> None:
        """Stay down from now on, without a word; what was queued is not sent."""
        self._end(lambda connection: connection.end("dropped"))

    def _end(self, end: Callable[[_Connection], None]) -> None:
        self._stopping.set()
        if self._connection is not None:
            end(self._connection)
        if self._runner is not None:
            self._runner.join(self.times.goodbye)
            self._runner.kill()
        self._stream_grew.set()
        if self._dispatcher is not None and gevent.getcurrent() is not self._dispatcher:
            self._dispatcher.join()

    # ---- asking

    def api(self, command: Command, timeout: Seconds | None = None) -> str:
        """The answer to a command. Raises LinkDown, ReplyTimeout (the link goes down with it) or CommandFailed."""
        return self._up().ask_and_wait(command, timeout)

    def api_async(self, command: Command, callback: OnAnswer | None = None, timeout: Seconds | None = None) -> None:
        """Send and go on. `callback` gets answer or error, in the order of events; never before this returns."""
        done = _ignore if callback is None else self._later(callback)
        try:
            self._up().ask(command, done, self.times.reply if timeout is None else timeout)
        except LinkDown as down:
            done(down)

    def pipeline(self, commands: Sequence[Command], timeout: Seconds | None = None) -> list[str | CommandFailed]:
        """All answers in order, asked in one go (freeswitch-facts 12). One refusal is that one's answer."""
        connection = self._up()
        within = self.times.reply if timeout is None else timeout
        waiting: list[AsyncResult[Answer]] = []
        for command in commands:
            answer: AsyncResult[Answer] = AsyncResult()
            connection.ask(command, answer.set, within)
            waiting.append(answer)
        answers: list[str | CommandFailed] = []
        for result in waiting:
            got = result.get()
            answers.append(got if isinstance(got, CommandFailed) else _text_of(got))
        return answers

    def execute(self, leg: str, application: Application, event_uuid: str, callback: OnAnswer | None = None) -> None:
        """Run an application on a leg. `callback` hears whether the leg took it; that it ended is told by
        CHANNEL_EXECUTE_COMPLETE with our `event_uuid` as Application-UUID (freeswitch-facts 7)."""
        self.api_async(strings.execute(leg, application, event_uuid), callback)

    def bgapi(self, command: Command, timeout: Seconds | None = None) -> str:
        """The result of a background job, such as an originate. A ReplyTimeout here leaves the link up."""
        answer: AsyncResult[Answer] = AsyncResult()
        self._start_job(command, answer.set, timeout)
        return _text_of(answer.get())

    def bgapi_async(self, command: Command, callback: OnAnswer, timeout: Seconds | None = None) -> None:
        """Start a background job and go on; its BACKGROUND_JOB also comes as an event, just before the callback."""
        done = self._later(callback)
        try:
            self._start_job(command, done, timeout)
        except LinkDown as down:
            done(down)

    def _up(self) -> _Connection:
        connection = self._connection
        if connection is None or not connection.up:
            raise LinkDown(f"{self.name} is not connected")
        return connection

    def _later(self, callback: OnAnswer) -> OnAnswer:
        return lambda answer: self._hand_on(callback, answer)

    # ---- jobs

    def _start_job(self, command: Command, done: OnAnswer, timeout: Seconds | None) -> None:
        job = command.job
        if not job or job in self._jobs:
            raise ValueError(f"{command} needs a Job-UUID of its own")

        def accepted(answer: Answer) -> None:
            if isinstance(answer, SwitchError):
                self._end_job(job, answer)

        connection = self._up()
        self._jobs[job] = (time.monotonic() + (self.times.job if timeout is None else timeout), done)
        try:
            connection.ask(command, accepted, self.times.reply)
        except LinkDown:
            del self._jobs[job]
            raise

    def _end_job(self, job: str, answer: Answer) -> None:
        _, done = self._jobs.pop(job, (0.0, _ignore))
        done(answer)

    def _look_after_jobs(self, now: float) -> None:
        for job in [job for job, (deadline, _) in self._jobs.items() if deadline <= now]:
            self._end_job(job, ReplyTimeout(f"no result in time of job {job}"))

    # ---- coming and going

    def _run(self) -> None:
        tries = 0
        while not self._stopping.is_set():
            connection = self._connection = _Connection(self)
            began = time.monotonic()
            was_up = False
            try:
                connection.connect()
                self._welcome(connection)
                was_up = True
                connection.closed.wait()
            except SwitchError as error:
                connection.end(str(error))
                connection.reason = str(error)  # a refusal is followed by a farewell; the refusal is the reason
            finally:
                connection.end("stopped")
                for job in list(self._jobs):
                    self._end_job(job, LinkDown(connection.reason))
                if was_up:
                    self._hand_on(self._on_down, connection.reason)
            if self._stopping.is_set():
                return
            self._complain(connection.reason)
            if was_up and time.monotonic() - began > self.times.backoff_most:
                tries = 0
            self._stopping.wait(self._pause(tries))
            tries += 1

    def _welcome(self, connection: _Connection) -> None:
        """Learn which run of FreeSWITCH this is, subscribe, and be up from the very byte of the subscription on."""
        try:
            said = connection.ask_and_wait(strings.core_uuid()).strip()
        except CommandFailed:  # we may not ask: the first event will tell
            said = ""
        core = said if _CORE_UUID.fullmatch(said) else ""
        changed = bool(core and self.core_uuid and core != self.core_uuid)
        subscribed: AsyncResult[Answer] = AsyncResult()

        def when_subscribed(answer: Answer) -> None:
            if isinstance(answer, str):
                self.core_uuid = core or self.core_uuid
                self.counters.connects += 1
                self._lags.clear()
                connection.up = True
                self._hand_on(self._on_up, changed)
            subscribed.set(answer)

        connection.ask(strings.subscribe(self._events), when_subscribed, self.times.reply)
        _text_of(subscribed.get())
        connection.keep_pace()
        self._complained = ""
        log.info("%s: connected, core %s%s", self.name, self.core_uuid, ", which is new" if changed else "")

    def _pause(self, tries: int) -> Seconds:
        longest = min(self.times.backoff_most, self.times.backoff * 2.0 ** min(tries, 16))
        return longest * (0.5 + self._random.random() / 2)

    def _complain(self, reason: str) -> None:
        """Log a reason once, however often it comes again before the link is up."""
        level = logging.DEBUG if reason == self._complained else logging.WARNING
        log.log(level, "%s: down: %s; trying again", self.name, reason)
        self._complained = reason

    # ---- handing on

    def _heard_event(self, event: Event, received_at: Seconds) -> None:
        self.counters.events += 1
        stamp = event.stamp
        if stamp is not None:
            self._lags.append(received_at - stamp)
        if not self.core_uuid:
            self.core_uuid = event.get("Core-UUID")
        self._hand_on(self._on_event, event, received_at)
        if event.name == "BACKGROUND_JOB":
            job = event.get("Job-UUID")
            if job in self._jobs:
                text = event.body
                self._end_job(job, CommandFailed(text) if text.startswith(("-ERR", "-USAGE")) else text)

    def _hand_on(self, handler: Callable[..., None], *arguments: object) -> None:
        self._stream.append((handler, arguments))
        self._stream_grew.set()

    def _dispatch(self) -> None:
        turn_ends = time.monotonic() + _TURN
        while True:
            if not self._stream:
                if self._stopping.is_set() and (self._runner is None or self._runner.dead):
                    return
                self._stream_grew.clear()
                self._stream_grew.wait()
                turn_ends = time.monotonic() + _TURN
                continue
            handler, arguments = self._stream.popleft()
            try:
                handler(*arguments)
            except Exception:
                self.counters.failed_handlers += 1
                log.exception("%s: a handler failed", self.name)
            if time.monotonic() >= turn_ends:
                gevent.sleep(0)
                turn_ends = time.monotonic() + _TURN
