"""A busy morning on a real FreeSWITCH: 200 callers, three queues, twenty agents of every manner, call-backs to whoever
would not wait, and a controller that is killed in the middle. Nobody is lost, no agent is stuck, every promise ends
once, and SQL has what SIPp saw.
"""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from ccswitch.model.nouns import Entry
from ccswitch.simulator.phones import answers, busy, declines, rings_on
from ccswitch.switch.dialplan import Site
from tests.live.carrier import carrier
from tests.live.freeswitch import LOOPBACK, PASSWORD, free_port
from tests.scenarios import written
from tests.scenarios.controller_process import ApiError
from tests.scenarios.crowd import SippCrowd
from tests.scenarios.freeswitch_stage import FreeSwitchStage
from tests.scenarios.sipp import SippPhone
from tests.scenarios.stage import CONFIG, LAST_RESORT, Rules, Stage

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]

CALLERS, AGENTS = 200, [str(2001 + n) for n in range(20)]
ENTRIES = (
    Entry(name="billing", dids=("4101",), script="billing"),
    Entry(name="support", dids=("4102",), queue="support"),  # type: ignore[arg-type]
    Entry(name="sales", dids=("4103",), queue="sales"),  # type: ignore[arg-type]
    Entry(name="keeps", dids=("4104",), script="keeps"),
    Entry(name="hurried", dids=("4105",), queue="hurried"),  # type: ignore[arg-type]
    Entry(name="front", dids=("4106",), queue="front"),  # type: ignore[arg-type]
)
SCRIPT = """\
steps:
  pick_up: {answer: , then: choice}
  choice: {menu: "tone_stream://%(100,100,440)", keys: {1: wait}, timeout: 3s, otherwise: wait}
  wait: {queue: billing, skills: zh >= 5, then: end, otherwise: end}
"""
KEEPS = """\
steps:
  pick_up: {answer: , then: promise}
  promise: {callback: sales, then: promised, otherwise: wait}
  promised: {play: "tone_stream://%(200,0,425)", then: end}
  wait: {queue: sales, then: end, otherwise: end}
"""
QUEUES = """\
[[queue]]
name = "billing"
ring_timeout = 2.0
wrapup = 0.5
strategy = "lowest_sufficient"
rules = ["after 3s: zh >= 1", "after 6s: add queue support"]
[[queue]]
name = "support"
ring_timeout = 2.0
wrapup = 0.5
rules = ["after 5s: to queue:sales"]
[[queue]]
name = "sales"
ring_timeout = 2.0
wrapup = 0.5
strategy = "round_robin"
callback_retry_after = 10.0
callback_ring = 10.0
[[queue]]
name = "hurried"
rules = ["on joining: to callback:sales"]
[[queue]]
name = "front"
rules = ["on joining: to queue:support"]
"""
# Of the twenty: who rings out, declines, is busy; the phone of the last is not there at all; the others pick up.
MANNERS = {"2004": rings_on(), "2008": declines(after=0.2), "2012": busy()}
NOBODY = "2020"
SUPERVISOR = "2000"


class Morning(Stage):
    """Its own queues, rules and agents, and who answers at the numbers that are called back."""

    customers: SippPhone

    def _configure(self, desk_port: int, link_port: int, rules: Rules) -> None:
        self.ports = {agent: free_port() for agent in (*AGENTS, SUPERVISOR)}
        (self.folder / "scripts").mkdir()
        (self.folder / "scripts" / "billing.yaml").write_text(SCRIPT)
        (self.folder / "scripts" / "keeps.yaml").write_text(KEEPS)
        places = {"link_port": link_port, "desk_port": desk_port, "store": self.store_url, "recordings": "/tmp"}
        config = CONFIG.format(password=PASSWORD, **(asdict(rules) | places))
        parts = [
            config.replace('name = "pbx1"', 'name = "pbx1"\ngateway = "carrier"'),
            QUEUES,
            written.entries(ENTRIES),
        ]
        for n, agent in enumerate(AGENTS):
            port = self.ports[agent]
            queues = ["billing", "support"] if n % 2 else ["support", "sales"]
            skills = f"zh={1 + n % 10}"
            phone = f"sip:{agent}@{LOOPBACK}:{port}"
            parts.append(f'[[agent]]\nid = "{agent}"\nphone = "{phone}"\nqueues = {queues}\nskills = ["{skills}"]\n')
        phone = f"sip:{SUPERVISOR}@{LOOPBACK}:{self.ports[SUPERVISOR]}"
        parts.append(f'[[agent]]\nid = "{SUPERVISOR}"\nphone = "{phone}"\n')
        (self.folder / "ccswitch.toml").write_text("\n".join(parts))


@pytest.fixture
def morning(tmp_path: Path) -> Iterator[Morning]:
    """The stage, on a switch of its own, whose gateway leads to customers who answer, and hang up in the talk."""
    port = free_port()
    switch = FreeSwitchStage(Site(entries=ENTRIES, last_resort=LAST_RESORT), gateway="carrier", files=carrier(port))
    stage = Morning(switch, tmp_path)
    with SippPhone("customers", port, answers(after=0.4).but(drops_after_answer=4.0)) as stage.customers:
        yield stage
    stage.close()
    switch.close()


def test_two_hundred_calls_and_a_controller_that_is_killed(morning: Morning) -> None:
    # Given twenty agents who are ready, each with his manner
    stage = morning
    phones = {
        agent: stage.phone(agent, MANNERS.get(agent, answers(after=0.1 * (n % 7))))
        for n, agent in enumerate(AGENTS)
        if agent != NOBODY
    }
    stage.phone(SUPERVISOR, answers(after=0.1))
    stage.controller.start()
    stage.ready(*AGENTS)
    # When two hundred people call in less than a minute, some of them for longer than others
    with contextlib.ExitStack() as calling:
        crowds = crowds_of_callers(stage)
        for crowd in crowds:
            calling.callback(crowd.close)
        # And the controller is killed in the middle and comes back
        stage.eventually(lambda: sum(crowd.called for crowd in crowds) > CALLERS / 2)
        stage.controller.kill9()
        killed = time.time()
        stage.controller.start()
        back = time.time()
        # And supervisors transfer callers and listen to talks meanwhile
        moved = stage.eventually(lambda: transferred(stage, 4))
        listened = stage.eventually(lambda: ordered(stage, "monitor", {"agent": SUPERVISOR}))
        stage.eventually(lambda: all(crowd.over for crowd in crowds), 120)
        # Then every call is in SQL once, and has its end and its result
        rows = calls_are_recorded(stage, crowds)
        # And every promise has ended once, most of them kept, and whom SIPp answered as was dialled is in SQL
        promises_are_kept(stage, killed, back)
        # And what was done to each is named: no lost caller, no stay, offer or talk without an end
        print(f"back after {back - killed:.1f} s")
        nobody_is_lost(stage, rows, killed, back)
        # And what supervisors did stands with the calls
        assert {row["call_id"] for row in stage.rows_by("transfers", "n", author="admin")} >= set(moved)
        assert [row["call_id"] for row in stage.rows("guests")] == [listened]
        # And nobody is stuck: all agents are idle again, no phone had two calls, the switch is empty
        stage.eventually(lambda: {one["state"] for one in agents(stage)} == {"idle"})
        assert not stage.live_calls()
        assert max(phone.most_at_once for phone in phones.values()) == 1
        stage.eventually(lambda: not stage.channels())


def crowds_of_callers(stage: Morning) -> list[SippCrowd]:
    """Two hundred people, who begin to call now."""
    sip = stage.switch.switch.sip_port  # type: ignore[attr-defined]
    return [
        SippCrowd("4101", sip, prefix="1391", count=55, rate=1.5, stays=9.0, keys=[(0.7, "1")]),
        SippCrowd("4102", sip, prefix="1392", count=70, rate=2.0, stays=6.0),
        SippCrowd("4103", sip, prefix="1393", count=45, rate=1.5, stays=4.0),
        SippCrowd("4104", sip, prefix="1394", count=10, rate=0.3, stays=8.0),
        SippCrowd("4105", sip, prefix="1395", count=10, rate=0.3, stays=20.0),
        SippCrowd("4106", sip, prefix="1396", count=10, rate=0.3, stays=6.0),
    ]


def calls_are_recorded(stage: Stage, crowds: list[SippCrowd]) -> list[dict[str, Any]]:
    """Every call is in SQL once, is over, and was answered where SIPp saw it answered; gives their rows."""
    with contextlib.suppress(AssertionError):  # what is missing is said below
        stage.eventually(lambda: len(ended(stage)) == CALLERS)
    rows = called_in(stage)
    assert [row for row in rows if row["ended"] is None] == []
    assert missing(crowds, rows) == []
    assert len(rows) == sum(crowd.called for crowd in crowds) == CALLERS
    answered = {leg["call_id"] for leg in stage.rows("legs", role="caller") if leg["connected"] is not None}
    for crowd in crowds:
        mine = [row for row in rows if row["caller_number"].startswith(crowd.prefix)]
        assert len({row["caller_number"] for row in mine}) == crowd.count
        unseen = sum(row["cause"] == "GONE" for row in mine)  # answered and gone while nobody watched
        assert 0 <= crowd.answered - sum(row["call_id"] in answered for row in mine) <= unseen
    return rows


def nobody_is_lost(stage: Stage, rows: list[dict[str, Any]], killed: float, back: float) -> None:
    """The last resort has whom nobody claims in time, and no others; whatever began has ended; and rules did their
    work: callers were relaxed, moved, answered, and refusals of each kind happened."""
    results = Counter(row["result"] for row in rows)
    print(results, Counter(row["result"] for row in stage.rows("queue_visits")))
    print(Counter(row["result"] for row in stage.rows("offers")))
    assert "lost" not in results, results
    unattended = [row for row in rows if row["result"] == "wayout"]
    assert all(killed - 6 < row["started"] < back + 1 for row in unattended)
    for table in ("legs", "queue_visits", "offers", "talks"):
        assert all(row["ended"] is not None for row in stage.rows(table)), table
    assert results["answered"] > (CALLERS - results["wayout"]) / 3
    assert {"overflowed", "answered"} <= {row["result"] for row in stage.rows("queue_visits")}
    assert {"talked", "rona", "rejected", "busy"} <= {row["result"] for row in stage.rows("offers")}


def ordered(stage: Stage, verb: str, body: dict[str, str]) -> str:
    """Order something of a call that talks just now; its id, empty when there is none or its talk was over first."""
    for call in stage.live_calls():
        if call["place"] == "talking":
            try:
                stage.api("POST", f"/calls/{call['call']}/{verb}", body)
            except ApiError:
                continue
            return str(call["call"])
    return ""


def transferred(stage: Stage, most: int) -> list[str]:
    """So many talks, one after the other, whose callers were sent to another queue."""
    found: list[str] = []
    while len(found) < most:
        call = stage.eventually(lambda: ordered(stage, "transfer", {"to": "queue:sales"}))
        found.append(call)
    return found


def missing(crowds: list[SippCrowd], rows: list[dict[str, Any]]) -> list[str]:
    """The numbers of those who called and of whom SQL knows nothing."""
    known = {row["caller_number"] for row in rows}
    everybody = [f"{crowd.prefix}{n}" for crowd in crowds for n in range(1, crowd.count + 1)]
    return [number for number in everybody if number not in known]


def ended(stage: Stage) -> list[dict[str, Any]]:
    """The calls that are over in SQL."""
    return [row for row in called_in(stage) if row["ended"] is not None]


def called_in(stage: Stage) -> list[dict[str, Any]]:
    """The calls in SQL but for those by which promises were kept."""
    return [row for row in stage.rows("calls") if row["origin"] != "callback"]


def promises_are_kept(stage: Morning, killed: float, back: float) -> None:
    """Each of those who would not wait has his call, or was gone when nobody watched; and SIPp answered as many."""
    stage.eventually(lambda: all(row["ended"] is not None for row in stage.rows("callbacks")), 120)
    promises = stage.rows("callbacks")
    results = Counter(row["result"] for row in promises)
    print("promises", results, "dialled", stage.customers.rung, "answered", stage.customers.answered)
    assert not stage.api("GET", "/callbacks")["callbacks"]
    unpromised = [
        row for row in stage.rows("calls") if row["entry"] in ("keeps", "hurried") and row["result"] == "left"
    ]
    assert len(promises) >= 20 - len(unpromised) - len([r for r in stage.rows("calls") if r["result"] == "wayout"])
    assert set(results) <= {"kept", "left"} and results["kept"] > len(promises) / 2
    assert len({row["number"] for row in promises}) == len(promises)
    stage.eventually(lambda: all(row["ended"] is not None for row in stage.rows("calls", origin="callback")))
    calls = {row["call_id"] for row in stage.rows("calls", origin="callback")}
    dialled = [leg for leg in stage.rows("legs", role="caller") if leg["call_id"] in calls]
    answered = sum(leg["connected"] is not None for leg in dialled)
    unseen = sum(killed - 6 < leg["started"] < back + 1 for leg in dialled)  # while nobody watched
    assert 0 <= stage.customers.answered - answered <= unseen
    talked = {row["call_id"] for row in stage.rows("talks")} & calls
    assert len(talked) >= results["kept"]


def agents(stage: Stage) -> list[dict[str, Any]]:
    """The agents as the floor has them."""
    found: list[dict[str, Any]] = stage.api("GET", "/agents")["agents"]
    return found
