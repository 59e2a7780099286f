"""The link to one node: held open, opened again, and never in anyone's way.

Beside the connection's own greenlets (connection.py) there is one dispatcher, which hands on events, answers and ups
and downs one by one in the order in which they came. A handler may therefore ask the link and wait; it delays what is
handed on, not what is read.
"""

from __future__ import annotations

import logging
import re
import statistics
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from random import Random
from typing import Any

import gevent
from gevent.event import AsyncResult
from gevent.event import Event as Flag

from ccswitch.clock import Clock, Seconds
from ccswitch.errors import CommandFailed, LinkDown, ReplyTimeout, SwitchError
from ccswitch.switch import strings
from ccswitch.switch.codec import Event
from ccswitch.switch.connection import Answer, Connection, LinkCounters, LinkTimes, OnAnswer, ignore, text_of
from ccswitch.switch.strings import Application, Command

__all__ = ["EVENTS", "Answer", "Link", "LinkCounters", "LinkTimes", "OnAnswer"]

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

_CORE_UUID = re.compile(r"[0-9A-Fa-f-]{8,64}")
_TURN: Seconds = 0.002  # how long the dispatcher works before it lets others run


class Link:
    """The link to one node. `start` it once; it connects, connects again, and tells.

    `on_up(changed)`: ready for commands; `changed` when the switch is not the run of FreeSWITCH that we knew, so all
    calls that it had are gone. `on_down(reason)`: lost. `on_event(event, received_at)`: by our clock. All three, and
    the callbacks of the `_async` calls, are called one after the other in the order of arrival; what they raise is
    logged and stops nothing. Where there are `filters` (header, value; see `strings.filter_events`), only events that
    fit one of them are sent.
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
        filters: Iterable[tuple[str, str]] = (),
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
        self.password = password
        self._on_event, self._on_up, self._on_down = on_event, on_up, on_down
        self._random = random
        self._events, self._filters = tuple(events), tuple(filters)
        self._connection: Connection | None = None  # of the running attempt, up or not
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

    def _end(self, end: Callable[[Connection], None]) -> None:
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
        done = ignore if callback is None else self._later(callback)
        try:
            self._up().ask(command, done, self.times.reply if timeout is None else timeout)
        except LinkDown as down:
            done(down)

    def pipeline(self, commands: Sequence[Command], timeout: Seconds | None = None) -> list[str | CommandFailed]:
        """All answers in order, asked in one go (freeswitch-facts 12). One refusal is that one's answer."""
        connection = self._up()
        waiting = [connection.begin(command, timeout) for command in commands]
        answers: list[str | CommandFailed] = []
        for result in waiting:
            got = result.get()
            answers.append(got if isinstance(got, CommandFailed) else text_of(got))
        return answers

    def execute(self, leg: str, application: Application, event_uuid: str, callback: OnAnswer | None = None) -> None:
        """Run an application on a leg. `callback` hears whether the leg took it; that it ended is told by
        CHANNEL_EXECUTE_COMPLETE with our `event_uuid` as Application-UUID (freeswitch-facts 7)."""
        self.api_async(strings.execute(leg, application, event_uuid), callback)

    def bgapi(self, command: Command, timeout: Seconds | None = None) -> str:
        """The result of a background job, such as an originate. A ReplyTimeout here leaves the link up."""
        answer: AsyncResult[Answer] = AsyncResult()
        self._start_job(command, answer.set, timeout)
        return text_of(answer.get())

    def bgapi_async(self, command: Command, callback: OnAnswer, timeout: Seconds | None = None) -> None:
        """Start a background job and go on; its BACKGROUND_JOB also comes as an event, just before the callback."""
        done = self._later(callback)
        try:
            self._start_job(command, done, timeout)
        except LinkDown as down:
            done(down)

    def _up(self) -> Connection:
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
            """A command that the switch refuses ends its job at once."""
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
        _, done = self._jobs.pop(job, (0.0, ignore))
        done(answer)

    def look_after_jobs(self, now: float) -> None:
        """For the connection: end the jobs that are overdue."""
        for job in [job for job, (deadline, _) in self._jobs.items() if deadline <= now]:
            self._end_job(job, ReplyTimeout(f"no result in time of job {job}"))

    # ---- coming and going

    def _run(self) -> None:
        tries = 0
        while not self._stopping.is_set():
            connection = self._connection = Connection(self)
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

    def _welcome(self, connection: Connection) -> None:
        """Learn which run of FreeSWITCH this is, subscribe, and be up from the very byte of the subscription on."""
        try:
            said = connection.ask_and_wait(strings.core_uuid()).strip()
        except CommandFailed:  # we may not ask: the first event will tell
            said = ""
        core = said if _CORE_UUID.fullmatch(said) else ""
        changed = bool(core and self.core_uuid and core != self.core_uuid)
        subscribed: AsyncResult[Answer] = AsyncResult()

        def when_subscribed(answer: Answer) -> None:
            """Up from a good answer on, before any event behind it is read; whoever waits is told either way."""
            if isinstance(answer, str):
                self.core_uuid = core or self.core_uuid
                self.counters.connects += 1
                self._lags.clear()
                connection.up = True
                self._hand_on(self._on_up, changed)
            subscribed.set(answer)

        narrowed = [connection.begin(strings.filter_events(*one)) for one in self._filters]
        connection.ask(strings.subscribe(self._events), when_subscribed, self.times.reply)
        for answer in (*narrowed, subscribed):
            text_of(answer.get())
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

    def heard_event(self, event: Event, received_at: Seconds) -> None:
        """For the connection: hand an event on."""
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
