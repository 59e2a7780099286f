"""One entry of the journal: an input, and what was decided because of it."""

from __future__ import annotations

from ccswitch.model.facts import Fact
from ccswitch.model.ids import Seconds
from ccswitch.model.orders import Order
from ccswitch.model.outcomes import Outcome
from ccswitch.model.value import value


@value
class Decision:
    """`n` counts from 1 without gaps, `t` is the `now` (epoch seconds) under which `given` was decided."""

    n: int
    t: Seconds
    given: Fact | Order
    outcomes: tuple[Outcome, ...] = ()
