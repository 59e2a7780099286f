"""`ccswitch bench`."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from ccswitch.cli import options
from ccswitch.cli.failures import Failed, NotFound

if TYPE_CHECKING:
    from ccswitch.bench.figure import Bench


class BenchName(click.ParamType[str]):
    """The name of a bench."""

    name = "name"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Those that begin so."""
        from ccswitch.bench.table import BENCHES

        return [CompletionItem(one.name, help=one.what) for one in BENCHES if one.name.startswith(incomplete)]


@click.command
@click.argument("names", nargs=-1, type=BenchName(), metavar="[NAME]...")
@options.as_json
@click.option("--markdown", is_flag=True, help="The page docs/performance.md.")
@click.option("--check", is_flag=True, help="Exit code 1 when a promised figure is not held.")
@click.option("--quick", is_flag=True, help="Small samples: whether it works, not how fast.")
@click.option(
    "--freeswitch",
    envvar="CCSWITCH_FREESWITCH",
    show_envvar=True,
    default="",
    help="The binary of FreeSWITCH, where it is not in a usual place.",
)
@click.option(
    "--postgres",
    envvar="CCSWITCH_BENCH_POSTGRES",
    show_envvar=True,
    default="",
    help="URL of an empty database; otherwise a server of its own is started when one is installed.",
)
@click.option(
    "--from", "made", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Show an earlier --json again."
)
@click.option("--note", default="", help="What a reader should know of this run; kept with the figures.")
@click.option("--list", "listing", is_flag=True, help="Name the benches and end.")
def bench(
    names: tuple[str, ...],
    as_json: bool,
    markdown: bool,
    check: bool,
    quick: bool,
    freeswitch: str,
    postgres: str,
    made: Path | None,
    note: str,
    listing: bool,
) -> None:
    """Measure ccswitch on this machine; all benches, or those that are named.

    Servers and switches that are needed are started on loopback in a temporary folder, and ended; nothing that is
    installed is touched. What is missing is said, with the way to get it. Progress goes to standard error. The whole
    takes about six minutes and both cores: not on a host with calls.
    """
    from ccswitch.bench.report import has_failed, is_kept

    if listing:
        _list()
        return
    document = _read(made) if made else _run(names, quick, freeswitch, postgres)
    if note:
        document["note"] = note
    _show(document, as_json=as_json, markdown=markdown)
    if has_failed(document) or (check and not is_kept(document)):
        click.get_current_context().exit(1)


def _read(path: Path) -> dict[str, Any]:
    """An earlier run's document."""
    from ccswitch.bench.report import SCHEMA

    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise Failed(f"{path}: no JSON: {error}") from error
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise Failed(f"{path}: not made by this release's `ccswitch bench --json`")
    return document


def _run(names: tuple[str, ...], quick: bool, freeswitch: str, postgres: str) -> dict[str, Any]:
    from ccswitch.bench.figure import Setting
    from ccswitch.bench.report import document
    from ccswitch.bench.run import run_all

    chosen = _chosen(names)
    told = {"quick": quick, "freeswitch": freeswitch, "postgres": postgres}
    results = run_all(chosen, lambda folder: Setting(folder=folder, tell=_tell, **told))  # type: ignore[arg-type]
    words = ["ccswitch", "bench", *names, *(["--quick"] if quick else [])]
    return document(results, command=shlex.join(words), quick=quick)


def _chosen(names: tuple[str, ...]) -> list[Bench]:
    from ccswitch.bench.table import BENCHES

    known = {one.name: one for one in BENCHES}
    for name in names:
        if name not in known:
            raise NotFound(f"no bench named {name!r}; there are {', '.join(known)}")
    return [known[name] for name in names] if names else list(BENCHES)


def _tell(text: str) -> None:
    click.echo(text, err=True)


def _list() -> None:
    from ccswitch.bench.table import BENCHES
    from ccswitch.cli.sheets import Sheet, write

    write([Sheet(columns=("bench", "measures"), rows=[(one.name, one.what) for one in BENCHES])])


def _show(document: dict[str, Any], *, as_json: bool, markdown: bool) -> None:
    from ccswitch.cli.sheets import write, write_json

    if as_json:
        write_json(document)
    elif markdown:
        from ccswitch.bench.page import page

        sys.stdout.write(page(document))
    else:
        write(_sheets(document))


def _sheets(document: dict[str, Any]) -> list[Any]:
    from ccswitch.bench.report import COLUMNS, rows
    from ccswitch.cli.sheets import Sheet

    sheets = []
    for one in document["benches"]:
        why = f"left out: {one['left_out']}" if one["left_out"] else f"failed: {one['failed']}"
        title = f"{one['bench']}: {one['what']} (load {one['load']:g})"
        sheets.append(Sheet(columns=COLUMNS, rows=rows(one["figures"]), title=title, empty=why))
    return sheets
