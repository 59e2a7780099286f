"""Calls and their legs come, move and go."""

from __future__ import annotations

from ccswitch.floor import editions
from ccswitch.floor.alive import LiveCall, LiveLeg
from ccswitch.floor.appliers import callbacks
from ccswitch.floor.appliers.asking_rules import ask_for
from ccswitch.floor.appliers.lines import join_line, leave_line, match_now, note_idle
from ccswitch.floor.appliers.moves import clear_deadlines, move_call, phone_is_free, remember_gone
from ccswitch.floor.appliers.nailed_up import call_is_off, call_is_on
from ccswitch.floor.appliers.table import Appliers
from ccswitch.floor.sites import bring
from ccswitch.floor.state import State
from ccswitch.model import outcomes as o
from ccswitch.model.ids import CallId, ExecuteId, LegId, ScriptHash, Seconds
from ccswitch.model.nouns import CallPlace, LegRole


def _call_started(state: State, outcome: o.CallStarted, at: Seconds) -> None:
    call = state.calls[outcome.call] = LiveCall.begun(outcome, at)
    editions.call_begins(state, call)
    agent = state.agents.get(outcome.by)
    if agent is not None and not agent.own:  # of two calls of one phone the first is what keeps him busy
        agent.own = outcome.call
        note_idle(state, agent)


def _call_came_over(state: State, outcome: o.CallCameOver, at: Seconds) -> None:
    bring(state, state.calls[outcome.call], outcome)


def _leg_opened(state: State, outcome: o.LegOpened, at: Seconds) -> None:
    state.legs[outcome.leg] = LiveLeg(
        leg=outcome.leg, call=outcome.call, role=outcome.role, opened_at=at, agent=outcome.agent
    )
    state.calls[outcome.call].legs.append(outcome.leg)
    if outcome.leg in state.nailed:
        call_is_on(state, outcome.leg)


def _leg_connected(state: State, outcome: o.LegConnected, at: Seconds) -> None:
    leg = state.legs[outcome.leg]
    leg.answered = True
    if leg.role is LegRole.CALLER:
        state.calls[outcome.call].answered = True


def _leg_closed(state: State, outcome: o.LegClosed, at: Seconds) -> None:
    state.legs.pop(outcome.leg, None)
    call = state.calls[outcome.call]
    if outcome.leg in call.legs:
        call.legs.remove(outcome.leg)
    if call.by and outcome.leg == call.own_leg:
        _own_call_is_over(state, call, at)
    _is_gone(state, outcome.leg, at)


def _is_gone(state: State, leg: LegId, at: Seconds) -> None:
    """Gone from its call: a nailed-up leg stands on."""
    if leg in state.nailed:
        call_is_off(state, leg, at)
    else:
        remember_gone(state, leg, at)


def _own_call_is_over(state: State, call: LiveCall, at: Seconds) -> None:
    """The leg on which an agent called is over."""
    agent = state.agents.get(call.by)
    if agent is not None and agent.own == call.call:
        agent.own = CallId("")
        note_idle(state, agent)
        phone_is_free(state, agent, at)
        match_now(state, at)


def _call_leaving(state: State, outcome: o.CallLeaving, at: Seconds) -> None:
    call = state.calls[outcome.call]
    leave_line(state, call)
    clear_deadlines(state, call.call, "step", "music", "return", "dial")
    call.execute, call.music = ExecuteId(""), ExecuteId("")
    move_call(call, CallPlace.LEAVING, at)
    call.result, call.why = outcome.result, outcome.why
    call.back_to, call.outside = outcome.back_to, outcome.outside or call.outside
    call.farewell, call.serial = outcome.farewell, outcome.serial or call.serial
    if outcome.cursor:
        call.cursor, call.script_hash = outcome.cursor, ScriptHash(outcome.script_hash or call.script_hash)
    state.deadlines.set("leave", call.call, outcome.deadline)


def _call_at_way_out(state: State, outcome: o.CallAtWayOut, at: Seconds) -> None:
    call = state.calls[outcome.call]
    leave_line(state, call)
    clear_deadlines(state, call.call, "step", "music", "return")
    move_call(call, CallPlace.WAYOUT, at)


def _call_resumed(state: State, outcome: o.CallResumed, at: Seconds) -> None:
    call = state.calls[outcome.call]
    clear_deadlines(state, call.call, "return", "step", "music", "leave")
    call.music = ExecuteId("")
    call.result, call.why, call.bound_for, call.waits_on = None, "", "", False
    move_call(call, CallPlace.WAITING if call.visiting else CallPlace.SCRIPT, at)
    if call.is_in_line:
        join_line(state, call, at)
        ask_for(state, call, at)


def _call_unattended(state: State, outcome: o.CallUnattended, at: Seconds) -> None:
    remember_gone(state, outcome.leg, at)


def _call_ended(state: State, outcome: o.CallEnded, at: Seconds) -> None:
    call = state.calls[outcome.call]
    leave_line(state, call)
    clear_deadlines(state, call.call, "step", "music", "return", "leave", "only", "dial")
    for leg in call.legs:
        state.legs.pop(leg, None)
        if leg in state.nailed:
            call_is_off(state, leg, at)
    if call.by:
        _own_call_is_over(state, call, at)
    del state.calls[outcome.call]
    if call.promise:
        callbacks.call_ended(state, call, at)
    editions.call_ends(state, call)
    remember_gone(state, LegId(outcome.call), at)  # a call bears the name of its first leg


APPLIERS: Appliers = {
    o.CallStarted: _call_started,
    o.CallCameOver: _call_came_over,
    o.LegOpened: _leg_opened,
    o.LegConnected: _leg_connected,
    o.LegClosed: _leg_closed,
    o.CallLeaving: _call_leaving,
    o.CallAtWayOut: _call_at_way_out,
    o.CallResumed: _call_resumed,
    o.CallUnattended: _call_unattended,
    o.CallEnded: _call_ended,
}
