"""Reads a scenario: a YAML file, those that it is like, and the CSV files and the configuration that it names.

`load` gives the scenario with warnings, or raises ConfigError with everything that is wrong, each with file, line,
column, the path in the document and how to mend it. The language is the table in `language.py`; what one part has to
do with another is in `scenario_checks.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from ccswitch.errors import ConfigError, Problem
from ccswitch.model.ids import QueueName, Seconds
from ccswitch.model.nouns import FloorSettings, Queue
from ccswitch.planning import scenario_checks
from ccswitch.planning.csv_files import read_durations, read_trace
from ccswitch.planning.language import KIND, OVERRIDDEN, SCENARIO
from ccswitch.planning.scenario import (
    AgentGroup,
    CallType,
    Duration,
    Horizon,
    Law,
    Rates,
    Redial,
    Scenario,
    Span,
    TracedCall,
    whole_length,
)
from ccswitch.reading.findings import Findings, Place, all_or_nothing, shown
from ccswitch.reading.kinds import Spot, Taken
from ccswitch.reading.yaml_nodes import Node, Table, Text, read_table

DEEPEST = 5  # scenarios that are like others
REPLICATIONS_OF_A_DAY = 20

RulesOf = Callable[[Path], FloorSettings]  # what a configuration says about queues, agents and the floor


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A scenario that is right, and what in it may not be what its author wants."""

    scenario: Scenario
    warnings: tuple[Problem, ...] = ()


def load(path: Path, rules_of: RulesOf) -> Loaded:
    """The scenario in the file `path`. `rules_of` reads the configuration that it may name. Raises ConfigError."""
    return all_or_nothing(str(path), lambda findings: _loaded(path, rules_of, findings))


def _loaded(path: Path, rules_of: RulesOf, findings: Findings) -> Loaded | None:
    warnings = Findings(str(path))
    root = _whole_table(path, findings)
    taken = None if root is None else SCENARIO.read(root, Spot(findings))
    if taken is None:
        return None
    scenario = _Builder(path, taken, findings, rules_of).scenario()
    scenario_checks.check(scenario, taken, findings, warnings)
    return Loaded(scenario=scenario, warnings=tuple(warnings.sorted()))


# ---- the file and those that it is like ----------------------------------------------------------------------


def _whole_table(path: Path, findings: Findings) -> Table | None:
    """The file's table over those that it is like."""
    table: Table | None = None
    seen: list[Path] = []
    while True:
        root = _table(path, findings, first=not seen)
        if root is None:
            return None
        table = root if table is None else _over(table, root)
        seen.append(path.resolve())
        like = root.entries.get("like")
        if like is None:
            return table
        if not isinstance(like[1], Text):
            findings.add(like[1].at, "like: this is no file", "write the name of a scenario, counted from this file")
            return None
        path = path.parent / like[1].value
        if path.resolve() in seen or len(seen) >= DEEPEST:
            findings.add(like[1].at, f"like: {shown(like[1].value)} leads back here, or too deep", f"at most {DEEPEST}")
            return None


def _table(path: Path, findings: Findings, *, first: bool) -> Table | None:
    at = Place(file=str(path))
    try:
        text = path.read_text(encoding="utf-8") if path.is_file() else None
    except UnicodeDecodeError:
        findings.add(at, "this is not UTF-8", "save it as UTF-8")
        return None
    except OSError as error:
        findings.add(at, f"cannot be read: {error.strerror}", "")
        return None
    if text is None:
        mend = "name the scenario's file" if first else "names of files count from the file that names them"
        findings.add(at, "there is no such file", mend)
        return None
    empty, mend = "there is no scenario in this file", "begin with `horizon:`, `types:`, `queues:`, `groups:`"
    return read_table(text, findings, empty=empty, mend=mend, kind=KIND, file="" if first else str(path))


def _over(upper: Table, lower: Table) -> Table:
    """`upper` over `lower`: sections of named things are laid over each other key by key, all else as a whole."""
    entries = dict(lower.entries)
    for key, (written, node) in upper.entries.items():
        below = entries.get(key)
        if key in OVERRIDDEN and below is not None and isinstance(node, Table) and isinstance(below[1], Table):
            node = _named_over(node, below[1])
        entries[key] = (written, node)
    return Table(upper.at, entries)


def _named_over(upper: Table, lower: Table) -> Table:
    entries: dict[str, tuple[Text, Node]] = dict(lower.entries)
    for name, (written, node) in upper.entries.items():
        below = entries.get(name)
        if below is not None and isinstance(node, Table) and isinstance(below[1], Table):
            node = Table(node.at, {**below[1].entries, **node.entries})
        entries[name] = (written, node)
    return Table(upper.at, entries)


# ---- from what was read to what it means ---------------------------------------------------------------------


class _Builder:
    """Makes a Scenario of what was read; where that did not fit, with a stand-in, so that the checks can go on."""

    def __init__(self, path: Path, taken: Taken, findings: Findings, rules_of: RulesOf) -> None:
        self._path, self._taken, self._findings = path, taken, findings
        self._rules = self._settings(rules_of)

    def scenario(self) -> Scenario:
        """All of it; with findings it must not be played."""
        taken, rules = self._taken, self._rules
        zone, start = taken["time_zone"], taken["start"]
        begins = start.replace(tzinfo=zone).timestamp()
        # by the clock on the wall, so that schedules are right also on the day of a clock change, once that is over
        into_the_day = start - start.replace(hour=0, minute=0, second=0)
        horizon = self._horizon(taken["horizon"])
        return Scenario(
            name=taken["name"] or self._path.stem,
            start=begins,
            midnight=begins - into_the_day.total_seconds(),
            weekday=start.weekday(),
            horizon=horizon,
            queues=self._queues(),
            groups=self._groups(),
            types=tuple(self._type(name, of) for name, of in (taken["types"] or {}).items()),
            arrivals=self._rates(taken["arrivals"], "arrivals"),
            trace=self._trace(start, horizon),
            trunks=taken["trunks"] or 0,
            places=taken["places"] or 0,
            hours=_flat(taken["hours"]),
            interval=taken["interval"],
            rona_limit=_first(taken["rona_limit"], rules.rona_limit),
            rest_after_refusal=_first(taken["rest_after_refusal"], rules.rest_after_refusal),
            guard=_first(taken["guard"], rules.guard),
            seed=taken["seed"],
            replications=taken["replications"] or (1 if horizon.batches else REPLICATIONS_OF_A_DAY),
        )

    def _report(self, at: Place, path: str, what: str, mend: str) -> None:
        Spot(self._findings, path).report(at, what, mend)

    def _beside(self, key: str, taken: Taken) -> Path:
        """The file named under `key`, counted from the file that names it."""
        at = taken.place(key)
        named: str = taken[key]
        return Path(at.file or self._path).parent / named

    def _settings(self, rules_of: RulesOf) -> FloorSettings:
        """What the configuration says; the floor's own defaults without one."""
        if self._taken["settings"] is None:
            return FloorSettings(hash="")
        try:
            return rules_of(self._beside("settings", self._taken))
        except ConfigError as error:
            for problem in error.problems:
                self._findings.add(Place(problem.line, problem.column, problem.file), problem.what, problem.mend)
            return FloorSettings(hash="")

    def _horizon(self, taken: Taken | None) -> Horizon:
        if taken is None or taken["length"] is None:
            return Horizon(length=self._taken["interval"])
        return Horizon(length=taken["length"], warmup=taken["warmup"], batches=taken["batches"] or 0)

    def _queues(self) -> tuple[Queue, ...]:
        """The configured queues with what the scenario says instead, then the scenario's own."""
        queues = {queue.name: queue for queue in self._rules.queues}
        for name, taken in (self._taken["queues"] or {}).items():
            base = queues.get(name, Queue(name=QueueName(name)))
            queues[name] = replace(base, **{key: taken[key] for key in taken.values if taken.has(key)})
        return tuple(queues.values())

    def _groups(self) -> tuple[AgentGroup, ...]:
        """The scenario's groups; without any, the configured agents, together who serve and can do the same."""
        if self._taken["groups"] is not None:
            return tuple(self._group(name, taken) for name, taken in self._taken["groups"].items())
        counts = Counter((agent.queues, agent.skills, agent.takes) for agent in self._rules.agents)
        return tuple(
            AgentGroup(name="+".join((*to, *able)), count=many, queues=to, skills=able, takes=takes)
            for (to, able, takes), many in counts.items()
            if to
        )

    def _group(self, name: str, taken: Taken) -> AgentGroup:
        return AgentGroup(
            name=name,
            count=taken["count"] or 0,
            queues=tuple(QueueName(queue) for queue in dict.fromkeys(taken["queues"] or ())),
            skills=tuple(taken["skills"] or ()),
            takes=taken["takes"],
            schedule=_flat(taken["schedule"]),
            breaks=_flat(taken["breaks"]),
            ring=self._law(taken["ring"], f"groups.{name}.ring"),
            rona=taken["rona"],
            back_after=taken["back_after"],
            pace=taken["pace"],
        )

    def _type(self, name: str, taken: Taken) -> CallType:
        where = f"types.{name}"
        patience = None if taken["patience"] == "never" else taken["patience"]
        service = self._law(taken["service"], f"{where}.service")
        return CallType(
            name=name,
            queue=QueueName(taken["queue"] or ""),
            priority=taken["priority"],
            weight=taken["weight"],
            arrivals=self._rates(taken["arrivals"], f"{where}.arrivals"),
            service=service or Duration(law=Law.DETERMINISTIC),
            wrapup=self._law(taken["wrapup"], f"{where}.wrapup"),
            patience=self._law(patience, f"{where}.patience"),
            redial=self._redial(taken["redial"], f"{where}.redial"),
        )

    def _redial(self, taken: Taken | None, where: str) -> Redial | None:
        if taken is None:
            return None
        delay = self._law(taken["delay"], f"{where}.delay") or Duration(law=Law.DETERMINISTIC)
        return Redial(probability=taken["probability"] or 0.0, delay=delay, most=taken["most"])

    def _law(self, taken: Taken | None, where: str) -> Duration | None:
        """A law whose parameters go together."""
        if taken is None:
            return None
        given = {key: value for key, value in taken.values.items() if key != "law"}
        law = Law(taken["law"])
        if law is Law.EMPIRICAL:
            return Duration(law=law, values=self._values(taken, where))
        if None in given.values():  # already reported
            return None
        if law is Law.UNIFORM and given["low"] > given["high"]:
            self._report(taken.at, where, "`low` is above `high`", "write the shorter one as low")
        if law in (Law.LOGNORMAL, Law.GAMMA) and given["sd"] == 0.0:
            self._report(taken.place("sd"), where, "no spread at all", f"write only the duration: {given['mean']:g}s")
        return Duration(law=law, **given)

    def _values(self, taken: Taken, where: str) -> tuple[Seconds, ...]:
        if taken.has("values") == taken.has("file"):
            self._report(taken.at, where, "an empirical law needs `values` or `file`", "write one of them")
            return ()
        if taken.has("values"):
            return tuple(taken["values"] or ())
        if taken["file"] is None:
            return ()
        return read_durations(self._beside("file", taken), taken["column"], self._findings)

    def _rates(self, taken: Taken | None, where: str) -> Rates | None:
        if taken is None:
            return None
        given = [key for key in ("rate", "rates", "counts") if taken.has(key)]
        if len(given) != 1:
            what = f"{', '.join(given)} together" if given else "no rate"
            self._report(taken.at, where, what, "write one of rate, rates and counts")
            return None
        every, value = taken["every"], taken[given[0]]
        if value is None:  # already reported
            return None
        if given[0] == "rate" and taken.has("every"):
            self._report(taken.place("every"), where, "`every` belongs to rates or counts", "remove it")
        rates = {"rate": (value,), "rates": value, "counts": ()}[given[0]]
        if given[0] == "counts":
            rates = tuple(count / every for count in value)
        return Rates(rates=rates, every=every, busyness_sd=taken["busyness"])

    def _trace(self, start: datetime, horizon: Horizon) -> tuple[TracedCall, ...]:
        if self._taken["trace"] is None:
            return ()
        types = tuple(self._taken["types"] or ())
        return read_trace(self._beside("trace", self._taken), types, start, whole_length(horizon), self._findings)


def _flat(spans: tuple[tuple[Span, ...], ...]) -> tuple[Span, ...]:
    return tuple(span for group in spans for span in group)


def _first(value: Any, default: Any) -> Any:
    return default if value is None else value
