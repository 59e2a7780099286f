"""What a script's conditions and templates may ask for (`ivr/around.py`), answered from State when they ask."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ccswitch.floor.alive import LiveCall
from ccswitch.floor.boards.queues import queue_board
from ccswitch.floor.hours import calendar_of, stands
from ccswitch.floor.pace import in_minutes
from ccswitch.floor.state import State
from ccswitch.ivr.around import QUEUE_NUMBERS, Around, clock
from ccswitch.model.ids import QueueName, Seconds


class _Queues:
    """Queues by name; each is counted when it is asked for."""

    def __init__(self, state: State, now: Seconds) -> None:
        self._state, self._now = state, now

    def __getitem__(self, name: str) -> Mapping[str, float]:
        board = queue_board(self._state, QueueName(name), self._now)
        numbers = {number: getattr(board, number) for number in QUEUE_NUMBERS if number != "expected_minutes"}
        if board.expected_wait is None:
            del numbers["expected_wait"]
        else:
            numbers["expected_minutes"] = in_minutes(board.expected_wait)
        return numbers


class _Calendars:
    """Calendars by name; each is looked at when it is asked for."""

    def __init__(self, state: State, now: Seconds) -> None:
        self._state, self._now = state, now

    def __getitem__(self, name: str) -> Mapping[str, Any]:
        calendar = calendar_of(self._state, name)
        if calendar is None:
            raise KeyError(name)
        return stands(self._state, calendar, self._now)._asdict()


def around(state: State, call: LiveCall, now: Seconds) -> Around:
    """The call and the queues as they are now."""

    def asked() -> Mapping[str, Any]:
        """What expressions may name, with its value now; queues and calendars are looked at when they are asked for."""
        return {
            "caller": call.caller_number,
            "caller_name": call.caller_name,
            "called": call.called_number,
            "entry": call.entry,
            "queue": _Queues(state, now),
            "calendar": _Calendars(state, now),
            "time": clock(state.settings.almanac, now),
        }

    return asked
