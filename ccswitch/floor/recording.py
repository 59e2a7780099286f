"""Recordings of talks: where they are written, that they are paused for card data, and what is missing of them."""

from __future__ import annotations

from ccswitch.floor.alive import LiveCall
from ccswitch.floor.decided import Decided, nothing
from ccswitch.floor.staffing import accepted, refuse
from ccswitch.floor.state import State
from ccswitch.model import facts as f
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import QueueName, Seconds
from ccswitch.model.nouns import CallPlace


def recording_path(state: State, call: LiveCall, queue: QueueName) -> str:
    """Where this talk is recorded, empty when it is not: what the call's script chose goes before the queue's rule.
    Each talk of a call has a file of its own."""
    if not (state.queue_rules(queue).record if call.record is None else call.record):
        return ""
    talk = f"-{call.serial}" if call.talked else ""
    return f"{state.settings.recordings}/{call.call}{talk}.wav"


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
