"""Pools: callers who want the same of whoever answers stand in one line, and so do the agents who fit.

To match is then to look at the heads of lines, however many skills there are: who fits whom was settled when somebody
joined. A pool is named by what is wanted in it; of a queue whose callers want nothing special, by the queue.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, NewType

from ccswitch.model.ids import AgentId, QueueName

if TYPE_CHECKING:
    Pool = NewType("Pool", str)
else:
    Pool = str  # as in model/ids.py

MARK = "?"  # between the parts of a pool's name; in no queue's or agent's name, and in no requirement
AND = "+"  # between queues; in no queue's name


class Wanted(NamedTuple):
    """What a waiting caller wants of whoever answers."""

    queues: tuple[QueueName, ...]  # his own first, then those that were added to it; who serves one of them may answer
    requires: str = ""  # of skills (model/skills.py); empty: nothing
    prefers: str = ""  # skills that are liked and not required
    agent: AgentId = AgentId("")  # waits for him alone, whatever else he serves or can do; empty: for anybody who fits

    @property
    def is_plain(self) -> bool:
        """Anybody of his own queue may answer."""
        return len(self.queues) == 1 and not (self.requires or self.prefers or self.agent)


def pool(wanted: Wanted) -> Pool:
    """Where a caller stands who wants that."""
    queues, requires, prefers, agent = wanted
    name = queues[0] if len(queues) == 1 else AND.join(queues)
    if agent:
        return Pool(f"{name}{MARK}{requires}{MARK}{prefers}{MARK}{agent}")
    if prefers:
        return Pool(f"{name}{MARK}{requires}{MARK}{prefers}")
    return Pool(f"{name}{MARK}{requires}" if requires else name)


@lru_cache(maxsize=10_000)
def wanted_of(name: Pool) -> Wanted:
    """What is wanted in a pool."""
    queues, requires, prefers, agent = [*name.split(MARK), "", "", ""][:4]
    return Wanted(tuple(map(QueueName, queues.split(AND))), requires, prefers, AgentId(agent))


def queue_of(name: Pool) -> QueueName:
    """The callers' own queue in a pool."""
    return wanted_of(name).queues[0]
