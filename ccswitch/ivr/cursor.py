"""Where a call stands in a script. Small, and plain JSON, because it is kept in the journal with every step."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from ccswitch.errors import JournalError
from ccswitch.model.ids import ScriptHash

VALUE_LIMIT = 64  # characters of one variable


Variables = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A script that waits, at its step `step`, for the sub-script which that step runs."""

    script: str
    hash: ScriptHash
    step: str
    variables: Variables = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """A call's place in version `hash` of `script`.

    `tries` counts the tries of the present step that were missed; `variables` are what was collected, by name;
    `over` is the hang-up cause once the script has ended, empty until then. `frames` are the scripts that wait for
    this one to return, the one in which the call began first.
    """

    script: str
    hash: ScriptHash
    step: str
    tries: int = 0
    variables: Variables = ()
    over: str = ""
    frames: tuple[Frame, ...] = ()

    def having(self, name: str, value: str) -> Cursor:
        """The same place with variable `name` set, cut to `VALUE_LIMIT` characters."""
        kept = tuple((known, old) for known, old in self.variables if known != name)
        return replace(self, variables=(*kept, (name, value[:VALUE_LIMIT])))

    def to_json(self) -> str:
        """One line of ASCII."""
        kept = {
            "script": self.script,
            "hash": self.hash,
            "step": self.step,
            "tries": self.tries,
            "variables": dict(self.variables),
            "over": self.over,
        }
        if self.frames:
            kept["frames"] = [
                {"script": one.script, "hash": one.hash, "step": one.step, "variables": dict(one.variables)}
                for one in self.frames
            ]
        return json.dumps(kept, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Cursor:
        """Read what `to_json` wrote, in this release or the one before; raises JournalError for anything else.

        Unknown fields are ignored, missing ones take their defaults.
        """
        try:
            kept = json.loads(text)
            return cls(
                script=str(kept["script"]),
                hash=ScriptHash(str(kept["hash"])),
                step=str(kept["step"]),
                tries=int(kept.get("tries", 0)),
                variables=_variables(kept),
                over=str(kept.get("over", "")),
                frames=tuple(_frame(one) for one in kept.get("frames", ())),
            )
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError) as broken:
            raise JournalError(f"not a script cursor: {text[:80]!r} ({type(broken).__name__})") from broken


def _frame(kept: dict[str, Any]) -> Frame:
    return Frame(
        script=str(kept["script"]),
        hash=ScriptHash(str(kept["hash"])),
        step=str(kept["step"]),
        variables=_variables(kept),
    )


def _variables(kept: dict[str, Any]) -> Variables:
    return tuple((str(name), str(value)) for name, value in kept.get("variables", {}).items())
