"""`ccswitch voicemail list | done`."""

from __future__ import annotations

import click

from ccswitch.cli import options
from ccswitch.cli.client import Desk, Doc
from ccswitch.cli.ordering import tell
from ccswitch.cli.sheets import Sheet, show
from ccswitch.cli.times import since, span


@click.group
def voicemail() -> None:
    """Messages that callers left for a queue's agents."""


@voicemail.command("list")
@options.view
def list_(desk: Desk, as_json: bool, watch: bool, frames: int | None) -> None:
    """List the messages that nobody has dealt with, the oldest first; an agent's token shows those of his queues."""
    show(lambda: desk.get("messages"), draw_messages, as_json=as_json, watch=watch, frames=frames, desk=desk)


@voicemail.command
@click.argument("message")
@options.change
def done(message: str, desk: Desk, as_json: bool) -> None:
    """Say that MESSAGE is dealt with: who called was rung back, or needs nothing more."""
    tell(desk.post("messages", message, "done"), as_json)


def draw_messages(document: Doc) -> list[Sheet]:
    """A line for each message."""
    now = document["now"]
    rows = [
        (
            one["box"],
            one["caller_number"] or "unknown",
            one["caller_name"],
            since(one["begun"], now),
            span(one["seconds"]),
            one["node"],
            one["path"],
            one["message"],
        )
        for one in document["messages"]
    ]
    columns = ("queue", "caller", "name", "left", ">length", "node", "~file", "~message")
    return [Sheet(columns=columns, rows=rows, empty="no new messages")]
