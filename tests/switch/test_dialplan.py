"""What is rendered for a FreeSWITCH node. How it behaves there: tests/live/dialplan/."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccswitch.errors import UnsafeString
from ccswitch.model.nouns import Entry
from ccswitch.switch import dialplan, directory
from ccswitch.switch.dialplan import LastResort, Site

GOLDEN = Path(__file__).parents[1] / "golden" / "dialplan"
PLAIN = Site(entries=(Entry(name="main", dids=("4000",), script="main"),))
RICH = Site(
    esl_port=8022,
    esl_password="p<&\"'>$1",
    controllers=("10.0.0.5/32",),
    sip_domain="pbx.example.com",
    sip_ip="192.0.2.7",
    phones_profile="agents",
    phones_port=5070,
    gateway="carrier",
    others=(("site_north", "sofia/external/sip:4000@192.0.2.9:5060"),),
    entries=(
        Entry(name="销售", dids=("+861012345678", "4001.5*#"), queue="sales"),
        Entry(name="<&\"'>", dids=(r"^5\d{3}$",), queue="support"),
    ),
    last_resort=LastResort(kind="number", number="+861087654321", announcement="a<b>&'.wav"),
)
VOICEMAIL = replace(PLAIN, last_resort=LastResort(kind="voicemail", dir="/var/spool/voice"))
SITES = {"plain": PLAIN, "rich": RICH, "voicemail": VOICEMAIL}


@pytest.mark.parametrize("name", SITES)
def test_the_files_are_as_they_were(name):
    # Given a site, When it is rendered, Then the files are those under tests/golden (CCSWITCH_GOLDEN=1 writes them)
    rendered = dialplan.render(SITES[name])
    folder = GOLDEN / name
    if os.environ.get("CCSWITCH_GOLDEN"):
        dialplan.write({path: text for path, text in rendered.items() if path.endswith(".xml")}, folder)
    kept = {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*.xml")}
    assert kept == {path: text for path, text in rendered.items() if path.endswith(".xml")}


def contexts(site):
    """Context → its extensions."""
    files = [
        ElementTree.fromstring(text) for path, text in dialplan.render(site).items() if path.startswith("dialplan/")
    ]
    return {context.get("name"): list(context) for file in files for context in file.iter("context")}


def actions(extension):
    return [(action.get("application"), action.get("data")) for action in extension.iter("action")]


def test_every_context_that_is_spoken_of_is_there():
    before = ("ccs_in", "ccs_return", "ccs_orphan", "ccs_last_resort", "ccs_transfer", "ccs_out")
    assert tuple(contexts(RICH)) == (*before, "ccs_phone", "ccs_unclaimed")
    assert set(contexts(PLAIN)) == set(dialplan.CONTEXTS)


def test_whoever_parks_has_a_timer_armed_before():
    # Given every extension that parks, Then before `park` something is scheduled that ends the silence
    for extensions in contexts(RICH).values():
        for extension in extensions:
            done = [application for application, _ in actions(extension)]
            if "park" in done:
                assert {"sched_transfer", "sched_hangup"} & set(done[: done.index("park")]), extension.get("name")


def test_values_arrive_as_they_are():
    first, second = contexts(RICH)["ccs_in"]
    assert ("set", "ccs_entry=销售") in actions(first)
    assert ("set", "ccs_entry=<&\"'>") in actions(second)
    socket = ElementTree.fromstring(dialplan.render(RICH)["autoload_configs/event_socket.conf.xml"])
    params = [(param.get("name"), param.get("value")) for param in socket.iter("param")]
    assert ("password", "p<&\"'>$1") in params
    assert ("listen-ip", "0.0.0.0") in params
    assert [value for name, value in params if name == "apply-inbound-acl"] == ["loopback.auto", "10.0.0.5/32"]


def test_without_controllers_elsewhere_only_loopback_is_heard():
    text = dialplan.render(PLAIN)["autoload_configs/event_socket.conf.xml"]
    assert 'name="listen-ip" value="127.0.0.1"' in text


@pytest.mark.parametrize("value", ["a$b", "${system(reboot)}", "$${domain}", "a\nb", "a\rb", "a\x00b", "a\\b"])
def test_what_freeswitch_would_expand_or_cut_is_refused(value):
    for site in (
        replace(PLAIN, entries=(Entry(name=value, dids=("1",)),)),
        replace(PLAIN, entries=(Entry(name="a", dids=(value,)),)),
        replace(PLAIN, gateway=value),
        replace(PLAIN, sip_domain=value),
        replace(PLAIN, phones_profile=value),
        replace(PLAIN, last_resort=LastResort(announcement=value)),
        replace(PLAIN, last_resort=LastResort(kind="voicemail", dir=value)),
        replace(RICH, last_resort=LastResort(kind="number", number=value)),
    ):
        with pytest.raises(UnsafeString):
            dialplan.render(site)


def test_agents_accounts_are_those_of_one_domain():
    assert 'local DOMAIN = "pbx.example.com"' in dialplan.render(RICH)["scripts/ccs_directory.lua"]


@pytest.mark.parametrize("name", ["", 'a" .. os.execute("x") .. "', "a'b", "-a", "a b", "x" * 254, "::1"])
def test_a_domain_cannot_become_part_of_a_script(name):
    with pytest.raises(UnsafeString):
        dialplan.render(replace(PLAIN, sip_domain=name))


@pytest.mark.parametrize("did", ["^${x}", "^$${x}$", "^4\n000"])
def test_a_pattern_that_freeswitch_would_expand_is_refused(did):
    with pytest.raises(UnsafeString):
        dialplan.did_pattern(did)


@pytest.mark.parametrize("name", ["", "../x", "a/b", ".hidden", "a b", "x" * 65])
def test_a_profile_cannot_leave_its_folder(name):
    with pytest.raises(UnsafeString):
        dialplan.render(replace(PLAIN, phones_profile=name))


@given(did=st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=12))
def test_a_number_is_that_number_and_no_other(did):
    # Given any text as a called number, Then it is refused, a pattern on purpose, or matches itself alone
    if did.startswith("^") or set(did) & set("$\\"):
        return
    pattern = re.compile(dialplan.did_pattern(did).replace(r"\z", r"\Z"))
    assert pattern.search(did)
    assert not pattern.search(did + "0") and not pattern.search("0" + did) and not pattern.search(did + "\n")


def tags(text):
    return [element.tag for element in ElementTree.fromstring(text).iter()] if text.startswith("<") else []


@settings(deadline=None)
@given(
    name=st.text(max_size=20),
    announcement=st.text(max_size=20),
    password=st.text(max_size=20),
    gateway=st.text(max_size=9),
)
def test_no_value_breaks_out_of_its_attribute(name, announcement, password, gateway):
    # Given any values, When they are rendered or refused
    site = replace(
        RICH,
        entries=(Entry(name=name, dids=("1",)),),
        esl_password=password,
        gateway=gateway,
        last_resort=LastResort(announcement=announcement),
    )
    try:
        files = dialplan.render(site)
    except UnsafeString:
        return
    # Then the files have the elements that they always have
    usual = dialplan.render(replace(site, entries=(Entry(name="a", dids=("1",)),), last_resort=LastResort()))
    assert {path: tags(text) for path, text in files.items()} == {path: tags(text) for path, text in usual.items()}


def test_files_are_written_where_they_belong(tmp_path):
    written = dialplan.write(dialplan.render(PLAIN), tmp_path)
    assert tmp_path / "scripts/ccs_watchdog.lua" in written
    password_file = tmp_path / "autoload_configs/event_socket.conf.xml"
    assert password_file.stat().st_mode & 0o777 == 0o640


class TestDirectory:
    def test_the_hash_is_what_a_phone_makes_of_the_password(self):
        # RFC 2617, 3.5
        ha1 = directory.a1_hash("Mufasa", "testrealm@host.com", "Circle Of Life")
        assert ha1 == "939e7578ed9e3c518a452acee763bce9"

    def test_commands(self):
        assert directory.insert_command("li.wei-1", "A" * 32) == "db insert/ccs_agent/li.wei-1/" + "a" * 32
        assert directory.select_command("1001") == "db select/ccs_agent/1001"
        assert directory.delete_command("1001") == "db delete/ccs_agent/1001"

    @pytest.mark.parametrize("user", ["", "a/b", "a b", "a\nb", "a'b", "用户", "a" * 65, "a@b"])
    def test_a_user_with_more_in_it_is_refused(self, user):
        for command in (directory.delete_command, directory.select_command):
            with pytest.raises(UnsafeString):
                command(user)

    @pytest.mark.parametrize("a1", ["", "a" * 31, "a" * 33, "g" * 32, "a" * 32 + "\n"])
    def test_a_hash_that_is_none_is_refused(self, a1):
        with pytest.raises(UnsafeString):
            directory.insert_command("1001", a1)
