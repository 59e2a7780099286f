"""Who is alive on the floor: nodes, calls and their legs, offers, guests, agents. What else stands: `standing.py`."""

from __future__ import annotations

from dataclasses import field

from ccswitch.acd.pools import Pool, Wanted, pool
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
    NAILED_UP,
    Agent,
    AgentChange,
    AgentState,
    AgentStatus,
    CallOrigin,
    CallPlace,
    CallResult,
    GuestMode,
    LegRole,
    OfferResult,
    Word,
)
from ccswitch.model.outcomes import CallStarted
from ccswitch.model.skills import Skills, joint, skills_of
from ccswitch.model.value import mutable

# A member of an Enum costs 0.1 µs to look up in Python 3.11: these are asked for at every step of a call or an agent.
_IDLE, _READY = AgentState.IDLE, AgentStatus.READY
_SCRIPT, _WAITING, _DIALLING, _CALLBACK = CallPlace.SCRIPT, CallPlace.WAITING, CallPlace.DIALLING, CallOrigin.CALLBACK


@mutable
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


@mutable
class LiveLeg:
    """One FreeSWITCH channel of a call."""

    leg: LegId
    call: CallId
    role: LegRole
    opened_at: Seconds
    answered: bool = False
    agent: AgentId = AgentId("")


@mutable
class LiveNailed:
    """An agent's nailed-up leg: rung, and from `stands_since` on parked between calls. While a call has it, it is one
    of `State.legs` too."""

    leg: LegId
    agent: AgentId
    node: NodeName
    phone: str
    rung_at: Seconds
    deadline: Seconds  # of the ringing
    stands_since: Seconds = 0.0  # 0: it rings

    @property
    def stands(self) -> bool:
        """He answered it."""
        return self.stands_since > 0.0


@mutable
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
    campaign: str = ""  # by whose number he came
    came_from: str = ""  # the site that sent him, and what he brought, which counts in each queue
    brought_head_start: Seconds = 0.0
    brought_requires: str = ""
    brought_prefers: str = ""
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
    talks: int = 0  # how many there were
    last_talk: Seconds = 0.0  # how long it was
    last_agent: AgentId = AgentId("")  # with whom
    bound_for: str = ""  # the target to which he is being transferred
    aside: ExecuteId = ExecuteId("")  # what his agent hears while he asks somebody else
    waits_on: bool = False  # his agent went while he asked somebody: whom nobody has is back in line
    outside: LegId = LegId("")  # of the outside number to which he was passed on
    # what its script said of it
    tags: tuple[str, ...] = ()
    message: MessageId = MessageId("")  # that is being recorded
    record: bool | None = None  # whether its talks are recorded; None: as the queue's rule has it
    recording: str = ""  # where it is written, empty when it is not, or no longer can be
    paused: bool = False  # silence is recorded until the recording is resumed
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
    dialled_legs: list[LegId] = field(default_factory=list)  # of his devices that ring; `dialled` is one of them
    devices_rung: int = 1  # of those that he has
    devices_said: list[str] = field(default_factory=list)  # the causes of those that did not take it
    reached: bool = False  # it answered, and is being joined

    def __post_init__(self) -> None:
        if self.dialled and not self.dialled_legs:  # kept by a release that rang one device
            self.dialled_legs = [self.dialled]

    def dial(self, legs: list[LegId], agent: AgentId) -> None:
        """The other side is rung under these legs; under none: not any more."""
        self.dialled = legs[0] if legs else LegId("")
        self.dialled_legs, self.dialled_agent, self.reached = legs, agent, False
        self.devices_rung, self.devices_said = 1, []

    @classmethod
    def begun(cls, started: CallStarted, at: Seconds) -> LiveCall:
        """The call as it is when it begins, at `at`."""
        return cls(
            call=started.call,
            leg=started.leg,
            node=started.node,
            entry=started.entry,
            caller_number=started.caller_number,
            caller_name=started.caller_name,
            called_number=started.called_number,
            answered=started.answered,
            started_at=at,
            origin=started.origin,
            place=_DIALLING if started.origin is _CALLBACK else _SCRIPT,
            place_since=at,
            by=started.by,
            own_leg=started.leg if started.by else LegId(""),
            campaign=started.campaign,
        )

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
        return self.place is _DIALLING and self.origin is _CALLBACK

    @property
    def wanted(self) -> Wanted:
        """What he wants of whoever answers."""
        return Wanted((self.queue, *self.also), self.requires, self.prefers, self.only)

    @property
    def pool(self) -> Pool:
        """Where he stands while he waits. Most want nothing special, and that is told without naming what they want."""
        if self.requires or self.also or self.prefers or self.only:
            return pool(self.wanted)
        return Pool(self.queue)

    @property
    def is_in_line(self) -> bool:
        """He waits, and is offered to nobody."""
        return self.place is _WAITING and not self.offers


@mutable
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
    legs: list[LegId] = field(default_factory=list)  # of his devices that ring; `leg` is one of them
    refused: list[OfferResult] = field(default_factory=list)  # what the others said
    rung: int = 1  # devices, of those that he has

    def __post_init__(self) -> None:
        self.legs = self.legs or [self.leg]  # kept by a release that knew one device

    def answer_at(self, leg: LegId) -> None:
        """He answered at the device of this leg; empty: at the only one."""
        self.answered, self.leg = True, leg or self.leg
        self.legs = [self.leg]


@mutable
class LiveGuest:
    """Somebody else at a talk, or rung for it. `joined`: he answered, and hears it or is being joined to the caller."""

    leg: LegId
    call: CallId
    agent: AgentId
    mode: GuestMode
    by: str
    since: Seconds
    joined: bool = False
    number: str = ""  # outside, where he is no agent
    asked: bool = False  # the agent asks him (consult), whatever his mode is by now

    @property
    def name(self) -> str:
        """Who he is: an agent, or an outside number."""
        return self.agent or self.number

    @property
    def passes_to(self) -> str:
        """The target (`model/targets.py`) that the caller reaches by him."""
        return f"agent:{self.agent}" if self.agent else f"number:{self.number}"


@mutable
class AgentOverride:
    """What an order says of one field of an agent, in the place of the files; `until` 0: for good."""

    value: str
    author: str
    since: Seconds
    until: Seconds = 0.0


@mutable
class LiveOtherCall:
    """A call at the phone of the account `user` in which we have no part. `outgoing`: the phone called."""

    leg: LegId
    node: NodeName
    user: str
    number: str
    outgoing: bool
    since: Seconds
    answered_at: Seconds = 0.0  # 0: it rings


IN_A_WORD: dict[Word, str] = {one: str(one.value) for words in (AgentState, AgentStatus) for one in words}


@mutable
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
    worked: Seconds = 0.0  # in talks, on hold, in wrap-up, in calls of his own, as a guest
    idled: Seconds = 0.0  # ready without them
    counted_at: Seconds = 0.0
    offered_at: Seconds = 0.0  # last; 0: never
    turns: int = 0  # offers that he had
    draw: float = 0.0  # of his next turn, where chance decides
    own: CallId = CallId("")  # that his own phone makes
    others: list[LiveOtherCall] = field(init=False, default_factory=list)  # at his phones (from State.others)
    nailed: LegId = LegId("")  # his nailed-up leg, rung or standing
    nailed_free: bool = False  # it stands, and no call has it
    nailed_since: Seconds = 0.0  # when it was rung, stood, or ended last
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
        if self.status is not _READY or self.state is not _IDLE:
            return False
        return self.agent.phone != "" and not self.own and not self.others and not self.lacks_leg

    @property
    def lacks_leg(self) -> bool:
        """He is to be nailed up, and has no leg on which a call can be put now."""
        return not self.nailed_free and self.agent.connection == NAILED_UP

    @property
    def is_ready_for_leg(self) -> bool:
        """A nailed-up leg of his is to stand, and his phone is free to be rung for it."""
        idle = self.status is AgentStatus.READY and self.state is AgentState.IDLE
        return idle and self.keeps_leg and self.agent.phone != "" and not self.on_phone

    @property
    def keeps_leg(self) -> bool:
        """His nailed-up leg, once it stands, may stand on: in a break too."""
        return self.agent.connection == NAILED_UP and self.status is not AgentStatus.OFFLINE

    @property
    def on_phone(self) -> bool:
        """One of his phones is in a call that nobody gave him."""
        return bool(self.own or self.others)

    def is_free(self, now: Seconds) -> bool:
        """Can be offered a call at `now`."""
        return self.is_idle and self.rest_until <= now

    @property
    def doing(self) -> str:
        """In a word: `idle`, or what keeps him from calls."""
        if self.state is not _IDLE:
            return IN_A_WORD[self.state]
        if self.status is not _READY:
            return IN_A_WORD[self.status]
        if self.own or self.others:
            return "in another call"
        if not self.agent.phone:
            return "without a phone"
        if self.lacks_leg:
            return "nailed-up leg rung" if self.nailed else "nailed-up leg down"
        return "idle"

    @property
    def skills(self) -> Skills:
        """What he can do, by name, with levels."""
        return skills_of(self.agent.skills)

    def meets(self, requires: str) -> bool:
        """He can do what is required; nothing is required by an empty text."""
        return not requires or joint(requires).met(self.skills)
