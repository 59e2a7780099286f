"""What holds otherwise than the files say, over HTTP."""

from __future__ import annotations

import falcon

from ccswitch.desk.access import Right, demand
from ccswitch.desk.answers import OverrideList
from ccswitch.desk.document import DOCUMENT, READING, answers
from ccswitch.desk.ports import Ports
from ccswitch.floor.boards.overrides import overrides


class Overrides:
    """/overrides."""

    def __init__(self, ports: Ports) -> None:
        self._floor = ports.floor

    @DOCUMENT.validate(resp=answers(OverrideList, READING), tags=["overrides"])
    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """List what orders have changed and still holds: by whose word, until when, and what the files say."""
        demand(req.context.holder, Right.STAFF)
        found = overrides(self._floor.state())
        resp.media = OverrideList(now=self._floor.now(), overrides=found.overrides, agents=found.agents)
