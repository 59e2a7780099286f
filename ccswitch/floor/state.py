"""The whole floor: every call, agent, queue and node as the brain holds them. Changed by `apply` alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from ccswitch.acd.census import Census
from ccswitch.acd.idle_agents import IdleAgent, IdleAgents
from ccswitch.acd.order import Waiting, head_start
from ccswitch.acd.pools import Pool, Wanted, pool, queue_of, wanted_of
from ccswitch.acd.rule_text import rules
from ccswitch.acd.rules import TIMED, Ask, Rule
from ccswitch.acd.strategies import FIRST_QUEUE, RING_ALL, WEIGHTED_RANDOM, Key, draw, key, unmet
from ccswitch.floor.due import Deadlines
from ccswitch.floor.pace import Pace
from ccswitch.model.agent_changes import changed, differences
from ccswitch.model.ids import (
    AgentId,
    CallId,
    ExecuteId,
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
    AgentChange,
    AgentState,
    AgentStatus,
    CallOrigin,
    CallPlace,
    CallResult,
    Entry,
    FloorSettings,
    InForce,
    LegRole,
    Queue,
    QueueMode,
    Release,
    ScriptSource,
)
from ccswitch.model.skills import Skills, joint, skills_of

# After a controller start or a lost link a node is asked for its own truth; then again this often.
SURVEY_EVERY: Seconds = 30.0

# How long an ended leg is remembered: no event and no survey is under way for longer.
REMEMBERED: Seconds = 60.0


@dataclass(slots=True, kw_only=True)
class LiveNode:
    """A FreeSWITCH server. `synced` once its own truth was held against the floor after the link came up."""

    node: NodeName
    core: str = ""
    connected: bool = False
    synced: bool = False
    since: Seconds = 0.0

    @property
    def is_reachable(self) -> bool:
        """Requests to it can be carried out and its truth is known."""
        return self.connected and self.synced


@dataclass(slots=True, kw_only=True)
class LiveLeg:
    """One FreeSWITCH channel of a call."""

    leg: LegId
    call: CallId
    role: LegRole
    opened_at: Seconds
    answered: bool = False
    agent: AgentId = AgentId("")


@dataclass(slots=True, kw_only=True)
class LiveCall:
    """One customer's contact, from arrival to the last leg's end."""

    call: CallId
    leg: LegId
    node: NodeName
    entry: str
    caller_number: str
    caller_name: str
    called_number: str
    started_at: Seconds
    place: CallPlace
    place_since: Seconds
    origin: CallOrigin = CallOrigin.INBOUND
    promise: CallId = CallId("")  # that it is to keep; empty once that is settled
    serial: int = 0
    answered: bool = False
    legs: list[LegId] = field(default_factory=list)
    edition: int = 0  # of the scripts, in force when it began
    # the script that has, or had, the caller
    script_hash: ScriptHash = ScriptHash("")
    cursor: str = ""
    step: str = ""
    step_kind: str = ""
    execute: ExecuteId = ExecuteId("")
    # the queue in which he waits or waited; `visiting` until the visit has its result
    queue: QueueName = QueueName("")
    priority: int = 0
    also: tuple[QueueName, ...] = ()  # whose agents may answer him too
    requires: str = ""  # of the agent's skills
    prefers: str = ""  # of them, and does not require
    only: AgentId = AgentId("")  # he waits for him alone
    asks: str = ""  # of `requires` and `prefers`, what is his own and goes with him to another queue
    likes: str = ""
    head_start: Seconds = 0.0  # besides what his priority is worth
    rule: int = 0  # of the queue's relaxation rules, how many are behind him
    waiting_since: Seconds = 0.0
    arrival: Seconds = 0.0  # effective (acd/order.py); by it he stands in line
    visiting: bool = False
    joined_at: Seconds = 0.0  # this queue, however long he had waited before
    turned: int = 0  # times in a row that a queue did not have him
    behind: tuple[str, ...] = ()  # the queue's rules that relaxed what he wants, by their text
    estimate: Seconds | None = None  # of his wait, when he joined; None: there was none
    music: ExecuteId = ExecuteId("")
    announcement: ExecuteId = ExecuteId("")  # the last one that he was told over the music
    announced: int = 0  # how often
    told_position: int = 0  # the last one; 0: none
    offers: list[OfferId] = field(default_factory=list)  # several when the queue rings all
    # the talk
    agent: AgentId = AgentId("")
    agent_leg: LegId = LegId("")
    talking_since: Seconds = 0.0
    talking_since_at_switch: Seconds = 0.0  # by the node's own clock (`facts.py`)
    talked: bool = False
    last_talk: Seconds = 0.0  # how long it was
    last_agent: AgentId = AgentId("")  # with whom
    # what its script said of it
    tags: tuple[str, ...] = ()
    message: MessageId = MessageId("")  # that is being recorded
    record: bool | None = None  # whether its talks are recorded; None: as the queue's rule has it
    recording: str = ""  # where it is written, empty when it is not, or no longer can be
    back_to: QueueName = QueueName("")  # where he waits on when the outside number is not reached
    # how it ends, once that is settled
    result: CallResult | None = None
    why: str = ""
    farewell: ExecuteId = ExecuteId("")  # what he hears before he is hung up
    by: AgentId = AgentId("")  # whose own phone made it
    own_leg: LegId = LegId("")  # of that phone
    wanted_number: str = ""  # that he dialled
    # the other side, called by name or number, until they talk
    dialled: LegId = LegId("")
    dialled_agent: AgentId = AgentId("")  # whose phone it is; none: an outside number
    reached: bool = False  # it answered, and is being joined

    @property
    def is_internal(self) -> bool:
        """Between agents: no customer hears it."""
        return self.origin is CallOrigin.INTERNAL

    @property
    def waits(self) -> bool:
        """In a queue, offered or not. Who takes the way out may come back to his place, but waits no more till then."""
        return self.visiting and self.place is not CallPlace.WAYOUT

    @property
    def offer(self) -> OfferId:
        """The only offer of him, or the first of several; empty when there is none."""
        return self.offers[0] if self.offers else OfferId("")

    @property
    def calls_back(self) -> bool:
        """It is to keep a promise, and its customer has not answered yet."""
        return self.place is CallPlace.DIALLING and self.origin is CallOrigin.CALLBACK

    @property
    def wanted(self) -> Wanted:
        """What he wants of whoever answers."""
        return Wanted((self.queue, *self.also), self.requires, self.prefers, self.only)

    @property
    def is_in_line(self) -> bool:
        """He waits, and is offered to nobody."""
        return self.place is CallPlace.WAITING and not self.offers


@dataclass(slots=True, kw_only=True)
class LiveOffer:
    """A leased proposal of one call to one agent."""

    offer: OfferId
    call: CallId
    agent: AgentId
    queue: QueueName
    leg: LegId
    made_at: Seconds
    deadline: Seconds
    why: str
    answered: bool = False


@dataclass(slots=True, kw_only=True)
class AgentOverride:
    """What an order says of one field of an agent, in the place of the files; `until` 0: for good."""

    value: str
    author: str
    since: Seconds
    until: Seconds = 0.0


@dataclass(slots=True, kw_only=True)
class LiveAgent:
    """An agent at work. `status` is what he says, `state` what we know; `agent` is `listed` with his `overrides`."""

    agent: Agent
    status: AgentStatus = AgentStatus.OFFLINE
    reason: str = ""
    status_since: Seconds = 0.0
    state: AgentState = AgentState.IDLE
    state_since: Seconds = 0.0
    idle_since: Seconds = 0.0
    call: CallId = CallId("")
    offer: OfferId = OfferId("")
    ronas: int = 0  # offers that rang out in a row
    # what strategies go by (acd/strategies.py): counted since he came in
    talks: int = 0
    worked: Seconds = 0.0  # in talks, on hold, in wrap-up
    idled: Seconds = 0.0  # ready without them
    counted_at: Seconds = 0.0
    offered_at: Seconds = 0.0  # last; 0: never
    turns: int = 0  # offers that he had
    draw: float = 0.0  # of his next turn, where chance decides
    own: CallId = CallId("")  # that his own phone makes
    rest_until: Seconds = 0.0
    rest_why: str = ""
    break_until: Seconds = 0.0  # the end of a break whose reason has a limit
    by_order: bool = False  # he was taken on, or changed as a whole, by an order, which outlives the files
    by: str = ""  # its author
    listed: Agent | None = None  # as files, or the order that took him on, have him
    overrides: dict[str, AgentOverride] = field(default_factory=dict)  # by field (model/agent_changes.py)

    def __post_init__(self) -> None:
        self.listed = self.listed or self.agent  # he is new, or was kept by a release that knew no overrides
        self.counted_at = self.counted_at or self.state_since  # he is new, or was kept by one that did not count

    @property
    def as_listed(self) -> Agent:
        """What he is without the changes by order."""
        return self.listed or self.agent

    def take(self, listed: Agent) -> None:
        """Let him be as listed, but for what orders changed."""
        changes = [AgentChange(field=name, value=kept.value) for name, kept in self.overrides.items()]
        self.listed, self.agent = listed, changed(listed, changes) if changes else listed

    def keep_differences(self, listed: Agent, wanted: Agent, at: Seconds) -> None:
        """Let him be `wanted`, by the order that took him on, but for what was changed since; what is as listed follows
        the files."""
        since = self.overrides
        by_order = {
            change.field: AgentOverride(value=change.value, author=self.by, since=at)
            for change in differences(listed, wanted)
        }
        self.overrides = by_order | since
        self.take(listed)

    @property
    def is_idle(self) -> bool:
        """Says that he is ready, has a phone that is free, and nothing to do."""
        at_hand = self.agent.phone != "" and not self.own
        return self.status is AgentStatus.READY and self.state is AgentState.IDLE and at_hand

    def is_free(self, now: Seconds) -> bool:
        """Can be offered a call at `now`."""
        return self.is_idle and self.rest_until <= now

    @property
    def doing(self) -> str:
        """In a word: `idle`, or what keeps him from calls."""
        if self.state is not AgentState.IDLE:
            return str(self.state.value)
        if self.status is not AgentStatus.READY:
            return str(self.status.value)
        return "idle" if self.agent.phone else "without a phone"

    @property
    def skills(self) -> Skills:
        """What he can do, by name, with levels."""
        return skills_of(self.agent.skills)

    def meets(self, requires: str) -> bool:
        """He can do what is required; nothing is required by an empty text."""
        return not requires or joint(requires).met(self.skills)


@dataclass(slots=True, kw_only=True)
class LiveMessage:
    """A caller's message for queue `box`, until somebody has dealt with it. `seconds` is None while it is recorded."""

    message: MessageId
    call: CallId
    box: QueueName
    node: NodeName
    path: str
    caller_number: str
    caller_name: str
    begun: Seconds
    seconds: Seconds | None = None


@dataclass(slots=True, kw_only=True)
class LivePromise:
    """A promise to call a customer back, until it is over. From `due` on it stands in line under its name `call` as if
    he waited there himself, unless a call is under way by which it is to be kept (`dialled`)."""

    call: CallId
    queue: QueueName
    priority: int
    also: tuple[QueueName, ...] = ()
    requires: str = ""
    prefers: str = ""
    only: AgentId = AgentId("")
    head_start: Seconds = 0.0
    waiting_since: Seconds
    arrival: Seconds
    number: str
    caller_number: str
    caller_name: str
    called_number: str
    entry: str
    node: NodeName
    made_at: Seconds
    made_in: CallId
    due: Seconds
    expires: Seconds
    author: str = ""
    dialled: CallId = CallId("")
    calls: int = 0  # that were begun for it
    tries: int = 0  # of them, the customer's phone was rung and he was not had
    visiting: bool = True  # stands in line as a caller would

    @property
    def wanted(self) -> Wanted:
        """What its customer wants of whoever calls him."""
        return Wanted((self.queue, *self.also), self.requires, self.prefers, self.only)


@dataclass(slots=True, kw_only=True)
class Override:
    """A supervisor's word on a calendar, in the place of its hours; `until` 0: for good."""

    open: bool
    until: Seconds
    since: Seconds
    author: str
    reason: str = ""


@dataclass(slots=True, kw_only=True)
class QueueOrder:
    """A supervisor's word on a queue; `until` 0: for good. `to`: where callers go whom it does not take."""

    mode: QueueMode
    since: Seconds
    until: Seconds
    author: str
    to: str = ""
    reason: str = ""


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
    messages: dict[MessageId, LiveMessage] = field(default_factory=dict)
    promises: dict[CallId, LivePromise] = field(default_factory=dict)
    paces: dict[QueueName, Pace] = field(default_factory=dict)
    overrides: dict[str, Override] = field(default_factory=dict)  # by calendar
    queue_orders: dict[QueueName, QueueOrder] = field(default_factory=dict)  # none: the queue is open
    asked: dict[QueueName, Seconds] = field(default_factory=dict)  # when its rules were last asked for their figures
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
    draws: bool = field(init=False, compare=False, repr=False)  # chance decides in one of the queues
    at_once: dict[QueueName, int] = field(init=False, compare=False, repr=False)  # of queues that ring several: so many
    _plans: dict[AgentId, _Plan] = field(init=False, compare=False, repr=False)
    _queues: dict[QueueName, Queue] = field(init=False, compare=False, repr=False)
    _entries: dict[str, Entry] = field(init=False, compare=False, repr=False)
    listed: frozenset[AgentId] = field(init=False, compare=False, repr=False)  # in the files

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
            self.census.note(agent.agent.agent, agent.doing, agent.agent.queues)
        self.idle = IdleAgents.of(self.in_line(agent) for agent in self.agents.values() if agent.is_idle)
        self.on_edition = Counter(call.edition for call in self.calls.values())
        if not self.editions:  # a new floor, or a snapshot of a release that knew no editions
            self.editions[self.edition] = self.to_be_in_force()

    def _line_up(self, one: LiveCall | LivePromise) -> None:
        self.open_pool(pool(one.wanted))
        self.waiting.setdefault(pool(one.wanted), []).append(Waiting(one.arrival, one.call))

    def take(self, settings: FloorSettings) -> None:
        """Let `settings` be in force."""
        self.settings = settings
        self._queues = {queue.name: queue for queue in settings.queues}
        asks = (
            (queue.name, frozenset().union(*(rule.asks for rule in rules(queue.rules)))) for queue in settings.queues
        )
        self.asking = {name: asked for name, asked in asks if asked - TIMED}
        self._plans = {}
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

    def reachable(self, node: NodeName) -> bool:
        """Requests to this node can be carried out and its truth is known."""
        live = self.nodes.get(node)
        return live is not None and live.is_reachable
