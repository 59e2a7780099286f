"""What is said of a slice: the figures of `kpi` over its visits, and what only a planned day has beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from ccswitch.kpi.summary import FIGURES, SUMMED, WENT_ELSEWHERE, Tally
from ccswitch.model.ids import Seconds
from ccswitch.planning.figures import Counted, Slice
from ccswitch.planning.scenario import Scenario

HALF_HOUR: Seconds = 1800.0
CALLS = frozenset({"overall", "type", "queue", "interval"})  # slices of calls; groups of agents are the others
EVERYWHERE = CALLS | {"group"}
AGENTS = frozenset({"overall", "group", "interval"})

Of = Callable[[Counted, Seconds], float | None]  # of what was counted in a slice that lasted so long


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A figure. `ratio`: a ratio of sums, to be taken over all samples together; otherwise a mean of samples.

    `unit`: share (of 1), s (seconds), calls.
    """

    name: str
    of: Of
    unit: str
    ratio: bool
    slices: frozenset[str] = CALLS


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


_ELSEWHERE = frozenset(WENT_ELSEWHERE.values())
COUNTS = _ELSEWHERE | {"offered", "answered", "abandoned", "short_abandoned", "otherwise", "waiting"}
_SECONDS = frozenset({"asa", "abandoned_wait", "longest_wait", "estimate_error", "talk", "hold", "wrapup", "aht"})
_OF_AGENTS = frozenset({"answered", "asa", "talk", "hold", "wrapup", "aht"})


def _of_visits(name: str) -> Measure:
    figure = FIGURES[name]
    return Measure(
        name=name,
        of=lambda counted, _: figure(counted.visits),
        unit="s" if name in _SECONDS else "calls" if name in COUNTS else "share",
        ratio=name not in COUNTS and name != "longest_wait",
        slices=EVERYWHERE if name in _OF_AGENTS else CALLS,
    )


def _occupancy(counted: Counted, _: Seconds) -> float | None:
    busy = counted.talking + counted.wrapup
    return _share(busy, busy + counted.idle)


_OWN = (
    Measure(name="arrived", of=lambda c, _: c.arrived, unit="calls", ratio=False),
    Measure(
        name="calls_per_half_hour",
        of=lambda c, time: _share(c.arrived * HALF_HOUR, time),
        unit="calls",
        ratio=False,
    ),
    Measure(name="p_wait", of=lambda c, _: _share(c.waited, c.visits.offered), unit="share", ratio=True),
    # not answered at once: waited, or found every trunk busy; what Erlang's formulas call the probability of delay
    Measure(
        name="all_busy",
        of=lambda c, _: _share(c.waited + c.blocked, c.visits.offered + c.blocked),
        unit="share",
        ratio=True,
    ),
    Measure(
        name="mean_wait",  # of everybody who waited to an end, answered or not
        of=lambda c, _: _share(
            c.visits.answered_wait + c.visits.abandoned_wait, c.visits.answered + c.visits.abandoned
        ),
        unit="s",
        ratio=True,
    ),
    Measure(name="mean_in_queue", of=lambda c, time: _share(c.in_queue, time), unit="calls", ratio=False),
    Measure(name="blocked_share", of=lambda c, _: _share(c.blocked, c.arrived), unit="share", ratio=True),
    Measure(name="closed_share", of=lambda c, _: _share(c.closed, c.arrived), unit="share", ratio=True),
    Measure(name="redial_share", of=lambda c, _: _share(c.redialled, c.arrived), unit="share", ratio=True),
    # (talk + wrap-up) / (talk + wrap-up + idle); hold does not happen in planned talks, ringing and breaks are neither
    Measure(name="occupancy", of=_occupancy, unit="share", ratio=True, slices=AGENTS),
)

MEASURES: Mapping[str, Measure] = {measure.name: measure for measure in (*map(_of_visits, FIGURES), *_OWN)}


def time_of(slice_: Slice, scenario: Scenario) -> Seconds:
    """How long one sample of a slice is: the day, the batch, the interval."""
    length = scenario.horizon.length
    if slice_.by != "interval":
        return length
    return min(scenario.interval, length - int(slice_.name) * scenario.interval)


# ---- sums of what was counted --------------------------------------------------------------------------------

_PLAIN = tuple(field.name for field in fields(Counted) if field.name != "visits")


def plus(one: Counted, other: Counted) -> Counted:
    """What was counted in both."""
    sums = {name: getattr(one, name) + getattr(other, name) for name in _PLAIN}
    return Counted(**sums, visits=one.visits + other.visits)


def weighted(parts: Sequence[Counted], weights: Sequence[float]) -> Counted:
    """The sum of parts, each counted so many times. The longest wait, no sum, is left out."""

    def total(values: Iterable[float]) -> float:
        """One figure of every part, times the part's weight, summed."""
        return sum(weight * value for weight, value in zip(weights, values, strict=True))

    sums: dict[str, Any] = {name: total(getattr(part, name) for part in parts) for name in _PLAIN}
    visits: dict[str, Any] = {name: total(getattr(part.visits, name) for part in parts) for name in SUMMED}
    return Counted(**sums, visits=Tally(**visits))


def without(whole: Counted, part: Counted) -> Counted:
    """What was counted in `whole` and not in `part`, which is in it. The longest wait, no sum, is left out."""
    rest = {name: getattr(whole, name) - getattr(part, name) for name in _PLAIN}
    visits = {name: getattr(whole.visits, name) - getattr(part.visits, name) for name in SUMMED}
    return Counted(**rest, visits=replace(Tally(), **visits))
