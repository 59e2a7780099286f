"""Options that many commands share, and live names for the shell's completion."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from ccswitch.cli import site
from ccswitch.cli.client import Desk
from ccswitch.cli.times import instant

F = TypeVar("F", bound=Callable[..., Any])
COMPLETE_WITHIN = 1.0  # seconds; nobody waits longer for a Tab

as_json = click.option("--json", "as_json", is_flag=True, help="One JSON document; with --watch, one a line.")
watch = click.option("--watch", "-w", is_flag=True, help="Look again every second until Ctrl-C.")
frames = click.option("--frames", type=click.IntRange(min=1), hidden=True, help="Look so often, then end.")
config = click.option(
    "--config",
    "-c",
    type=click.Path(path_type=Path, dir_okay=False),
    default=site.config_path,
    show_default="CCSWITCH_CONFIG, conf/ccswitch.toml or /etc/ccswitch/ccswitch.toml",
    help="The configuration.",
)


def desk(command: F) -> F:
    """--url and --token; the command gets `desk`, ready to be asked."""
    url = click.option(
        "--url", envvar="CCSWITCH_URL", show_envvar=True, help="The controller; otherwise as the configuration says."
    )
    token = click.option(
        "--token", envvar="CCSWITCH_TOKEN", show_envvar=True, help="Yours; otherwise from the file admin.token."
    )

    def wrapped(*args: Any, url: str | None, token: str | None, **more: Any) -> Any:
        """`command` with `desk` in the place of the two options."""
        return command(*args, desk=open_desk(url, token), **more)

    wrapped.__name__, wrapped.__doc__ = command.__name__, command.__doc__
    wrapped.__click_params__ = getattr(command, "__click_params__", [])  # type: ignore[attr-defined]
    return url(token(wrapped))  # type: ignore[return-value]


def view(command: F) -> F:
    """What every listing has: --json, --watch, and the desk."""
    return desk(as_json(watch(frames(command))))


def change(command: F) -> F:
    """What every order has: --dry-run, --json, and the desk."""
    dry_run = click.option("--dry-run", is_flag=True, help="Say what it would do to whom, and do nothing.")

    def wrapped(*args: Any, desk: Desk, dry_run: bool, **more: Any) -> Any:
        """`command` with a desk that asks what an order would do, when that is all that is wanted."""
        desk.dry_run = dry_run
        return command(*args, desk=desk, **more)

    wrapped.__name__, wrapped.__doc__ = command.__name__, command.__doc__
    wrapped.__click_params__ = getattr(command, "__click_params__", [])  # type: ignore[attr-defined]
    return desk(as_json(dry_run(wrapped)))  # type: ignore[return-value]


def open_desk(url: str | None, token: str | None, *, timeout: float | None = None) -> Desk:
    """The desk by option, environment or configuration."""
    here = site.read()
    more = {} if timeout is None else {"timeout": timeout}
    return Desk(url or here.url, token or site.token(here), **more)


class Instant(click.ParamType[float]):
    """An instant: how long ago, a time of today, or a date."""

    name = "time"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Seconds since the epoch."""
        try:
            return instant(str(value), time.time())
        except ValueError as error:
            self.fail(str(error), param, ctx)


def period(command: F) -> F:
    """--since and --until of a report: the command gets `since` and `until`, None where nothing was said."""
    since = click.option("--since", type=Instant(), help="2h, 14:30 or 2026-11-21; otherwise midnight.")
    return since(click.option("--until", type=Instant(), help="Otherwise now.")(command))


# ---- completion with live names -----------------------------------------------------------------------------

Complete = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def _complete(noun: str, key: str, hint: Callable[[dict[str, Any]], str], listed: str) -> Complete:
    def names(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """What the controller knows now; nothing when it cannot be asked."""
        try:
            desk = open_desk(ctx.params.get("url"), ctx.params.get("token"), timeout=COMPLETE_WITHIN)
            found = desk.get(noun)[listed]
        except click.ClickException:
            return []
        return [CompletionItem(item[key], help=hint(item)) for item in found if item[key].startswith(incomplete)]

    return names


agent_names = _complete("agents", "agent", lambda agent: f"{agent['name']} {agent['note']}".strip(), "agents")
queue_names = _complete("queues", "queue", lambda queue: f"{queue['waiting']} waiting", "queues")
call_ids = _complete("calls", "call", lambda call: f"{call['caller_number']} {call['place']}".strip(), "live")
calendar_names = _complete("calendars", "name", lambda one: "open" if one["open"] else "closed", "calendars")
