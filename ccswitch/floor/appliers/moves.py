"""Moves that outcomes of several topics have in common: of a call, and of an agent."""

from __future__ import annotations

from ccswitch.acd.agent_state import AgentCause, advance
from ccswitch.floor.alive import IN_A_WORD, LiveAgent, LiveCall
from ccswitch.floor.appliers.lines import note_idle
from ccswitch.floor.state import REMEMBERED, State
from ccswitch.model.ids import CallId, LegId, Seconds
from ccswitch.model.nouns import AgentState, AgentStatus, CallPlace

# A member of an Enum costs 0.1 µs to look up in Python 3.11: these are asked for at every step.
IDLE, READY = AgentState.IDLE, AgentStatus.READY
AT_WORK = frozenset(
    {AgentState.TALKING, AgentState.HOLDING, AgentState.WRAPUP, AgentState.CALLING, AgentState.ASSISTING}
)


def move_call(call: LiveCall, place: CallPlace, at: Seconds) -> None:
    """The caller is elsewhere, since `at`."""
    call.place, call.place_since = place, at


def clear_deadlines(state: State, call: CallId, *kinds: str) -> None:
    """Nothing of these kinds is expected of the call any more."""
    due = state.deadlines.due
    for kind in kinds:
        due.pop((kind, call), None)


def advance_agent(state: State, agent: LiveAgent, cause: AgentCause, at: Seconds) -> None:
    """His state after `cause`, and his place among the idle. IllegalTransition changes nothing."""
    was = agent.state
    becomes = advance(was, cause)
    count(agent, at)
    agent.state, agent.state_since = becomes, at
    if becomes is IDLE:
        if cause is AgentCause.WRAPUP_ENDED:
            state.take_turn(agent, at)
        note_idle(state, agent)
        leave_list(state, agent, at)
        phone_is_free(state, agent, at)
        return
    listed = agent.agent
    if was is IDLE:
        state.idle.leave(listed.agent)
    state.census.note(listed.agent, IN_A_WORD[becomes], listed.queues)


def phone_is_free(state: State, agent: LiveAgent, at: Seconds) -> None:
    """Who has no nailed-up leg and should have one may be rung for it, unless that has its time already."""
    if agent.lacks_leg and not agent.nailed and ("nailed", agent.agent.agent) not in state.deadlines.due:
        state.deadlines.set("nailed", agent.agent.agent, at)


def look_after_leg(state: State, agent: LiveAgent, at: Seconds) -> None:
    """Whether he has a nailed-up leg is to be as it should be, at once; a leg that rings has its own time."""
    if agent.nailed or agent.lacks_leg:
        state.deadlines.set("nailed", agent.agent.agent, at)


def remember_gone(state: State, leg: LegId, at: Seconds) -> None:
    """Oldest first, so that the forgotten ones are at the front."""
    gone = state.gone
    gone.pop(leg, None)
    gone[leg] = at
    while gone[oldest := next(iter(gone))] < at - REMEMBERED:
        del gone[oldest]


def count(agent: LiveAgent, at: Seconds) -> None:
    """Count what he has done since it was last counted: before his state or his status changes."""
    if agent.state in AT_WORK:
        agent.worked += at - agent.counted_at
    elif agent.status is READY:
        agent.idled += at - agent.counted_at
    agent.counted_at = at


def leave_list(state: State, agent: LiveAgent, at: Seconds) -> None:
    """Who is no longer in the files goes once nothing is left of his last call."""
    if agent.state is IDLE and not state.lists(agent):
        state.deadlines.set("unlisted", agent.agent.agent, at)
