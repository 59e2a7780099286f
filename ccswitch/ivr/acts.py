"""What a script wants done next. The floor turns an act into requests to the switch; nothing here knows a channel."""

from __future__ import annotations

from dataclasses import dataclass

from ccswitch.ivr.prompts import Unsaid
from ccswitch.model.ids import Seconds
from ccswitch.model.said import Said

NO_TERMINATOR = "D"  # a key that no phone has: FreeSWITCH takes an empty word for "#"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Answer the caller."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """Play `files` and say words one after the other, to the end. What of it cannot be said is in `unsaid`."""

    files: tuple[Said, ...]
    unsaid: tuple[Unsaid, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Collect:
    """Play as `Play` does and take keys, one try; a key stops the prompt, unless `barge_in` is not allowed.

    `timeout` is the silence allowed after the prompt, `between` the silence allowed between two keys. `pattern` is an
    anchored regular expression that the input must match; it counts the digits too, and `least` is only what makes an
    input at all. One of `terminators` ends it. Digits of a `masked` collection are never kept anywhere.
    """

    files: tuple[Said, ...]
    least: int
    most: int
    timeout: Seconds
    between: Seconds
    terminators: str
    pattern: str
    masked: bool = False
    checksum: str = ""  # "luhn": keys whose check digit is not right are wrong ones
    barge_in: bool = True
    unsaid: tuple[Unsaid, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LookUp:
    """Ask `lookup` with the parameters `given`, for the `wanted` paths in its answer; `files` are heard meanwhile.

    `secrets` are parameters whose values only the switch knows, each with the reference to it.
    """

    lookup: str
    given: tuple[tuple[str, str], ...] = ()
    secrets: tuple[tuple[str, str], ...] = ()
    wanted: tuple[str, ...] = ()
    files: tuple[Said, ...] = ()
    unsaid: tuple[Unsaid, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeMessage:
    """Record a message for the queue `box`, until a key, so much `silence`, or the `longest`."""

    box: str
    longest: Seconds
    silence: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """Let the caller wait for an agent; a higher `priority` is served earlier."""

    queue: str
    priority: int = 0
    skills: str = ""  # required of whoever answers
    prefers: str = ""  # liked in him, and not required
    agent: str = ""  # the customer's own, who is waited for a while
    tags: tuple[str, ...] = ()  # which the call gets, the customer's level among them


@dataclass(frozen=True, slots=True, kw_only=True)
class CallBack:
    """Promise the caller that an agent of `queue` calls him at `number`, in line from now on or not before `when`."""

    queue: str
    number: str
    when: str = ""
    priority: int = 0
    skills: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """Hand the caller to an outside number."""

    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HangUp:
    """End the call with a FreeSWITCH hang-up cause, as NORMAL_CLEARING."""

    cause: str


Act = Answer | Play | Collect | LookUp | TakeMessage | Queue | CallBack | Transfer | HangUp


def whole(pattern: str) -> str:
    """`pattern` anchored: the switch itself is content with a match anywhere in the input."""
    return f"^(?:{pattern})$"
