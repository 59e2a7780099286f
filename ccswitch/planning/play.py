"""Play a scenario: the real floor in virtual time. Inputs before deadlines, as in `controller/engine`, and no time
passes while there is something to decide."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from ccswitch.acd.rule_text import rules as read
from ccswitch.acd.rules import Relaxation, Rule
from ccswitch.floor.apply import APPLIERS
from ccswitch.floor.decide import Input, decide
from ccswitch.floor.state import State
from ccswitch.floor.talking import SHORTEST_WRAPUP
from ccswitch.model import facts as f
from ccswitch.model import outcomes as o
from ccswitch.model.ids import AgentId, Seconds
from ccswitch.model.nouns import Agent, Entry, FloorSettings, Queue
from ccswitch.model.requests import Request
from ccswitch.model.targets import TargetKind
from ccswitch.planning.agenda import Agenda
from ccswitch.planning.callers import FOREVER, Callers, Kind
from ccswitch.planning.chance import Draw, drawing, stream
from ccswitch.planning.controls import Controls
from ccswitch.planning.figures import Run
from ccswitch.planning.folding import batches
from ccswitch.planning.scenario import AgentGroup, CallType, Scenario
from ccswitch.planning.staff import Staff, names_of
from ccswitch.planning.stage import NODE, Stage
from ccswitch.planning.tallying import Books
from ccswitch.planning.virtual_switch import VirtualSwitch

Trace = Callable[[Seconds, Input, Sequence[o.Outcome], Sequence[Request]], None]

OPEN_ENDED: Seconds = 30 * 86400.0  # a wrap-up that its agent ends himself
LONGEST_AFTERPLAY: Seconds = 4 * 3600.0  # at least so long, or as long as the run, is waited for the last calls

_SENT_OUT = re.compile(r":\s*to\s.*", re.DOTALL)
OUT = ": to number:0"  # of the plan

TIME_PASSED = f.TimePassed()


def play(scenario: Scenario, seed: int, *, trace: Trace | None = None) -> Run:
    """One replication. The same scenario and seed give the same run; `trace` is told every decision as it is applied.

    Calls count in the batch and interval in which they came. After the horizon the floor goes on, with new callers
    who do not count, until those who do have been served; who still is not after as long again (at least four hours)
    is counted as waiting.
    """
    return Playing(scenario, seed, trace).run()


class Playing:
    """One run while it is played."""

    def __init__(self, scenario: Scenario, seed: int, trace: Trace | None) -> None:
        self._scenario, self._seed, self._trace = scenario, seed, trace
        self._state = State()
        self._decisions = 0
        self._controls: list[Mapping[str, float]] = []
        self._stage = Stage(Agenda(scenario.start), Books(len(scenario.types), len(scenario.groups)))
        kinds = [
            Kind(index, one, scenario, seed, _wrapup(one, scenario, seed)) for index, one in enumerate(scenario.types)
        ]
        self._callers = Callers(self._stage, scenario, kinds, seed)
        self._staff = Staff(self._stage, scenario, self._callers, seed)
        self._switch = VirtualSwitch(self._stage, self._callers, self._staff)
        self._carriers = self._switch.carriers
        self._hears: dict[type, Callable[[Any], None]] = {
            o.CallEnqueued: self._callers.enqueued,
            o.VisitEnded: self._callers.visit_ended,
            o.CallEnded: self._callers.call_ended,
            o.OfferMade: self._staff.offer_made,
            o.OfferEnded: self._staff.offer_ended,
            o.TalkStarted: self._staff.talk_started,
            o.TalkEnded: self._staff.talk_ended,
            o.WrapupEnded: self._staff.wrapup_ended,
            o.AgentStatusChanged: self._staff.status_changed,
        }

    def run(self) -> Run:
        """Play it to its end."""
        scenario, stage = self._scenario, self._stage
        for page in pages(scenario):
            stage.agenda.at(page.begins, self._turn_page, page)
        stage.inputs.append(f.SettingsLoaded(settings=settings_of(scenario)))
        self._switch.begin()
        self._staff.begin()
        self._callers.begin()
        horizon = scenario.horizon
        length = horizon.warmup + horizon.batches * horizon.length if horizon.batches else horizon.length
        ends = scenario.start + length
        self._go_on(ends)
        self._go_on(ends + max(length, LONGEST_AFTERPLAY), until_over=True)
        return Run(
            seed=self._seed,
            batches=batches(stage.books.all, scenario),
            controls=tuple(self._controls),
            calls=self._callers.count,
            decisions=self._decisions,
        )

    def _go_on(self, until: Seconds, *, until_over: bool = False) -> None:
        """Inputs of this instant, then deadlines, then time moves to whatever is next, up to `until`."""
        agenda, inputs, books = self._stage.agenda, self._stage.inputs, self._stage.books
        work, items, deadlines = self._work, agenda.items, self._state.deadlines
        while True:
            while inputs:
                work(inputs.popleft(), agenda.now)
            at = items[0][0] if items else FOREVER
            due = deadlines.first(at)
            soonest = at if due is None else due[0]
            if soonest <= agenda.now and due is not None:
                work(TIME_PASSED, agenda.now)
            elif soonest > until or (until_over and not books.outstanding):
                return
            elif soonest == at:
                agenda.next()
            else:
                agenda.now = soonest

    def _work(self, given: Input, now: Seconds) -> None:
        """One decision: each of its outcomes comes true and is heard, then its requests are carried out."""
        state, hears, carriers = self._state, self._hears, self._carriers
        decided = decide(state, given, now)
        self._decisions += 1
        for outcome in decided.outcomes:
            kind = type(outcome)
            APPLIERS[kind](state, outcome, now)
            if kind in hears:
                hears[kind](outcome)
        for request in decided.requests:
            carry = carriers[type(request)]
            if carry is not None:
                carry(request)
        if self._trace is not None:
            self._trace(now, given, decided.outcomes, decided.requests)

    def _turn_page(self, page: Page) -> None:
        self._turn_levels(page)
        self._callers.settle()
        self._staff.settle()
        self._stage.books.turn(counts=page.counts, batch=page.batch, interval=page.interval)

    def _turn_levels(self, page: Page) -> None:
        """A batch ends, or the warm-up: intervals of one batch have their controls together."""
        levels, book, now = self._callers.levels, self._stage.books.open, self._stage.agenda.now
        if levels is None or (book.counts and page.counts and book.batch == page.batch):
            return
        path = levels.turn(now)
        if book.counts:
            self._controls.append(Controls(self._scenario, self._seed).of(path, self._scenario.horizon.length))


class Page(NamedTuple):
    """When a new book is opened, and what for."""

    begins: Seconds
    counts: bool
    batch: int = 0
    interval: int = 0


def pages(scenario: Scenario) -> Iterator[Page]:
    """The intervals of a terminating run, or the batches of a steady one; then a book that does not count."""
    start, horizon = scenario.start, scenario.horizon
    if horizon.batches:
        start += horizon.warmup
        for batch in range(horizon.batches):
            yield Page(start + batch * horizon.length, True, batch=batch)
        yield Page(start + horizon.batches * horizon.length, False)
        return
    interval = 0
    while interval * scenario.interval < horizon.length:
        yield Page(start + interval * scenario.interval, True, interval=interval)
        interval += 1
    yield Page(start + horizon.length, False)


def settings_of(scenario: Scenario) -> FloorSettings:
    """The floor's settings: one entry per call type, one agent per head."""
    return FloorSettings(
        hash=scenario.name or "scenario",
        nodes=(NODE,),
        queues=tuple(_planned(one, scenario) for one in scenario.queues),
        agents=tuple(_agent(name, group) for group in scenario.groups for name in names_of(group)),
        entries=tuple(Entry(name=one.name, queue=one.queue, priority=one.priority) for one in scenario.types),
        rona_limit=scenario.rona_limit,
        rest_after_refusal=scenario.rest_after_refusal,
        guard=scenario.guard,
    )


def _planned(queue: Queue, scenario: Scenario) -> Queue:
    """A queue as it is planned with: nothing is heard in it, and whom a rule sends out of the queues is gone."""
    rules = tuple(
        written.text if _stays(written) else _SENT_OUT.sub(OUT, written.text) for written in read(queue.rules)
    )
    plain = replace(queue, rules=rules, announce_position=False, announce_wait=False, comfort=(), exit_keys=())
    return replace(plain, wrapup=OPEN_ENDED) if _ended_by_agents(queue, scenario) else plain


def _stays(rule: Rule) -> bool:
    return isinstance(rule.does, Relaxation) or rule.does.kind is TargetKind.QUEUE


def _agent(name: AgentId, group: AgentGroup) -> Agent:
    return Agent(agent=name, phone=f"sip:{name}@planned", queues=group.queues, skills=group.skills, takes=group.takes)


def _ended_by_agents(queue: Queue, scenario: Scenario) -> bool:
    """Whether wrap-up after this queue's calls ends when its agent says that he is ready: its length is drawn, or it is
    less than the floor itself would grant."""
    drawn = any(one.wrapup is not None for one in scenario.types if one.queue == queue.name)
    return drawn or queue.wrapup < SHORTEST_WRAPUP


def _wrapup(one: CallType, scenario: Scenario, seed: int) -> Draw | None:
    """How long this type's wrap-up is, when its agents end it themselves; without a law, as long as its queue says."""
    if one.wrapup is not None:
        return drawing(one.wrapup, stream(seed, "wrap-up", one.name))
    queue = next(queue for queue in scenario.queues if queue.name == one.queue)
    return (lambda: queue.wrapup) if _ended_by_agents(queue, scenario) else None
