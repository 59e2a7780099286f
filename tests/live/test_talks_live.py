"""During the talk on a real FreeSWITCH: what is ordered, or keyed on a phone, is heard and is in the records."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.live.sounds import need, seconds
from tests.live.talk_stage import ANN, CALLER, CARD, LI, MUSIC, NAMES, WANG, TalkStage, talk_stage
from tests.live.tone_phone import strongest, voiceless
from tests.scenarios.conftest import freeswitch  # noqa: F401  the fixture
from tests.scenarios.freeswitch_stage import FreeSwitchStage

pytestmark = pytest.mark.live


@pytest.fixture
def site(tmp_path: Path, freeswitch: Callable[[], FreeSwitchStage]) -> Iterator[TalkStage]:  # noqa: F811
    need("sox")
    yield from talk_stage(tmp_path, freeswitch)


def test_hold_by_order_and_by_the_phone(site: TalkStage) -> None:
    # Given a talk
    call = site.talk()
    # When the caller is put on hold by order, then he hears music and his agent nothing
    site.order(call, "hold")
    site.until_heard(site.caller, MUSIC)
    site.until_heard(site.li)
    assert site.agent("li")["state"] == "holding"
    # And taken back they hear each other
    site.order(call, "unhold")
    site.until_heard(site.caller, LI)
    site.until_heard(site.li, CALLER)
    # And the same by the phone's own key (re-INVITE)
    site.li.hold(site.li.dialog)
    site.until_heard(site.caller, MUSIC)
    site.stage.eventually(lambda: site.agent("li")["state"] == "holding")
    site.li.hold(site.li.dialog, on=False)
    site.until_heard(site.caller, LI)
    site.stage.eventually(lambda: site.agent("li")["state"] == "talking")
    # And the records know how long
    site.caller.hang_up(site.dialog)
    [talk] = site.rows("talks", 1, ended_by="caller")
    assert 0.5 < talk["held"] < talk["duration"]


def test_a_blind_transfer_by_order(site: TalkStage) -> None:
    # Given a talk, and Wang, who is ready
    call = site.talk()
    site.stage.ready(NAMES["wang"])
    site.until_heard(site.caller, LI)  # the switch begins to record some 0.4 s after the talk
    site.until_heard(site.li, CALLER)
    # When the caller is sent to another queue
    site.order(call, "transfer", to="queue:support")
    # Then Wang talks with him, and Li is free after his wrap-up
    site.until_heard(site.caller, WANG)
    site.until_heard(site.wang, CALLER)
    site.until_heard(site.caller, WANG)
    assert site.li.dialog.ended.wait(5)
    site.stage.eventually(lambda: site.agent("li")["state"] in ("wrapup", "idle"))
    site.caller.hang_up(site.dialog)
    site.stage.eventually(lambda: site.agent("li")["state"] == "idle")
    # And it is one call of two talks, each with a recording of its own
    site.stage.eventually(lambda: site.stage.rows("calls", call_id=call)[0]["result"] == "answered")
    talks = site.rows("talks", 2, call_id=call)
    assert [talk["agent"] for talk in talks] == [NAMES["li"], NAMES["wang"]]
    assert len({talk["recording"] for talk in talks}) == 2
    heard = [strongest(Path(talk["recording"]), voice) for talk, voice in zip(talks, (LI, WANG), strict=True)]
    assert all(voice > 0.05 for voice in heard), heard
    [sent] = site.rows("transfers", 1, call_id=call)
    assert (sent["agent"], sent["queue"], sent["target"]) == (NAMES["li"], "sales", "queue:support")


def test_a_blind_transfer_by_the_phone(site: TalkStage) -> None:
    # Given a talk, and Wang, who is ready
    call = site.talk()
    site.stage.ready(NAMES["wang"])
    # When Li's phone transfers the caller to the queue by its own key
    site.li.refer(site.li.dialog, f"sip:support@127.0.0.1:{site.switch.switch.sip_port}")
    # Then Wang talks with him, and the records say who sent him on
    site.until_heard(site.wang, CALLER)
    site.until_heard(site.caller, WANG)
    [sent] = site.rows("transfers", 1, call_id=call)
    assert (sent["target"], sent["author"]) == ("queue:support", NAMES["li"])
    # And outside the phone gets nobody: no rule lets it
    site.wang.refer(site.wang.dialog, f"sip:0900123456@127.0.0.1:{site.switch.switch.sip_port}")
    kinds = lambda: [line["kind"] for line in site.stage.rows("trace", call_id=call)]  # noqa: E731
    site.stage.eventually(lambda: "TransferRefused" in kinds())
    # The caller keeps his place: Li, who wrapped up before Wang, is the next who is free
    site.until_heard(site.caller, LI)
    site.stage.eventually(lambda: kinds().count("TalkStarted") == 3)
    assert len(site.rows("transfers", 1, call_id=call)) == 1


def test_card_data_is_not_in_the_recording(site: TalkStage) -> None:
    # Given a recorded talk
    call = site.talk()
    # When the recording is paused while a secret is said, and resumed when the agent has heard the last of it
    site.order(call, "record", paused=True)
    site.caller.say(CARD)
    site.until_heard(site.li, CARD)
    site.until_heard(site.li, CARD)
    site.caller.say(CALLER)
    site.until_heard(site.li, CALLER)
    site.order(call, "record", paused=False)
    site.until_heard(site.li, CALLER)
    site.until_heard(site.li, CALLER)
    site.caller.hang_up(site.dialog)
    # Then the file is as long as the talk, and the secret is in no part of it, as the caller's usual voice is
    [talk] = site.rows("talks", 1, ended_by="caller")
    [pause] = site.rows("recording_pauses", 1, call_id=call)
    path = Path(talk["recording"])
    assert abs(seconds(path) - talk["duration"]) < 1.0
    secret, usual = strongest(path, CARD), strongest(path, CALLER)
    silent = pause["duration"] - voiceless(path)
    print(f"the secret {secret:.6f} of full scale, the voice {usual:.3f}; {pause['duration']:.2f} s paused")
    assert secret < 0.002 < 0.05 < usual
    assert abs(silent) < 0.5


def test_an_agent_who_hangs_up_while_he_holds(site: TalkStage) -> None:
    # Given a caller on hold
    call = site.talk()
    site.order(call, "hold")
    site.until_heard(site.caller, MUSIC)
    # When his agent hangs up, then the call goes on as after a talk: here it is over
    site.li.hang_up(site.li.dialog)
    assert site.dialog.ended.wait(5)
    site.stage.eventually(lambda: site.stage.rows("calls", call_id=call)[0]["result"] == "answered")


def test_a_supervisor_listens_whispers_barges_in_and_takes_the_caller(site: TalkStage) -> None:
    # Given a talk, and Ann, who is no agent on duty
    call, ann = site.talk(), NAMES["ann"]
    # When she listens, then she hears both, and nobody hears her
    site.order(call, "monitor", agent=ann)
    site.until_heard(site.ann, CALLER, LI)
    site.until_heard(site.caller, LI)
    site.until_heard(site.li, CALLER)
    assert site.agent("ann")["state"] == "assisting"
    assert site.board()["guests"] == [f"{ann} (monitor)"]
    # And when she whispers, the agent alone hears her
    site.order(call, "whisper", agent=ann)
    site.until_heard(site.li, CALLER, ANN)
    site.until_heard(site.caller, LI)
    site.until_heard(site.ann, CALLER, LI)
    # And when she barges in, both do
    site.order(call, "barge", agent=ann)
    site.until_heard(site.caller, LI, ANN)
    site.until_heard(site.li, CALLER, ANN)
    # And when she takes the caller, she talks with him alone, and Li wraps up
    site.order(call, "take", agent=ann)
    site.until_heard(site.caller, ANN)
    site.until_heard(site.ann, CALLER)
    assert site.li.dialog.ended.wait(5)
    assert site.agent("ann")["state"] == "talking"
    site.caller.hang_up(site.dialog)
    site.stage.eventually(lambda: {site.agent(name)["state"] for name in ("ann", "li")} == {"idle"})
    # And the records say who listened, how, and when; and whose talks there were
    site.stage.eventually(lambda: site.stage.rows("calls", call_id=call)[0]["result"] == "answered")
    guests = site.rows("guests", 4, call_id=call)
    assert [guest["mode"] for guest in guests] == ["monitor", "whisper", "barge", "take"]
    assert [guest["result"] for guest in guests] == ["switched", "switched", "switched", "took"]
    assert all(guest["joined"] and guest["ended"] >= guest["joined"] for guest in guests)
    assert [talk["agent"] for talk in site.rows("talks", 2, call_id=call)] == [NAMES["li"], ann]
    orders = {row["kind"] for row in site.stage.rows_by("audit", "id", accepted=True)}
    assert "JoinCall" in orders


def test_a_supervisor_leaves_and_the_talk_goes_on(site: TalkStage) -> None:
    # Given a supervisor who barged in
    call, ann = site.talk(), NAMES["ann"]
    site.order(call, "barge", agent=ann)
    site.until_heard(site.caller, LI, ANN)
    # When she is sent away, then the two hear each other alone
    site.order(call, "leave", agent=ann)
    assert site.ann.dialog.ended.wait(5)
    site.until_heard(site.caller, LI)
    site.until_heard(site.li, CALLER)
    # And one who listens when the agent hangs up is let go with him
    site.order(call, "monitor", agent=ann)
    site.until_heard(site.ann, CALLER, LI)
    site.li.hang_up(site.li.dialog)
    site.stage.eventually(lambda: site.agent("ann")["state"] == "idle")
    site.stage.eventually(lambda: not site.stage.channels())
