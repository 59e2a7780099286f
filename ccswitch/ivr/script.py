"""A parsed script: named steps and the ways between them. Made by `parse`, walked by `interpreter` and `lint`.

Every step and every way remembers where it stands in the file (lines and columns from 1), so that whatever is said
about it later can point there. Places take no part in comparisons.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from ccswitch.ivr.step import Step
from ccswitch.model.ids import ScriptHash


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A script that was found right. `hash` names this version of it; a call's cursor carries it."""

    name: str
    hash: ScriptHash
    steps: dict[str, Step]
    start: str
    languages: tuple[str, ...] = ()  # in which it speaks, its usual one first
    file: str = field(default="", compare=False)


def script_hash(text: str) -> ScriptHash:
    """The name of a version: SHA-256 of its text, first 16 hex digits."""
    return ScriptHash(hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16])
