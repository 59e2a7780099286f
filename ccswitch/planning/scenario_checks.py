"""What one part of a scenario has to do with another: errors that make a run pointless, and warnings.

An error is something that can only be a mistake (a queue that nobody serves); a warning is something that a planner
may want to see on purpose (more load than agents).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from statistics import fmean
from typing import NamedTuple

from ccswitch.acd.rule_text import rules
from ccswitch.acd.rules import Ask, Relaxation
from ccswitch.model.ids import QueueName, Seconds
from ccswitch.model.targets import TargetKind
from ccswitch.planning.chance import mean_of
from ccswitch.planning.notation import DAY
from ccswitch.planning.scenario import CallType, Scenario, Span, whole_length
from ccswitch.planning.tallying import WAYS
from ccswitch.reading.findings import Findings, Place, did_you_mean, shown
from ccswitch.reading.kinds import Spot, Taken

INTERVALS_LIMIT = 5_000
CALLS_LIMIT = 200_000_000  # of one replication; a day of a large centre is 100,000
AGENTS_LIMIT = 50_000  # of all groups
CELLS_LIMIT = 50_000_000  # numbers that are kept at once, half a gigabyte
SHORTEST_BATCH = 20  # service times, so that a batch's mean depends little on the batch before

Path = tuple[str, ...]


class Sides(NamedTuple):
    """A scenario, what it was read from, and where to say what."""

    scenario: Scenario
    taken: Taken
    errors: Findings
    warnings: Findings

    def wrong(self, path: Path, what: str, mend: str) -> None:
        """An error in what stands under `path`."""
        Spot(self.errors, ".".join(path)).report(self._place(path), what, mend)

    def warn(self, path: Path, what: str, mend: str) -> None:
        """A warning about what stands under `path`."""
        Spot(self.warnings, ".".join(path)).report(self._place(path), what, mend)

    def _place(self, path: Path) -> Place:
        """Where `path` stands, or the nearest table around it."""
        found: object = self.taken
        place = self.taken.at
        for key in path:
            if isinstance(found, Taken):
                place, found = found.place(key), found.values.get(key)
            else:
                found = found.get(key) if isinstance(found, dict) else None
                place = found.at if isinstance(found, Taken) else place
        return place


def check(scenario: Scenario, taken: Taken, errors: Findings, warnings: Findings) -> None:
    """Everything that is wrong between the parts goes to `errors`; warnings only when nothing is."""
    sides = Sides(scenario, taken, errors, warnings)
    for checked in (_names, _arrivals, _horizon, _size, _times):
        checked(sides)
    if not errors:  # what follows would only repeat, in other words, that something was not understood
        _serving(sides)
    if not errors:
        _stability(sides)
        _batches(sides)
        _clock_changes(sides)


def _names(sides: Sides) -> None:
    """Queues that are named and not there."""
    queues = [queue.name for queue in sides.scenario.queues]
    if not queues and not sides.taken.has("settings"):
        sides.wrong((), "there is no queue", "add `queues:`, or `settings: ccswitch.toml`")
        return
    named = [(("types", one.name, "queue"), one.queue) for one in sides.scenario.types]
    named += [(("groups", group.name, "queues"), queue) for group in sides.scenario.groups for queue in group.queues]
    for one in sides.scenario.queues:
        for written in rules(one.rules):
            does = written.does
            to = does.also if isinstance(does, Relaxation) else does.name if does.kind is TargetKind.QUEUE else ""
            named.append((("queues", one.name, "rules"), QueueName(to)))
            if Ask.CLOSED in written.asks:
                sides.warn(("queues", one.name, "rules"), f"{shown(written.text)} never holds in a plan", "use `hours`")
    for path, queue in named:
        if queue and queue not in queues:
            sides.wrong(path, f"there is no queue {shown(queue)}", did_you_mean(queue, queues))


def _serving(sides: Sides) -> None:
    """Queues in which callers wait and nobody answers."""
    if not sides.scenario.groups:
        sides.wrong((), "there is nobody who answers", "add `groups:`")
        return
    served = {queue for group in sides.scenario.groups if group.count for queue in group.queues}
    for queue in dict.fromkeys(one.queue for one in sides.scenario.types):
        if queue not in served and not any(one.rules for one in sides.scenario.queues if one.name == queue):
            sides.wrong(("queues", queue), "nobody serves this queue", "add it to a group's `queues`")


def _arrivals(sides: Sides) -> None:
    """Streams without callers, callers without a stream."""
    scenario, taken = sides.scenario, sides.taken
    if scenario.arrivals is not None and all(one.arrivals is not None for one in scenario.types):
        mend = "take it away, or the `arrivals` of a type"
        sides.wrong(("arrivals",), "every type has a stream of its own", mend)
    traced = {call.call_type for call in scenario.trace}
    unread = taken.has("trace") and bool(sides.errors)  # and told already
    for one in scenario.types:
        written = taken["types"][one.name]
        own, shared = written.has("arrivals"), taken.has("arrivals")
        if not (own or shared or unread or one.name in traced):
            mend = "give it `arrivals`, or the scenario `arrivals` for all or a `trace`"
            sides.wrong(("types", one.name), "nobody calls", mend)
        if written.has("weight") and (own or not shared):
            mend = "a weight shares out the common `arrivals`; remove it"
            sides.wrong(("types", one.name, "weight"), "this type has no part in a common stream", mend)
    _volume(sides)


def _volume(sides: Sides) -> None:
    """No calls, or more than anybody wants to wait for."""
    scenario = sides.scenario
    streams = [stream for stream in (scenario.arrivals, *(one.arrivals for one in scenario.types)) if stream]
    if not scenario.trace and streams and not any(any(stream.rates) for stream in streams):
        sides.wrong(("arrivals",), "no call ever comes", "write a rate above 0")
    expected = sum(fmean(stream.rates) for stream in streams) * whole_length(scenario.horizon)
    if expected > CALLS_LIMIT:
        sides.wrong(("arrivals",), f"about {expected:,.0f} calls", f"at most {CALLS_LIMIT:,} in one replication")


def _horizon(sides: Sides) -> None:
    """Lengths that do not go together."""
    horizon = sides.scenario.horizon
    if horizon.batches == 1:
        sides.wrong(("horizon", "batches"), "one batch is no sample", "write 10 or more")
    if horizon.warmup and not horizon.batches:
        mend = "a day begins with an empty floor; for steady state add `batches`"
        sides.wrong(("horizon", "warmup"), "a warm-up without batches", mend)
    if horizon.length / sides.scenario.interval > INTERVALS_LIMIT and not horizon.batches:
        sides.wrong(("interval",), "too many intervals", f"at most {INTERVALS_LIMIT:,}: lengthen `interval`")


def _size(sides: Sides) -> None:
    """More agents, or more to count, than a machine has room for."""
    scenario, horizon = sides.scenario, sides.scenario.horizon
    agents = sum(group.count for group in scenario.groups)
    if agents > AGENTS_LIMIT:
        sides.wrong(("groups",), f"{agents:,} agents", f"at most {AGENTS_LIMIT:,} in all groups together")
    slices = horizon.batches or horizon.length / scenario.interval
    cells = slices * len(scenario.groups) * (len(scenario.types) + 1) * WAYS
    if cells > CELLS_LIMIT:
        what = "too many groups and types for so many batches or intervals"
        sides.wrong(("horizon",), what, "write fewer batches, or a longer `interval`")


def _times(sides: Sides) -> None:
    """Agents who never work, hours that never come."""
    scenario, mend = sides.scenario, "check days, times and `start`"
    if scenario.hours and not _ever(scenario.hours, scenario):
        sides.wrong(("hours",), "it is never open within the run", mend)
    for group in scenario.groups:
        if group.schedule and not _ever(group.schedule, scenario):
            sides.wrong(("groups", group.name, "schedule"), "never at work within the run", mend)


def _ever(spans: Iterable[Span], scenario: Scenario) -> bool:
    """Whether any of the spans has a part within the run."""
    begins = scenario.start - scenario.midnight
    ends = begins + whole_length(scenario.horizon)
    days = range(min(8, int(ends // DAY) + 1))  # a week and a day show every span
    return any(
        day * DAY + span.begins < ends and day * DAY + span.ends > begins
        for span in spans
        for day in days
        if (scenario.weekday + day) % 7 in span.days
    )


# ---- warnings ------------------------------------------------------------------------------------------------


def _stability(sides: Sides) -> None:
    """Steady state of a queue that only grows: offered load at or above its agents, and nobody hangs up."""
    scenario = sides.scenario
    if not scenario.horizon.batches or scenario.trunks or scenario.places:
        return
    patient = [one for one in scenario.types if one.patience is None]
    for queues in [{one.queue} for one in patient] + [{one.queue for one in patient}]:
        loads = [load(one, scenario) for one in patient if one.queue in queues]
        agents = sum(group.count for group in scenario.groups if queues & set(group.queues))
        if loads and sum(loads) >= agents:
            what = f"the offered load of {', '.join(sorted(queues))} is {sum(loads):.1f} Erlang for {agents} agents"
            mend = "nobody hangs up, so the queue grows for ever: no steady state; give callers patience or more agents"
            sides.warn(("horizon",), what, mend)
            return


def load(one: CallType, scenario: Scenario) -> float:
    """Erlang: the mean number of agents busy with calls of this type (talk and wrap-up, at a pace of 1)."""
    return calls_per_second(one, scenario) * (mean_of(one.service) + _wrapup(one.queue, one, scenario))


def calls_per_second(one: CallType, scenario: Scenario) -> float:
    """The mean rate at which calls of this type come, without redials and trace."""
    if one.arrivals is not None:
        return fmean(one.arrivals.rates)
    if scenario.arrivals is None:
        return 0.0
    weights = sum(other.weight for other in scenario.types if other.arrivals is None)
    return fmean(scenario.arrivals.rates) * one.weight / weights


def _wrapup(queue: QueueName, one: CallType, scenario: Scenario) -> Seconds:
    if one.wrapup is not None:
        return mean_of(one.wrapup)
    return next((known.wrapup for known in scenario.queues if known.name == queue), 0.0)


def _batches(sides: Sides) -> None:
    """Batches that are too short or too few, steady state without a warm-up."""
    scenario, horizon = sides.scenario, sides.scenario.horizon
    if not horizon.batches:
        return
    longest = max((mean_of(one.service) for one in scenario.types), default=0.0)
    if horizon.length < SHORTEST_BATCH * longest:
        what = f"batches of {horizon.length:g} s for calls of {longest:g} s hang together"
        mend = f"the intervals would be too narrow; write at least {SHORTEST_BATCH * longest:g}s"
        sides.warn(("horizon", "length"), what, mend)
    if horizon.batches < 10:
        what = f"{horizon.batches} batches give wide intervals"
        sides.warn(("horizon", "batches"), what, "write 10 or more; 20 to 40 are usual")
    if not horizon.warmup:
        what = "steady state without a warm-up begins with an empty floor"
        sides.warn(("horizon",), what, "add `warmup`, some ten times the service time")


def _clock_changes(sides: Sides) -> None:
    """Schedules count from midnight of the first day; a change of the clock is not followed."""
    zone, start = sides.taken["time_zone"], sides.taken["start"].replace(tzinfo=sides.taken["time_zone"])
    ends = datetime.fromtimestamp(start.timestamp(), zone) + timedelta(seconds=whole_length(sides.scenario.horizon))
    if ends.utcoffset() != start.utcoffset():
        mend = "times after it are an hour off; begin after the change"
        sides.warn(("time_zone",), "the clock changes during the run", mend)
