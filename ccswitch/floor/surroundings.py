"""What a script's conditions and templates may ask for (`ivr/around.py`), answered from State when they ask."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ccswitch.floor.alive import LiveCall
from ccswitch.floor.hours import calendar_of, stands
from ccswitch.floor.pace import in_minutes
from ccswitch.floor.queue_figures import QueueFigures
from ccswitch.floor.state import State
from ccswitch.ivr.around import Around, clock
from ccswitch.model.ids import QueueName, Seconds


class _Numbers(Mapping[str, float]):
    """A queue's numbers; each is counted when it is asked for: few scripts ask, and a floor may be large. Of which
    nothing can be said is not there."""

    def __init__(self, figures: QueueFigures) -> None:
        self._figures = figures

    def __getitem__(self, name: str) -> float:
        number = _COUNTS[name](self._figures)
        if number is None:
            raise KeyError(name)
        return number

    def __iter__(self) -> Iterator[str]:
        return (name for name in _COUNTS if name in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


class _Queues:
    """Queues by name."""

    def __init__(self, state: State, now: Seconds) -> None:
        self._state, self._now = state, now

    def __getitem__(self, name: str) -> Mapping[str, float]:
        return _Numbers(QueueFigures(self._state, QueueName(name), self._now))


class _Calendars:
    """Calendars by name; each is looked at when it is asked for."""

    def __init__(self, state: State, now: Seconds) -> None:
        self._state, self._now = state, now

    def __getitem__(self, name: str) -> Mapping[str, Any]:
        calendar = calendar_of(self._state, name)
        if calendar is None:
            raise KeyError(name)
        return stands(self._state, calendar, self._now)._asdict()


def _expected_minutes(figures: QueueFigures) -> int | None:
    wait = figures.newcomers_wait
    return None if wait is None else in_minutes(wait)


_COUNTS: dict[str, Callable[[QueueFigures], float | None]] = {
    "waiting": lambda figures: figures.waiting,
    "longest_wait": lambda figures: figures.longest_wait,
    "agents": lambda figures: figures.logged_in,
    "free": lambda figures: figures.free,
    "expected_wait": lambda figures: figures.newcomers_wait,
    "expected_minutes": _expected_minutes,
}


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
