"""FreeSWITCH nodes over HTTP."""

from __future__ import annotations

import falcon

from ccswitch.desk.access import Right, demand
from ccswitch.desk.answers import NodeList
from ccswitch.desk.document import DOCUMENT, READING, answers
from ccswitch.desk.ports import Ports
from ccswitch.floor.boards.nodes import node_boards


class Nodes:
    """/nodes."""

    def __init__(self, ports: Ports) -> None:
        self._floor = ports.floor

    @DOCUMENT.validate(resp=answers(NodeList, READING), tags=["nodes"])
    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """List the FreeSWITCH nodes, how their links stand and how many calls each has."""
        demand(req.context.holder, Right.LOOK)
        resp.media = NodeList(now=self._floor.now(), nodes=node_boards(self._floor.state()))
