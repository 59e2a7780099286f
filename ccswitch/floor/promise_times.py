"""When a caller wishes to be called: what he typed, or a script says, as an instant."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from ccswitch.hours.local import EPOCH, instant, wall
from ccswitch.model.calendars import Almanac
from ccswitch.model.ids import Seconds

_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):?([0-5][0-9])", re.ASCII)
_DATED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}", re.ASCII)


def when(text: str, almanac: Almanac, now: Seconds) -> Seconds | None:
    """`14:30` or `1430` (the next one by the site's clocks), `2026-02-17T10:00`, or nothing, which is now; None for
    anything else."""
    written = text.strip()
    if not written:
        return now
    shown = wall(almanac.zone, now)
    if found := _CLOCK.fullmatch(written):
        at = shown.replace(hour=int(found[1]), minute=int(found[2]), second=0, microsecond=0)
        return instant(almanac.zone, at if at > shown else at + timedelta(days=1))
    if _DATED.fullmatch(written):
        try:
            dated = datetime.fromisoformat(written)
        except ValueError:
            return None
        return instant(almanac.zone, dated) if dated > EPOCH else None
    return None
