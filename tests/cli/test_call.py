"""`ccswitch call`."""

from __future__ import annotations

import json

import pytest

from ccswitch.model.nouns import CallResult
from tests.cli.conftest import Run
from tests.desk.fakes import OLD, START, Fakes, old_call

LIVE = "3f0a6c2e-1111-4222-8333-944455556666"


@pytest.fixture(autouse=True)
def caller(fakes: Fakes) -> None:
    fakes.floor.arrives(LIVE, number="13800138000", name="王\tX")
    fakes.floor.clock.advance(42)


def test_live_and_ended_calls_as_lines(run: Run):
    live, ended = run("call", "list").stdout.split("\n\n")
    assert live.splitlines()[1].split("\t")[:7] == [LIVE, "13800138000", "王\ufffdX", "waiting", "0:42", "sales", "1"]
    assert ended.splitlines()[1].split("\t")[:5] == [OLD, "13912345678", "王", "answered", "1:35"]


def test_the_next_page_is_named(run: Run, fakes: Fakes):
    fakes.records.rows = [old_call(f"c{n}", START - n) for n in range(3)]
    last = run("call", "list", "--limit", "2").stdout.splitlines()[-1]
    name, after = last.split("\t")
    assert name == "more"
    assert "c2\t" in run("call", "list", *after.split()).stdout


@pytest.mark.parametrize("arguments", [["--since", "soon"], ["--until", "25:00"], ["--limit", "-1"], ["--limit", "x"]])
def test_a_time_that_is_none_is_a_mistake_of_usage(run: Run, arguments: list[str]):
    assert run("call", "list", *arguments).exit_code == 2


def test_a_result_that_is_none_is_refused_with_those_that_are(run: Run):
    result = run("call", "list", "--result", "bogus")
    assert result.exit_code == 2
    assert all(f"'{known}'" in result.stderr for known in ("live", *(one.value for one in CallResult)))


def test_a_call_is_found_by_the_beginning_of_its_id(run: Run):
    assert f"call\t{LIVE}" not in run("call", "show", "3f0a").stdout
    assert json.loads(run("call", "show", "3f0a", "--json").stdout)["live"]["call"] == LIVE
    assert json.loads(run("call", "show", "9b1d", "--json").stdout)["call"]["call_id"] == OLD


def test_a_beginning_that_fits_two_calls_is_refused(run: Run, fakes: Fakes):
    fakes.floor.arrives("3f0a0000-1111-4222-8333-944455556666")
    result = run("call", "hangup", "3f0a")
    assert result.exit_code == 1
    assert "is the beginning of 2 calls" in result.stderr
    assert fakes.floor.orders == []


@pytest.mark.parametrize("name", ["nope", "a b", "../x", "\x1b[31m"])
@pytest.mark.parametrize("verb", ["show", "trace", "explain", "hangup"])
def test_a_call_that_nobody_knows_is_4(run: Run, verb: str, name: str):
    result = run("call", verb, name)
    assert result.exit_code == 4
    assert "\x1b" not in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_one_live_call(run: Run):
    shown = dict(line.split("\t", 1) for line in run("call", "show", LIVE).stdout.splitlines())
    assert (shown["place"], shown["queue"], shown["position"]) == ("waiting", "sales", "1")
    assert shown["since"].endswith("(0:42)")


def test_one_ended_call(run: Run):
    head, *blocks = run("call", "show", OLD).stdout.split("\n\n")
    assert "result\tanswered" in head.splitlines()
    assert len(blocks) == 5
    assert blocks[0].splitlines()[1].split("\t")[1:] == [
        "main", "choice", "menu (try 2)", "0:04", "keys 1", "sales",
    ]  # fmt: skip


def test_the_trace_counts_from_its_beginning(run: Run):
    head, first, second = run("call", "trace", OLD).stdout.splitlines()
    assert head == "at\ts\twhat\tbecause"
    assert first.split("\t")[1:] == ["0.000", "arrived at main", "the caller's leg parked"]
    assert second.split("\t")[1] == "5.000"


def test_why(run: Run):
    assert "No agent of sales is free: 2 offline." in run("call", "explain", LIVE).stdout
    text = run("call", "explain", OLD).stdout
    assert "offered to li\tthe only free agent, idle 60 s" in text
    assert "ended\tanswered: talk ended by caller" in text


def test_a_call_is_hung_up(run: Run, fakes: Fakes):
    assert run("call", "hangup", "3f0a").stdout == f"call {LIVE} is being hung up\n"
    assert len(fakes.floor.orders) == 1


@pytest.mark.parametrize(
    "words",
    [
        ("hold",),
        ("unhold",),
        ("transfer", "--to", "queue:support"),
        ("record", "pause"),
        ("record", "resume"),
        ("monitor", "--as", "chen"),
        ("whisper", "--as", "chen"),
        ("barge", "--as", "chen"),
        ("take", "--as", "chen"),
        ("leave", "--as", "chen"),
    ],
)
def test_orders_about_a_talk_reach_the_floor_and_its_words_come_back(run: Run, fakes: Fakes, words: tuple[str, ...]):
    verb, *rest = words
    # When it is ordered about a caller who only waits
    result = run("call", verb, "3f0a", *rest)
    # Then the refusal is one line
    assert (result.exit_code, len(fakes.floor.orders)) == (1, 1)
    assert "The order was refused" in result.stderr
