"""Messages that callers leave for a queue's agents."""

from __future__ import annotations

from ccswitch.model.ids import CallId, MessageId, NodeName, QueueName, Seconds
from ccswitch.model.nouns import MessageResult
from ccswitch.model.value import value


@value
class MessageBegun:
    """The caller's message for queue `box` is being recorded to `path` on the node."""

    call: CallId
    message: MessageId
    box: QueueName
    node: NodeName
    path: str
    caller_number: str
    caller_name: str


@value
class MessageEnded:
    """The message is whole (`LEFT`, announced to the queue's agents), or there is none."""

    call: CallId
    message: MessageId
    box: QueueName
    seconds: Seconds
    result: MessageResult
    why: str


@value
class MessageDone:
    """Somebody has dealt with a message."""

    call: CallId
    message: MessageId
    box: QueueName
    author: str
