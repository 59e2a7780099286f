"""Estimates: by hand, and how often their intervals hold the truth."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest

from ccswitch.kpi.summary import Tally
from ccswitch.planning import estimates
from ccswitch.planning.estimates import correlation, doubts, estimate
from ccswitch.planning.figures import OVERALL, Counted, Run, Slice
from ccswitch.planning.measures import MEASURES
from ccswitch.planning.scenario import Horizon, Scenario

DAY = Scenario(name="s", horizon=Horizon(length=1800.0), queues=(), groups=(), types=())
STEADY = Scenario(name="s", horizon=Horizon(length=1800.0, batches=20), queues=(), groups=(), types=())


def counted(answered: int, waited: float = 0.0, **more: float) -> Counted:
    tally = Tally(offered=answered, answered=answered, answered_wait=waited)
    return Counted(arrived=answered, visits=tally, **more)  # type: ignore[arg-type]


def days(*parts: Counted) -> list[Run]:
    return [Run(seed=n, batches=({OVERALL: part},)) for n, part in enumerate(parts)]


def test_a_mean_by_hand() -> None:
    # Given days of 10, 12 and 14 calls: mean 12, standard error 2 / √3
    found = estimate(days(counted(10), counted(12), counted(14)), DAY)[OVERALL]["arrived"].crude
    # Then the interval is Student's with two degrees
    assert found is not None
    assert found.value == 12
    assert found.half == pytest.approx({95: 4.302653 * 2 / 3**0.5, 99: 9.924843 * 2 / 3**0.5})


def test_a_ratio_is_one_of_sums_with_the_jackknifes_interval() -> None:
    # Given days with 1, 2 and 3 calls that waited 10, 10 and 40 s: ASA 60 / 6 = 10 s (the mean of means would be 9.4)
    found = estimate(days(counted(1, 10.0), counted(2, 10.0), counted(3, 40.0)), DAY)[OVERALL]["asa"].crude
    assert found is not None
    assert found.value == pytest.approx(10.0)
    # Then leaving one out gives 50/5, 50/4, 20/3; pseudo-values 10, 5, 16.67; their standard error by hand
    assert found.half[95] == pytest.approx(4.302653 * 3.378, rel=1e-3)


def test_nothing_to_measure_and_too_little() -> None:
    assert estimate(days(Counted(), Counted()), DAY)[OVERALL]["asa"].crude is None
    # One day says a value and no interval, and so does a figure that hangs on one day alone
    alone = estimate(days(counted(5, 10.0)), DAY)[OVERALL]["asa"].crude
    assert alone is not None
    assert (alone.value, alone.half) == (2.0, {})
    hanging = estimate(days(counted(5, 10.0), Counted()), DAY)[OVERALL]["asa"].crude
    assert hanging is not None
    assert (hanging.value, hanging.half) == (2.0, {})


def test_a_slice_that_a_day_lacks_counts_as_nothing() -> None:
    late = Slice("interval", "3")
    runs = [Run(seed=0, batches=({OVERALL: counted(1), late: counted(1)},)), *days(counted(1))]
    found = estimate(runs, DAY)[late]["arrived"].crude
    assert found is not None
    assert found.value == 0.5


def _batches(rng: Random, count: int) -> tuple[list[Counted], list[dict[str, float]]]:
    """Batches whose ASA is 10 s in truth, and a control that knows most of a batch's luck."""
    parts, controls = [], []
    for _ in range(count):
        calls, luck = rng.randint(50, 150), rng.gauss(0, 1)
        parts.append(counted(calls, calls * 10.0 + 100 * luck + rng.gauss(0, 20)))
        controls.append({"luck": luck, "noise": rng.gauss(0, 1)})
    return parts, controls


def _run(parts: Sequence[Counted], controls: Sequence[dict[str, float]]) -> Run:
    return Run(seed=1, batches=tuple({OVERALL: part} for part in parts), controls=tuple(controls))


def test_intervals_hold_the_truth_as_often_as_they_say_and_controls_narrow_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(estimates, "MEASURES", {"asa": MEASURES["asa"]})  # a tenth of the time
    # Given 200 runs of 20 batches with a known truth
    rng = Random(7)
    held = {"crude": 0, "controlled": 0}
    widths = {"crude": 0.0, "controlled": 0.0}
    for _ in range(200):
        found = estimate([_run(*_batches(rng, 20))], STEADY)[OVERALL]["asa"]
        for name, interval in (("crude", found.crude), ("controlled", found.controlled)):
            assert interval is not None
            held[name] += abs(interval.value - 10.0) <= interval.half[95]
            widths[name] += interval.half[95]
    # Then 95 % of the intervals hold it (190 of 200, standard deviation 3.1), and the control's are a third as wide
    assert all(179 <= count <= 199 for count in held.values()), held
    assert widths["controlled"] < 0.4 * widths["crude"]


def test_controls_need_degrees_of_freedom_and_every_batch() -> None:
    rng = Random(8)
    parts, controls = _batches(rng, 20)
    # Seven batches leave four degrees beside two controls: too few
    assert estimate([_run(parts[:7], controls[:7])], STEADY)[OVERALL]["asa"].controlled is None
    assert estimate([_run(parts[:8], controls[:8])], STEADY)[OVERALL]["asa"].controlled is not None
    # A control that one batch lacks is none
    without = [{"luck": 0.0}, *controls[1:]]
    assert estimate([_run(parts, [{}, *controls[1:]])], STEADY)[OVERALL]["asa"].controlled is None
    assert estimate([_run(parts, without)], STEADY)[OVERALL]["asa"].controlled is not None


def test_doubts() -> None:
    assert list(doubts(days(*[counted(1)] * 10), DAY)) == []
    assert list(doubts(days(counted(1)), DAY)) == [
        "there is no interval without several replications; raise --replications"
    ]
    assert "3 replications are few" in next(doubts(days(*[counted(1)] * 3), DAY))
    # Batches of which each is like the one before
    waves = [counted(1, in_queue=float(n // 5)) for n in range(40)]
    assert "batches hang together (correlation 0." in next(doubts([_run(waves, [])], STEADY))
    rng = Random(9)
    loose = [counted(1, in_queue=rng.random()) for n in range(40)]
    assert list(doubts([_run(loose, [])], STEADY)) == []


def test_correlation_by_hand() -> None:
    assert correlation([[1.0, -1.0, 1.0, -1.0]]) == pytest.approx(-0.75)
    assert correlation([[5.0, 5.0]]) == 0.0
