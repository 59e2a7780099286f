"""A parsed script: named steps and the ways between them. Made by `parse`, walked by `interpreter` and `lint`.

Every step and every way remembers where it stands in the file (lines and columns from 1), so that whatever is said
about it later can point there. Places take no part in comparisons.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ccswitch.ivr.cursor import VALUE_LIMIT, Variables
from ccswitch.ivr.step import Step
from ccswitch.model.ids import ScriptHash
from ccswitch.reading.findings import Place


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a script is given when another runs it; without a `default` (None) it must be."""

    name: str
    default: str | None = None
    at: Place = field(default=Place(), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A script that was found right. `hash` names this version of it; a call's cursor carries it. `parameters` are what
    it is given when another script runs it."""

    name: str
    hash: ScriptHash
    steps: dict[str, Step]
    start: str
    languages: tuple[str, ...] = ()  # in which it speaks, its usual one first
    parameters: tuple[Parameter, ...] = ()
    file: str = field(default="", compare=False)

    @property
    def is_run(self) -> bool:
        """Whether it is made to be run by other scripts: it takes parameters, or returns."""
        return bool(self.parameters) or any(step.WORD == "return" for step in self.steps.values())

    def begins_with(self, given: Mapping[str, str]) -> Variables | None:
        """Its variables at the start of a run with `given`; None when a parameter is missing."""
        values = {one.name: given.get(one.name, one.default) for one in self.parameters}
        if None in values.values():
            return None
        return tuple((name, (value or "")[:VALUE_LIMIT]) for name, value in values.items())


# A version of a script for the call at hand: the one that is in force for it when the hash is empty, else that one.
# None when there is none.
Scripts = Callable[[str, ScriptHash], Script | None]


def no_scripts(name: str, version: ScriptHash) -> Script | None:
    """A script that stands alone."""
    return None


def script_hash(text: str) -> ScriptHash:
    """The name of a version: SHA-256 of its text, first 16 hex digits."""
    return ScriptHash(hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16])
