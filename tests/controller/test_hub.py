"""A blocked hub is seen."""

from __future__ import annotations

import threading
import time

import gevent
import pytest
from gevent.monkey import get_original

from ccswitch.clock import ManualClock, SystemClock
from ccswitch.controller.hub import WINDOW, Gap, HubWatch, beside
from tests.controller.waiting import PATIENCE, soon

SELFISH = "selfish (controller/test_hub.py:"


def selfish(seconds: float) -> None:
    """Work without letting others run."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        pass


def test_a_blocked_hub_is_measured_and_who_blocked_it_is_told(caplog: pytest.LogCaptureFixture) -> None:
    # Given a watch that runs
    watch = HubWatch(SystemClock())
    watch.start()
    gevent.sleep(0)

    def seen() -> bool:
        return any(gap.late >= 0.15 and gap.doing.startswith(SELFISH) for _, gap in watch._worst)

    # When somebody works for a fifth of a second without letting others run, again and again: where the machine is
    # busy, the thread that looks in may come too late for one
    soon(lambda: selfish(0.2) or seen())
    # Then the gap was seen, and who it was
    watch.stop()
    assert watch.worst() >= 0.15
    assert SELFISH in caplog.text


def test_a_hub_that_waits_for_the_machine_has_not_worked() -> None:
    # Given a watch that runs
    watch = HubWatch(SystemClock())
    watch.start()
    gevent.sleep(0)
    # When the hub's thread stands still without using the processor, as when the machine gives it to others
    get_original("time", "sleep")(0.2)
    # Then the gap is as long, and next to nothing of it was work
    assert soon(lambda: watch.worst() >= 0.15)
    assert watch.worst_gap().worked < 0.05
    watch.stop()


def test_the_worst_of_a_second_is_kept_and_old_seconds_are_forgotten() -> None:
    # Given gaps in several seconds
    clock = ManualClock(1000.0)
    watch = HubWatch(clock)
    assert watch.worst() == 0.0
    for second, gap in ((1000, 0.3), (1001, 0.01), (1001, 0.05), (1001, 0.02)):
        watch._note(second, Gap(gap))
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
        watch._note(second, Gap(0.01))
    assert len(watch._worst) == WINDOW


def test_a_watch_that_was_not_started_can_be_stopped() -> None:
    HubWatch(SystemClock()).stop()


def test_work_beside_the_hub_leaves_the_hub_to_others() -> None:
    # Given work that waits for something that only the hub's greenlets can give
    let_go = threading.Event()
    gevent.spawn(let_go.set)
    # When it runs beside the hub, then both come to their end
    assert beside(let_go.wait, PATIENCE)
    assert beside(threading.get_ident) != threading.get_ident()


def test_an_error_beside_the_hub_is_raised_here_and_printed_nowhere(capfd: pytest.CaptureFixture[str]) -> None:
    def fails() -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        beside(fails)
    assert capfd.readouterr() == ("", "")
