"""A consultation with somebody outside on a real FreeSWITCH: rung by a gateway, asked in private, given the caller."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ccswitch.simulator.phones import Manner, busy, rings_on
from tests.live.carrier import carrier
from tests.live.freeswitch import free_port
from tests.live.sounds import need
from tests.live.talk_stage import ANN, CALLER, LI, MUSIC, NAMES, TalkStage
from tests.live.tone_phone import TonePhone, bursts, strongest
from tests.scenarios.controller_process import ApiError
from tests.scenarios.freeswitch_stage import FreeSwitchStage
from tests.scenarios.sipp import SippPhone
from tests.scenarios.stage import DIALLING, site

pytestmark = pytest.mark.live

EXPERT, ELSEWHERE = "13900139000", "0900123456"
VOICE = ANN  # who is asked outside says what Ann, who has no part here, would say
IN_NO_FILE = 0.01  # where tones begin and end, a stretch of 50 ms has something of every frequency
BUSY = 450.0  # Hz, for 0.35 s and again; what tells him that it rings is on for a second


@pytest.fixture(scope="module")
def pbx() -> Iterator[tuple[FreeSwitchStage, int]]:
    """A FreeSWITCH whose gateway leads to whoever listens at this port."""
    need("sox")
    port = free_port()
    stage = FreeSwitchStage(site(), gateway="carrier", files=carrier(port))
    yield stage, port
    stage.close()


@pytest.fixture
def office(tmp_path: Path, pbx: tuple[FreeSwitchStage, int]) -> Iterator[TalkStage]:
    """A site that lets its agents ask mobiles."""
    stage = TalkStage(pbx[0], tmp_path)
    toml = tmp_path / "ccswitch.toml"
    config = toml.read_text().replace('name = "pbx1"', 'name = "pbx1"\ngateway = "carrier"')
    toml.write_text(config.replace("[floor]\n", '[floor]\ntransfers_out = ["^1[3-9][0-9]{9}$"]\n') + DIALLING)
    try:
        yield stage
    finally:
        stage.close()


@pytest.fixture
def expert(pbx: tuple[FreeSwitchStage, int]) -> Iterator[TonePhone]:
    """Somebody outside, who picks up."""
    with TonePhone("expert", VOICE, port=pbx[1]) as phone:
        yield phone


def asks(office: TalkStage) -> str:
    """Li, who talks with the caller, asks the expert; gives the call."""
    call = office.talk()
    office.order(call, "consult", to=f"number:{EXPERT}")
    return call


def passed_on(office: TalkStage, expert: TonePhone) -> str:
    """Li has asked, and passed the caller on: the two talk, and Li is free of them; gives the call."""
    call = asks(office)
    office.until_heard(office.li, VOICE)
    office.order(call, "complete")
    office.until_heard(office.caller, VOICE)
    office.until_heard(expert, CALLER)
    assert office.li.dialog.ended.wait(20)
    return call


def ended(office: TalkStage, call: str) -> dict[str, Any]:
    """The row of the call, once it is over, and nobody is left at the switch."""
    office.stage.eventually(lambda: not office.stage.channels())
    found = office.stage.eventually(lambda: [row for row in office.stage.rows("calls", call_id=call) if row["ended"]])
    return dict(found[0])


def test_he_asks_outside_in_private_and_passes_the_caller_on(office: TalkStage, expert: TonePhone) -> None:
    # Given a caller on hold, and Li who asks somebody outside
    call = asks(office)
    # Then the two hear each other, and the caller his music
    office.until_heard(office.li, VOICE)
    office.until_heard(expert, LI)
    office.until_heard(office.caller, MUSIC)
    assert office.board()["guests"] == [f"{EXPERT} (consult)"]
    # And he was rung with the number of the house, not with the caller's
    assert "4008008000" in expert.dialog.remote_header and "13800138000" not in expert.dialog.remote_header
    assert "X-CCS" not in expert.dialog.invited[0]
    # When Li passes the caller on, then those two talk, and he wraps up and is free
    office.order(call, "complete")
    office.until_heard(office.caller, VOICE)
    office.until_heard(expert, CALLER)
    assert office.li.dialog.ended.wait(20)
    office.stage.eventually(lambda: office.agent("li")["state"] == "idle")
    # And they talk on for as long as they like
    office.until_heard(office.caller, VOICE)
    assert not expert.dialog.ended.is_set()
    # And when the caller hangs up, all ends
    office.caller.hang_up(office.dialog)
    assert expert.dialog.ended.wait(20)
    # And the records say who passed him to whom; what was said in private is in no recording
    assert ended(office, call)["result"] == "transferred"
    [sent] = office.rows("transfers", 1, call_id=call)
    assert (sent["agent"], sent["target"], bool(sent["attended"])) == (NAMES["li"], f"number:{EXPERT}", True)
    [talk] = office.rows("talks", 1, call_id=call)
    assert talk["agent"] == NAMES["li"]
    assert strongest(Path(talk["recording"]), VOICE) < IN_NO_FILE < 0.05 < strongest(Path(talk["recording"]), LI)


def test_who_was_asked_outside_hangs_up_and_the_caller_is_let_go(office: TalkStage, expert: TonePhone) -> None:
    # Given a caller who was passed on to somebody outside
    call = passed_on(office, expert)
    # When that one hangs up
    expert.hang_up(expert.dialog)
    # Then the caller's call is over too
    assert office.dialog.ended.wait(20)
    assert ended(office, call)["result"] == "transferred"
    office.stage.eventually(lambda: office.agent("li")["state"] == "idle")


def test_all_three_talk_with_somebody_outside(office: TalkStage, expert: TonePhone) -> None:
    # Given a caller on hold, and Li who asks somebody outside
    call = asks(office)
    office.until_heard(office.li, VOICE)
    # When all three are to talk, then each hears the two others
    office.order(call, "conference")
    office.until_heard(office.caller, LI, VOICE)
    office.until_heard(office.li, CALLER, VOICE)
    office.until_heard(expert, CALLER, LI)
    # And when Li hangs up, the two others go on
    office.li.hang_up(office.li.dialog)
    office.until_heard(office.caller, VOICE)
    office.until_heard(expert, CALLER)
    office.stage.eventually(lambda: office.agent("li")["state"] == "idle")
    office.caller.hang_up(office.dialog)
    assert expert.dialog.ended.wait(20)
    ended(office, call)


@pytest.mark.parametrize("manner", [busy(), rings_on()], ids=["busy", "no answer"])
def test_nobody_is_had_outside(
    office: TalkStage, pbx: tuple[FreeSwitchStage, int], manner: Manner, tmp_path: Path
) -> None:
    # Given somebody outside who is not to be had, and a talk of which is noted what Li's phone is sent
    heard = tmp_path / "heard.wav"
    with SippPhone("expert", pbx[1], manner):
        call = office.talk()
        leg = next(row["uuid"] for row in pbx[0].switch.channels() if row["direction"] == "outbound")
        assert office.stage.esl.api(f"uuid_record {leg} start {heard}").startswith("+OK")
        # When Li asks him
        office.order(call, "consult", to=f"number:{EXPERT}")
        office.until_heard(office.caller, MUSIC)
        # Then, once that is known, Li hears the busy tone, and the caller is still on hold with him
        office.stage.eventually(lambda: not office.board()["guests"])
        office.stage.always(lambda: office.agent("li")["state"] == "holding", 4.5)
        office.until_heard(office.caller, MUSIC)
    assert office.stage.esl.api(f"uuid_record {leg} stop {heard}").startswith("+OK")
    told = bursts(heard, BUSY)
    print(f"Li heard {told}")
    assert sum(0.25 < length < 0.45 for length in told) >= 3
    # And he has the caller back
    office.order(call, "unhold")
    office.until_heard(office.caller, LI)
    office.until_heard(office.li, CALLER)
    office.caller.hang_up(office.dialog)
    assert ended(office, call)["result"] == "answered"


def test_a_number_that_is_not_allowed_is_not_rung(office: TalkStage, expert: TonePhone) -> None:
    # Given a caller who talks with Li, When he asks at a number that no rule allows
    call = office.talk()
    with pytest.raises(ApiError, match="transfers_out"):
        office.order(call, "consult", to=f"number:{ELSEWHERE}")
    # Then nobody was rung, and the talk goes on
    office.until_heard(office.caller, LI)
    assert not expert.called.is_set()
