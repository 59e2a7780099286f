"""How many agents of each queue do what, so that an offer can say why the others are not it without asking them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from ccswitch.model.ids import AgentId, QueueName


@dataclass(slots=True)
class Census:
    """Kept up to date by whatever changes what an agent does."""

    by_queue: dict[QueueName, Counter[str]] = field(default_factory=dict)
    _noted: dict[AgentId, tuple[str, tuple[QueueName, ...]]] = field(default_factory=dict)

    def note(self, name: AgentId, doing: str, queues: tuple[QueueName, ...]) -> None:
        """He does that now, and serves these queues."""
        now = (doing, queues)
        if self._noted.get(name) == now:
            return
        self.forget(name)
        self._noted[name] = now
        for queue in queues:
            self.by_queue.setdefault(queue, Counter())[doing] += 1

    def forget(self, name: AgentId) -> None:
        """He is no longer there."""
        did, queues = self._noted.pop(name, ("", ()))
        for queue in queues:
            counted = self.by_queue[queue]
            counted[did] -= 1
            if not counted[did]:
                del counted[did]
