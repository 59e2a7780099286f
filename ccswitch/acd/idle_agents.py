"""Agents who are ready and idle, in every line in which they are wanted."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable
from dataclasses import dataclass, field

from msgspec import Struct

from ccswitch.acd.pools import Pool
from ccswitch.model.ids import AgentId, Seconds


class Stand(Struct, frozen=True, order=True, gc=False):
    """An agent's place in a line. Sorts as agents are rung."""

    unmet: int  # of what is preferred there
    key: float  # of the queue's strategy (strategies.py)
    idle_since: Seconds
    agent: AgentId


class IdleAgent(Struct, frozen=True, gc=False):
    """An agent who waits for calls; until `rest_until` he is passed over."""

    idle_since: Seconds
    agent: AgentId
    lines: dict[Pool, tuple[int, float]]  # whose callers he can help: what is unmet there, and his key
    rest_until: Seconds = 0.0
    first: tuple[tuple[Pool, ...], ...] = ()  # his queues' lines in their order, when he takes his first queue's first


@dataclass(slots=True)
class IdleAgents:
    """Each line in the order in which its agents are rung; a line in which nobody idle stands is none.

    To join or leave costs the agent's own lines, however many others stand there.
    """

    lines: dict[Pool, list[Stand]] = field(default_factory=dict)
    places: dict[AgentId, IdleAgent] = field(default_factory=dict)
    _resting: dict[AgentId, IdleAgent] = field(default_factory=dict)

    @classmethod
    def of(cls, agents: Iterable[IdleAgent]) -> IdleAgents:
        """These agents in line."""
        made = cls()
        for agent in agents:
            made.join(agent)
        return made

    def join(self, agent: IdleAgent) -> None:
        """Let him stand where he belongs, and no longer where he stood."""
        since, name = agent.idle_since, agent.agent
        stands = self.places.get(name)
        if stands is not None:
            if stands == agent:
                return
            self.leave(name)
        self.places[name] = agent
        if agent.rest_until:
            self._resting[name] = agent
        lines = self.lines
        for pool, (unmet, key) in agent.lines.items():
            insort(lines.setdefault(pool, []), Stand(unmet, key, since, name))

    def leave(self, name: AgentId) -> None:
        """Let him stand nowhere."""
        agent = self.places.pop(name, None)
        if agent is None:
            return
        if agent.rest_until:
            del self._resting[name]
        for pool, (unmet, key) in agent.lines.items():
            line = self.lines[pool]
            first = line[0].agent == name  # as mostly: he is rung
            del line[0 if first else bisect_left(line, Stand(unmet, key, agent.idle_since, name))]
            if not line:
                del self.lines[pool]

    def resting(self, now: Seconds) -> list[IdleAgent]:
        """Who is to be passed over at `now`."""
        resting = self._resting
        return [agent for agent in resting.values() if agent.rest_until > now] if resting else []
