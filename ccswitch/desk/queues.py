"""Queues over HTTP."""

from __future__ import annotations

from datetime import datetime

import falcon

from ccswitch.desk.access import Right, demand
from ccswitch.desk.answers import DOCUMENT, READING, QueueAnswer, QueueList, answers
from ccswitch.desk.errors import Declined
from ccswitch.desk.ports import Ports
from ccswitch.errors import StoreError
from ccswitch.floor.boards.queues import queue_boards, queue_view
from ccswitch.model.ids import Seconds


class Queues:
    """/queues and /queues/{queue}."""

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

    def _today(self, queue: str, now: Seconds) -> dict[str, float | None] | None:
        try:
            return dict(self._records.kpi(midnight(now)).get(queue, {}))
        except StoreError:
            return None


def midnight(now: Seconds) -> Seconds:
    """The last midnight by the server's clock and zone."""
    return datetime.fromtimestamp(now).replace(hour=0, minute=0, second=0, microsecond=0).timestamp()
