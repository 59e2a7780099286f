"""Messages that callers leave for a queue's agents: recorded on the node, kept here until somebody has dealt with them.

A message is recorded beside a wait for a key (`switch/carrying.py` says why), so its end is the end of that wait, the
caller's hang-up, or the news that it cannot be written.
"""

from __future__ import annotations

from ccswitch.floor import recording
from ccswitch.floor.alive import LiveCall
from ccswitch.floor.decided import Decided, nothing
from ccswitch.floor.staffing import accepted, refuse
from ccswitch.floor.state import State
from ccswitch.model import facts as f
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import ExecuteId, MessageId, QueueName, Seconds
from ccswitch.model.nouns import MessageResult

SHORTEST: Seconds = 1.0  # less is a caller who thought better of it


def begin_message(state: State, call: LiveCall, box: str, execute: ExecuteId) -> o.MessageBegun:
    """A message for queue `box`, named by the application that waits for its end."""
    return o.MessageBegun(
        call=call.call,
        message=MessageId(execute),
        box=QueueName(box),
        node=call.node,
        path=f"{state.settings.recordings}/{execute}.wav",
        caller_number=call.caller_number,
        caller_name=call.caller_name,
    )


def message_over(state: State, call: LiveCall, now: Seconds, *, unspoken: bool) -> Decided:
    """It is whole, or nobody spoke; nothing when none was being recorded."""
    message = state.messages.get(call.message) if call.message else None
    if message is None:
        return nothing()
    seconds = now - message.begun
    empty = unspoken or seconds < SHORTEST
    ended = o.MessageEnded(
        call=call.call,
        message=message.message,
        box=message.box,
        seconds=seconds,
        result=MessageResult.EMPTY if empty else MessageResult.LEFT,
        why="nobody spoke" if unspoken else f"{seconds:.1f} s",
    )
    stop = r.EndMessage(node=call.node, leg=call.leg, path=message.path)
    return Decided([ended], [stop])


def message_failed(state: State, call: LiveCall, why: str, now: Seconds) -> Decided:
    """It cannot be written: the wait for its end is broken off, and the script goes on without one."""
    message = state.messages.get(call.message) if call.message else None
    if message is None:
        return nothing()
    ended = o.MessageEnded(
        call=call.call,
        message=message.message,
        box=message.box,
        seconds=now - message.begun,
        result=MessageResult.FAILED,
        why=why,
    )
    return Decided([ended], [r.Quiet(node=call.node, leg=call.leg)])


def interrupted(state: State, call: LiveCall, now: Seconds) -> Decided:
    """The step begins anew after a lost link or a restart: what he has said so far is kept as a message of its own."""
    return message_over(state, call, now, unspoken=False)


def finish_message(state: State, order: d.FinishMessage, now: Seconds) -> Decided:
    """Somebody has dealt with it: it is no longer announced."""
    message = state.messages.get(order.message)
    if message is None or message.seconds is None:
        return refuse(order, f"no new message {order.message!r}", missing=True)
    done = o.MessageDone(call=message.call, message=order.message, box=message.box, author=order.author)
    who = message.caller_number or "an unknown number"
    return Decided([done, accepted(order, f"message from {who} to {message.box} is dealt with")], [])


def recording_failed(state: State, fact: f.RecordingFailed, now: Seconds) -> Decided:
    """The switch could not begin to record: a message, or a talk."""
    call = state.call_of(fact.leg)
    if call is not None and fact.leg == call.leg and call.message:
        return message_failed(state, call, fact.why, now)
    return recording.recording_failed(state, fact, now)
