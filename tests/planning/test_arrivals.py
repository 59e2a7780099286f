"""When callers come."""

from __future__ import annotations

from itertools import takewhile
from statistics import fmean, variance

import pytest

from ccswitch.planning.arrivals import busyness, poisson
from ccswitch.planning.scenario import Rates

DAY = 86400.0


def _until(end: float, rates: Rates, *, start: float = 0.0, seed: int = 1) -> list[float]:
    return list(takewhile(lambda at: at < end, poisson(rates, start, seed, "test")))


def test_a_rate_that_never_changes_gives_gaps_without_memory() -> None:
    # Given a caller every ten seconds
    came = _until(DAY, Rates(rates=(0.1,)), start=1000.0)
    gaps = [after - before for before, after in zip([1000.0, *came], came, strict=False)]
    # Then gaps have that mean, and their standard deviation is their mean
    assert fmean(gaps) == pytest.approx(10.0, rel=0.04)
    assert variance(gaps) ** 0.5 == pytest.approx(10.0, rel=0.06)


def test_rates_by_interval_are_kept_and_come_round_again() -> None:
    # Given a busy hour, a silent one and a quiet one, over and over for five days
    rates = Rates(rates=(0.3, 0.0, 0.1), every=3600.0)
    came = _until(5 * DAY, rates, start=0.0)
    # When calls are counted by the hour of the pattern
    counts = [0, 0, 0]
    for at in came:
        counts[int(at // 3600) % 3] += 1
    # Then each hour has its own number: 40 of each are in five days
    assert counts[0] == pytest.approx(40 * 1080, rel=0.02)
    assert counts[1] == 0
    assert counts[2] == pytest.approx(40 * 360, rel=0.03)


def test_arrivals_within_a_busy_interval_are_spread_evenly() -> None:
    # Given a silent stretch before each busy one
    rates = Rates(rates=(0.0, 0.2), every=600.0)
    # When we look where in its ten minutes each call came
    phases = [at % 600 for at in _until(5 * DAY, rates)]
    # Then none is nearer to the beginning than to the end
    assert fmean(phases) == pytest.approx(300.0, rel=0.02)


@pytest.mark.parametrize("rates", [(), (0.0,), (0.0, 0.0)])
def test_no_rate_is_no_calls(rates: tuple[float, ...]) -> None:
    assert list(poisson(Rates(rates=rates), 0.0, 1, "test")) == []


def test_days_differ_by_a_gamma_factor_of_mean_one() -> None:
    # Given days that differ by a quarter
    rates = Rates(rates=(1.0,), busyness_sd=0.25)
    factors = [busyness(rates, seed, "") for seed in range(4000)]
    # Then factors have mean 1 and that spread, and a day's calls follow its own
    assert fmean(factors) == pytest.approx(1.0, abs=0.015)
    assert variance(factors) ** 0.5 == pytest.approx(0.25, abs=0.015)
    calls = len(_until(20_000.0, rates, seed=5))
    assert calls == pytest.approx(20_000 * busyness(rates, 5, "test"), rel=0.03)


def test_a_quiet_day_has_the_same_luck_as_a_busy_one() -> None:
    # Given the same seed with a rate and with its double
    slow, fast = _until(2000.0, Rates(rates=(0.1,))), _until(1000.0, Rates(rates=(0.2,)))
    # Then the second is the first at double speed (common random numbers)
    assert fast == pytest.approx([at / 2 for at in slow])
