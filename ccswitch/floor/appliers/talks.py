"""Talks begin, pause and end."""

from __future__ import annotations

from ccswitch.acd.agent_state import AgentCause
from ccswitch.floor.appliers.moves import advance_agent, move_call
from ccswitch.floor.appliers.table import Appliers, changes_nothing
from ccswitch.floor.pace import Pace
from ccswitch.floor.state import State
from ccswitch.model import outcomes as o
from ccswitch.model.ids import AgentId, CallId, ExecuteId, LegId, OfferId, Seconds
from ccswitch.model.nouns import CallPlace


def _talk_started(state: State, outcome: o.TalkStarted, at: Seconds) -> None:
    agent, call = state.agents[outcome.agent], state.calls[outcome.call]
    advance_agent(state, agent, AgentCause.TALK_STARTED, at)
    agent.call, agent.offer = outcome.call, OfferId("")
    agent.ronas, agent.talks = 0, agent.talks + 1
    move_call(call, CallPlace.TALKING, at)
    call.agent, call.agent_leg, call.talked, call.talks = outcome.agent, outcome.leg, True, call.talks + 1
    call.talking_since, call.talking_since_at_switch = at, outcome.at_switch
    call.recording, call.paused = outcome.recording or call.recording, False
    if call.dialled or call.by:  # from person to person
        call.dial([], AgentId(""))
        state.deadlines.clear("dial", call.call)
    state.deadlines.clear("return", outcome.call)
    if not outcome.queue or not outcome.offered:
        return
    pace = state.paces.get(outcome.queue)
    if pace is None:
        pace = state.paces[outcome.queue] = Pace()
    pace.answered(at, busy=state.has_waiting(outcome.queue))


def _talk_held(state: State, outcome: o.TalkHeld, at: Seconds) -> None:
    if not outcome.on:
        call = state.calls[outcome.call]
        call.music = call.aside = ExecuteId("")
    advance_agent(state, state.agents[outcome.agent], AgentCause.HELD if outcome.on else AgentCause.UNHELD, at)


def _talk_ended(state: State, outcome: o.TalkEnded, at: Seconds) -> None:
    agent, call = state.agents[outcome.agent], state.calls[outcome.call]
    advance_agent(state, agent, AgentCause.TALK_ENDED, at)
    agent.call = CallId("")
    move_call(call, CallPlace.RETURNING, at)
    call.agent, call.agent_leg, call.music, call.aside = AgentId(""), LegId(""), ExecuteId(""), ExecuteId("")
    call.waits_on = outcome.waits_on
    call.last_talk, call.last_agent = outcome.talked, outcome.agent
    if state.sticky and call.caller_number:
        _remember(state, call.caller_number, outcome.agent, at)
    state.deadlines.set("return", call.call, outcome.deadline)


def _remember(state: State, number: str, agent: AgentId, at: Seconds) -> None:
    """With whom he talked last; those whose queues no longer ask are at the front and go."""
    known = state.talked_with
    known.pop(number, None)
    known[number] = (agent, at)
    while known[oldest := next(iter(known))][1] < at - state.sticky:
        del known[oldest]


def _talk_transferred(state: State, outcome: o.TalkTransferred, at: Seconds) -> None:
    if not outcome.attended:
        call = state.calls[outcome.call]
        call.bound_for, call.waiting_since = outcome.target, at


def _recording_paused(state: State, outcome: o.RecordingPaused, at: Seconds) -> None:
    state.calls[outcome.call].paused = True


def _recording_resumed(state: State, outcome: o.RecordingResumed, at: Seconds) -> None:
    state.calls[outcome.call].paused = False


def _recording_not_written(state: State, outcome: o.RecordingNotWritten, at: Seconds) -> None:
    state.calls[outcome.call].recording = ""


APPLIERS: Appliers = {
    o.TalkStarted: _talk_started,
    o.TalkHeld: _talk_held,
    o.TalkEnded: _talk_ended,
    o.TalkTransferred: _talk_transferred,
    o.TransferRefused: changes_nothing,
    o.RecordingPaused: _recording_paused,
    o.RecordingResumed: _recording_resumed,
    o.RecordingNotWritten: _recording_not_written,
}
