"""`ccswitch serve`."""

from __future__ import annotations

from pathlib import Path

import click

from ccswitch.cli import options


@click.command
@options.config
def serve(config: Path) -> None:
    """Run the controller until SIGTERM or Ctrl-C. SIGHUP reads the configuration again.

    Calls are left to the next controller when this one stops; to the watchdog when none comes.
    """
    from ccswitch.controller import bootstrap

    bootstrap.serve(config)
