"""`ccswitch call list | show | trace | explain | hangup | keep`; what is ordered about a talk is in `talk.py`."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import click

from ccswitch.cli import options, talk
from ccswitch.cli.call_ids import full_id, the_call
from ccswitch.cli.client import Desk, Doc
from ccswitch.cli.options import Instant
from ccswitch.cli.ordering import tell
from ccswitch.cli.sheets import Cell, Sheet, card, show
from ccswitch.cli.times import at, since, span

PLACE_STYLES = {"waiting": "yellow", "talking": "bold", "wayout": "bold red", "bridging": "cyan"}
RESULT_STYLES = {"answered": "green", "abandoned": "red", "lost": "bold red", "wayout": "bold red"}
# How calls ended (`CallResult`), or not yet; the model takes too long to import for a command's help.
RESULTS = (
    *("live", "answered", "abandoned", "left", "served", "transferred"),
    *("unreached", "wayout", "lost", "hung_up", "refused"),
)


@click.group
def call() -> None:
    """Calls, live and past: where, why, what happened.

    A call may be named by the first characters of its id, if no other live or recent call begins so.
    """


# ---- lists


@call.command("list")
@click.option("--queue", shell_complete=options.queue_names, help="Those that wait or waited in it.")
@click.option("--agent", shell_complete=options.agent_names, help="Those that talk or talked with him.")
@click.option("--number", help="The caller's number.")
@click.option(
    "--result", type=click.Choice(RESULTS), metavar="RESULT", help=f"{', '.join(RESULTS[:-1])} or {RESULTS[-1]}."
)
@click.option("--since", type=Instant(), help="Started since: 2h, 14:30 or 2026-11-21.")
@click.option("--until", type=Instant(), help="Started before.")
@click.option("--limit", type=click.IntRange(0, 500), default=20, show_default=True, help="So many ended calls.")
@click.option("--after", help="The next page: what `next` of the page before says.")
@options.view
def list_(desk: Desk, as_json: bool, watch: bool, frames: int | None, **wanted: Any) -> None:
    """List live calls, then ended ones, the newest first."""
    show(lambda: desk.get("calls", **wanted), draw_calls, as_json=as_json, watch=watch, frames=frames, desk=desk)


def draw_calls(document: Doc) -> list[Sheet]:
    """Live calls, then ended ones."""
    now = document["now"]
    live = Sheet(
        title="Live",
        columns=("~call", "caller", "name", "place", ">for", "queue", ">#", "agent", "started", "node"),
        rows=[_live_row(row, now) for row in document["live"]],
        empty="no live call",
    )
    ended = Sheet(
        title="Ended",
        columns=("~call", "caller", "name", "result", ">took", "queue", "agent", "started", "why"),
        rows=[_ended_row(row, now) for row in document["recent"]],
        empty="the database is away" if document["records"] == "away" else "none",
    )
    return [live, ended, *_more(document)]


def _live_row(row: Mapping[str, Any], now: float) -> list[str | Cell]:
    return [
        row["call"],
        row["caller_number"],
        row["caller_name"],
        Cell(row["place"], PLACE_STYLES.get(row["place"], "")),
        span(now - (row["waiting_since"] or row["place_since"])),
        row["queue"],
        str(row["position"] or ""),
        row["agent"],
        at(row["started_at"], now),
        row["node"],
    ]


def _ended_row(row: Mapping[str, Any], now: float) -> list[str | Cell]:
    result = row["result"] or "ending"
    return [
        row["call_id"],
        row["caller_number"],
        row["caller_name"],
        Cell(result, RESULT_STYLES.get(result, "")),
        span(row["duration"]),
        row["queue"],
        row["agent"],
        at(row["started"], now),
        row["why"],
    ]


def _more(document: Doc) -> list[Sheet]:
    return [card("", ("more", f"--after {document['next']}"))] if document["next"] else []


# ---- one call


@call.command("show")
@the_call
@options.view
def show_(call: str, desk: Desk, as_json: bool, watch: bool, frames: int | None) -> None:
    """Show one call: where it is, its way through scripts, its stays in queues, offers, talks and legs."""
    name = full_id(desk, call)
    show(lambda: desk.get("calls", name), draw_call, as_json=as_json, watch=watch, frames=frames, desk=desk)


def draw_call(document: Doc) -> list[Sheet]:
    """One call in full."""
    return [
        _head(document),
        *_steps(document),
        *_visits(document),
        *_offers(document),
        *_talks(document),
        *_transfers(document),
        *_pauses(document),
        *_guests(document),
        *_legs(document),
    ]


def _head(document: Doc) -> Sheet:
    live, row, now = document["live"], document["call"], document["now"]
    one = live or row
    place = (("place", Cell(live["place"], PLACE_STYLES.get(live["place"], ""))),) if live else ()
    ended = row if row and not live else {}
    return card(
        one["call"] if live else one["call_id"],
        ("caller", f"{one['caller_number']} {one['caller_name']}".strip()),
        ("called", one["called_number"]),
        ("entry", one["entry"]),
        ("campaign", row.get("campaign", "") if row else ""),
        ("came from", row.get("came_from", "") if row else ""),
        ("node", one["node"]),
        ("started", since(live["started_at"], now) if live else at(row["started"], now)),
        *place,
        ("since", since(live["place_since"], now) if live else ""),
        ("step", live["step"] if live else ""),
        ("queue", one["queue"]),
        ("position", str(live["position"] or "") if live else ""),
        ("agent", one["agent"]),
        ("ended", at(ended.get("ended"), now)),
        ("took", span(ended.get("duration"))),
        ("result", Cell(ended.get("result") or "", RESULT_STYLES.get(ended.get("result") or "", ""))),
        ("why", ended.get("why", "")),
        ("cause", ended.get("cause", "")),
        ("recording", Cell(row["unrecorded"], "bold red") if row and row["unrecorded"] else ""),
        ("kept", _held(document)),
        ("records", "the database is away: no history" if document["records"] == "away" else ""),
    )


def _steps(document: Doc) -> list[Sheet]:
    now = document["now"]
    rows = [
        [
            at(step["started"], now),
            step["script"],
            step["step"],
            step["kind"] + (f" (try {step['try_number']})" if step["try_number"] > 1 else ""),
            span(step["duration"]),
            " ".join(word for word in (step["result"] or "runs", step["keys"], step["why"]) if word),
            step["led_to"],
        ]
        for step in document.get("steps", ())  # a controller of the release before has none
    ]
    return _unless_empty("Script", ("at", "script", "step", "kind", ">took", "result", "led to"), rows)


def _visits(document: Doc) -> list[Sheet]:
    now = document["now"]
    rows = [
        [
            at(visit["started"], now),
            visit["queue"],
            span(visit["waited"]),
            visit["result"] or "waiting",
            visit.get("left_to", ""),  # a controller of the release before does not say
            visit.get("end_why", ""),
            visit["why"],
        ]
        for visit in document["visits"]
    ]
    return _unless_empty("Queues", ("at", "queue", ">waited", "result", "to", "because", "came by"), rows)


def _offers(document: Doc) -> list[Sheet]:
    now = document["now"]
    rows = [
        [at(offer["started"], now), offer["agent"], offer["result"] or "out", offer["why"], offer["end_why"]]
        for offer in document["offers"]
    ]
    return _unless_empty("Offers", ("at", "agent", "result", "why", "ended because"), rows)


def _talks(document: Doc) -> list[Sheet]:
    now = document["now"]
    rows = [
        [
            at(talk["started"], now),
            talk["agent"],
            span(talk["duration"]),
            span(talk["held"]),
            talk["ended_by"],
            _recorded(talk, now),
        ]
        for talk in document["talks"]
    ]
    return _unless_empty("Talks", ("at", "agent", ">took", ">on hold", "ended by", "recording"), rows)


def _recorded(talk: Mapping[str, Any], now: float) -> str:
    """Where the recording is, or since when it is no more."""
    deleted = talk.get("recording_deleted_at")  # a controller of the release before does not say
    return f"deleted {at(deleted, now)}" if deleted else talk["recording"]


def _held(document: Doc) -> str:
    held = document.get("held")
    if not held:
        return ""
    return f"by {held['author']} since {at(held['at'], document['now'])}" + (f": {held['why']}" if held["why"] else "")


def _transfers(document: Doc) -> list[Sheet]:
    now = document["now"]
    rows = [
        [at(one["at"], now), one["agent"], one["target"], one["author"], "yes" if one.get("attended") else ""]
        for one in document.get("transfers", ())
    ]
    return _unless_empty("Transfers", ("at", "from", "to", "by", "asked first"), rows)


def _pauses(document: Doc) -> list[Sheet]:
    now = document["now"]
    rows = [
        [at(one["started"], now), span(one["duration"]), one["agent"], one["author"]]
        for one in document.get("pauses", ())
    ]
    return _unless_empty("Recording paused", ("at", ">for", "agent", "by"), rows)


def _guests(document: Doc) -> list[Sheet]:
    now = document["now"]
    rows = [
        [
            at(one["started"], now),
            one["agent"] or one["number"],
            one["mode"],
            at(one["joined"], now),
            span(one["duration"]),
            one["talks_with"],
            one["author"],
            " ".join(word for word in (one["result"], one["why"]) if word),
        ]
        for one in document.get("guests", ())
    ]
    return _unless_empty("Guests", ("at", "who", "mode", "joined", ">took", "talk of", "by", "result"), rows)


def _legs(document: Doc) -> list[Sheet]:
    now = document["now"]
    rows = [
        [
            at(leg["started"], now),
            leg["role"],
            leg["agent"] or leg["number"],
            at(leg["ended"], now),
            leg["cause"],
            leg["leg_id"],
        ]
        for leg in document["legs"]
    ]
    return _unless_empty("Legs", ("at", "role", "who", "ended", "cause", "leg"), rows)


def _unless_empty(title: str, columns: tuple[str, ...], rows: list[list[str]]) -> list[Sheet]:
    return [Sheet(title=title, columns=columns, rows=rows)] if rows else []


@call.command
@the_call
@options.view
def trace(call: str, desk: Desk, as_json: bool, watch: bool, frames: int | None) -> None:
    """Show the service trace: what came in and what was decided, in order."""
    name = full_id(desk, call)
    show(lambda: desk.get("calls", name, "trace"), draw_trace, as_json=as_json, watch=watch, frames=frames, desk=desk)


def draw_trace(document: Doc) -> list[Sheet]:
    """A line for each outcome; the time since the first one helps to read."""
    lines = document["trace"]
    first = lines[0]["at"] if lines else 0.0
    rows = [
        [at(line["at"], first), f"{line['at'] - first:.3f}", line["text"] or line["kind"], Cell(line["given"], "dim")]
        for line in lines
    ]
    empty = "nothing in the records yet"
    return [Sheet(title=document["call_id"], columns=("at", ">s", "what", "because"), rows=rows, empty=empty)]


@call.command
@the_call
@options.view
def explain(call: str, desk: Desk, as_json: bool, watch: bool, frames: int | None) -> None:
    """Explain a call: why it is where it is, why each agent was chosen, how each offer ended."""
    name = full_id(desk, call)
    show(
        lambda: desk.get("calls", name, "explain"), draw_explanation, as_json=as_json, watch=watch, frames=frames,
        desk=desk,
    )  # fmt: skip


def draw_explanation(document: Doc) -> list[Sheet]:
    """Now, and how it came there."""
    now = Sheet(title=document["call_id"], columns=("now",), rows=[[line] for line in document["now_because"]])
    rows = [
        [at(reason["at"], time.time()), _reason_words(reason), reason["why"], reason["result"] or "", reason["end_why"]]
        for reason in document["so_far"]
    ]
    empty = "the database is away" if document["records"] == "away" else "no queue, no agent"
    so_far = Sheet(title="So far", columns=("at", "what", "why", "result", "ended because"), rows=rows, empty=empty)
    end = [card("", ("ended", document["ended_because"]))] if document["ended_because"] else []
    return [*([now] if document["now_because"] else []), so_far, *end]


def _reason_words(reason: Mapping[str, Any]) -> str:
    words = {"offer": f"offered to {reason['agent']}", "transfer": f"transferred by {reason['agent'] or 'a phone'}"}
    return words.get(reason["kind"], f"waited in {reason['queue']}")


@call.command
@the_call
@options.change
def hangup(call: str, desk: Desk, as_json: bool) -> None:
    """Hang a live call up, every leg of it."""
    tell(desk.post("calls", full_id(desk, call), "hangup"), as_json)


@call.command
@the_call
@click.option("--why", default="", help="Kept with it, as the number of a case.")
@click.option("--release", is_flag=True, help="Let the rules delete them again.")
@options.as_json
@options.desk
def keep(call: str, why: str, release: bool, desk: Desk, as_json: bool) -> None:
    """Keep the recordings of a call, however old they get, until they are released."""
    tell(desk.post("calls", full_id(desk, call), "keep", on=not release, why=why), as_json)


for verb in talk.commands():
    call.add_command(verb)
