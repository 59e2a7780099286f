"""Exit keys: a caller who waits presses one, in the music or in an announcement, and goes where it leads."""

from __future__ import annotations

from ccswitch.acd.exit_keys import exit_keys
from ccswitch.floor.alive import LiveCall
from ccswitch.floor.decided import Decided, nothing
from ccswitch.floor.moving import missing, move_to
from ccswitch.floor.queue_figures import is_asked
from ccswitch.floor.queueing import music_over, play_music
from ccswitch.floor.state import State
from ccswitch.model import facts as f
from ccswitch.model.ids import Seconds
from ccswitch.model.nouns import VisitResult


def heard_in_queue(state: State, call: LiveCall, fact: f.ExecuteEnded, now: Seconds) -> Decided:
    """What played in the queue ended: by an exit key, by another key, or by itself."""
    rules = state.queue_rules(call.queue)
    target = exit_keys(rules.exit_keys).get(fact.digits) if fact.digits else None
    if target is not None and is_asked(call) and not missing(state, target):
        return move_to(state, call, target, result=VisitResult.EXITED, why=f"he pressed {fact.digits}", now=now)
    if fact.execute != call.music:
        return nothing()
    if is_asked(call) and (fact.digits or fact.invalid):  # a key that leads nowhere; the music goes on at once
        return play_music(call, rules)
    return music_over(call, fact.response, now)
