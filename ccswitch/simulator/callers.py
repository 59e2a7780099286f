"""Callers: one at a time, each observable, or a crowd that arrives by a seeded random process."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import gevent
from gevent.event import Event as Flag

from ccswitch.simulator.far_end import FarEnd

if TYPE_CHECKING:
    from ccswitch.simulator.session import Session
    from ccswitch.simulator.switch import SimulatedSwitch

DIALLING, RINGING, ANSWERED, TALKING, ENDED = "dialling", "ringing", "answered", "talking", "ended"
JOINING = "joining"  # between the bridge's order and CHANNEL_BRIDGE

# What may stand in a caller id: each has broken some system somewhere.
HOSTILE: tuple[tuple[str, str], ...] = (
    ("1\nUnique-ID", "a\nEvent-Name: FORGED\\\", ${system(id)} 'x' {y=z}[w]|^^,:"),
    ("1\n\napi hupall\n\n", "x\r\n\r\napi hupall"),
    ("'; DROP TABLE calls;--", "<script>alert(1)</script>"),
    ("+1{origination_uuid=evil}", "[leg=1]${global_setvar(x=y)}"),
    ("１２３", "李雷 \U0001f4de ‮evil"),
    ("", ""),
    ("0" * 500, "n" * 2000),
    ("\x00\x01", "nul\x00inside"),
)


class SimCaller(FarEnd):
    """A caller: `state` is where the call is, `heard` what was played, `talked_with` the legs it was bridged to."""

    def __init__(
        self,
        number: str,
        keys: Iterable[tuple[float, str]] = (),
        patience: float | None = None,
        hangs_up_when: Callable[[SimCaller], bool] | None = None,
        talk: float | None = None,
    ) -> None:
        self.number = number
        self.uuid = ""
        self.state = DIALLING
        self.cause = ""
        self.hung_up = False  # by himself; otherwise the switch ended the call
        self.heard: deque[str] = deque(maxlen=500)
        self.talked_with: deque[str] = deque(maxlen=100)
        self.dtmf = ""
        self.ended = Flag()
        self.times: dict[str, float] = {}  # state → when it was first reached, seconds since the epoch
        self._keys = tuple(keys)
        self._patience, self._talk = patience, talk
        self._hangs_up_when = hangs_up_when
        self._session: Session | None = None

    # -- what a test may do ------------------------------------------------------------------------

    def hangup(self, cause: str = "") -> None:
        """Hang up: CANCEL before the answer, BYE after it."""
        if self._session is not None and self._session.channel.up:
            self.hung_up = True
            answered = self._session.channel.flags.answered
            self._session.hung_up_by_far_end(cause or ("NORMAL_CLEARING" if answered else "ORIGINATOR_CANCEL"))

    def press(self, digits: str) -> None:
        """Press keys now."""
        if self._session is not None:
            self._session.press(digits)

    def wait_for(self, *states: str, timeout: float = 30.0) -> bool:
        """Whether one of these states is reached in time (or was reached before)."""
        deadline = gevent.get_hub().loop.now() + timeout
        while not any(state in self.times for state in states):
            if gevent.get_hub().loop.now() > deadline:
                return False
            gevent.sleep(0.005)
        return True

    # -- what the switch does to it ------------------------------------------------------------------

    def attached(self, session: Session) -> None:
        """The INVITE was taken."""
        self._session, self.uuid = session, session.channel.uuid
        self._reach(DIALLING)
        clock = session.core.clock
        for at, digits in self._keys:
            clock.call_at(clock.after(at * 1000), lambda digits=digits: session.press(digits))  # type: ignore[misc]
        if self._patience is not None:
            clock.call_at(clock.after(self._patience * 1000), self._lose_patience)

    def _lose_patience(self) -> None:
        if TALKING not in self.times:
            self.hangup()

    def _reach(self, state: str) -> None:
        self.state = state
        if self._session is not None:
            self.times.setdefault(state, self._session.core.clock.epoch())

    def _consider(self) -> None:
        if self._hangs_up_when is not None and self._session is not None and self._hangs_up_when(self):
            self.hangup()

    def rings(self, session: Session) -> None:
        """180 or 183."""
        if self.state == DIALLING:
            self._reach(RINGING)
            self._consider()

    def answered(self, session: Session) -> None:
        """200."""
        self._reach(ANSWERED)
        self._consider()

    def hears(self, session: Session, what: str) -> None:
        """Something plays."""
        self.heard.append(what)
        self._consider()

    def joining(self, session: Session) -> None:
        """The last moment before the bridge stands."""
        self._reach(JOINING)
        self._consider()

    def bridged(self, session: Session, other: Session) -> None:
        """Talks to somebody."""
        self.talked_with.append(other.channel.uuid)
        self._reach(TALKING)
        if self._talk is not None:
            clock = session.core.clock
            clock.call_at(clock.after(self._talk * 1000), self.hangup)
        self._consider()

    def unbridged(self, session: Session) -> None:
        """The talk is over; the call may go on."""
        if self.state == TALKING:
            self.state = ANSWERED

    def keys(self, session: Session, digits: str) -> None:
        """DTMF from the other side."""
        self.dtmf = (self.dtmf + digits)[-100:]

    def hungup(self, session: Session, cause: str) -> None:
        """The call is over."""
        self.cause = cause
        self._reach(ENDED)
        self._session = None
        self.ended.set()

    def refused(self, cause: str) -> None:
        """There never was a call, or it vanished with the switch."""
        if self.state != ENDED:
            self.cause = cause
            self._reach(ENDED)
            self.times.setdefault(ENDED, 0.0)
            self._session = None
            self.ended.set()


@dataclass(frozen=True, slots=True)
class Crowd:
    """How callers come and what they are like."""

    per_minute: float
    to: Sequence[str] = ("7200",)
    patience_mean: float = 120.0  # seconds in a queue, exponentially distributed
    talk_mean: float | None = None  # seconds until the caller ends the talk; None leaves that to the agent
    keys: Sequence[Sequence[tuple[float, str]]] = ((),)
    hostile_share: float = 0.0
    context: str = "public"


@dataclass(slots=True)
class Arrivals:
    """A Poisson stream of callers. The same seed gives the same callers at the same distances."""

    switch: SimulatedSwitch
    crowd: Crowd
    seed: int = 0
    callers: deque[SimCaller] = field(default_factory=lambda: deque(maxlen=5000))
    made: int = 0
    _greenlet: gevent.Greenlet | None = None

    def start(self, limit: int | None = None) -> Arrivals:
        """Let them come; with `limit` no more than so many."""
        self._greenlet = gevent.spawn(self._run, limit)
        return self

    def stop(self) -> None:
        """No more callers; those who are there stay."""
        if self._greenlet is not None:
            self._greenlet.kill()

    def join(self, timeout: float | None = None) -> None:
        """Wait until `limit` callers have come."""
        if self._greenlet is not None:
            self._greenlet.join(timeout)

    def _run(self, limit: int | None) -> None:
        dice = random.Random(self.seed)
        due = gevent.get_hub().loop.now()
        while limit is None or self.made < limit:
            due += dice.expovariate(self.crowd.per_minute / 60)
            gevent.sleep(max(0.0, due - gevent.get_hub().loop.now()))
            gevent.get_hub().loop.update_now()
            self.callers.append(self._one(dice))
            self.made += 1

    def _one(self, dice: random.Random) -> SimCaller:
        crowd = self.crowd
        number, name = f"1{dice.randrange(30, 99)}{dice.randrange(10**8):08d}", f"Caller {self.made}"
        if dice.random() < crowd.hostile_share:
            number, name = dice.choice(HOSTILE)
        return self.switch.call(
            number=number,
            name=name,
            to=dice.choice(list(crowd.to)),
            context=crowd.context,
            keys=list(dice.choice(list(crowd.keys))),
            patience=dice.expovariate(1 / crowd.patience_mean),
            talk=dice.expovariate(1 / crowd.talk_mean) if crowd.talk_mean else None,
        )
