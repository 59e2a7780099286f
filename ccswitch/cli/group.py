"""A group that finds its commands when they are asked for: `--help` imports none of them."""

from __future__ import annotations

import errno
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

from ccswitch.cli.failures import Failed
from ccswitch.errors import CcswitchError, ConfigError


class Nouns(click.Group):
    """`nouns`: name → (`module:attribute`, one line of help)."""

    def __init__(self, *args: Any, nouns: Mapping[str, tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self._nouns = nouns

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of the table: what is needed first comes first."""
        return list(self._nouns)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now."""
        if cmd_name not in self._nouns:
            return None
        module, _, attribute = self._nouns[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """From the table alone."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in self._nouns.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; what ccswitch refuses on purpose is told in a line, not in a traceback."""
        try:
            return super().invoke(ctx)
        except ConfigError as error:
            for problem in error.problems:
                click.echo(str(problem), err=True)
            ctx.exit(1)
        except CcswitchError as error:
            raise Failed(str(error)) from error
        except OSError as error:
            if error.errno == errno.EPIPE:  # `| head` has seen enough; click ends quietly
                raise
            where = f"{error.filename}: " if error.filename else ""
            raise Failed(f"{where}{error.strerror or error}") from error
        except KeyboardInterrupt:
            sys.exit(130)
