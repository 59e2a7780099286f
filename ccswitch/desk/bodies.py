"""What is taken in: JSON within limits, and strict models that refuse what they do not know."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import falcon
import orjson
from falcon.media import BaseHandler
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic_core import ErrorDetails

from ccswitch.desk.errors import Declined, Wrong
from ccswitch.model.nouns import CallResult

LARGEST = 64 * 1024  # bytes of a body
LARGEST_SCRIPT = 256 * 1024  # of one that brings a script: some 5,000 lines
DEEPEST = 8  # lists and objects within each other


class Json(BaseHandler):
    """JSON by orjson, as large as `BodyLimits` lets it be, not deeper than DEEPEST."""

    def serialize(self, media: object, content_type: str | None = None) -> bytes:
        """Any plain value as bytes."""
        return orjson.dumps(media)

    def deserialize(self, stream: Any, content_type: str | None, content_length: int | None) -> object:
        """Read one document. Raises errors with status 400, 408 or 422."""
        try:
            data = stream.read(LARGEST_SCRIPT + 1)
        except OSError as error:
            raise Declined(falcon.HTTP_408, "The body did not come", str(error), "send it at once") from error
        if not data:
            raise falcon.MediaNotFoundError("JSON")
        try:
            media = orjson.loads(data)
        except orjson.JSONDecodeError as error:
            raise falcon.MediaMalformedError("JSON") from error
        if too_deep(media):
            raise Declined(falcon.HTTP_422, "The request is not valid", f"nested deeper than {DEEPEST}", "send less")
        return media


def too_deep(media: object) -> bool:
    """Whether lists and objects stand deeper within each other than any of our bodies needs."""
    level = [media]
    for _ in range(DEEPEST + 1):
        level = [inner for value in level for inner in _inside(value)]
        if not level:
            return False
    return True


def _inside(value: object) -> list[object]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


class BodyLimits:
    """Falcon middleware: refuse a body by its head, before a byte of it is read."""

    def process_request(self, req: falcon.Request, _resp: falcon.Response) -> None:
        """413 when it says it is too large, 411 when it does not say."""
        closing = {"Connection": "close"}
        if req.get_header("Transfer-Encoding"):
            why = "a body must say its length"
            raise Declined(
                falcon.HTTP_411, "The body has no length", why, "send a Content-Length header", headers=closing
            )
        most = LARGEST_SCRIPT if req.path.endswith("/publish") else LARGEST
        if (req.content_length or 0) > most:
            why = f"at most {most} bytes are taken"
            raise Declined(falcon.HTTP_413, "The body is too large", why, "send less", headers=closing)


# ---- kinds of text ------------------------------------------------------------------------------------------


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("must be one line of printable characters")
    return text


NAME = r"^\w[\w.-]{0,63}$"
PHONE = r"^[\w+*#.:@;=/ ()-]{0,128}$"
NUMBER = r"^[\w+*#.@:-]{1,64}$"
PASSWORD = r"^[!-~]{8,128}$"
SKILL = r"^\w[\w.-]{0,63}(=([1-9]|10))?$"
VERSION = r"^[0-9a-f]{4,16}$"
PAGE = r"^[0-9.]{1,20}:[A-Za-z0-9-]{1,128}$"
WORDS: dict[str, str] = {
    NAME: "letters, digits and _ . - only, at most 64, a letter or digit first",
    PHONE: "1001, sip:1001@192.0.2.7:5060 or trunk:NAME/13800138000, at most 128 characters",
    NUMBER: "letters, digits and + * # . @ : _ - only, at most 64",
    PASSWORD: "8 to 128 ASCII characters, no space",
    SKILL: "as billing=7, a level from 1 to 10",
    VERSION: "the beginning of a version's hash, at least 4 of 0-9 a-f",
    PAGE: "what `next` of the page before says",
}
Name = Annotated[str, StringConstraints(pattern=NAME), Field(description=WORDS[NAME])]
PhoneText = Annotated[str, StringConstraints(pattern=PHONE), Field(description=WORDS[PHONE])]
SkillText = Annotated[str, StringConstraints(pattern=SKILL), Field(description=WORDS[SKILL])]
Number = Annotated[str, StringConstraints(pattern=NUMBER)]
Password = Annotated[str, StringConstraints(pattern=PASSWORD)]
Line = Annotated[str, StringConstraints(max_length=80), AfterValidator(_printable)]
Comment = Annotated[str, StringConstraints(max_length=500), AfterValidator(_printable)]
Version = Annotated[str, StringConstraints(pattern=VERSION), Field(description=WORDS[VERSION])]
Instant = Annotated[float, Field(ge=0, le=1e11, allow_inf_nan=False)]


class Body(BaseModel):
    """A JSON body: types as they are, nothing unknown."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Query(BaseModel):
    """A query string: text is read as numbers, nothing unknown."""

    model_config = ConfigDict(extra="forbid")


class NewAgent(Body):
    """An agent to take on, or to change: what is left out is emptied, except the password."""

    agent: Name
    name: Line = Field(default="", description="As people call him.")
    phone: PhoneText = ""
    queues: Annotated[list[Name], Field(max_length=200)] = Field(default_factory=list)
    skills: Annotated[list[SkillText], Field(max_length=200)] = Field(default_factory=list, description="As billing=7.")
    password: Password | None = Field(
        default=None, description="Of the SIP account; left out, the one that is kept stays, or one is made."
    )
    new_password: bool = Field(default=False, description="Make a new one, even if one is kept.")


class NewCallback(Body):
    """A promise to call a customer: by an agent of `queue`, as soon as one is free, or not before `at`."""

    queue: Name
    number: Annotated[str, StringConstraints(max_length=40)]
    name: Line = Field(default="", description="The customer's, for the agent's screen.")
    at: Instant = 0.0
    priority: int = Field(default=0, ge=0, le=100)
    reason: Comment = ""


class Wrapup(Body):
    """What becomes of an agent's wrap-up; `by` is how many seconds more."""

    change: Literal["end", "extend"]
    by: float = Field(default=60.0, ge=1, le=14_400, allow_inf_nan=False)


Level = Annotated[int, Field(ge=1, le=10)]


class SkillsChange(Body):
    """Skills that an agent gets, with their levels, and those that he has no longer; `until` 0: for good."""

    set: dict[Name, Level] = Field(default_factory=dict, max_length=50)
    drop: list[Name] = Field(default_factory=list, max_length=50)
    until: Instant = 0.0


class QueuesChange(Body):
    """Queues that an agent serves from now on, and those that he does no longer; `until` 0: for good."""

    add: list[Name] = Field(default_factory=list, max_length=50)
    drop: list[Name] = Field(default_factory=list, max_length=50)
    until: Instant = 0.0


class DevicesChange(Body):
    """Further devices that ring besides an agent's phone (none: his phone alone), and how; `until` 0: for good."""

    phones: list[PhoneText] | None = Field(default=None, max_length=8)
    ring: Literal["together", "in_turn"] | None = None
    until: Instant = 0.0


class ConnectionChange(Body):
    """How an agent's phone is reached: rung for each call, or rung once for a leg that stands; `until` 0: for good."""

    connection: Literal["on_demand", "nailed_up"]
    until: Instant = 0.0


class LegChange(Body):
    """Whether an agent's nailed-up leg is rung, or hung up."""

    up: bool


FIELD = r"^(name|phones?|ring|connection|(queue|skill):\w[\w.-]{0,63})$"
WORDS[FIELD] = "name, phone, phones, ring, connection, queue:NAME or skill:NAME"


class Following(Body):
    """What of an agent is to be as in the files again; none: all of it."""

    fields: list[Annotated[str, StringConstraints(pattern=FIELD)]] = Field(default_factory=list, max_length=200)


class Break(Body):
    """Why he takes a break."""

    reason: Line = ""


class Dial(Body):
    """Whom an agent calls: an outside number, shown the number of `queue` where it has one."""

    number: Line
    queue: Name | Literal[""] = ""


class NewVersion(Body):
    """A version of a script, for all new calls or for a share of them."""

    text: Annotated[str, StringConstraints(max_length=LARGEST_SCRIPT)] = Field(description="The YAML.")
    comment: Comment = ""
    share: float = Field(default=1.0, gt=0, le=1, description="Of the new calls; below 1 it is a canary.")


class Promotion(Body):
    """The canary is to take all new calls."""

    comment: Comment = ""


class Rollback(Body):
    """End the canary; without one go back to the version before, or `to`."""

    to: Version | None = None
    comment: Comment = ""


class CallbacksQuery(Query):
    """Which promises."""

    past: int = Field(default=0, ge=0, le=500, description="So many of those that are over too, the latest first.")


class UsageQuery(Query):
    """Which calls are counted."""

    since: Instant | None = Field(default=None, description="Steps begun at or after, seconds since the epoch.")
    until: Instant | None = Field(default=None, description="Steps begun before, seconds since the epoch.")
    version: Version | None = None


class Overriding(Body):
    """Why, and until when (seconds since the epoch; 0 until it is taken back)."""

    reason: Line = ""
    until: Instant = 0.0


TargetText = Annotated[str, StringConstraints(max_length=80), AfterValidator(_printable)]


class QueueChange(Body):
    """Where callers go whom the queue does not take (as voicemail:sales), why, and until when (seconds since the
    epoch; 0 until it is said otherwise)."""

    to: TargetText = ""
    reason: Line = ""
    until: Instant = 0.0


class Moving(Body):
    """Where callers are sent (as queue:sales): all who wait, or one call."""

    to: TargetText
    call: Annotated[str, StringConstraints(max_length=128)] = ""


class Prioritising(Body):
    """A waiting caller's priority."""

    priority: Annotated[int, Field(ge=0, le=100)]


class HoldingRecordings(Body):
    """Whether a call's recordings are kept whatever the rules say, and why."""

    on: bool = True
    why: Comment = ""


class AuditQuery(Query):
    """Which orders; `before` is the `next` of the page before."""

    author: Line | None = None
    kind: Line | None = Field(default=None, description="What was wanted, or a part of its name.")
    about: Annotated[str, StringConstraints(max_length=128)] | None = Field(
        default=None, description="An agent, queue, call, script or number that it names."
    )
    since: Instant | None = Field(default=None, description="At or after, seconds since the epoch.")
    until: Instant | None = Field(default=None, description="Before, seconds since the epoch.")
    limit: int = Field(default=50, ge=1, le=500)
    before: int | None = Field(default=None, ge=1, le=9_007_199_254_740_991)


class CustomersQuery(Query):
    """Who is looked for."""

    find: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=128)] = Field(
        description="A number, an id in another system, or a part of the name."
    )


Tag = Annotated[str, StringConstraints(pattern=r"^[\w.:-]{1,64}$")]


class TagChange(Body):
    """Tags that a customer gets and loses."""

    add: list[Tag] = Field(default_factory=list, max_length=50)
    remove: list[Tag] = Field(default_factory=list, max_length=50)


class Sending(Body):
    """Where a caller is sent on to."""

    to: Annotated[str, StringConstraints(min_length=3, max_length=128), AfterValidator(_printable)] = Field(
        description="queue:NAME, agent:NAME, script:NAME, voicemail:QUEUE, callback:QUEUE or number:+8621…"
    )


class Recording(Body):
    """Whether silence is recorded in the place of what is said."""

    paused: bool


class Guest(Body):
    """Whose phone is rung."""

    agent: Name


class Nothing(Body):
    """No field at all."""


class DaysQuery(Query):
    """Which time is looked at: since midnight until now, unless said otherwise."""

    since: Instant | None = Field(default=None, description="Seconds since the epoch.")
    until: Instant | None = Field(default=None, description="Seconds since the epoch.")


class CallsQuery(Query):
    """Which calls are listed."""

    queue: Name | None = Field(default=None, description="Those that waited in it.")
    agent: Name | None = Field(default=None, description="Those that talked with him.")
    number: Number | None = Field(default=None, description="The caller's number.")
    result: CallResult | Literal["live"] | None = None
    since: Instant | None = Field(default=None, description="Started at or after, seconds since the epoch.")
    until: Instant | None = Field(default=None, description="Started before, seconds since the epoch.")
    limit: int = Field(default=20, ge=0, le=500, description="Of ended calls; live ones are all listed.")
    after: str | None = Field(default=None, pattern=PAGE, description=WORDS[PAGE])


# ---- what is wrong with it ----------------------------------------------------------------------------------


def invalid(error: ValidationError) -> Declined:
    """What pydantic found, in our words where it has none, without the values: they may be secrets."""
    problems = [
        Wrong(where=".".join(str(part) for part in found["loc"]), what=_said(found))
        for found in error.errors(include_url=False, include_input=False)
    ]
    why = "; ".join(f"{wrong.where or 'body'}: {wrong.what}" for wrong in problems[:5])
    mend = "GET /openapi.json describes every field"
    return Declined(falcon.HTTP_422, "The request is not valid", why, mend, problems=problems[:50])


def _said(found: ErrorDetails) -> str:
    pattern = found.get("ctx", {}).get("pattern", "")
    return WORDS.get(pattern, found["msg"])
