"""The only place that changes State: one small function per outcome, found in a table.

`apply(state, outcome, at)` is given the instant of the decision, which the journal keeps beside the outcomes. It
decides nothing: whatever is a matter of judgement is already in the outcome.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from typing import Any

from ccswitch.acd.agent_state import AgentCause, advance
from ccswitch.acd.matching import Waiting
from ccswitch.acd.pools import Pool, pool, queue_of
from ccswitch.floor import editions, messages
from ccswitch.floor.pace import Pace
from ccswitch.floor.state import (
    REMEMBERED,
    LiveAgent,
    LiveCall,
    LiveLeg,
    LiveNode,
    LiveOffer,
    Override,
    State,
)
from ccswitch.model import outcomes as o
from ccswitch.model.ids import AgentId, CallId, ExecuteId, LegId, OfferId, ScriptHash, Seconds
from ccswitch.model.nouns import AgentState, AgentStatus, CallPlace, LegRole, OfferResult

RETURN_AFTER_FAILED_BRIDGE: Seconds = 2.0  # uuid_bridge_park_on_cancel parks the caller within 60 ms


def apply(state: State, outcome: o.Outcome, at: Seconds) -> None:
    """Let `outcome`, decided at `at`, be true in `state`. Raises `IllegalTransition` and then changes nothing."""
    APPLIERS[type(outcome)](state, outcome, at)


def apply_all(state: State, outcomes: Iterable[o.Outcome], at: Seconds) -> None:
    """The outcomes of a decision one after the other, as `apply` does."""
    for outcome in outcomes:
        APPLIERS[type(outcome)](state, outcome, at)


# ---- settings and nodes -------------------------------------------------------------------------------------


def _settings_taken(state: State, outcome: o.SettingsTaken, at: Seconds) -> None:
    state.take(outcome.settings)
    editions.settings_taken(state)
    for agent in outcome.settings.agents:
        live = state.agents.get(agent.agent)
        if live is None:
            state.agents[agent.agent] = LiveAgent(agent=agent, status_since=at, state_since=at, idle_since=at)
        elif not live.by_order:
            live.agent = agent
            _note_idle(state, live)
    for live in state.agents.values():
        _leave_list(state, live, at)
    _look_elsewhere(state, at)
    _match_now(state, at)


def _look_elsewhere(state: State, at: Seconds) -> None:
    """Whoever waits in a queue that is no longer in the files may have to go elsewhere, as soon as can be."""
    for name, line in state.waiting.items():
        if not state.has_queue(queue_of(name)):
            for place in line:
                state.deadlines.set("elsewhere", place.call, at)


def _node_connected(state: State, outcome: o.NodeConnected, at: Seconds) -> None:
    state.nodes[outcome.node] = LiveNode(node=outcome.node, core=outcome.core, connected=True, since=at)


def _node_lost(state: State, outcome: o.NodeLost, at: Seconds) -> None:
    node = state.nodes.setdefault(outcome.node, LiveNode(node=outcome.node))
    node.connected, node.synced, node.since = False, False, at
    state.deadlines.clear("survey", outcome.node)


def _node_synced(state: State, outcome: o.NodeSynced, at: Seconds) -> None:
    state.nodes[outcome.node].synced = True
    _match_now(state, at)


def _survey_asked(state: State, outcome: o.SurveyAsked, at: Seconds) -> None:
    state.deadlines.set("survey", outcome.node, outcome.next_at)


# ---- calls and legs -----------------------------------------------------------------------------------------


def _call_started(state: State, outcome: o.CallStarted, at: Seconds) -> None:
    call = state.calls[outcome.call] = LiveCall(
        call=outcome.call,
        leg=outcome.leg,
        node=outcome.node,
        entry=outcome.entry,
        caller_number=outcome.caller_number,
        caller_name=outcome.caller_name,
        called_number=outcome.called_number,
        answered=outcome.answered,
        started_at=at,
        place=CallPlace.SCRIPT,
        place_since=at,
    )
    editions.call_begins(state, call)


def _leg_opened(state: State, outcome: o.LegOpened, at: Seconds) -> None:
    state.legs[outcome.leg] = LiveLeg(
        leg=outcome.leg, call=outcome.call, role=outcome.role, opened_at=at, agent=outcome.agent
    )
    state.calls[outcome.call].legs.append(outcome.leg)


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
    _remember_gone(state, outcome.leg, at)


def _call_leaving(state: State, outcome: o.CallLeaving, at: Seconds) -> None:
    call = state.calls[outcome.call]
    _leave_line(state, call)
    _clear_deadlines(state, call.call, "step", "music", "return")
    call.execute, call.music = ExecuteId(""), ExecuteId("")
    _move(call, CallPlace.LEAVING, at)
    call.result, call.why = outcome.result, outcome.why
    if outcome.cursor:
        call.cursor, call.script_hash = outcome.cursor, ScriptHash(outcome.script_hash or call.script_hash)
    state.deadlines.set("leave", call.call, outcome.deadline)


def _call_at_way_out(state: State, outcome: o.CallAtWayOut, at: Seconds) -> None:
    call = state.calls[outcome.call]
    _leave_line(state, call)
    _clear_deadlines(state, call.call, "step", "music", "return")
    _move(call, CallPlace.WAYOUT, at)


def _call_resumed(state: State, outcome: o.CallResumed, at: Seconds) -> None:
    call = state.calls[outcome.call]
    _clear_deadlines(state, call.call, "return", "step", "music", "leave")
    call.music = ExecuteId("")
    call.result, call.why = None, ""
    _move(call, CallPlace.WAITING if call.visiting else CallPlace.SCRIPT, at)
    if call.visiting and not call.offer:
        _join_line(state, call, at)


def _call_unattended(state: State, outcome: o.CallUnattended, at: Seconds) -> None:
    _remember_gone(state, outcome.leg, at)


def _call_ended(state: State, outcome: o.CallEnded, at: Seconds) -> None:
    call = state.calls[outcome.call]
    _leave_line(state, call)
    _clear_deadlines(state, call.call, "step", "music", "return", "leave")
    for leg in call.legs:
        state.legs.pop(leg, None)
    del state.calls[outcome.call]
    editions.call_ends(state, call)
    _remember_gone(state, LegId(outcome.call), at)  # a call bears the name of its first leg


# ---- scripts and queues -------------------------------------------------------------------------------------


def _step_started(state: State, outcome: o.StepStarted, at: Seconds) -> None:
    call = state.calls[outcome.call]
    if call.place is not CallPlace.SCRIPT:
        _move(call, CallPlace.SCRIPT, at)
    call.serial = outcome.serial
    call.execute, call.step, call.step_kind = outcome.execute, outcome.step, outcome.kind
    call.script_hash, call.cursor = ScriptHash(outcome.script_hash), outcome.cursor
    state.deadlines.clear("return", call.call)
    state.deadlines.set("step", call.call, outcome.deadline)


def _step_ended(state: State, outcome: o.StepEnded, at: Seconds) -> None:
    state.calls[outcome.call].execute = ExecuteId("")
    state.deadlines.clear("step", outcome.call)


def _call_tagged(state: State, outcome: o.CallTagged, at: Seconds) -> None:
    call = state.calls[outcome.call]
    call.tags = tuple(dict.fromkeys(call.tags + outcome.tags))


def _recording_chosen(state: State, outcome: o.RecordingChosen, at: Seconds) -> None:
    state.calls[outcome.call].record = outcome.on


def _call_enqueued(state: State, outcome: o.CallEnqueued, at: Seconds) -> None:
    call = state.calls[outcome.call]
    _leave_line(state, call)
    _move(call, CallPlace.WAITING, at)
    call.queue, call.priority, call.waiting_since = outcome.queue, outcome.priority, outcome.since
    call.visiting, call.cursor, call.requires = True, outcome.cursor, outcome.requires
    call.script_hash = ScriptHash(outcome.script_hash or call.script_hash)
    call.talked = call.talked and not outcome.again
    _clear_deadlines(state, call.call, "return", "step")
    _join_line(state, call, at)


def _music_started(state: State, outcome: o.MusicStarted, at: Seconds) -> None:
    call = state.calls[outcome.call]
    call.serial, call.music = outcome.serial, outcome.execute
    state.deadlines.clear("music", outcome.call)


def _music_stopped(state: State, outcome: o.MusicStopped, at: Seconds) -> None:
    state.calls[outcome.call].music = ExecuteId("")
    state.deadlines.set("music", outcome.call, outcome.again_at)


def _visit_ended(state: State, outcome: o.VisitEnded, at: Seconds) -> None:
    call = state.calls[outcome.call]
    _leave_line(state, call)
    call.visiting = False
    call.music = ExecuteId("")
    state.deadlines.clear("music", outcome.call)


# ---- offers -------------------------------------------------------------------------------------------------


def _offer_made(state: State, outcome: o.OfferMade, at: Seconds) -> None:
    agent, call = state.agents[outcome.agent], state.calls[outcome.call]
    _advance(state, agent, AgentCause.OFFERED, at)
    agent.call, agent.offer = outcome.call, outcome.offer
    _leave_line(state, call)
    call.offer, call.serial = outcome.offer, outcome.serial
    state.offers[outcome.offer] = LiveOffer(
        offer=outcome.offer,
        call=outcome.call,
        agent=outcome.agent,
        queue=outcome.queue,
        leg=outcome.leg,
        made_at=at,
        deadline=outcome.deadline,
        why=outcome.why,
    )
    state.deadlines.set("offer", outcome.offer, outcome.deadline)


def _offer_ringing(state: State, outcome: o.OfferRinging, at: Seconds) -> None:
    _advance(state, state.agents[outcome.agent], AgentCause.RINGING, at)


def _offer_answered(state: State, outcome: o.OfferAnswered, at: Seconds) -> None:
    state.offers[outcome.offer].answered = True
    _move(state.calls[outcome.call], CallPlace.BRIDGING, at)
    state.deadlines.clear("offer", outcome.offer)
    state.deadlines.clear("music", outcome.call)
    state.deadlines.set("bridge", outcome.offer, outcome.deadline)


def _offer_ended(state: State, outcome: o.OfferEnded, at: Seconds) -> None:
    if outcome.result is not OfferResult.TALKED:
        _free_from_offer(state, state.agents[outcome.agent], outcome.result, at)
    del state.offers[outcome.offer]
    state.deadlines.clear("offer", outcome.offer)
    state.deadlines.clear("bridge", outcome.offer)
    call = state.calls[outcome.call]
    call.offer = OfferId("")
    if call.place is CallPlace.WAITING:
        _join_line(state, call, at)
    elif call.place is CallPlace.BRIDGING and outcome.result is not OfferResult.TALKED:
        _move(call, CallPlace.RETURNING, at)
        state.deadlines.set("return", call.call, at + RETURN_AFTER_FAILED_BRIDGE)


def _free_from_offer(state: State, agent: LiveAgent, result: OfferResult, at: Seconds) -> None:
    _advance(state, agent, AgentCause.OFFER_OVER, at)
    agent.call, agent.offer = CallId(""), OfferId("")
    if result is not OfferResult.CANCELLED:
        agent.idle_since = at  # he had his turn
        _note_idle(state, agent)
    if result is OfferResult.RONA:
        agent.ronas += 1


# ---- talks --------------------------------------------------------------------------------------------------


def _talk_started(state: State, outcome: o.TalkStarted, at: Seconds) -> None:
    agent, call = state.agents[outcome.agent], state.calls[outcome.call]
    _advance(state, agent, AgentCause.TALK_STARTED, at)
    agent.ronas, agent.offer = 0, OfferId("")
    _move(call, CallPlace.TALKING, at)
    call.agent, call.agent_leg, call.talked = outcome.agent, outcome.leg, True
    call.talking_since, call.talking_since_at_switch = at, outcome.at_switch
    call.recording = outcome.recording or call.recording
    pace = state.paces.get(outcome.queue)
    if pace is None:
        pace = state.paces[outcome.queue] = Pace()
    pace.answered(at, busy=state.has_waiting(outcome.queue))


def _recording_not_written(state: State, outcome: o.RecordingNotWritten, at: Seconds) -> None:
    state.calls[outcome.call].recording = ""


def _talk_held(state: State, outcome: o.TalkHeld, at: Seconds) -> None:
    _advance(state, state.agents[outcome.agent], AgentCause.HELD if outcome.on else AgentCause.UNHELD, at)


def _talk_ended(state: State, outcome: o.TalkEnded, at: Seconds) -> None:
    agent, call = state.agents[outcome.agent], state.calls[outcome.call]
    _advance(state, agent, AgentCause.TALK_ENDED, at)
    agent.call = CallId("")
    _move(call, CallPlace.RETURNING, at)
    call.agent, call.agent_leg = AgentId(""), LegId("")
    call.last_talk, call.last_agent = outcome.talked, outcome.agent
    state.deadlines.set("return", call.call, outcome.deadline)


# ---- agents -------------------------------------------------------------------------------------------------


def _wrapup_started(state: State, outcome: o.WrapupStarted, at: Seconds) -> None:
    state.deadlines.set("wrapup", outcome.agent, outcome.deadline)


def _wrapup_ended(state: State, outcome: o.WrapupEnded, at: Seconds) -> None:
    agent = state.agents[outcome.agent]
    _advance(state, agent, AgentCause.WRAPUP_ENDED, at)
    state.deadlines.clear("wrapup", outcome.agent)
    _match_now(state, at)


def _agent_added(state: State, outcome: o.AgentAdded, at: Seconds) -> None:
    live = state.agents.get(outcome.agent.agent)
    if live is None:
        live = LiveAgent(agent=outcome.agent, status_since=at, state_since=at, idle_since=at)
        state.agents[outcome.agent.agent] = live
    live.agent, live.by_order = outcome.agent, True
    _note_idle(state, live)
    _look_elsewhere(state, at)
    _match_now(state, at)


def _agent_removed(state: State, outcome: o.AgentRemoved, at: Seconds) -> None:
    state.agents.pop(outcome.agent, None)
    state.idle.leave(outcome.agent)
    state.deadlines.clear("rest", outcome.agent)


def _agent_status_changed(state: State, outcome: o.AgentStatusChanged, at: Seconds) -> None:
    agent = state.agents[outcome.agent]
    changed, rested = agent.status is not outcome.status, agent.rest_until > 0.0
    agent.status, agent.reason, agent.status_since = outcome.status, outcome.reason, at
    if outcome.status is AgentStatus.READY:
        agent.ronas, agent.rest_until, agent.rest_why = 0, 0.0, ""
        if changed:  # who says it twice keeps his turn
            agent.idle_since = at
    if changed or rested:
        _note_idle(state, agent)
    _match_now(state, at)


def _agent_rested(state: State, outcome: o.AgentRested, at: Seconds) -> None:
    agent = state.agents[outcome.agent]
    agent.rest_until, agent.rest_why = outcome.until, outcome.why
    _note_idle(state, agent)
    state.deadlines.set("rest", outcome.agent, outcome.until)


# ---- calendars ----------------------------------------------------------------------------------------------


def _calendar_overridden(state: State, outcome: o.CalendarOverridden, at: Seconds) -> None:
    state.overrides[outcome.calendar] = Override(
        open=outcome.open, until=outcome.until, since=at, author=outcome.author, reason=outcome.reason
    )
    state.deadlines.clear("override", outcome.calendar)
    if outcome.until:
        state.deadlines.set("override", outcome.calendar, outcome.until)


def _calendar_followed(state: State, outcome: o.CalendarFollowed, at: Seconds) -> None:
    state.overrides.pop(outcome.calendar, None)
    state.deadlines.clear("override", outcome.calendar)


# ---- time and orders ----------------------------------------------------------------------------------------


def _deadline_passed(state: State, outcome: o.DeadlinePassed, at: Seconds) -> None:
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
        _note_idle(state, agent)
    _match_now(state, at)


def _changes_nothing(state: State, outcome: object, at: Seconds) -> None:
    """Kept for people and records; the floor itself is unmoved."""


# ---- shared moves -------------------------------------------------------------------------------------------


def _advance(state: State, agent: LiveAgent, cause: AgentCause, at: Seconds) -> None:
    was = agent.state
    agent.state = becomes = advance(was, cause)
    agent.state_since = at
    if becomes is AgentState.IDLE:
        if cause is AgentCause.WRAPUP_ENDED:
            agent.idle_since = at
        _note_idle(state, agent)
        _leave_list(state, agent, at)
    elif was is AgentState.IDLE:
        state.idle.leave(agent.agent.agent)


def _leave_list(state: State, agent: LiveAgent, at: Seconds) -> None:
    """Who is no longer in the files goes once nothing is left of his last call."""
    if agent.state is AgentState.IDLE and not state.lists(agent):
        state.deadlines.set("unlisted", agent.agent.agent, at)


def _note_idle(state: State, agent: LiveAgent) -> None:
    """Keep him in line among the idle as he stands now: a match must not ask a thousand agents."""
    if agent.is_idle:
        state.idle.join(state.in_line(agent))
    else:
        state.idle.leave(agent.agent.agent)


def _move(call: LiveCall, place: CallPlace, at: Seconds) -> None:
    call.place, call.place_since = place, at


def _place_in_line(call: LiveCall) -> Waiting:
    return Waiting(-call.priority, call.waiting_since, call.call)


def _join_line(state: State, call: LiveCall, at: Seconds) -> None:
    stands_in = pool(call.queue, call.requires)
    if call.requires and state.open_pool(stands_in):
        _fill_pool(state, stands_in)
    line = state.waiting.setdefault(stands_in, [])
    place = _place_in_line(call)
    stands = bisect_left(line, place)
    if stands == len(line) or line[stands] != place:
        line.insert(stands, place)
    if not state.has_queue(call.queue):
        state.deadlines.set("elsewhere", call.call, at)
    _match_now(state, at)


def _fill_pool(state: State, opened: Pool) -> None:
    """Who is idle in the queue and can help stands in its new line too."""
    for stands in list(state.idle.lines.get(Pool(queue_of(opened)), ())):
        state.idle.join(state.in_line(state.agents[stands.agent]))


def _leave_line(state: State, call: LiveCall) -> None:
    """Out of his queue's line, if he stands there; a line in which nobody stands is none."""
    stands_in = pool(call.queue, call.requires)
    line = state.waiting.get(stands_in) if call.visiting else None
    if line is None:
        return
    place = _place_in_line(call)
    stands = bisect_left(line, place)
    if stands < len(line) and line[stands] == place:
        del line[stands]
    if not line:
        del state.waiting[stands_in]


def _remember_gone(state: State, leg: LegId, at: Seconds) -> None:
    """Oldest first, so that the forgotten ones are at the front."""
    gone = state.gone
    gone.pop(leg, None)
    gone[leg] = at
    while gone[oldest := next(iter(gone))] < at - REMEMBERED:
        del gone[oldest]


def _match_now(state: State, at: Seconds) -> None:
    """Pairing is due, unless there is no queue with both a caller and an agent in line."""
    waiting, idle = state.waiting, state.idle.lines
    if waiting and idle and not waiting.keys().isdisjoint(idle):
        state.deadlines.set("match", "", at)


def _clear_deadlines(state: State, call: CallId, *kinds: str) -> None:
    due = state.deadlines.due
    for kind in kinds:
        due.pop((kind, call), None)


APPLIERS: dict[type, Callable[[State, Any, Seconds], None]] = {
    o.SettingsTaken: _settings_taken,
    o.NodeConnected: _node_connected,
    o.NodeLost: _node_lost,
    o.NodeSynced: _node_synced,
    o.SurveyAsked: _survey_asked,
    o.CallStarted: _call_started,
    o.LegOpened: _leg_opened,
    o.LegConnected: _leg_connected,
    o.LegClosed: _leg_closed,
    o.StepStarted: _step_started,
    o.StepEnded: _step_ended,
    o.ScriptReleased: editions.script_released,
    o.SpeechSkipped: _changes_nothing,
    o.StepPassed: lambda state, outcome, at: None,  # for the trace; the cursor comes with the step that follows
    o.CallTagged: _call_tagged,
    o.RecordingChosen: _recording_chosen,
    o.SurveyAnswered: _changes_nothing,
    o.MessageBegun: messages.message_begun,
    o.MessageEnded: messages.message_ended,
    o.MessageDone: messages.message_done,
    o.CallEnqueued: _call_enqueued,
    o.MusicStarted: _music_started,
    o.MusicStopped: _music_stopped,
    o.VisitEnded: _visit_ended,
    o.OfferMade: _offer_made,
    o.OfferRinging: _offer_ringing,
    o.OfferAnswered: _offer_answered,
    o.OfferEnded: _offer_ended,
    o.TalkStarted: _talk_started,
    o.RecordingNotWritten: _recording_not_written,
    o.TransferRefused: _changes_nothing,
    o.TalkHeld: _talk_held,
    o.TalkEnded: _talk_ended,
    o.WrapupStarted: _wrapup_started,
    o.WrapupEnded: _wrapup_ended,
    o.AgentAdded: _agent_added,
    o.CalendarOverridden: _calendar_overridden,
    o.CalendarFollowed: _calendar_followed,
    o.AgentRemoved: _agent_removed,
    o.AgentStatusChanged: _agent_status_changed,
    o.AgentRested: _agent_rested,
    o.CallLeaving: _call_leaving,
    o.CallAtWayOut: _call_at_way_out,
    o.CallUnattended: _call_unattended,
    o.CallResumed: _call_resumed,
    o.CallEnded: _call_ended,
    o.Healed: _changes_nothing,
    o.DeadlinePassed: _deadline_passed,
    o.OrderAccepted: _changes_nothing,
    o.OrderRefused: _changes_nothing,
}
