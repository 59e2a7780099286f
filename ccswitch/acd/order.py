"""The one order of callers, over all queues: by effective arrival, which is when a caller came less his head start.

A head start is what a priority is worth, and what his queue, his level and rules gave besides. It is limited, and the
same for as long as nothing is given anew: so nobody is overtaken by whoever comes later than the greatest head start
that there is, and ageing is time itself. Why: docs/decisions/choosing.md.
"""

from __future__ import annotations

from msgspec import Struct

from ccswitch.model.ids import CallId, Seconds


class Waiting(Struct, frozen=True, order=True, gc=False):
    """A caller's place in the order. Sorts as callers are served."""

    arrival: Seconds  # effective
    call: CallId


def head_start(priority: int, besides: Seconds, *, worth: Seconds, most: Seconds) -> Seconds:
    """How much earlier a caller counts to have come: `worth` for each of his priority, and `besides`, but at most
    `most`. A priority below zero sets him back, by `most` at most."""
    earlier = worth * priority + besides
    return max(-most, min(most, earlier)) if earlier else 0.0
