"""What State keeps of callers' messages."""

from __future__ import annotations

from ccswitch.floor.appliers.table import Appliers
from ccswitch.floor.standing import LiveMessage
from ccswitch.floor.state import State
from ccswitch.model import outcomes as o
from ccswitch.model.ids import MessageId, Seconds
from ccswitch.model.nouns import MessageResult


def _message_begun(state: State, outcome: o.MessageBegun, at: Seconds) -> None:
    """It is being recorded."""
    state.calls[outcome.call].message = outcome.message
    state.messages[outcome.message] = LiveMessage(
        message=outcome.message,
        call=outcome.call,
        box=outcome.box,
        node=outcome.node,
        path=outcome.path,
        caller_number=outcome.caller_number,
        caller_name=outcome.caller_name,
        begun=at,
    )


def _message_ended(state: State, outcome: o.MessageEnded, at: Seconds) -> None:
    """It is whole, or there is none."""
    state.calls[outcome.call].message = MessageId("")
    if outcome.result is MessageResult.LEFT:
        state.messages[outcome.message].seconds = outcome.seconds
    else:
        del state.messages[outcome.message]


def _message_done(state: State, outcome: o.MessageDone, at: Seconds) -> None:
    """It is announced no more."""
    state.messages.pop(outcome.message, None)


APPLIERS: Appliers = {
    o.MessageBegun: _message_begun,
    o.MessageEnded: _message_ended,
    o.MessageDone: _message_done,
}
