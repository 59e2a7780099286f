"""Calls at agents' phones in which we have no part begin, are answered and end."""

from __future__ import annotations

from ccswitch.floor.alive import LiveOtherCall
from ccswitch.floor.appliers.lines import match_now, note_idle
from ccswitch.floor.appliers.moves import phone_is_free, remember_gone
from ccswitch.floor.appliers.table import Appliers
from ccswitch.floor.state import State
from ccswitch.model import outcomes as o
from ccswitch.model.ids import LegId, Seconds


def _other_call_began(state: State, outcome: o.OtherCallBegan, at: Seconds) -> None:
    one = state.others[LegId(outcome.call)] = LiveOtherCall(
        leg=LegId(outcome.call),
        node=outcome.node,
        user=outcome.user,
        number=outcome.number,
        outgoing=outcome.outgoing,
        since=at,
        answered_at=at if outcome.answered else 0.0,
    )
    for agent in state.at_phone(outcome.user):
        agent.others.append(one)
        note_idle(state, agent)


def _other_call_answered(state: State, outcome: o.OtherCallAnswered, at: Seconds) -> None:
    state.others[LegId(outcome.call)].answered_at = at


def _other_call_ended(state: State, outcome: o.OtherCallEnded, at: Seconds) -> None:
    one = state.others.pop(LegId(outcome.call))
    for agent in state.at_phone(one.user):
        agent.others.remove(one)
        if one.answered_at:  # as after a call of his own he stands at the end
            agent.idle_since = at
        note_idle(state, agent)
        phone_is_free(state, agent, at)
    if outcome.cause:  # else it lives on: as a call of ours, or at a node that is away
        remember_gone(state, one.leg, at)
    match_now(state, at)


APPLIERS: Appliers = {
    o.OtherCallBegan: _other_call_began,
    o.OtherCallAnswered: _other_call_answered,
    o.OtherCallEnded: _other_call_ended,
}
