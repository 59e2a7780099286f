"""`ccswitch queue list | show | watch | pause | resume | drain | close | open | move | priority`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import click

from ccswitch.cli import options, queue_report
from ccswitch.cli.agent import agent_rows
from ccswitch.cli.call_ids import full_id
from ccswitch.cli.callback import draw_promises
from ccswitch.cli.client import Desk, Doc
from ccswitch.cli.ordering import end_of, tell, until_when
from ccswitch.cli.sheets import Cell, Sheet, card, show
from ccswitch.cli.times import percent, span

BOARD = (
    "queue",
    ">waiting",
    ">longest",
    ">ringing",
    ">talking",
    ">agents",
    ">free",
    ">busy",
    ">wrap-up",
    ">break",
    ">promised",
    ">messages",
    "note",
)
FIGURES = (  # of today: name, and how it is written
    ("offered", str),
    ("answered", str),
    ("abandoned", str),
    ("overflowed", str),
    ("service_level", percent),
    ("callbacks", str),
    ("callbacks_in_time_rate", percent),
    ("asa", span),
    ("longest_wait", span),
    ("aht", span),
)


@click.group
def queue() -> None:
    """Queues: who waits, how long, who serves; a supervisor's word on them."""


@queue.command("list")
@options.view
def list_(desk: Desk, as_json: bool, watch: bool, frames: int | None) -> None:
    """List the queues at a glance."""
    show(lambda: desk.get("queues"), draw_queues, as_json=as_json, watch=watch, frames=frames, desk=desk)


@queue.command("show")
@click.argument("queue", shell_complete=options.queue_names)
@options.view
def show_(queue: str, desk: Desk, as_json: bool, watch: bool, frames: int | None) -> None:
    """Show one queue: callers in the order of service, agents, rules, and its day so far."""
    show(lambda: desk.get("queues", queue), draw_queue, as_json=as_json, watch=watch, frames=frames, desk=desk)


@queue.command
@click.argument("queue", required=False, shell_complete=options.queue_names)
@options.as_json
@options.frames
@options.desk
def watch(queue: str | None, desk: Desk, as_json: bool, frames: int | None) -> None:
    """Watch all queues, or one, until Ctrl-C. With --json one document a line."""
    if queue:
        show(lambda: desk.get("queues", queue), draw_queue, as_json=as_json, watch=True, frames=frames, desk=desk)
    else:
        show(lambda: desk.get("queues"), draw_queues, as_json=as_json, watch=True, frames=frames, desk=desk)


# ---- a supervisor's word

the_queue = click.argument("queue", shell_complete=options.queue_names)
to = click.option(
    "--to", default="", metavar="TARGET", help="Where callers go: queue:NAME, script:NAME, voicemail:QUEUE …"
)


@queue.command
@the_queue
@until_when
@options.change
def pause(queue: str, until: str | None, how_long: str | None, reason: str, desk: Desk, as_json: bool) -> None:
    """Offer none of QUEUE's callers to anybody; they come, wait and keep their places. A phone that rings goes on."""
    tell(desk.post("queues", queue, "pause", until=end_of(until, how_long), reason=reason), as_json)


@queue.command
@the_queue
@to
@until_when
@options.change
def drain(queue: str, to: str, until: str | None, how_long: str | None, reason: str, desk: Desk, as_json: bool) -> None:
    """Take nobody new into QUEUE; who waits is answered. Whom it does not take goes --to, or where his script says."""
    tell(desk.post("queues", queue, "drain", to=to, until=end_of(until, how_long), reason=reason), as_json)


@queue.command
@the_queue
@to
@until_when
@options.change
def close(queue: str, to: str, until: str | None, how_long: str | None, reason: str, desk: Desk, as_json: bool) -> None:
    """Take nobody new into QUEUE, and send who waits --to, or where his script says."""
    tell(desk.post("queues", queue, "close", to=to, until=end_of(until, how_long), reason=reason), as_json)


@queue.command("open")
@the_queue
@options.change
def open_(queue: str, desk: Desk, as_json: bool) -> None:
    """Take back what was said of QUEUE."""
    tell(desk.post("queues", queue, "open"), as_json)


@queue.command
@the_queue
@options.change
def resume(queue: str, desk: Desk, as_json: bool) -> None:
    """Go on after `pause`; the same as `open`."""
    tell(desk.post("queues", queue, "open"), as_json)


@queue.command
@the_queue
@click.option(
    "--to", required=True, metavar="TARGET", help="As queue:sales, script:menu, voicemail:sales, number:+8621…"
)
@click.option("--call", default="", metavar="ID", help="This one alone.", shell_complete=options.call_ids)
@options.change
def move(queue: str, to: str, call: str, desk: Desk, as_json: bool) -> None:
    """Send who waits in QUEUE elsewhere; their wait and priority go along. A bare name is a queue's."""
    target = to if ":" in to else f"queue:{to}"
    tell(desk.post("queues", queue, "move", to=target, call=full_id(desk, call) if call else ""), as_json)


@queue.command
@click.argument("call", shell_complete=options.call_ids)
@click.argument("number", type=click.IntRange(0, 100))
@options.change
def priority(call: str, number: int, desk: Desk, as_json: bool) -> None:
    """Give the waiting CALL another priority, from 0 to 100: higher is answered sooner."""
    tell(desk.post("calls", full_id(desk, call), "priority", priority=number), as_json)


def draw_queues(document: Doc) -> list[Sheet]:
    """A line for each queue."""
    rows = [board_row(board) for board in document["queues"]]
    return [Sheet(columns=BOARD, rows=rows, empty="no queue is configured")]


def board_row(board: Mapping[str, Any]) -> list[str | Cell]:
    """One queue's line. Red: the longest wait has passed the target, or callers wait and nobody is there."""
    late, waits = board["longest_wait"] > board["target"], board["waiting"] > 0
    deserted = waits and board["agents"] == 0
    messages = board.get("messages", 0)  # a controller of an older release counts none
    mode = board.get("mode", "open")
    return [
        board["queue"],
        Cell(str(board["waiting"]), "bold red" if late else "yellow" if waits else "dim"),
        Cell(span(board["longest_wait"]) if waits else "", "bold red" if late else "yellow"),
        _count(board["offered"]),
        _count(board["talking"]),
        Cell(str(board["agents"]), "bold red" if deserted else ""),
        Cell(str(board["free"]), "green" if board["free"] else "dim"),
        _count(board["talking_agents"]),
        _count(board["wrapup"]),
        _count(board["on_break"]),
        Cell(_promised(board), "yellow" if board.get("oldest_promise", 0.0) > board["target"] else "dim"),
        Cell(str(messages), "yellow" if messages else "dim"),
        Cell("" if mode == "open" else mode, "bold yellow"),
    ]


def _promised(board: Mapping[str, Any]) -> str:
    """How many are promised a call, and how long the first of those in line has waited."""
    count, oldest = board.get("promised", 0), board.get("oldest_promise", 0.0)
    return f"{count} ({span(oldest)})" if oldest else str(count)


def _count(number: int) -> Cell:
    return Cell(str(number), "" if number else "dim")


def draw_queue(document: Doc) -> list[Sheet]:
    """Board, callers, agents, day and rules of one queue."""
    view = document["queue"]
    target = view["board"]["target"]
    callers = Sheet(
        title="Waiting",
        columns=(">#", "caller", "name", ">waited", ">priority", "rings at", "node", "~call"),
        rows=[_caller_row(caller, target) for caller in view["callers"]],
        empty="nobody waits",
    )
    agents = Sheet(
        title="Agents",
        columns=("agent", "name", "status", "state", ">for", "caller", "note"),
        rows=[[row[i] for i in (0, 1, 2, 3, 4, 5, 8)] for row in agent_rows(view["agents"], document["now"])],
        empty="no agent serves this queue",
    )
    promises = [replace(sheet, title="Promised a call") for sheet in draw_promises(_promises(document))]
    told = promises if view.get("promises") else []
    return [
        Sheet(columns=BOARD, rows=[board_row(view["board"])]),
        callers,
        *told,
        agents,
        *_day(document),
        _rules(view),
    ]


def _promises(document: Doc) -> Doc:
    return {"now": document["now"], "callbacks": document["queue"].get("promises", [])}


def _caller_row(caller: Mapping[str, Any], target: float) -> list[str | Cell]:
    return [
        str(caller["position"]),
        caller["caller_number"],
        caller["caller_name"],
        Cell(span(caller["waited"]), "bold red" if caller["waited"] > target else ""),
        str(caller["priority"]),
        caller["offered_to"],
        caller["node"],
        caller["call"],
    ]


def _day(document: Doc) -> list[Sheet]:
    today = document["today"]
    if today is None:
        return [Sheet(title="Today", columns=("",), rows=[], empty="the database is away")]
    known = [(name, written) for name, written in FIGURES if today.get(name) is not None]
    if not known:
        return []
    row = [written(int(today[name]) if written is str else today[name]) for name, written in known]
    return [Sheet(title="Today", columns=tuple(f">{name.replace('_', ' ')}" for name, _ in known), rows=[row])]


def _rules(view: Mapping[str, Any]) -> Sheet:
    rules = view["rules"]
    return card(
        "Rules",
        ("rings for", span(rules["ring_timeout"])),
        ("wrap-up", span(rules["wrapup"])),
        ("target", span(rules["target"])),
        ("short abandon", span(rules["short_abandon"])),
        ("music", rules["music"]),
        ("recorded", "yes" if rules["record"] else "no"),
        *(("rule", rule) for rule in rules.get("rules", ())),  # a controller of the release before has none
        *(("exit key", key) for key in rules.get("exit_keys", ())),
        ("announces", _announced(rules)),
        ("expected wait", _estimate(view["board"])),
    )


def _announced(rules: Mapping[str, Any]) -> str:
    """What callers are told while they wait, and how often."""
    what = [word for word in ("position", "wait") if rules.get(f"announce_{word}")] + ["comfort"] * bool(
        rules.get("comfort")
    )
    often = f", after {span(rules['announce_first'])}, then every {span(rules['announce_every'])}" if what else ""
    return " and ".join(what) + often


def _estimate(board: Mapping[str, Any]) -> str:
    """Of who would come now, with the error of those of late."""
    wait, error = board.get("expected_wait"), board.get("estimate_error")
    told = "not known" if wait is None else span(wait)
    return f"{told}, wrong by {percent(error)} of late" if error is not None else told


queue.add_command(queue_report.report)
