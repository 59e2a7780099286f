"""How a span of time went, per queue and over all: counts and sums that add up, and the figures made of them.

A `Tally` is a fold: tallies of parts are added to the tally of the whole, so a queue's hour, a day and the centre's
month are one calculation. The clock of a wait starts when the call enters the queue and stops at the agent's answer;
ringing counts. A call that waited in two queues is offered twice, once in each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields

from ccswitch.model.ids import Seconds
from ccswitch.model.nouns import VisitResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What was counted. `offered` is every stay in a queue; answered, abandoned, otherwise and waiting share it out."""

    offered: int = 0
    answered: int = 0
    abandoned: int = 0  # the caller hung up while he waited, short abandons among them
    otherwise: int = 0  # neither: way out, lost by the switch, ended by an order, and the four that went elsewhere:
    overflowed: int = 0  # sent on by a rule of the queue
    exited: int = 0  # by an exit key
    promised: int = 0  # to be called back
    callbacks: int = 0  # promises of a call, whoever made them
    callbacks_kept: int = 0  # of them, customer and agent talked
    callbacks_late: int = 0  # of those that were kept: later than the queue's `callback_target`
    callbacks_lost: int = 0  # of them, never: he was not reached, nobody came to it, he was gone before an agent talked
    callbacks_open: int = 0  # of them, not over yet; the others were cancelled, or he called in himself
    moved: int = 0  # by an agent, a phone or a supervisor
    waiting: int = 0  # not over yet
    short_abandoned: int = 0  # before the queue's `short_abandon`
    answered_in_target: int = 0  # within the queue's `target`
    abandoned_in_target: int = 0
    answered_wait: Seconds = 0.0  # sum over the answered
    abandoned_wait: Seconds = 0.0
    longest_wait: Seconds = 0.0  # of whoever has left the queue
    estimates: int = 0  # of the answered, those whose wait was foretold when they joined
    apart: Seconds = 0.0  # sum over them: how far estimate and wait were apart
    talks: int = 0
    talk: Seconds = 0.0  # without hold
    hold: Seconds = 0.0
    wrapup: Seconds = 0.0
    transferred_out: int = 0  # talks of the queue whose caller was sent on
    transferred_in: int = 0  # callers who were sent here by a transfer; they are offered as any other

    def __add__(self, other: Tally) -> Tally:
        sums = {name: getattr(self, name) + getattr(other, name) for name in SUMMED}
        return Tally(**sums, longest_wait=max(self.longest_wait, other.longest_wait))


# Of the stays that ended otherwise, those of callers who went elsewhere, by the name of their count.
WENT_ELSEWHERE: dict[VisitResult, str] = {
    VisitResult.OVERFLOWED: "overflowed",
    VisitResult.EXITED: "exited",
    VisitResult.CALLBACK: "promised",
    VisitResult.TRANSFERRED: "moved",
    VisitResult.MOVED: "moved",
}

SUMMED = tuple(field.name for field in fields(Tally) if field.name != "longest_wait")


def visit_tally(result: VisitResult | None, waited: Seconds, *, target: Seconds, short_abandon: Seconds) -> Tally:
    """One stay in a queue. `result` is None while the caller waits."""
    in_target, short = int(waited <= target), int(waited < short_abandon)
    return visits_tally(result, visits=1, in_target=in_target, short=short, wait=waited, longest=waited)


def visits_tally(
    result: VisitResult | None,
    *,
    visits: int,
    in_target: int,
    short: int,
    wait: Seconds,
    longest: Seconds,
    estimates: int = 0,
    apart: Seconds = 0.0,
) -> Tally:
    """Several stays that ended alike: how many, how many within `target` and `short_abandon`, sum and longest wait, how
    many waits were foretold, and by how much wrong in all."""
    if result is None:
        return Tally(offered=visits, waiting=visits)
    if result is VisitResult.ANSWERED:
        return Tally(
            offered=visits,
            answered=visits,
            answered_in_target=in_target,
            answered_wait=wait,
            longest_wait=longest,
            estimates=estimates,
            apart=apart,
        )
    if result is VisitResult.ABANDONED:
        return Tally(
            offered=visits,
            abandoned=visits,
            abandoned_in_target=in_target,
            short_abandoned=short,
            abandoned_wait=wait,
            longest_wait=longest,
        )
    elsewhere = {WENT_ELSEWHERE[result]: visits} if result in WENT_ELSEWHERE else {}
    return Tally(offered=visits, otherwise=visits, longest_wait=longest, **elsewhere)


def total(tallies: Iterable[Tally]) -> Tally:
    """The tally of the whole."""
    return sum(tallies, start=Tally())


def _share(part: float, whole: float) -> float | None:
    """None when there is nothing to share: no calls is not a service level of 0 %."""
    return part / whole if whole else None


Figure = Callable[[Tally], float | None]

# The five common formulas of the service level, side by side; shares of 1.
SERVICE_LEVELS: dict[str, Figure] = {
    "F1": lambda t: _share(t.answered_in_target + t.abandoned_in_target, t.answered + t.abandoned),
    "F2": lambda t: _share(t.answered_in_target, t.answered),
    "F3": lambda t: _share(t.answered_in_target, t.answered + t.abandoned),
    "F4": lambda t: _share(t.answered_in_target, t.answered + t.abandoned - t.abandoned_in_target),
    "F5": lambda t: _share(t.answered_in_target + t.short_abandoned, t.answered + t.abandoned),
}

FIGURES: dict[str, Figure] = {
    "offered": lambda t: t.offered,
    "answered": lambda t: t.answered,
    "abandoned": lambda t: t.abandoned,
    "short_abandoned": lambda t: t.short_abandoned,
    "otherwise": lambda t: t.otherwise,
    "overflowed": lambda t: t.overflowed,
    "exited": lambda t: t.exited,
    "promised": lambda t: t.promised,
    "callbacks": lambda t: t.callbacks,
    "callbacks_kept": lambda t: t.callbacks_kept,
    "callbacks_open": lambda t: t.callbacks_open,
    "callbacks_in_time": lambda t: t.callbacks_kept - t.callbacks_late,
    "callbacks_late": lambda t: t.callbacks_late,
    "callbacks_lost": lambda t: t.callbacks_lost,
    "callbacks_in_time_rate": lambda t: _share(
        t.callbacks_kept - t.callbacks_late, t.callbacks_kept + t.callbacks_lost
    ),
    "callback_rate": lambda t: _share(t.callbacks_kept, t.callbacks - t.callbacks_open),
    "moved": lambda t: t.moved,
    "waiting": lambda t: t.waiting,
    "service_level": SERVICE_LEVELS["F3"],
    "abandon_rate": lambda t: _share(t.abandoned, t.answered + t.abandoned),
    "asa": lambda t: _share(t.answered_wait, t.answered),  # seconds
    "abandoned_wait": lambda t: _share(t.abandoned_wait, t.abandoned),
    "longest_wait": lambda t: t.longest_wait,
    "estimate_error": lambda t: _share(t.apart, t.estimates),  # seconds, of the answered
    "talk": lambda t: _share(t.talk, t.talks),
    "hold": lambda t: _share(t.hold, t.talks),
    "wrapup": lambda t: _share(t.wrapup, t.talks),
    "transferred_out": lambda t: t.transferred_out,
    "transferred_in": lambda t: t.transferred_in,
    "aht": lambda t: _share(t.talk + t.hold + t.wrapup, t.talks),
}


def figures(tally: Tally) -> dict[str, float | None]:
    """Every figure of a tally by name: shares of 1, seconds, counts; None where there was nothing to count."""
    return {name: figure(tally) for name, figure in FIGURES.items()}


def service_levels(tally: Tally) -> dict[str, float | None]:
    """The service level by each of the five formulas, as shares of 1."""
    return {name: formula(tally) for name, formula in SERVICE_LEVELS.items()}
