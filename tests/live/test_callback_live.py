"""Virtual hold on a real FreeSWITCH: promised by a key; an agent comes first, then the customer behind a gateway."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ccswitch.simulator.phones import Manner, answers, busy, rings_on
from tests.live.carrier import carrier
from tests.live.freeswitch import free_port
from tests.live.tone_phone import TonePhone
from tests.scenarios.freeswitch_stage import FreeSwitchStage
from tests.scenarios.sipp import SippPhone
from tests.scenarios.stage import MENU, Rules, Stage, site

pytestmark = pytest.mark.live

LI = "1001"
RINGING = 450.0  # Hz, for a second in five
OFFERS = """\
name: main
start: pick_up
steps:
  pick_up: {answer: , then: wait}
  wait:
    queue: sales
    offer_callback: {play: "tone_stream://%(100,100,440)", timeout: 5s, then: promised}
    otherwise: end
  promised: {play: "tone_stream://%(200,0,425)", then: end}
"""
QUICK = "callback_retry_after = 10.0\ncallback_ring = 10.0\n"


@pytest.fixture(scope="module")
def pbx() -> Iterator[tuple[FreeSwitchStage, int]]:
    """A FreeSWITCH whose gateway leads to the customer's phone, at this port."""
    port = free_port()
    stage = FreeSwitchStage(site(), gateway="carrier", files=carrier(port))
    yield stage, port
    stage.close()


@pytest.fixture
def stage(tmp_path: Path, pbx: tuple[FreeSwitchStage, int]) -> Iterator[Stage]:
    """A site whose menu offers to call back."""
    one = Stage(pbx[0], tmp_path, rules=Rules(sales=QUICK, recordings=str(tmp_path / "rec")))
    (tmp_path / "scripts" / "main.yaml").write_text(OFFERS)
    toml = tmp_path / "ccswitch.toml"
    toml.write_text(toml.read_text().replace('name = "pbx1"', 'name = "pbx1"\ngateway = "carrier"'))
    one.controller.start()
    yield one
    one.close()


def promised(stage: Stage) -> str:
    """A caller keeps his place by a key, and his call ends."""
    caller = stage.caller(to=MENU, keys=[(1.0, "1")])
    stage.eventually(lambda: stage.result(caller) == "served")
    [one] = stage.api("GET", "/callbacks")["callbacks"]
    assert one["number"] == caller.number
    return str(one["promise"])


def customer(pbx: tuple[FreeSwitchStage, int], manner: Manner) -> SippPhone:
    """The far end of the gateway."""
    return SippPhone("customer", pbx[1], manner)


def row(stage: Stage, promise: str) -> dict[str, object]:
    """What the records have of a promise."""
    return dict(stage.rows("callbacks", promise_id=promise)[0])


def test_a_promise_is_kept(stage: Stage, pbx: tuple[FreeSwitchStage, int]) -> None:
    # Given a caller who kept his place and hung up
    promise = promised(stage)
    with customer(pbx, answers(0.3)) as far:
        # When an agent is ready
        stage.phone(LI, answers(0.2))
        stage.ready(LI)
        # Then he is rung, the customer is rung, and they talk, recorded
        stage.eventually(lambda: stage.talking() == 1)
        stage.eventually(lambda: row(stage, promise)["result"] == "kept")
        [talk] = stage.rows("talks", agent=LI)
        assert str(talk["call_id"]).startswith(promise)
        # And when the customer hangs up the call is over
        far.hang_up()
        stage.eventually(lambda: stage.talking() == 0)
    [call] = stage.eventually(lambda: stage.rows("calls", origin="callback", result="answered"))
    assert call["call_id"] == talk["call_id"]


def test_the_agent_hears_that_the_customer_is_rung_and_nothing_of_it_once_they_talk(
    stage: Stage, pbx: tuple[FreeSwitchStage, int]
) -> None:
    # Given an agent with a voice of 700 Hz, and a customer with one of 1100 who lets it ring
    promised(stage)
    with (
        TonePhone(LI, 700.0, port=stage.ports[LI]) as agent,
        TonePhone("customer", 1100.0, answers=False, port=pbx[1]) as far,
    ):
        stage.ready(LI)
        assert far.called.wait(30)
        # When he is rung, Then the agent hears a ringing tone of 450 Hz
        stage.eventually(lambda: agent.hears(RINGING))
        # When the customer answers
        far.pick_up(far.dialog)
        stage.eventually(lambda: agent.hears(1100.0) and far.hears(700.0))
        # Then it is broken off: for longer than from one tone to the next both hear each other and nothing else
        heard = [agent.what(RINGING, 1100.0) for _ in range(25)]  # 0.24 s each
        assert heard == [{1100.0}] * 25
        assert far.what(RINGING, 700.0) == {700.0}
        far.hang_up(far.dialog)
        stage.eventually(lambda: stage.talking() == 0)


def test_the_agent_leaves_while_the_customers_phone_rings(stage: Stage, pbx: tuple[FreeSwitchStage, int]) -> None:
    # Given an agent who waits for a customer whose phone rings
    promise = promised(stage)
    with (
        TonePhone(LI, 700.0, port=stage.ports[LI]) as agent,
        TonePhone("customer", 1100.0, answers=False, port=pbx[1]) as far,
    ):
        stage.ready(LI)
        assert far.called.wait(30)
        rang = far.dialog
        far.called.clear()
        # When he hangs up
        agent.hang_up(agent.dialog)
        # Then the customer's phone stops, and it is no try of his
        assert rang.ended.wait(20), "the customer's phone rings on"
        stage.eventually(lambda: row(stage, promise)["last_attempt"] == "cancelled")
        assert (row(stage, promise)["attempts"], row(stage, promise)["result"]) == (0, None)
        # And the promise has its turn again, as soon as an agent is there
        assert far.called.wait(40)
        far.pick_up(far.dialog)
        stage.eventually(lambda: row(stage, promise)["result"] == "kept")
        far.hang_up(far.dialog)
        stage.eventually(lambda: stage.talking() == 0)


def test_a_customer_who_is_busy_is_tried_again(stage: Stage, pbx: tuple[FreeSwitchStage, int]) -> None:
    promise = promised(stage)
    stage.phone(LI, answers(0.2))
    with customer(pbx, busy()):
        stage.ready(LI)
        stage.eventually(lambda: row(stage, promise)["attempts"] == 1)
        assert row(stage, promise)["last_attempt"] == "busy"
    # And by the next try he picks up
    with customer(pbx, answers(0.2)):
        stage.eventually(lambda: row(stage, promise)["result"] == "kept")
    assert row(stage, promise)["attempts"] == 2


def test_a_controller_that_is_killed_while_the_customer_rings_loses_no_promise(
    stage: Stage, pbx: tuple[FreeSwitchStage, int]
) -> None:
    promise = promised(stage)
    stage.phone(LI, answers(0.2))
    with customer(pbx, rings_on()):
        stage.ready(LI)
        stage.eventually(lambda: stage.api("GET", f"/callbacks/{promise}")["callback"]["state"] == "customer")
        # When the controller is killed, and comes back
        stage.controller.kill9()
        stage.controller.start()
        # Then the promise stands, or its try is told of; and it is tried once more when its time has come
        stage.eventually(lambda: row(stage, promise)["attempts"] == 1)
    with customer(pbx, answers(0.2)):
        stage.eventually(lambda: row(stage, promise)["result"] == "kept")
