"""A caller in a script: its steps, what he heard or did not, and what the script says of his call."""

from __future__ import annotations

from ccswitch.model.ids import AgentId, CallId, ExecuteId, QueueName, Seconds
from ccswitch.model.value import value


@value
class StepStarted:
    """A script step that takes time began on the caller's leg. `cursor` is where the script stands, as JSON."""

    call: CallId
    serial: int
    execute: ExecuteId
    script: str
    script_hash: str
    step: str
    kind: str
    cursor: str
    deadline: Seconds


@value
class StepEnded:
    """A script step ended and led on to step `to` (`end`: to the script's end).

    `keys` never holds masked digits; `why` says what was wrong, and names the file.
    """

    call: CallId
    step: str
    kind: str
    result: str
    keys: str = ""
    why: str = ""
    to: str = ""  # empty: it led nowhere, or was written by a release that did not keep it


@value
class StepPassed:
    """A script step that takes no time (a variable set, a branch taken) led on to step `to`; `result` says why."""

    call: CallId
    script: str
    script_hash: str
    step: str
    kind: str
    result: str
    to: str


@value
class SpeechSkipped:
    """Words that the caller should have heard at a script step and did not; the rest of its prompt was played."""

    call: CallId
    step: str
    said: str
    why: str


@value
class CallTagged:
    """The call is marked with what it is about."""

    call: CallId
    tags: tuple[str, ...]


@value
class RecordingChosen:
    """The call's talks are recorded from now on (`on`; the caller was told), or are not, whatever the queue's rule."""

    call: CallId
    on: bool


@value
class SurveyAnswered:
    """The caller answered a question about the talk that he had last, with `agent` in `queue`."""

    call: CallId
    question: str
    score: int
    agent: AgentId = AgentId("")
    queue: QueueName = QueueName("")
