"""How queues did, over HTTP: what sent callers on, and how evenly agents had them."""

from __future__ import annotations

import falcon

from ccswitch.desk.access import Right, demand
from ccswitch.desk.answers import QueueBalance, QueueDays, SentOn, rows
from ccswitch.desk.bodies import DaysQuery
from ccswitch.desk.document import DOCUMENT, READING, answers
from ccswitch.desk.periods import period
from ccswitch.desk.ports import Ports


class DaysOfQueues:
    """/queue-days."""

    def __init__(self, ports: Ports) -> None:
        self._floor, self._records = ports.floor, ports.records

    @DOCUMENT.validate(query=DaysQuery, resp=answers(QueueDays, READING), tags=["queues"])
    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Why callers left queues since midnight, or between two instants, and how evenly calls fell on agents."""
        demand(req.context.holder, Right.LOOK)
        now = self._floor.now()
        since, until = period(req.context.query, now)
        answer = QueueDays(now=now, since=since, until=until)
        if since < until:
            answer.sent_on = rows(SentOn, self._records.sent_on(since, until))
            answer.balances = rows(QueueBalance, self._records.balances(since, until))
        resp.media = answer
