"""An INVITE with Replaces: FreeSWITCH would bridge whoever sends it into a talk, past every dialplan."""

from __future__ import annotations

import pytest

from tests.live.dialplan.conftest import getvar, talking, waiting
from tests.live.freeswitch import FreeSwitch
from tests.live.sip_phone import Dialog, SipPhone

pytestmark = pytest.mark.live

CLOSED = ("intercept_unbridged_only", "intercept_unanswered_only")
WAYS = ("the agent's dialog", "the caller's dialog", "the caller's uuid", "the caller's own side")


@pytest.fixture
def thief(switch: FreeSwitch):
    """Somebody whom nobody wants in the talk."""
    with SipPhone("thief") as phone:
        yield phone


def takes(way: str, thief: SipPhone, port: int, leg: str, caller: Dialog, agent: Dialog) -> Dialog:
    """The thief names a leg of the talk, in one of the ways in which FreeSWITCH finds it."""
    if way == "the agent's dialog":
        return thief.replace(port, agent.call_id)
    if way == "the caller's dialog":
        return thief.replace(port, caller.call_id)
    return thief.replace(port, leg, more=";a-leg=true" if way == "the caller's own side" else "")


@pytest.mark.parametrize("way", WAYS)
def test_a_talk_stays_with_those_who_have_it(switch, caller, agent, thief, way):
    # Given a talk
    leg, dialog, other = talking(switch, caller, agent)
    side = next(iter(agent.dialogs.values()))
    # When somebody would take the place of one of them
    stolen = takes(way, thief, switch.sip_port, leg, dialog, side)
    # Then he is hung up, and the two talk on
    assert stolen.ended.wait(5), "he is in"
    assert getvar(switch, leg, "bridge_uuid") == other
    assert not dialog.ended.is_set() and not side.ended.is_set()


def test_a_caller_who_waits_is_not_had(switch, caller, thief):
    # Given a caller in park
    leg, dialog = waiting(switch, caller)
    # When somebody would have him
    stolen = thief.replace(switch.sip_port, leg, more=";a-leg=true")
    # Then he is hung up and the caller waits on
    assert stolen.ended.wait(5), "he has him"
    assert not dialog.ended.is_set() and getvar(switch, leg, "current_application") == "park"


class TestOpen:
    """As FreeSWITCH is by itself. When this fails, FreeSWITCH has mended it and the rest can go."""

    @pytest.fixture(autouse=True)
    def as_shipped(self, switch):
        for name in CLOSED:
            switch.api(f"global_setvar {name}=")
        yield
        for name in CLOSED:
            switch.api(f"global_setvar {name}=true")

    @pytest.mark.parametrize("way", WAYS)
    def test_whoever_knows_a_call_id_or_a_uuid_is_in_the_talk(self, switch, caller, agent, thief, way):
        leg, dialog, _ = talking(switch, caller, agent)
        side = next(iter(agent.dialogs.values()))
        stolen = takes(way, thief, switch.sip_port, leg, dialog, side)
        assert stolen.answered.wait(5)
        switch.wait_for(lambda: dialog.ended.is_set() or side.ended.is_set(), 5, "nobody was thrown out")
        assert not stolen.ended.is_set()

    def test_a_caller_who_waits_is_thrown_out_by_who_names_him(self, switch, caller, thief):
        """This one stays open (docs/engineer.md)."""
        leg, dialog = waiting(switch, caller)
        thief.replace(switch.sip_port, leg)
        assert dialog.ended.wait(5)
