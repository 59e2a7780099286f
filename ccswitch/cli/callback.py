"""`ccswitch callback list | show | explain | add | cancel`."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import click

from ccswitch.cli import options
from ccswitch.cli.client import Desk, Doc
from ccswitch.cli.ordering import tell
from ccswitch.cli.sheets import Sheet, show
from ccswitch.cli.times import at, clean, later, since, span


@click.group
def callback() -> None:
    """Promises to call customers back."""


@callback.command("list")
@click.option("--past", type=click.IntRange(1, 500), help="So many of those that are over too, the latest first.")
@options.view
def list_(past: int | None, desk: Desk, as_json: bool, watch: bool, frames: int | None) -> None:
    """List the promises that stand, as they will be served."""
    asked = {"past": str(past)} if past else {}
    show(lambda: desk.get("callbacks", **asked), draw_all, as_json=as_json, watch=watch, frames=frames, desk=desk)


@callback.command("show")
@click.argument("promise")
@options.view
def show_(promise: str, desk: Desk, as_json: bool, watch: bool, frames: int | None) -> None:
    """Show one promise, whether it stands or is over, with what was tried."""
    show(lambda: desk.get("callbacks", promise), draw_promise, as_json=as_json, watch=watch, frames=frames, desk=desk)


@callback.command
@click.argument("promise")
@options.view
def explain(promise: str, desk: Desk, as_json: bool, watch: bool, frames: int | None) -> None:
    """Explain a promise: where in line it stands, why nobody calls yet, when it is tried next."""
    show(lambda: desk.get("callbacks", promise), draw_reasons, as_json=as_json, watch=watch, frames=frames, desk=desk)


def draw_promise(document: Doc) -> list[Sheet]:
    """All that is known of it: how it stands, else what the records have, and the calls by which it was to be kept."""
    known = document.get("callback") or document.get("record") or {}
    rows = [(name, _value(name, value, document["now"])) for name, value in known.items()]
    card = Sheet(columns=("what", "value"), rows=rows, empty="nothing")
    calls = [
        (at(one["started"], document["now"]), span(one["duration"]), one["agent"], one["result"] or "", one["cause"])
        for one in document.get("calls", ())
    ]
    tried = Sheet(title="Tried", columns=("at", ">for", "agent", "result", "cause"), rows=calls)
    return [card, *([tried] if calls else [])]


_INSTANTS = frozenset({"started", "ended", "since", "due", "expires", "in_time"})


def _value(name: str, value: object, now: float) -> str:
    if value is None:
        return ""
    return at(float(str(value)), now) if name in _INSTANTS else clean(str(value))


def draw_reasons(document: Doc) -> list[Sheet]:
    """Why it stands where it does, or how it ended."""
    record = document.get("record") or {}
    over = [f"It is over, {record['result']}: {record['end_why']}."] if record.get("result") else []
    lines = document.get("because") or over
    return [Sheet(columns=("why",), rows=[[clean(line)] for line in lines], empty="nothing is known")]


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
        due = later(wished, now) if wished else now + 60.0 * minutes if minutes else 0.0
    except ValueError as wrong:
        raise click.BadParameter(str(wrong), param_hint="--at") from wrong
    told = desk.post("callbacks", queue=queue, number=number, name=name, at=due, priority=priority, reason=reason)
    tell(told, as_json)


@callback.command
@click.argument("promise")
@options.change
def cancel(promise: str, desk: Desk, as_json: bool) -> None:
    """End PROMISE; a customer who is being rung is not hung up on."""
    tell(desk.post("callbacks", promise, "cancel"), as_json)


def draw_all(document: Doc) -> list[Sheet]:
    """Those that stand, and those that are over if they were asked for."""
    now, past = document["now"], document.get("past")
    rows = [
        (
            one["queue"],
            one["number"],
            one["caller_name"],
            one["result"] or "",
            at(one["started"], now),
            at(one["ended"], now),
            _late(one),
            str(one["attempts"]),
            one["end_why"],
            one["promise_id"],
        )
        for one in past or ()
    ]
    columns = ("queue", "number", "name", "result", "made", "over", "", ">tries", "why", "~promise")
    return [*draw_promises(document), *([Sheet(title="Over", columns=columns, rows=rows)] if past else [])]


def _late(one: Mapping[str, Any]) -> str:
    if one["result"] != "kept" or one["in_time"] is None:
        return ""
    return "late" if one["ended"] > one["in_time"] else "in time"


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
