"""`ccswitch calendar list | show | close-now | open-now | follow`."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import click

from ccswitch.cli import options
from ccswitch.cli.client import Desk, Doc
from ccswitch.cli.sheets import Cell, Sheet, card, show, write_json
from ccswitch.cli.times import at, clean, duration, later


@click.group
def calendar() -> None:
    """Opening hours: how calendars stand; close or open one at once."""


@calendar.command("list")
@options.view
def list_(desk: Desk, as_json: bool, watch: bool, frames: int | None) -> None:
    """List the calendars: open or closed, until when, and by whose word."""
    show(lambda: desk.get("calendars"), draw_calendars, as_json=as_json, watch=watch, frames=frames, desk=desk)


@calendar.command("show")
@click.argument("name", shell_complete=options.calendar_names)
@click.option("--week", is_flag=True, help="With the hours of seven days.")
@options.view
def show_(name: str, week: bool, desk: Desk, as_json: bool, watch: bool, frames: int | None) -> None:
    """Show one calendar."""

    def draw(document: Doc) -> list[Sheet]:
        """Its sheets, of one answer of the API."""
        return draw_calendar(document, week=week)

    show(lambda: desk.get("calendars", name), draw, as_json=as_json, watch=watch, frames=frames, desk=desk)


def _until(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options that say for how long, and why."""
    command = click.option("--reason", default="", help="Told in traces and in the audit.")(command)
    command = click.option("--for", "how_long", metavar="SPAN", help="As 2h or 30m.")(command)
    return click.option("--until", metavar="TIME", help="As 18:00 or '2026-02-17 08:00', by this machine's clock.")(
        command
    )


@calendar.command("close-now")
@click.argument("name", shell_complete=options.calendar_names)
@_until
@options.as_json
@options.desk
def close_now(name: str, until: str | None, how_long: str | None, reason: str, desk: Desk, as_json: bool) -> None:
    """Close NAME at once, whatever its hours say; without a time until `follow`."""
    _tell(desk.post("calendars", name, "close", until=_instant(until, how_long), reason=reason), as_json)


@calendar.command("open-now")
@click.argument("name", shell_complete=options.calendar_names)
@_until
@options.as_json
@options.desk
def open_now(name: str, until: str | None, how_long: str | None, reason: str, desk: Desk, as_json: bool) -> None:
    """Open NAME at once, whatever its hours say; without a time until `follow`."""
    _tell(desk.post("calendars", name, "open", until=_instant(until, how_long), reason=reason), as_json)


@calendar.command
@click.argument("name", shell_complete=options.calendar_names)
@options.as_json
@options.desk
def follow(name: str, desk: Desk, as_json: bool) -> None:
    """Let NAME follow its hours again."""
    _tell(desk.post("calendars", name, "follow"), as_json)


def _instant(until: str | None, how_long: str | None) -> float:
    if until and how_long:
        raise click.UsageError("--until and --for: choose one")
    now = time.time()
    try:
        if how_long:
            return now + duration(how_long)
        return later(until, now) if until else 0.0
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def _tell(document: Doc, as_json: bool) -> None:
    if as_json:
        write_json(document)
    else:
        click.echo(clean(document["what"]))


def _standing(one: Doc) -> Cell:
    word = "open" if one["open"] else "holiday" if one["holiday"] else "closed"
    return Cell(word, "green" if one["open"] else "red" if one["by"] else "dim")


def draw_calendars(document: Doc) -> list[Sheet]:
    """A line for each calendar."""
    now = document["now"]
    rows = [
        [
            one["name"],
            _standing(one),
            at(one["changes_at"], now),
            one["by"],
            one["note"],
            one["shown"],
            one["zone"],
        ]
        for one in document["calendars"]
    ]
    columns = ("calendar", "stands", "until", "by", "note", "its clock", "zone")
    return [Sheet(columns=columns, rows=rows, empty="no calendars: write conf/calendars.yaml (docs/engineer.md)")]


def draw_calendar(document: Doc, *, week: bool) -> list[Sheet]:
    """One calendar, with its coming days when they are wanted."""
    one, now = document["calendar"], document["now"]
    found = [
        card(
            one["name"],
            ("stands", _standing(one)),
            ("until", at(one["changes_at"], now)),
            ("by", one["by"]),
            ("note", one["note"]),
            ("its clock", one["shown"]),
            ("zone", one["zone"]),
        )
    ]
    if week:
        rows = [
            [day["date"], day["weekday"], ", ".join(day["hours"]) or "closed", day["note"]] for day in document["days"]
        ]
        found.append(Sheet(columns=("date", "weekday", "hours", "note"), rows=rows))
    return found
