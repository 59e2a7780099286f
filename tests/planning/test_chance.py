"""Durations by their laws, and streams by their purpose."""

from __future__ import annotations

from statistics import fmean, stdev

import pytest

from ccswitch.planning.chance import drawing, mean_of, stream
from ccswitch.planning.scenario import Duration, Law

DRAWS = 20_000

LAWS = [
    (Duration(law=Law.EXPONENTIAL, mean=40.0), 40.0),
    (Duration(law=Law.LOGNORMAL, mean=200.0, sd=100.0), 100.0),
    (Duration(law=Law.GAMMA, mean=90.0, sd=30.0), 30.0),
    (Duration(law=Law.UNIFORM, low=10.0, high=30.0), 20.0 / 12**0.5),
    (Duration(law=Law.DETERMINISTIC, mean=7.0), 0.0),
    (Duration(law=Law.EMPIRICAL, values=(1.0, 2.0, 6.0)), (14.0 / 3) ** 0.5),
]


@pytest.mark.parametrize(("duration", "sd"), LAWS, ids=[duration.law.value for duration, _ in LAWS])
def test_a_law_has_the_mean_and_the_spread_that_it_names(duration: Duration, sd: float) -> None:
    # Given many draws
    draw = drawing(duration, stream(1, "test"))
    drawn = [draw() for _ in range(DRAWS)]
    # Then their mean and standard deviation are those of the law, and none is negative
    assert fmean(drawn) == pytest.approx(mean_of(duration), rel=0.02)
    assert stdev(drawn) == pytest.approx(sd, rel=0.05, abs=1e-9)
    assert min(drawn) >= 0


@pytest.mark.parametrize("law", [Law.EXPONENTIAL, Law.LOGNORMAL, Law.GAMMA])
def test_a_law_of_mean_zero_is_no_time_at_all(law: Law) -> None:
    assert drawing(Duration(law=law, mean=0.0, sd=0.0), stream(1, "test"))() == 0.0


def test_a_purpose_has_a_stream_of_its_own() -> None:
    # Given the streams of two purposes and of another seed
    first = stream(1, "service", "sales").random()
    # Then each is its own, and always the same
    assert first == stream(1, "service", "sales").random()
    assert first != stream(1, "patience", "sales").random()
    assert first != stream(2, "service", "sales").random()
