"""Whether a calendar is open now: as the files say, unless a supervisor decided otherwise for a while."""

from __future__ import annotations

from ccswitch.floor.state import State
from ccswitch.hours.opening import Standing, changes, standing
from ccswitch.model.calendars import Calendar
from ccswitch.model.ids import Seconds

AHEAD: Seconds = 14 * 86_400.0  # so far is looked for the next change


def calendar_of(state: State, name: str) -> Calendar | None:
    """The calendar of that name in the settings in force."""
    return next((one for one in state.settings.almanac.calendars if one.name == name), None)


def stands(state: State, calendar: Calendar, now: Seconds) -> Standing:
    """How a calendar stands at `now`, by a supervisor's word or else by its hours."""
    override = state.overrides.get(calendar.name)
    if override is not None and not (override.until and override.until <= now):
        return Standing(override.open, False, override.reason, override.author)
    return standing(calendar, now)


def next_change(state: State, calendar: Calendar, now: Seconds) -> Seconds | None:
    """When it opens or closes next; None: not within two weeks, or not before a supervisor says so."""
    found = stands(state, calendar, now)
    until = state.overrides[calendar.name].until if found.by else now
    if not until:
        return None
    if standing(calendar, until).open is not found.open:
        return until
    return next((at for at, _ in changes(calendar, until, now + AHEAD)), None)
