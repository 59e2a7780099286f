"""Messages that callers left, over HTTP."""

from __future__ import annotations

import falcon

from ccswitch.desk.access import Right, demand, sees_all
from ccswitch.desk.answers import Changed, MessageList
from ccswitch.desk.bodies import Nothing
from ccswitch.desk.document import CHANGING, DOCUMENT, READING, answers
from ccswitch.desk.errors import Declined
from ccswitch.desk.orders import order_id, place
from ccswitch.desk.ports import Ports, TokenHolder
from ccswitch.floor.boards.messages import message_boards
from ccswitch.model.ids import AgentId, MessageId, QueueName
from ccswitch.model.orders import FinishMessage


class Messages:
    """/messages and /messages/{message}/done."""

    def __init__(self, ports: Ports) -> None:
        self._floor = ports.floor

    @DOCUMENT.validate(resp=answers(MessageList, READING), tags=["messages"])
    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """List the messages that nobody has dealt with, the oldest first. An agent sees those of his own queues."""
        boxes = self._boxes(req.context.holder)
        resp.media = MessageList(now=self._floor.now(), messages=message_boards(self._floor.state(), boxes))

    @DOCUMENT.validate(json=Nothing, resp=answers(Changed, CHANGING), tags=["messages"])
    def on_post_done(self, req: falcon.Request, resp: falcon.Response, message: str) -> None:
        """Say that a message is dealt with; it is no longer announced."""
        holder = req.context.holder
        boxes = self._boxes(holder)
        live = self._floor.state().messages.get(MessageId(message))
        if live is None or (boxes is not None and live.box not in boxes):
            why = f"no new message {message!r}"
            raise Declined(falcon.HTTP_404, "No such message", why, "`ccswitch voicemail list`")
        order = FinishMessage(order=order_id(), author=holder.name, message=MessageId(message))
        resp.media = place(self._floor, order)

    def _boxes(self, holder: TokenHolder) -> frozenset[QueueName] | None:
        """The queues whose messages are his business; None: all."""
        demand(holder, Right.MESSAGES, holder.name)
        if sees_all(holder, Right.MESSAGES):
            return None
        agent = self._floor.state().agents.get(AgentId(holder.name))
        return frozenset(agent.agent.queues) if agent else frozenset()
