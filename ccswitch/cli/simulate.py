"""`ccswitch simulate`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ccswitch.cli import options
from ccswitch.cli.failures import Failed
from ccswitch.cli.sheets import Cell, Sheet, card, write, write_json

if TYPE_CHECKING:
    from ccswitch.model.nouns import FloorSettings
    from ccswitch.planning.figures import Run
    from ccswitch.planning.scenario import Scenario
    from ccswitch.planning.scenario_file import Loaded

BY = ("type", "queue", "group", "interval")
INTERRUPTED = 130  # as a shell says it

OVERALL = {  # what stands in the first table: figure → how people call it
    "calls_per_half_hour": "calls a half-hour",
    "answered": "answered",
    "abandoned": "abandoned",
    "overflowed": "overflowed by a rule",
    "waiting": "still waiting at the end",
    "service_level": "service level (F3)",
    "p_wait": "waited at all",
    "asa": "wait of the answered (ASA)",
    "mean_wait": "wait of everybody",
    "longest_wait": "longest wait",
    "mean_in_queue": "mean number in queue",
    "abandon_rate": "abandoned share",
    "blocked_share": "blocked by busy trunks",
    "closed_share": "outside the hours",
    "redial_share": "redials among calls",
    "aht": "AHT",
    "occupancy": "occupancy",
}
OF_CALLS = {
    "calls_per_half_hour": "calls/½h",
    "answered": "answered",
    "service_level": "service level",
    "p_wait": "waited",
    "mean_wait": "wait",
    "mean_in_queue": "in queue",
    "abandon_rate": "abandoned",
}
COLUMNS = {
    "type": OF_CALLS,
    "queue": OF_CALLS,
    "group": {"answered": "answered", "asa": "ASA", "aht": "AHT", "occupancy": "occupancy"},
    "interval": OF_CALLS | {"occupancy": "occupancy"},
}


def print_schema(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    """The JSON Schema of scenario files, and nothing else."""
    if wanted and not ctx.resilient_parsing:
        from ccswitch.planning.language import json_schema

        write_json(json_schema())
        ctx.exit()


@click.command
@click.argument("scenario", type=click.Path(path_type=Path, dir_okay=False))
@options.as_json
@click.option("--seed", type=click.IntRange(0, 999_999_999), help="Another number, other callers.")
@click.option("--replications", type=click.IntRange(1, 10_000), help="How many runs.")
@click.option(
    "--trace", type=click.Path(path_type=Path, dir_okay=False), help="Every decision of the first run, NDJSON."
)
@click.option(
    "--level", type=click.Choice(["95", "99"]), default="95", show_default=True, help="Of intervals, per cent."
)
@click.option(
    "--by", multiple=True, type=click.Choice(BY), help="Tables to show; otherwise all that tell two things apart."
)
@click.option("--jobs", type=click.IntRange(1, 256), help="Processes; otherwise one for each processor.")
@click.option("--check", is_flag=True, help="Only say what is wrong with the scenario.")
@click.option(
    "--schema", is_flag=True, is_eager=True, expose_value=False, callback=print_schema, help="JSON Schema for editors."
)
@click.pass_context
def simulate(
    ctx: click.Context,
    scenario: Path,
    as_json: bool,
    seed: int | None,
    replications: int | None,
    trace: Path | None,
    level: str,
    by: tuple[str, ...],
    jobs: int | None,
    check: bool,
) -> None:
    """Play a day, or a steady state, in virtual time through the real floor; every figure with its interval.

    SCENARIO says who calls, who answers and for how long: docs/simulate.md.
    """
    from ccswitch.planning.report import report

    loaded = _load(scenario, trace)
    if check:
        click.echo(f"{scenario}: right")
        return
    written = loaded.scenario
    played = replace(
        written,
        seed=written.seed if seed is None else seed,
        replications=replications or written.replications,
    )
    runs, whole = _play(played, jobs, trace)
    if not runs:
        raise Failed("stopped before the first run was over")
    document = report(played, runs, loaded.warnings)
    if as_json:
        write_json(document)
    else:
        _show(document, level, by)
    if not whole:
        click.echo(f"stopped after {len(runs)} of {played.replications} replications", err=True)
        ctx.exit(INTERRUPTED)


def _load(scenario: Path, trace: Path | None) -> Loaded:
    """The scenario, its warnings told."""
    from ccswitch.planning.scenario_file import load

    if trace is not None and trace.exists() and trace.samefile(scenario):
        raise click.UsageError(f"--trace {trace} would be written over the scenario")
    loaded = load(scenario, _rules_of)
    for warning in loaded.warnings:
        click.echo(f"{warning} [warning]", err=True)
    return loaded


def _show(document: dict[str, Any], level: str, by: Sequence[str]) -> None:
    """Tables for a person; what may be doubted of them stands on stderr."""
    write(draw(document, level, by))
    for doubt in document["doubts"]:
        click.echo(f"note: {doubt}", err=True)


def _rules_of(path: Path) -> FloorSettings:
    from ccswitch.controller.config_rules import rules  # a tenth of a second, for those who name a configuration

    return rules(path)


def _play(scenario: Scenario, jobs: int | None, trace: Path | None) -> tuple[list[Run], bool]:
    """The runs, and whether they are all that were asked for: Ctrl-C leaves those that are over."""
    from concurrent.futures.process import BrokenProcessPool

    from ccswitch.planning.replications import replications

    runs: list[Run] = []
    playing = replications(scenario, jobs=jobs, trace=trace)
    try:
        with _progress(scenario.replications) as advance:
            for run in playing:
                runs.append(run)
                advance()
    except KeyboardInterrupt:
        return runs, False
    except BrokenProcessPool:
        raise Failed("a replication was killed from outside: too little memory? Try --jobs 1") from None
    finally:
        playing.close()  # type: ignore[attr-defined]
    return runs, True


@contextmanager
def _progress(total: int) -> Iterator[Any]:
    """On a terminal a bar on stderr; elsewhere nothing."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("replications"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total)
        yield lambda: bar.advance(task)


# ---- tables --------------------------------------------------------------------------------------------------


def draw(document: dict[str, Any], level: str, by: Sequence[str] = ()) -> list[Sheet]:
    """The document as sheets: what was played, everything together, then a table for each kind of slice."""
    units = document["units"]
    sheets = [_head(document), _overall(document["by"]["overall"][0]["figures"], units, level)]
    for kind in by or BY:
        rows = document["by"].get(kind, [])
        told = kind == "queue" and rows == document["by"].get("type")  # each type has a queue of its name
        if (len(rows) > 1 and not told) or (kind in by and rows):
            sheets.append(_table(kind, rows, units, level))
    return sheets


def _head(document: dict[str, Any]) -> Sheet:
    counted, replications = document["samples"], document["replications"]
    played = f"{replications['played']} of {replications['asked']}, seed {document['seed']}"
    return card(
        document["scenario"],
        ("replications", played),
        ("samples", f"{counted['count']} {counted['what']}, {document['calls']:,} calls"),
    )


def _overall(figures: dict[str, Any], units: dict[str, str], level: str) -> Sheet:
    """Every figure with its half-width; where control variates were at hand, with theirs beside it."""
    controlled = any(figure and "controlled" in figure for figure in figures.values())
    columns = ("figure", ">value", f">± {level} %", *((">with controls", f">± {level} % ") if controlled else ()))
    rows: list[list[str | Cell]] = []
    for name, label in OVERALL.items():
        figure = figures.get(name)
        cells = [*_cells(figure, units[name], level)]
        if controlled:
            cells += _cells((figure or {}).get("controlled"), units[name], level)
        rows.append([label, *cells])
    return Sheet(columns=columns, rows=rows, title="Overall")


def _table(kind: str, rows: Sequence[dict[str, Any]], units: dict[str, str], level: str) -> Sheet:
    names = COLUMNS[kind]
    columns = (kind, *(f">{column}" for label in names.values() for column in (label, "±")))
    lines: list[list[str | Cell]] = [
        [_name(row), *(cell for name in names for cell in _cells(row["figures"].get(name), units[name], level))]
        for row in rows
    ]
    return Sheet(columns=columns, rows=lines, title=f"By {kind}")


def _name(row: dict[str, Any]) -> str:
    """Of an interval the time of day when it begins, with the day when it is not the first."""
    if "begins" not in row:
        return str(row["name"])
    days, seconds = divmod(row["begins"], 86_400)
    clock = f"{int(seconds // 3600):02}:{int(seconds % 3600 // 60):02}"
    return f"day {int(days) + 1} {clock}" if days else clock


def _cells(figure: dict[str, Any] | None, unit: str, level: str) -> list[str | Cell]:
    """Value and half-width; a dash where there is nothing to say."""
    if figure is None:
        return ["–", ""]
    half = figure[f"half_{level}"]
    return [amount(figure["value"], unit), Cell("" if half is None else amount(half, unit), "dim")]


def amount(value: float, unit: str) -> str:
    """A share of 1 as per cent, seconds and calls with so many digits as one can use."""
    if unit == "share":
        return f"{value * 100:.2f} %"
    digits = 0 if abs(value) >= 1000 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f}" + (" s" if unit == "s" else "")
