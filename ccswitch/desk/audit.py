"""Who did what, over HTTP."""

from __future__ import annotations

import falcon

from ccswitch.desk.access import Right, demand
from ccswitch.desk.answers import AuditList, AuditRow, rows
from ccswitch.desk.bodies import AuditQuery
from ccswitch.desk.document import DOCUMENT, READING, answers
from ccswitch.desk.ports import AuditWanted, Ports


class Audit:
    """/audit."""

    def __init__(self, ports: Ports) -> None:
        self._floor, self._records = ports.floor, ports.records

    @DOCUMENT.validate(query=AuditQuery, resp=answers(AuditList, READING), tags=["audit"])
    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """List what was ordered, or done beside the floor, and by whom, the newest first; refusals too."""
        demand(req.context.holder, Right.RECORDS)
        query: AuditQuery = req.context.query
        wanted = AuditWanted(
            author=query.author or "",
            kind=query.kind or "",
            about=query.about or "",
            since=query.since,
            until=query.until,
        )
        found = self._records.audited(wanted, limit=query.limit + 1, before=query.before)
        page = rows(AuditRow, found[: query.limit])
        more = page[-1].id if len(found) > query.limit else None
        resp.media = AuditList(now=self._floor.now(), audit=page, next=more)
