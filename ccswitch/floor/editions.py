"""Editions as State keeps them: begun when another version comes into force, gone with their last call.

Called by `apply` alone.
"""

from __future__ import annotations

from ccswitch.floor.alive import LiveCall
from ccswitch.floor.state import State
from ccswitch.model import outcomes as o
from ccswitch.model.ids import ScriptHash, Seconds


def settings_taken(state: State) -> None:
    """The files' versions are in force of every script that was never published."""
    state.scripts.update((ScriptHash(source.hash), source) for source in state.settings.scripts)
    _begin(state)


def script_released(state: State, outcome: o.ScriptReleased, at: Seconds) -> None:
    """A person's choice is in force of one script."""
    state.scripts.update((ScriptHash(source.hash), source) for source in outcome.sources)
    state.releases[outcome.release.script] = outcome.release
    _begin(state)


def call_begins(state: State, call: LiveCall) -> None:
    """It keeps what is in force now."""
    call.edition = state.edition
    state.on_edition[call.edition] = state.on_edition.get(call.edition, 0) + 1


def call_ends(state: State, call: LiveCall) -> None:
    """With the last call of an edition go the texts that nobody else needs."""
    left = state.on_edition.get(call.edition, 0) - 1
    if left > 0:
        state.on_edition[call.edition] = left
        return
    state.on_edition.pop(call.edition, None)
    if call.edition != state.edition:
        _tidy(state)


def _begin(state: State) -> None:
    """A new edition, unless it would be the same again."""
    in_force = state.to_be_in_force()
    if in_force != state.editions[state.edition]:
        state.edition += 1
        state.editions[state.edition] = in_force
    _tidy(state)


def _tidy(state: State) -> None:
    """Forget what nobody can come to any more. What a rollback would bring back is kept, and what a call of an earlier
    release, which knew no editions, is in."""
    state.editions = {
        number: edition
        for number, edition in state.editions.items()
        if number == state.edition or number in state.on_edition
    }
    needed = {call.script_hash for call in state.calls.values()}
    needed.update(release.before for release in state.releases.values())
    for edition in state.editions.values():
        for versions in edition.values():
            needed.update((versions.hash, versions.canary))
    state.scripts = {version: source for version, source in state.scripts.items() if version in needed}
