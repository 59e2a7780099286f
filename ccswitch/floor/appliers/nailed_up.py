"""Nailed-up legs come and go; calls are put on them and leave them."""

from __future__ import annotations

from ccswitch.floor.alive import LiveNailed
from ccswitch.floor.appliers.lines import match_now, note_idle
from ccswitch.floor.appliers.moves import leave_list, look_after_leg, remember_gone
from ccswitch.floor.appliers.table import Appliers
from ccswitch.floor.state import State
from ccswitch.model import outcomes as o
from ccswitch.model.ids import LegId, Seconds


def _nailed_rung(state: State, outcome: o.NailedRung, at: Seconds) -> None:
    state.nailings = outcome.serial
    state.nailed[outcome.leg] = LiveNailed(
        leg=outcome.leg,
        agent=outcome.agent,
        node=outcome.node,
        phone=outcome.phone,
        rung_at=at,
        deadline=outcome.deadline,
    )
    agent = state.agents[outcome.agent]
    agent.nailed, agent.nailed_free, agent.nailed_since = outcome.leg, False, at
    note_idle(state, agent)
    state.deadlines.set("nailed", outcome.agent, outcome.deadline)


def _nailed_stands(state: State, outcome: o.NailedStands, at: Seconds) -> None:
    state.nailed[outcome.leg].stands_since = at
    state.agents[outcome.agent].nailed_since = at
    state.deadlines.clear("nailed", outcome.agent)
    call_is_off(state, outcome.leg, at)


def _nailed_ended(state: State, outcome: o.NailedEnded, at: Seconds) -> None:
    state.nailed.pop(outcome.leg)
    remember_gone(state, outcome.leg, at)
    agent = state.agents[outcome.agent]
    agent.nailed, agent.nailed_free, agent.nailed_since = LegId(""), False, at
    note_idle(state, agent)
    state.deadlines.clear("nailed", outcome.agent)
    if outcome.again_at:
        state.deadlines.set("nailed", outcome.agent, outcome.again_at)
    leave_list(state, agent, at)


def call_is_on(state: State, leg: LegId) -> None:
    """A call has the leg: its agent is free for no other."""
    agent = state.agents[state.nailed[leg].agent]
    agent.nailed_free = False
    note_idle(state, agent)


def call_is_off(state: State, leg: LegId, at: Seconds) -> None:
    """No call has the leg any more."""
    agent = state.agents[state.nailed[leg].agent]
    agent.nailed_free = True
    note_idle(state, agent)
    if not agent.keeps_leg or state.nailed[leg].phone != agent.agent.phone:
        look_after_leg(state, agent, at)
    match_now(state, at)


APPLIERS: Appliers = {
    o.NailedRung: _nailed_rung,
    o.NailedStands: _nailed_stands,
    o.NailedEnded: _nailed_ended,
}
