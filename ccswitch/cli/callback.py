"""`ccswitch callback list | show | add | cancel`."""

from __future__ import annotations

import time

import click

from ccswitch.cli import options
from ccswitch.cli.client import Desk, Doc
from ccswitch.cli.ordering import tell
from ccswitch.cli.sheets import Sheet, show
from ccswitch.cli.times import clean, later, since, span


@click.group
def callback() -> None:
    """Promises to call customers back."""


@callback.command("list")
@options.view
def list_(desk: Desk, as_json: bool, watch: bool, frames: int | None) -> None:
    """List the promises that stand, as they will be served."""
    show(lambda: desk.get("callbacks"), draw_promises, as_json=as_json, watch=watch, frames=frames, desk=desk)


@callback.command("show")
@click.argument("promise")
@options.view
def show_(promise: str, desk: Desk, as_json: bool, watch: bool, frames: int | None) -> None:
    """Show one promise."""
    show(lambda: desk.get("callbacks", promise), draw_promise, as_json=as_json, watch=watch, frames=frames, desk=desk)


def draw_promise(document: Doc) -> list[Sheet]:
    """All that is known of it."""
    rows = [(name, clean(str(value))) for name, value in document["callback"].items()]
    return [Sheet(columns=("what", "value"), rows=rows, empty="nothing")]


@callback.command
@click.argument("number")
@click.option("--queue", required=True, help="Whose agents call.")
@click.option("--name", default="", help="The customer's, for the agent's screen.")
@click.option("--in", "minutes", type=click.FloatRange(0, 43_200), default=0.0, help="Not before so many minutes.")
@click.option("--at", "wished", metavar="WHEN", default="", help="Not before 14:30, or '2026-11-21 14:30'.")
@click.option("--priority", type=click.IntRange(0, 100), default=0, help="Higher is served earlier.")
@click.option("--reason", default="", help="Kept with it.")
@options.change
def add(
    number: str,
    queue: str,
    name: str,
    minutes: float,
    wished: str,
    priority: int,
    reason: str,
    desk: Desk,
    as_json: bool,
) -> None:
    """Promise NUMBER a call by an agent of the queue."""
    if minutes and wished:
        raise click.UsageError("--in and --at say the same thing: give one of them")
    now = time.time()
    try:
        at = later(wished, now) if wished else now + 60.0 * minutes if minutes else 0.0
    except ValueError as wrong:
        raise click.BadParameter(str(wrong), param_hint="--at") from wrong
    told = desk.post("callbacks", queue=queue, number=number, name=name, at=at, priority=priority, reason=reason)
    tell(told, as_json)


@callback.command
@click.argument("promise")
@options.change
def cancel(promise: str, desk: Desk, as_json: bool) -> None:
    """End PROMISE; a customer who is being rung is not hung up on."""
    tell(desk.post("callbacks", promise, "cancel"), as_json)


def draw_promises(document: Doc) -> list[Sheet]:
    """A line for each promise."""
    now = document["now"]
    rows = [
        (
            one["queue"],
            one["number"],
            one["name"],
            one["state"],
            since(one["since"], now) if one["since"] <= now else f"in {span(one['since'] - now)}",
            span(max(0.0, one["expires"] - now)),
            str(one["tries"]),
            one["promise"],
        )
        for one in document["callbacks"]
    ]
    columns = ("queue", "number", "name", "state", "since", ">expires", ">tries", "~promise")
    return [Sheet(columns=columns, rows=rows, empty="no promises")]
