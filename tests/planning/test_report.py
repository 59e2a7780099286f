"""The report: a document for machines, with everything that a reader of its figures should know."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from ccswitch.planning.figures import OVERALL
from ccswitch.planning.replications import replications
from ccswitch.planning.report import report
from ccswitch.planning.scenario import Horizon
from tests.planning.files import SMALL, read


def test_a_report_of_a_short_day(tmp_path: Path) -> None:
    # Given three days of an hour in half-hours from nine, of five that were asked for
    loaded = read(tmp_path, SMALL + "start: 2026-11-23 09:00\n")
    scenario = replace(loaded.scenario, replications=5)
    runs = [run for run, _ in zip(replications(scenario, jobs=1), range(3), strict=False)]
    document = json.loads(json.dumps(report(scenario, runs, loaded.warnings)))
    # Then it says what was played and what to doubt
    assert document["replications"] == {"asked": 5, "played": 3}
    assert document["samples"] == {"what": "days", "count": 3}
    assert document["doubts"] == [
        "3 replications are few: intervals are wide and rough; raise --replications to 10 or more"
    ]
    # And every slice is there, with value and half-widths of every figure
    assert {by: [row["name"] for row in rows] for by, rows in document["by"].items()} == {
        "overall": [""],
        "type": ["calls"],
        "queue": ["main"],
        "group": ["all"],
        "interval": ["0", "1"],
    }
    assert [(row["begins"], row["ends"]) for row in document["by"]["interval"]] == [(32400, 34200), (34200, 36000)]
    arrived = document["by"]["overall"][0]["figures"]["arrived"]
    assert set(arrived) == {"value", "half_95", "half_99"}
    assert 0 < arrived["half_95"] < arrived["half_99"]
    halves = [row["figures"]["arrived"]["value"] for row in document["by"]["interval"]]
    assert sum(halves) == arrived["value"] == sum(run.batches[0][OVERALL].arrived for run in runs) / 3
    assert set(document["by"]["group"][0]["figures"]) == {
        "answered",
        "asa",
        "talk",
        "hold",
        "wrapup",
        "aht",
        "occupancy",
    }
    assert document["units"]["asa"] == "s"


def test_controls_stand_beside(tmp_path: Path) -> None:
    # Given a steady state of twenty short batches without memory
    text = SMALL.replace("service:", "wrapup: 0s, service:")
    scenario = replace(
        read(tmp_path, text).scenario, replications=1, horizon=Horizon(length=600.0, warmup=600.0, batches=20)
    )
    figure = report(scenario, list(replications(scenario)))["by"]["overall"][0]["figures"]["mean_wait"]
    # Then the crude interval is there, and the one with control variates beside it
    assert set(figure) == {"value", "half_95", "half_99", "controlled"}
    assert 0 < figure["controlled"]["half_95"] < figure["controlled"]["half_99"]
    assert figure["controlled"]["value"] != figure["value"]
