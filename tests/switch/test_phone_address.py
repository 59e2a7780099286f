"""What people write as a phone becomes one thing to dial, or an error that says how to write it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccswitch.switch import strings
from ccswitch.switch.phone_address import BadPhone, PhoneAddress, PhoneKind, parse_phone
from tests.switch import freeswitch_parsers as switch


@pytest.mark.parametrize(
    ("written", "dialled"),
    [
        ("1001", "user/1001@pbx.example.com"),
        (" 1001 ", "user/1001@pbx.example.com"),
        ("li.na", "user/li.na@pbx.example.com"),
        ("1001@example.com", "user/1001@example.com"),
        ("sip:1001@127.0.0.1:6070", "sofia/internal/sip:1001@127.0.0.1:6070"),
        ("SIP:li@phone.example.com", "sofia/internal/sip:li@phone.example.com"),
        ("sip:1001@192.0.2.7:5061;transport=tls", "sofia/internal/sip:1001@192.0.2.7:5061;transport=tls"),
        ("sip:1001@[fd00::2]:5060", "sofia/internal/sip:1001@[fd00::2]:5060"),
        ("trunk:carrier-a/13800138000", "sofia/gateway/carrier-a/13800138000"),
        ("trunk:carrier-a/+86 138-0013-8000", "sofia/gateway/carrier-a/+8613800138000"),
    ],
)
def test_every_form_is_reached(written: str, dialled: str) -> None:
    address = parse_phone(written)
    assert address.dial("internal", "pbx.example.com") == dialled
    # And what is written back reads the same
    assert parse_phone(str(address)) == address


@pytest.mark.parametrize(
    ("written", "mend"),
    [
        ("", "write 1001"),
        ("   ", "write 1001"),
        ("@example.com", "before the @"),
        ("1001@", "leave it out"),
        ("1001@example.com:5060", "written sip:1001@example.com:5060"),
        ("sip:1001", "write sip:1001@192.0.2.7:5060"),
        ("sip:@127.0.0.1", "write sip:1001@192.0.2.7:5060"),
        ("sip:1001@127.0.0.1:99999", "1 to 65535"),
        ("sips:1001@127.0.0.1", "transport=tls"),
        ("trunk:13800138000", "write trunk:NAME/13800138000"),
        ("trunk:gw/", "write trunk:NAME/13800138000"),
        ("user/1001@example.com", "dial string"),
        ("sofia/internal/1001", "dial string"),
        ("tel:+8613800138000", "write 1001"),
        ("10 01", "write 1001"),
        ("1001,1002", "write 1001"),
        ("{a=b}1001", "write 1001"),
        ("1001@example.com\nexit", "write 1001"),
        ("sip:1001@host;fs_path=sip:evil", "write 1001"),
    ],
)
def test_what_is_no_phone_is_told_how_to_mend(written: str, mend: str) -> None:
    with pytest.raises(BadPhone) as bad:
        parse_phone(written)
    assert mend in str(bad.value)


@given(st.text(), st.sampled_from(["", "sip:", "trunk:", "sip:1001@", "trunk:gw/", "1001@"]))
def test_any_text_is_a_phone_that_dials_itself_or_a_bad_phone(text: str, beginning: str) -> None:
    try:
        address = parse_phone(beginning + text)
    except BadPhone:
        return
    # Then FreeSWITCH's parsers see exactly one thing to dial
    target = address.dial("internal", "example.com")
    command = strings.originate(target, {"origination_uuid": "leg-1"}, "job-1")
    _, dialled, rest = switch.originate(switch.read_packet(command.wire)[0]["command"].removeprefix("bgapi originate "))
    assert (dialled, rest) == (target, ["&park()"])


def test_a_phone_is_a_value() -> None:
    assert parse_phone("1001") == PhoneAddress(PhoneKind.USER, "1001")
