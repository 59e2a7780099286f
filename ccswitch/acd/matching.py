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
    fitting = _by_queue(free, waiting)
    left = {queue: len(agents) for queue, agents in fitting.items()}
    taken: set[AgentId] = set()
    heads = [(waiting[queue][0], queue, 0) for queue in fitting]  # the first of each line, and where he stands
    heapq.heapify(heads)
    while heads:
        place, queue, at = heads[0]
        agents = fitting[queue]
        while agents and agents[-1].agent in taken:
            agents.pop()
        if not agents:
            heapq.heappop(heads)
            continue
        chosen = agents.pop()
        taken.add(chosen.agent)
        yield Match(place.call, queue, chosen.agent, _why(place, chosen, left[queue], now))
        for served in chosen.queues & left.keys():
            left[served] -= 1
        if at + 1 < len(waiting[queue]):
            heapq.heapreplace(heads, (waiting[queue][at + 1], queue, at + 1))
        else:
            heapq.heappop(heads)


def _by_queue(
    free: Iterable[FreeAgent], waiting: Mapping[QueueName, Sequence[Waiting]]
) -> dict[QueueName, list[FreeAgent]]:
    """Who serves each queue in which somebody waits, the longest idle last."""
    fitting: dict[QueueName, list[FreeAgent]] = {}
    for agent in sorted(free, reverse=True):
        for queue in agent.queues:
            if waiting.get(queue):
                fitting.setdefault(queue, []).append(agent)
    return fitting


def _why(place: Waiting, chosen: FreeAgent, of: int, now: Seconds) -> str:
    field = "the only free agent" if of == 1 else f"longest idle of {of}"
    return (
        f"{field}, idle {now - chosen.idle_since:.0f} s; "
        f"caller is next by priority {-place.rank} after {now - place.since:.1f} s"
    )
