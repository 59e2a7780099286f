"""Who answers: the waiting caller whose turn it is, and the agent whose turn it is.

Callers: one global order over all queues, priority first (higher sooner), then arrival. Agents: the longest idle of
those who serve the caller's queue. Event-driven: the floor asks whenever somebody begins to wait or becomes free.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from ccswitch.model.ids import AgentId, CallId, QueueName, Seconds


class Waiting(NamedTuple):
    """A caller's place in the order. Sorts as callers are served."""

    rank: int  # minus the priority
    since: Seconds
    call: CallId


class FreeAgent(NamedTuple):
    """An agent who can be offered a call. Sorts by idle time, longest first."""

    idle_since: Seconds
    agent: AgentId
    queues: frozenset[QueueName]


class Match(NamedTuple):
    """`call` goes to `agent`; `why` names the rule and the field it chose from."""

    call: CallId
    queue: QueueName
    agent: AgentId
    why: str


def matches(waiting: Mapping[QueueName, Sequence[Waiting]], free: Iterable[FreeAgent], now: Seconds) -> Iterator[Match]:
    """Pair callers and agents until one side runs out. Each line of `waiting` must be sorted."""
    idle = sorted(free)
    served = {queue for agent in idle for queue in agent.queues}
    lines = [((place, queue) for place in waiting[queue]) for queue in sorted(served) if waiting.get(queue)]
    for place, queue in heapq.merge(*lines):
        if not idle:
            return
        fitting = [agent for agent in idle if queue in agent.queues]
        if not fitting:
            continue
        chosen = fitting[0]
        idle.remove(chosen)
        yield Match(place.call, queue, chosen.agent, _why(place, chosen, len(fitting), now))


def _why(place: Waiting, chosen: FreeAgent, of: int, now: Seconds) -> str:
    field = "the only free agent" if of == 1 else f"longest idle of {of}"
    return (
        f"{field}, idle {now - chosen.idle_since:.0f} s; "
        f"caller is next by priority {-place.rank} after {now - place.since:.1f} s"
    )
