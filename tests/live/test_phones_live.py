"""What agents dial on their own registered phones, on a real FreeSWITCH: the context `ccs_phone` and its nets."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ccswitch.model.nouns import Dialling
from ccswitch.simulator.phones import answers
from ccswitch.switch import directory
from tests.live.carrier import carrier
from tests.live.freeswitch import FreeSwitch, free_port
from tests.live.sip_phone import SipPhone
from tests.scenarios.sipp import SippPhone

pytestmark = pytest.mark.live

DIALLING = Dialling(emergency=("110",), caller_number="4008008000", unclaimed="tone_stream://%(100,100,480);loops=2")


@pytest.fixture(scope="module")
def outside() -> int:
    """Where the gateway's far end listens."""
    return free_port()


@pytest.fixture(scope="module")
def switch(outside: int) -> Iterator[FreeSwitch]:
    files = carrier(outside)
    with FreeSwitch(loglevel="info", gateway="carrier", dialling=DIALLING, claim_within=1, files=files) as switch:
        a1 = directory.a1_hash("1001", switch.domain, "secret")
        switch.api(directory.insert_command("1001", a1))
        yield switch


@pytest.fixture
def phone(switch: FreeSwitch) -> Iterator[SipPhone]:
    with SipPhone("1001") as phone:
        assert phone.register("1001", "secret", switch.domain, switch.agents_port) == 200
        yield phone
    switch.api("hupall")
    switch.wait_for(lambda: not switch.channels(), 5, "calls of the last test are still up")


def leg_in(switch: FreeSwitch, context: str) -> str:
    """The leg that is in a context, once one is."""
    rows = switch.wait_for(
        lambda: [row for row in switch.channels() if row["context"] == context], 5, f"nobody is in {context}"
    )
    return str(rows[0]["uuid"])


def test_a_phone_is_who_knew_the_password_whatever_it_says_of_itself(switch: FreeSwitch, phone: SipPhone) -> None:
    # When a registered phone calls with another's number in its From
    phone.call("*13", switch.agents_port, from_user="1002")
    # Then its leg is parked for a controller, and names the account that it proved to have
    leg = leg_in(switch, "ccs_phone")
    assert switch.api(f"uuid_getvar {leg} ccs_user") == "1001"
    assert switch.api(f"uuid_getvar {leg} ccs_call") == leg


def test_a_call_that_nobody_takes_up_is_heard_and_over(switch: FreeSwitch, phone: SipPhone) -> None:
    # Given no controller, When a phone calls
    dialog = phone.call("13800138000", switch.agents_port)
    # Then it rings, then hears the announcement, and is hung up
    assert dialog.ringing.wait(5)
    assert dialog.answered.wait(5)
    assert dialog.ended.wait(10)


def test_an_emergency_call_goes_out_without_a_controller(switch: FreeSwitch, phone: SipPhone, outside: int) -> None:
    # Given no controller, When a phone calls for help
    with SippPhone("police", outside, answers(0.1)):
        dialog = phone.call("110", switch.agents_port)
        # Then the other end answers, and sees the site's number
        assert dialog.answered.wait(5)
        outside_legs = switch.wait_for(
            lambda: [row for row in switch.channels() if row["direction"] == "outbound"], 5, "no leg outside"
        )
        assert [row["cid_num"] for row in outside_legs] == ["4008008000"]
        phone.hang_up(dialog)
        switch.wait_for(lambda: not switch.channels(), 5, "the emergency call is still there")


def test_who_has_no_password_does_not_come_in(switch: FreeSwitch) -> None:
    with SipPhone("stranger") as stranger:
        dialog = stranger.call("110", switch.agents_port)
        assert dialog.ended.wait(5)
        assert dialog.status == 407
