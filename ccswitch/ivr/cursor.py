"""Where a call stands in a script. Small, and plain JSON, because it is kept in the journal with every step."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from ccswitch.errors import JournalError
from ccswitch.model.ids import ScriptHash

VALUE_LIMIT = 64  # characters of one variable


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """A call's place in version `hash` of `script`.

    `tries` counts the tries of the present step that were missed; `variables` are what was collected, by name;
    `over` is the hang-up cause once the script has ended, empty until then.
    """

    script: str
    hash: ScriptHash
    step: str
    tries: int = 0
    variables: tuple[tuple[str, str], ...] = ()
    over: str = ""

    def having(self, name: str, value: str) -> Cursor:
        """The same place with variable `name` set, cut to `VALUE_LIMIT` characters."""
        kept = tuple((known, old) for known, old in self.variables if known != name)
        return replace(self, variables=(*kept, (name, value[:VALUE_LIMIT])))

    def to_json(self) -> str:
        """One line of ASCII."""
        return json.dumps(
            {
                "script": self.script,
                "hash": self.hash,
                "step": self.step,
                "tries": self.tries,
                "variables": dict(self.variables),
                "over": self.over,
            },
            separators=(",", ":"),
        )

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
                variables=tuple((str(name), str(value)) for name, value in kept.get("variables", {}).items()),
                over=str(kept.get("over", "")),
            )
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError) as broken:
            raise JournalError(f"not a script cursor: {text[:80]!r} ({type(broken).__name__})") from broken
