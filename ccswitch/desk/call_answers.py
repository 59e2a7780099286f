"""What is given out of calls, live and recorded: rows, traces, explanations."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from ccswitch.floor.boards.calls import CallBoard


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
    origin: str = Field(
        default="inbound", description="inbound, callback, outbound, internal, or other: a phone's call past ccswitch."
    )
    queue: str = ""
    agent: str = ""
    result: str | None = None
    campaign: str = Field(default="", description="By whose number he came, or for which he was called.")
    came_from: str = Field(default="", description="The site that sent him, and his call there, as north/3f0a….")
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
    recording: str = Field(default="", description="Where it was written on the node.")
    recording_deleted_at: float | None = Field(default=None, description="When its time was over, and it was deleted.")


class TransferRow(BaseModel):
    """The caller of a talk was sent on."""

    at: float
    agent: str
    queue: str = ""
    target: str
    author: str = ""
    attended: bool = False


class PauseRow(BaseModel):
    """Silence is in the recording, not what was said."""

    started: float
    ended: float | None = None
    duration: float | None = None
    agent: str = ""
    author: str = ""


class GuestRow(BaseModel):
    """Somebody else at a talk, in one mode; `joined` is when he began to hear."""

    started: float
    joined: float | None = None
    ended: float | None = None
    duration: float | None = None
    agent: str = ""
    number: str = ""
    mode: str
    talks_with: str = ""
    author: str = ""
    result: str = ""
    why: str = ""


class CallList(BaseModel):
    """Live calls, oldest first, and ended ones, newest first. `next` asks for the page after; `records` says whether
    the database could be asked."""

    now: float
    live: list[CallBoard]
    recent: list[CallRow]
    next: str | None = None
    records: Literal["ok", "away"] = "ok"


class HeldRow(BaseModel):
    """Somebody holds the call's recordings: no rule deletes them."""

    at: float
    author: str = ""
    why: str = ""


class RecordingsHeld(BaseModel):
    """What became of a call's recordings."""

    call_id: str
    held: bool
    what: str


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
    transfers: list[TransferRow] = Field(default_factory=list)
    pauses: list[PauseRow] = Field(default_factory=list)
    guests: list[GuestRow] = Field(default_factory=list)
    held: HeldRow | None = Field(default=None, description="Who keeps its recordings from being deleted.")
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
