"""Errors of the command line, each with its exit code. 2 (usage) is click's own."""

from __future__ import annotations

from typing import IO, Any

import click

from ccswitch.cli.times import clean


class Failed(click.ClickException):
    """Refused or failed; the one line says why."""

    exit_code = 1

    def format_message(self) -> str:
        """One line, whatever came from outside."""
        return clean(" ".join(self.message.split()))

    def show(self, file: IO[Any] | None = None) -> None:
        """On stderr."""
        click.echo(f"ccswitch: {self.format_message()}", file=file, err=file is None)


class Unreachable(Failed):
    """Nothing listens there."""

    exit_code = 3


class NotFound(Failed):
    """There is no such agent, queue, call."""

    exit_code = 4


class StoodDown(Failed):
    """Another controller is active now."""

    exit_code = 5
