"""All FreeSWITCH servers of the centre, as one thing to send requests to."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping

from ccswitch.clock import Seconds
from ccswitch.errors import SwitchError
from ccswitch.model import requests as r
from ccswitch.model.ids import LegId, NodeName
from ccswitch.switch.node import Node

log = logging.getLogger(__name__)


class Nodes:
    """Sends each request to its node."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        self.by_name: Mapping[NodeName, Node] = {node.name: node for node in nodes}

    def start(self) -> None:
        """Begin to connect to all; returns at once."""
        for node in self.by_name.values():
            node.start()

    def stop(self, *, hand_over: Seconds) -> None:
        """Leave all calls to a successor, or to the watchdogs after `hand_over` seconds more."""
        for node in self.by_name.values():
            node.stop(hand_over=hand_over)

    def drop(self) -> None:
        """All nodes are another controller's: say nothing more to any."""
        for node in self.by_name.values():
            node.drop()

    def secret(self, node: NodeName, leg: LegId, variable: str) -> str:
        """The masked digits in a channel variable of `leg`; empty when they are gone. Waits. Raises SwitchError."""
        known = self.by_name.get(node)
        return known.secret(leg, variable) if known else ""

    def forget_recording(self, node: NodeName, path: str) -> bool:
        """Delete a recording that a node wrote; False when it was not there. Waits. Raises SwitchError."""
        known = self.by_name.get(node)
        if known is None:
            raise SwitchError(f"no node named {node!r}: is it missing in the configuration?")
        return known.forget_recording(path)

    def carry(self, request: r.NodeRequest) -> None:
        """Carry out a request; never waits. One for a node that is no longer configured is logged and dropped."""
        if isinstance(request, r.ProvisionPhone):
            for node in self.by_name.values():
                node.carry(request)
            return
        known = self.by_name.get(request.node)
        if known is None:
            log.error("no node named %r for %r: is it missing in the configuration?", request.node, request)
            return
        known.carry(request)
