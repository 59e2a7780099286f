"""`hours`: the way by a calendar, as it stands now."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar, Self

from ccswitch.ivr.fields import Fields
from ccswitch.ivr.step import Exit, Here, Passing, TimelessStep, Way
from ccswitch.reading.findings import Place

_CALENDAR = re.compile(r"[A-Za-z]\w{0,31}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursStep(TimelessStep):
    """Take the way `open` while `calendar` is open, else `closed`; on a public holiday `holiday`, if it is given."""

    WORD: ClassVar[str] = "hours"

    calendar: str
    open: Way
    closed: Way
    holiday: Way | None = None
    at: Place = field(default=Place(), compare=False)

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """The calendar, and its ways."""
        return cls(
            calendar=fields.text("hours", _CALENDAR, "the name of a calendar"),
            open=fields.onward("open"),
            closed=fields.onward("closed"),
            holiday=fields.way("holiday"),
            at=fields.at,
        )

    def exits(self) -> Iterable[Exit]:
        """Each, whatever the caller does."""
        yield Exit("open", self.open, silent=True)
        yield Exit("closed", self.closed, silent=True)
        if self.holiday is not None:
            yield Exit("holiday", self.holiday, silent=True)

    def asks(self) -> frozenset[str]:
        """The calendar."""
        return frozenset([f"calendar.{self.calendar}"])

    def does(self) -> str:
        """The calendar."""
        return f"{self.WORD} {self.calendar}"

    def passing(self, here: Here) -> Passing:
        """By the calendar; one that is not there is closed: better heard too late than let into an empty queue."""
        try:
            stands = here.around()["calendar"][self.calendar]
        except LookupError:
            return Passing(here.cursor, self.closed.to, f"closed: nothing is known of a calendar {self.calendar}")
        note = ": ".join(part for part in (stands["by"], stands["note"]) if part)
        told = f" ({note})" if note else ""
        if stands["open"]:
            return Passing(here.cursor, self.open.to, f"open{told}")
        if stands["holiday"] and self.holiday is not None:
            return Passing(here.cursor, self.holiday.to, f"holiday{told}")
        return Passing(here.cursor, self.closed.to, f"closed{told}")
