"""`ccswitch node list`."""

from __future__ import annotations

import click

from ccswitch.cli import options
from ccswitch.cli.client import Desk, Doc
from ccswitch.cli.sheets import Cell, Sheet, show
from ccswitch.cli.times import since

STYLES = {"up": "green", "syncing": "yellow", "down": "bold red"}


@click.group
def node() -> None:
    """FreeSWITCH servers."""


@node.command("list")
@options.view
def list_(desk: Desk, as_json: bool, watch: bool, frames: int | None) -> None:
    """List the FreeSWITCH nodes: how their links stand, and their calls."""
    show(lambda: desk.get("nodes"), draw_nodes, as_json=as_json, watch=watch, frames=frames, desk=desk)


def draw_nodes(document: Doc) -> list[Sheet]:
    """A line for each node."""
    now = document["now"]
    rows = [
        (node["node"], Cell(node["state"], STYLES[node["state"]]), since(node["since"], now), str(node["calls"]))
        for node in document["nodes"]
    ]
    return [Sheet(columns=("node", "link", "since", ">calls"), rows=rows, empty="no node is configured")]
