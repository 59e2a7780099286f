"""`ccswitch queue`."""

from __future__ import annotations

import json

import pytest

from ccswitch.cli import sheets
from ccswitch.cli.queue import board_row, draw_queue
from ccswitch.cli.sheets import Cell
from tests.cli.conftest import Run
from tests.desk.fakes import Fakes


def test_queues_as_lines(run: Run, fakes: Fakes):
    fakes.floor.arrives("a")
    fakes.floor.clock.advance(65)
    head, sales, support = run("queue", "list").stdout.splitlines()
    assert head.split("\t")[:3] == ["queue", "waiting", "longest"]
    assert sales.split("\t") == ["sales", "1", "1:05", "0", "0", "0", "0", "0", "0", "0", "0", "0", ""]
    assert support.split("\t")[:3] == ["support", "0", ""]


def test_one_queue_shows_callers_agents_day_and_rules(run: Run, fakes: Fakes):
    fakes.floor.arrives("a", number="13800138000", name="Eve\x1b[31m")
    text = run("queue", "show", "sales").stdout
    assert "\x1b" not in text
    blocks = text.split("\n\n")
    assert len(blocks) == 5
    assert blocks[1].splitlines()[1].split("\t")[1] == "13800138000"
    assert [line.split("\t")[0] for line in blocks[2].splitlines()] == ["agent", "li", "zhao"]
    assert blocks[3].splitlines()[1].split("\t")[:4] == ["12", "10", "2", "83.3 %"]
    assert "rings for\t0:20" in blocks[4]


def test_a_queue_that_is_not_there_is_4(run: Run):
    result = run("queue", "show", "nope")
    assert (result.exit_code, result.stderr) == (
        4,
        "ccswitch: No such queue: no queue named 'nope' (`ccswitch queue list`)\n",
    )


@pytest.mark.parametrize("arguments", [["queue", "watch"], ["queue", "watch", "sales"], ["queue", "list", "--watch"]])
def test_watching_with_json_gives_a_document_a_line(run: Run, monkeypatch: pytest.MonkeyPatch, arguments: list[str]):
    monkeypatch.setattr(sheets, "EVERY", 0.0)
    lines = run(*arguments, "--json", "--frames", "3").stdout.splitlines()
    assert len(lines) == 3
    assert all(json.loads(line)["now"] for line in lines)


BOARD = {"queue": "q", "waiting": 0, "offered": 0, "longest_wait": 0.0, "talking": 0, "agents": 1, "free": 1}
BOARD |= {"talking_agents": 0, "wrapup": 0, "on_break": 0, "target": 30.0}


@pytest.mark.parametrize(
    ("board", "waiting", "agents"),
    [
        (BOARD, "dim", ""),
        (BOARD | {"waiting": 1, "longest_wait": 30.0}, "yellow", ""),
        (BOARD | {"waiting": 1, "longest_wait": 30.1}, "bold red", ""),
        (BOARD | {"waiting": 1, "agents": 0}, "yellow", "bold red"),
    ],
)
def test_what_needs_a_look_is_coloured(board: dict, waiting: str, agents: str):
    row = board_row(board)
    assert isinstance(row[1], Cell) and isinstance(row[5], Cell)
    assert (row[1].style, row[5].style) == (waiting, agents)


def test_a_database_that_is_away_is_told(run: Run, fakes: Fakes):
    document = json.loads(run("queue", "show", "sales", "--json").stdout)
    sheets_drawn = draw_queue(document | {"today": None})
    assert [sheet.empty for sheet in sheets_drawn if sheet.title == "Today"] == ["the database is away"]


# ---- a supervisor's word


def test_a_queue_is_paused_and_open_again(run: Run, fakes: Fakes):
    assert "queue sales is paused; 0 wait there" in run("queue", "pause", "sales", "--reason", "drill").stdout
    assert run("queue", "list").stdout.splitlines()[1].endswith("\tpaused")
    assert "queue sales is open" in run("queue", "resume", "sales").stdout
    assert run("queue", "open", "sales").exit_code == 1


def test_who_waits_is_moved_and_may_be_looked_at_before(run: Run, fakes: Fakes):
    # Given a caller, When a supervisor asks what a move would do
    fakes.floor.arrives("a")
    asked = run("queue", "move", "sales", "--to", "support", "--dry-run").stdout
    # Then it is told line by line, and nothing is done
    assert "nothing is done; it would say: 1 caller moved from queue sales to queue:support" in asked
    assert "VisitEnded" in asked
    assert run("queue", "list").stdout.splitlines()[1].split("\t")[:2] == ["sales", "1"]
    # And by the same words without the option it is
    assert "1 caller moved" in run("queue", "move", "sales", "--to", "queue:support").stdout
    assert run("queue", "list").stdout.splitlines()[2].split("\t")[:2] == ["support", "1"]


def test_mistakes_of_supervisors(run: Run):
    assert "say where they go" in run("queue", "close", "sales").stderr
    assert run("queue", "close", "sales", "--to", "nowhere").exit_code == 1
    assert run("queue", "pause", "none").exit_code == 4
    assert run("queue", "pause", "sales", "--for", "2h", "--until", "18:00").exit_code == 2
