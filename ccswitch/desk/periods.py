"""The time that a report looks at."""

from __future__ import annotations

from datetime import datetime

from ccswitch.desk.bodies import DaysQuery
from ccswitch.model.ids import Seconds


def midnight(now: Seconds) -> Seconds:
    """The last midnight by the server's clock and zone."""
    return datetime.fromtimestamp(now).replace(hour=0, minute=0, second=0, microsecond=0).timestamp()


def period(wanted: DaysQuery, now: Seconds) -> tuple[Seconds, Seconds]:
    """From when until when: since midnight and until `now`, unless asked otherwise. Not into the future; nothing when
    it ends before it begins."""
    since = midnight(now) if wanted.since is None else wanted.since
    return since, now if wanted.until is None else min(wanted.until, now)
