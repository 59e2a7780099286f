"""A caller in a queue: his stay, and what he hears there."""

from __future__ import annotations

from ccswitch.model.ids import AgentId, CallId, ExecuteId, QueueName, Seconds
from ccswitch.model.nouns import VisitResult
from ccswitch.model.value import value


@value
class CallEnqueued:
    """The caller waits. `since` is when his wait began (kept across offers, restarts and moves).

    `target` and `short_abandon` are the queue's rules of that instant, by which this stay is counted ever after.
    """

    call: CallId
    queue: QueueName
    priority: int
    since: Seconds
    why: str
    cursor: str = ""  # where the script goes on after the talk, empty when it does not
    again: bool = False  # the talk before was too short to be one
    target: Seconds | None = None  # None: written by a release that did not keep them
    short_abandon: Seconds | None = None
    script_hash: str = ""  # of the version that `cursor` is in
    requires: str = ""  # of the agent's skills (model/skills.py)
    prefers: str = ""  # of them, and does not require
    also: tuple[QueueName, ...] = ()  # whose agents may answer too
    only: AgentId = AgentId("")  # waits for him alone
    only_until: Seconds = 0.0  # and then for anybody who fits; 0: as long as it takes
    head_start: Seconds = 0.0  # besides what the priority is worth (acd/order.py)
    rule: int = 0  # of the queue's rules, how many are behind him already
    asks: str = ""  # of `requires`, what is the caller's own and goes with him to another queue
    likes: str = ""  # of `prefers` likewise
    estimate: Seconds | None = None  # of his wait, when he joined (floor/pace.py); None: there was none


@value
class CallRelaxed:
    """What a waiting caller wants from now on, all of it. He keeps his place in time. `rule` of his queue's rules are
    behind him, the last of them `text`; empty: it was no rule."""

    call: CallId
    rule: int
    requires: str
    prefers: str
    also: tuple[QueueName, ...]
    only: AgentId
    priority: int
    head_start: Seconds
    why: str
    text: str = ""


@value
class QueueAnnounced:
    """A waiting caller is told something over his music, under `execute`; and again at `next_at`.

    `position`: his place, from 1, 0 when he is not told; `wait`: what he may expect, None when he is not told.
    """

    call: CallId
    queue: QueueName
    serial: int
    execute: ExecuteId
    position: int
    wait: Seconds | None
    next_at: Seconds


@value
class MusicStarted:
    """Hold music runs on the waiting caller's leg under `execute`."""

    call: CallId
    serial: int
    execute: ExecuteId


@value
class MusicStopped:
    """Hold music ended by itself; it starts again at `again_at`."""

    call: CallId
    again_at: Seconds
    why: str


@value
class VisitEnded:
    """A stay in a queue is over. `to` is where the caller went, as `queue:care`; `why` what sent him there."""

    call: CallId
    queue: QueueName
    result: VisitResult
    waited: Seconds
    agent: AgentId = AgentId("")
    to: str = ""  # empty: nowhere, or to an agent
    why: str = ""
