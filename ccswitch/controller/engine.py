"""The single writer of State: one greenlet takes inputs one by one, decides, keeps, applies, and lets requests out.

    input ─▶ decide ─▶ journal ─▶ apply ─▶ requests, listeners

The journal has a decision before any of its requests goes out. When it, or `carry`, says that another controller has
taken over, the engine stops where it stands. An input that a handler cannot bear is logged and counted, and changes
nothing; so is a request or a listener that fails: one bad call must not stop the others.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import gevent
from gevent.event import AsyncResult
from gevent.event import Event as Flag

from ccswitch.clock import Clock, Seconds
from ccswitch.errors import CcswitchError, Superseded
from ccswitch.floor.apply import apply
from ccswitch.floor.decide import Input, decide, next_due
from ccswitch.floor.state import State
from ccswitch.model import outcomes as o
from ccswitch.model.decision import Decision
from ccswitch.model.facts import TimePassed
from ccswitch.model.orders import Order
from ccswitch.model.requests import Request

log = logging.getLogger(__name__)

Answer = o.OrderAccepted | o.OrderRefused
# How long inputs are worked off before others may run. Commands go out when they do: it is what an offer waits for
# when many inputs come at once.
TURN: Seconds = 0.002
STUCK: Seconds = 3.0  # an engine that has not come round for so long no longer beats


class Keeper(Protocol):
    """Where decisions are kept before requests go out."""

    def append(self, decision: Decision) -> None:
        """Keep one decision."""


class Refused(CcswitchError):
    """The engine takes no orders any more: it is stopping."""


@dataclass(slots=True)
class EngineStats:
    """What the engine did since it was made."""

    decisions: int = 0
    outcomes: int = 0
    requests: int = 0
    failed_inputs: int = 0
    failed_outcomes: int = 0
    failed_requests: int = 0
    failed_listeners: int = 0


class Engine:
    """Give it inputs by `submit`, orders with an answer by `ask`; it owns `state`, which others only read.

    `carry(request)` lets a request out and never waits. `listeners` hear every decision after it was applied.
    """

    def __init__(
        self,
        state: State,
        *,
        n: int,
        journal: Keeper,
        carry: Callable[[Request], None],
        clock: Clock,
        listeners: tuple[Callable[[Decision], None], ...] = (),
    ) -> None:
        self.state = state
        self.n = n
        self.clock = clock
        self.stats = EngineStats()
        self._journal = journal
        self._carry = carry
        self._listeners = listeners
        self._inputs: deque[Input] = deque()
        self._grew = Flag()
        self._asked: dict[str, AsyncResult[Answer]] = {}
        self._stopping = False
        self._turned_at = clock.now()
        self._greenlet: gevent.Greenlet | None = None

    # ---- from outside

    def start(self) -> None:
        """Begin to work; returns at once."""
        self._turned_at = self.clock.now()
        self._greenlet = gevent.spawn(self._run_until_superseded)

    def halt(self) -> None:
        """Decide nothing more, whatever has come in."""
        self._stopping = True
        self._inputs.clear()
        self._grew.set()
        for answer in self._asked.values():
            answer.set_exception(Refused("another controller has taken over; ask it"))

    def stop(self) -> None:
        """Work off what has come in, then stop."""
        self._stopping = True
        self._grew.set()
        if self._greenlet is not None:
            self._greenlet.join()

    def submit(self, given: Input) -> None:
        """Hand in a fact or an order; returns at once."""
        self._inputs.append(given)
        self._grew.set()

    def ask(self, order: Order, timeout: Seconds = 5.0) -> Answer:
        """Hand in an order and wait for its answer. Raises TimeoutError, and Refused while stopping.

        An order that is asked again while its answer is awaited is decided once, and both get that answer.
        """
        if self._stopping:
            raise Refused("the controller is stopping; ask its successor")
        answer = self._asked.get(order.order)
        if answer is None:
            answer = self._asked[order.order] = AsyncResult()
            self.submit(order)
        try:
            got: Answer = answer.get(timeout=timeout)
            return got
        except gevent.Timeout:
            raise TimeoutError(f"no answer to the order within {timeout:g} s") from None
        finally:
            if self._asked.get(order.order) is answer:
                del self._asked[order.order]

    def alive(self) -> bool:
        """Whether the engine still comes round; the beat of the nodes depends on it."""
        return self.clock.now() - self._turned_at < STUCK and not self._stopping

    @property
    def backlog(self) -> int:
        """Inputs that wait to be decided."""
        return len(self._inputs)

    # ---- the loop

    def _run_until_superseded(self) -> None:
        try:
            self._run()
        except Superseded:
            self.halt()

    def _run(self) -> None:
        turn_ends = self.clock.now() + TURN
        while self._inputs or not self._stopping:
            now = self._turned_at = self.clock.now()
            if self._inputs:
                self._work(self._inputs.popleft(), now)
            elif not self._time_passes(now):
                self._wait(now)
                turn_ends = self.clock.now() + TURN
            if self.clock.now() >= turn_ends:
                gevent.sleep(0)
                turn_ends = self.clock.now() + TURN

    def _time_passes(self, now: Seconds) -> bool:
        due = next_due(self.state)
        if due is None or due > now:
            return False
        self._work(TimePassed(), now)
        return True

    def _wait(self, now: Seconds) -> None:
        self._grew.clear()
        due = next_due(self.state)
        longest = 1.0 if due is None else min(1.0, max(0.0, due - now))
        if not self._inputs:
            # a bare timer: that of a `wait(timeout)` costs as much as all else that waiting does
            alarm = gevent.get_hub().loop.timer(longest)
            alarm.start(self._grew.set)
            try:
                self._grew.wait()
            finally:
                alarm.close()

    def _work(self, given: Input, now: Seconds) -> None:
        try:
            decided = decide(self.state, given, now)
            decision = Decision(n=self.n + 1, t=now, given=given, outcomes=tuple(decided.outcomes))
            if decided.outcomes:
                self._journal.append(decision)
        except Superseded:
            raise
        except Exception:
            self.stats.failed_inputs += 1
            log.exception("engine: %r could not be decided and kept; nothing was changed", given)
            self._skip(given)
            return
        if decided.outcomes:
            self.n = decision.n
            self._apply(decision)
        for request in decided.requests:
            self._let_out(request)
        if decided.outcomes:  # behind the requests: SQL, which a listener wakes, would hold them up for milliseconds
            for listener in self._listeners:
                self._tell(listener, decision)
        self.stats.decisions += 1
        self.stats.requests += len(decided.requests)

    def _apply(self, decision: Decision) -> None:
        for outcome in decision.outcomes:
            self.stats.outcomes += 1
            if not apply_kept(self.state, outcome, decision.t):
                self.stats.failed_outcomes += 1
            if isinstance(outcome, o.OrderAccepted | o.OrderRefused):
                self._answer(outcome)

    def _answer(self, outcome: Answer) -> None:
        waiting = self._asked.get(outcome.order)
        if waiting is not None:
            waiting.set(outcome)

    def _tell(self, listener: Callable[[Decision], None], decision: Decision) -> None:
        try:
            listener(decision)
        except Exception:
            self.stats.failed_listeners += 1
            log.exception("engine: a listener failed on decision %d", decision.n)

    def _let_out(self, request: Request) -> None:
        try:
            self._carry(request)
        except Superseded:
            raise
        except Exception:
            self.stats.failed_requests += 1
            log.exception("engine: %r could not be carried out", request)

    def _skip(self, given: Input) -> None:
        """A bad input must not stop time: a deadline that cannot be handled is put aside."""
        if isinstance(given, TimePassed):
            first = self.state.deadlines.first()
            if first is not None:
                self.state.deadlines.clear(*first[1])
        elif isinstance(given, Order):
            refused = o.OrderRefused(order=given.order, author=given.author, why="an error of ccswitch; see its log")
            self._answer(refused)


def apply_kept(state: State, outcome: o.Outcome, at: Seconds) -> bool:
    """Apply an outcome that is in the journal. One that cannot be applied is logged and passed over, live and in
    recovery alike, so that both come to the same State."""
    try:
        apply(state, outcome, at)
    except Exception:
        log.exception("engine: %r could not be applied", outcome)
        return False
    return True
