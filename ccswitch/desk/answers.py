"""What is given out, and the document of the API (OpenAPI 3.1, served at /openapi.json).

Instants are seconds since the epoch, durations plain seconds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, cast

import falcon
from pydantic import BaseModel, Field, ValidationError
from spectree import Response, SecurityScheme, SpecTree
from spectree.model_adapter.pydantic_adapter import PydanticModelAdapter
from spectree.models import SecureType, SecuritySchemeData

from ccswitch.desk.bodies import invalid
from ccswitch.desk.errors import Trouble
from ccswitch.floor.boards.agents import AgentBoard
from ccswitch.floor.boards.calendars import CalendarBoard, CalendarDay
from ccswitch.floor.boards.calls import CallBoard
from ccswitch.floor.boards.messages import MessageBoard
from ccswitch.floor.boards.nodes import NodeBoard
from ccswitch.floor.boards.overrides import Override
from ccswitch.floor.boards.queues import QueueBoard, QueueView
from ccswitch.floor.boards.scripts import ScriptBoard
from ccswitch.model.nouns import Agent, BreakReason

# ---- the document -------------------------------------------------------------------------------------------


def _refuse_invalid(_req: Any, _resp: Any, error: Exception | None, _self: Any, _adapter: Any) -> None:
    if isinstance(error, ValidationError):
        raise invalid(error)


def _short(model: type) -> str:
    return model.__name__


class OnceEach(PydanticModelAdapter):
    """Describes a model once: spectree asks for that of `Trouble` some two hundred times, a sixth of a start."""

    def __init__(self) -> None:
        super().__init__()
        self._described: dict[object, dict[str, Any]] = {}

    def json_schema(
        self, model: type[Any], *, ref_template: str, mode: Literal["validation", "serialization"] = "validation"
    ) -> dict[str, Any]:
        """What pydantic says; spectree copies it before it changes anything."""
        wanted = model, ref_template, mode
        if wanted not in self._described:
            self._described[wanted] = super().json_schema(model, ref_template=ref_template, mode=mode)
        return self._described[wanted]


DOCUMENT = SpecTree(
    "falcon",
    model_adapter=cast(Any, OnceEach()),
    mode="strict",
    title="ccswitch control API",
    description="Instants are seconds since the epoch, durations plain seconds.",
    version="1",
    page_templates={},  # the usual pages load scripts from other people's servers
    annotations=False,
    validation_error_model=Trouble,
    naming_strategy=_short,
    nested_naming_strategy=lambda _parent, child: child,
    before=_refuse_invalid,
    security_schemes=[SecurityScheme(name="token", data=SecuritySchemeData(type=SecureType.HTTP, scheme="bearer"))],
    security={"token": []},
)

REFUSALS: dict[int, str] = {
    400: "What was sent is not JSON.",
    401: "No good token was sent.",
    403: "The token's role does not allow it.",
    404: "There is no such thing.",
    409: "The order was refused; `why` says why.",
    413: "The body is too large.",
    503: "The database is away, or the controller did not answer in time.",
}
READING = (401, 403, 404, 503)
CHANGING = (400, 401, 403, 404, 409, 413, 503)


def answers(model: type[BaseModel], refusals: Sequence[int], **more: Any) -> Response:
    """The answers of one path: `model` when all went well, `Trouble` otherwise, `more` by `HTTP_…`."""
    refused: dict[str, Any] = {f"HTTP_{code}": (Trouble, REFUSALS[code]) for code in refusals}
    return Response(**({"HTTP_200": model} | refused | more))


class DocumentResource:
    """GET /openapi.json."""

    def on_get(self, _req: falcon.Request, resp: falcon.Response) -> None:
        """The document itself."""
        resp.media = DOCUMENT.spec


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


# ---- calls --------------------------------------------------------------------------------------------------


class CallRow(BaseModel):
    """A call as the records have it; `result` is null while it lasts."""

    call_id: str
    started: float
    ended: float | None = None
    duration: float | None = None
    node: str = ""
    entry: str = ""
    caller_number: str = ""
    caller_name: str = ""
    called_number: str = ""
    origin: str = Field(default="inbound", description="inbound, callback, outbound or internal.")
    queue: str = ""
    agent: str = ""
    result: str | None = None
    unrecorded: str = Field(default="", description="Why the recording is missing or not whole.")
    cause: str = ""
    why: str = ""


class LegRow(BaseModel):
    """One FreeSWITCH channel of a call."""

    leg_id: str
    role: str = ""
    number: str = ""
    agent: str = ""
    started: float
    connected: float | None = None
    ended: float | None = None
    cause: str = ""


class StepRow(BaseModel):
    """One step of a script, or one try of it; a queue's lasts until the talk is over."""

    started: float
    ended: float | None = None
    duration: float | None = None
    script: str = ""
    script_hash: str = Field(default="", description="The version.")
    step: str = ""
    kind: str = ""
    try_number: int = 1
    keys: str = Field(default="", description="What was keyed; never masked digits.")
    result: str = ""
    why: str = Field(default="", description="What was wrong.")
    led_to: str = Field(default="", description="The step that followed, or `end`.")


class VisitRow(BaseModel):
    """One stay in a queue."""

    queue: str
    started: float
    ended: float | None = None
    waited: float | None = None
    result: str | None = None
    left_to: str = ""
    end_why: str = ""
    agent: str = ""
    why: str = ""


class OfferRow(BaseModel):
    """One proposal of the call to an agent."""

    agent: str
    queue: str = ""
    started: float
    rang: float | None = None
    answered: float | None = None
    ended: float | None = None
    result: str | None = None
    cause: str = ""
    why: str = ""
    end_why: str = ""


class TalkRow(BaseModel):
    """One talk with an agent; `held` is part of the duration."""

    agent: str
    queue: str = ""
    started: float
    ended: float | None = None
    duration: float | None = None
    held: float = 0.0
    ended_by: str = ""
    recording: str = ""


class CallList(BaseModel):
    """Live calls, oldest first, and ended ones, newest first. `next` asks for the page after; `records` says whether
    the database could be asked."""

    now: float
    live: list[CallBoard]
    recent: list[CallRow]
    next: str | None = None
    records: Literal["ok", "away"] = "ok"


class CallAnswer(BaseModel):
    """One call: `live` as the floor has it now, the rest as the records have it."""

    now: float
    live: CallBoard | None
    call: CallRow | None
    legs: list[LegRow] = Field(default_factory=list)
    steps: list[StepRow] = Field(default_factory=list)
    visits: list[VisitRow] = Field(default_factory=list)
    offers: list[OfferRow] = Field(default_factory=list)
    talks: list[TalkRow] = Field(default_factory=list)
    records: Literal["ok", "away"] = "ok"


class TraceLine(BaseModel):
    """One outcome about a call, with the input that led to it."""

    at: float
    kind: str
    text: str
    given: str = ""


class Trace(BaseModel):
    """The service trace of one call. A live call's last second may still be on its way to the records."""

    call_id: str
    trace: list[TraceLine]


class Reason(BaseModel):
    """One stay in a queue, one offer or one refused transfer, and why it was and ended so."""

    at: float
    kind: str
    queue: str = ""
    agent: str = ""
    why: str = ""
    result: str | None = None
    end_why: str = ""
    duration: float | None = None


class Explanation(BaseModel):
    """Why a call is where it is (`now_because`, empty when it is over), and how it came there."""

    call_id: str
    now_because: list[str]
    so_far: list[Reason]
    ended_because: str = ""
    records: Literal["ok", "away"] = "ok"


# ---- scripts ------------------------------------------------------------------------------------------------


class ScriptList(BaseModel):
    """Scripts, and which version of each is in force."""

    now: float
    scripts: list[ScriptBoard]


class ScriptAnswer(BaseModel):
    """One script, with the text that is in force and, beside it, that of the canary."""

    now: float
    script: ScriptBoard
    text: str
    canary_text: str = ""


class VersionText(BaseModel):
    """One version's text."""

    script: str
    version: str
    text: str


class VersionRow(BaseModel):
    """A version that was released at least once; `author` is empty of one that came from a file."""

    hash: str
    at: float = Field(description="When it was first released.")
    author: str = ""
    comment: str = ""


class ReleaseRow(BaseModel):
    """What was put in force, by whom."""

    at: float
    kind: str = Field(description="published, canary, promoted or rolled_back.")
    hash: str
    canary: str = ""
    share: float = 0.0
    before: str = ""
    author: str = ""
    comment: str = ""


class Versions(BaseModel):
    """The versions of a script, and its releases, the newest first."""

    script: ScriptBoard
    versions: list[VersionRow]
    releases: list[ReleaseRow]


class WayOut(BaseModel):
    """So many calls left the script so, in this step."""

    how: str = Field(description="queue, transfer, hangup, left, abandoned, in it now, …")
    step: str
    calls: int


class StepUse(BaseModel):
    """So many calls came to a step, so many hung up there."""

    step: str
    kind: str
    came: int
    left: int


class MenuUse(BaseModel):
    """How well a menu or a collection is understood: tries in all, without input, with a wrong one."""

    step: str
    tries: int
    no_input: int
    wrong_input: int


class VersionUse(BaseModel):
    """The figures of one version; `median` is seconds in the script."""

    version: str
    calls: int
    first: float
    last: float
    median: float | None = None
    ways_out: list[WayOut]
    steps: list[StepUse]
    menus: list[MenuUse]


class Usage(BaseModel):
    """How callers used a script, the version that was used last first."""

    script: str
    versions: list[VersionUse]


# ---- health -------------------------------------------------------------------------------------------------


class HealthAnswer(BaseModel):
    """How the controller feels. `warnings` do not make it unwell: something on a node needs somebody's hand."""

    status: Literal["ok", "degraded"]
    reasons: list[str]
    warnings: list[str] = Field(default_factory=list)


def rows(model: type[BaseModel], found: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Rows of the records as `model`; columns that it does not name stay in."""
    return [model.model_validate(row) for row in found]
