"""Spans of a week as instants: when agents are at work and when callers are let in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count

from ccswitch.model.ids import Seconds
from ccswitch.planning.scenario import Scenario, Span

DAY: Seconds = 86400.0
ENDLESS: Seconds = 8 * DAY  # weeks are alike: what has gone on for longer than one never ends


def spells(spans: Sequence[Span], scenario: Scenario) -> Iterator[tuple[Seconds, Seconds]]:
    """Every (begin, end) of `spans` that ends after the scenario's start, in order, for ever; those that touch are one.

    Days are 24 hours long. A span may run on over midnight; round the clock is one that ends at infinity.
    """
    if not any(span.days for span in spans if span.ends > span.begins):
        return
    start = scenario.start
    open_since, open_until = None, start
    for begins, ends in _all(spans, scenario.midnight, scenario.weekday):
        if open_since is not None and begins <= open_until:
            open_until = max(open_until, ends)
            if open_until - open_since > ENDLESS:
                yield open_since, float("inf")
                return
            continue
        if open_since is not None and open_until > start:
            yield open_since, open_until
        open_since, open_until = begins, ends


def _all(spans: Sequence[Span], midnight: Seconds, weekday: int) -> Iterator[tuple[Seconds, Seconds]]:
    """From the day before the first, whose night shift may still be there."""
    in_order = sorted(spans, key=lambda span: (span.begins, span.ends))
    for day in count(-1):
        begins_at = midnight + day * DAY
        for span in in_order:
            if (weekday + day) % 7 in span.days and span.ends > span.begins:
                yield begins_at + span.begins, begins_at + span.ends
