"""Loopback ports that nobody has."""

from __future__ import annotations

import random
import socket
from collections import deque
from collections.abc import Sequence

LOOPBACK = "127.0.0.1"


def free_port(kinds: Sequence[int] = (socket.SOCK_STREAM, socket.SOCK_DGRAM), *, span: int = 1) -> int:
    """A loopback port nobody has, with the `span` - 1 after it, below the range from which the kernel hands out ports
    to clients. Raises RuntimeError when there is none."""
    for _ in range(1000):
        first = random.randrange(10000, 20000 - span)
        ports = range(first, first + span)
        if all(port not in _promised and _is_free(port, kinds) for port in ports):
            _promised.extend(ports)
            return first
    raise RuntimeError("no free port between 10000 and 20000")


def free_port_range(count: int) -> tuple[int, int]:
    """The first and last of `count` UDP ports, of which a sample is free now."""
    for _ in range(200):
        first = random.randrange(20000, 32700 - count) & ~1
        if all(_is_free(port, (socket.SOCK_DGRAM,)) for port in range(first, first + count, max(1, count // 50))):
            return first, first + count - 1
    raise RuntimeError(f"no {count} free ports between 20000 and 32700")


# Handed out lately: who asked may listen there only much later.
_promised: deque[int] = deque(maxlen=2000)


def _is_free(port: int, kinds: Sequence[int]) -> bool:
    for kind in kinds:
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                return False
    return True
