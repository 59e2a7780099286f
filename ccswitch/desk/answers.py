"""What is given out: changes, boards, lists, health.

Instants are seconds since the epoch, durations plain seconds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, Field

from ccswitch.desk.call_answers import CallRow
from ccswitch.floor.boards.agents import AgentBoard
from ccswitch.floor.boards.calendars import CalendarBoard, CalendarDay
from ccswitch.floor.boards.messages import MessageBoard
from ccswitch.floor.boards.nodes import NodeBoard
from ccswitch.floor.boards.overrides import Override
from ccswitch.floor.boards.promises import PromiseBoard
from ccswitch.floor.boards.queues import QueueBoard, QueueView
from ccswitch.model.nouns import Agent, BreakReason

# ---- changes ------------------------------------------------------------------------------------------------


class Changed(BaseModel):
    """An order was carried out."""

    order: str = Field(description="The order's id, as in journal and audit trail.")
    author: str
    what: str = Field(description="What changed.")


class Following(BaseModel):
    """Something that would happen to a call, or to none."""

    call: str
    what: str


class Preview(Changed):
    """What an order would do; nothing was done."""

    dry_run: bool = True
    follows: list[Following] = Field(default_factory=list, description="What would happen, in order.")


class AgentKept(Changed):
    """An agent was taken on or changed. A password that was made stands here, this once, and nowhere else."""

    sip_user: str = ""
    password: str = Field(default="", description="Empty unless one was made.")


# ---- boards -------------------------------------------------------------------------------------------------


class NodeList(BaseModel):
    """FreeSWITCH servers."""

    now: float
    nodes: list[NodeBoard]


class OverrideList(BaseModel):
    """What holds otherwise than the files say. `agents`: those whom orders changed, as the files would have them."""

    now: float
    overrides: list[Override]
    agents: list[Agent]


class AgentDay(BaseModel):
    """Seconds by what an agent did, breaks by reason, and what became of his offers: `network` were missed because his
    phone could not be reached."""

    agent: str
    ready: float
    ringing: float
    talking: float
    holding: float
    wrapup: float
    offline: float
    breaks: dict[str, float]
    offers: int
    answered: int
    rona: int
    rejected: int
    busy: int
    network: int


class AgentDays(BaseModel):
    """How agents' time went; `reasons` are those of breaks, as they are defined now."""

    now: float
    since: float
    until: float
    agents: list[AgentDay]
    reasons: list[BreakReason]


class SentOn(BaseModel):
    """Callers who left a queue for elsewhere, by what sent them."""

    queue: str
    result: str = Field(description="overflowed, exited, callback, transferred or moved.")
    to: str = Field(description="As queue:care.")
    why: str = Field(description="The rule as it is written, the key, or the order.")
    calls: int


class QueueBalance(BaseModel):
    """How evenly a queue's calls fell on its agents."""

    queue: str
    agents: int = Field(description="Those who were at work for ten minutes or more.")
    talks: int
    balance: float | None = Field(description="Gini coefficient of calls per hour at work; 0: all have the same.")


class QueueDays(BaseModel):
    """How queues did."""

    now: float
    since: float
    until: float
    sent_on: list[SentOn] = Field(default_factory=list)
    balances: list[QueueBalance] = Field(default_factory=list)


class CustomerRow(BaseModel):
    """One customer. `phones` are E.164, `keys` his ids in other systems, `contacted` when he was last in contact."""

    id: int
    name: str
    level: str
    language: str
    contacted: float | None
    phones: tuple[str, ...]
    keys: tuple[str, ...]
    tags: tuple[str, ...]


class AuditRow(BaseModel):
    """What one person wanted; `what` are the particulars, `n` the decision when it was an order to the floor."""

    id: int
    at: float
    author: str
    kind: str
    what: dict[str, Any] = Field(default_factory=dict)
    accepted: bool
    said: str = Field(description="What changed, or why it was refused.")
    n: int | None = None


class AuditList(BaseModel):
    """Who did what, the newest first; `next` begins the next page."""

    now: float
    audit: list[AuditRow]
    next: int | None = None


class CustomerList(BaseModel):
    """Customers that were found, the one who was in contact last first; at most 50."""

    customers: list[CustomerRow]


class CustomerAnswer(BaseModel):
    """One customer."""

    customer: CustomerRow


class MessageList(BaseModel):
    """Messages that nobody has dealt with, the oldest first."""

    now: float
    messages: list[MessageBoard]


class CallbackRow(BaseModel):
    """A promise to call back as the records have it; `result` is null while it stands."""

    promise_id: str
    started: float
    ended: float | None = None
    made_in: str = ""
    queue: str = ""
    number: str = ""
    caller_name: str = ""
    author: str = ""
    since: float = 0.0
    due: float = 0.0
    expires: float = 0.0
    in_time: float | None = Field(default=None, description="Until then it is, or was, kept in time.")
    attempts: int = 0
    last_call: str = ""
    last_attempt: str = ""
    result: str | None = None
    why: str = ""
    end_why: str = ""


class CallbackList(BaseModel):
    """Promises to call back that stand, as they will be served; and, if asked for, those that are over."""

    now: float
    callbacks: list[PromiseBoard]
    past: list[CallbackRow] = Field(default_factory=list)


class CallbackAnswer(BaseModel):
    """One promise to call back: how it stands, if it does, and why; and what the records have of it."""

    now: float
    callback: PromiseBoard | None = None
    because: list[str] = Field(default_factory=list)
    record: CallbackRow | None = None
    calls: list[CallRow] = Field(default_factory=list, description="By which it was to be kept, in order of time.")
    records: str = Field(default="there", description="`away` when the database cannot be asked.")


class CalendarList(BaseModel):
    """Calendars, and how they stand."""

    now: float
    calendars: list[CalendarBoard]


class CalendarAnswer(BaseModel):
    """One calendar with its coming days."""

    now: float
    calendar: CalendarBoard
    days: list[CalendarDay]


class QueueList(BaseModel):
    """Queues at a glance."""

    now: float
    queues: list[QueueBoard]


class QueueAnswer(BaseModel):
    """One queue in full. `today` has its figures since midnight by name, null while the database is away."""

    now: float
    queue: QueueView
    today: dict[str, float | None] | None


class AgentList(BaseModel):
    """Agents."""

    now: float
    agents: list[AgentBoard]


class AgentAnswer(BaseModel):
    """One agent."""

    now: float
    agent: AgentBoard


class AgentExplanation(BaseModel):
    """Which waiting callers an agent could take, and why he does not take the others."""

    agent: str
    because: list[str]


# ---- health -------------------------------------------------------------------------------------------------


class HealthAnswer(BaseModel):
    """How the controller feels. `warnings` do not make it unwell: something on a node needs somebody's hand."""

    status: Literal["ok", "degraded"]
    reasons: list[str]
    warnings: list[str] = Field(default_factory=list)


def rows(model: type[BaseModel], found: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Rows of the records as `model`; columns that it does not name stay in."""
    return [model.model_validate(row) for row in found]
