"""`ccswitch ivr publish | rollback | versions | usage`: versions of scripts on a running controller."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ccswitch.cli import options
from ccswitch.cli.client import Desk, Doc
from ccswitch.cli.failures import Failed, NotFound
from ccswitch.cli.options import Instant
from ccswitch.cli.sheets import Cell, Sheet, card, show, write_json
from ccswitch.cli.times import at, clean, percent, span

if TYPE_CHECKING:
    from ccswitch.ivr.script import Script

comment = click.option("--comment", default="", help="Why, for those who come after.")


class Share(click.ParamType[float]):
    """A share of the calls: 10% or 0.1."""

    name = "share"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Of 1."""
        found = re.fullmatch(r"(\d{1,2}(?:\.\d+)?)%|(0?\.\d+)", str(value).replace(" ", ""))
        share = float(found[1]) / 100 if found and found[1] else float(found[2]) if found else 0.0
        if not share:
            self.fail(f"{value} is no share of the calls: write 10% or 0.1, and --all for all", param, ctx)
        return share


# ---- publish and roll back ----------------------------------------------------------------------------------


@click.command
@click.argument("name", metavar="NAME|FILE")
@comment
@click.option("--share", type=Share(), help="A canary: this share of the new calls takes it, as 10%.")
@click.option("--all", "everybody", is_flag=True, help="Promote the canary: all new calls take it.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@options.as_json
@options.desk
def publish(
    name: str, comment: str, share: float | None, everybody: bool, dry_run: bool, as_json: bool, desk: Desk
) -> None:
    """Put a script's file in force for all new calls, or for a share of them. Live calls finish in their version."""
    from ccswitch.cli import script_files
    from ccswitch.ivr.script import script_hash

    if everybody and share is not None:
        raise click.UsageError("--all promotes the canary that is there: it takes no --share")
    path = None if everybody else script_files.find(name)
    script = path.stem if path else Path(name).stem
    standing = _standing(desk, script)
    text = path.read_text(encoding="utf-8") if path else standing["canary_text"]
    if everybody and not text:
        raise Failed(f"script {script} has no canary: publish it with --share first")
    new = script_files.load(path) if path else _parsed(script, text)
    told = _differences(script, standing["text"], text, new) | {"script": script, "version": script_hash(text)}
    if not dry_run:
        verb, body = ("promote", {}) if everybody else ("publish", {"text": text, "share": share or 1.0})
        told |= desk.post("scripts", script, verb, comment=comment, **body)
    _tell(told, standing, dry_run=dry_run, as_json=as_json)


def _standing(desk: Desk, script: str) -> Doc:
    """What is in force of a script; nothing when the controller does not know it."""
    try:
        return desk.get("scripts", script)
    except NotFound:
        return {"script": None, "text": "", "canary_text": ""}


def _parsed(script: str, text: str) -> Script:
    from ccswitch.ivr.parse import parse_script

    return parse_script(text, f"{script}.yaml", name=script)


def _differences(script: str, old: str, new_text: str, new: Script) -> Doc:
    from ccswitch.errors import ConfigError
    from ccswitch.ivr.changes import changes, text_diff

    try:
        before = _parsed(script, old) if old else None
    except ConfigError:  # of another release than this command's
        before = None
    told = [{"step": one.step, "when": one.when, "what": one.what} for one in changes(before, new)]
    return {"changes": told, "diff": text_diff(old, new_text, f"{script} in force", script)}


def _tell(told: Doc, standing: Doc, *, dry_run: bool, as_json: bool) -> None:
    if as_json:
        write_json(told)
        return
    if dry_run:
        for line in told["diff"]:
            click.echo(clean(line))
        versions = (standing["script"] or {}).get("versions", {"hash": "nothing"})
        click.echo(f"in force: {versions['hash']}; this would be {told['version']}")
    for one in told["changes"]:
        when = f" ({one['when']})" if one["when"] else ""
        click.echo(clean(f"{one['step']}{when}: {one['what']}"))
    if not told["changes"]:
        click.echo("no step and no way differs")
    if not dry_run:
        click.echo(clean(told["what"]))


@click.command
@click.argument("name")
@click.option("--to", metavar="HASH", help="The version to go back to; the beginning of its hash is enough.")
@comment
@options.as_json
@options.desk
def rollback(name: str, to: str | None, comment: str, as_json: bool, desk: Desk) -> None:
    """End the canary; without one put the version before in force again, or the one that is named."""
    document = desk.post("scripts", name, "rollback", comment=comment, **({"to": to} if to else {}))
    write_json(document) if as_json else click.echo(clean(document["what"]))


# ---- versions -----------------------------------------------------------------------------------------------


@click.command
@click.argument("name")
@options.view
def versions(name: str, desk: Desk, as_json: bool, watch: bool, frames: int | None) -> None:
    """List a script's versions, and when which was in force."""
    show(
        lambda: desk.get("scripts", name, "versions"), draw_versions, as_json=as_json, watch=watch, frames=frames,
        desk=desk,
    )  # fmt: skip


def draw_versions(document: Doc) -> list[Sheet]:
    """What is in force, the versions, the releases."""
    board = document["script"]
    rows = [
        [row["hash"], at(row["at"], 0), row["author"] or "the file", row["comment"], place_of(row["hash"], board)]
        for row in document["versions"]
    ]
    known = Sheet(
        title="Versions", columns=("version", "released", "author", "comment", "now"), rows=rows,
        empty="none was ever published: the file is in force",
    )  # fmt: skip
    released = [
        [at(row["at"], 0), row["kind"].replace("_", " "), _released(row), row["author"], row["comment"]]
        for row in document["releases"]
    ]
    return [known, Sheet(title="Releases", columns=("at", "what", "version", "author", "comment"), rows=released)]


def _released(row: Mapping[str, Any]) -> str:
    return f"{row['canary']} ({percent(row['share'])}) beside {row['hash']}" if row["canary"] else row["hash"]


def place_of(version: str, board: Mapping[str, Any]) -> str:
    """What a version is now, with the calls that are in it."""
    in_force = board["versions"]
    names = {in_force["hash"]: "in force", in_force["canary"]: f"canary, {percent(in_force['share'])}"}
    place = names.get(version) or ("before" if version == board["before"] else "")
    calls = board["calls"].get(version, 0)
    return ", ".join(part for part in (place, f"{calls} calls in it" if calls else "") if part)


# ---- usage --------------------------------------------------------------------------------------------------


def span_options(command: Any) -> Any:
    """--since, --until and --version."""
    since = click.option("--since", type=Instant(), help="Steps begun since: 2h, 14:30 or 2026-11-21.")
    until = click.option("--until", type=Instant(), help="Steps begun before.")
    version = click.option("--version", metavar="HASH", help="One version; the beginning of its hash is enough.")
    return since(until(version(command)))


@click.command
@click.argument("name")
@span_options
@options.view
def usage(
    name: str, since: float | None, until: float | None, version: str | None, desk: Desk, as_json: bool, watch: bool,
    frames: int | None,
) -> None:  # fmt: skip
    """Show how callers used a script, version by version: how they left it, where they were lost, how long it took."""
    show(
        lambda: desk.get("scripts", name, "usage", since=since, until=until, version=version),
        draw_usage, as_json=as_json, watch=watch, frames=frames, desk=desk,
    )  # fmt: skip


def draw_usage(document: Doc) -> list[Sheet]:
    """Each version: its figures, how calls left it, its menus, its steps."""
    sheets = [sheet for one in document["versions"] for sheet in _version_sheets(one)]
    return sheets or [Sheet(columns=("",), rows=[], empty=f"nobody came to {document['script']}")]


def _version_sheets(one: Mapping[str, Any]) -> list[Sheet]:
    calls = one["calls"]
    head = card(
        f"Version {one['version']}",
        ("calls", str(calls)),
        ("first", at(one["first"], one["last"])),
        ("last", at(one["last"], 0)),
        ("median time in it", span(one["median"])),
    )
    ways = [[row["how"], row["step"], str(row["calls"]), percent(row["calls"] / calls)] for row in one["ways_out"]]
    menus = [
        [
            row["step"],
            str(row["tries"]),
            percent(row["no_input"] / row["tries"]),
            percent(row["wrong_input"] / row["tries"]),
        ]
        for row in one["menus"]
    ]
    steps = [
        [row["step"], row["kind"], str(row["came"]), _left(row), percent(row["left"] / row["came"])]
        for row in one["steps"]
    ]
    sheets = [head, Sheet(title="How they left", columns=("how", "step", ">calls", ">share"), rows=ways)]
    if menus:
        sheets.append(Sheet(title="Menus", columns=("step", ">tries", ">no input", ">wrong input"), rows=menus))
    return [*sheets, Sheet(title="Steps", columns=("step", "kind", ">came", ">left", ">share"), rows=steps)]


def _left(row: Mapping[str, Any]) -> Cell:
    return Cell(str(row["left"]), "" if row["left"] else "dim")


# ---- over a picture -----------------------------------------------------------------------------------------


def script_and_traffic(
    desk: Desk, name: str, since: float | None, until: float | None, version: str | None
) -> tuple[Script, dict[str, Any]]:
    """The version in force, or the one that is named, and what calls did at each step."""
    from ccswitch.ivr.drawing import Traffic

    found = desk.get("scripts", name, "usage", since=since, until=until, version=version)["versions"]
    text = desk.get("scripts", name, "versions", version)["text"] if version else desk.get("scripts", name)["text"]
    came: dict[str, Traffic] = {}
    for row in (row for one in found for row in one["steps"]):
        known = came.get(row["step"], Traffic(came=0, left=0))
        came[row["step"]] = Traffic(came=known.came + row["came"], left=known.left + row["left"])
    return _parsed(name, text), came
