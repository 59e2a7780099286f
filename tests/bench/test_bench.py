"""`ccswitch bench --quick`, once: every bench's shape and sanity. No test here looks at how fast anything was."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ccswitch.bench.table import BENCHES

IN_LIVE = {"invite", "cpu", "memory"}  # those that need a FreeSWITCH, or long to settle: tests/live/test_bench_live.py
HERE = [bench.name for bench in BENCHES if bench.name not in IN_LIVE]


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The command as people call it."""
    command = [sys.executable, "-m", "ccswitch", "bench", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)


@pytest.fixture(scope="module")
def done() -> subprocess.CompletedProcess[str]:
    """One run of all benches that are tested here."""
    return bench("--quick", "--json", *HERE)


@pytest.fixture(scope="module")
def made(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """Its document."""
    assert done.returncode == 0, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return document


@pytest.mark.parametrize("name", HERE)
def test_every_bench_gives_figures_that_can_be(made: dict[str, Any], name: str):
    # Given what one bench gave
    found = next(one for one in made["benches"] if one["bench"] == name)
    # Then it ran, or says how to get what it lacks
    assert not found["failed"]
    assert found["figures"] or "install" in found["left_out"]
    for figure in found["figures"]:
        # and each figure is a number with unit, method and sample
        assert figure["value"] >= 0 and figure["n"] > 0
        assert figure["unit"] and figure["method"]
        # and beside a peer there is a ratio of the two
        if figure["peer"] and figure["peer_value"]:
            assert figure["ratio"] == pytest.approx(figure["value"] / figure["peer_value"], rel=1e-4)
        assert (figure["held"] is None) == (figure["promised"] == "")


def test_percentiles_are_in_order(made: dict[str, Any]):
    # Given every figure that has a p50 and a p99 of the same name, and is no difference of two measurements
    values = {figure["name"]: figure["value"] for one in made["benches"] for figure in one["figures"]}
    pairs = [
        (value, values[name.replace("p50", "p99")])
        for name, value in values.items()
        if "p50" in name and name.replace("p50", "p99") in values and " add " not in name
    ]
    # Then the median is not above
    assert pairs and all(p50 <= p99 for p50, p99 in pairs)


def test_the_machine_is_described(made: dict[str, Any]):
    assert made["quick"] is True and made["command"].startswith("ccswitch bench ")
    machine = made["machine"]
    assert machine["cpu"] and machine["cores"] >= 1 and machine["python"].startswith("CPython 3.")
    assert set(machine["versions"]) >= {"ccswitch", "gevent", "greenswitch"}
    assert all(one["load"] >= 0 for one in made["benches"])


def test_progress_goes_to_standard_error(done: subprocess.CompletedProcess[str], made: dict[str, Any]):
    assert all(f"{name}: " in done.stderr for name in HERE)


def test_an_earlier_run_is_shown_again_and_checked(made: dict[str, Any], tmp_path: Path):
    # Given a run in which one promise is not held
    figure = next(figure for one in made["benches"] for figure in one["figures"] if figure["held"] is not None)
    figure["held"] = False
    path = tmp_path / "made.json"
    path.write_text(json.dumps(made))
    # When it is shown as the page, unchecked and checked
    page, checked = bench("--from", str(path), "--markdown"), bench("--from", str(path), "--check")
    # Then it says what falls short, and only --check is an error
    assert page.returncode == 0 and checked.returncode == 1
    assert "fell short" in page.stdout and figure["name"] in page.stdout
    assert "falls short" in checked.stdout


@pytest.mark.parametrize("text", ["", "[]", '{"schema": 0}'])
def test_what_no_bench_made_is_refused_in_a_line(tmp_path: Path, text: str):
    path = tmp_path / "made.json"
    path.write_text(text)
    done = bench("--from", str(path))
    assert done.returncode == 1 and str(path) in done.stderr and "Traceback" not in done.stderr


def test_an_unknown_bench_is_an_error_that_names_the_known():
    done = bench("speed")
    assert done.returncode == 4
    assert all(one.name in done.stderr for one in BENCHES)
