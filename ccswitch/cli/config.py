"""`ccswitch config check | render`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from ccswitch.cli import options
from ccswitch.cli.sheets import write_json
from ccswitch.errors import ConfigError


@click.group
def config() -> None:
    """Check the configuration; write what FreeSWITCH needs."""


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
