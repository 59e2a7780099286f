"""`ccswitch call hold | unhold | transfer | consult | complete | conference | back | record`, and for supervisors
`monitor | whisper | barge | take | leave`: orders about a talk."""

from __future__ import annotations

from typing import Any

import click

from ccswitch.cli import options
from ccswitch.cli.call_ids import full_id, the_call
from ccswitch.cli.client import Desk
from ccswitch.cli.ordering import tell

SIMPLE = {
    "hold": "Put the caller of a talk on hold: he hears the queue's music.",
    "unhold": "Take the caller back from hold.",
    # what becomes of a consultation
    "complete": "Pass the caller on to whom was asked; his agent wraps up.",
    "conference": "Let the caller, his agent and whom was asked hear each other.",
    "back": "Let go whom was asked, or is still rung, and take the caller back from hold.",
}
SENDING = {  # what it does, and where it may lead
    "transfer": (
        "Send the caller of a talk on without asking there first; the agent wraps up.",
        "queue:NAME, agent:NAME, script:NAME, number:+86…, …",
    ),
    "consult": (
        "Ask somebody before you pass the caller on: he is on hold meanwhile, and hears neither of you.",
        "agent:NAME, queue:NAME (an agent of it) or number:+86…",
    ),
}
GUESTS = {
    "monitor": "Listen to a talk: you hear both, nobody hears you. Again with another verb you go on so.",
    "whisper": "Speak to the agent of a talk; his caller does not hear you.",
    "barge": "Speak to both sides of a talk.",
    "take": "Take the caller of a talk over; his agent wraps up.",
    "leave": "Go from a talk.",
}


def commands() -> list[click.Command]:
    """The verbs of a talk."""
    return [
        *(_simple(verb, text) for verb, text in SIMPLE.items()),
        *(_sending(verb, *texts) for verb, texts in SENDING.items()),
        record,
        *(_guest(verb, text) for verb, text in GUESTS.items()),
    ]


def _order(desk: Desk, call: str, verb: str, as_json: bool, **body: Any) -> None:
    """Give the order `verb` of the call, and say what came of it."""
    tell(desk.post("calls", full_id(desk, call), verb, **body), as_json)


def _simple(verb: str, text: str) -> click.Command:
    """A verb that names the call alone."""

    @click.command(verb, help=text)
    @the_call
    @options.change
    def simple(call: str, desk: Desk, as_json: bool) -> None:
        """Give the order."""
        _order(desk, call, verb, as_json)

    return simple


def _sending(verb: str, text: str, where: str) -> click.Command:
    """A verb that says where to."""

    @click.command(verb, help=text)
    @the_call
    @click.option("--to", required=True, metavar="TARGET", help=where)
    @options.change
    def sending(call: str, to: str, desk: Desk, as_json: bool) -> None:
        """Give the order."""
        _order(desk, call, verb, as_json, to=to)

    return sending


def _guest(verb: str, text: str) -> click.Command:
    """A verb that names a supervisor."""

    @click.command(verb, help=text)
    @the_call
    @click.option("--as", "agent", required=True, shell_complete=options.agent_names, help="Whose phone is rung.")
    @options.change
    def guest(call: str, agent: str, desk: Desk, as_json: bool) -> None:
        """Give the order."""
        _order(desk, call, verb, as_json, agent=agent)

    return guest


@click.command
@the_call
@click.argument("what", type=click.Choice(["pause", "resume"]))
@options.change
def record(call: str, what: str, desk: Desk, as_json: bool) -> None:
    """Pause a talk's recording while card data is said (silence is recorded), or resume it."""
    _order(desk, call, "record", as_json, paused=what == "pause")
