"""The channel's state machine."""

from __future__ import annotations

import pytest

from ccswitch.simulator.states import State, known_cause, may


@pytest.mark.parametrize(
    ("old", "new", "allowed"),
    [
        (State.NEW, State.INIT, True),
        (State.NEW, State.EXECUTE, False),
        (State.EXECUTE, State.HIBERNATE, True),
        (State.HANGUP, State.EXECUTE, False),
        (State.HANGUP, State.REPORTING, True),
        (State.DESTROY, State.INIT, False),
    ],
)
def test_the_table(old: State, new: State, allowed: bool) -> None:
    assert may(old, new) is allowed


def test_numbers_and_names_are_the_wires() -> None:
    assert (State.SOFT_EXECUTE.wire, int(State.SOFT_EXECUTE)) == ("CS_SOFT_EXECUTE", 3)
    assert (State.REPORTING.wire, int(State.REPORTING)) == ("CS_REPORTING", 11)


def test_an_unknown_cause_is_normal_clearing() -> None:
    assert known_cause("USER_BUSY") == "USER_BUSY"
    assert known_cause("NO_SUCH_CAUSE") == "NORMAL_CLEARING"
