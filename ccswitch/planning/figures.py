"""What a run gives: counts and sums that add up, by slice, and one such set per batch.

The figures themselves (service level, mean wait …) are `kpi.summary.FIGURES` over `visits`, and what only a planned
day has beside them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from ccswitch.kpi.summary import Tally
from ccswitch.model.ids import Seconds


class Slice(NamedTuple):
    """What is counted together: ("overall", ""), ("type", name), ("queue", name), ("group", name), ("interval", i)
    with i counted from the start, only in terminating runs. Agents' seconds of types and queues are those spent on
    their calls; a group's visits are the calls that it answered."""

    by: str
    name: str


OVERALL = Slice("overall", "")


@dataclass(slots=True, kw_only=True)
class Counted:
    """What was counted in one slice. Calls belong to the batch and interval in which they arrived."""

    arrived: int = 0  # calls that came, redials among them
    redialled: int = 0
    blocked: int = 0  # found every trunk busy
    closed: int = 0  # came outside the hours
    waited: int = 0  # visits that were not answered at once
    visits: Tally = field(default_factory=Tally)
    # agents' seconds by what they did, within the slice's time
    idle: Seconds = 0.0
    ringing: Seconds = 0.0
    talking: Seconds = 0.0
    wrapup: Seconds = 0.0
    away: Seconds = 0.0  # on break, at work by schedule
    # callers' seconds in queue within the slice's time
    in_queue: Seconds = 0.0


Batch = Mapping[Slice, Counted]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One replication. A terminating run has one batch; a steady one as many as its horizon says.

    `controls[i]` are quantities of batch i whose mean is known to be zero whatever the routing does, for variance
    reduction (control variates, see `controls`), all of the same names; empty when the scenario has none. In small
    systems some are linear in others: a regression must leave out what adds nothing.
    """

    seed: int
    batches: tuple[Batch, ...]
    controls: tuple[Mapping[str, float], ...] = ()
    calls: int = 0
    decisions: int = 0
