"""A floor of any size with the life of real calls on it: in memory, in virtual time, by `decide` and `apply` alone.

Callers hear a menu, press a key, wait, are offered, talk; agents or callers hang up; some callers give up, some phones
are busy, agents take breaks and wrap up; the switch is surveyed every 30 s. What is decided is answered as FreeSWITCH
answers it. Chance is seeded, so that two runs decide the same.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from ccswitch.floor.apply import apply
from ccswitch.floor.decide import Input, decide, next_due
from ccswitch.floor.state import State
from ccswitch.ivr.script import script_hash
from ccswitch.model import facts as f
from ccswitch.model import nouns as n
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.decision import Decision
from ccswitch.model.ids import AgentId, CallId, LegId, NodeName, OrderId, QueueName, Seconds

START: Seconds = 1_790_000_000.0
TALK: Seconds = 180.0  # mean
QUEUES = 8
NODE, CORE, MUSIC = NodeName("a"), "core", "local_stream://moh"
CALLER_HANGS_UP, GIVES_UP, REFUSES, BREAK = 0.3, 0.05, 0.03, 0.02  # shares of calls, of calls, of offers, of calls
NORMAL = "NORMAL_CLEARING"

KEYS = ", ".join(f"{key + 1}: q{key}" for key in range(QUEUES))
STEPS = "".join(f"  q{key}: {{queue: q{key}, then: bye}}\n" for key in range(QUEUES))
MENU = f"""\
steps:
  choice:
    menu: welcome.wav
    keys: {{{KEYS}}}
    no_input: {{then: bye}}
    wrong_input: {{then: bye}}
{STEPS}
  bye: {{hangup: }}
"""

Kept = Callable[[Decision], None]


def settings(agents: int) -> n.FloorSettings:
    """So many agents, each in two of the queues."""
    return n.FloorSettings(
        hash="bench",
        nodes=(NODE,),
        queues=tuple(n.Queue(name=QueueName(f"q{key}"), music=MUSIC) for key in range(QUEUES)),
        agents=tuple(
            n.Agent(
                agent=AgentId(f"agent{serial}"),
                phone=str(10_000 + serial),
                queues=(QueueName(f"q{serial % QUEUES}"), QueueName(f"q{(serial + 1) % QUEUES}")),
            )
            for serial in range(agents)
        ),
        entries=(n.Entry(name="main", dids=("4000",), script="menu"),),
        scripts=(n.ScriptSource(name="menu", hash=script_hash(MENU), text=MENU),),
    )


class Calls:
    """`agents` at work, half of them or, with callers `waiting`, all of them talking. `live` goes on from there.

    `kept` hears every decision. `took` are the nanoseconds of processor that each decide + apply took; clear it when
    what counts begins.
    """

    def __init__(self, agents: int, waiting: int, *, seed: int = 1, kept: Kept = lambda decision: None) -> None:
        self.state, self.now, self.n = State(), START, 0
        self.took: list[int] = []
        self._kept, self._dice = kept, Random(seed)
        self._agents, self._waiting = agents, waiting
        self._facts: deque[Input] = deque()
        self._talks: list[tuple[LegId, LegId]] = []
        self._in_queue: dict[CallId, None] = {}
        self._music: dict[LegId, Any] = {}
        self._came = self._orders = 0
        self._open()

    def live(self, calls: int) -> None:
        """So many talks end, and as many callers come."""
        pace = TALK / max(1, len(self._talks))
        for _ in range(calls):
            self._end_a_talk()
            if self._dice.random() < GIVES_UP and self._in_queue:
                self._give(f.LegEnded(leg=LegId(next(iter(self._in_queue))), cause="ORIGINATOR_CANCEL", by_phone=True))
            if self._dice.random() < BREAK:
                self._break()
            self._pass(pace * self._dice.expovariate(1.0))
            while len(self._in_queue) < self._waiting or len(self._talks) < self._most_talks():
                if not self._comes():
                    break

    # ---- the beginning

    def _open(self) -> None:
        self._give(f.SettingsLoaded(settings=settings(self._agents)))
        self._give(f.NodeUp(node=NODE, core=CORE))
        for agent in list(self.state.agents):
            self._order(d.LogIn, agent)
            self._order(d.MakeReady, agent)
        while len(self._talks) < self._most_talks() or len(self._in_queue) < self._waiting:
            self._comes()
            self._pass(0.01)

    def _most_talks(self) -> int:
        """With wrap-up and rest not quite all agents talk at one time."""
        return int(self._agents * (0.9 if self._waiting else 0.5))

    # ---- what people do

    def _comes(self) -> bool:
        """A caller; whether he did not find a floor that has already taken in more than it should."""
        self._came += 1
        leg = LegId(f"{self._came:08x}-0000-4000-8000-{self._dice.randrange(2**48):012x}")
        number = f"138{self._came:08d}"
        self._give(_parked(leg, entry="main", caller_number=number, caller_name=number, called_number="4000"))
        return len(self._in_queue) < self._waiting + QUEUES

    def _end_a_talk(self) -> None:
        if not self._talks:
            return
        index = self._dice.randrange(len(self._talks))
        self._talks[index], self._talks[-1] = self._talks[-1], self._talks[index]
        caller, agent = self._talks.pop()
        if self._dice.random() < CALLER_HANGS_UP:
            self._give(f.LegEnded(leg=caller, cause=NORMAL, by_phone=True))
        else:
            self._facts.append(_parked(caller, answered=True))
            self._give(f.LegEnded(leg=agent, cause=NORMAL, by_phone=True))

    def _break(self) -> None:
        agent = AgentId(f"agent{self._dice.randrange(self._agents)}")
        self._order(d.TakeBreak, agent)
        self._order(d.MakeReady, agent)

    def _order(self, order: type, agent: AgentId) -> None:
        self._orders += 1
        self._give(order(order=OrderId(f"order{self._orders}"), author="bench", agent=agent))

    # ---- the engine in small

    def _pass(self, seconds: Seconds) -> None:
        """Time passes, deadline by deadline."""
        until = self.now + seconds
        while (due := next_due(self.state)) is not None and due <= until:
            self.now = max(self.now, due)
            self._give(f.TimePassed())
        self.now = until

    def _give(self, given: Input) -> None:
        """One input, and everything that follows from it at once."""
        self._facts.appendleft(given)
        while self._facts:
            self._decide(self._facts.popleft())
            while (due := next_due(self.state)) is not None and due <= self.now:
                self._decide(f.TimePassed())

    def _decide(self, given: Input) -> None:
        began = time.thread_time_ns()
        decided = decide(self.state, given, self.now)
        for outcome in decided.outcomes:
            apply(self.state, outcome, self.now)
        self.took.append(time.thread_time_ns() - began)
        for outcome in decided.outcomes:
            self._note(outcome)
        if decided.outcomes:
            self.n += 1
            self._kept(Decision(n=self.n, t=self.now, given=given, outcomes=tuple(decided.outcomes)))
        for request in decided.requests:
            self._facts.extend(self._answers(request))

    def _note(self, outcome: o.Outcome) -> None:
        if isinstance(outcome, o.CallEnqueued):
            self._in_queue[outcome.call] = None
        elif isinstance(outcome, o.VisitEnded):
            self._in_queue.pop(outcome.call, None)
        elif isinstance(outcome, o.TalkStarted):
            self._talks.append((LegId(outcome.call), outcome.leg))

    # ---- what FreeSWITCH answers

    def _answers(self, request: r.Request) -> Iterator[f.Fact]:
        match request:
            case r.Answer():
                yield f.LegAnswered(leg=request.leg)
                yield f.ExecuteEnded(leg=request.leg, execute=request.execute)
            case r.Play() if request.files == (MUSIC,):
                self._music[request.leg] = request.execute
            case r.Play():
                yield f.ExecuteEnded(leg=request.leg, execute=request.execute)
            case r.Collect():
                key = str(1 + self._dice.randrange(QUEUES))
                yield f.ExecuteEnded(leg=request.leg, execute=request.execute, digits=key)
            case r.RingAgent():
                yield from self._phone(request)
            case r.Bridge():
                if music := self._music.pop(request.leg, None):
                    yield f.ExecuteEnded(leg=request.leg, execute=music)
                yield f.LegsJoined(leg=request.leg, other=request.other)
            case r.HangUp():
                self._music.pop(request.leg, None)
                yield f.LegEnded(leg=request.leg, cause=request.cause)
            case r.Survey():
                yield f.LegsSeen(node=NODE, core=CORE, asked_at=self.now, legs=tuple(self._legs()))

    def _phone(self, ring: r.RingAgent) -> Iterator[f.Fact]:
        yield f.LegRinging(leg=ring.leg)
        if self._dice.random() < REFUSES:
            yield f.LegEnded(leg=ring.leg, cause="USER_BUSY", by_phone=True)
        else:
            yield f.LegAnswered(leg=ring.leg)
            yield _parked(ring.leg, call=ring.call, agent_leg=True, answered=True)

    def _legs(self) -> Iterator[f.LegSeen]:
        """What the switch sees: a floor and a switch that agree."""
        peers = {leg: peer for caller, agent in self._talks for leg, peer in ((caller, agent), (agent, caller))}
        for leg, live in self.state.legs.items():
            yield f.LegSeen(
                leg=leg,
                call=live.call,
                agent_leg=live.role is n.LegRole.AGENT,
                parked=leg not in peers,
                answered=live.answered,
                orphaned=False,
                peer=peers.get(leg),
                stranded=False,
            )


def _parked(leg: LegId, **fields: Any) -> f.LegParked:
    return f.LegParked(leg=leg, node=NODE, **{"call": CallId(leg), **fields})
