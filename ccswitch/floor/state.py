"""The whole floor: every call, agent, queue and node as the brain holds them. Changed by `apply` alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from ccswitch.acd.census import Census
from ccswitch.acd.idle_agents import IdleAgent, IdleAgents
from ccswitch.acd.order import Waiting, head_start
from ccswitch.acd.pools import Pool, Wanted, queue_of, wanted_of
from ccswitch.acd.rule_text import rules
from ccswitch.acd.rules import TIMED, Ask, Rule
from ccswitch.acd.strategies import FIRST_QUEUE, RING_ALL, WEIGHTED_RANDOM, Key, draw, key, unmet
from ccswitch.floor.alive import LiveAgent, LiveCall, LiveGuest, LiveLeg, LiveNailed, LiveNode, LiveOffer, LiveOtherCall
from ccswitch.floor.due import Deadlines
from ccswitch.floor.pace import Pace
from ccswitch.floor.standing import LiveMessage, LivePromise, Override, QueueOrder
from ccswitch.model.ids import (
    AgentId,
    CallId,
    LegId,
    MessageId,
    NodeName,
    OfferId,
    QueueName,
    ScriptHash,
    Seconds,
)
from ccswitch.model.nouns import (
    Agent,
    Entry,
    FloorSettings,
    InForce,
    Queue,
    QueueMode,
    Release,
    ScriptSource,
)

# After a controller start or a lost link a node is asked for its own truth; then again this often.
SURVEY_EVERY: Seconds = 30.0

# How long a node may be away before nobody is taken to be in a call there that is not ours.
UNHEARD: Seconds = 60.0

# How long an ended leg is remembered: no event and no survey is under way for longer.
REMEMBERED: Seconds = 60.0


class _Stand(NamedTuple):
    """In one line: how much of what is preferred there he does not meet, and what he stands by."""

    pool: Pool
    unmet: int
    key: Key


class _Plan(NamedTuple):
    """An agent's lines, as long as he is `agent`."""

    agent: Agent
    stands: tuple[_Stand, ...]
    first: tuple[tuple[Pool, ...], ...]


@dataclass(slots=True, kw_only=True)
class State:
    """The whole floor. Changed by `apply` alone; everything in it survives in journal and snapshot."""

    settings: FloorSettings = field(default_factory=lambda: FloorSettings(hash=""))
    scripts: dict[ScriptHash, ScriptSource] = field(default_factory=dict)  # every version that somebody may need
    releases: dict[str, Release] = field(default_factory=dict)  # of scripts that were ever published; others: the files
    editions: dict[int, dict[str, InForce]] = field(default_factory=dict)  # the one in force, and those of live calls
    edition: int = 0  # the one in force
    nodes: dict[NodeName, LiveNode] = field(default_factory=dict)
    calls: dict[CallId, LiveCall] = field(default_factory=dict)
    legs: dict[LegId, LiveLeg] = field(default_factory=dict)
    agents: dict[AgentId, LiveAgent] = field(default_factory=dict)
    offers: dict[OfferId, LiveOffer] = field(default_factory=dict)
    nailed: dict[LegId, LiveNailed] = field(default_factory=dict)  # legs of agents that stand between calls
    nailings: int = 0  # so many were ever rung
    guests: dict[LegId, LiveGuest] = field(default_factory=dict)  # at talks, by their own legs
    others: dict[LegId, LiveOtherCall] = field(default_factory=dict)  # calls at agents' phones that are not ours
    messages: dict[MessageId, LiveMessage] = field(default_factory=dict)
    promises: dict[CallId, LivePromise] = field(default_factory=dict)
    paces: dict[QueueName, Pace] = field(default_factory=dict)
    overrides: dict[str, Override] = field(default_factory=dict)  # by calendar
    queue_orders: dict[QueueName, QueueOrder] = field(default_factory=dict)  # none: the queue is open
    asked: dict[QueueName, Seconds] = field(default_factory=dict)  # when its rules were last asked for their figures
    talked_with: dict[str, tuple[AgentId, Seconds]] = field(default_factory=dict)  # by caller's number, until when
    drawn: float = 0.0  # the greatest number by chance that was served (acd/strategies.py)
    gone: dict[LegId, Seconds] = field(default_factory=dict)  # legs that ended lately: news of them is old news
    deadlines: Deadlines = field(default_factory=Deadlines)
    # indexes: derived from the above, they do not travel
    waiting: dict[Pool, list[Waiting]] = field(init=False)  # in their order, without those who are offered
    idle: IdleAgents = field(init=False, compare=False)  # only these can be free; in pools as far as any was opened
    census: Census = field(init=False, compare=False)  # how many agents of each queue do what
    on_edition: dict[int, int] = field(init=False, compare=False, repr=False)  # live calls by their edition
    _pools: dict[QueueName, dict[Pool, Wanted]] = field(init=False, compare=False, repr=False)  # whose agents may fit
    _alone: dict[AgentId, set[Pool]] = field(init=False, compare=False, repr=False)  # in which he alone is wanted
    asking: dict[QueueName, frozenset[Ask]] = field(
        init=False, compare=False, repr=False
    )  # queues that ask for figures
    sticky: Seconds = field(init=False, compare=False, repr=False)  # so long it is known who talked with whom
    draws: bool = field(init=False, compare=False, repr=False)  # chance decides in one of the queues
    at_once: dict[QueueName, int] = field(init=False, compare=False, repr=False)  # of queues that ring several: so many
    _plans: dict[AgentId, _Plan] = field(init=False, compare=False, repr=False)
    _queues: dict[QueueName, Queue] = field(init=False, compare=False, repr=False)
    _entries: dict[str, Entry] = field(init=False, compare=False, repr=False)
    listed: frozenset[AgentId] = field(init=False, compare=False, repr=False)  # in the files
    _by_phone: dict[str, list[LiveAgent]] | None = field(init=False, compare=False, repr=False, default=None)

    def __post_init__(self) -> None:
        self.take(self.settings)
        self._pools, self._alone, self.waiting, self.census = {}, {}, {}, Census()
        for name, offer in self.offers.items():
            offers = self.calls[offer.call].offers
            if name not in offers:  # a snapshot of a release that knew one offer of a call
                offers.append(name)
        for call in self.calls.values():
            if call.visiting and not call.arrival:  # a snapshot of a release that knew priorities alone
                call.arrival = self.arrival(call.waiting_since, call.priority, call.head_start)
            if call.is_in_line:
                self._line_up(call)
        for promise in self.promises.values():
            if promise.visiting:
                self._line_up(promise)
        for line in self.waiting.values():
            line.sort()
        for agent in self.agents.values():
            self.note_phones(agent)
            self.census.note(agent.agent.agent, agent.doing, agent.agent.queues)
        self.idle = IdleAgents.of(self.in_line(agent) for agent in self.agents.values() if agent.is_idle)
        self.on_edition = Counter(call.edition for call in self.calls.values())
        if not self.editions:  # a new floor, or a snapshot of a release that knew no editions
            self.editions[self.edition] = self.to_be_in_force()

    def _line_up(self, one: LiveCall | LivePromise) -> None:
        self.open_pool(one.pool)
        self.waiting.setdefault(one.pool, []).append(Waiting(one.arrival, one.call))

    def take(self, settings: FloorSettings) -> None:
        """Let `settings` be in force."""
        self.settings = settings
        self._queues = {queue.name: queue for queue in settings.queues}
        asks = (
            (queue.name, frozenset().union(*(rule.asks for rule in rules(queue.rules)))) for queue in settings.queues
        )
        self.asking = {name: asked for name, asked in asks if asked - TIMED}
        self._plans = {}
        self.sticky = max((one.sticky_for for one in settings.queues), default=0.0)
        self.draws = any(one.strategy == WEIGHTED_RANDOM for one in settings.queues)
        self.at_once = {one.name: one.ring_most for one in settings.queues if one.strategy == RING_ALL}
        self._entries = {entry.name: entry for entry in settings.entries}
        self.listed = frozenset(agent.agent for agent in settings.agents)

    def rules(self, name: QueueName) -> tuple[Rule, ...]:
        """The rules for whoever waits in the queue."""
        return rules(self.queue_rules(name).rules)

    def asks(self, name: QueueName) -> bool:
        """Some rule of the queue asks for more than time."""
        return name in self.asking

    def arrival(self, since: Seconds, priority: int, besides: Seconds) -> Seconds:
        """When somebody counts to have come who waits since then."""
        settings = self.settings
        return since - head_start(priority, besides, worth=settings.priority_worth, most=settings.most_head_start)

    def open_pool(self, name: Pool) -> bool:
        """Let agents stand in a line for what is wanted there; False when they do already, or nothing special is."""
        wanted = wanted_of(name)
        if wanted.is_plain:
            return False
        if wanted.agent:
            alone = self._alone.setdefault(wanted.agent, set())
            opened = name not in alone
            alone.add(name)
            self._plans.pop(wanted.agent, None)
            return opened
        opened = name not in self._pools.get(wanted.queues[0], ())
        for queue in wanted.queues:
            self._pools.setdefault(queue, {})[name] = wanted
        if opened:
            self._plans.clear()
        return opened

    def close_pool(self, name: Pool) -> bool:
        """Nobody waits there any more. Where one agent alone was wanted he stands there no longer: True; the others
        are kept, for the next who wants the same."""
        agent = wanted_of(name).agent
        if not agent:
            return False
        self._plans.pop(agent, None)
        self._alone[agent].discard(name)
        if not self._alone[agent]:
            del self._alone[agent]
        return True

    def fits(self, agent: LiveAgent, wanted: Wanted) -> bool:
        """He is one of those who may answer somebody who wants that."""
        if wanted.agent:
            return wanted.agent == agent.agent.agent
        serves = agent.agent.queues
        return any(queue in serves for queue in wanted.queues) and agent.meets(wanted.requires)

    def in_line(self, agent: LiveAgent) -> IdleAgent:
        """How he stands among the idle: in each queue's line, and in that of each pool whose callers he can help."""
        name = agent.agent.agent
        plan = self._plans.get(name)
        if plan is None or plan.agent is not agent.agent:
            plan = self._plans[name] = self._plan(agent)
        lines = {pool: (unmet, key(agent)) for pool, unmet, key in plan.stands}
        return IdleAgent(agent.idle_since, name, lines, agent.rest_until, plan.first)

    def _plan(self, agent: LiveAgent) -> _Plan:
        """In which lines an agent stands, and by what: as long as neither he nor the lines change."""
        one = agent.agent
        alone = tuple(self._alone.get(one.agent, ()))
        groups = [alone] if alone else []
        stands = {name: _Stand(name, 0, key(self.queue_rules(queue_of(name)), one, wanted_of(name))) for name in alone}
        for queue in one.queues:
            wants = {Pool(queue): Wanted((queue,))} | self._pools.get(queue, {})
            fitting = [name for name, wanted in wants.items() if agent.meets(wanted.requires)]
            for name in fitting:
                by = key(self.queue_rules(queue_of(name)), one, wanted_of(name))
                stands[name] = _Stand(name, unmet(one, wanted_of(name).prefers), by)
            groups.append(tuple(fitting))
        return _Plan(one, tuple(stands.values()), tuple(groups) if one.takes == FIRST_QUEUE else ())

    def take_turn(self, agent: LiveAgent, at: Seconds) -> None:
        """He stands at the end again: he had his turn, or is new in line."""
        agent.idle_since = at
        if self.draws:
            agent.turns += 1
            agent.draw = draw(self.drawn, agent.agent.agent, agent.turns, agent.agent.weight)

    def has_waiting(self, queue: QueueName) -> bool:
        """Somebody waits whom its agents may help, and is not offered, whatever he wants."""
        return Pool(queue) in self.waiting or any(name in self.waiting for name in self._pools.get(queue, ()))

    def to_be_in_force(self) -> dict[str, InForce]:
        """What the settings and the releases say of each script: the files' version, unless one was ever published."""
        files = {source.name: InForce(hash=ScriptHash(source.hash)) for source in self.settings.scripts}
        return files | {name: release.versions for name, release in self.releases.items()}

    def queue_rules(self, name: QueueName) -> Queue:
        """The queue's rules; the defaults when the settings no longer have it, for those who still wait in it."""
        return self._queues.get(name) or Queue(name=name)

    def has_queue(self, name: QueueName) -> bool:
        """The settings in force have this queue."""
        return name in self._queues

    def mode(self, name: QueueName) -> QueueMode:
        """What a supervisor has said of the queue."""
        said = self.queue_orders.get(name)
        return said.mode if said else QueueMode.OPEN

    def turns_away(self, call: LiveCall) -> bool:
        """His queue does not have him: it is closed, or drains and he came later."""
        said = self.queue_orders.get(call.queue)
        if said is None or said.mode not in (QueueMode.DRAINING, QueueMode.CLOSED):
            return False
        return said.mode is QueueMode.CLOSED or call.joined_at >= said.since

    def is_served(self, name: QueueName) -> bool:
        """Somebody may come for its callers: it is in the settings, or an agent on the list still has it."""
        agents = self.agents.values()
        return self.has_queue(name) or any(name in live.agent.queues and self.lists(live) for live in agents)

    def in_files(self, name: AgentId) -> Agent | None:
        """The agent as the files have him, or None."""
        return next((agent for agent in self.settings.agents if agent.agent == name), None)

    def lists(self, agent: LiveAgent) -> bool:
        """He is on the list: by the settings in force, or by an order, which outlives them."""
        return agent.by_order or agent.agent.agent in self.listed

    def at_phone(self, user: str) -> list[LiveAgent]:
        """The agents one of whose phones registers with that account."""
        if self._by_phone is None:
            self._by_phone = {}
            for agent in self.agents.values():
                for phone in agent.agent.devices:
                    self._by_phone.setdefault(phone, []).append(agent)
        return self._by_phone.get(user, [])

    def note_phones(self, agent: LiveAgent) -> None:
        """He is new, or his phones may be others now."""
        self._by_phone = None
        phones = agent.agent.devices if self.others else ()
        agent.others = [one for one in self.others.values() if one.user in phones]

    def forget_phones(self) -> None:
        """Somebody is no longer there."""
        self._by_phone = None

    def entry(self, name: str) -> Entry | None:
        """The entry of that name, or None."""
        return self._entries.get(name)

    def call_of(self, leg: LegId) -> LiveCall | None:
        """The live call that a leg belongs to, or None."""
        known = self.legs.get(leg)
        return self.calls.get(known.call) if known else None

    def offers_of(self, call: LiveCall) -> list[LiveOffer]:
        """The offers of a call that are out, the first one first."""
        return [self.offers[name] for name in call.offers]

    def nailed_leg(self, agent: AgentId, node: NodeName) -> LegId | None:
        """The agent's nailed-up leg, when a call of that node can be put on it."""
        live = self.agents[agent]
        if not live.nailed_free or self.nailed[live.nailed].node != node:
            return None
        return live.nailed

    def reachable(self, node: NodeName) -> bool:
        """Requests to this node can be carried out and its truth is known."""
        live = self.nodes.get(node)
        return live is not None and live.is_reachable
