"""What a handler gives back: outcomes to keep and requests to send, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from msgspec import Struct

from ccswitch.floor.state import State
from ccswitch.model.ids import Seconds
from ccswitch.model.outcomes import Outcome
from ccswitch.model.requests import Request


class Decided(Struct, gc=False):
    """Outcomes and requests of one decision. `a + b` is a, then b; `a += b` adds b to a itself."""

    outcomes: list[Outcome]
    requests: list[Request]

    def __add__(self, more: Decided) -> Decided:
        return Decided(self.outcomes + more.outcomes, self.requests + more.requests)

    def __iadd__(self, more: Decided) -> Decided:
        self.outcomes.extend(more.outcomes)
        self.requests.extend(more.requests)
        return self


def nothing() -> Decided:
    """Nothing follows: the input was late, doubled, or about something that is not ours."""
    return Decided([], [])


def together(parts: Iterable[Decided]) -> Decided:
    """Many small decisions as one, in order."""
    whole = nothing()
    for part in parts:
        whole.outcomes += part.outcomes
        whole.requests += part.requests
    return whole


Handler = Callable[[State, Any, Seconds], Decided]
