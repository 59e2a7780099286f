"""Recordings of talks: where they are written, that they are paused for card data, and what is missing of them."""

from __future__ import annotations

from ccswitch.floor.alive import LiveCall
from ccswitch.floor.decided import Decided, nothing
from ccswitch.floor.staffing import accepted, refuse
from ccswitch.floor.state import State
from ccswitch.hours.local import wall
from ccswitch.model import facts as f
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import AgentId, QueueName, Seconds
from ccswitch.model.nouns import CallPlace
from ccswitch.model.recordings import filled


def recording_path(state: State, call: LiveCall, *, agent: AgentId, queue: QueueName, now: Seconds) -> str:
    """Where the talk with `agent` that begins now is recorded, empty when it is not: what the call's script chose goes
    before the rule. Each talk of a call has a file of its own."""
    if not (_by_rule(state, call, queue) if call.record is None else call.record):
        return ""
    shown = wall(state.settings.almanac.zone, now)
    values = {
        "date": shown.strftime("%Y-%m-%d"),
        "time": shown.strftime("%H%M%S"),
        "queue": queue,
        "agent": agent,
        "caller": call.caller_number,
        "called": call.called_number,
        "entry": call.entry,
        "origin": call.origin.value,
        "node": call.node,
        "call": call.call,
        "talk": str(call.talks + 1),
    }
    path = (state.queue_rules(queue).recording_path if queue else "") or state.settings.recording_path
    return f"{state.settings.recordings}/{filled(path, values)}"


def _by_rule(state: State, call: LiveCall, queue: QueueName) -> bool:
    """Who came by no queue is recorded by the rule of agents' own calls; two agents never are."""
    return state.queue_rules(queue).record if queue else state.settings.dialling.record and not call.is_internal


def recording_failed(state: State, fact: f.RecordingFailed, now: Seconds) -> Decided:
    """The switch could not begin to record."""
    call = state.call_of(fact.leg)
    return not_recorded(call, fact.why) if call is not None and fact.leg == call.leg else nothing()


def pause_recording(state: State, order: d.PauseRecording, now: Seconds) -> Decided:
    """Silence is recorded while card data is said, until the recording is resumed or the talk is over."""
    call = state.calls.get(order.call)
    if call is None:
        return refuse(order, f"no live call {order.call!r}", missing=True)
    if call.place is not CallPlace.TALKING:
        return refuse(order, f"call {order.call} is {call.place.value}: only a talk's recording can be paused")
    if not call.recording:
        return refuse(order, f"call {order.call} is not recorded")
    if order.paused is call.paused:
        return refuse(
            order, f"the recording of call {order.call} is {'paused already' if call.paused else 'not paused'}"
        )
    told = o.RecordingPaused if order.paused else o.RecordingResumed
    done = accepted(order, f"the recording of call {order.call} is {'paused' if order.paused else 'resumed'}")
    said = told(call=call.call, agent=call.agent, by=order.author)
    return Decided([said, done], [mask(call, on=order.paused)])


def mask(call: LiveCall, *, on: bool) -> r.MaskRecording:
    """Ask for silence in the recording, or for what is said."""
    return r.MaskRecording(node=call.node, leg=call.leg, path=call.recording, on=on)


def mask_failed(state: State, fact: f.MaskFailed, now: Seconds) -> Decided:
    """The switch still writes what it should not: better no recording than a secret in it."""
    call = state.call_of(fact.leg)
    if call is None or fact.leg != call.leg or not (call.paused and call.recording):
        return nothing()
    stop = r.StopRecording(node=call.node, leg=call.leg, path=call.recording)
    return not_recorded(call, f"it could not be paused, so it was ended: {fact.why}") + Decided([], [stop])


def not_recorded(call: LiveCall, why: str) -> Decided:
    """Say once that a call's recording is missing, or not whole; nothing when `why` is empty or none was wanted."""
    if not (why and call.recording):
        return nothing()
    return Decided([o.RecordingNotWritten(call=call.call, node=call.node, recording=call.recording, why=why)], [])
