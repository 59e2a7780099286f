"""A floor driven by hand: inputs go in, outcomes and requests come out, and the brain's own laws are held throughout.

Callers' legs are named as the test likes (`L1`); an agent's leg is found by `floor.agent_leg("L1")`, never spelled.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from ccswitch.floor.alive import LiveAgent, LiveCall
from ccswitch.floor.apply import apply
from ccswitch.floor.decide import Input, decide, next_due
from ccswitch.floor.decided import Decided
from ccswitch.floor.state import State
from ccswitch.ivr.script import script_hash
from ccswitch.model import facts as f
from ccswitch.model import nouns as n
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model.ids import AgentId, CallId, LegId, NodeName, OrderId, QueueName, Seconds
from ccswitch.model.wire import from_wire, to_plain, to_wire
from tests.floor.laws import (
    answers_are_awaited,
    hold_laws,
    hold_laws_of_decision,
    scripts_are_kept,
    the_parked_are_taken_up,
)

T = TypeVar("T")
START: Seconds = 1_000_000.0

MENU = """\
steps:
  choice:
    menu: ask.wav
    keys: {1: support, 2: out, 3: pin}
    tries: 2
    timeout: 4s
    no_input: {play: again.wav, then: bye}
    wrong_input: {play: wrong.wav, then: bye}
  support: {queue: support, priority: 3, then: rate}
  rate: {play: rate.wav, then: bye}
  pin: {collect: pin.wav, digits: 4, into: pin, masked: yes, then: bye, otherwise: bye}
  out: {transfer: "+8621", otherwise: rate}
  bye: {hangup: }
"""


def script(name: str = "menu", text: str = MENU) -> n.ScriptSource:
    """A script as the settings bring it."""
    return n.ScriptSource(name=name, hash=script_hash(text), text=text)


def an_agent(name: str, *queues: str, phone: str = "1001", skills: tuple[str, ...] = ()) -> n.Agent:
    """An agent of `queues`, of `support` when none is named."""
    serves = tuple(QueueName(queue) for queue in queues or ("support",))
    return n.Agent(agent=AgentId(name), phone=phone, queues=serves, skills=skills)


def settings_of(agents: Sequence[n.Agent | str] = ("li",), **rules: Any) -> n.FloorSettings:
    """A small centre: queues `support` and `sales`, entries of the same names, and an entry `menu` with a script."""
    queues = tuple(n.Queue(name=QueueName(name)) for name in ("support", "sales"))
    entries = (
        n.Entry(name="support", dids=("100",), queue=QueueName("support")),
        n.Entry(name="sales", dids=("200",), queue=QueueName("sales")),
        n.Entry(name="vip", queue=QueueName("support"), priority=5),
        n.Entry(name="menu", dids=("300",), script="menu"),
    )
    taken = tuple(an_agent(agent) if isinstance(agent, str) else agent for agent in agents)
    known: dict[str, Any] = {"hash": "h1", "queues": queues, "entries": entries, "agents": taken}
    known |= {"scripts": (script(),), "shortest_talk": 0.0}  # most stories take no time; those about it say so
    return n.FloorSettings(**{**known, **rules})


MOST_TURNS = 10_000  # deadlines at one instant; a floor that has more is caught in a circle


class Given:
    """What was decided because of one input, and of the deadlines that fell due with it."""

    def __init__(self) -> None:
        self.outcomes: list[Any] = []
        self.requests: list[Any] = []

    def take(self, decided: Decided | Given) -> None:
        """And this besides."""
        self.outcomes += decided.outcomes
        self.requests += decided.requests

    def every(self, cls: type[T]) -> list[T]:
        """All outcomes and requests of a class, in order."""
        return [one for one in [*self.outcomes, *self.requests] if isinstance(one, cls)]

    def the(self, cls: type[T]) -> T:
        """The one outcome or request of a class; fails when there are none or several."""
        found = self.every(cls)
        assert len(found) == 1, f"{len(found)} × {cls.__name__} in {self.outcomes} {self.requests}"
        return found[0]

    @property
    def is_nothing(self) -> bool:
        """Neither outcome nor request."""
        return not self.outcomes and not self.requests


class Floor:
    """State, a clock in the hand, and everything decided so far. `give` is the engine in small."""

    def __init__(self) -> None:
        self.state = State()
        self.now = START
        self.journal: list[tuple[Seconds, Any]] = []
        self.requests: list[Any] = []
        self.lawful = True  # the laws are held after every input; not where news is told that no switch would tell
        self._orders = 0

    # ---- inputs

    def give(self, given: Input) -> Given:
        """Decide, keep, apply; then let every deadline that is due by now have its turn."""
        told = Given()
        self.decide(given, told)
        turns = 0
        while (due := next_due(self.state)) is not None and due <= self.now:
            turns += 1
            assert turns < MOST_TURNS, f"a circle of deadlines: {self.state.deadlines.first()}"
            self.decide(f.TimePassed(), told)
        if self.lawful:
            hold_laws(self.state, self.now)
        return told

    def wait(self, seconds: Seconds) -> Given:
        """Let time pass, deadline by deadline."""
        told, until = Given(), self.now + seconds
        while (due := next_due(self.state)) is not None and due <= until:
            self.now = max(self.now, due)
            self.decide(f.TimePassed(), told)
        self.now = until
        return told

    def decide(self, given: Input, told: Given) -> None:
        """One decision, kept and applied; `decide` must not have changed State."""
        before = to_plain(self.state)
        decided = decide(self.state, given, self.now)
        assert to_plain(self.state) == before, f"decide changed State on {given}"
        place = self._place_of(given)
        if self.lawful:
            hold_laws_of_decision(self.state, given, decided, self.now)
        for outcome in decided.outcomes:
            self.journal.append((self.now, outcome))
            apply(self.state, outcome, self.now)
        if self.lawful:
            answers_are_awaited(self.state, decided.requests)
            the_parked_are_taken_up(self.state, given, place)
            scripts_are_kept(self.state, before["scripts"])
        self.requests += decided.requests
        told.take(decided)

    def _place_of(self, given: Input) -> n.CallPlace | None:
        call = self.state.call_of(given.leg) if isinstance(given, f.LegParked) else None
        return call.place if call is not None else None

    def order(self, order: type, **fields: Any) -> Given:
        """Give an order with an id and an author; it has exactly one answer."""
        self._orders += 1
        told = self.give(order(order=OrderId(str(self._orders)), author="ann", **fields))
        answers = told.every(o.OrderAccepted) + told.every(o.OrderRefused)
        assert [answer.order for answer in answers] == [str(self._orders)]
        return told

    # ---- the world in short

    def node_up(self, node: str = "a", core: str = "core-1", *, synced: bool = True) -> Given:
        """The link to a node stands; `synced`: its truth, which agrees with the floor's, came at once."""
        told = self.give(f.NodeUp(node=NodeName(node), core=core))
        if synced:
            told.take(self.seen(*self.as_is(node), node=node))
        return told

    def ready(self, agent: str) -> Given:
        """The agent says that he is ready."""
        return self.order(d.MakeReady, agent=AgentId(agent))

    def parked(self, leg: str, **fields: Any) -> Given:
        """A caller's leg is in park."""
        known = self.state.legs.get(LegId(leg))
        call = known.call if known else CallId(leg)
        fact = {"entry": "support", "caller_number": "138", "node": "a", "call": call, **fields}
        return self.give(f.LegParked(leg=LegId(leg), **fact))

    def pressed(self, leg: str, digits: str = "", *, invalid: str = "", response: str = "") -> Given:
        """The step that runs on a caller's leg ended, with these keys."""
        call = self.call(leg)
        return self.give(
            f.ExecuteEnded(leg=call.leg, execute=call.execute, digits=digits, invalid=invalid, response=response)
        )

    def agent_parked(self, leg: str, **fields: Any) -> Given:
        """An agent's leg is in park: he answered."""
        call = CallId(leg.rsplit("-a", 1)[0])
        fact = {"node": NodeName("a"), "call": call, "answered": True, **fields}
        return self.give(f.LegParked(leg=LegId(leg), agent_leg=True, **fact))

    def ended(
        self, leg: str, cause: str = "NORMAL_CLEARING", *, by_phone: bool = True, at_switch: Seconds = 0.0
    ) -> Given:
        """A leg is over, because its own phone hung up unless told otherwise."""
        return self.give(f.LegEnded(leg=LegId(leg), cause=cause, by_phone=by_phone, at_switch=at_switch))

    def joined(self, leg: str, other: str, *, at_switch: Seconds = 0.0) -> Given:
        """Two legs hear each other."""
        return self.give(f.LegsJoined(leg=LegId(leg), other=LegId(other), at_switch=at_switch))

    def seen(self, *legs: f.LegSeen, asked_at: Seconds | None = None, node: str = "a", **fields: Any) -> Given:
        """A survey's answer, asked for just now unless `asked_at` says otherwise."""
        core = self.state.nodes[NodeName(node)].core
        asked = self.now if asked_at is None else asked_at
        return self.give(f.LegsSeen(node=NodeName(node), core=core, asked_at=asked, legs=legs, **fields))

    def as_is(self, node: str = "a") -> list[f.LegSeen]:
        """The survey that agrees with the floor in everything."""
        calls = [call for call in self.state.calls.values() if call.node == node]
        idle = [one for leg, one in self.state.nailed.items() if one.node == node and leg not in self.state.legs]
        return [leg_seen(one.leg, answered=one.stands, parked=one.stands) for one in idle] + [
            leg_seen(leg, answered=self.state.legs[leg].answered, agent_leg=leg != call.leg, parked=leg == call.leg)
            for call in calls
            for leg in call.legs
        ]

    # ---- a call's life in short

    def offered(self, leg: str, **fields: Any) -> str:
        """A caller arrives and is offered to an agent; returns the agent's leg."""
        self.parked(leg, **fields)
        return self.agent_leg(leg)

    def bridging(self, leg: str, **fields: Any) -> str:
        """… and the agent answers."""
        agent_leg = self.offered(leg, **fields)
        self.give(f.LegAnswered(leg=LegId(agent_leg)))
        self.agent_parked(agent_leg)
        return agent_leg

    def talking(self, leg: str, **fields: Any) -> str:
        """… and they talk."""
        agent_leg = self.bridging(leg, **fields)
        self.joined(leg, agent_leg)
        return agent_leg

    # ---- looking

    def call(self, leg: str) -> LiveCall:
        """The live call of that name."""
        return self.state.calls[CallId(leg)]

    def agent(self, name: str = "li") -> LiveAgent:
        """The agent of that name."""
        return self.state.agents[AgentId(name)]

    def agent_leg(self, leg: str) -> LegId:
        """The agent's leg of the call's current offer."""
        return self.state.offers[self.call(leg).offer].leg

    def line(self, queue: str = "support") -> list[str]:
        """Who waits in a queue without an offer, in order."""
        return [place.call for place in self.state.waiting.get(QueueName(queue), [])]

    def replayed(self) -> State:
        """State as recovery makes it: from the outcomes alone, as they come out of the journal's file."""
        state = State()
        for at, outcome in self.journal:
            apply(state, from_wire(to_wire(outcome)), at)
        return state

    def everything(self, cls: type[T]) -> list[T]:
        """All outcomes of a class since the beginning."""
        return [outcome for _, outcome in self.journal if isinstance(outcome, cls)]


def leg_seen(leg: str, **fields: Any) -> f.LegSeen:
    """One leg as a survey describes it; a parked, answered caller unless told otherwise."""
    known = {
        "call": CallId(leg.rsplit("-a", 1)[0]),
        "agent_leg": "-a" in leg,
        "parked": True,
        "answered": True,
        "orphaned": False,
        "peer": None,
        "stranded": False,
    }
    return f.LegSeen(leg=LegId(leg), **{**known, **fields})


def a_floor(*agents: n.Agent | str, ready: bool = True, node: bool = True, **rules: Any) -> Floor:
    """A floor with node `a` in step, and the agents (Li, unless named) ready."""
    floor = Floor()
    floor.give(f.SettingsLoaded(settings=settings_of(agents or ("li",), **rules)))
    if node:
        floor.node_up()
    if ready:
        for name in list(floor.state.agents):
            floor.ready(name)
            floor.wait(1.0)  # so that the first named is the longest idle
    return floor


# ---- a call L1 in every place in which a call can be ---------------------------------------------------------


def _in_script() -> Floor:
    floor = a_floor()
    floor.parked("L1", entry="menu")
    return floor


def _waiting() -> Floor:
    floor = a_floor(ready=False)
    floor.parked("L1")
    return floor


def _ringing() -> Floor:
    floor = a_floor()
    floor.give(f.LegRinging(leg=LegId(floor.offered("L1"))))
    return floor


def _bridging() -> Floor:
    floor = a_floor()
    floor.bridging("L1")
    return floor


def _talking() -> Floor:
    floor = a_floor()
    floor.talking("L1")
    return floor


def _returning() -> Floor:
    floor = _talking()
    floor.ended(floor.call("L1").agent_leg)
    return floor


def _leaving() -> Floor:
    floor = _returning()
    floor.parked("L1")
    return floor


def _at_way_out() -> Floor:
    floor = _waiting()
    floor.wait(1.0)
    floor.seen(leg_seen("L1", parked=False, orphaned=True))
    return floor


STAGES: dict[str, Callable[[], Floor]] = {
    "script": _in_script,
    "waiting": _waiting,
    "ringing": _ringing,
    "bridging": _bridging,
    "talking": _talking,
    "returning": _returning,
    "leaving": _leaving,
    "wayout": _at_way_out,
}


def stage(name: str) -> Floor:
    """A floor whose call L1 stands as named: a CallPlace's value, or `ringing` for waiting with an offer out."""
    floor = STAGES[name]()
    assert floor.call("L1").place.value == ("waiting" if name == "ringing" else name)
    floor.wait(1.0)
    return floor
