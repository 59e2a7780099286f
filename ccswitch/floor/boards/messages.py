"""Boards of messages that nobody has dealt with."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from ccswitch.floor.standing import LiveMessage
from ccswitch.floor.state import State
from ccswitch.model.ids import CallId, MessageId, NodeName, QueueName, Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageBoard:
    """One message that nobody has dealt with, `seconds` long, in a file on the node."""

    message: MessageId
    box: QueueName
    call: CallId
    caller_number: str
    caller_name: str
    begun: Seconds
    seconds: Seconds
    node: NodeName
    path: str


def message_boards(state: State, boxes: Container[QueueName] | None = None) -> list[MessageBoard]:
    """The messages for `boxes`, or for all, that are whole and that nobody has dealt with, the oldest first."""
    whole = [one for one in state.messages.values() if one.seconds is not None and (boxes is None or one.box in boxes)]
    return [_message_board(one) for one in sorted(whole, key=lambda one: (one.begun, one.message))]


def _message_board(message: LiveMessage) -> MessageBoard:
    return MessageBoard(
        message=message.message,
        box=message.box,
        call=message.call,
        caller_number=message.caller_number,
        caller_name=message.caller_name,
        begun=message.begun,
        seconds=message.seconds or 0.0,
        node=message.node,
        path=message.path,
    )


def messages_for(state: State, boxes: Container[QueueName]) -> int:
    """How many are whole in these boxes and not dealt with."""
    return sum(1 for one in state.messages.values() if one.box in boxes and one.seconds is not None)
