"""A blocked hub is seen."""

from __future__ import annotations

import threading
import time

import gevent
import pytest

from ccswitch.clock import ManualClock, SystemClock
from ccswitch.controller.hub import WINDOW, HubWatch, beside
from tests.controller.waiting import soon


def test_a_blocked_hub_is_measured() -> None:
    # Given a watch that runs
    watch = HubWatch(SystemClock())
    watch.start()
    gevent.sleep(0)
    # When somebody works for a fifth of a second without letting others run
    until = time.monotonic() + 0.2
    while time.monotonic() < until:
        pass
    # Then the gap is seen
    assert soon(lambda: watch.worst() >= 0.15)
    watch.stop()


def test_the_worst_of_a_second_is_kept_and_old_seconds_are_forgotten() -> None:
    # Given gaps in several seconds
    clock = ManualClock(1000.0)
    watch = HubWatch(clock)
    assert watch.worst() == 0.0
    for second, gap in ((1000, 0.3), (1001, 0.01), (1001, 0.05), (1001, 0.02)):
        watch._note(second, gap)
    clock.advance(1.5)
    # Then the worst of all counts, or of the last ones
    assert watch.worst() == 0.3
    assert watch.worst(within=0) == 0.05
    # And what is older than a minute does not
    clock.advance(WINDOW + 1)
    assert watch.worst() == 0.0


def test_memory_is_bounded() -> None:
    watch = HubWatch(ManualClock(0.0))
    for second in range(10 * WINDOW):
        watch._note(second, 0.01)
    assert len(watch._worst) == WINDOW


def test_a_watch_that_was_not_started_can_be_stopped() -> None:
    HubWatch(SystemClock()).stop()


def test_work_beside_the_hub_leaves_the_hub_to_others() -> None:
    # Given work that waits for something that only the hub's greenlets can give
    let_go = threading.Event()
    gevent.spawn(let_go.set)
    # When it runs beside the hub, then both come to their end
    assert beside(let_go.wait, 5.0)
    assert beside(threading.get_ident) != threading.get_ident()


def test_an_error_beside_the_hub_is_raised_here_and_printed_nowhere(capfd: pytest.CaptureFixture[str]) -> None:
    def fails() -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        beside(fails)
    assert capfd.readouterr() == ("", "")
