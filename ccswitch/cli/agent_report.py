"""`ccswitch agent report`: how agents' time went, and what became of the calls that they were offered."""

from __future__ import annotations

from functools import partial

import click

from ccswitch.cli import options
from ccswitch.cli.client import Desk, Doc
from ccswitch.cli.sheets import Sheet, show
from ccswitch.cli.times import at, span

OFFERS = ("offers", "answered", "rona", "rejected", "busy", "network")
TIMES = ("ready", "talking", "holding", "wrapup")


@click.command
@options.period
@options.view
def report(
    since: float | None, until: float | None, desk: Desk, as_json: bool, watch: bool, frames: int | None
) -> None:
    """How agents' time went, breaks by reason, and what became of their offers.

    rona: did not pick up. network: missed because the phone could not be reached, which is not the agent's fault.
    """
    asked = partial(desk.get, "agent-days", since=since, until=until)
    show(asked, draw, as_json=as_json, watch=watch, frames=frames, desk=desk)


def draw(document: Doc) -> list[Sheet]:
    """A line for each agent, and one for each reason of his breaks."""
    days, now = document["agents"], document["now"]
    when = f"{at(document['since'], now)} – {at(document['until'], now)}"
    rows = [[day["agent"], *_times(day), *(str(day[name]) for name in OFFERS)] for day in days]
    reasons = {reason["name"]: reason for reason in document["reasons"]}
    breaks = [
        [day["agent"], reasons.get(name, {}).get("label") or name, span(seconds), _paid(reasons.get(name))]
        for day in days
        for name, seconds in sorted(day["breaks"].items())
    ]
    columns = ("agent", *TIMES, "break", *OFFERS)
    return [
        Sheet(columns=columns, rows=rows, empty=f"nothing is known of {when}"),
        *([Sheet(columns=("agent", "break", "for", "paid"), rows=breaks)] if breaks else []),
    ]


def _times(day: Doc) -> list[str]:
    return [*(span(day[name]) for name in TIMES), span(sum(day["breaks"].values()))]


def _paid(reason: Doc | None) -> str:
    return "" if reason is None else "paid" if reason["paid"] else "unpaid"
