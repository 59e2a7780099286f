"""The link over which a node is examined, and what to do when it cannot be had."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random

from gevent.event import Event as Flag

from ccswitch.clock import Clock, Seconds
from ccswitch.controller.config import ESL_PASSWORD, NodeSettings
from ccswitch.errors import CommandFailed, LinkDown
from ccswitch.switch import strings
from ccswitch.switch.link import Link

CONNECT_WITHIN: Seconds = 5.0


@contextmanager
def linked(node: NodeSettings, clock: Clock) -> Iterator[Callable[..., str]]:
    """A node's event socket for the length of an examination: `api(*words)` gives the answer, empty for -ERR.

    Raises LinkDown with what the link complains of.
    """
    up = Flag()
    link = Link(
        node.host,
        node.port,
        node.password,
        on_event=lambda event, received_at: None,
        on_up=lambda changed: up.set(),
        on_down=lambda reason: None,
        clock=clock,
        random=Random(),
        name=node.name,
        events=("HEARTBEAT",),
    )

    def api(*words: str) -> str:
        """The switch's answer without white space around it; empty when it refuses."""
        try:
            return link.api(strings.api(*words)).strip()
        except CommandFailed:
            return ""

    link.start()
    try:
        deadline = time.monotonic() + CONNECT_WITHIN
        while not up.wait(0.05):
            if link.trouble or time.monotonic() > deadline:
                raise LinkDown(link.trouble or f"{node.host}:{node.port} does not answer")
        yield api
    finally:
        link.stop()


def mend_link(trouble: str, node: NodeSettings) -> str:
    """What to do about a link that cannot be had."""
    if "password" in trouble:
        return (
            f"make [[node]] password of {node.name} (or {ESL_PASSWORD}, which goes before it) the one in FreeSWITCH's"
            " autoload_configs/event_socket.conf.xml; `reload mod_event_socket` after a change there"
        )
    if "event socket" in trouble:
        return (
            f"something else listens at {node.host}:{node.port}; [[node]] port is event_socket.conf.xml's listen-port"
        )
    return "start FreeSWITCH, load mod_event_socket, and let listen-ip and apply-inbound-acl admit this host"
