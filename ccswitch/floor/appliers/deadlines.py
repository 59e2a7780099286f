"""Deadlines pass, or are put off."""

from __future__ import annotations

from ccswitch.floor.appliers.lines import match_now, note_idle
from ccswitch.floor.appliers.table import Appliers
from ccswitch.floor.state import State
from ccswitch.model import outcomes as o
from ccswitch.model.ids import AgentId, QueueName, Seconds


def _deadline_passed(state: State, outcome: o.DeadlinePassed, at: Seconds) -> None:
    if outcome.kind == "rule_figures":
        state.asked[QueueName(outcome.subject)] = at
    if outcome.again_at:
        state.deadlines.set(outcome.kind, outcome.subject, outcome.again_at)
        return
    state.deadlines.clear(outcome.kind, outcome.subject)
    if outcome.kind == "rest":
        _rest_over(state, AgentId(outcome.subject), at)


def _rest_over(state: State, name: AgentId, at: Seconds) -> None:
    agent = state.agents.get(name)
    if agent is not None and agent.rest_until <= at:
        agent.rest_until, agent.rest_why = 0.0, ""
        note_idle(state, agent)
    match_now(state, at)


APPLIERS: Appliers = {
    o.DeadlinePassed: _deadline_passed,
}
