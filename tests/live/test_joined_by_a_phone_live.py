"""Two calls of one phone that it joins by its own keys (REFER with Replaces), on a profile that a site left open."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.freeswitch import EXTERNAL_XML, LOOPBACK
from tests.live.sip_phone import Dialog
from tests.live.talk_stage import LI, NAMES, WANG, TalkStage
from tests.scenarios.freeswitch_stage import FreeSwitchStage
from tests.scenarios.stage import site

pytestmark = pytest.mark.live

OPEN = ("channel-xml-fetch-on-nightmare-transfer", "make-every-transfer-a-nightmare")
SURVEYED = 40.0  # a survey comes every 30 s


@pytest.fixture(scope="module")
def pbx() -> Iterator[FreeSwitchStage]:
    """A FreeSWITCH with a profile as it ships it."""
    stage = FreeSwitchStage(site())
    profile = EXTERNAL_XML.format(port=stage.switch.sip_port, ip=LOOPBACK)
    for param in OPEN:
        profile = profile.replace(f'<param name="{param}" value="true"/>', "")
    stage.switch.files["sip_profiles/external.xml"] = profile
    stage.switch.restart()
    yield stage
    stage.close()


@pytest.fixture
def office(tmp_path: Path, pbx: FreeSwitchStage) -> Iterator[TalkStage]:
    """A site on it."""
    stage = TalkStage(pbx, tmp_path)
    try:
        yield stage
    finally:
        stage.close()


def two_calls(office: TalkStage) -> tuple[str, Dialog, Dialog]:
    """Li talks with the caller, and on a second line, past us, with Wang; gives the call, and both sides of Li's."""
    call = office.talk()
    first, phones = office.li.dialog, [f"sofia/external/{phone.address}" for phone in (office.li, office.wang)]
    office.stage.esl.api(f"bgapi originate {phones[0]} &bridge({phones[1]})")
    office.until_heard(office.wang, LI)
    assert office.li.dialog is not first
    return call, first, office.li.dialog


def test_a_talk_of_ours_is_not_joined_to_another_call(office: TalkStage) -> None:
    # Given an agent's phone in a talk and in another call
    call, first, second = two_calls(office)
    # When it would join the two others, whichever way round
    for one, other in ((first, second), (second, first)):
        office.li.refer_to(one, other)
        office.stage.eventually(lambda one=one: one.notified)
        # Then it is told no, and the talk goes on
        assert one.notified == ["SIP/2.0 403 Forbidden"]
    office.until_heard(office.caller, LI)
    office.until_heard(office.wang, LI)
    assert office.board()["call"] == call and office.agent("li")["state"] == "talking"
    office.caller.hang_up(office.dialog)
    office.stage.esl.api("hupall")


def test_what_an_older_freeswitch_joins_is_left_joined(office: TalkStage) -> None:
    # Given the same at a FreeSWITCH that knows no `deny_refer_requests`
    call, first, second = two_calls(office)
    for leg in office.stage.channels():
        office.stage.esl.api(f"uuid_setvar {leg} deny_refer_requests")
    # When the phone joins the two others
    office.li.refer_to(first, second)
    # Then they have each other
    office.until_heard(office.caller, WANG)
    assert first.ended.wait(20) and second.ended.wait(20)
    # And Li is free, while they talk on
    office.stage.eventually(lambda: office.agent("li")["state"] == "idle")
    office.stage.always(lambda: not office.dialog.ended.is_set() and not office.wang.dialog.ended.is_set(), SURVEYED)

    office.until_heard(office.caller, WANG)
    # And with the caller all ends
    office.caller.hang_up(office.dialog)
    office.stage.eventually(lambda: not office.stage.channels() and not office.stage.live_calls())
    [row] = office.stage.eventually(lambda: [one for one in office.stage.rows("calls", call_id=call) if one["ended"]])
    assert row["result"] == "transferred"
    [talk] = office.rows("talks", 1, call_id=call)
    assert talk["agent"] == NAMES["li"] and talk["ended"]
