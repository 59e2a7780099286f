"""Recordings over HTTP: held against the rules that delete them, and let go again."""

from __future__ import annotations

import falcon

from ccswitch.desk.access import Right, demand
from ccswitch.desk.bodies import HoldingRecordings
from ccswitch.desk.call_answers import RecordingsHeld
from ccswitch.desk.document import CHANGING, DOCUMENT, answers
from ccswitch.desk.errors import Declined
from ccswitch.desk.ports import Ports
from ccswitch.model.ids import CallId


class Recordings:
    """/calls/{call}/keep."""

    def __init__(self, ports: Ports) -> None:
        self._records = ports.records

    @DOCUMENT.validate(json=HoldingRecordings, resp=answers(RecordingsHeld, CHANGING), tags=["calls"])
    def on_post_keep(self, req: falcon.Request, resp: falcon.Response, call: str) -> None:
        """Keep a call's recordings whatever the rules say, or let the rules have them again."""
        holder = req.context.holder
        demand(holder, Right.RECORDS)
        body: HoldingRecordings = req.context.json
        done = (
            self._records.hold_recordings(CallId(call), author=holder.name, why=body.why)
            if body.on
            else self._records.release_recordings(CallId(call))
        )
        if not done:
            why = f"the records have no call {call!r}" if body.on else f"nobody holds the recordings of {call!r}"
            raise Declined(falcon.HTTP_404, "Not found", why, "`ccswitch call list`")
        said = f"the recordings of call {call} are {'kept' if body.on else 'as the rules say again'}"
        what = {"call": call, "on": body.on, "why": body.why}
        self._records.audit(author=holder.name, kind="call keep", what=what, accepted=True, said=said)
        resp.media = RecordingsHeld(call_id=call, held=body.on, what=said)
