"""How agents' time went, over HTTP."""

from __future__ import annotations

import falcon

from ccswitch.desk.access import Right, demand
from ccswitch.desk.answers import AgentDay, AgentDays, rows
from ccswitch.desk.bodies import DaysQuery
from ccswitch.desk.document import DOCUMENT, READING, answers
from ccswitch.desk.periods import period
from ccswitch.desk.ports import Ports


class Days:
    """/agent-days."""

    def __init__(self, ports: Ports) -> None:
        self._floor, self._records = ports.floor, ports.records

    @DOCUMENT.validate(query=DaysQuery, resp=answers(AgentDays, READING), tags=["agents"])
    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """How each agent's time went since midnight, or between two instants, and what became of his offers."""
        demand(req.context.holder, Right.LOOK)
        now = self._floor.now()
        since, until = period(req.context.query, now)
        days = self._records.agent_days(since, until) if since < until else []
        reasons = self._floor.state().settings.reasons
        resp.media = AgentDays(now=now, since=since, until=until, agents=rows(AgentDay, days), reasons=list(reasons))
