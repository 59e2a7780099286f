"""A real FreeSWITCH whose agents' phones are in calls that are not ours: a colleague of another context of the
dialplan, a second line, an emergency call. Nobody is offered to them, and the switch's own word ends it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.live.office import EMERGENCY, Office, open_office
from tests.live.sip_phone import Dialog, SipPhone

pytestmark = pytest.mark.live

# What a PBX has besides us: numbers that ring a phone, by its account and by its registration at the profile.
PBX = """<include>
  <extension name="by account">
    <condition field="destination_number" expression="^77(\\d+)$">
      <action application="bridge" data="user/$1@{domain}"/>
    </condition>
  </extension>
  <extension name="by registration">
    <condition field="destination_number" expression="^78(\\d+)$">
      <action application="bridge" data="sofia/internal/$1%{domain}"/>
    </condition>
  </extension>
</include>
"""


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    files = {"dialplan/public/01_pbx.xml": PBX.format(domain="ccswitch")}
    with open_office(tmp_path_factory.mktemp("office"), files) as office:
        office.says("li", "*13")
        yield office


@pytest.fixture
def office(shared: Office) -> Iterator[Office]:
    """The office without calls, Li free, Wang away."""
    shared.eventually(lambda: shared.agent("li")["free"])
    yield shared
    shared.switch.api("hupall")
    shared.quiet()


def rung(office: Office, caller: SipPhone, number: str) -> Dialog:
    """Somebody calls past us, and Li takes it."""
    dialog = caller.call(number, office.switch.sip_port)
    assert dialog.answered.wait(20), dialog.status
    return dialog


def busy(office: Office) -> bool:
    return "another call" in office.agent("li")["note"] and not office.agent("li")["free"]


@pytest.mark.parametrize("number", ["771001", "781001"], ids=["account", "registration"])
def test_a_phone_that_is_called_past_us_is_offered_nothing(office: Office, number: str) -> None:
    with SipPhone("13900000001") as caller, SipPhone("13900000002") as waiting:
        # Given Li in a call that somebody else's dialplan gave him
        theirs = rung(office, caller, number)
        office.eventually(lambda: busy(office))
        phones_calls = len(office.phones["li"].dialogs)
        # When a caller comes to his queue
        ours = waiting.call("4000", office.switch.sip_port)
        assert ours.answered.wait(20)
        office.eventually(lambda: office.api("GET", "/calls")["live"])
        # Then the caller waits, and Li's phone does not ring
        [call] = office.api("GET", "/calls")["live"]
        assert call["place"] == "waiting" and len(office.phones["li"].dialogs) == phones_calls
        # And when that call is over, the caller is his
        caller.hang_up(theirs)
        office.eventually(lambda: office.agent("li")["state"] == "talking")
        waiting.hang_up(ours)
    office.quiet()
    # And it is a call of the records
    query = "SELECT * FROM calls WHERE origin = 'other' ORDER BY started DESC LIMIT 1"
    office.eventually(lambda: (rows := office.rows(query)) and rows[0]["ended"])
    [row] = office.rows(query)
    assert (row["caller_number"], row["called_number"], row["agent"]) == ("13900000001", "1001", "li")
    assert row["result"] == "answered" and row["duration"] > 0
    # And nobody holds it against him
    assert not office.rows("SELECT * FROM offers WHERE agent = 'li' AND result = 'rona'")


def test_a_phone_that_calls_past_us_is_offered_nothing(office: Office) -> None:
    # Given Li, who dials a number that goes out without a controller
    with SipPhone(EMERGENCY, port=office.outside):
        dialog = office.dials("li", EMERGENCY)
        assert dialog.answered.wait(20), dialog.status
        # Then he is busy while he talks, and no longer
        office.eventually(lambda: busy(office))
        office.phones["li"].hang_up(dialog)
        office.eventually(lambda: office.agent("li")["free"])


def test_who_calls_himself_by_his_name_keeps_nobody_busy(office: Office) -> None:
    # Given a stranger at the trunk who says that he is 1001
    with SipPhone("stranger") as stranger:
        dialog = stranger.call("771002", office.switch.sip_port, from_user="1001")
        assert dialog.answered.wait(20), dialog.status
        # Then it is Wang's phone that talks, not Li's
        query = "SELECT agent FROM calls WHERE origin = 'other' AND called_number = '1002'"
        office.eventually(lambda: office.rows(query))
        assert [row["agent"] for row in office.rows(query)] == ["wang"]
        assert office.agent("li")["free"]
        stranger.hang_up(dialog)


def test_what_a_dead_controller_missed_is_found(office: Office) -> None:
    with SipPhone("13900000001") as caller:
        # Given Li in such a call, and a controller that is killed in the middle of it
        theirs = rung(office, caller, "771001")
        office.eventually(lambda: busy(office))
        office.controller.kill9()
        office.controller.start()
        # Then the next one knows of it
        office.eventually(lambda: busy(office), 40)
        # And when it dies again, and the call ends meanwhile, he is free behind it
        office.controller.kill9()
        caller.hang_up(theirs)
        office.switch.wait_for(lambda: not office.switch.channels(), 10, "the call is still there")
        office.controller.start()
        office.eventually(lambda: office.agent("li")["free"], 40)
    # And one that begins while nobody watches is found too
    with SipPhone("13900000003") as caller:
        office.controller.kill9()
        theirs = rung(office, caller, "771001")
        office.controller.start()
        office.eventually(lambda: busy(office), 40)
        caller.hang_up(theirs)
        office.eventually(lambda: office.agent("li")["free"], 40)
