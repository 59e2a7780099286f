"""`ccswitch demo`."""

from __future__ import annotations

import click

from ccswitch.cli.times import duration


class Duration(click.ParamType[float]):
    """Seconds, written 90s, 5m or 2h."""

    name = "duration"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Seconds."""
        if isinstance(value, float):
            return value
        try:
            return duration(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


@click.command
@click.option(
    "--calls-per-minute", type=click.FloatRange(0, 600), default=26.0, show_default=True, help="How many callers come."
)
@click.option("--for", "seconds", type=Duration(), default="60s", show_default=True, help="How long, as 90s or 5m.")
@click.option("--no-ui", is_flag=True, help="No board, but a line every 5 seconds.")
@click.option("--seed", type=int, default=2, show_default=True, help="Another number, other callers.")
@click.option("--keep", is_flag=True, help="Leave its folder: configuration, database, journal, log.")
def demo(calls_per_minute: float, seconds: float, no_ui: bool, seed: int, keep: bool) -> None:
    """Run a contact centre in this process: simulated FreeSWITCH, callers and agents, SQLite.

    Everything but the switch is the real thing, over the same bytes as in production. Ends with a KPI report.
    """
    from ccswitch.controller import demo as centre

    centre.run(calls_per_minute=calls_per_minute, seconds=seconds, ui=not no_ui, seed=seed, keep=keep)
