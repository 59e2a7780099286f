"""How people write durations, rates, shares, spans and instants."""

from __future__ import annotations

from datetime import datetime

import pytest

from ccswitch.planning import notation
from ccswitch.planning.scenario import Span

ALL = frozenset(range(7))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("20s", 20), ("5 min", 300), ("1h30m", 5400), ("1 h 30 min", 5400), ("500ms", 0.5), ("90", 90), ("1.5h", 5400)],
)
def test_durations(text: str, seconds: float) -> None:
    assert notation.duration(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "5 mn", "1:30", "-5s", "1e3", "nan", "inf", "5s!", "１s", "5 s 5", "9" * 30, "400d"]
)
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError):
        notation.duration(text)


@pytest.mark.parametrize(
    ("text", "a_second"),
    [("4.2/min", 0.07), ("300/h", 1 / 12), ("2/s", 2), ("2 per s", 2), ("8640 / day", 0.1), ("0/h", 0)],
)
def test_rates(text: str, a_second: float) -> None:
    assert notation.rate(text) == pytest.approx(a_second)


def test_a_rate_without_its_unit_is_asked_for_it() -> None:
    with pytest.raises(ValueError, match="say per what: 300/h or 300/min"):
        notation.rate("300")
    with pytest.raises(ValueError):
        notation.rate("300/fortnight")


def test_shares() -> None:
    assert [notation.share(text) for text in ("3%", "0.03", "100 %", "0", "1")] == [0.03, 0.03, 1, 0, 1]
    for wrong in ("3", "101%", "-1%", "half"):
        with pytest.raises(ValueError):
            notation.share(wrong)


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("Mon-Fri 09:00-18:00", [(9, 18, {0, 1, 2, 3, 4})]),
        ("09:00-18:00", [(9, 18, ALL)]),
        ("Sat,Sun 10:00-14:30", [(10, 14.5, {5, 6})]),
        ("Mon-Wed, Fri 9:00 - 18:00", [(9, 18, {0, 1, 2, 4})]),
        ("Fri-Mon 00:00-24:00", [(0, 24, {4, 5, 6, 0})]),
        ("Sat 22:00-06:00", [(22, 24, {5}), (0, 6, {6})]),
        ("Sun 22:00-00:00", [(22, 24, {6})]),
    ],
)
def test_spans(text: str, spans: list[tuple[float, float, set[int]]]) -> None:
    assert notation.span(text) == tuple(
        Span(begins=begins * 3600, ends=ends * 3600, days=frozenset(days)) for begins, ends, days in spans
    )


@pytest.mark.parametrize(
    "text",
    ["9-18", "09:00", "Mo-Fri 09:00-18:00", "09:00-09:00", "24:00-06:00", "25:00-26:00", "24:30-25:00", "540-1080"],
)
def test_what_is_no_span(text: str) -> None:
    with pytest.raises(ValueError):
        notation.span(text)


def test_instants() -> None:
    assert notation.instant("2026-11-23") == datetime(2026, 11, 23)
    assert notation.instant("2026-11-23 09:01:30") == datetime(2026, 11, 23, 9, 1, 30)
    for wrong in ("2026-02-30", "23.11.2026", "2026-11-23 25:00", "2026-11-23T09:00+08:00", "now"):
        with pytest.raises(ValueError):
            notation.instant(wrong)
