"""`ccswitch agent skill | queue | devices | connection | leg | follow | wrapup`: changes while calls go on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from ccswitch.cli import options
from ccswitch.cli.client import Desk
from ccswitch.cli.ordering import end_of, tell
from ccswitch.cli.times import duration

F = TypeVar("F", bound=Callable[..., Any])

the_agent = click.argument("agent", shell_complete=options.agent_names)


def _ending(command: F) -> F:
    """--until and --for."""
    until = click.option("--until", metavar="TIME", help="As 18:00 or '2026-11-21 14:30'; otherwise for good.")
    how_long = click.option("--for", "how_long", metavar="SPAN", help="As 90s, 5m, 2h.")
    return until(how_long(command))


@click.command
@the_agent
@click.argument("change", type=click.Choice(["set", "drop"]))
@click.argument("skills", nargs=-1, required=True)
@_ending
@options.change
def skill(
    agent: str,
    change: str,
    skills: tuple[str, ...],
    until: str | None,
    how_long: str | None,
    desk: Desk,
    as_json: bool,
) -> None:
    """Change an agent's skills at once: `skill li set billing=7`, `skill li drop billing`.

    What the files say of his other skills stays in force; this outlives a reload, until `ccswitch agent follow`.
    """
    ends = end_of(until, how_long)
    if change == "drop":
        tell(desk.post("agents", agent, "skills", drop=list(skills), until=ends), as_json)
        return
    levels = {}
    for text in skills:
        name, _, level = text.partition("=")
        if not (level.isdecimal() and 1 <= int(level) <= 10):
            raise click.UsageError(f"{text!r} has no level from 1 to 10: write billing=7")
        levels[name] = int(level)
    tell(desk.post("agents", agent, "skills", set=levels, until=ends), as_json)


@click.command
@the_agent
@click.argument("change", type=click.Choice(["add", "drop"]))
@click.argument("queues", nargs=-1, required=True, shell_complete=options.queue_names)
@_ending
@options.change
def queue(
    agent: str,
    change: str,
    queues: tuple[str, ...],
    until: str | None,
    how_long: str | None,
    desk: Desk,
    as_json: bool,
) -> None:
    """Change which queues an agent serves at once: `queue li add sales --for 2h`, `queue li drop sales`."""
    body: dict[str, Any] = {change: list(queues), "until": end_of(until, how_long)}
    tell(desk.post("agents", agent, "queues", **body), as_json)


@click.command
@the_agent
@click.argument("phones", nargs=-1)
@click.option("--none", is_flag=True, help="No further device: his phone alone.")
@click.option("--ring", type=click.Choice(["together", "in_turn"]), help="All at once, or one after the other.")
@_ending
@options.change
def devices(
    agent: str,
    phones: tuple[str, ...],
    none: bool,
    ring: str | None,
    until: str | None,
    how_long: str | None,
    desk: Desk,
    as_json: bool,
) -> None:
    """Change which PHONES ring besides an agent's own, at once: `devices li 1012 trunk:gw/13800138000 --for 2h`.

    They are instead of those that he has; `devices li --none`: none. His own phone is changed by `agent add`.
    """
    if none and phones:
        raise click.UsageError("either phones, or --none")
    if not (none or phones or ring):
        raise click.UsageError("name the phones, or --none, or how they --ring")
    body: dict[str, Any] = {"ring": ring, "until": end_of(until, how_long)}
    tell(desk.post("agents", agent, "devices", phones=list(phones) if none or phones else None, **body), as_json)


@click.command
@the_agent
@click.argument("how", type=click.Choice(["on_demand", "nailed_up"]))
@_ending
@options.change
def connection(agent: str, how: str, until: str | None, how_long: str | None, desk: Desk, as_json: bool) -> None:
    """Ring an agent's phone for each call (on_demand), or once, for a leg that stands between calls (nailed_up)."""
    tell(desk.post("agents", agent, "connection", connection=how, until=end_of(until, how_long)), as_json)


@click.command
@the_agent
@click.argument("change", type=click.Choice(["up", "down"]))
@options.change
def leg(agent: str, change: str, desk: Desk, as_json: bool) -> None:
    """Ring an agent's phone for his nailed-up leg, or hang that leg up: who is ready goes on break by that."""
    tell(desk.post("agents", agent, "leg", up=change == "up"), as_json)


@click.command
@the_agent
@click.argument("fields", nargs=-1)
@options.change
def follow(agent: str, fields: tuple[str, ...], desk: Desk, as_json: bool) -> None:
    """Let an agent be as the files have him: all of him, or FIELDS, as queue:sales, skill:billing, phones."""
    tell(desk.post("agents", agent, "follow", fields=list(fields)), as_json)


@click.command
@the_agent
@click.argument("change", type=click.Choice(["end", "extend"]))
@click.option("--by", default="60s", metavar="SPAN", show_default=True, help="How much more time, to extend it.")
@options.change
def wrapup(agent: str, change: str, by: str, desk: Desk, as_json: bool) -> None:
    """End an agent's wrap-up, or extend it."""
    if change == "end":
        tell(desk.post("agents", agent, "wrapup", change=change), as_json)
        return
    try:
        more = duration(by)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    tell(desk.post("agents", agent, "wrapup", change=change, by=more), as_json)
