"""`ccswitch ivr list`: the scripts of the site, as files and, where a controller runs, as they are in force there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ccswitch.cli import options
from ccswitch.cli.client import Desk, Doc
from ccswitch.cli.failures import Failed
from ccswitch.cli.sheets import Cell, Sheet, write, write_json
from ccswitch.cli.times import percent
from ccswitch.errors import ConfigError


@click.command(name="list")
@options.as_json
@options.desk
def list_scripts(as_json: bool, desk: Desk) -> None:
    """The site's scripts: steps, problems, test calls; where a controller runs, what is in force and who is in it."""
    from ccswitch.cli import script_files

    boards, away = _boards(desk)
    rows = [_listed(path) for path in script_files.all_scripts(script_files.folder())]
    rows += [_row(name) for name in sorted(boards.keys() - {row["script"] for row in rows})]
    if not away:
        rows = [row | _in_force(row, boards.get(row["script"])) for row in rows]
    if as_json:
        write_json({"scripts": rows, "controller": away or "ok"})
        return
    columns = ("script", ">steps", ">problems", ">test calls", "file", *([] if away else IN_FORCE))
    write([Sheet(columns=columns, rows=[_drawn(row) for row in rows], empty=f"no scripts in {script_files.folder()}")])
    if away:
        click.echo(f"what is in force is not known: {away}", err=True)


IN_FORCE = ("in force", "by", "draft", ">live calls")


def _boards(desk: Desk) -> tuple[dict[str, Doc], str]:
    """What the controller says of each script; nothing and why, when it cannot be asked."""
    try:
        return {board["script"]: board for board in desk.get("scripts")["scripts"]}, ""
    except Failed as failed:
        return {}, failed.format_message()


def _row(name: str, file: str = "") -> dict[str, Any]:
    return {"script": name, "steps": 0, "problems": 0, "calls": 0, "file": file}


def _listed(path: Path) -> dict[str, Any]:
    from ccswitch.cli import script_files

    row = _row(path.stem, str(path))
    try:
        script = script_files.load(path)
        row["steps"] = len(script.steps)
        tests = script_files.tests_of(path)
        row["calls"] = len(script_files.load_tests(tests, script).calls) if tests.is_file() else 0
    except ConfigError as error:
        row["problems"] = len(error.problems)
    return row


def _in_force(row: dict[str, Any], board: Doc | None) -> dict[str, Any]:
    """What the controller has of a script. `differs`: the draft in the file is not what is in force."""
    from ccswitch.ivr.script import script_hash

    file = Path(row["file"])
    draft = script_hash(file.read_text(encoding="utf-8", errors="surrogateescape")) if row["file"] else ""
    versions = board["versions"] if board else {"hash": "", "canary": "", "share": 0.0}
    return {
        "draft": draft,
        "in_force": versions["hash"],
        "canary": versions["canary"],
        "share": versions["share"],
        "published": bool(board and board["published"]),
        "author": board["author"] if board else "",
        "differs": draft != versions["hash"],
        "live": board["calls"] if board else {},
    }


def _drawn(row: dict[str, Any]) -> list[str | Cell]:
    problems = Cell(str(row["problems"]), "bold red" if row["problems"] else "")
    known: list[str | Cell] = [row["script"], str(row["steps"]), problems, str(row["calls"]), row["file"]]
    if "in_force" not in row:
        return known
    canary = f", {row['canary']} for {percent(row['share'])}" if row["canary"] else ""
    draft = Cell("differs" if row["draft"] else "none", "yellow") if row["differs"] else Cell("the same")
    by = row["author"] if row["published"] else "the file"
    return [*known, row["in_force"] + canary, by if row["in_force"] else "", draft, str(sum(row["live"].values()))]
