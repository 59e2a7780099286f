"""Pools: callers of one queue who require the same of an agent stand in one line, and so do the agents who fit.

To match is then to look at the heads of lines, however many skills there are: who fits whom was settled when somebody
joined. A pool is named by its queue, and by what is required where something is.
"""

from __future__ import annotations

from typing import NewType

from ccswitch.model.ids import QueueName

Pool = NewType("Pool", str)  # of a queue without requirement: its name

MARK = "?"  # no queue's name has it


def pool(queue: QueueName, requires: str) -> Pool:
    """Where a caller of `queue` stands who requires that."""
    return Pool(f"{queue}{MARK}{requires}" if requires else queue)


def queue_of(name: Pool) -> QueueName:
    """The queue that a pool belongs to."""
    return QueueName(name.partition(MARK)[0])


def requires_of(name: Pool) -> str:
    """What is required in a pool, empty for nothing."""
    return name.partition(MARK)[2]
