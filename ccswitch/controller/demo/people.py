"""Who works and who calls in the demo: agents with their moods, callers with their habits. Data, and what drives it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeVar
from uuid import uuid4

import gevent

from ccswitch.clock import Seconds
from ccswitch.controller.engine import Engine
from ccswitch.model.ids import AgentId, OrderId
from ccswitch.model.nouns import AgentStatus
from ccswitch.model.orders import MakeReady, TakeBreak
from ccswitch.simulator.callers import Arrivals, Crowd
from ccswitch.simulator.phones import Manner, answers, busy, declines, rings_on, talks
from ccswitch.simulator.switch import SimulatedSwitch

DID = "4000"  # what callers dial
EVERY: Seconds = 0.5  # how often an agent thinks about what to do next
BACK_AFTER: Seconds = 8.0  # from a break, whoever sent him there
EARLY = 5  # callers who waited for the doors to open
EARLY_PER_MINUTE = 150.0


# ---- agents -------------------------------------------------------------------------------------------------

OrderKind = TypeVar("OrderKind", MakeReady, TakeBreak)

Mood = tuple[Seconds, Manner | str]  # how long, and how his phone is answered meanwhile; a word: why he takes a break


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An agent of the demo; `moods` come one after the other, over and over."""

    agent: str
    name: str
    phone: str
    queues: tuple[str, ...]
    moods: tuple[Mood, ...]


ALWAYS: Seconds = 3600.0
BOTH = ("sales", "support")

STAFF: tuple[Member, ...] = (
    Member(agent="li", name="Li Wei", phone="1001", queues=BOTH, moods=((ALWAYS, answers(1.2)),)),
    Member(agent="wang", name="Wang Fang", phone="1002", queues=BOTH, moods=((ALWAYS, answers(0.6)),)),
    Member(agent="zhang", name="Zhang Min", phone="1003", queues=("sales",), moods=((ALWAYS, answers(2.2)),)),
    # ends every talk himself
    Member(agent="liu", name="Liu Yang", phone="1004", queues=("support",), moods=((ALWAYS, talks(9.0, 1.0)),)),
    # busy now and then
    Member(agent="chen", name="Chen Jie", phone="1005", queues=BOTH, moods=((14.0, answers(1.0)), (9.0, busy()))),
    # sometimes lets it ring
    Member(agent="yang", name="Yang Lin", phone="1006", queues=BOTH, moods=((10.0, answers(1.5)), (12.0, rings_on()))),
    # declines when he does not feel like it
    Member(
        agent="zhao",
        name="Zhao Lei",
        phone="1007",
        queues=("support",),
        moods=((11.0, answers(0.8)), (7.0, declines(1.0))),
    ),
    # goes for tea
    Member(
        agent="huang", name="Huang Mei", phone="1008", queues=("sales",), moods=((19.0, answers(2.8)), (0.0, "tea"))
    ),
)


class Staff:
    """The agents at work: their phones, and what they say to the controller."""

    def __init__(self, switch: SimulatedSwitch, engine: Engine) -> None:
        self._switch, self._engine = switch, engine
        self._greenlets: list[gevent.Greenlet] = []

    def come_in(self) -> None:
        """Phones on, everybody ready; from now on moods change."""
        for member in STAFF:
            first = member.moods[0][1]
            self._switch.phone(member.phone, first if isinstance(first, Manner) else None)
            self._ready(member.agent)
            self._greenlets.append(gevent.spawn(self._work, member))

    def go_home(self) -> None:
        """Moods change no more."""
        gevent.killall(self._greenlets)

    def _work(self, member: Member) -> None:
        while True:
            for lasts, mood in member.moods:
                if isinstance(mood, Manner):
                    self._switch.phone(member.phone, mood)
                else:
                    self._engine.ask(_order(TakeBreak, member.agent, reason=mood))
                self._stay(member.agent, lasts)

    def _stay(self, agent: str, lasts: Seconds) -> None:
        """Let time go by, coming back from whatever break there is."""
        clock = self._engine.clock
        ends = clock.now() + lasts
        while clock.now() < ends:
            gevent.sleep(EVERY)
            live = self._engine.state.agents[AgentId(agent)]
            if live.status is AgentStatus.BREAK and clock.now() - live.status_since > BACK_AFTER:
                self._ready(agent)

    def _ready(self, agent: str) -> None:
        self._engine.ask(_order(MakeReady, agent))


def _order(kind: type[OrderKind], agent: str, **more: str) -> OrderKind:
    return kind(order=OrderId(str(uuid4())), author=agent, agent=AgentId(agent), **more)


# ---- callers ------------------------------------------------------------------------------------------------

Keys = list[list[tuple[Seconds, str]]]  # seconds after the call and what is pressed; the menu opens after 1.6 s

ONE_OR_TWO: Keys = [[(at, key)] for at in (2.1, 2.8, 3.6) for key in "12"]
WRONG_FIRST: Keys = [[(2.3, "7"), (5.0, "1")], [(2.9, "3"), (5.4, "2")], [(2.2, "5"), (4.6, "#"), (7.0, "2")]]
AGAIN_FIRST: Keys = [[(2.0, "9"), (4.9, "1")], [(2.5, "9"), (5.2, "2")]]

# Callers by habit; `per_minute` is their share of all.
HABITS: tuple[Crowd, ...] = (
    Crowd(per_minute=0.66, keys=ONE_OR_TWO, patience_mean=50.0, talk_mean=12.0),
    Crowd(per_minute=0.12, keys=WRONG_FIRST, patience_mean=50.0, talk_mean=12.0),
    Crowd(per_minute=0.06, keys=AGAIN_FIRST, patience_mean=50.0, talk_mean=10.0),
    Crowd(per_minute=0.06, patience_mean=60.0, talk_mean=10.0),  # have no keys to press
    Crowd(per_minute=0.10, keys=ONE_OR_TWO, patience_mean=5.0, talk_mean=8.0),  # in a hurry: some leave in the menu
)


class Callers:
    """Everybody who calls: a few at once when the doors open, then each habit as a Poisson stream of its own.

    The same seed gives the same callers at the same distances.
    """

    def __init__(self, switch: SimulatedSwitch, per_minute: float, seed: int) -> None:
        crowds = [replace(crowd, per_minute=crowd.per_minute * per_minute, to=(DID,)) for crowd in HABITS]
        self._streams = [
            Arrivals(switch, crowd, seed * len(HABITS) + n) for n, crowd in enumerate(crowds) if crowd.per_minute
        ]
        self._early = Arrivals(switch, replace(HABITS[0], per_minute=EARLY_PER_MINUTE, to=(DID,)), seed)

    def come(self) -> None:
        """Let them call; returns at once. Nobody does when there are no calls per minute."""
        for stream in self._streams:
            stream.start()
        if self._streams:
            self._early.start(limit=EARLY)

    def stop(self) -> None:
        """No more callers; those who are there stay."""
        for stream in (*self._streams, self._early):
            stream.stop()
