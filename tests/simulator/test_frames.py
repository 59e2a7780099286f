"""The 20 ms clock."""

from __future__ import annotations

import gevent
import pytest

from ccswitch.simulator.frames import FRAME, FrameClock, Sleeper
from tests.controller.waiting import PATIENCE

LATE = PATIENCE / FRAME  # frames, on the slowest machine


@pytest.fixture
def clock() -> FrameClock:
    return FrameClock()


def test_a_sleeper_wakes_on_the_tick_it_asked_for(clock: FrameClock) -> None:
    # Given a sleeper that wants to wake in five frames
    woken: list[int] = []
    due = clock.tick() + 5

    def sleep() -> None:
        clock.sleep(Sleeper(), due)
        woken.append(clock.tick())

    # When that time passes
    gevent.spawn(sleep).join(timeout=PATIENCE)
    # Then it wakes there, not before
    assert woken and due <= woken[0] <= due + LATE


def test_a_signal_is_found_on_the_next_frame(clock: FrameClock) -> None:
    # Given a sleeper that would sleep for ever
    sleeper, woken = Sleeper(), []

    def sleep() -> None:
        clock.sleep(sleeper)
        woken.append(clock.tick())

    task = gevent.spawn(sleep)
    gevent.sleep(0)
    # When something is signalled to it
    at = clock.tick()
    clock.signal(sleeper)
    task.join(timeout=PATIENCE)
    # Then it wakes with a later frame
    assert woken and at < woken[0] <= at + LATE


def test_a_signal_before_the_sleep_is_not_lost(clock: FrameClock) -> None:
    sleeper = Sleeper()
    clock.signal(sleeper)
    task = gevent.spawn(clock.sleep, sleeper)
    task.join(timeout=PATIENCE)
    assert task.ready()


def test_sleepers_of_one_frame_wake_in_the_order_they_came(clock: FrameClock) -> None:
    order: list[str] = []
    due = clock.tick() + 2

    def sleep(name: str) -> None:
        clock.sleep(Sleeper(), due)
        order.append(name)

    gevent.joinall([gevent.spawn(sleep, name) for name in "abc"], timeout=PATIENCE)
    assert order == ["a", "b", "c"]


def test_a_cancelled_call_is_not_made(clock: FrameClock) -> None:
    made: list[str] = []
    clock.cancel(clock.call_at(clock.tick() + 1, lambda: made.append("cancelled")))
    clock.call_at(clock.tick() + 1, lambda: made.append("kept"))
    gevent.sleep(4 * FRAME)
    assert made == ["kept"]


def test_event_stamps_stand_on_frames(clock: FrameClock) -> None:
    first = clock.stamp_us()
    gevent.sleep(3 * FRAME)
    assert (clock.stamp_us() - first) % 20_000 in (0, 1, 19_999)


def test_times_are_rounded_up_to_frames(clock: FrameClock) -> None:
    assert clock.after(1) - clock.tick() == 1
    assert clock.after(100) - clock.tick() == 5
