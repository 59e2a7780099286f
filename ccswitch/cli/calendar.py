"""`ccswitch calendar list | show | close-now | open-now | follow`."""

from __future__ import annotations

import click

from ccswitch.cli import options
from ccswitch.cli.client import Desk, Doc
from ccswitch.cli.ordering import end_of, tell, until_when
from ccswitch.cli.sheets import Cell, Sheet, card, show
from ccswitch.cli.times import at


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


@calendar.command("close-now")
@click.argument("name", shell_complete=options.calendar_names)
@until_when
@options.change
def close_now(name: str, until: str | None, how_long: str | None, reason: str, desk: Desk, as_json: bool) -> None:
    """Close NAME at once, whatever its hours say; without a time until `follow`."""
    tell(desk.post("calendars", name, "close", until=end_of(until, how_long), reason=reason), as_json)


@calendar.command("open-now")
@click.argument("name", shell_complete=options.calendar_names)
@until_when
@options.change
def open_now(name: str, until: str | None, how_long: str | None, reason: str, desk: Desk, as_json: bool) -> None:
    """Open NAME at once, whatever its hours say; without a time until `follow`."""
    tell(desk.post("calendars", name, "open", until=end_of(until, how_long), reason=reason), as_json)


@calendar.command
@click.argument("name", shell_complete=options.calendar_names)
@options.change
def follow(name: str, desk: Desk, as_json: bool) -> None:
    """Let NAME follow its hours again."""
    tell(desk.post("calendars", name, "follow"), as_json)


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
