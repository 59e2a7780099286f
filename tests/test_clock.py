"""Time that goes on, whatever happens to the wall clock."""

from __future__ import annotations

import pytest

from ccswitch import clock as clocks
from ccswitch.clock import SLEW, ManualClock, SystemClock

HOUR = 3600.0


class Wall:
    """The two clocks of a machine; `step` moves the wall clock alone."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monotonic, self._step = 500.0, 1_800_000_000.0
        monkeypatch.setattr(clocks.time, "monotonic", lambda: self._monotonic)
        monkeypatch.setattr(clocks.time, "time", self.time)

    def time(self) -> float:
        return self._monotonic + self._step

    def step(self, seconds: float) -> None:
        self._step += seconds

    def pass_by(self, seconds: float) -> None:
        self._monotonic += seconds


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Wall:
    return Wall(monkeypatch)


@pytest.mark.parametrize("step", [HOUR, -HOUR])
def test_a_step_of_the_wall_clock_does_not_reach_us(wall: Wall, step: float) -> None:
    # Given a clock that runs
    clock = SystemClock()
    began = clock.now()
    # When the wall clock is stepped, and ten seconds go by
    wall.step(step)
    stepped = clock.now()
    wall.pass_by(10)
    # Then ten seconds have gone by, but for the slew
    assert stepped == began
    assert abs(clock.now() - began - 10) <= 10 * SLEW + 1e-6
    assert clock.drift() == pytest.approx(step, abs=1)


@pytest.mark.parametrize("step", [5.0, -5.0])
def test_what_differs_is_worked_off(wall: Wall, step: float) -> None:
    # Given a wall clock that was stepped by a little
    clock = SystemClock()
    wall.step(step)
    # When time goes by, looked at now and then
    before = clock.now()
    for _ in range(60):
        wall.pass_by(10)
        # Then it never runs back
        assert clock.now() > before
        before = clock.now()
    # And we have the wall clock's time again
    assert clock.now() == pytest.approx(wall.time())


def test_it_begins_no_earlier_than_what_was_kept(wall: Wall) -> None:
    # Given an instant that was kept, and a wall clock that was stepped back since
    kept = wall.time()
    wall.step(-HOUR)
    # When a new process begins
    clock = SystemClock(not_before=kept)
    # Then time goes on from there
    assert clock.now() == kept
    wall.pass_by(1)
    assert kept + 0.9 < clock.now() < kept + 1.1


def test_it_begins_at_the_wall_clock_when_that_is_later(wall: Wall) -> None:
    assert SystemClock(not_before=wall.time() - HOUR).now() == wall.time()


def test_a_manual_clock_moves_when_told() -> None:
    clock = ManualClock(10.0)
    assert (clock.now(), clock.advance(2.5), clock.now()) == (10.0, 12.5, 12.5)
    with pytest.raises(ValueError, match="backwards"):
        clock.advance(-1)
