"""How a call is named on the command line: by the first characters of its id."""

from __future__ import annotations

import re

import click

from ccswitch.cli import options
from ccswitch.cli.client import Desk
from ccswitch.cli.failures import Failed, NotFound

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)

the_call = click.argument("call", shell_complete=options.call_ids)


def full_id(desk: Desk, text: str) -> str:
    """The id of the live or recent call that begins with `text`. Raises Failed when there are several."""
    if UUID.fullmatch(text):
        return text
    document = desk.get("calls", limit=500)
    known = {row["call"] for row in document["live"]} | {row["call_id"] for row in document["recent"]}
    found = [text] if text in known else sorted(name for name in known if name.startswith(text))
    if len(found) > 1:
        raise Failed(f"{text!r} is the beginning of {len(found)} calls: {', '.join(found[:5])}")
    if not found and not re.fullmatch(r"[A-Za-z0-9-]{1,128}", text):
        raise NotFound(f"no call {text!r}: an id has letters, digits and - only")
    return found[0] if found else text
