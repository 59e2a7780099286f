"""Which calls take a canary: a share of them, chosen by the call's id, so that whoever asks again hears the same."""

from __future__ import annotations

import hashlib

from ccswitch.model.ids import CallId, ScriptHash
from ccswitch.model.nouns import InForce


def version_for(call: CallId, versions: InForce) -> ScriptHash:
    """The version that `call` takes."""
    if not versions.canary:
        return versions.hash
    return versions.canary if place(call, versions.canary) < versions.share else versions.hash


def place(call: CallId, canary: ScriptHash) -> float:
    """Where in [0, 1) a call stands towards a canary: evenly spread, and anew for each canary.

    Who is inside a share stays inside a larger one of the same canary.
    """
    digest = hashlib.blake2b(f"{canary} {call}".encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest) / 2**64
