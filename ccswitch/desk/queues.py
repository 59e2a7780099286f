"""Queues over HTTP."""

from __future__ import annotations

import falcon

from ccswitch.desk.access import Right, demand
from ccswitch.desk.answers import Changed, QueueAnswer, QueueList
from ccswitch.desk.bodies import Moving, Nothing, QueueChange
from ccswitch.desk.document import CHANGING, DOCUMENT, READING, answers
from ccswitch.desk.errors import Declined
from ccswitch.desk.orders import order_id, place
from ccswitch.desk.periods import midnight
from ccswitch.desk.ports import Ports
from ccswitch.errors import StoreError
from ccswitch.floor.boards.queues import queue_boards, queue_view
from ccswitch.model.ids import CallId, QueueName, Seconds
from ccswitch.model.nouns import QueueMode
from ccswitch.model.orders import ChangeQueue, MoveCallers


class Queues:
    """/queues, /queues/{queue} and what is decided about one."""

    def __init__(self, ports: Ports) -> None:
        self._floor, self._records = ports.floor, ports.records

    @DOCUMENT.validate(resp=answers(QueueList, READING), tags=["queues"])
    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """List the queues: who waits, how long, and who serves them."""
        demand(req.context.holder, Right.LOOK)
        now = self._floor.now()
        resp.media = QueueList(now=now, queues=queue_boards(self._floor.state(), now))

    @DOCUMENT.validate(resp=answers(QueueAnswer, READING), tags=["queues"])
    def on_get_one(self, req: falcon.Request, resp: falcon.Response, queue: str) -> None:
        """Show one queue: rules, callers in the order of service, agents, figures since midnight."""
        demand(req.context.holder, Right.LOOK)
        now = self._floor.now()
        view = queue_view(self._floor.state(), queue, now)
        if view is None:
            raise Declined(falcon.HTTP_404, "No such queue", f"no queue named {queue!r}", "`ccswitch queue list`")
        resp.media = QueueAnswer(now=now, queue=view, today=self._today(queue, now))

    # ---- a supervisor's word

    @DOCUMENT.validate(json=QueueChange, resp=answers(Changed, CHANGING), tags=["queues"])
    def on_post_pause(self, req: falcon.Request, resp: falcon.Response, queue: str) -> None:
        """Offer nobody of this queue's callers; they come and wait."""
        resp.media = self._change(req, queue, QueueMode.PAUSED)

    @DOCUMENT.validate(json=QueueChange, resp=answers(Changed, CHANGING), tags=["queues"])
    def on_post_drain(self, req: falcon.Request, resp: falcon.Response, queue: str) -> None:
        """Take nobody new; who waits is answered."""
        resp.media = self._change(req, queue, QueueMode.DRAINING)

    @DOCUMENT.validate(json=QueueChange, resp=answers(Changed, CHANGING), tags=["queues"])
    def on_post_close(self, req: falcon.Request, resp: falcon.Response, queue: str) -> None:
        """Take nobody new, and send who waits elsewhere."""
        resp.media = self._change(req, queue, QueueMode.CLOSED)

    @DOCUMENT.validate(json=Nothing, resp=answers(Changed, CHANGING), tags=["queues"])
    def on_post_open(self, req: falcon.Request, resp: falcon.Response, queue: str) -> None:
        """Take back what was said: callers come and are answered."""
        resp.media = self._change(req, queue, QueueMode.OPEN)

    @DOCUMENT.validate(json=Moving, resp=answers(Changed, CHANGING), tags=["queues"])
    def on_post_move(self, req: falcon.Request, resp: falcon.Response, queue: str) -> None:
        """Send who waits, or one of them, elsewhere; their wait goes along."""
        demand(req.context.holder, Right.QUEUES)
        wanted: Moving = req.context.json
        author, name = req.context.holder.name, QueueName(queue)
        order = MoveCallers(order=order_id(), author=author, queue=name, to=wanted.to, call=CallId(wanted.call))
        resp.media = place(self._floor, order)

    def _change(self, req: falcon.Request, queue: str, mode: QueueMode) -> Changed:
        demand(req.context.holder, Right.QUEUES)
        wanted: QueueChange = QueueChange() if mode is QueueMode.OPEN else req.context.json
        order = ChangeQueue(
            order=order_id(),
            author=req.context.holder.name,
            queue=QueueName(queue),
            mode=mode,
            to=wanted.to,
            until=wanted.until,
            reason=wanted.reason,
        )
        return place(self._floor, order)

    def _today(self, queue: str, now: Seconds) -> dict[str, float | None] | None:
        try:
            return dict(self._records.kpi(midnight(now)).get(queue, {}))
        except StoreError:
            return None
