"""Who answers: the waiting caller whose turn it is, and the agent whose turn it is.

Callers: one global order over all queues (`order.py`). Agents: of those who fit, as the queue's strategy has it
(`strategies.py`). An agent may have an order of his own among the callers, his first queue's first. Event-driven: the
floor asks whenever somebody begins to wait or becomes free.
Both sides stand in line before they are asked for, so that a match costs what it finds and not what stands there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import heapify, heappop, heappush, heapreplace

from msgspec import Struct

from ccswitch.acd.idle_agents import IdleAgent, IdleAgents, Stand
from ccswitch.acd.order import Waiting
from ccswitch.acd.pools import Pool, queue_of
from ccswitch.model.ids import AgentId, CallId, QueueName, Seconds

ONE: Mapping[QueueName, int] = {}  # at a time, of every queue
NOBODY = AgentId("")


class Match(Struct, frozen=True, gc=False):
    """`call`, who stood in `pool`, goes to `agent`, one of `fitting` who were free; `second` would have been next."""

    call: CallId
    pool: Pool
    agent: AgentId
    fitting: int
    second: AgentId


def matches(
    waiting: Mapping[Pool, Iterable[Waiting]], idle: IdleAgents, now: Seconds, at_once: Mapping[QueueName, int] = ONE
) -> Iterator[Match]:
    """Pair callers and agents until one side runs out. Each line of `waiting` must be sorted, and only agents who fit
    stand in the line of a pool. A caller of a queue in `at_once` gets up to so many agents, in Matches that follow each
    other."""
    resting = idle.resting(now)
    left = _free_in(waiting, idle, resting)
    taken = {agent.agent for agent in resting}
    if len(left) == 1 and not at_once:
        [(pool, free)] = left.items()
        return _in_one_line(pool, waiting[pool], idle.lines[pool], taken, free)
    return _in_lines(waiting, idle, left, taken, at_once)


def _in_lines(
    waiting: Mapping[Pool, Iterable[Waiting]],
    idle: IdleAgents,
    left: dict[Pool, int],
    taken: set[AgentId],
    at_once: Mapping[QueueName, int],
) -> Iterator[Match]:
    """Callers and agents of several pools: who is next of all, until nobody is left for anybody."""
    lines = {pool: _Line(waiting[pool], idle.lines[pool], taken) for pool in left}
    heads = [(line.head, pool) for pool, line in lines.items() if line.head is not None]
    heapify(heads)
    while heads:
        place, pool = heads[0]
        line = lines[pool]
        if line.head != place or not left[pool]:  # he was taken before his turn, or nobody is left for him
            heappop(heads)
            continue
        most = min(left[pool], at_once.get(queue_of(pool), 1)) if at_once else 1
        for _ in range(most):
            chosen = idle.places[line.take()]
            if chosen.first and most == 1:
                place, pool = _first_of_his(chosen, lines, at_once) or (place, pool)
            yield Match(place.call, pool, chosen.agent, left[pool], lines[pool].second())
            for stood in chosen.lines:
                if stood in left:
                    left[stood] -= 1
        after = lines[pool].on()
        if lines[pool] is not line:
            if after is not None:
                heappush(heads, (after, pool))
        elif after is None:
            heappop(heads)
        else:
            heapreplace(heads, (after, pool))


def _in_one_line(
    pool: Pool, callers: Iterable[Waiting], stands: Iterable[Stand], taken: set[AgentId], free: int
) -> Iterator[Match]:
    """Callers and agents of one pool alone, as mostly: they pair off in their order."""
    agents = (stand.agent for stand in stands if stand.agent not in taken)
    chosen = next(agents, NOBODY)
    for place in callers:
        if not free:
            return
        second = next(agents, NOBODY)
        yield Match(place.call, pool, chosen, free, second)
        chosen, free = second, free - 1


class _Line:
    """Of one pool: `head`, the caller who is next, and the agents who are free for him, in their order."""

    __slots__ = ("_agents", "_callers", "_looked", "_taken", "head")

    def __init__(self, callers: Iterable[Waiting], agents: Sequence[Stand], taken: set[AgentId]) -> None:
        self._callers, self._agents, self._taken, self._looked = iter(callers), agents, taken, 0
        self.head = next(self._callers, None)

    def on(self) -> Waiting | None:
        """The head has his agent: the next caller."""
        self.head = next(self._callers, None)
        return self.head

    def take(self) -> AgentId:
        """The first agent who is not taken; from now on he is. There must be one."""
        name = self.second()
        self._taken.add(name)
        return name

    def second(self) -> AgentId:
        """Who would be taken now, or nobody."""
        agents, taken = self._agents, self._taken
        for at in range(self._looked, len(agents)):
            if (name := agents[at].agent) not in taken:
                self._looked = at
                return name
        return NOBODY


def _first_of_his(
    agent: IdleAgent, lines: Mapping[Pool, _Line], at_once: Mapping[QueueName, int]
) -> tuple[Waiting, Pool] | None:
    """The caller whom an agent takes who has an order of his own: of the first of his queues in which somebody waits,
    who is next there. Callers of a queue that rings several at once are none for him alone, whoever else was asked to
    help them."""
    for pools in agent.first:
        own = (pool for pool in pools if pool in lines and queue_of(pool) not in at_once)
        heads = [(head, pool) for pool in own if (head := lines[pool].head) is not None]
        if heads:
            return min(heads)
    return None


def _free_in(waiting: Iterable[Pool], idle: IdleAgents, resting: list[IdleAgent]) -> dict[Pool, int]:
    """How many agents are free for each queue in which somebody waits and agents stand."""
    lines = idle.lines
    free = {pool: len(lines[pool]) for pool in waiting if pool in lines}
    for agent in resting:
        for pool in agent.lines:
            if pool in free:
                free[pool] -= 1
    return free
