"""The path of the number of calls there."""

from __future__ import annotations

import pytest

from ccswitch.planning.levels import Level, Levels


def test_time_rates_and_jumps_are_kept_by_level() -> None:
    # Given one caller who is answered, one who gives up, and one who finds no trunk
    levels = Levels(10.0)
    levels.came(12.0, leaving=0.5)
    levels.answered(12.0, leaving=0.5, serving=0.1)
    levels.came(15.0, leaving=0.25)
    levels.blocked(16.0)
    levels.gave_up(19.0, leaving=0.25)
    levels.served(20.0, serving=0.1)
    # When the batch ends at 21 s
    path = levels.turn(21.0)
    # Then every second, and what could have happened in it, is at its level
    assert path == [
        Level(time=2.0 + 1.0, came=1),
        Level(time=3.0 + 1.0, serving=pytest.approx(0.4), came=1, served=1),
        Level(time=4.0, serving=pytest.approx(0.4), leaving=pytest.approx(1.0), came=1, gave_up=1),
    ]


def test_a_new_batch_begins_where_the_old_one_ended() -> None:
    levels = Levels(0.0)
    levels.came(1.0, leaving=0.0)
    levels.turn(4.0)
    assert levels.turn(9.0) == [Level(), Level(time=5.0)]
