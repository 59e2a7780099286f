"""`ccswitch config check | render | diff | export`."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from ccswitch.cli import options
from ccswitch.cli.client import Desk, Doc
from ccswitch.cli.sheets import Sheet, show, write_json
from ccswitch.cli.times import at, since
from ccswitch.errors import ConfigError
from ccswitch.model.nouns import ON_DEMAND


@click.group
def config() -> None:
    """Check the configuration; write what FreeSWITCH needs; see what holds otherwise than it says."""


@config.command
@options.config
@options.as_json
@click.pass_context
def check(ctx: click.Context, config: Path, as_json: bool) -> None:
    """Say everything that is wrong with the configuration and its scripts, one FILE:LINE:COLUMN a line."""
    from ccswitch.controller import config as configuration

    try:
        found = configuration.load(config)
        problems, warnings = [], list(found.warnings)
    except ConfigError as error:
        problems, warnings, found = error.problems, [], configuration.Config()
    if as_json:
        both = {"problems": problems, "warnings": warnings}
        write_json({name: [asdict(problem) for problem in told] for name, told in both.items()})
    else:
        for told in problems:
            click.echo(str(told))
        for told in warnings:
            click.echo(f"{told} [warning]")
        if not problems:
            parts = ("nodes", "queues", "agents", "entries", "scripts")
            click.echo(f"{config}: right: " + ", ".join(f"{len(getattr(found, part))} {part}" for part in parts))
    ctx.exit(1 if problems else 0)


@config.command
@options.config
@click.option(
    "--to", "folder", required=True, type=click.Path(path_type=Path, file_okay=False), help="Made when it is not there."
)
def render(config: Path, folder: Path) -> None:
    """Write dialplan, snippets and scripts for FreeSWITCH into a folder (a folder for each node, if there are several).

    The result is laid out as FreeSWITCH's own configuration folder; scripts/ goes to its script folder.
    """
    from ccswitch.controller import config as configuration

    for path in configuration.render_to(configuration.load(config), folder):
        click.echo(str(path))


@config.command
@options.view
def diff(desk: Desk, as_json: bool, watch: bool, frames: int | None) -> None:
    """Show what holds otherwise than the files say: agents, queues, calendars and scripts that orders changed."""
    show(lambda: desk.get("overrides"), draw_overrides, as_json=as_json, watch=watch, frames=frames, desk=desk)


def draw_overrides(document: Doc) -> list[Sheet]:
    """A line for each thing."""
    now = document["now"]
    rows: list[list[Any]] = [
        [
            f"{one['noun']} {one['name']}",
            one["field"],
            one["files"],
            one["now"],
            one["author"],
            since(one["since"] or None, now),
            at(one["until"] or None, now),
            one["reason"],
        ]
        for one in document["overrides"]
    ]
    columns = ("what", "field", "in the files", "now", "by", "since", "until", "reason")
    return [Sheet(columns=columns, rows=rows, empty="all is as the files say")]


@config.command
@options.as_json
@options.desk
def export(desk: Desk, as_json: bool) -> None:
    """Write what orders changed as it would stand in the files: put it there, and the files are the truth again.

    Scripts are written by `ccswitch ivr versions NAME --text`; a word on a queue or calendar is no matter of files and
    stands as a comment.
    """
    document = desk.get("overrides")
    write_json(document) if as_json else click.echo("\n".join(as_file(document)))


def as_file(document: Doc) -> list[str]:
    """Lines of TOML."""
    lines = []
    for agent in document["agents"]:
        lines += ["[[agent]]", f"id = {_toml(agent['agent'])}"]
        lines += [f"{field} = {_toml(agent[field])}" for field in ("name", "phone", "queues", "skills")]
        if agent["connection"] != ON_DEMAND:
            lines.append(f"connection = {_toml(agent['connection'])}")
        if agent["phones"]:
            lines += [f"{field} = {_toml(agent[field])}" for field in ("phones", "ring")]
        lines.append("")
    for one in document["overrides"]:
        if one["noun"] != "agent":
            by = f" by {one['author']}" if one["author"] else ""
            lines.append(f"# {one['noun']} {one['name']}: {one['field']} {one['now']}{by}")
    return lines or ["# all is as the files say"]


def _toml(held: str | list[str]) -> str:
    """A string or list of strings; what JSON has for them is TOML as well."""
    return json.dumps(held, ensure_ascii=False)
