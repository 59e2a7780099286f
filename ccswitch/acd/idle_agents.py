"""Agents who are ready and idle, in the line of every queue that they serve."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from ccswitch.acd.pools import Pool
from ccswitch.model.ids import AgentId, Seconds


class IdleAgent(NamedTuple):
    """An agent who waits for calls; until `rest_until` he is passed over. Sorts by idle time, longest first."""

    idle_since: Seconds
    agent: AgentId
    queues: frozenset[Pool]  # and pools of them, whose callers he can help
    rest_until: Seconds = 0.0


@dataclass(slots=True)
class IdleAgents:
    """The longest idle first in each line; a queue that nobody idle serves has none.

    To join or leave costs the agent's own queues, however many others stand there.
    """

    lines: dict[Pool, list[IdleAgent]] = field(default_factory=dict)
    _places: dict[AgentId, IdleAgent] = field(default_factory=dict)
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
        stands = self._places.get(agent.agent)
        if stands is not None:
            if stands == agent:
                return
            self.leave(agent.agent)
        self._places[agent.agent] = agent
        if agent.rest_until:
            self._resting[agent.agent] = agent
        for queue in agent.queues:
            insort(self.lines.setdefault(queue, []), agent)

    def leave(self, name: AgentId) -> None:
        """Let him stand nowhere."""
        agent = self._places.pop(name, None)
        if agent is None:
            return
        if agent.rest_until:
            del self._resting[name]
        for queue in agent.queues:
            line = self.lines[queue]
            del line[bisect_left(line, agent)]
            if not line:
                del self.lines[queue]

    def resting(self, now: Seconds) -> list[IdleAgent]:
        """Who is to be passed over at `now`."""
        resting = self._resting
        return [agent for agent in resting.values() if agent.rest_until > now] if resting else []
