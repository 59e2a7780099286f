"""CSV files beside a scenario: every wrong line is named, and none of them is played."""

from __future__ import annotations

from pathlib import Path

import pytest

from ccswitch.planning import csv_files
from ccswitch.planning.scenario import Duration, Law, TracedCall
from tests.planning.files import SMALL, read, wrong

TRACED = SMALL.replace("arrivals: 60/h, ", "") + "start: 2026-11-23 09:00\ntrace: calls.csv\n"
TWO = TRACED.replace("queues:\n  main", "  more: {queue: main, service: 2 min}\nqueues:\n  main")


def test_a_trace_in_every_notation(tmp_path: Path) -> None:
    # Given calls in no order: seconds, durations and local times, a byte order mark, empty lines and cells
    (tmp_path / "calls.csv").write_text(
        "\ufeffarrival,type,service,patience\r\n\r\n90,more,2 min,\r\n1m,calls,,30\r\n2026-11-23 09:00:30,calls,,\r\n",
        encoding="utf-8",
    )
    # Then they are played as they came
    assert read(tmp_path, TWO).scenario.trace == (
        TracedCall(at=30.0, call_type="calls"),
        TracedCall(at=60.0, call_type="calls", patience=30.0),
        TracedCall(at=90.0, call_type="more", service=120.0),
    )


def test_with_one_type_the_column_may_be_left_out(tmp_path: Path) -> None:
    (tmp_path / "calls.csv").write_text("arrival\n5\n")
    assert read(tmp_path, TRACED).scenario.trace == (TracedCall(at=5.0, call_type="calls"),)


def test_every_wrong_line_is_named(tmp_path: Path) -> None:
    (tmp_path / "calls.csv").write_text(
        "arrival,type,service\n-1,calls,5\nsoon,calls,5\n5,cals,5\n5,,5\n"
        '7200,calls,5\n"5\n",calls,x\n2026-11-23 08:59,calls,\n'
    )
    assert wrong(tmp_path, TWO) == [
        "calls.csv:2:1: this cannot be '-1' (write when the call came, as 90 or 1m30s)",
        "calls.csv:3:1: this cannot be 'soon' (write when the call came, as 90 or 1m30s)",
        "calls.csv:4:1: there is no type 'cals' (did you mean 'calls'?)",
        "calls.csv:5:1: there is no type '' (there is calls, more)",
        "calls.csv:6:1: the call is outside the run (let it come between the scenario's start and its end)",
        "calls.csv:8:1: this cannot be 'x' (write a duration, as 90 or 1m30s)",
        "calls.csv:9:1: the call is outside the run (let it come between the scenario's start and its end)",
    ]


def test_durations_that_are_none(tmp_path: Path) -> None:
    # Given a file of durations with nothing but a head, and one that begins with a number that is none
    text = SMALL.replace("{law: exponential, mean: 3 min}", "{law: empirical, file: talks.csv}")
    (tmp_path / "talks.csv").write_text("seconds\n")
    assert wrong(tmp_path, text) == [
        "talks.csv:1:1: there is only a head in this file (write a duration in each line below)"
    ]
    (tmp_path / "talks.csv").write_text("-1\n5\n")
    # Then the first line is no head: it is wrong
    assert wrong(tmp_path, text) == ["talks.csv:1:1: this cannot be '-1' (write a duration, as 90 or 1m30s)"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "there is no column 'arrival'"),
        (b"arrival,type,colour\n", "nobody knows the column 'colour'"),
        (b"arrival,arrival,type\n", "a column stands there twice"),
        (b'arrival,type\n"5,calls\n', "this is no CSV"),
        (b"arrival,type\n\xff,calls\n", "byte 13 is not UTF-8"),
        (b"arrival,type\n" + b"5" * 200_000 + b",calls\n", "this is no CSV"),
        (b"arrival,type\n\x00,calls\n", "this cannot be"),
    ],
)
def test_files_that_are_no_trace(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "calls.csv").write_bytes(content)
    assert says in "\n".join(wrong(tmp_path, TWO))


def test_files_that_are_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "there is no such file" in wrong(tmp_path, TRACED)[0]
    assert "this is no file" in wrong(tmp_path, TRACED.replace("calls.csv", "."))[0]
    monkeypatch.setattr(csv_files, "BYTES_LIMIT", 12)
    monkeypatch.setattr(csv_files, "LINES_LIMIT", 2)
    (tmp_path / "calls.csv").write_text("arrival\n5\n5\n5\n5\n")
    assert "more than 0 MB" in wrong(tmp_path, TRACED)[0]
    (tmp_path / "calls.csv").write_text("arrival\n5\n6\n")
    assert "calls.csv:3:1: the file goes on (at most 2 lines)" in wrong(tmp_path, TRACED)[0]


# ---- empirical laws ------------------------------------------------------------------------------------------

EMPIRICAL = SMALL.replace("law: exponential, mean: 3 min", "law: empirical, file: talks.csv")


@pytest.mark.parametrize(
    ("content", "column", "values"),
    [
        ("60\n2 min\n", "", (60.0, 120.0)),
        ("seconds\n60\n120\n", "", (60.0, 120.0)),
        ("id,talk\n1,60\n2,120\n", ", column: talk", (60.0, 120.0)),
    ],
)
def test_durations_from_a_file(tmp_path: Path, content: str, column: str, values: tuple[float, ...]) -> None:
    (tmp_path / "talks.csv").write_text(content)
    scenario = read(tmp_path, EMPIRICAL.replace("talks.csv", f"talks.csv{column}")).scenario
    assert scenario.types[0].service == Duration(law=Law.EMPIRICAL, values=values)


def test_what_is_wrong_with_durations(tmp_path: Path) -> None:
    (tmp_path / "talks.csv").write_text("seconds\n60\nlong\n")
    assert wrong(tmp_path, EMPIRICAL) == ["talks.csv:3:1: this cannot be 'long' (write a duration, as 90 or 1m30s)"]
    missing = EMPIRICAL.replace("talks.csv", "talks.csv, column: second")
    assert wrong(tmp_path, missing) == ["talks.csv:1:1: there is no column 'second' (did you mean 'seconds'?)"]
    (tmp_path / "talks.csv").write_text("\n")
    assert wrong(tmp_path, EMPIRICAL) == ["talks.csv:1:1: there is no duration in this file (write one in each line)"]
