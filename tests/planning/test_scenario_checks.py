"""What one part of a scenario has to do with another."""

from __future__ import annotations

from pathlib import Path

import pytest

from ccswitch.planning.scenario_checks import calls_per_second, load
from tests.planning.files import SMALL, read, wrong

STEADY = SMALL.replace("{length: 1h}", "{length: 2h, warmup: 1h, batches: 20}")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (SMALL.replace("count: 4", "count: 0"), "5:9: queues.main: nobody serves this queue"),
        (
            SMALL + "  x: {count: 1, queues: [man]}\n",
            "8:17: groups.x.queues: there is no queue 'man' (did you mean 'main'?)",
        ),
        (SMALL.split("groups:")[0], "1:1: there is nobody who answers (add `groups:`)"),
        (SMALL.replace("queues:\n  main: {}\n", ""), "1:1: there is no queue"),
        (SMALL.replace("arrivals: 60/h, ", ""), "types.calls: nobody calls"),
        (SMALL.replace("60/h", "0/h"), "arrivals: no call ever comes (write a rate above 0)"),
        (SMALL.replace("60/h", "999999999/s"), "calls (at most 200,000,000 in one replication)"),
        (SMALL + "arrivals: 5/h\n", "8:11: arrivals: every type has a stream of its own"),
        (
            SMALL.replace("queue: main,", "queue: main, weight: 2,"),
            "types.calls.weight: this type has no part in a common",
        ),
        (SMALL.replace("{length: 1h}", "{length: 1h, batches: 1}"), "1:32: horizon.batches: one batch is no sample"),
        (SMALL.replace("{length: 1h}", "{length: 1h, warmup: 1h}"), "horizon.warmup: a warm-up without batches"),
        (SMALL.replace("1h}", "300d}") + "interval: 1 min\n", "interval: too many intervals"),
        (
            SMALL + "".join(f"  g{n}: {{count: 10000, queues: main}}\n" for n in range(5)),
            "6:1: groups: 50,004 agents (at most 50,000 in all groups together)",
        ),
        (
            SMALL.replace("{length: 1h}", "{length: 1h, warmup: 1h, batches: 10000}")
            + "".join(f"  g{n}: {{count: 1, queues: main}}\n" for n in range(450)),
            "horizon: too many groups and types for so many batches",
        ),
        (SMALL + "hours: Sun 09:00-18:00\n", "hours: it is never open within the run"),
        (
            SMALL.replace("count: 4", "count: 4, schedule: 02:00-03:00"),
            "groups.all.schedule: never at work within the run",
        ),
    ],
)
def test_mistakes(tmp_path: Path, text: str, says: str) -> None:
    assert says in "\n".join(wrong(tmp_path, text))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (STEADY.replace("60/h", "80/h"), "1:1: horizon: the offered load of main is 4.2 Erlang for 4 agents"),
        (STEADY.replace("batches: 20", "batches: 5"), "horizon.batches: 5 batches give wide intervals"),
        (
            STEADY.replace("length: 2h", "length: 30 min"),
            "horizon.length: batches of 1800 s for calls of 180 s hang together",
        ),
        (STEADY.replace("warmup: 1h, ", ""), "steady state without a warm-up begins with an empty floor"),
        (
            SMALL.replace("1h}", "30h}") + "time_zone: Europe/Berlin\nstart: 2026-10-24 12:00\n",
            "8:12: time_zone: the clock changes during the run",
        ),
    ],
)
def test_warnings(tmp_path: Path, text: str, says: str) -> None:
    found = [str(problem) for problem in read(tmp_path, text).warnings]
    assert len(found) == 1
    assert says in found[0]


@pytest.mark.parametrize(
    "text",
    [
        STEADY,
        SMALL.replace("60/h", "600/h"),  # a day may be overloaded
        STEADY.replace("60/h", "600/h, patience: 2 min"),
        STEADY.replace("60/h", "600/h") + "trunks: 10\n",
    ],
)
def test_no_warning_where_none_is_due(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text).warnings == ()


def test_two_queues_are_each_light_and_together_too_much(tmp_path: Path) -> None:
    # Given four agents for two queues of 2.5 Erlang each
    text = (
        STEADY.replace("60/h", "47/h")
        .replace(
            "queues:\n  main: {}",
            "  more: {queue: other, arrivals: 47/h, service: 3 min}\nqueues:\n  main: {}\n  other: {}",
        )
        .replace("queues: main}", "queues: [main, other]}")
    )
    # Then the two together are warned about
    assert "the offered load of main, other is 5.0 Erlang for 4 agents" in str(read(tmp_path, text).warnings[0])


def test_load_and_rates(tmp_path: Path) -> None:
    # Given a common stream of 90 calls an hour, shared out 2 : 1
    text = SMALL.replace("arrivals: 60/h, ", "weight: 2, ").replace(
        "queues:\n  main", "  more: {queue: main, service: 2 min, wrapup: 1 min}\nqueues:\n  main"
    )
    scenario = read(tmp_path, "arrivals: 90/h\n" + text).scenario
    calls, more = scenario.types
    # Then two thirds are of the one type; the queue's ten seconds of wrap-up count where the type has no own
    assert calls_per_second(calls, scenario) == pytest.approx(60 / 3600)
    assert load(calls, scenario) == pytest.approx(60 * 190 / 3600)
    assert load(more, scenario) == pytest.approx(30 * 180 / 3600)
