"""`ccswitch serve`."""

from __future__ import annotations

from pathlib import Path

import click

from ccswitch.cli import options
from ccswitch.cli.failures import StoodDown
from ccswitch.errors import Superseded


@click.command
@options.config
@click.option("--standby", is_flag=True, help="Be active when no other controller is; until then be ready for it.")
def serve(config: Path, standby: bool) -> None:
    """Run the controller until SIGTERM or Ctrl-C. SIGHUP reads the configuration again.

    Calls are left to the next controller when this one stops; to the watchdog when none comes. It ends with 5 when
    another controller has taken over meanwhile.
    """
    from ccswitch.controller import bootstrap

    run = bootstrap.stand_by if standby else bootstrap.serve
    try:
        run(config)
    except Superseded as newer:
        raise StoodDown(str(newer)) from newer
