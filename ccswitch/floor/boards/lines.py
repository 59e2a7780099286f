"""Who waits where, who serves him, and whose phone rings for him."""

from __future__ import annotations

from ccswitch.floor.alive import LiveAgent, LiveCall
from ccswitch.floor.state import State
from ccswitch.model.ids import AgentId, CallId, QueueName


def waiting_lines(state: State) -> dict[QueueName, list[LiveCall]]:
    """The callers of each queue in the order of service (`acd/order.py`)."""
    lines: dict[QueueName, list[LiveCall]] = {}
    for call in state.calls.values():
        if call.waits:
            lines.setdefault(call.queue, []).append(call)
    for line in lines.values():
        line.sort(key=lambda call: (call.arrival, call.call))
    return lines


def positions_in_line(state: State) -> dict[CallId, int]:
    """Where each waiting caller stands in his queue, from 1."""
    return {call.call: place for line in waiting_lines(state).values() for place, call in enumerate(line, 1)}


def agents_of(state: State, queue: QueueName) -> list[LiveAgent]:
    """Who has the queue, offline or not, by name."""
    agents = (live for live in state.agents.values() if queue in live.agent.queues)
    return sorted(agents, key=lambda live: live.agent.agent)


def offered_to(state: State, call: LiveCall) -> AgentId:
    """Whose phone rings for the caller; nobody\'s: empty."""
    offer = state.offers.get(call.offer)
    return offer.agent if offer else AgentId("")
