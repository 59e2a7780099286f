"""How callers used a script, version by version: how many, how they left it, where they were lost, how long it took.

A step counts for the span in which it began. What a caller spends in a queue, in a talk or outside is no time in the
script; what he spends in a sub-script is that script's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, case, func, select

from ccswitch.model.ids import Seconds
from ccswitch.model.nouns import CallResult, VisitResult
from ccswitch.records.book import Row
from ccswitch.records.clean import equals
from ccswitch.records.folds.steps import INTERRUPTED, LEFT, NOT_LEFT
from ccswitch.records.store import Store
from ccswitch.records.tables import STEPS

ELSEWHERE = ("queue", "transfer")  # kinds of steps whose time is not the script's
SILENCE = ("silence", "no prompt")  # results of a try without input: nothing keyed, nothing to be heard
WRONG = "wrong"
END = "end"
LOST_THERE = (LEFT, VisitResult.ABANDONED.value)  # the caller hung up in that step
ENDED_THERE = (*LOST_THERE, *(result.value for result in NOT_LEFT))


@dataclass(slots=True, kw_only=True)
class VersionUsage:
    """One version's figures. `ways_out`, `steps` and `menus` are rows (`how`, `step`, `calls`; `step`, `kind`, `came`,
    `left`; `step`, `tries`, `no_input`, `wrong_input`), the most frequent first; `median` is seconds in the script."""

    version: str
    calls: int
    first: Seconds
    last: Seconds
    median: Seconds | None = None
    ways_out: list[Row] = field(default_factory=list)
    steps: list[Row] = field(default_factory=list)
    menus: list[Row] = field(default_factory=list)


def usage(
    store: Store, script: str, *, since: Seconds | None = None, until: Seconds | None = None, version: str = ""
) -> list[VersionUsage]:
    """The figures of each version that anybody called in [since, until), the last used first. `version` is the
    beginning of a hash. Raises StoreError."""
    wanted = [equals(STEPS.c.script, script)]
    if since is not None:
        wanted.append(STEPS.c.started >= since)
    if until is not None:
        wanted.append(STEPS.c.started < until)
    if version:
        wanted.append(STEPS.c.script_hash.startswith(version, autoescape=True))
    return store.read(lambda connection: _usage(connection, wanted))


Wanted = list[ColumnElement[bool]]


def _usage(connection: Connection, wanted: Wanted) -> list[VersionUsage]:
    found = {row.pop("version"): row for row in _rows(connection, _calls(wanted))}
    versions = {name: VersionUsage(version=name, **row) for name, row in found.items()}
    for row in _rows(connection, _medians(wanted)):
        versions[row["version"]].median = row["median"]
    for row in _rows(connection, _last_steps(wanted)):
        _add_way_out(versions[row.pop("version")], row)
    for row in _rows(connection, _steps(wanted)):
        _add_step(versions[row.pop("version")], row)
    for one in versions.values():
        one.ways_out.sort(key=lambda row: (-row["calls"], row["how"], row["step"]))
        one.steps.sort(key=lambda row: (-row["came"], row["step"]))
    return sorted(versions.values(), key=lambda one: -one.last)


def _rows(connection: Connection, query: Select[Any]) -> list[Row]:
    return [dict(row) for row in connection.execute(query).mappings()]


def _version() -> Any:
    return STEPS.c.script_hash.label("version")


def _calls(wanted: Wanted) -> Select[Any]:
    calls = func.count(STEPS.c.call_id.distinct()).label("calls")
    first, last = func.min(STEPS.c.started).label("first"), func.max(STEPS.c.started).label("last")
    return select(_version(), calls, first, last).where(*wanted).group_by(STEPS.c.script_hash)


def _medians(wanted: Wanted) -> Select[Any]:
    """The middle of the calls' times, or the mean of the two in the middle."""
    took = func.sum(STEPS.c.duration).label("took")
    inside = (*wanted, STEPS.c.ended.is_not(None), STEPS.c.kind.not_in(ELSEWHERE))
    calls = select(_version(), took).where(*inside).group_by(STEPS.c.script_hash, STEPS.c.call_id).subquery()
    place = func.row_number().over(partition_by=calls.c.version, order_by=calls.c.took).label("place")
    count = func.count().over(partition_by=calls.c.version).label("count")
    ranked = select(calls.c.version, calls.c.took, place, count).subquery()
    middle = ranked.c.place.in_([(ranked.c.count + 1) // 2, (ranked.c.count + 2) // 2])
    return select(ranked.c.version, func.avg(ranked.c.took).label("median")).where(middle).group_by(ranked.c.version)


def _last_steps(wanted: Wanted) -> Select[Any]:
    """The last step of each call in each version, counted by what it was."""
    newest = func.row_number().over(
        partition_by=(STEPS.c.script_hash, STEPS.c.call_id), order_by=(STEPS.c.n.desc(), STEPS.c.i.desc())
    )
    # A reason in words (of a step without time) would make a group of its own for each call.
    word = case((STEPS.c.result.in_((*ENDED_THERE, INTERRUPTED)), STEPS.c.result), else_="").label("result")
    open_ = case((STEPS.c.ended.is_(None), 1), else_=0).label("open")
    columns = (_version(), STEPS.c.step, STEPS.c.kind, STEPS.c.led_to, word, open_)
    steps = select(*columns, newest.label("back")).where(*wanted).subquery()
    groups = [column for column in steps.c if column.name != "back"]
    return select(*groups, func.count().label("calls")).where(steps.c.back == 1).group_by(*groups)


def _steps(wanted: Wanted) -> Select[Any]:
    def count(condition: ColumnElement[bool], name: str) -> Any:
        """How many rows meet the condition, as a column named `name`."""
        return func.sum(case((condition, 1), else_=0)).label(name)

    columns: tuple[Any, ...] = (
        _version(),
        STEPS.c.step,
        STEPS.c.kind,
        func.count(STEPS.c.call_id.distinct()).label("came"),
        func.count().label("tries"),
        count(STEPS.c.result.in_(LOST_THERE), "left"),
        count(STEPS.c.result.in_(SILENCE), "no_input"),
        count(STEPS.c.result == WRONG, "wrong_input"),
        count(STEPS.c["keys"] != "", "keyed"),
    )
    return select(*columns).where(*wanted).group_by(STEPS.c.script_hash, STEPS.c.step, STEPS.c.kind)


def _add_way_out(version: VersionUsage, row: Row) -> None:
    """Steps that tell the same story are one row."""
    how = _how(row)
    for known in version.ways_out:
        if (known["how"], known["step"]) == (how, row["step"]):
            known["calls"] += row["calls"]
            return
    version.ways_out.append({"how": how, "step": row["step"], "calls": row["calls"]})


def _how(row: Row) -> str:
    """How a call whose last step was this left the script, in a word."""
    if row["open"]:
        return "in it now"
    if row["kind"] in ELSEWHERE:
        return str(row["kind"])
    if row["result"] in LOST_THERE:
        return LEFT
    if row["result"] in (result.value for result in NOT_LEFT):
        return CallResult(row["result"]).value
    if row["kind"] == "hangup" or row["led_to"] == END:
        return "hangup"
    if row["kind"] in ("run", "return"):
        return {"run": "in a sub-script", "return": "returned"}[row["kind"]]
    return "moved on"  # by a phone, or its step was begun by a script that is gone


def _add_step(version: VersionUsage, row: Row) -> None:
    version.steps.append({name: row[name] for name in ("step", "kind", "came", "left")})
    if row["kind"] in ("menu", "collect") or row["keyed"] or row["wrong_input"]:
        version.menus.append({name: row[name] for name in ("step", "tries", "no_input", "wrong_input")})
