"""Waiting in tests: for an event, under a deadline, while other greenlets run."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import gevent

T = TypeVar("T")
PATIENCE = 30.0  # seconds until a test gives up, on the slowest machine; one that passes does not wait for it


def soon(what: Callable[[], T], within: float = PATIENCE) -> T:
    """What `what()` gives once it is true; fails when that does not come to pass in time."""
    with gevent.Timeout(within, AssertionError("it did not come to pass in time")):
        pause = 0.001
        while not (got := what()):
            gevent.sleep(pause)
            pause = min(1.1 * pause, 0.02)  # whoever waits long leaves the processor to what he waits for
        return got
