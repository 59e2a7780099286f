"""Agents at registered phones, a real FreeSWITCH and a controller: codes, calls out, to each other, to one of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from ccswitch.simulator.phones import answers, busy
from tests.live.office import MOBILE, Office, open_office
from tests.live.sip_phone import SipPhone

pytestmark = pytest.mark.live


@pytest.fixture
def office(shared: Office) -> Iterator[Office]:
    """The office without calls, and both agents free."""
    yield shared
    shared.switch.api("hupall")
    shared.quiet()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with open_office(tmp_path_factory.mktemp("office")) as office:
        yield office


def test_codes_log_in_make_ready_and_give_a_break(office: Office) -> None:
    # When an agent dials the codes on his registered phone, Then he is what they say, in his own name
    office.says("li", "*11")
    assert (office.agent("li")["status"], office.agent("li")["reason"]) == ("break", "login")
    office.says("li", "*13")
    assert office.agent("li")["status"] == "ready" and office.agent("li")["free"]
    office.says("li", "*141")
    assert (office.agent("li")["status"], office.agent("li")["reason"]) == ("break", "lunch")
    # And one that is refused changes nothing
    office.says("li", "*15")
    office.eventually(lambda: len(office.rows("SELECT * FROM audit WHERE author = 'li'")) == 4)
    audit = office.rows("SELECT kind, accepted FROM audit WHERE author = 'li' ORDER BY id")
    assert [row["kind"] for row in audit] == ["FeatureCode"] * 4
    assert [bool(row["accepted"]) for row in audit] == [True, True, True, False]


def test_an_agent_dials_out_and_is_busy(office: Office) -> None:
    # Given a customer outside, When an agent dials his number
    office.says("li", "*13")
    with office.customer(answers(0.5)):
        dialog = office.dials("li", MOBILE)
        office.eventually(lambda: office.agent("li")["state"] == "calling")
        # Then they talk, and it is a call of the records
        assert dialog.answered.wait(20)
        office.eventually(lambda: office.agent("li")["state"] == "talking")
        outside = [row for row in office.switch.channels() if row["direction"] == "outbound"]
        assert [MOBILE in row["name"] for row in outside] == [True]
        office.phones["li"].hang_up(dialog)
        office.quiet()
    call = office.last_call()
    assert (call["origin"], call["called_number"], call["result"]) == ("outbound", MOBILE, "answered")
    [talk] = office.rows(f"SELECT * FROM talks WHERE call_id = '{call['call_id']}'")
    assert (talk["agent"], talk["ended_by"]) == ("li", "agent")
    shown = datetime.fromtimestamp(talk["started"], UTC).strftime("%Y-%m-%d")
    assert talk["recording"] == f"{office.switch.recordings}/{shown}/{call['call_id']}-1.wav"
    office.eventually(lambda: office.agent("li")["free"])


def test_a_customer_who_hangs_up_frees_the_agents_phone(office: Office) -> None:
    with office.customer(answers(0.2).but(drops_after_bridge=1.0)):
        dialog = office.dials("li", MOBILE)
        assert dialog.answered.wait(20)
        assert dialog.ended.wait(20)
        office.quiet()
    assert office.last_call()["result"] == "answered"
    office.eventually(lambda: office.agent("li")["free"])


def test_who_is_busy_outside_and_what_is_not_allowed_is_heard(office: Office) -> None:
    with office.customer(busy()):
        dialog = office.dials("li", MOBILE)
        assert dialog.answered.wait(20) and dialog.ended.wait(30)
    assert office.last_call()["result"] == "unreached"
    dialog = office.dials("li", "0900123")
    assert dialog.answered.wait(20) and dialog.ended.wait(30)
    call = office.last_call()
    assert (call["result"], call["why"]) == ("refused", "0900123 may not be dialled")


def test_agents_call_each_other(office: Office) -> None:
    # When Li dials Wang's extension
    office.says("wang", "*13")
    dialog = office.dials("li", "1002")
    # Then Wang's phone rings, and both are busy
    assert dialog.answered.wait(20)
    office.eventually(lambda: office.agent("wang")["state"] == "talking")
    assert office.agent("li")["state"] == "calling"
    office.phones["li"].hang_up(dialog)
    office.quiet()
    call = office.last_call()
    assert (call["origin"], call["result"]) == ("internal", "answered")
    office.eventually(lambda: office.agent("wang")["free"] and office.agent("li")["free"])


def test_a_customer_calls_an_agent_by_his_number(office: Office) -> None:
    with SipPhone("caller") as caller:
        dialog = caller.call("8002", office.switch.sip_port)
        assert dialog.answered.wait(20)
        office.eventually(lambda: office.agent("wang")["state"] == "talking")
        # While he talks another who dials him hears busy
        second = caller.call("8002", office.switch.sip_port)
        assert second.ended.wait(20) and second.status == 486
        caller.hang_up(dialog)
    office.quiet()
    office.eventually(lambda: office.agent("wang")["free"])


def test_two_devices_pick_up_at_once_and_one_of_them_talks(office: Office) -> None:
    # Given Wang, who is given a second device by order
    with SipPhone("wang") as second, SipPhone("caller") as caller:
        office.says("wang", "*13")
        office.api("POST", "/agents/wang/devices", {"phones": [second.address]})
        for _ in range(5):
            office.eventually(lambda: office.agent("wang")["free"])
            known = [len(phone.dialogs) for phone in (office.phones["wang"], second)]
            # When a customer calls him by his number, and both pick up in the same instant
            dialog = caller.call("8002", office.switch.sip_port)
            assert dialog.answered.wait(20), dialog.status
            # Then both rang, one of them talks, and the other is let go
            office.eventually(lambda: office.agent("wang")["state"] == "talking")
            both = [list(phone.dialogs.values())[-1] for phone in (office.phones["wang"], second)]
            assert [len(phone.dialogs) for phone in (office.phones["wang"], second)] == [many + 1 for many in known]
            office.eventually(lambda: [side.ended.is_set() for side in both].count(True) == 1)  # noqa: B023
            assert not dialog.ended.is_set()
            caller.hang_up(dialog)
            office.quiet()
        office.api("POST", "/agents/wang/follow", {"fields": []})
    talked = office.rows("SELECT call_id FROM calls WHERE entry = 'wang' AND result = 'answered'")
    assert len(talked) >= 5


def test_an_agent_dials_by_order(office: Office) -> None:
    # When a supervisor has Li call somebody, Then his phone rings first
    with office.customer(answers(0.5)):
        office.phones["li"].called.clear()
        office.api("POST", "/agents/li/dial", {"number": MOBILE})
        assert office.phones["li"].called.wait(10)
        office.eventually(lambda: office.agent("li")["state"] == "talking")
        [call] = office.api("GET", "/calls")["live"]
        office.api("POST", f"/calls/{call['call']}/hangup")
        office.quiet()
    assert office.last_call()["origin"] == "outbound"


def test_a_dead_controller_leaves_a_talk_and_the_next_call_is_heard(office: Office) -> None:
    # Given an agent who talks with a customer whom he called
    office.eventually(lambda: office.agent("li")["free"])
    with office.customer(answers(0.2)):
        dialog = office.dials("li", MOBILE)
        assert dialog.answered.wait(20)
        office.eventually(lambda: office.agent("li")["state"] == "talking")
        # When the controller is killed, Then the talk goes on
        office.controller.kill9()
        second = office.dials("wang", "1001")
        # And another phone's call is heard not to be taken up
        assert second.answered.wait(20)
        assert not dialog.ended.is_set()
        # And a new controller finds the talk
        office.controller.start()
        office.eventually(lambda: office.agent("li")["state"] == "talking", 40)
        office.phones["li"].hang_up(dialog)
        office.quiet()
