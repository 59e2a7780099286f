"""Callers: they come, find a trunk or none, wait, lose patience, talk, and perhaps call again."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import accumulate
from typing import NamedTuple

from ccswitch.model import facts as f
from ccswitch.model import outcomes as o
from ccswitch.model.ids import CallId, LegId, Seconds
from ccswitch.model.nouns import VisitResult
from ccswitch.planning.arrivals import poisson
from ccswitch.planning.chance import Draw, drawing, stream
from ccswitch.planning.controls import Controls
from ccswitch.planning.levels import Levels
from ccswitch.planning.scenario import CallType, Redial, Scenario, TracedCall
from ccswitch.planning.spells import spells
from ccswitch.planning.stage import NODE, Stage
from ccswitch.planning.tallying import Book

FOREVER: Seconds = float("inf")


class Kind:
    """A call type with its laws ready to be drawn from."""

    __slots__ = (
        "index",
        "leaving",
        "name",
        "patience",
        "redial",
        "redial_delay",
        "service",
        "serving",
        "short_abandon",
        "target",
        "wrapup",
    )

    def __init__(self, index: int, call_type: CallType, scenario: Scenario, seed: int, wrapup: Draw | None) -> None:
        queue = next(queue for queue in scenario.queues if queue.name == call_type.queue)
        self.index, self.name = index, call_type.name
        self.target, self.short_abandon = queue.target, queue.short_abandon
        self.service = drawing(call_type.service, stream(seed, "service", call_type.name))
        self.patience: Draw | None = None
        if call_type.patience is not None:
            self.patience = drawing(call_type.patience, stream(seed, "patience", call_type.name))
        self.wrapup = wrapup
        self.serving = 1 / (call_type.service.mean or FOREVER)  # rates, as far as the laws have no memory
        self.leaving = 1 / call_type.patience.mean if call_type.patience and call_type.patience.mean else 0.0
        self.redial: Redial | None = call_type.redial
        self.redial_delay: Draw | None = None
        if self.redial is not None:
            self.redial_delay = drawing(self.redial.delay, stream(seed, "redial delay", call_type.name))


class Caller:
    """One call, from its arrival until nothing is left of it. What he needs and bears is drawn when he comes."""

    __slots__ = (
        "book",
        "call",
        "hung_up",
        "kind",
        "leg",
        "patience",
        "service",
        "serving",
        "since",
        "tries",
        "waiting",
        "wrapup",
    )

    def __init__(self, kind: Kind, service: Seconds, patience: Seconds, wrapup: Seconds, tries: int) -> None:
        self.kind, self.service, self.patience, self.wrapup, self.tries = kind, service, patience, wrapup, tries
        self.call, self.leg = CallId(""), LegId("")
        self.book: Book
        self.waiting = self.hung_up = False
        self.since: Seconds = 0.0
        self.serving = 0.0  # the rate at which his talk ends, once he talks


class Source(NamedTuple):
    """Where callers come from: instants, and what makes the caller who comes then."""

    instants: Iterator[Seconds]
    next_caller: Callable[[], Caller]


class Callers:
    """Everybody who calls. `there`: who has a trunk, by call."""

    def __init__(self, stage: Stage, scenario: Scenario, kinds: Sequence[Kind], seed: int) -> None:
        self._agenda, self._inputs, self._books = stage.agenda, stage.inputs, stage.books
        self._scenario, self._kinds = scenario, kinds
        self.there: dict[CallId, Caller] = {}
        self.count = 0
        self.levels = Levels(scenario.start) if Controls.fit(scenario) else None
        self._trunks = scenario.trunks or FOREVER
        self._places = scenario.places or FOREVER
        self._doors = Doors(scenario)
        self._redials = stream(seed, "redial")
        self._sources = list(self._all_sources(seed))

    def begin(self) -> None:
        """Let them come."""
        for source in self._sources:
            self._expect(source)

    # ---- arrivals

    def _all_sources(self, seed: int) -> Iterator[Source]:
        scenario = self._scenario
        if scenario.trace:
            yield self._traced(scenario.trace)
        if scenario.arrivals is not None:
            yield Source(poisson(scenario.arrivals, scenario.start, seed, ""), self._by_weight(seed))
        for kind, call_type in zip(self._kinds, scenario.types, strict=True):
            if call_type.arrivals is not None:
                instants = poisson(call_type.arrivals, scenario.start, seed, call_type.name)
                yield Source(instants, partial(self._new, kind))

    def _by_weight(self, seed: int) -> Callable[[], Caller]:
        common = [kind for kind, one in zip(self._kinds, self._scenario.types, strict=True) if one.arrivals is None]
        if len(common) == 1:
            return partial(self._new, common[0])
        weights = list(accumulate(one.weight for one in self._scenario.types if one.arrivals is None))
        draw, total, last = stream(seed, "types").random, weights[-1] + 0.0, len(common) - 1
        return lambda: self._new(common[bisect(weights, draw() * total, 0, last)])  # as `Random.choices` does

    def _traced(self, trace: Sequence[TracedCall]) -> Source:
        kinds = {kind.name: kind for kind in self._kinds}
        in_order = sorted(trace, key=lambda call: call.at)
        callers = (self._new(kinds[call.call_type], call.service, call.patience) for call in in_order)
        return Source((self._scenario.start + call.at for call in in_order), callers.__next__)

    def _new(self, kind: Kind, service: Seconds | None = None, patience: Seconds | None = None) -> Caller:
        """Every law is drawn from for every caller, used or not: the next one's numbers do not depend on it."""
        drawn = kind.service()
        bears = kind.patience() if kind.patience is not None else FOREVER
        after = kind.wrapup() if kind.wrapup is not None else FOREVER
        return Caller(kind, drawn if service is None else service, bears if patience is None else patience, after, 0)

    def _expect(self, source: Source) -> None:
        at = next(source.instants, None)
        if at is not None:
            self._agenda.at(at, self._next_of, source)

    def _next_of(self, source: Source) -> None:
        self._calls(source.next_caller())
        self._expect(source)

    def _calls(self, caller: Caller) -> None:
        now = self._agenda.now
        book = caller.book = self._books.open
        visits = book.types[caller.kind.index]
        visits.arrived += 1
        visits.redialled += caller.tries > 0
        self.count += 1
        if self._is_full():
            visits.blocked += 1
            if self.levels is not None:
                self.levels.blocked(now)
            self._may_call_again(caller)
        elif not self._doors.open(now):
            visits.closed += 1
        else:
            visits.offered += 1
            self._let_in(caller, now)

    def _is_full(self) -> bool:
        """No trunk is left, or no place to wait in; who finds an agent free takes no place for long."""
        if len(self.there) >= self._trunks:
            return True
        if self._places == FOREVER:
            return False
        return sum(caller.waiting for caller in self.there.values()) >= self._places

    def _let_in(self, caller: Caller, now: Seconds) -> None:
        caller.leg = LegId(f"c{self.count:09d}")  # sorts as they came
        caller.call = CallId(caller.leg)
        caller.since, caller.waiting = now, True
        self.there[caller.call] = caller
        if self.levels is not None:
            self.levels.came(now, caller.kind.leaving)
        self._books.outstanding += caller.book.counts
        self._inputs.append(
            f.LegParked(leg=caller.leg, node=NODE, call=caller.call, entry=caller.kind.name, answered=True)
        )
        if caller.patience < FOREVER:
            self._agenda.at(now + caller.patience, self._gives_up, caller)

    # ---- waiting, talking, going

    def _gives_up(self, caller: Caller) -> None:
        if caller.waiting:
            self._hangs_up(caller)

    def _hangs_up(self, caller: Caller) -> None:
        if not caller.hung_up:
            self._goes(caller, "NORMAL_CLEARING", by_phone=True)

    def let_go(self, leg: LegId, cause: str) -> None:
        """The floor ends the call: his leg is over, if he is still there."""
        caller = self.there.get(CallId(leg))
        if caller is not None and not caller.hung_up:
            self._goes(caller, cause, by_phone=False)

    def _goes(self, caller: Caller, cause: str, *, by_phone: bool) -> None:
        caller.hung_up = True
        self._inputs.append(f.LegEnded(leg=caller.leg, cause=cause, by_phone=by_phone))
        if self.levels is None:
            return
        if caller.waiting:
            self.levels.gave_up(self._agenda.now, caller.kind.leaving)
        else:
            self.levels.served(self._agenda.now, caller.serving)

    def talks(self, caller: Caller, pace: float) -> None:
        """An agent of this pace has him now; he hangs up when he has what he called for."""
        now = self._agenda.now
        self._agenda.at(now + caller.service * pace, self._hangs_up, caller)
        if self.levels is not None:
            caller.serving = caller.kind.serving / pace
            self.levels.answered(now, caller.kind.leaving, caller.serving)

    def sent_out(self, leg: str) -> None:
        """A rule sends him out of the queues: to voicemail, a script or a number, which no plan is about."""
        caller = self.there[CallId(leg)]
        caller.hung_up = True
        self._inputs.append(f.LegEnded(leg=caller.leg, cause="NORMAL_CLEARING"))
        if self.levels is not None:
            self.levels.gave_up(self._agenda.now, caller.kind.leaving)

    def enqueued(self, outcome: o.CallEnqueued) -> None:
        """He waits; for one who comes from another queue that is a stay of its own."""
        caller = self.there[outcome.call]
        if not caller.waiting and not caller.hung_up:
            caller.since, caller.waiting = self._agenda.now, True
            caller.book.types[caller.kind.index].offered += 1

    def visit_ended(self, outcome: o.VisitEnded) -> None:
        """His wait is over, one way or another."""
        caller = self.there[outcome.call]
        kind = caller.kind
        caller.waiting = False
        self._settle(caller)
        caller.book.types[kind.index].ended(outcome.result, outcome.waited, kind.target, kind.short_abandon)
        if outcome.result is VisitResult.ABANDONED:
            self._may_call_again(caller)

    def call_ended(self, outcome: o.CallEnded) -> None:
        """The trunk is free again."""
        caller = self.there.pop(outcome.call)
        self._books.outstanding -= caller.book.counts

    def settle(self) -> None:
        """Write down how long everybody has waited until now."""
        for caller in self.there.values():
            if caller.waiting:
                self._settle(caller)

    def _settle(self, caller: Caller) -> None:
        now = self._agenda.now
        self._books.open.in_queue[caller.kind.index] += now - caller.since
        caller.since = now

    # ---- again

    def _may_call_again(self, caller: Caller) -> None:
        kind = caller.kind
        redial = kind.redial
        if redial is None or kind.redial_delay is None or caller.tries >= redial.most:
            return
        if self._redials.random() < redial.probability:
            again = Caller(kind, caller.service, caller.patience, caller.wrapup, caller.tries + 1)
            self._agenda.at(self._agenda.now + kind.redial_delay(), self._calls, again)


class Doors:
    """Opening hours, asked in order of time."""

    def __init__(self, scenario: Scenario) -> None:
        self._always = not scenario.hours
        self._spells = spells(scenario.hours, scenario)
        self._begins, self._ends = -FOREVER, -FOREVER

    def open(self, now: Seconds) -> bool:
        """Whether callers are let in at `now`."""
        if self._always:
            return True
        while self._ends <= now:
            self._begins, self._ends = next(self._spells, (FOREVER, FOREVER))
        return self._begins <= now
