"""Times for people, and text that cannot steer a terminal."""

from __future__ import annotations

from datetime import datetime

import pytest

from ccswitch.cli.times import at, clean, duration, instant, percent, since, span

NOON = datetime(2026, 11, 21, 12, 0, 0).timestamp()


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, ""),
        (0, "0:00"),
        (0.4, "0:00"),
        (59.6, "1:00"),
        (725, "12:05"),
        (3723, "1:02:03"),
        (-5, "0:00"),
        (273906, "3 d 04:05:06"),
    ],
)
def test_durations(seconds: float | None, text: str):
    assert span(seconds) == text


def test_instants_have_a_date_when_it_is_another_day_s():
    assert at(NOON - 3600, NOON) == "11:00:00"
    assert at(NOON - 86400, NOON) == "2026-11-20 12:00:00"
    assert (at(None, NOON), at(0.0, NOON)) == ("", "")
    assert since(NOON - 42, NOON) == "11:59:18 (0:42)"


def test_shares():
    assert (percent(0.8333), percent(0.0), percent(None)) == ("83.3 %", "0.0 %", "–")


@pytest.mark.parametrize(("text", "seconds"), [("90", 90), ("90s", 90), ("5m", 300), ("1.5h", 5400), ("2d", 172800)])
def test_durations_are_read(text: str, seconds: float):
    assert duration(text) == seconds


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2h", NOON - 7200),
        ("11:30", NOON - 1800),
        ("11:30:30", NOON - 1770),
        ("2026-11-20", NOON - 36 * 3600),
        ("2026-11-21 11:30", NOON - 1800),
        ("2026-11-21T11:30:00", NOON - 1800),
    ],
)
def test_instants_are_read(text: str, expected: float):
    assert instant(text, NOON) == expected


@pytest.mark.parametrize("text", ["", "soon", "25:00", "2026-13-01", "-5m"])
def test_what_is_no_time_is_told_with_the_forms(text: str):
    with pytest.raises(ValueError, match="write 90s, 2h"):
        instant(text, NOON)


@pytest.mark.parametrize(
    "text", ["\x1b[31m", "\x9b31m", "a\tb", "a\nb", "a\rb", "\x00", "\x07", "a\u202eb", "a\u2028b", "\u2066", "\x7f"]
)
def test_what_would_steer_a_terminal_is_taken_out(text: str):
    assert clean(text).isprintable()
    assert clean("王小明 née 🙂") == "王小明 née 🙂"
