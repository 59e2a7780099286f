"""`ccswitch audit`: who did what."""

from __future__ import annotations

from typing import Any

import click

from ccswitch.cli import options
from ccswitch.cli.client import Desk, Doc
from ccswitch.cli.options import Instant
from ccswitch.cli.sheets import Cell, Sheet, card, show
from ccswitch.cli.times import at

NOT_TOLD = ("order", "author")  # of an order's particulars: columns of their own


@click.command
@click.option("--author", help="By him: the name of a token, or an agent's id.")
@click.option("--kind", help="What was wanted, or a part of its name: ChangeQueue, agent, token.")
@click.option("--about", help="An agent, queue, call, script or number that it names.")
@click.option("--since", type=Instant(), help="Since: 2h, 14:30 or 2026-11-21.")
@click.option("--until", type=Instant(), help="Before.")
@click.option("--limit", type=click.IntRange(1, 500), default=50, show_default=True, help="So many.")
@click.option("--before", type=click.IntRange(min=1), help="The next page: what `next` of the page before says.")
@options.view
def audit(desk: Desk, as_json: bool, watch: bool, frames: int | None, **wanted: Any) -> None:
    """List who ordered what and what came of it, the newest first; what was refused too."""
    show(lambda: desk.get("audit", **wanted), draw_audit, as_json=as_json, watch=watch, frames=frames, desk=desk)


def draw_audit(document: Doc) -> list[Sheet]:
    """A line for each order."""
    rows = [
        [
            at(one["at"], document["now"]),
            one["author"],
            one["kind"],
            particulars(one["what"]),
            "done" if one["accepted"] else Cell("refused", "red"),
            one["said"],
        ]
        for one in document["audit"]
    ]
    columns = ("at", "by", "what", "of what", "result", "said")
    more = [card("", ("more", f"--before {document['next']}"))] if document["next"] else []
    return [Sheet(columns=columns, rows=rows, empty="nothing was ordered"), *more]


def particulars(what: Doc) -> str:
    """What an order names, as `agent=li reason=lunch`; what is empty is left out."""
    told = ((name, value) for name, value in what.items() if name not in NOT_TOLD and value not in ("", None, [], {}))
    return " ".join(f"{name}={_short(value)}" for name, value in told)


def _short(value: Any) -> str:
    if isinstance(value, dict):
        return ",".join(f"{name}:{_short(inner)}" for name, inner in value.items() if inner not in ("", None, [], {}))
    return ",".join(map(_short, value)) if isinstance(value, list) else str(value)
