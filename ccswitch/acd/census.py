"""How many agents of each queue do what, so that an offer can say why the others are not it without asking them."""

from __future__ import annotations

from dataclasses import dataclass, field

from ccswitch.model.ids import AgentId, QueueName


@dataclass(slots=True)
class Census:
    """Kept up to date by whatever changes what an agent does."""

    by_queue: dict[QueueName, dict[str, int]] = field(default_factory=dict)
    _noted: dict[AgentId, tuple[str, tuple[QueueName, ...]]] = field(default_factory=dict)

    def note(self, name: AgentId, doing: str, queues: tuple[QueueName, ...]) -> None:
        """He does that now, and serves these queues."""
        did, served = self._noted.get(name, ("", ()))
        if did == doing and served == queues:
            return
        self._noted[name] = (doing, queues)
        by_queue = self.by_queue
        if served is queues:  # only what he does is another
            for queue in queues:
                counted = by_queue[queue]
                counted[did] -= 1
                counted[doing] = counted.get(doing, 0) + 1
            return
        for queue in served:
            by_queue[queue][did] -= 1
        for queue in queues:
            counted = by_queue.setdefault(queue, {})
            counted[doing] = counted.get(doing, 0) + 1

    def forget(self, name: AgentId) -> None:
        """He is no longer there."""
        did, queues = self._noted.pop(name, ("", ()))
        for queue in queues:
            self.by_queue[queue][did] -= 1
