"""The whole floor: every call, agent, queue and node as the brain holds them. Changed by `apply` alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from ccswitch.acd.idle_agents import IdleAgent, IdleAgents
from ccswitch.acd.matching import Waiting
from ccswitch.acd.pools import Pool, queue_of, requires_of
from ccswitch.floor.due import Deadlines
from ccswitch.floor.pace import Pace
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
    requires: str = ""  # of the agent's skills
    waiting_since: Seconds = 0.0
    visiting: bool = False
    joined_at: Seconds = 0.0  # this queue, however long he had waited before
    turned: int = 0  # times in a row that a queue did not have him
    music: ExecuteId = ExecuteId("")
    offer: OfferId = OfferId("")
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

    @property
    def waits(self) -> bool:
        """In a queue, offered or not. Who takes the way out may come back to his place, but waits no more till then."""
        return self.visiting and self.place is not CallPlace.WAYOUT


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
class LiveAgent:
    """An agent at work. `status` is what he says, `state` what we know."""

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
    own: CallId = CallId("")  # that his own phone makes
    rest_until: Seconds = 0.0
    rest_why: str = ""
    by_order: bool = False  # name, phone or queues were set by an order, which outlives the files

    @property
    def is_idle(self) -> bool:
        """Says that he is ready, has a phone that is free, and nothing to do."""
        at_hand = self.agent.phone != "" and not self.own
        return self.status is AgentStatus.READY and self.state is AgentState.IDLE and at_hand

    def is_free(self, now: Seconds) -> bool:
        """Can be offered a call at `now`."""
        return self.is_idle and self.rest_until <= now

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
    waiting: dict[Pool, list[Waiting]] = field(default_factory=dict)  # without those who are offered
    messages: dict[MessageId, LiveMessage] = field(default_factory=dict)
    paces: dict[QueueName, Pace] = field(default_factory=dict)
    overrides: dict[str, Override] = field(default_factory=dict)  # by calendar
    queue_orders: dict[QueueName, QueueOrder] = field(default_factory=dict)  # none: the queue is open
    gone: dict[LegId, Seconds] = field(default_factory=dict)  # legs that ended lately: news of them is old news
    deadlines: Deadlines = field(default_factory=Deadlines)
    # indexes: derived from the above, they do not travel
    idle: IdleAgents = field(init=False, compare=False)  # only these can be free; in pools as far as any was opened
    on_edition: dict[int, int] = field(init=False, compare=False, repr=False)  # live calls by their edition
    _pools: dict[QueueName, dict[Pool, str]] = field(init=False, compare=False, repr=False)  # what they require
    _queues: dict[QueueName, Queue] = field(init=False, compare=False, repr=False)
    _entries: dict[str, Entry] = field(init=False, compare=False, repr=False)
    _listed: frozenset[AgentId] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        self._pools = {}
        for name in self.waiting:
            self.open_pool(name)
        self.idle = IdleAgents.of(self.in_line(agent) for agent in self.agents.values() if agent.is_idle)
        self.take(self.settings)
        self.on_edition = Counter(call.edition for call in self.calls.values())
        if not self.editions:  # a new floor, or a snapshot of a release that knew no editions
            self.editions[self.edition] = self.to_be_in_force()

    def take(self, settings: FloorSettings) -> None:
        """Let `settings` be in force."""
        self.settings = settings
        self._queues = {queue.name: queue for queue in settings.queues}
        self._entries = {entry.name: entry for entry in settings.entries}
        self._listed = frozenset(agent.agent for agent in settings.agents)

    def open_pool(self, name: Pool) -> bool:
        """Let agents stand in a line for what is required there; False when they do already, or nothing is required."""
        if not requires_of(name):
            return False
        of_queue = self._pools.setdefault(queue_of(name), {})
        if name in of_queue:
            return False
        of_queue[name] = requires_of(name)
        return True

    def in_line(self, agent: LiveAgent) -> IdleAgent:
        """How he stands among the idle: in each queue's line, and in that of each of its pools whose callers he can
        help."""
        lines = frozenset[Pool](map(Pool, agent.agent.queues))
        if self._pools:
            opened = (self._pools.get(queue, {}).items() for queue in agent.agent.queues)
            lines = lines.union(name for pools in opened for name, requires in pools if agent.meets(requires))
        return IdleAgent(agent.idle_since, agent.agent.agent, lines, agent.rest_until)

    def has_waiting(self, queue: QueueName) -> bool:
        """Somebody waits in the queue and is not offered, whatever he requires."""
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

    def lists(self, agent: LiveAgent) -> bool:
        """He is on the list: by the settings in force, or by an order, which outlives them."""
        return agent.by_order or agent.agent.agent in self._listed

    def entry(self, name: str) -> Entry | None:
        """The entry of that name, or None."""
        return self._entries.get(name)

    def call_of(self, leg: LegId) -> LiveCall | None:
        """The live call that a leg belongs to, or None."""
        known = self.legs.get(leg)
        return self.calls.get(known.call) if known else None

    def reachable(self, node: NodeName) -> bool:
        """Requests to this node can be carried out and its truth is known."""
        live = self.nodes.get(node)
        return live is not None and live.is_reachable
