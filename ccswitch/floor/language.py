"""In which language a caller is spoken to."""

from __future__ import annotations

from ccswitch.floor.alive import LiveCall
from ccswitch.floor.state import State
from ccswitch.floor.versions import kept
from ccswitch.ivr.cursor import Cursor
from ccswitch.ivr.house import USUAL
from ccswitch.ivr.step import LANGUAGE


def language_of(state: State, call: LiveCall) -> str:
    """As his script speaks, or the queue, or the site."""
    cursor = Cursor.from_json(call.cursor) if call.cursor else None
    chosen = dict(cursor.variables).get(LANGUAGE, "") if cursor else ""
    script = kept(state, cursor.script, cursor.hash) if cursor and not chosen else None
    usual = script.languages[0] if script and script.languages else ""
    return chosen or usual or state.queue_rules(call.queue).language or state.settings.language or USUAL
