"""The demo, whole and in its parts."""

from __future__ import annotations

import io
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console

from ccswitch.controller.demo import people
from ccswitch.controller.demo.board import News, Picture, draw, line
from ccswitch.controller.demo.people import HABITS, STAFF, Callers
from ccswitch.controller.demo.report import occupancy, worth_telling
from ccswitch.controller.demo.site import TARGET, temporary_folder, write_site
from ccswitch.floor.alive import LiveAgent
from ccswitch.floor.boards.agents import agent_boards
from ccswitch.floor.boards.queues import queue_boards
from ccswitch.floor.state import State
from ccswitch.model import outcomes as o
from ccswitch.model.decision import Decision
from ccswitch.model.facts import TimePassed
from ccswitch.model.ids import AgentId, CallId, LegId, NodeName, QueueName
from ccswitch.model.nouns import Agent, AgentStatus, CallPlace, FloorSettings, Queue
from ccswitch.records import migrate
from ccswitch.records.store import Store, open_store
from ccswitch.records.tables import AGENT_SPANS, CALLS, OFFERS

WITHIN = 120.0  # for a process to end, on a busy machine


# ---- the whole ----------------------------------------------------------------------------------------------


def demo(tmp_path: Path, *arguments: str, program: tuple[str, ...] = ("-m", "ccswitch")) -> subprocess.Popen[str]:
    """The demo as a user starts it, with an empty home and a folder of its own for temporary files."""
    for name in ("home", "tmp"):
        (tmp_path / name).mkdir()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path / "home"),
        "TMPDIR": str(tmp_path / "tmp"),
        "COLUMNS": "100",
    }
    return subprocess.Popen(
        [sys.executable, *program, "demo", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )


def ended(process: subprocess.Popen[str]) -> tuple[str, str]:
    try:
        return process.communicate(timeout=WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        raise


def kpi_rows(told: str) -> dict[str, list[int]]:
    """Queue → offered, answered, abandoned, short, waiting, as the report prints them."""
    lines = told.partition("queue   ")[2].partition("SL:")[0].splitlines()[1:]
    return {words[0]: [int(word) for word in words[1:6]] for words in map(str.split, lines)}


def rows_of(database: Path, query: str, *values: Any) -> list[Any]:
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        return connection.execute(query, values).fetchall()


def counted(visits: list[tuple[str, str | None, float | None]]) -> list[int]:
    """What the report should say about these visits (queue, result, waited)."""
    results = Counter(result for _, result, _ in visits)
    short = sum(result == "abandoned" and waited < 2.0 for _, result, waited in visits)
    return [len(visits), results["answered"], results["abandoned"], short, results[None]]


def test_a_short_demo_ends_well_and_tells_what_sql_has(tmp_path: Path) -> None:
    # Given a demo of a few seconds with many callers, whose folder is kept
    process = demo(tmp_path, "--no-ui", "--for", "7s", "--calls-per-minute", "90", "--keep")
    # When it is over
    told, complained = ended(process)
    # Then nothing failed
    assert (process.returncode, complained) == (0, "")
    (folder,) = (tmp_path / "tmp").iterdir()
    assert "level=error" not in (folder / "ccswitch.log").read_text()
    # And callers talked with agents
    database = folder / "ccswitch.db"
    assert rows_of(database, "SELECT * FROM talks")
    # And every figure of the report is what SQL has
    visits = rows_of(database, "SELECT queue, result, waited FROM queue_visits")
    expected = {name: counted([visit for visit in visits if visit[0] == name]) for name in ("sales", "support")}
    assert kpi_rows(told) == {**expected, "all": counted(visits)}
    ((calls,),) = rows_of(database, "SELECT count(*) FROM calls")
    assert re.search(rf"^{calls} calls: ", told, re.MULTILINE)
    # And a call was told, and what to do next
    assert "ccswitch call trace" in told and "README.md" in told
    # And one line came before the report, after 5 s or a little more
    assert re.search(r"^0:(0[5-9]|[1-5]\d) \d+ calls: .*sales: .*support: .*link lag", told, re.MULTILINE)


def test_ctrl_c_ends_it_at_once_and_nothing_is_left_behind(tmp_path: Path) -> None:
    # Given a demo that would last for an hour
    process = demo(tmp_path, "--no-ui", "--for", "1h")
    assert process.stdout is not None and "doors open" in process.stdout.readline()
    # When Ctrl-C is pressed
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    told, complained = ended(process)
    # Then it ends soon, with its report
    assert (process.returncode, complained) == (0, "")
    assert time.monotonic() - began < WITHIN  # and not the hour
    assert "queue   offered" in told
    # And no file is left
    assert not list((tmp_path / "tmp").iterdir())
    assert not list((tmp_path / "home").iterdir())


FAULTY = """
from gevent import monkey; monkey.patch_all()
from ccswitch.controller import engine
from ccswitch.model.facts import LegParked
decide = engine.decide
def faulty(state, given, now):
    if isinstance(given, LegParked):
        raise ZeroDivisionError("a mistake of ours")
    return decide(state, given, now)
engine.decide = faulty
from ccswitch.cli import main
main(prog_name="ccswitch")
"""


def test_an_input_that_fails_fails_the_demo(tmp_path: Path) -> None:
    # Given a brain that cannot bear a caller's arrival
    process = demo(tmp_path, "--no-ui", "--for", "3s", "--calls-per-minute", "90", program=("-c", FAULTY))
    # When the demo is over
    _, complained = ended(process)
    # Then it says so in one line, with the log where more is found
    assert process.returncode == 1
    found = re.fullmatch(r"ccswitch: [1-9]\d* failed inputs.*: see (\S+)\n", complained)
    assert found and "a mistake of ours" in Path(found[1]).read_text()


# ---- its site and people ------------------------------------------------------------------------------------


def test_the_site_is_a_right_configuration_with_all_the_staff(tmp_path: Path) -> None:
    # Given / When the demo's configuration is written and read back
    config = write_site(tmp_path, 8021)
    # Then everybody is in it, and the shipped menu is what callers hear
    assert [(agent.agent, agent.phone) for agent in config.agents] == [(one.agent, one.phone) for one in STAFF]
    assert {queue.target for queue in config.queues} == {TARGET}
    assert config.entries[0].script == "main" and "main" in {script.name for script in config.scripts}
    assert config.warnings == ()


@pytest.mark.parametrize("stays", [True, False])
def test_the_folder_goes_unless_it_stays(stays: bool) -> None:
    # Given a folder with something in it, when it is no longer needed
    with temporary_folder(stays=stays) as folder:
        (folder.path / "inner").mkdir()
    # Then it is there or not
    assert folder.path.exists() == stays
    folder.stays = False
    if stays:
        (folder.path / "inner").rmdir()
        folder.path.rmdir()


def test_habits_share_out_all_callers() -> None:
    # Given / When / Then the shares make one
    assert sum(crowd.per_minute for crowd in HABITS) == pytest.approx(1.0)


def test_without_calls_per_minute_nobody_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    # Given streams that would tell when they start
    started: list[object] = []
    monkeypatch.setattr(people.Arrivals, "start", lambda stream, limit=None: started.append(stream))
    # When there are no calls per minute
    Callers(SimpleNamespace(), 0.0, 1).come()  # type: ignore[arg-type]
    # Then none does
    assert not started


# ---- its board ----------------------------------------------------------------------------------------------


@pytest.fixture
def picture() -> Picture:
    """A centre with one agent on break, and nobody else."""
    queues = (Queue(name=QueueName("sales")), Queue(name=QueueName("support")))
    state = State(settings=FloorSettings(hash="", queues=queues))
    for member in STAFF:
        agent = Agent(agent=AgentId(member.agent), name=member.name, phone=member.phone, queues=(queues[0].name,))
        state.agents[agent.agent] = LiveAgent(agent=agent, status=AgentStatus.READY, status_since=100.0)
    state.agents[AgentId("li")].status = AgentStatus.BREAK
    state.agents[AgentId("li")].reason = "tea"
    return Picture(
        now=130.0,
        opened=100.0,
        lasts=60.0,
        calls=12,
        places=Counter({CallPlace.WAITING: 2, CallPlace.TALKING: 7}),
        queues=queue_boards(state, 130.0),
        figures={"sales": {"answered": 5, "abandoned": 2, "service_level": 0.625}},
        agents=agent_boards(state, 130.0),
        news=[],
        link_lag=0.0012,
        hub_gap=0.004,
        records_lag=0,
    )


def drawn(picture: Picture, width: int, height: int) -> list[str]:
    console = Console(file=io.StringIO(), width=width, height=height)
    console.print(draw(picture, height, ("first hint", "export CCSWITCH_CONFIG=" + "x" * 300)))
    return console.file.getvalue().splitlines()  # type: ignore[attr-defined, no-any-return]


@pytest.mark.parametrize(("width", "height"), [(80, 24), (120, 40), (40, 24)])
@pytest.mark.parametrize("calls", [0, 5, 50])
def test_the_board_fills_the_terminal_and_no_more(picture: Picture, width: int, height: int, calls: int) -> None:
    # Given any number of news
    news = News()
    for n in range(calls):
        news(Decision(n=n, t=100.0 + n, given=TimePassed(), outcomes=(arrival(n), waits(n))))
    # When the board is drawn
    lines = drawn(replace(picture, news=list(news.newest)), width, height)
    # Then it is as high as the terminal and nowhere wider
    assert len(lines) == height
    assert all(len(text) <= width for text in lines)
    # And the newest outcome is on it, with whom it is about
    if calls and width >= 80:
        assert any(f"1380000{calls - 1:04}" in text and "waits in sales" in text for text in lines)


def arrival(n: int) -> o.CallStarted:
    return o.CallStarted(
        call=CallId(f"c{n}"),
        leg=LegId(f"c{n}"),
        node=NodeName("demo"),
        entry="main",
        caller_number=f"1380000{n:04}",
        caller_name="",
        called_number="4000",
    )


def waits(n: int) -> o.CallEnqueued:
    return o.CallEnqueued(call=CallId(f"c{n}"), queue=QueueName("sales"), priority=0, since=100.0, why="")


def test_the_board_says_who_does_what_and_how_it_goes(picture: Picture) -> None:
    # Given / When the board is drawn
    lines = drawn(picture, 80, 24)
    # Then time, calls, queue and agent stand in it
    assert lines[0].startswith("ccswitch demo  0:30 of 1:00  12 calls: 0 in the menu, 2 waiting, 7 talking")
    assert any(re.match(r"sales +0 +7 of 8 +5 +2 +62 % in 30 s", text) for text in lines)
    assert any(re.match(r"Li Wei +sales +break +0:30 +break \(tea\)", text) for text in lines)


def test_a_plain_line_says_the_same(picture: Picture) -> None:
    # Given / When / Then
    assert line(picture) == (
        "0:30 12 calls: 0 in the menu, 2 waiting, 7 talking"
        " | sales: 0 waiting, 5 answered, 2 abandoned, service level 62 %"
        " | support: 0 waiting, 0 answered, 0 abandoned, service level –"
        " | link lag 1.2 ms, hub gap 4 ms, SQL 0 behind"
    )


# ---- its report ---------------------------------------------------------------------------------------------


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    url = f"sqlite:///{tmp_path}/demo.db"
    migrate.upgrade(url)
    opened = open_store(url)
    yield opened
    opened.close()


def put(store: Store, table: Any, *rows: dict[str, Any]) -> None:
    store.write(lambda connection: [connection.execute(table.insert().values(**row)) for row in rows])


def test_occupancy_is_the_busy_share_of_the_time_at_work(store: Store) -> None:
    # Given an agent who was idle for 10 s, talked for 20 s, wrapped up for 10 s while on break, then stayed there
    spans = [
        (0.0, 10.0, "ready", "idle"),
        (10.0, 30.0, "ready", "talking"),
        (30.0, 40.0, "break", "wrapup"),
        (40.0, None, "break", "idle"),
    ]
    rows = [
        {"n": n, "i": 0, "agent": "li", "started": began, "ended": over, "status": status, "state": state}
        for n, (began, over, status, state) in enumerate(spans)
    ]
    put(store, AGENT_SPANS, *rows)
    # When / Then: all of it, a part of it, none of it
    assert occupancy(store, ["li"], since=0.0, until=100.0) == pytest.approx(30 / 40)
    assert occupancy(store, ["li"], since=5.0, until=15.0) == pytest.approx(5 / 10)
    assert occupancy(store, ["wang"], since=0.0, until=100.0) is None


def put_calls(store: Store, *calls: tuple[str, str | None, int]) -> None:
    """Calls with their result and so many offers."""
    for call, result, offers in calls:
        put(store, CALLS, {"call_id": call, "started": 1.0, "result": result})
        put(store, OFFERS, *({"offer_id": f"{call}-o{n}", "call_id": call, "started": 2.0} for n in range(offers)))


def test_the_answered_call_that_was_offered_most_often_is_told(store: Store) -> None:
    # Given answered calls with one and two offers, and one with three that was not answered
    put_calls(store, ("a", "answered", 1), ("b", "answered", 2), ("c", "abandoned", 3))
    # When / Then
    assert worth_telling(store) == "b"


def test_a_call_that_was_not_answered_is_told_when_there_is_no_other(store: Store) -> None:
    # Given a call that lasts and has an offer out, and one that nobody was offered
    put_calls(store, ("a", None, 1), ("b", "left", 0))
    # When / Then
    assert worth_telling(store) == "a"


def test_without_an_offer_none_is_told(store: Store) -> None:
    # Given
    put_calls(store, ("a", "left", 0))
    # When / Then
    assert worth_telling(store) is None
