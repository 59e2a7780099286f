"""Who answers: the waiting caller whose turn it is, and the agent whose turn it is.

Callers: one global order over all queues (`order.py`). Agents: the longest idle of those who fit. Event-driven:
the floor asks whenever somebody begins to wait or becomes free.
Both sides stand in line before they are asked for, so that a match costs what it finds and not what stands there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from heapq import heapify, heappop, heapreplace
from typing import NamedTuple

from ccswitch.acd.idle_agents import IdleAgent, IdleAgents
from ccswitch.acd.order import Waiting
from ccswitch.acd.pools import Pool, queue_of
from ccswitch.model.ids import AgentId, CallId, QueueName, Seconds


class Match(NamedTuple):
    """`call` of `queue` goes to `agent`; `why` names the rule and the field it chose him from."""

    call: CallId
    queue: QueueName
    agent: AgentId
    why: str


def matches(waiting: Mapping[Pool, Iterable[Waiting]], idle: IdleAgents, now: Seconds) -> Iterator[Match]:
    """Pair callers and agents until one side runs out. Each line of `waiting` must be sorted, and only agents who fit
    stand in the line of a pool."""
    resting = idle.resting(now)
    left = _free_in(waiting, idle, resting)
    taken = {agent.agent for agent in resting}
    heads = []  # of each line the caller who is next, and the agents who were not yet looked at
    for pool in left:
        callers = iter(waiting[pool])
        if (place := next(callers, None)) is not None:
            heads.append((place, pool, callers, iter(idle.lines[pool])))
    heapify(heads)
    while heads:
        place, pool, callers, agents = heads[0]
        free = left[pool]
        if not free:
            heappop(heads)
            continue
        chosen = next(agents)
        while chosen.agent in taken:
            chosen = next(agents)
        yield Match(place.call, queue_of(pool), chosen.agent, _why(chosen, free, now))
        taken.add(chosen.agent)
        for served in chosen.queues:
            if served in left:
                left[served] -= 1
        after = next(callers, None)
        if after is None:
            heappop(heads)
        else:
            heapreplace(heads, (after, pool, callers, agents))


def _free_in(waiting: Iterable[Pool], idle: IdleAgents, resting: list[IdleAgent]) -> dict[Pool, int]:
    """How many agents are free for each queue in which somebody waits and agents stand."""
    lines = idle.lines
    free = {queue: len(lines[queue]) for queue in waiting if queue in lines}
    for agent in resting:
        for queue in agent.queues & free.keys():
            free[queue] -= 1
    return free


def _why(chosen: IdleAgent, of: int, now: Seconds) -> str:
    field = "the only free agent" if of == 1 else f"longest idle of {of}"
    return f"{field}, idle {now - chosen.idle_since:.0f} s"
