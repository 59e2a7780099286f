"""A REFER that names a dialog to be replaced: FreeSWITCH would dial what it says by itself, past every dialplan."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.live.dialplan.conftest import ENTRIES, getvar, place, talking
from tests.live.freeswitch import EXTERNAL_XML, LOOPBACK, FreeSwitch
from tests.live.sip_phone import Dialog, SipPhone

pytestmark = pytest.mark.live

UNKNOWN = "Replaces=nobody%3Bto-tag%3Da%3Bfrom-tag%3Db"
POLITE = {"host": "{to}?" + UNKNOWN, "parameters": "{to};user=phone?" + UNKNOWN}
# the switch writes these into a dial string as they are
HOSTILE = {
    "another leg": "{to};a=b}}sofia/external/{to},?" + UNKNOWN,
    "another leg in the headers": "{to}?" + UNKNOWN + "&a=b}}sofia/external/{to}",
    "the next leg": "{to};a=b|sofia/external/{to}?" + UNKNOWN,
    "variables": "{to};a=b,originate_retries=100,originate_retry_sleep_ms=60000?" + UNKNOWN,
}
OPEN = ("channel-xml-fetch-on-nightmare-transfer", "make-every-transfer-a-nightmare")


@pytest.fixture
def outside() -> Iterator[SipPhone]:
    """Somebody to whom no rule of the house leads."""
    with SipPhone("0900123456") as phone:
        yield phone


@pytest.fixture(params=["agent", "caller"])
def who(request: pytest.FixtureRequest) -> str:
    """Whose phone it is that sends the REFER."""
    return str(request.param)


def sides(agent: SipPhone, caller: SipPhone, dialog: Dialog) -> dict[str, tuple[SipPhone, Dialog]]:
    """Either phone with its side of the talk."""
    return {"agent": (agent, next(iter(agent.dialogs.values()))), "caller": (caller, dialog)}


@pytest.mark.parametrize("wish", POLITE)
def test_a_dialog_of_elsewhere_is_refused_and_the_talk_goes_on(switch, caller, agent, outside, who, wish):
    # Given a talk
    leg, dialog, other = talking(switch, caller, agent)
    phone, side = sides(agent, caller, dialog)[who]
    # When a phone refers the other side to a dialog that the switch does not know
    phone.refer(side, POLITE[wish].format(to=outside.address))
    # Then it is told no, nobody was called, and the two talk on
    switch.wait_for(lambda: side.notified, 5, "the phone was told nothing")
    assert side.notified == ["SIP/2.0 403 Forbidden"]
    assert not outside.called.is_set()
    assert getvar(switch, leg, "bridge_uuid") == other
    # And a blind one goes where it went before: into our context
    agent.refer(next(iter(agent.dialogs.values())), f"sip:0012345@{LOOPBACK}")
    switch.wait_for(lambda: place(switch, leg) == ("ccs_transfer", "park"), 5, "not parked by the REFER")


@pytest.mark.parametrize("wish", HOSTILE)
def test_who_writes_a_dial_string_into_his_refer_ends_his_own_leg(switch, caller, agent, outside, who, wish):
    # Given a talk
    _, dialog, _ = talking(switch, caller, agent)
    phone, side = sides(agent, caller, dialog)[who]
    # When a REFER breaks out of what the switch makes of it
    phone.refer(side, HOSTILE[wish].format(to=outside.address))
    # Then that phone's call is over, nothing was dialled, and once everybody is gone nothing is left of it
    assert side.ended.wait(5), "the leg stayed"
    switch.api("hupall")
    switch.wait_for(lambda: not switch.channels(), 5, "something is still being dialled")
    assert not outside.called.is_set()


def test_two_talks_of_the_house_are_not_joined_by_a_phone(switch, caller, agent):
    # Given an agent's phone in two talks, each with a caller
    first, _, _ = talking(switch, caller, agent)
    one = next(iter(agent.dialogs.values()))
    with SipPhone("second") as second:
        other, _, _ = talking(switch, second, agent)
        two = next(dialog for dialog in agent.dialogs.values() if dialog is not one)
        before = [getvar(switch, leg, "bridge_uuid") for leg in (first, other)]
        # When it would join the two callers (attended transfer)
        agent.refer_to(one, two)
        # Then it is told no, and both talks go on as they were
        switch.wait_for(lambda: one.notified, 5, "the phone was told nothing")
        assert one.notified == ["SIP/2.0 403 Forbidden"]
        assert [getvar(switch, leg, "bridge_uuid") for leg in (first, other)] == before
        assert not one.ended.is_set() and not two.ended.is_set()


class TestOpen:
    """A profile as FreeSWITCH ships it. When this fails, FreeSWITCH has mended it and the rest can go."""

    @pytest.fixture(scope="class")
    @classmethod
    def shared(cls) -> Iterator[FreeSwitch]:
        with FreeSwitch(entries=ENTRIES, loglevel="info") as switch:
            profile = EXTERNAL_XML.format(port=switch.sip_port, ip=LOOPBACK)
            for param in OPEN:
                profile = profile.replace(f'<param name="{param}" value="true"/>', "")
            switch.files["sip_profiles/external.xml"] = profile
            yield switch.restart()

    def test_the_switch_dials_for_either_phone(self, switch, caller, agent, outside, who):
        _, dialog, _ = talking(switch, caller, agent)
        phone, side = sides(agent, caller, dialog)[who]
        phone.refer(side, POLITE["host"].format(to=outside.address))
        assert outside.called.wait(5), "nobody was dialled"

    def test_two_talks_are_joined_by_the_switch(self, switch, caller, agent):
        # Given an agent's phone in two talks, each with a caller
        first, dialog, _ = talking(switch, caller, agent)
        one = next(iter(agent.dialogs.values()))
        with SipPhone("second") as second:
            other, theirs, _ = talking(switch, second, agent)
            two = next(dialog for dialog in agent.dialogs.values() if dialog is not one)
            # When it joins the two callers, Then they have each other without a word of ours
            agent.refer_to(one, two)
            switch.wait_for(lambda: getvar(switch, first, "bridge_uuid") == other, 5, "not joined")
            assert one.ended.wait(9) and two.ended.wait(9), "a leg of the agent stayed"
            assert not dialog.ended.is_set() and not theirs.ended.is_set()
