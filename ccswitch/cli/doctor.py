"""`ccswitch doctor`."""

from __future__ import annotations

from pathlib import Path

import click

from ccswitch.cli import options
from ccswitch.cli.sheets import Cell, Sheet, write, write_json

STYLES = {"ok": "green", "warn": "yellow", "fail": "bold red"}


@click.command
@options.config
@options.as_json
@click.pass_context
def doctor(ctx: click.Context, config: Path, as_json: bool) -> None:
    """Look at FreeSWITCH, database, configuration and clock, and say how to mend what is wrong. 1 when anything is."""
    from ccswitch.controller import config as configuration
    from ccswitch.controller import doctor as practice
    from ccswitch.model.wire import to_plain

    checks = practice.examine(configuration.load(config))
    if as_json:
        write_json({"well": practice.is_well(checks), "checks": [to_plain(check) for check in checks]})
    else:
        rows = [
            (Cell(check.health.value, STYLES[check.health.value]), check.node, check.name, check.found, check.mend)
            for check in checks
        ]
        write([Sheet(columns=("", "node", "check", "found", "mend"), rows=rows)])
    ctx.exit(0 if practice.is_well(checks) else 1)
