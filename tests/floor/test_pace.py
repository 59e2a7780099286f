"""What a newcomer would wait: told when it is known, and never made up."""

from __future__ import annotations

import random

import pytest

from ccswitch.floor.boards.queues import queue_board
from ccswitch.floor.pace import ENOUGH, JUDGED, SMALL, WINDOW, Pace, in_minutes
from ccswitch.model import requests as r
from ccswitch.model.ids import QueueName
from tests.floor.floors import a_floor, script

SUPPORT = QueueName("support")


def busy(intervals: list[float]) -> Pace:
    """A line in which somebody always waits, answered at these intervals; the last answer at their sum."""
    pace, at = Pace(), 0.0
    pace.answered(at, busy=True)
    for interval in intervals:
        at += interval
        pace.answered(at, busy=True)
    return pace


def test_each_place_in_the_line_costs_an_interval() -> None:
    pace = busy([12.0] * 20)
    assert pace.wait(0, 240.0) == pytest.approx(12.0)
    assert pace.wait(4, 240.0) == pytest.approx(60.0)


def test_nothing_is_said_before_enough_was_seen() -> None:
    assert busy([10.0] * (ENOUGH - 1)).wait(3, 70.0) is None


def test_intervals_without_a_waiting_caller_do_not_count() -> None:
    pace = Pace()
    for at in range(0, 6000, 60):
        pace.answered(float(at), busy=False)
    assert pace.wait(2, 6000.0) is None


def test_a_line_that_stands_is_not_spoken_for() -> None:
    pace = busy([10.0] * 20)
    assert pace.wait(3, 200.0 + 49.0) is not None
    assert pace.wait(3, 200.0 + 51.0) is None


def test_a_new_pace_is_followed() -> None:
    assert busy([30.0] * 20 + [10.0] * 60).wait(0, 1200.0) == pytest.approx(10.0, abs=1.5)


def test_the_prediction_is_right_on_average() -> None:
    # Given five agents who talk for three minutes each, as people do, and a line that never ends
    dice = random.Random(7)
    free = [dice.expovariate(1 / 180) for _ in range(5)]
    pace, answers = Pace(), []
    for _ in range(3000):
        at = min(free)
        free[free.index(at)] = at + dice.expovariate(1 / 180)
        pace.answered(at, busy=True)
        answers.append((at, pace.wait(9, at)))
    # When each newcomer behind nine others is told what to expect
    errors = [told - (answers[i + 10][0] - at) for i, (at, told) in enumerate(answers[:-10]) if told is not None]
    # Then that is what it takes, on average within five percent of the six minutes
    assert sum(errors) / len(errors) == pytest.approx(0.0, abs=18.0)


def test_people_are_told_whole_minutes() -> None:
    assert [in_minutes(wait) for wait in (0.0, 59.0, 60.0, 61.0)] == [1, 1, 1, 2]


def test_a_free_agent_means_no_wait_and_nobody_there_means_no_promise() -> None:
    floor = a_floor()
    assert queue_board(floor.state, SUPPORT, floor.now).expected_wait == 0.0
    assert queue_board(a_floor(ready=False).state, SUPPORT, 0.0).expected_wait is None


def test_the_script_tells_the_caller_before_he_waits() -> None:
    # Given a queue whose line moves every two minutes, and a script that announces the wait
    text = """\
steps:
  help: {queue: support, announce_wait: wait.wav, then: end}
"""
    floor = a_floor(scripts=(script(text=text),), ready=False)
    floor.ready("li")
    floor.state.paces[SUPPORT] = busy([120.0] * 20)
    floor.state.paces[SUPPORT].last = floor.now
    floor.parked("L0")
    # When another comes
    told = floor.parked("L1", entry="menu")
    # Then he hears it, and then waits
    assert told.the(r.Play).files == ("wait.wav",)
    floor.pressed("L1")
    assert floor.call("L1").waits


def test_an_estimate_that_was_wrong_is_not_told_until_it_is_right_again() -> None:
    # Given a line that moves every 12 s
    pace = busy([12.0] * 20)
    # When those who were told 60 s waited ten minutes, one after the other
    for _ in range(JUDGED - 1):
        pace.judge(60.0, 600.0)
    assert pace.wait(4, 240.0) == pytest.approx(60.0)  # too few to judge by
    pace.judge(60.0, 600.0)
    # Then nothing is told, though an estimate is still made, to see when it is right again
    assert (pace.is_poor, pace.error) == (True, pytest.approx(0.9))
    assert pace.wait(4, 240.0) is None and pace.estimate(4, 240.0) == pytest.approx(60.0)
    # And when it came true often enough it is told again
    for _ in range(WINDOW):
        pace.judge(60.0, 60.0)
    assert pace.wait(4, 240.0) == pytest.approx(60.0)


def test_of_short_waits_nobody_minds_the_error() -> None:
    pace = Pace()
    pace.judge(2.0, 8.0)
    assert pace.error == pytest.approx(6.0 / SMALL)


def test_the_error_of_talks_of_random_length_is_small_enough_to_be_told() -> None:
    # Given a line whose intervals are random, each newcomer behind as many others as there are already
    chance, pace = random.Random(5), busy([60.0] * ENOUGH)
    for _ in range(400):
        ahead = chance.randrange(4)
        foretold = 60.0 * (ahead + 1)
        pace.judge(foretold, sum(chance.expovariate(1 / 60.0) for _ in range(ahead + 1)))
        # Then it is never so poor that nothing is told
        assert not pace.is_poor
    assert pace.error == pytest.approx(0.4, abs=0.1)
