"""What a caller wants besides what he is asked to: by his marks, and by whom he talked with last.

A mark is what the settings make of a tag of the call, of the customer's level, which a script gives as a tag, or of the
campaign by whose number he came. What he brought from another site counts as they do, and so do the skills of an entry
that leads into a script.
"""

from __future__ import annotations

from typing import NamedTuple

from ccswitch.acd.pools import Wanted
from ccswitch.floor.alive import LiveCall
from ccswitch.floor.state import State
from ccswitch.model.ids import AgentId, QueueName, Seconds
from ccswitch.model.nouns import AgentStatus
from ccswitch.model.skills import both, together


class Marked(NamedTuple):
    """What the marks of a call come to."""

    requires: str = ""
    prefers: str = ""
    head_start: Seconds = 0.0


NONE = Marked()


def marked(state: State, call: LiveCall) -> Marked:
    """All that its marks say: requirements are all required, head starts are added up."""
    entry = state.entry(call.entry)
    by_entry = entry if entry is not None and entry.script else None  # one of a queue says what it wants when he joins
    if not (call.tags or call.campaign or by_entry or call.came_from):
        return NONE
    names = {*call.tags, call.campaign} - {""}
    requires = both(call.brought_requires, by_entry.skills if by_entry else "")
    prefers = together(call.brought_prefers, by_entry.prefers if by_entry else "")
    head_start = call.brought_head_start
    for mark in state.settings.marks:
        if mark.name in names:
            requires = both(requires, mark.skills)
            prefers = together(prefers, mark.prefers)
            head_start += mark.head_start
    return Marked(requires, prefers, head_start)


def waits_for(state: State, call: LiveCall, queue: QueueName, requires: str, own: AgentId, now: Seconds) -> AgentId:
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
