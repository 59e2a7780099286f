"""What a caller wants besides what he is asked to: by his marks, and by whom he talked with last.

A mark is what the settings make of a tag of the call, or of the customer's level, which a script gives as a tag.
"""

from __future__ import annotations

from typing import NamedTuple

from ccswitch.acd.pools import Wanted
from ccswitch.floor.alive import LiveCall
from ccswitch.floor.state import State
from ccswitch.model import outcomes as o
from ccswitch.model.ids import AgentId, QueueName, Seconds
from ccswitch.model.nouns import AgentStatus
from ccswitch.model.skills import both, together


class Marked(NamedTuple):
    """What the marks of a call come to."""

    requires: str = ""
    prefers: str = ""
    head_start: Seconds = 0.0


NONE = Marked()


def marked(state: State, call: LiveCall | o.CallStarted) -> Marked:
    """All that its marks say: requirements are all required, head starts are added up."""
    tags = call.tags if isinstance(call, LiveCall) else ()
    if not tags:
        return NONE
    requires, prefers, head_start = "", "", 0.0
    for mark in state.settings.marks:
        if mark.name in tags:
            requires = both(requires, mark.skills)
            prefers = together(prefers, mark.prefers)
            head_start += mark.head_start
    return Marked(requires, prefers, head_start)


def waits_for(
    state: State, call: LiveCall | o.CallStarted, queue: QueueName, requires: str, own: AgentId, now: Seconds
) -> AgentId:
    """Whom he waits for alone at first: the customer's `own` agent, or with whom he talked last, not longer ago than
    the queue's `sticky_for`. Nobody who is not there, does not serve the queue or cannot do what is required."""
    rules = state.queue_rules(queue)
    last, ended = state.talked_with.get(call.caller_number, (AgentId(""), 0.0))
    recent = last if ended and now - ended <= rules.sticky_for else AgentId("")
    for name in (own, recent):
        live = state.agents.get(name)
        there = live is not None and live.status is AgentStatus.READY
        if live is not None and there and state.fits(live, Wanted((queue,), requires)):
            return name
    return AgentId("")
