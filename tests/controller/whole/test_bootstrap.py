"""A whole controller on a simulated switch: calls, records, stops and starts, health and figures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ccswitch.controller.bootstrap import Controller
from ccswitch.controller.hub import Gap
from ccswitch.controller.journal import Journal
from ccswitch.model.ids import CallId
from ccswitch.model.nouns import CallPlace
from ccswitch.records import queries
from ccswitch.simulator.phones import answers
from ccswitch.simulator.switch import SimulatedSwitch
from tests.controller.waiting import PATIENCE, soon
from tests.controller.whole.conftest import LI, PBX, SiteFolder, fetch, ready, recorded, talks, unwatched

# ---- the main job -------------------------------------------------------------------------------------------


def test_a_call_goes_through_a_script_to_an_agent_and_is_in_sql(site: SiteFolder, switch: SimulatedSwitch) -> None:
    # Given an agent who is ready
    switch.phone("1001", answers(0.1))
    controller = site.started()
    ready(controller)
    # When somebody calls, and presses 1 at the menu
    caller = switch.call(number="13800138000", to="4000", name="李 雷")
    soon(lambda: any("440" in heard for heard in caller.heard))
    caller.press("1")
    soon(lambda: talks(caller))
    # Then he talks with the agent, and the link is kept awake
    assert switch.phone("1001").talks_with == [caller.uuid]
    soon(lambda: controller.nodes.by_name[PBX].link.counters.nudges > 0)
    # When the agent hangs up, the script goes on behind its queue step, and the call ends
    switch.phone("1001").hangup()
    soon(lambda: caller.state == "ended")
    assert "600" in caller.heard[-1]
    soon(lambda: not controller.engine.state.calls)
    # Then SQL tells the whole of it
    record = recorded(controller, caller.uuid)
    assert (record.call["caller_number"], record.call["caller_name"]) == ("13800138000", "李 雷")
    assert record.call["result"] == "answered"
    assert [visit["result"] for visit in record.visits] == ["answered"]
    assert [talk["agent"] for talk in record.talks] == ["li"]
    assert len(record.legs) == 2 and all(leg["ended"] for leg in record.legs)
    assert queries.call_trace(controller.store, CallId(caller.uuid))
    # And the agent is free again
    soon(lambda: controller.engine.state.agents[LI].is_free(controller.clock.now()))
    assert controller.engine.stats.failed_inputs == controller.engine.stats.failed_requests == 0


def test_calls_live_on_while_the_controller_is_stopped_and_started_again(
    site: SiteFolder, switch: SimulatedSwitch
) -> None:
    # Given a pair that talks and a caller who waits
    switch.phone("1001", answers(0.05))
    first = site.started()
    ready(first)
    one, other = switch.call(number="1", to="4001"), None
    soon(lambda: talks(one))
    other = switch.call(number="2", to="4001")
    soon(lambda: first.engine.state.waiting.get("support"))  # type: ignore[call-overload]
    since = first.engine.state.calls[CallId(other.uuid)].waiting_since
    pairs = switch.bridges
    # When the controller is stopped
    site.stop(first)
    # Then nobody noticed, and the watchdog waits for a successor
    assert switch.bridges == pairs and other.state != "ended"
    assert switch.variables["ccs_beat_limit"] == "40"
    # When another starts
    second = site.started()
    # Then it has both where they were
    assert switch.variables["ccs_beat_limit"] == "15"
    calls = second.engine.state.calls
    assert calls[CallId(one.uuid)].place is CallPlace.TALKING and talks(one)
    assert calls[CallId(other.uuid)].place is CallPlace.WAITING
    assert calls[CallId(other.uuid)].waiting_since == since
    soon(lambda: second.nodes.by_name[PBX].link.counters.nudges > 0)
    # And goes on with them: the talk ends, and who waited is served
    one.hangup()
    soon(lambda: talks(other))
    other.hangup()
    soon(lambda: not second.engine.state.calls)
    for caller in (one, other):
        record = recorded(second, caller.uuid)
        assert record.call["result"] == "answered"
        assert [talk["agent"] for talk in record.talks] == ["li"]
        assert len(record.visits) == 1


def test_a_node_that_is_away_at_the_start_is_waited_for(site: SiteFolder, switch: SimulatedSwitch) -> None:
    # Given a controller that starts while its FreeSWITCH is down
    config = site.config
    switch.stop()
    controller = site.controller(config)
    controller.start()
    status, body = fetch(controller, "/health")
    assert status == 503 and "no link to pbx1" in body
    unwatched(controller)
    # When it comes up
    switch.start()
    # Then all is well
    soon(lambda: PBX in controller.engine.state.nodes and controller.engine.state.nodes[PBX].synced)
    assert fetch(controller, "/health") == (200, '{"status":"ok","reasons":[],"warnings":[]}')


# ---- health and figures -------------------------------------------------------------------------------------


def gone(path: Path) -> None:
    for file in path.parent.glob(path.name + "*"):
        file.unlink()


TROUBLES: list[tuple[Callable[[Controller, pytest.MonkeyPatch], Any], str]] = [
    (lambda c, patch: patch.setattr(Journal, "trouble", "no space"), "journal: no space: free the disk"),
    (lambda c, patch: patch.setattr(c.engine, "alive", lambda: False), "the engine does not come round"),
    (
        lambda c, patch: c.hub._note(int(c.clock.now()) + 60, Gap(0.3)),
        "the hub was blocked for 300 ms in the last 10 s",
    ),
    (lambda c, patch: gone(c.config.folder("records.db")), "decisions behind: sqlite:"),
]


@pytest.mark.parametrize(("trouble", "says"), TROUBLES)
def test_what_is_wrong_is_told_with_its_remedy(
    site: SiteFolder, monkeypatch: pytest.MonkeyPatch, trouble: Callable[..., Any], says: str
) -> None:
    # Given a controller that feels well
    controller = site.started()
    soon(lambda: controller.feeder.lag == 0)
    unwatched(controller)
    assert controller.desk and fetch(controller, "/health")[0] == 200
    # When something goes wrong
    trouble(controller, monkeypatch)
    ready(controller)
    soon(lambda: any(says in reason() for reason in controller._reasons()))
    # Then health says what
    status, body = fetch(controller, "/health")
    assert status == 503 and says in body


def test_figures_are_on_metrics(site: SiteFolder, switch: SimulatedSwitch) -> None:
    controller = site.started()
    caller = switch.call(number="1", to="4001")
    calls = controller.engine.state.calls
    soon(lambda: caller.uuid in calls and calls[CallId(caller.uuid)].place is CallPlace.WAITING)
    status, text = fetch(controller, "/metrics")
    assert status == 200
    for line in (
        'ccswitch_calls{place="waiting"} 1.0',
        'ccswitch_waiting{queue="support"} 1.0',
        'ccswitch_link_up{node="pbx1"} 1.0',
        "ccswitch_failed_inputs_total 0.0",
    ):
        assert line in text.splitlines()


def test_a_database_that_is_away_costs_no_call(site: SiteFolder, switch: SimulatedSwitch) -> None:
    # Given a controller whose database vanishes
    switch.phone("1001", answers(0.05))
    controller = site.started()
    ready(controller)
    assert controller.feeder.wait_for(controller.engine.n, PATIENCE)
    database = site.folder / "records.db"
    away = site.folder / "away"
    database.rename(away)
    database.mkdir()  # which no SQLite can open
    # When somebody calls, then he talks all the same
    caller = switch.call(number="1", to="4001")
    soon(lambda: talks(caller))
    soon(lambda: controller.feeder.last_error)
    # When it is back, then it has all of it
    database.rmdir()
    away.rename(database)
    caller.hangup()
    soon(lambda: not controller.engine.state.calls)
    assert recorded(controller, caller.uuid).call["result"] == "answered"
