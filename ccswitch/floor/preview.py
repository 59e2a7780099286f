"""What an order would do, without doing it: `foresee` plays it on a copy of State, with all that follows at once.

What depends on the world (who answers his phone, who hangs up) is not foreseen; what is decided by the order and by
what falls due in the same instant is: who leaves a queue, where he goes, whose phone stops ringing, who is offered to a
free agent then.
"""

from __future__ import annotations

from ccswitch.floor.apply import apply_all
from ccswitch.floor.decide import decide, next_due
from ccswitch.floor.state import State
from ccswitch.model import facts as f
from ccswitch.model.ids import Seconds
from ccswitch.model.orders import Order
from ccswitch.model.outcomes import Outcome

MOST_DECISIONS = 20_000  # at one instant; then what is known is told


def foresee(copy: State, order: Order, now: Seconds) -> list[Outcome]:
    """The outcomes of `order` at `now` and of every deadline that is due with it. `copy` is changed: give it one that
    nobody needs."""
    follows: list[Outcome] = []
    decided = decide(copy, order, now)
    for _ in range(MOST_DECISIONS):
        apply_all(copy, decided.outcomes, now)
        follows += decided.outcomes
        due = next_due(copy)
        if due is None or due > now:
            break
        decided = decide(copy, f.TimePassed(), now)
    return follows
