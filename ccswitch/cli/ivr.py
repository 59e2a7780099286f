"""`ccswitch ivr check | draw | rehearse | test`: scripts without a phone and without a controller.

What needs one: `ivr_list.py` and `ivr_versions.py`.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ccswitch.cli import ivr_list, ivr_versions, options
from ccswitch.cli.client import Desk
from ccswitch.cli.failures import Failed
from ccswitch.cli.sheets import Sheet, write, write_json
from ccswitch.errors import ConfigError, Problem

if TYPE_CHECKING:
    from ccswitch.ivr.answers import Answers
    from ccswitch.ivr.around import Around
    from ccswitch.ivr.rehearsal import Passage, Rehearsal
    from ccswitch.ivr.script import Script
    from ccswitch.ivr.trial import Report

FILES = click.argument("files", nargs=-1, type=str, metavar="[NAME|FILE]…")


@click.group
def ivr() -> None:
    """IVR scripts: check, draw, rehearse and test them without a phone; publish them and take them back."""


for command in (
    ivr_list.list_scripts,
    ivr_versions.publish,
    ivr_versions.rollback,
    ivr_versions.versions,
    ivr_versions.usage,
):
    ivr.add_command(command)


# ---- check -----------------------------------------------------------------------------------------


@ivr.command
@FILES
@options.as_json
@click.pass_context
def check(ctx: click.Context, files: tuple[str, ...], as_json: bool) -> None:
    """Say everything that is wrong with scripts (all of the site, or those named), one FILE:LINE:COLUMN a line."""
    from ccswitch.cli import script_files
    from ccswitch.controller.speaking import unrecorded
    from ccswitch.ivr.lint import hints, unknown_calendars

    problems: list[Problem] = []
    remarks: list[Problem] = []
    paths, recordings = _named(files), script_files.recordings()
    calendars = _calendars(problems)
    for path in paths:
        try:
            script = script_files.load(path)
            remarks += [*hints(script), *unrecorded(script, recordings)]
            problems += unknown_calendars(script, calendars) if calendars is not None else []
            if (tests := script_files.tests_of(path)).is_file():
                script_files.load_tests(tests, script)
        except ConfigError as error:
            problems += error.problems
    problems += script_files.between(paths)
    if as_json:
        both = {"problems": problems, "warnings": remarks}
        write_json({name: [asdict(problem) for problem in told] for name, told in both.items()})
    else:
        for line in [*map(str, problems), *(f"{told} [warning]" for told in remarks)]:
            click.echo(line)
        if not problems:
            click.echo(f"right: {len(paths)} script{'s' * (len(paths) != 1)}")
    ctx.exit(1 if problems else 0)


def _calendars(problems: list[Problem]) -> list[str] | None:
    """The site's calendars; None, and what is wrong, when their file cannot be read."""
    from ccswitch.cli import script_files

    try:
        return [calendar.name for calendar in script_files.almanac().calendars]
    except ConfigError as error:
        problems += error.problems
        return None


def _named(files: tuple[str, ...]) -> list[Path]:
    from ccswitch.cli import script_files

    found = [script_files.find(named) for named in files] or script_files.all_scripts(script_files.folder())
    if not found:
        raise Failed(f"there are no scripts in {script_files.folder()}")
    return found


@ivr.command
@click.option("--to", type=click.Path(path_type=Path, dir_okay=False), help="A file instead of the terminal.")
def schema(to: Path | None) -> None:
    """The JSON Schema of scripts, for editors: put `# yaml-language-server: $schema=FILE` on a script's first line."""
    from ccswitch.ivr.schema import json_schema

    if to is None:
        write_json(json_schema())
    else:
        to.write_text(json.dumps(json_schema(), indent=2) + "\n", encoding="utf-8")
        click.echo(str(to))


# ---- draw ---------------------------------------------------------------------------------------------------


@ivr.command
@click.argument("name")
@click.option("--svg", "form", flag_value="svg", help="An image; needs Graphviz (Debian: apt install graphviz).")
@click.option("--mermaid", "form", flag_value="mermaid", default="mermaid", help="Text that wikis draw (the default).")
@click.option("--dot", "form", flag_value="dot", help="Graphviz's text.")
@click.option("--to", type=click.Path(path_type=Path, dir_okay=False), help="A file instead of the terminal.")
@click.option("--traffic", is_flag=True, help="The version in force, with what calls did at each step.")
@ivr_versions.span_options
@options.desk
def draw(name: str, form: str, to: Path | None, traffic: bool, desk: Desk, **wanted: Any) -> None:
    """A script as a picture: its steps, and when which way is taken; with --traffic, how many calls came and left."""
    from ccswitch.cli import script_files
    from ccswitch.ivr.drawing import to_dot, to_mermaid

    came = None
    if traffic:
        script, came = ivr_versions.script_and_traffic(desk, name, **wanted)
    elif any(value is not None for value in wanted.values()):
        raise click.UsageError("--since, --until and --version go with --traffic")
    else:
        script = script_files.load(script_files.find(name))
    drawn = to_mermaid(script, came) if form == "mermaid" else to_dot(script, came)
    if form == "svg":
        drawn = _svg(drawn)
    if to is None:
        click.echo(drawn, nl=False)
    else:
        to.write_text(drawn, encoding="utf-8")
        click.echo(str(to))


def _svg(dot: str) -> str:
    found = shutil.which("dot")
    if found is None:
        raise Failed("Graphviz is not there: apt install graphviz, or take --mermaid")
    done = subprocess.run([found, "-Tsvg"], input=dot, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode:
        raise Failed(f"Graphviz: {done.stderr.strip()}")
    return done.stdout


# ---- rehearse -----------------------------------------------------------------------------------------------


@ivr.command
@click.argument("name")
@click.option("--keys", help="What the caller does, as 1,silence,2,talk; without it you are asked at each step.")
@click.option("--given", multiple=True, metavar="NAME=VALUE", help="Pretend, as queue.sales.waiting=7 or caller=138….")
@click.option("--with", "with_", multiple=True, metavar="NAME=VALUE", help="A parameter, for a script that takes some.")
@click.option("--lookup", multiple=True, metavar="NAME[.PATH]=VALUE", help="Pretend an answer, as account=not_found.")
@click.option("--at", metavar="TIME", help="Pretend that it is 2026-02-17T10:00 by the site's clocks; now if left out.")
@options.as_json
def rehearse(
    name: str,
    keys: str | None,
    given: tuple[str, ...],
    with_: tuple[str, ...],
    lookup: tuple[str, ...],
    at: str | None,
    as_json: bool,
) -> None:
    """A pretended call through a script, by the same interpreter as live calls."""
    from ccswitch.cli import script_files
    from ccswitch.ivr.rehearsal import Rehearsal
    from ccswitch.ivr.rehearsal import rehearse as all_of

    script, scripts = script_files.load_all(script_files.find(name))
    around, parameters, answers = _around(given, at), _parameters(script, with_), _answers(lookup)
    if keys is None and not as_json:
        _by_hand(Rehearsal(script, around, scripts, parameters, answers))
        return
    said = [_said(word) for word in keys.split(",")] if keys else []
    call = all_of(script, said, around, scripts, parameters, answers)
    if as_json:
        write_json(_document(call))
        return
    rows = [_row(passage, script.name) for passage in call.passed]
    write([Sheet(columns=("step", "kind", "says", "heard", "goes to"), rows=rows)])
    click.echo(_end(call))


def _parameters(script: Script, written: tuple[str, ...]) -> dict[str, str]:
    known = {one.name: one.default for one in script.parameters}
    pairs = {name.strip(): value.strip() for name, _, value in (text.partition("=") for text in written)}
    for name in pairs.keys() - known.keys():
        raise Failed(f"{script.name} takes no parameter {name!r}; it takes {', '.join(known) or 'none'}")
    for name, default in known.items():
        if default is None and name not in pairs:
            raise Failed(f"{script.name} needs a value for {name}: --with {name}=…")
    return pairs


def _around(pretended: tuple[str, ...], at: str | None) -> Around:
    from ccswitch.cli import script_files
    from ccswitch.hours.local import wall
    from ccswitch.ivr.around import given, given_trouble

    almanac = script_files.almanac()
    at = at or wall(almanac.zone, time.time()).isoformat(timespec="minutes")
    pairs = [(name.strip(), value.strip()) for name, _, value in (text.partition("=") for text in pretended)]
    for name, value in pairs if "time" in dict(pairs) else [*pairs, ("time", at)]:
        if trouble := given_trouble(name, value):
            raise Failed(f"{name}={value}: {trouble}")
    return given([("time", at), *pairs], almanac)


def _answers(pretended: tuple[str, ...]) -> Answers:
    from ccswitch.ivr.answers import answer_trouble, answers_of

    pairs = [
        (f"lookup.{name.strip()}", value.strip()) for name, _, value in (text.partition("=") for text in pretended)
    ]
    for (name, value), text in zip(pairs, pretended, strict=True):
        if trouble := answer_trouble(name, value):
            raise Failed(f"{text}: {trouble}")
    return answers_of(pairs)


def _by_hand(call: Rehearsal) -> None:
    """Step by step: what is heard is shown, what the caller does is typed."""
    from ccswitch.ivr.rehearsal import WORDS

    click.echo(
        "Type keys, or nothing to be silent. Words: " + "; ".join(f"{word}: {does}" for word, does in WORDS.items())
    )
    while not call.over:
        for prompt in call.says:
            click.echo(f"  {call.step}: {prompt}")
        if call.outcome is not None:
            click.echo(f"  {call.step}: {call.outcome}")
        call.hear(
            _said(click.prompt(f"{call.step}>", default="", show_default=False, prompt_suffix=" "))
            if _asks(call)
            else ""
        )
    click.echo(_end(call))


def _asks(call: Rehearsal) -> bool:
    from ccswitch.ivr.acts import Answer, LookUp, Play

    return not isinstance(call.act, Answer | LookUp | Play)


def _said(word: str) -> str:
    from ccswitch.ivr.rehearsal import WORDS
    from ccswitch.ivr.trial_file import SILENCE

    word = word.strip()
    if word in WORDS or not word.strip("0123456789*#"):
        return word
    if word == SILENCE:
        return ""
    raise Failed(f"{word!r} is nothing that a caller does: keys, {SILENCE}, {', '.join(WORDS)}")


def _row(passage: Passage, script: str) -> list[str]:
    heard = f"{passage.result} {passage.keys}".strip()
    step = passage.step if passage.script == script else f"{passage.script}/{passage.step}"
    return [step, passage.kind, ", ".join(passage.says), heard, passage.to]


def _end(call: Rehearsal) -> str:
    known = ", ".join(f"{name} = {value}" for name, value in (call.returned or call.variables).items())
    return f"→ {call.outcome}" + (f" ({known})" if known else "")


def _document(call: Rehearsal) -> dict[str, Any]:
    passed = [asdict(passage) for passage in call.passed]
    return {
        "script": call.script.name,
        "passed": passed,
        "variables": call.variables,
        "returned": call.returned,
        "outcome": str(call.outcome),
    }


# ---- test ---------------------------------------------------------------------------------------------------


@ivr.command(name="test")
@FILES
@options.as_json
@click.option("--junit", type=click.Path(path_type=Path, dir_okay=False), help="Write the results for a CI server.")
@click.pass_context
def run_tests(ctx: click.Context, files: tuple[str, ...], as_json: bool, junit: Path | None) -> None:
    """Run the tests beside scripts (NAME.ivrtest.yaml): all of the site's, or those named."""
    from ccswitch.cli.junit import to_junit

    reports = list(_reports(files))
    if not reports:
        raise Failed("there are no tests: write NAME.ivrtest.yaml beside a script (docs/ivr.md)")
    if junit is not None:
        junit.write_bytes(to_junit(reports))
    if as_json:
        write_json({"scripts": [_tested(report) for report in reports]})
    else:
        for report in reports:
            _tell(report)
    ctx.exit(0 if all(report.passed for report in reports) else 1)


def _reports(files: tuple[str, ...]) -> Iterator[Report]:
    from ccswitch.cli import script_files
    from ccswitch.ivr.trial import run
    from ccswitch.ivr.trial_file import SUFFIX

    for path in _named(files):
        tests = path if path.name.endswith(SUFFIX) else script_files.tests_of(path)
        if tests.is_file():
            script, scripts = script_files.load_all(script_files.script_of(tests))
            yield run(script, script_files.load_tests(tests, script), scripts, script_files.almanac())
        elif files:
            raise Failed(f"{path} has no tests: write {tests}")


def _tell(report: Report) -> None:
    trials = report.trials
    for tried in report.tried:
        for wrong in tried.wrong:
            at = tried.trial.at
            click.echo(f"{trials.file}:{at.line}:{at.column}: {tried.trial.name}: {wrong}")
    for short in report.too_little:
        click.echo(f"{trials.file}: {short}")
    failed = sum(bool(tried.wrong) for tried in report.tried)
    covered = f"{report.coverage.of_steps:.0%} of the steps, {report.coverage.of_ways:.0%} of the ways"
    click.echo(f"{trials.script}: {len(report.tried) - failed} passed, {failed} failed; {covered}")


def _tested(report: Report) -> dict[str, Any]:
    calls = [
        {"call": tried.trial.name, "wrong": tried.wrong, "steps": tried.steps, "line": tried.trial.at.line}
        for tried in report.tried
    ]
    cover = {"steps": report.coverage.of_steps, "ways": report.coverage.of_ways}
    missed = {"steps": report.coverage.missed_steps, "ways": report.coverage.missed_ways}
    return {
        "script": report.trials.script,
        "passed": report.passed,
        "calls": calls,
        "covered": cover,
        "missed": missed,
        "too_little": report.too_little,
    }
