"""Spans of a week as instants: when agents are at work and when callers are let in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count

from ccswitch.model.ids import Seconds
from ccswitch.planning.scenario import Span

DAY: Seconds = 86400.0
THURSDAY = 3  # the first day of the epoch


def spells(spans: Sequence[Span], midnight: Seconds, start: Seconds) -> Iterator[tuple[Seconds, Seconds]]:
    """Every (begin, end) of `spans` that ends after `start`, in order, for ever; those that touch are one.

    `midnight` is that of the site on the first day; days are 24 hours long. A span may run on over midnight.
    """
    if not any(span.days for span in spans if span.ends > span.begins):
        return
    open_since, open_until = None, start
    for begins, ends in _all(spans, midnight):
        if open_since is not None and begins <= open_until:
            open_until = max(open_until, ends)
            continue
        if open_since is not None and open_until > start:
            yield open_since, open_until
        open_since, open_until = begins, ends


def _all(spans: Sequence[Span], midnight: Seconds) -> Iterator[tuple[Seconds, Seconds]]:
    """From the day before the first, whose night shift may still be there."""
    in_order = sorted(spans, key=lambda span: (span.begins, span.ends))
    for day in count(-1):
        begins_at = midnight + day * DAY
        weekday = int((begins_at + DAY / 2) // DAY + THURSDAY) % 7  # noon is the same day in Greenwich
        for span in in_order:
            if weekday in span.days and span.ends > span.begins:
                yield begins_at + span.begins, begins_at + span.ends
