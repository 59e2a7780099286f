"""Books into batches: what was counted in the finest parts, summed up by slice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ccswitch.planning.figures import OVERALL, Batch, Counted, Slice
from ccswitch.planning.scenario import Scenario
from ccswitch.planning.tallying import AWAY, IDLE, RINGING, TALKING, WRAPUP, Book, Visits


def batches(books: Iterable[Book], scenario: Scenario) -> tuple[Batch, ...]:
    """One batch after the other; every slice of the scenario is in each of them."""
    folded: list[dict[Slice, Counted]] = []
    for book in books:
        while len(folded) <= book.batch:
            folded.append({})
        for key, part in _parts(book, scenario):
            _add(folded[book.batch].setdefault(key, Counted()), part)
    return tuple(folded)


def _parts(book: Book, scenario: Scenario) -> Iterator[tuple[Slice, Counted]]:
    whole = Counted()
    for index, call_type in enumerate(scenario.types):
        part = _of_visits(book.types[index])
        part.in_queue = book.in_queue[index]
        cells = range(index, len(book.seconds[IDLE]), len(scenario.types) + 1)
        _add_seconds(part, book, cells)
        _add(whole, part)
        yield Slice("type", call_type.name), part
        yield Slice("queue", call_type.queue), part
    for index, group in enumerate(scenario.groups):
        part = _of_visits(book.groups[index])
        width = len(scenario.types) + 1
        _add_seconds(part, book, range(index * width, (index + 1) * width))
        whole.idle += part.idle
        whole.away += part.away
        yield Slice("group", group.name), part
    yield OVERALL, whole
    if not scenario.horizon.batches:
        yield Slice("interval", str(book.interval)), whole


def _of_visits(visits: Visits) -> Counted:
    return Counted(
        arrived=visits.arrived,
        redialled=visits.redialled,
        blocked=visits.blocked,
        closed=visits.closed,
        waited=visits.waited,
        visits=visits.tally(),
    )


def _add_seconds(part: Counted, book: Book, cells: range) -> None:
    part.idle += sum(book.seconds[IDLE][cell] for cell in cells)
    part.ringing += sum(book.seconds[RINGING][cell] for cell in cells)
    part.talking += sum(book.seconds[TALKING][cell] for cell in cells)
    part.wrapup += sum(book.seconds[WRAPUP][cell] for cell in cells)
    part.away += sum(book.seconds[AWAY][cell] for cell in cells)


def _add(whole: Counted, part: Counted) -> None:
    for name in Counted.__slots__:
        setattr(whole, name, getattr(whole, name) + getattr(part, name))
