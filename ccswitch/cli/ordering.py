"""What orders have in common on the command line: for how long they hold, and how their answer is told."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import click

from ccswitch.cli.client import Doc
from ccswitch.cli.sheets import write_json
from ccswitch.cli.times import clean, duration, later


def until_when(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options that say for how long, and why: `until`, `how_long`, `reason`."""
    command = click.option("--reason", default="", help="Told in traces and in the audit.")(command)
    command = click.option("--for", "how_long", metavar="SPAN", help="As 30m, 2h or 1d.")(command)
    return click.option(
        "--until",
        metavar="TIME",
        help="As 18:00 or '2026-02-17 08:00', by this machine's clock; otherwise until it is taken back.",
    )(command)


def end_of(until: str | None, how_long: str | None) -> float:
    """When an order ends, in seconds since the epoch; 0.0 when it does not. Raises UsageError."""
    if until and how_long:
        raise click.UsageError("--until and --for: choose one")
    now = time.time()
    try:
        if how_long:
            return now + duration(how_long)
        return later(until, now) if until else 0.0
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def tell(document: Doc, as_json: bool) -> None:
    """The answer to an order; of one that was only asked about also what it would do, a line each."""
    if as_json:
        write_json(document)
        return
    if not document.get("dry_run"):
        click.echo(clean(document["what"]))
        return
    click.echo(f"nothing is done; it would say: {clean(document['what'])}")
    for one in document["follows"]:
        click.echo(clean(f"  {one['call'] or '-'}: {one['what']}"))
    if not document["follows"]:
        click.echo("  nothing would follow at once")
