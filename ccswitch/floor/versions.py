"""Which version of a script a call takes, and its text.

What is in force at one time is an **edition**: each script's name with its version, and with its canary's. A call keeps
the edition that was in force when it began, to its end: whatever is published meanwhile, it meets no version, of no
script, that is newer than itself.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from ccswitch.errors import ConfigError
from ccswitch.floor.alive import LiveCall
from ccswitch.floor.state import State
from ccswitch.ivr.canary import version_for
from ccswitch.ivr.house import house_script
from ccswitch.ivr.parse import parse_script
from ccswitch.ivr.script import Script
from ccswitch.model.ids import ScriptHash
from ccswitch.model.nouns import InForce, ScriptSource


@lru_cache(maxsize=256)
def script_of(source: ScriptSource) -> Script:
    """The parsed script. Raises ConfigError; sources were found right before they entered State."""
    return parse_script(source.text, f"{source.name}.yaml", name=source.name)


def in_force(state: State, call: LiveCall, name: str) -> Script | None:
    """The version of script `name` that `call` takes when it enters it; None when there is no such script."""
    own = house_script(name)
    if own is not None:
        return kept(state, name, ScriptHash(own.hash))
    edition = state.editions.get(call.edition, {})
    versions = edition.get(name) or now_in_force(state, name)
    return kept(state, name, version_for(call.call, versions)) if versions else None


def kept(state: State, name: str, version: ScriptHash) -> Script | None:
    """Version `version` of script `name`, for a call that is in it. None when it is not there, or is one of an earlier
    release that this one cannot read."""
    source = source_of(state, name, version)
    try:
        return script_of(source) if source else None
    except ConfigError:
        return None


def source_of(state: State, name: str, version: ScriptHash) -> ScriptSource | None:
    """Its text, while somebody may need it. A script of the house is always there, in this release's words. Two scripts
    of the same text are one version under two names."""
    own = house_script(name)
    if own is not None:
        return own
    source = state.scripts.get(version)
    return source if source is None or source.name == name else replace(source, name=name)


def now_in_force(state: State, name: str) -> InForce | None:
    """What calls that begin now take of script `name`."""
    return state.editions[state.edition].get(name)
