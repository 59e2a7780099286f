"""What is counted agrees with what every other figure of the house is made of."""

from __future__ import annotations

from functools import reduce
from operator import add

import pytest

from ccswitch.kpi.summary import visit_tally
from ccswitch.model.nouns import VisitResult
from ccswitch.planning.tallying import Visits

STAYS = [
    (VisitResult.ANSWERED, 0.0),
    (VisitResult.ANSWERED, 20.0),
    (VisitResult.ANSWERED, 20.5),
    (VisitResult.ABANDONED, 4.9),
    (VisitResult.ABANDONED, 5.0),
    (VisitResult.ABANDONED, 44.0),
    (VisitResult.LOST, 70.0),
]


@pytest.mark.parametrize("stays", [STAYS, STAYS[:1], STAYS[3:4], []])
def test_a_stay_is_counted_as_reports_count_it(stays: list[tuple[VisitResult, float]]) -> None:
    # Given stays that ended in every way, at and beside the limits
    visits = Visits()
    for result, waited in stays:
        visits.offered += 1
        visits.ended(result, waited, 20.0, 5.0)
    # Then their tally is the sum of the tallies that records make of each
    whole = [visit_tally(result, waited, target=20.0, short_abandon=5.0) for result, waited in stays]
    assert visits.tally() == reduce(add, whole, Visits().tally())
    assert visits.waited == sum(waited > 0 for _, waited in stays)


def test_who_has_not_ended_is_waiting() -> None:
    visits = Visits(offered=3)
    visits.ended(VisitResult.ANSWERED, 1.0, 20.0, 5.0)
    assert visits.tally().waiting == 2
