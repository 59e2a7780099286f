"""What a script may ask for of the floor: the same numbers as a board shows, and none that nobody can tell."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from ccswitch.floor import surroundings
from ccswitch.floor.boards.queues import QueueBoard, queue_board
from ccswitch.floor.pace import Pace, in_minutes
from ccswitch.ivr.around import QUEUE_NUMBERS
from ccswitch.model import orders as d
from ccswitch.model.ids import AgentId, QueueName
from tests.floor.callbacks import floor_with_gateway, promised
from tests.floor.floors import Floor, a_floor

SUPPORT = QueueName("support")
EVERY = 40.0  # seconds between two answers, where a test has the line move


def asked(floor: Floor, queue: str = "support", leg: str = "L0") -> Mapping[str, float]:
    """The numbers of a queue, as the script of a call asks for them."""
    numbers: Mapping[str, float] = surroundings.around(floor.state, floor.call(leg), floor.now)()["queue"][queue]
    return numbers


def shown(floor: Floor) -> QueueBoard:
    """The board of the same instant."""
    return queue_board(floor.state, SUPPORT, floor.now)


def moves(floor: Floor) -> None:
    """The line of support was seen to move, and its last answer was just now."""
    pace = floor.state.paces.setdefault(SUPPORT, Pace())
    for n in range(30, -1, -1):
        pace.answered(floor.now - n * EVERY, busy=True)


@pytest.fixture
def floor() -> Floor:
    """Of three agents one talks, one is rung and one has gone; two callers wait, in a line that moves."""
    floor = a_floor("li", "wang", "zhao")
    floor.talking("L0")
    floor.order(d.LogOut, agent=AgentId("zhao"))
    floor.offered("L1")
    floor.parked("L2")
    floor.wait(5.0)
    moves(floor)
    return floor


def test_what_a_script_may_name_is_what_the_floor_counts() -> None:
    # Lint and rehearsal know QUEUE_NUMBERS; a name more or less here is one a script may write and never has
    assert tuple(surroundings._COUNTS) == QUEUE_NUMBERS


def test_a_script_is_told_what_the_board_shows(floor: Floor) -> None:
    board, numbers = shown(floor), asked(floor)
    # Given a board with something in each of its figures
    assert (board.waiting, board.offered, board.longest_wait, board.agents, board.free) == (2, 1, 5.0, 2, 0)
    assert board.expected_wait == pytest.approx(3 * EVERY)
    # Then the script's numbers are these, every one that it may name
    assert dict(numbers) == {
        "waiting": board.waiting,
        "longest_wait": board.longest_wait,
        "agents": board.agents,
        "free": board.free,
        "expected_wait": board.expected_wait,
        "expected_minutes": in_minutes(board.expected_wait),
    }
    assert set(numbers) == set(QUEUE_NUMBERS)


def test_with_somebody_free_and_nobody_before_him_a_caller_waits_for_nothing() -> None:
    floor = a_floor("li", "wang")
    floor.talking("L0")
    numbers = asked(floor)
    assert (numbers["free"], numbers["waiting"], numbers["longest_wait"]) == (1, 0, 0.0)
    assert numbers["expected_wait"] == shown(floor).expected_wait == 0.0
    assert numbers["expected_minutes"] == 1  # as people are told


def test_an_estimate_that_nobody_can_make_is_not_there() -> None:
    # Given a caller in a line of which nothing was seen yet
    floor = a_floor(ready=False)
    floor.parked("L0")
    numbers = asked(floor)
    # Then the board has no estimate, and the script none to name; what is counted is there
    assert shown(floor).expected_wait is None
    assert set(numbers) == set(QUEUE_NUMBERS) - {"expected_wait", "expected_minutes"}
    assert len(numbers) == len(list(numbers)) == 4
    assert numbers.get("expected_wait") is None and "expected_minutes" not in numbers
    with pytest.raises(KeyError):
        numbers["expected_minutes"]


def test_a_number_that_is_none_of_these_is_not_there(floor: Floor) -> None:
    assert asked(floor).get("talking") is None
    with pytest.raises(KeyError):
        asked(floor)["talking"]


def test_a_queue_that_nobody_knows_has_nobody_in_it(floor: Floor) -> None:
    numbers = asked(floor, "nowhere")
    assert (numbers["waiting"], numbers["agents"], numbers["free"]) == (0, 0, 0)
    assert "expected_wait" not in numbers


def test_a_promise_in_line_is_waited_for_and_is_no_caller() -> None:
    # Given a line that moves, with one caller in it, and nobody free
    floor = floor_with_gateway("li", ready=True)
    floor.talking("L0")
    floor.parked("L1")
    floor.wait(7.0)
    moves(floor)
    before = asked(floor)["expected_wait"]
    # When somebody is promised a call back, and stands in line with him
    promised(floor)
    numbers, board = asked(floor), shown(floor)
    # Then who comes now has one more before him, and the script says so as the board does
    assert before == pytest.approx(2 * EVERY)
    assert numbers["expected_wait"] == board.expected_wait == pytest.approx(3 * EVERY)
    # And a script counts him in the line, where a board has him beside it; his wait is nobody's
    assert (numbers["waiting"], board.waiting, board.promised) == (2, 1, 1)
    assert numbers["longest_wait"] == board.longest_wait == 7.0
