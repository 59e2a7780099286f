"""`ccswitch call hold | unhold | transfer | consult | complete | conference | back | record`, and for supervisors
`monitor | whisper | barge | take | leave`: orders about a talk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from ccswitch.cli import options
from ccswitch.cli.client import Desk
from ccswitch.cli.ordering import tell

the_call = click.argument("call", shell_complete=options.call_ids)
to = click.option("--to", required=True, metavar="TARGET", help="queue:NAME, agent:NAME, script:NAME, number:+86…, …")


as_agent = click.option("--as", "agent", required=True, shell_complete=options.agent_names, help="Whose phone is rung.")
GUESTS = {
    "monitor": "Listen to a talk: you hear both, nobody hears you. Again with another verb you go on so.",
    "whisper": "Speak to the agent of a talk; his caller does not hear you.",
    "barge": "Speak to both sides of a talk.",
    "take": "Take the caller of a talk over; his agent wraps up.",
    "leave": "Go from a talk.",
}


SETTLED = {
    "complete": "Pass the caller on to whom was asked; his agent wraps up.",
    "conference": "Let the caller, his agent and whom was asked hear each other.",
    "back": "Let go whom was asked, or is still rung, and take the caller back from hold.",
}


def commands(full_id: Callable[[Desk, str], str]) -> list[click.Command]:
    """The verbs of a talk. `full_id` finds the call whose id begins as was written."""

    def order(desk: Desk, call: str, verb: str, as_json: bool, **body: Any) -> None:
        """Give the order `verb` of the call, and say what came of it."""
        tell(desk.post("calls", full_id(desk, call), verb, **body), as_json)

    @click.command
    @the_call
    @options.change
    def hold(call: str, desk: Desk, as_json: bool) -> None:
        """Put the caller of a talk on hold: he hears the queue's music."""
        order(desk, call, "hold", as_json)

    @click.command
    @the_call
    @options.change
    def unhold(call: str, desk: Desk, as_json: bool) -> None:
        """Take the caller back from hold."""
        order(desk, call, "unhold", as_json)

    @click.command
    @the_call
    @to
    @options.change
    def transfer(call: str, to: str, desk: Desk, as_json: bool) -> None:
        """Send the caller of a talk on without asking there first; the agent wraps up."""
        order(desk, call, "transfer", as_json, to=to)

    @click.command
    @the_call
    @click.option(
        "--to", required=True, metavar="TARGET", help="agent:NAME, queue:NAME (an agent of it) or number:+86…"
    )
    @options.change
    def consult(call: str, to: str, desk: Desk, as_json: bool) -> None:
        """Ask somebody before you pass the caller on: he is on hold meanwhile, and hears neither of you."""
        order(desk, call, "consult", as_json, to=to)

    def settle(verb: str, text: str) -> click.Command:
        """One of the verbs that say what becomes of a consultation."""

        @click.command(verb, help=text)
        @the_call
        @options.change
        def settled(call: str, desk: Desk, as_json: bool) -> None:
            """Go on from a consultation."""
            order(desk, call, verb, as_json)

        return settled

    @click.command
    @the_call
    @click.argument("what", type=click.Choice(["pause", "resume"]))
    @options.change
    def record(call: str, what: str, desk: Desk, as_json: bool) -> None:
        """Pause a talk's recording while card data is said (silence is recorded), or resume it."""
        order(desk, call, "record", as_json, paused=what == "pause")

    def guest(verb: str, text: str) -> click.Command:
        """One of the verbs that name a supervisor."""

        @click.command(verb, help=text)
        @the_call
        @as_agent
        @options.change
        def join(call: str, agent: str, desk: Desk, as_json: bool) -> None:
            """Ring a supervisor's phone for a talk, or let him go on otherwise, or go."""
            order(desk, call, verb, as_json, agent=agent)

        return join

    asking = [consult, *(settle(verb, text) for verb, text in SETTLED.items())]
    return [hold, unhold, transfer, *asking, record, *(guest(verb, text) for verb, text in GUESTS.items())]
