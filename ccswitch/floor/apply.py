"""The only place that changes State: one small function per outcome, found in a table.

`apply(state, outcome, at)` is given the instant of the decision, which the journal keeps beside the outcomes. It
decides nothing: whatever is a matter of judgement is already in the outcome. The functions are in `appliers/`, in the
file named as the outcome's own in `model/outcomes/`.
"""

from __future__ import annotations

from collections.abc import Iterable

from ccswitch.floor.appliers import (
    agents,
    callbacks,
    calls,
    deadlines,
    guests,
    in_force,
    messages,
    nailed_up,
    nodes,
    offers,
    orders,
    other_calls,
    own_calls,
    queues,
    scripts,
    talks,
)
from ccswitch.floor.appliers.table import Appliers
from ccswitch.floor.state import State
from ccswitch.model.ids import Seconds
from ccswitch.model.outcomes import Outcome

TOPICS = (
    in_force,
    nodes,
    calls,
    scripts,
    messages,
    queues,
    callbacks,
    offers,
    own_calls,
    other_calls,
    talks,
    guests,
    agents,
    nailed_up,
    deadlines,
    orders,
)
APPLIERS: Appliers = {outcome: applier for topic in TOPICS for outcome, applier in topic.APPLIERS.items()}


def apply(state: State, outcome: Outcome, at: Seconds) -> None:
    """Let `outcome`, decided at `at`, be true in `state`. Raises `IllegalTransition` and then changes nothing."""
    APPLIERS[type(outcome)](state, outcome, at)


def apply_all(state: State, outcomes: Iterable[Outcome], at: Seconds) -> None:
    """The outcomes of a decision one after the other, as `apply` does."""
    for outcome in outcomes:
        APPLIERS[type(outcome)](state, outcome, at)
