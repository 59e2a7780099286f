"""What must hold of the records once everybody has gone, among themselves and against what callers and phones saw.

Every law gives sentences, one for each breach. `Records` is all of SQL, read once.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from ccswitch.simulator.talks import Talk
from tests.scenarios.world import Phone
from tests.soak.crowd import Outage, Person, Run

Row = dict[str, Any]
SHORTEST = 0.5  # seconds; a shorter talk that the caller survives counts as none
BLURRED = 0.25  # seconds by which switch and records may differ about a talk's length
PASSED_OVER = 3.0  # seconds for which a caller may wait without an offer while a later one gets his
AROUND = 8.0  # seconds around an outage in which something may have gone unseen


@dataclass(frozen=True, slots=True)
class Records:
    """The rows of every table that a law looks at."""

    calls: list[Row]
    legs: list[Row]
    visits: list[Row]
    offers: list[Row]
    talks: list[Row]
    spans: list[Row]
    resumed: list[Row]  # of the trace: callers who are back in line after an agent was gone before the bridge stood

    @classmethod
    def read(cls, rows: Callable[[str], list[Row]]) -> Records:
        """All of it."""
        tables = [rows(table) for table in ("calls", "legs", "queue_visits", "offers", "talks", "agent_spans")]
        return cls(*tables, [row for row in rows("trace") if row["kind"] in ("CallResumed", "CallEnqueued")])


# ---- the records among themselves ---------------------------------------------------------------------------------


def every_end_is_there(records: Records) -> Iterator[str]:
    """Nothing is open, and whatever has a result has it."""
    for name in ("calls", "legs", "visits", "offers", "talks"):
        for row in getattr(records, name):
            if row["ended"] is None or row.get("result", "-") is None:
                yield f"{name}: not ended, or without a result: {row}"


def nobody_is_in_two_calls(records: Records) -> Iterator[str]:
    """An agent's offers and talks follow each other."""
    spells: dict[str, list[Row]] = defaultdict(list)
    for row in records.offers:
        spells[row["agent"]].append(row)
    for agent, rows in spells.items():
        rows.sort(key=lambda row: row["started"])
        for one, following in pairwise(rows):
            if one["ended"] is not None and following["started"] < one["ended"] - 1e-6:
                yield f"{agent} was offered {following['call_id']} while {one['call_id']} was on offer"


def agents_time_has_no_gap(records: Records) -> Iterator[str]:
    """An agent's spans follow each other without gap or overlap; the last one is open."""
    spells: dict[str, list[Row]] = defaultdict(list)
    for row in records.spans:
        spells[row["agent"]].append(row)
    for agent, rows in spells.items():
        if [row["ended"] is None for row in rows] != [False] * (len(rows) - 1) + [True]:
            yield f"{agent}: {sum(row['ended'] is None for row in rows)} spans are open, or one in the midst"
        for one, following in pairwise(rows):
            if one["ended"] is not None and abs(following["started"] - one["ended"]) > 1e-6:
                yield f"{agent}: {one['ended']} is not where the next span begins ({following['started']})"


def callers_are_served_in_their_order(records: Records) -> Iterator[str]:
    """No offer goes to a caller while one who waits longer in the same queue has none. All agents serve all queues."""
    out: dict[str, list[Row]] = defaultdict(list)
    for offer in records.offers:
        out[offer["call_id"]].append(offer)
    back: dict[str, list[float]] = defaultdict(list)
    for row in records.resumed:
        back[row["call_id"]].append(row["at"])
    visits = {(row["call_id"], row["queue"]): row for row in records.visits}
    for offer in records.offers:
        own = visits.get((offer["call_id"], offer["queue"]))
        if own is None:
            yield f"offer {offer['offer_id']} belongs to no visit"
            continue
        at = offer["started"]
        for other in records.visits:
            longer = other["queue"] == own["queue"] and other["since"] < own["since"]
            call = other["call_id"]
            if longer and _waits_alone(other, out[call], at) and not _on_his_way(out[call], back[call], at):
                yield f"{offer['call_id']} was offered while {other['call_id']} waited longer"


def _waits_alone(visit: Row, offers: Iterable[Row], at: float) -> bool:
    """He waited without an offer at that time, and had for a while before."""
    if not visit["started"] < at - PASSED_OVER or (visit["ended"] is not None and visit["ended"] <= at):
        return False
    return not any(offer["started"] <= at and (offer["ended"] or at) > at - PASSED_OVER for offer in offers)


def _on_his_way(offers: Iterable[Row], back: Iterable[float], at: float) -> bool:
    """An agent was gone before the bridge stood, and he is not in park again, where alone he can be offered."""
    lost = [row["ended"] for row in offers if row["result"] in ("dropped", "failed") and (row["ended"] or at) < at]
    return bool(lost) and not any(max(lost) <= resumed < at - PASSED_OVER for resumed in back)


AMONG_THEMSELVES = (
    every_end_is_there,
    nobody_is_in_two_calls,
    agents_time_has_no_gap,
    callers_are_served_in_their_order,
)


# ---- the records against what callers and phones saw -------------------------------------------------------------


def every_call_is_there_once(records: Records, run: Run) -> Iterator[str]:
    """One row for each caller; none only for one whom no controller could see."""
    rows = Counter(row["caller_number"] for row in records.calls)
    for person in run.people:
        found = rows.pop(person.number, 0)
        if found > 1 or (found == 0 and not _overlapped(run.away, person.began, _gone(person))):
            yield f"{person.number} has {found} rows in calls"
    for number in rows:
        yield f"{number} never called, and has a row in calls"


def results_tell_the_truth(records: Records, run: Run) -> Iterator[str]:
    """Answered is who talked; every talk has one row."""
    by_number = {row["caller_number"]: row for row in records.calls}
    talks = Counter(row["call_id"] for row in records.talks)
    for person in run.people:
        row = by_number.get(person.number)
        if row is None:
            continue
        seen = talks_of(run, person)
        sure = [talk for talk in seen if _is_sure(run, talk)]
        if not len(sure) <= talks[row["call_id"]] <= len(seen):
            yield f"{person.number} talked {len(seen)} times ({len(sure)} surely), SQL has {talks[row['call_id']]}"
        if sure and row["result"] != "answered":
            yield f"{person.number} talked, and his result is {row['result']}"
        if not seen and row["result"] == "answered":
            yield f"{person.number} never talked, and his result is answered"


def no_talk_is_ended_by_us(run: Run) -> Iterator[str]:
    """Only a caller, a phone, or the switch's own death ends a talk."""
    restarts = [outage for outage in run.outages if outage.strike.fault.ends_calls]
    for talk in run.world.stage.switch.switch.talks:  # type: ignore[attr-defined]
        if talk.ended is None and not any(outage.struck >= talk.began - 1 for outage in restarts):
            yield f"the talk {talk.first} with {talk.second} never ended"
        if talk.ended is not None and not talk.ended_by:
            yield f"the talk {talk.first} with {talk.second}, {talk.ended - talk.began:.2f} s, was ended by us"


def phones_rang_as_it_says(records: Records, phones: Mapping[str, Phone]) -> Iterator[str]:
    """A phone rang for offers and for nothing else. An offer that was taken back at once may not have reached it."""
    for agent, phone in phones.items():
        offers = [row for row in records.offers if row["agent"] == agent]
        rang = sum(row["rang"] is not None for row in offers)
        if not rang <= phone.rung <= len(offers):
            yield f"{agent} rang {phone.rung} times; SQL has {len(offers)} offers, {rang} of which rang"


def talks_of(run: Run, person: Person) -> list[Talk]:
    """The talks that the switch saw of a caller."""
    return [talk for talk in run.world.stage.switch.switch.talks if talk.first == person.sim.uuid]  # type: ignore[attr-defined]


def _is_sure(run: Run, talk: Talk) -> bool:
    """Nobody can have missed it: it was long enough, and not all of it fell into an outage."""
    if talk.ended is None:
        return any(outage.struck > talk.began + 1 for outage in run.outages if outage.strike.fault.ends_calls)
    if talk.ended - talk.began < SHORTEST + BLURRED:
        return False
    return not _overlapped(run.away, talk.began, talk.ended)


def _overlapped(outages: Iterable[Outage], began: float, ended: float) -> bool:
    away = (outage for outage in outages if not outage.strike.fault.serves)
    return any(outage.covers(began, ended, AROUND) for outage in away)


def _gone(person: Person) -> float:
    return person.sim.times.get("ended") or person.began


def breaches(records: Records, run: Run) -> list[str]:
    """Every breach of every law."""
    found = [sentence for law in AMONG_THEMSELVES for sentence in law(records)]
    found += [*every_call_is_there_once(records, run), *results_tell_the_truth(records, run)]
    return [*found, *no_talk_is_ended_by_us(run), *phones_rang_as_it_says(records, run.phones)]
