"""What one part of a scenario has to do with another: errors that make a run pointless, and warnings.

An error is something that can only be a mistake (a queue that nobody serves); a warning is something that a planner
may want to see on purpose (more load than agents).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from statistics import fmean
from typing import NamedTuple

from ccswitch.model.ids import QueueName, Seconds
from ccswitch.planning.chance import mean_of
from ccswitch.planning.notation import DAY
from ccswitch.planning.scenario import CallType, Scenario, Span, whole_length
from ccswitch.reading.findings import Findings, Place, did_you_mean, shown
from ccswitch.reading.kinds import Spot, Taken

INTERVALS_LIMIT = 5_000
CALLS_LIMIT = 200_000_000  # of one replication; a day of a large centre is 100,000
SHORTEST_BATCH = 20  # service times, so that a batch's mean depends little on the batch before


class Sides(NamedTuple):
    """A scenario, what it was read from, and where to say what."""

    scenario: Scenario
    taken: Taken
    errors: Spot
    warnings: Spot

    def at(self, *path: str) -> Place:
        """Where `path` stands, or the nearest table around it."""
        taken: object = self.taken
        place = self.taken.at
        for key in path:
            if isinstance(taken, Taken):
                place, taken = taken.place(key), taken.values.get(key)
            else:
                taken = taken.get(key) if isinstance(taken, dict) else None
                place = taken.at if isinstance(taken, Taken) else place
        return place


def check(scenario: Scenario, taken: Taken, errors: Findings, warnings: Findings) -> None:
    """Everything that is wrong between the parts goes to `errors`; warnings only when nothing is."""
    sides = Sides(scenario, taken, Spot(errors), Spot(warnings))
    for checked in (_names, _arrivals, _horizon, _times):
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
        sides.errors.report(sides.taken.at, "there is no queue", "add `queues:`, or `settings: ccswitch.toml`")
        return
    for one in sides.scenario.types:
        if one.queue and one.queue not in queues:
            where = sides.errors.inside("types").inside(one.name).inside("queue")
            what = f"there is no queue {shown(one.queue)}"
            where.report(sides.at("types", one.name, "queue"), what, did_you_mean(one.queue, queues))
    for group in sides.scenario.groups:
        for queue in group.queues:
            if queue not in queues:
                where = sides.errors.inside("groups").inside(group.name).inside("queues")
                what = f"there is no queue {shown(queue)}"
                where.report(sides.at("groups", group.name, "queues"), what, did_you_mean(queue, queues))


def _serving(sides: Sides) -> None:
    """Queues in which callers wait and nobody answers."""
    if not sides.scenario.groups:
        sides.errors.report(sides.taken.at, "there is nobody who answers", "add `groups:`")
        return
    served = {queue for group in sides.scenario.groups if group.count for queue in group.queues}
    for queue in dict.fromkeys(one.queue for one in sides.scenario.types):
        if queue not in served and any(queue == known.name for known in sides.scenario.queues):
            where = sides.errors.inside("queues").inside(queue)
            where.report(sides.at("queues", queue), "nobody serves this queue", "add it to a group's `queues`")


def _arrivals(sides: Sides) -> None:
    """Streams without callers, callers without a stream."""
    scenario = sides.scenario
    traced = {call.call_type for call in scenario.trace}
    shared = [one for one in scenario.types if one.arrivals is None]
    if scenario.arrivals is not None and not shared:
        mend = "take it away, or the `arrivals` of a type"
        sides.errors.inside("arrivals").report(sides.at("arrivals"), "every type has a stream of its own", mend)
    for one in scenario.types:
        where = sides.errors.inside("types").inside(one.name)
        of = sides.taken["types"][one.name]
        called = of.has("arrivals") or sides.taken.has("arrivals") or (sides.taken.has("trace") and not scenario.trace)
        if not called and one.name not in traced:
            mend = "give it `arrivals`, or the scenario `arrivals` for all or a `trace`"
            where.report(sides.at("types", one.name), "nobody calls", mend)
        if of.has("weight") and (of.has("arrivals") or not sides.taken.has("arrivals")):
            mend = "a weight shares out the common `arrivals`; remove it"
            where.inside("weight").report(of.place("weight"), "this type has no part in a common stream", mend)
    streams = [stream for stream in (scenario.arrivals, *(one.arrivals for one in scenario.types)) if stream]
    if not scenario.trace and streams and not any(any(stream.rates) for stream in streams):
        sides.errors.inside("arrivals").report(sides.at("arrivals"), "no call ever comes", "write a rate above 0")
    expected = sum(fmean(stream.rates) for stream in streams) * whole_length(scenario.horizon)
    if expected > CALLS_LIMIT:
        mend = f"at most {CALLS_LIMIT:,} in one replication"
        sides.errors.inside("arrivals").report(sides.at("arrivals"), f"about {expected:,.0f} calls", mend)


def _horizon(sides: Sides) -> None:
    """Lengths that do not go together."""
    horizon, where = sides.scenario.horizon, sides.errors.inside("horizon")
    if horizon.batches == 1:
        where.report(sides.at("horizon", "batches"), "one batch is no sample", "write 10 or more")
    if horizon.warmup and not horizon.batches:
        mend = "a day begins with an empty floor; for steady state add `batches`"
        where.report(sides.at("horizon", "warmup"), "a warm-up without batches", mend)
    if horizon.length / sides.scenario.interval > INTERVALS_LIMIT and not horizon.batches:
        mend = f"at most {INTERVALS_LIMIT:,}: lengthen `interval`"
        sides.errors.inside("interval").report(sides.at("interval"), "too many intervals", mend)


def _times(sides: Sides) -> None:
    """Agents who never work, hours that never come."""
    scenario = sides.scenario
    if scenario.hours and not _ever(scenario.hours, scenario):
        mend = "check days, times and `start`"
        sides.errors.inside("hours").report(sides.at("hours"), "it is never open within the run", mend)
    for group in scenario.groups:
        where = sides.errors.inside("groups").inside(group.name)
        if group.schedule and not _ever(group.schedule, scenario):
            mend = "check days, times and `start`"
            where.inside("schedule").report(
                sides.at("groups", group.name, "schedule"), "never at work in the run", mend
            )


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
    if not scenario.horizon.batches or scenario.trunks:
        return
    patient = [one for one in scenario.types if one.patience is None]
    for queues in [{one.queue} for one in patient] + [{one.queue for one in patient}]:
        loads = [load(one, scenario) for one in patient if one.queue in queues]
        agents = sum(group.count for group in scenario.groups if queues & set(group.queues))
        if loads and sum(loads) >= agents:
            what = f"the offered load of {', '.join(sorted(queues))} is {sum(loads):.1f} Erlang for {agents} agents"
            mend = "nobody hangs up, so the queue grows for ever: no steady state; give callers patience or more agents"
            sides.warnings.inside("horizon").report(sides.at("horizon"), what, mend)
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
    where = sides.warnings.inside("horizon")
    longest = max((mean_of(one.service) for one in scenario.types), default=0.0)
    if horizon.length < SHORTEST_BATCH * longest:
        what = f"batches of {horizon.length:g} s for calls of {longest:g} s hang together"
        mend = f"the intervals would be too narrow; write at least {SHORTEST_BATCH * longest:g}s"
        where.report(sides.at("horizon", "length"), what, mend)
    if horizon.batches < 10:
        what = f"{horizon.batches} batches give wide intervals"
        where.report(sides.at("horizon", "batches"), what, "write 10 or more; 20 to 40 are usual")
    if not horizon.warmup:
        what = "steady state without a warm-up begins with an empty floor"
        where.report(sides.at("horizon"), what, "add `warmup`, some ten times the service time")


def _clock_changes(sides: Sides) -> None:
    """Schedules count from midnight of the first day; a change of the clock is not followed."""
    zone, start = sides.taken["time_zone"], sides.taken["start"].replace(tzinfo=sides.taken["time_zone"])
    ends = datetime.fromtimestamp(start.timestamp(), zone) + timedelta(seconds=whole_length(sides.scenario.horizon))
    if ends.utcoffset() != start.utcoffset():
        mend = "times after it are an hour off; begin after the change"
        sides.warnings.inside("time_zone").report(sides.at("time_zone"), "the clock changes during the run", mend)
