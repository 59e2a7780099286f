"""Where a call stands in a script. Small, and plain JSON, because it is kept in the journal with every step."""

from __future__ import annotations

import json
from collections.abc import Collection
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
    masked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """A call's place in version `hash` of `script`.

    `tries` counts the tries of the present step that were missed; `variables` are what was collected, by name, and
    those named in `masked` are only references to it; `over` is the hang-up cause once the script has ended, empty
    until then. `frames` are the scripts that wait for this one to return, the one in which the call began first.
    """

    script: str
    hash: ScriptHash
    step: str
    tries: int = 0
    variables: Variables = ()
    over: str = ""
    frames: tuple[Frame, ...] = ()
    masked: tuple[str, ...] = ()

    def having(self, name: str, value: str, *, masked: bool = False) -> Cursor:
        """The same place with variable `name` set, cut to `VALUE_LIMIT` characters."""
        kept = self.without((name,))
        variables = (*kept.variables, (name, value[:VALUE_LIMIT]))
        return replace(kept, variables=variables, masked=(*kept.masked, name) if masked else kept.masked)

    def without(self, names: Collection[str]) -> Cursor:
        """The same place with these variables forgotten."""
        kept = tuple((known, value) for known, value in self.variables if known not in names)
        return replace(self, variables=kept, masked=tuple(known for known in self.masked if known not in names))

    @property
    def secrets(self) -> dict[str, str]:
        """The masked variables, each with its reference."""
        return {name: value for name, value in self.variables if name in self.masked}

    @property
    def references(self) -> set[str]:
        """To all masked digits that this script has, or one that waits for it."""
        waiting = (value for one in self.frames for name, value in one.variables if name in one.masked)
        return {*self.secrets.values(), *waiting}

    def unmasked(self) -> Cursor:
        """The same place with all masked variables forgotten, those of waiting scripts too."""
        if not self.references:
            return self
        frames = (
            replace(one, masked=(), variables=tuple(pair for pair in one.variables if pair[0] not in one.masked))
            for one in self.frames
        )
        return replace(self.without(self.masked), frames=tuple(frames))

    def over_that(self, other: Cursor) -> Cursor:
        """The same place, with `other` kept beneath it as a script that waits."""
        waits = Frame(
            script=other.script, hash=other.hash, step=other.step, variables=other.variables, masked=other.masked
        )
        return replace(self, frames=(*other.frames, waits))

    @property
    def beneath(self) -> Cursor | None:
        """The place of the script that waits for this one; None when none does."""
        if not self.frames:
            return None
        one = self.frames[-1]
        return Cursor(
            script=one.script,
            hash=one.hash,
            step=one.step,
            variables=one.variables,
            masked=one.masked,
            frames=self.frames[:-1],
        )

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
        if self.masked:
            kept["masked"] = self.masked
        if self.frames:
            kept["frames"] = [
                {
                    "script": one.script,
                    "hash": one.hash,
                    "step": one.step,
                    "variables": dict(one.variables),
                    **({"masked": one.masked} if one.masked else {}),
                }
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
                masked=_masked(kept),
            )
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError) as broken:
            raise JournalError(f"not a script cursor: {text[:80]!r} ({type(broken).__name__})") from broken


def _frame(kept: dict[str, Any]) -> Frame:
    return Frame(
        script=str(kept["script"]),
        hash=ScriptHash(str(kept["hash"])),
        step=str(kept["step"]),
        variables=_variables(kept),
        masked=_masked(kept),
    )


def _variables(kept: dict[str, Any]) -> Variables:
    return tuple((str(name), str(value)) for name, value in kept.get("variables", {}).items())


def _masked(kept: dict[str, Any]) -> tuple[str, ...]:
    return tuple(str(name) for name in kept.get("masked", ()))
