"""A parsed script: named steps and the ways between them. Made by `parse`, walked by `interpreter` and `lint`.

Every step and every way remembers where it stands in the file (lines and columns from 1), so that whatever is said
about it later can point there. Places take no part in comparisons.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from ccswitch.ivr.expressions import Condition, Template
from ccswitch.model.ids import ScriptHash, Seconds
from ccswitch.reading.findings import Place

END = "end"  # a way to here ends the call; no step may have this name


@dataclass(frozen=True, slots=True)
class Way:
    """A way on to the step `to`, or to `END`."""

    to: str
    at: Place = field(default=Place(), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerStep:
    """Answer the caller, then go on."""

    then: Way
    at: Place = field(default=Place(), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayStep:
    """Play `files` to the end, then go on."""

    files: tuple[str, ...]
    then: Way
    at: Place = field(default=Place(), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """What follows a try without input, or with a wrong one: a prompt before the next try, a way after the last."""

    files: tuple[str, ...] = ()
    then: Way


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuStep:
    """Play `files` and take a key; each key has its way. `tries` counts the first one too."""

    files: tuple[str, ...]
    keys: dict[str, Way]
    timeout: Seconds
    between: Seconds
    tries: int
    no_input: Missed
    wrong_input: Missed
    at: Place = field(default=Place(), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectStep:
    """Play `files` and take `least` to `most` keys that match `pattern`, into the variable `into`."""

    files: tuple[str, ...]
    least: int
    most: int
    timeout: Seconds
    between: Seconds
    terminators: str
    pattern: str
    masked: bool
    into: str
    tries: int
    then: Way
    no_input: Missed
    wrong_input: Missed
    at: Place = field(default=Place(), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueStep:
    """Wait for an agent and talk to him; `then` follows when the talk is over and the caller stayed."""

    queue: str
    priority: int = 0
    then: Way = Way(END)
    otherwise: Way | None = None
    at: Place = field(default=Place(), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferStep:
    """Hand the caller to an outside number; `otherwise` follows when that cannot be done."""

    number: str
    otherwise: Way | None = None
    at: Place = field(default=Place(), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class HangUpStep:
    """End the call."""

    cause: str = "NORMAL_CLEARING"
    at: Place = field(default=Place(), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetStep:
    """Give variables values, in the order of the file, then go on. Takes no time."""

    values: tuple[tuple[str, Template], ...]
    then: Way
    at: Place = field(default=Place(), compare=False)


@dataclass(frozen=True, slots=True)
class Case:
    """A way that is taken when a condition holds."""

    holds: Condition
    then: Way


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchStep:
    """Take the way of the first case that holds, else `otherwise`. Takes no time."""

    cases: tuple[Case, ...]
    otherwise: Way
    at: Place = field(default=Place(), compare=False)


TimelessStep = SetStep | BranchStep
Step = AnswerStep | PlayStep | MenuStep | CollectStep | QueueStep | TransferStep | HangUpStep | TimelessStep

KINDS: dict[type[Step], str] = {
    AnswerStep: "answer",
    PlayStep: "play",
    MenuStep: "menu",
    CollectStep: "collect",
    QueueStep: "queue",
    TransferStep: "transfer",
    HangUpStep: "hangup",
    SetStep: "set",
    BranchStep: "branch",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A script that was found right. `hash` names this version of it; a call's cursor carries it."""

    name: str
    hash: ScriptHash
    steps: dict[str, Step]
    start: str
    file: str = field(default="", compare=False)


def script_hash(text: str) -> ScriptHash:
    """The name of a version: SHA-256 of its text, first 16 hex digits."""
    return ScriptHash(hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16])


def silent_ways(step: Step) -> Iterator[Way]:
    """The ways that a call takes although the caller pressed nothing and nobody spoke to him."""
    match step:
        case AnswerStep() | PlayStep() | SetStep():
            yield step.then
        case MenuStep() | CollectStep():
            yield step.no_input.then
        case QueueStep() | TransferStep() if step.otherwise is not None:
            yield step.otherwise
        case BranchStep():
            yield from (case.then for case in step.cases)
            yield step.otherwise
        case _:
            pass


def active_ways(step: Step) -> Iterator[Way]:
    """The ways that need the caller's keys or a talk."""
    match step:
        case MenuStep():
            yield from step.keys.values()
            yield step.wrong_input.then
        case CollectStep():
            yield step.then
            yield step.wrong_input.then
        case QueueStep():
            yield step.then
        case _:
            pass


def ways(step: Step) -> Iterator[Way]:
    """Every way out of a step."""
    yield from silent_ways(step)
    yield from active_ways(step)


def variables_of(step: Step) -> tuple[str, ...]:
    """The variables that a step sets."""
    match step:
        case CollectStep():
            return (step.into,)
        case SetStep():
            return tuple(name for name, _ in step.values)
    return ()


def names_of(step: Step) -> frozenset[str]:
    """The names that a step's conditions and templates ask for."""
    match step:
        case SetStep():
            return frozenset[str]().union(*(value.names for _, value in step.values))
        case BranchStep():
            return frozenset[str]().union(*(case.holds.names for case in step.cases))
    return frozenset()
