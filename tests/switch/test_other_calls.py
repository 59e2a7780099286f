"""Whose phone a leg that is not ours leads to: by what the switch proved or was told to dial, never by what a caller
says of himself. The headers are those of a FreeSWITCH 1.11.1."""

from __future__ import annotations

import pytest

from ccswitch.model import facts as f
from ccswitch.model.ids import LegId, NodeName
from ccswitch.switch.hearing import hear
from tests.switch.test_hearing import event

NODE = NodeName("a")
CALLS = {
    "Unique-ID": "X1",
    "Call-Direction": "inbound",
    "Caller-Destination-Number": "110",
    "Caller-Caller-ID-Number": "1001",
    "Caller-Username": "1001",
    "variable_sip_authorized": "true",
    "variable_sip_auth_username": "1001",
    "variable_domain_name": "ccswitch",
}
IS_CALLED = {
    "Unique-ID": "X1",
    "Call-Direction": "outbound",
    "Caller-Destination-Number": "1001",
    "Caller-Caller-ID-Number": "13900000001",
    "variable_dialed_user": "1001",
    "variable_dialed_domain": "ccswitch",
}
IS_CALLED_AT_ITS_PROFILE = {
    "Unique-ID": "X1",
    "Call-Direction": "outbound",
    "Caller-Destination-Number": "1001%ccswitch",
    "Caller-Caller-ID-Number": "13900000001",
    "variable_sip_local_url": "1001@ccswitch",
}
NEWS = ("CHANNEL_PROGRESS", "CHANNEL_PROGRESS_MEDIA", "CHANNEL_ANSWER", "CHANNEL_HANGUP_COMPLETE")


def heard(name: str, *parts: dict[str, str], domain: str = "ccswitch", **headers: str) -> f.Fact | None:
    return hear(event(name, *parts, **headers), NODE, domain)


@pytest.mark.parametrize("part", [IS_CALLED, IS_CALLED_AT_ITS_PROFILE], ids=["user", "profile"])
def test_a_phone_that_is_called(part):
    # Given the leg to a phone, Then its account and who calls it are known, ringing and answered
    rings = heard("CHANNEL_PROGRESS", part, Answer_State="ringing")
    assert rings == f.OtherCallHeard(leg=LegId("X1"), node=NODE, user="1001", number="13900000001")
    talks = heard("CHANNEL_ANSWER", part, Answer_State="answered")
    assert isinstance(talks, f.OtherCallHeard) and talks.answered and not talks.outgoing


def test_a_phone_that_calls():
    fact = heard("CHANNEL_PROGRESS", CALLS, Answer_State="ringing")
    assert fact == f.OtherCallHeard(leg=LegId("X1"), node=NODE, user="1001", number="110", outgoing=True)


@pytest.mark.parametrize("part", [CALLS, IS_CALLED, IS_CALLED_AT_ITS_PROFILE], ids=["calls", "user", "profile"])
def test_its_end_tells_how_long_they_talked_by_the_nodes_clock(part):
    times = {"Caller-Channel-Answered-Time": "1795341745841284", "Caller-Channel-Hangup-Time": "1795341753341284"}
    fact = heard("CHANNEL_HANGUP_COMPLETE", part, times, Hangup_Cause="NORMAL_CLEARING")
    assert fact == f.OtherCallOver(leg=LegId("X1"), cause="NORMAL_CLEARING", talked=7.5)
    never = heard("CHANNEL_HANGUP_COMPLETE", part, times | {"Caller-Channel-Answered-Time": "0"})
    assert never == f.OtherCallOver(leg=LegId("X1"), cause="NORMAL_UNSPECIFIED")


def test_a_phone_of_another_domain_is_named_with_it():
    fact = heard("CHANNEL_ANSWER", IS_CALLED, domain="example.com")
    assert isinstance(fact, f.OtherCallHeard) and fact.user == "1001@ccswitch"
    same = heard("CHANNEL_ANSWER", IS_CALLED, domain="CCSwitch")
    assert isinstance(same, f.OtherCallHeard) and same.user == "1001"


@pytest.mark.parametrize("name", NEWS)
@pytest.mark.parametrize(
    "said",
    [
        CALLS | {"variable_sip_authorized": ""},  # it may call itself 1001
        CALLS | {"variable_sip_authorized": "", "variable_presence_id": "1001@ccswitch"},
        CALLS | {"variable_sip_auth_username": ""},  # let in by its address
        IS_CALLED | {"Call-Direction": "inbound"},  # whoever called it has the variable too
        IS_CALLED | {"variable_dialed_domain": ""},
        IS_CALLED | {"Unique-ID": ""},
        IS_CALLED | {"variable_ccs_call": "L1"},  # ours
        IS_CALLED | {"variable_ccs_role": "agent"},
    ],
)
def test_what_proves_nothing_is_nobodys_phone(name, said):
    fact = heard(name, said)
    assert not isinstance(fact, f.OtherCallHeard | f.OtherCallOver)


def test_what_a_caller_can_write_is_cut():
    fact = heard("CHANNEL_ANSWER", IS_CALLED | {"Caller-Caller-ID-Number": "9" * 100_000})
    assert isinstance(fact, f.OtherCallHeard) and len(fact.number) == 256
