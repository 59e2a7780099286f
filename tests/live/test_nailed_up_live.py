"""Nailed-up legs on a real FreeSWITCH: who hears what between calls, and what a caller is joined to."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ccswitch.bench.stage.site import metric
from tests.live.sounds import need
from tests.live.talk_stage import CALLER, LI, MUSIC, NAMES, WANG, TalkStage
from tests.scenarios.conftest import freeswitch  # noqa: F401  the fixture
from tests.scenarios.freeswitch_stage import FreeSwitchStage
from tests.scenarios.stage import SALES

pytestmark = pytest.mark.live


@pytest.fixture
def site(tmp_path: Path, freeswitch: Callable[[], FreeSwitchStage]) -> Iterator[TalkStage]:  # noqa: F811
    need("sox")
    stage = TalkStage(freeswitch(), tmp_path, nailed_up=True)
    try:
        stage.stage.controller.start()
        yield stage
    finally:
        stage.close()


def stands(site: TalkStage) -> None:
    """Li is ready, and his leg stands."""
    site.stage.ready(NAMES["li"])
    site.stage.eventually(lambda: site.agent("li")["free"])


def talks(site: TalkStage, to: str = SALES) -> Any:
    """A caller talks with Li; his dialog."""
    dialog = site.caller.call(to, site.switch.switch.sip_port)
    site.until_heard(site.caller, LI)
    site.until_heard(site.li, CALLER)
    return dialog


def legs(site: TalkStage) -> list[dict[str, Any]]:
    """Li's, once all that was decided until now is in the records."""
    site.stage.eventually(lambda: metric(site.stage.controller, "ccswitch_ledger_lag") == 0)
    return site.stage.rows_by("nailed_legs", "started", agent=NAMES["li"])


def test_one_leg_serves_call_after_call(site: TalkStage) -> None:
    # Given a leg that stands, and in which Li hears nothing
    stands(site)
    line = site.li.dialog
    site.until_heard(site.li)
    # When twenty callers come one after the other, each talks with him
    for _ in range(20):
        talking = talks(site)
        site.caller.hang_up(talking)
        site.stage.eventually(lambda: site.agent("li")["free"])
    # Then it was one leg, nothing was rung but once, and he hears silence again
    assert site.li.dialog is line and not line.ended.is_set()
    site.until_heard(site.li)
    site.stage.eventually(lambda: len(site.stage.rows_by("talks", "started", ended_by="caller")) == 20)
    assert [leg["ended"] for leg in legs(site)] == [None]
    # And from the offer to the bridge it took the tone and a moment
    offers = [offer["duration"] for offer in site.stage.rows_by("offers", "started", result="talked")]
    print(f"offer to bridge: median {statistics.median(offers):.3f} s, most {max(offers):.3f} s; tone 0.2 s")
    assert len(offers) == 20 and min(offers) > 0.19
    assert {leg["nailed"] for leg in site.stage.rows_by("legs", "started", role="agent")} == {legs(site)[0]["leg_id"]}


def test_a_transfer_and_the_end_of_the_talk_by_order_leave_the_leg(site: TalkStage) -> None:
    # Given a talk of the queue `sales`
    stands(site)
    talks(site)
    line = site.li.dialog
    site.until_place("talking")
    # When Li transfers the caller to the queue `support`, where after his wrap-up he is the one who is free
    site.order(site.board()["call"], "transfer", to="queue:support")
    # Then they talk again, on the same leg
    site.stage.eventually(lambda: (site.board()["queue"], site.board()["place"]) == ("support", "talking"))
    site.until_heard(site.li, CALLER)
    site.until_heard(site.caller, LI)
    # When the call is hung up by order, then he hears silence, is free, and his leg stands
    site.order(site.board()["call"], "hangup")
    site.until_heard(site.li)
    site.stage.eventually(lambda: site.agent("li")["free"])
    assert site.li.dialog is line and not line.ended.is_set()
    assert [leg["ended"] for leg in legs(site)] == [None]


def test_who_asks_and_passes_his_caller_on_keeps_his_leg(site: TalkStage) -> None:
    # Given Li on his leg, who asks Wang, whose phone is rung
    stands(site)
    talks(site)
    line = site.li.dialog
    site.until_place("talking")
    call = site.board()["call"]
    site.stage.api("POST", f"/agents/{NAMES['wang']}/login", {})
    site.order(call, "consult", to=f"agent:{NAMES['wang']}")
    site.until_heard(site.li, WANG)
    site.until_heard(site.wang, LI)
    site.until_heard(site.caller, MUSIC)
    # When he passes the caller on, then they talk, and Li hears silence and is free on the same leg
    site.order(call, "complete")
    site.until_heard(site.caller, WANG)
    site.until_heard(site.wang, CALLER)
    site.until_heard(site.li)
    site.stage.eventually(lambda: site.agent("li")["free"])
    assert site.li.dialog is line and not line.ended.is_set()


def test_who_is_asked_is_put_on_his_leg_and_the_caller_after_him(site: TalkStage) -> None:
    # Given Li, whose leg stands in a break, and Wang, who talks
    stands(site)
    line = site.li.dialog
    site.stage.api("POST", f"/agents/{NAMES['li']}/break", {"reason": "coffee"})
    site.stage.ready(NAMES["wang"])
    dialog = site.caller.call(SALES, site.switch.switch.sip_port)
    site.until_heard(site.caller, WANG)
    site.until_place("talking")
    call, to_li = site.board()["call"], {"to": f"agent:{NAMES['li']}"}
    # When Wang asks Li, then the two hear each other, and the caller music
    site.order(call, "consult", **to_li)
    site.until_heard(site.li, WANG)
    site.until_heard(site.wang, LI)
    site.until_heard(site.caller, MUSIC)
    # When Wang goes back to the caller, then Li hears silence
    site.order(call, "back")
    site.until_heard(site.caller, WANG)
    site.until_heard(site.li)
    his = {"call_id": call, "agent": NAMES["li"]}
    site.stage.eventually(lambda: [leg for leg in site.stage.rows_by("legs", "started", **his) if leg["ended"]])
    # When he asks him again, all three talk, and Wang leaves, then the caller has Li
    site.order(call, "consult", **to_li)
    site.until_heard(site.li, WANG)
    site.order(call, "conference")
    site.until_heard(site.caller, WANG, LI)
    site.until_heard(site.li, CALLER, WANG)
    site.order(call, "complete")
    site.until_heard(site.caller, LI)
    site.until_heard(site.li, CALLER)
    # When the caller hangs up, then Li hears silence on the one leg that he had all the time
    site.caller.hang_up(dialog)
    site.until_heard(site.li)
    assert site.li.dialog is line and not line.ended.is_set() and len(legs(site)) == 1
    stays = [leg["nailed"] for leg in site.stage.rows_by("legs", "started", **his)]
    assert stays == [legs(site)[0]["leg_id"]] * 2


def test_who_hangs_up_is_on_break_and_is_rung_when_he_is_ready(site: TalkStage) -> None:
    # Given a talk
    stands(site)
    talks(site)
    site.stage.always(lambda: site.board()["place"] == "talking", 0.8)  # a shorter one is none: he would wait on
    # When Li's phone hangs up
    site.li.hang_up(site.li.dialog)
    # Then he is on break with the reason, and a caller waits
    site.stage.eventually(lambda: site.agent("li")["reason"] == "line_down")
    site.stage.eventually(lambda: not site.stage.live_calls())
    dialog = site.caller.call(SALES, site.switch.switch.sip_port)
    site.until_place("waiting")
    # When he is ready, he is rung and talks
    site.stage.ready(NAMES["li"])
    site.until_heard(site.li, CALLER)
    site.caller.hang_up(dialog)
    site.stage.eventually(lambda: [leg["why"] for leg in legs(site)] == ["hung up", ""])


def test_the_controller_is_killed_while_the_leg_is_idle(site: TalkStage) -> None:
    stands(site)
    line = site.li.dialog
    site.stage.controller.kill9()
    site.stage.controller.start()
    site.stage.eventually(lambda: site.agent("li")["free"])
    talks(site)
    assert site.li.dialog is line and len(legs(site)) == 1


def test_the_controller_is_killed_while_they_talk(site: TalkStage) -> None:
    # Given a talk, and no controller
    stands(site)
    dialog = talks(site)
    line = site.li.dialog
    site.stage.controller.kill9()
    # When the caller hangs up, then Li hears silence and his leg stands
    site.caller.hang_up(dialog)
    site.until_heard(site.li)
    assert not line.ended.is_set()
    # And the controller that comes back takes it over
    site.stage.controller.start()
    site.stage.eventually(lambda: site.agent("li")["free"])
    talks(site)
    assert site.li.dialog is line and len(legs(site)) == 1


def test_without_a_controller_the_leg_is_hung_up_and_rung_by_the_next_one(site: TalkStage) -> None:
    stands(site)
    line = site.li.dialog
    site.stage.controller.kill9()
    assert line.ended.wait(40)
    site.stage.eventually(lambda: not site.stage.channels())
    site.stage.controller.start()
    site.stage.eventually(lambda: site.agent("li")["free"])
    talks(site)
    assert len(legs(site)) == 2
