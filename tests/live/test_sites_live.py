"""Callers go to another site on a real FreeSWITCH: the site is the switch itself, which calls its own other entry."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ccswitch.simulator.phones import answers
from tests.scenarios.freeswitch_stage import FreeSwitchStage
from tests.scenarios.stage import LOOPBACK, SALES, SUPPORT, Rules, Stage, site

pytestmark = pytest.mark.live

LI = "1001"
NOBODY = "4999"  # no entry has it
SITES = """
[[mark]]
name = "gold"
head_start = 30.0
[[site]]
name = "twin"
dial = "sip:{support}@{host}:{port}"
addresses = ["{host}/32"]
[[site]]
name = "gone"
dial = "sip:{nobody}@{host}:{port}"
"""


@pytest.fixture(scope="module")
def pbx() -> Iterator[FreeSwitchStage]:
    """A FreeSWITCH whose dialplan knows two other sites: its own other queue, and a number that nobody has."""
    stage = FreeSwitchStage(site())
    at = f"{LOOPBACK}:{stage.switch.sip_port}"
    dialled = (("site_twin", f"sofia/external/sip:{SUPPORT}@{at}"), ("site_gone", f"sofia/external/sip:{NOBODY}@{at}"))
    stage.switch.site = replace(stage.switch.site, others=dialled)
    stage.switch.restart()
    yield stage
    stage.close()


@pytest.fixture
def a_site(tmp_path: Path, pbx: FreeSwitchStage) -> Iterator[Callable[[str], Stage]]:
    """A site whose queue sales has one rule."""
    stages: list[Stage] = []

    def make(rule: str) -> Stage:
        """It runs, and nobody is ready."""
        stages.append(stage := Stage(pbx, tmp_path, rules=Rules(sales=f'rules = ["{rule}"]\n')))
        toml = tmp_path / "ccswitch.toml"
        where = {"host": LOOPBACK, "port": pbx.switch.sip_port, "support": SUPPORT, "nobody": NOBODY}
        toml.write_text(toml.read_text() + SITES.format(**where))
        stage.controller.start()
        return stage

    yield make
    for stage in stages:
        stage.close()


def test_a_caller_keeps_his_place_at_the_other_site(a_site: Callable[[str], Stage]) -> None:
    # Given a caller who waits until the rule sends him to the twin
    stage = a_site("after 2s: to site:twin")
    caller = stage.caller(to=SALES)
    stage.eventually(lambda: len(stage.live_calls()) == 2)
    here, there = sorted(stage.live_calls(), key=lambda call: float(call["started_at"]))
    # Then he waits there, as a call of its own that says where he comes from
    stage.eventually(lambda: there["call"] in {c["call"] for c in stage.live_calls() if c["place"] == "waiting"})
    [came] = stage.eventually(lambda: stage.rows("calls", came_from=f"twin/{here['call']}"))
    assert came["call_id"] == there["call"]
    # And the wait that he brought counts: he stands where he would have stood
    told = [line["text"] for line in stage.rows("trace", call_id=there["call"]) if line["kind"] == "CallCameOver"]
    assert told[0].startswith(f"sent by site twin, where his call was {here['call']} and he waited 2 s")
    # When an agent becomes ready, then they talk
    stage.phone(LI, answers(after=0.1))
    stage.ready(LI)
    stage.eventually(lambda: stage.talking() == 1)
    # And with his hang-up both calls are over, each with its result
    caller.hang_up()
    stage.eventually(lambda: not stage.live_calls())
    results = {row["call_id"]: row["result"] for row in stage.eventually(lambda: _ended(stage))}
    assert results == {here["call"]: "transferred", there["call"]: "answered"}
    [visit] = stage.rows("queue_visits", call_id=here["call"])
    assert (visit["result"], visit["left_to"]) == ("overflowed", "site:twin")


def _ended(stage: Stage) -> list[dict[str, object]] | None:
    """Both calls, once the records have their ends."""
    rows = [row for row in stage.rows("calls") if row["result"]]
    return rows if len(rows) == 2 else None


def test_who_is_not_reached_there_waits_on(a_site: Callable[[str], Stage]) -> None:
    # Given a caller who is sent to a site that does not take him
    stage = a_site("after 2s: to site:gone")
    caller = stage.caller(to=SALES)
    kinds = lambda: [line["kind"] for line in stage.of("trace", caller)]  # noqa: E731
    stage.eventually(lambda: "CallLeaving" in kinds() and "CallResumed" in kinds())
    # Then he waits in his queue, as long as he has waited in all, and is answered there
    stage.eventually(lambda: stage.place(caller) == "waiting")
    stage.phone(LI, answers(after=0.1))
    stage.ready(LI)
    stage.eventually(lambda: stage.talking() == 1)
    stage.eventually(lambda: len(stage.of("talks", caller)) == 1)
    assert stage.of("talks", caller)[0]["waited"] > 2.0
