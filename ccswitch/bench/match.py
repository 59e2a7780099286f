"""How long the floor takes to find who answers whom, with skills in a hundred queues, beside a scan of everybody.

The scan asks each caller in the order of service whether each agent is free, serves him and can do what he requires:
what a loop over callers and agents does (mod_callcenter runs one SQL join for each waiting caller), here in Python on
values that are at hand.
"""

from __future__ import annotations

from collections.abc import Iterable
from time import process_time_ns

from ccswitch.bench.figure import Figure, Promise, Setting
from ccswitch.bench.measuring import percentile
from ccswitch.floor.apply import apply_all
from ccswitch.floor.decide import Input, decide, next_due
from ccswitch.floor.state import State
from ccswitch.model import facts as f
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model.ids import AgentId, CallId, LegId, NodeName, OrderId, QueueName, Seconds
from ccswitch.model.nouns import Agent, Entry, FloorSettings, Queue

SIZES = ((1000, 500, 1.0, 20), (5000, 5000, 5.0, 2))  # agents, callers waiting, promised p99 in ms, scans
QUICK_SIZES = ((100, 50, 1.0, 20),)
QUEUES, OF_EACH, LEVELS = 100, 5, 10  # queues; an agent serves so many; levels of a skill
ROUNDS, QUICK_ROUNDS = 300, 20
NODE = NodeName("a")
METHOD = (
    "processor time of decide + apply for each input while agents become ready, take callers and go, and callers leave "
    f"and come; {QUEUES} queues that require a level of a skill each, {OF_EACH} queues an agent"
)


def run(setting: Setting) -> Iterable[Figure]:
    """p50 and p99 for each size of floor, and the scan of the same floors."""
    for agents, waiting, limit, scans in QUICK_SIZES if setting.quick else SIZES:
        size = f"{agents:,} agents, {waiting:,} waiting"
        setting.tell(f"match, {size}")
        centre = Centre(agents, waiting)
        for turn in range(QUICK_ROUNDS if setting.quick else ROUNDS):
            centre.turn(turn, scans=turn < scans)
        for name, share in (("p50", 0.5), ("p99", 0.99)):
            yield Figure(
                name=f"skills, decide + apply {name}, {size}",
                value=percentile(centre.took, share) / 1e6,
                unit="ms",
                n=len(centre.took),
                method=METHOD,
                promise=Promise(limit=limit) if name == "p99" else None,
            )
        yield Figure(
            name=f"skills, a scan of all callers and agents p50, {size}",
            value=percentile(centre.scanned, 0.5) / 1e6,
            unit="ms",
            n=len(centre.scanned),
            method="processor time; the same floors, when an agent has become free; it finds the same pair",
        )


class Centre:
    """A floor in which everybody waits until an agent becomes ready."""

    def __init__(self, agents: int, waiting: int) -> None:
        self.state, self.now, self.took, self.scanned = State(), 1_000_000.0, list[int](), list[int]()
        self._agents, self._callers, self._orders = agents, 0, 0
        self._keep([o.SettingsTaken(settings=_settings(agents))])
        self._keep([o.NodeConnected(node=NODE, core="", restarted=False), o.NodeSynced(node=NODE, legs=0)])
        for _ in range(waiting):
            self._arrives()
        self.took.clear()

    def turn(self, number: int, *, scans: bool) -> None:
        """An agent becomes ready, is offered the caller who is next for him, and goes; the caller leaves, one comes."""
        name = AgentId(f"a{number * 7919 % self._agents}")
        self._order(d.MakeReady, name)
        found = self._scan() if scans else None
        self._pass_time()
        live = self.state.agents[name]
        assert found is None or found == (live.call, name), f"{found} by the scan, {live.call} by the floor"
        call = live.call
        self._order(d.TakeBreak, name)
        if call:
            for leg in (self.state.calls[call].leg, *self.state.calls[call].legs[1:]):
                self._give(f.LegEnded(leg=leg, cause="NORMAL_CLEARING", by_phone=True))
            self._arrives()
        self._pass_time()
        self.now += 1.0

    def _arrives(self) -> None:
        self._callers += 1
        name = f"c{self._callers}"
        entry = f"q{self._callers * 31 % QUEUES}"
        self._give(f.LegParked(leg=LegId(name), node=NODE, call=CallId(name), entry=entry, answered=True))
        self.now += 0.001

    def _order(self, order: type, agent: AgentId) -> None:
        self._orders += 1
        self._give(order(order=OrderId(str(self._orders)), author="bench", agent=agent))

    def _give(self, given: Input) -> None:
        began = process_time_ns()
        decided = decide(self.state, given, self.now)
        apply_all(self.state, decided.outcomes, self.now)
        self.took.append(process_time_ns() - began)

    def _keep(self, outcomes: list[o.Outcome]) -> None:
        apply_all(self.state, outcomes, self.now)

    def _pass_time(self) -> None:
        while (due := next_due(self.state)) is not None and due <= self.now:
            self._give(f.TimePassed())

    def _scan(self) -> tuple[CallId, AgentId] | None:
        """The first caller whom a free agent may answer, and the one of them who is idle longest."""
        began = process_time_ns()
        found = _pair(self.state, self.now)
        self.scanned.append(process_time_ns() - began)
        return found


def _pair(state: State, now: Seconds) -> tuple[CallId, AgentId] | None:
    calls = sorted((one for one in state.calls.values() if one.is_in_line), key=lambda one: (one.arrival, one.call))
    for call in calls:
        fitting = [
            (live.idle_since, name)
            for name, live in state.agents.items()
            if live.is_free(now) and call.queue in live.agent.queues and live.meets(call.requires)
        ]
        if fitting:
            return call.call, min(fitting)[1]
    return None


def _settings(agents: int) -> FloorSettings:
    queues = tuple(
        Queue(name=QueueName(f"q{n}"), skills=f"s{n} >= {n % LEVELS + 1} and not trainee") for n in range(QUEUES)
    )
    return FloorSettings(
        hash="bench",
        nodes=(NODE,),
        queues=queues,
        entries=tuple(Entry(name=queue.name, queue=queue.name) for queue in queues),
        agents=tuple(_agent(n) for n in range(agents)),
    )


def _agent(number: int) -> Agent:
    serves = [(number * 13 + 7 * step) % QUEUES for step in range(OF_EACH)]
    return Agent(
        agent=AgentId(f"a{number}"),
        phone="1001",
        queues=tuple(QueueName(f"q{n}") for n in serves),
        skills=tuple(f"s{n}={(number + n) % LEVELS + 1}" for n in serves),
    )
