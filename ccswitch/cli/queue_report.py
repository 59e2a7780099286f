"""`ccswitch queue report`: why callers left queues, and how evenly calls fell on their agents."""

from __future__ import annotations

from functools import partial

import click

from ccswitch.cli import options
from ccswitch.cli.client import Desk, Doc
from ccswitch.cli.sheets import Sheet, show
from ccswitch.cli.times import at


@click.command
@options.period
@options.view
def report(
    since: float | None, until: float | None, desk: Desk, as_json: bool, watch: bool, frames: int | None
) -> None:
    """Why callers left queues, neither answered nor hung up, and how evenly calls fell on agents.

    balance: the Gini coefficient of calls per hour at work, 0 where all have the same.
    """
    asked = partial(desk.get, "queue-days", since=since, until=until)
    show(asked, draw, as_json=as_json, watch=watch, frames=frames, desk=desk)


def draw(document: Doc) -> list[Sheet]:
    """What sent callers on, and a line for each queue's agents."""
    now = document["now"]
    when = f"{at(document['since'], now)} – {at(document['until'], now)}"
    sent = [[one["queue"], one["result"], one["to"], one["why"], str(one["calls"])] for one in document["sent_on"]]
    even = [
        [one["queue"], str(one["agents"]), str(one["talks"]), "" if one["balance"] is None else f"{one['balance']:.2f}"]
        for one in document["balances"]
    ]
    return [
        Sheet(columns=("queue", "result", "to", "because", ">calls"), rows=sent, empty=f"nobody was sent on, {when}"),
        *([Sheet(columns=("queue", ">agents", ">talks", ">balance"), rows=even)] if even else []),
    ]
