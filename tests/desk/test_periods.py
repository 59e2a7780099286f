"""The time that a report looks at."""

from __future__ import annotations

from datetime import datetime

import pytest

from ccswitch.desk.bodies import DaysQuery
from ccswitch.desk.periods import midnight, period

MORNING = datetime(2026, 11, 21).timestamp()
NOON = datetime(2026, 11, 21, 12, 30).timestamp()


def test_midnight_is_the_day_s_own() -> None:
    assert midnight(NOON) == MORNING


@pytest.mark.parametrize(
    ("asked", "looked_at"),
    [
        ({}, (MORNING, NOON)),
        ({"since": NOON - 60}, (NOON - 60, NOON)),
        ({"until": NOON - 60}, (MORNING, NOON - 60)),
        ({"since": MORNING - 60, "until": MORNING}, (MORNING - 60, MORNING)),
        ({"until": NOON + 60}, (MORNING, NOON)),  # what is to come is not known
        ({"since": 0.0, "until": 0.0}, (0.0, 0.0)),  # an instant as any
    ],
)
def test_it_is_today_unless_asked_otherwise(asked: dict[str, float], looked_at: tuple[float, float]) -> None:
    assert period(DaysQuery(**asked), NOON) == looked_at
