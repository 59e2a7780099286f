"""One ESL client: what it may say, what it is answered, and when events reach it."""

from __future__ import annotations

import time
from collections.abc import Callable

import gevent
import orjson
import pytest

from ccswitch.simulator import link as module
from ccswitch.simulator.callers import SimCaller
from ccswitch.simulator.phones import rings_on
from ccswitch.simulator.switch import SimulatedSwitch
from tests.simulator.esl_client import EslClient, eventually


def test_nothing_works_before_the_password(switch: SimulatedSwitch) -> None:
    link = EslClient(switch.port, password=None, events=None)
    eventually(lambda: link.replies)
    assert link.ask("api status") == "auth/request\n\n" or link.replies[-1][0].endswith("-ERR command not found\n\n")
    link.close()


def test_commands_come_in_pieces_with_either_line_end_and_with_bodies(client: EslClient) -> None:
    # Given a command cut into bytes, one with CR LF, and stray line feeds between them
    before = len(client.replies)
    for byte in b"\n\napi strepoch\r\n\r\n\n\n":
        client.send(bytes([byte]))
    client.send(b"api create_uuid\n\napi create_uuid\n\n")
    # Then each is answered once, in order
    eventually(lambda: len(client.replies) >= before + 3)
    gevent.sleep(0.03)
    assert len(client.replies) == before + 3
    assert client.replies[before][1].isdigit()


def test_an_application_argument_may_come_as_body(
    switch: SimulatedSwitch, client: EslClient, answered: Callable[..., SimCaller]
) -> None:
    caller = answered()
    body = "ccs_note=a\nb"
    client.say(
        f"sendmsg {caller.uuid}\ncall-command: execute\nexecute-app-name: set\nEvent-UUID: e1\n"
        f"content-type: text/plain\ncontent-length: {len(body)}\n\n{body}"
    )
    eventually(lambda: switch.channels[caller.uuid].get("ccs_note") == "a\nb")


def test_events_go_only_to_those_who_asked_and_filters_narrow_them(switch: SimulatedSwitch) -> None:
    # Given one client for PARK only, one with a filter on a number, one for nothing
    parks = EslClient(switch.port, events="json CHANNEL_PARK")
    some = EslClient(switch.port, events="json ALL")
    some.ask("filter Caller-Caller-ID-Number 111")
    none = EslClient(switch.port, events=None)
    # When two callers come
    switch.call(number="111")
    switch.call(number="222")
    eventually(lambda: len(parks.events) == 2)
    # Then each got its own
    assert {event["Event-Name"] for event in parks.events} == {"CHANNEL_PARK"}
    eventually(lambda: some.names(some.events[0]["Unique-ID"])[-1:] == ["CHANNEL_PARK"] if some.events else False)
    assert {event["Caller-Caller-ID-Number"] for event in some.events} == {"111"}
    assert none.events == []
    for link in (parks, some, none):
        link.close()


def test_plain_events(switch: SimulatedSwitch) -> None:
    link = EslClient(switch.port, events="plain CHANNEL_PARK")
    switch.call(number="1\nUnique-ID", name="x")
    eventually(lambda: link.plain)
    assert b"\nCaller-Caller-ID-Number: 1%0AUnique-ID\n" in link.plain[0]
    link.close()


def test_a_line_feed_brings_events_at_once_and_an_idle_link_waits_for_the_poll(
    switch: SimulatedSwitch, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a link that is polled twice a second, so that a slow machine does not matter, and a client
    monkeypatch.setattr(module, "POLL", 0.5)
    link = EslClient(switch.port, events="json CUSTOM")
    link.ask("event json CUSTOM sofia::register")

    def delay(nudge: bool) -> float:
        before = len(link.events)
        began = time.monotonic()
        switch.register("1001")
        while len(link.events) == before:
            if nudge:
                link.send(b"\n")
            gevent.sleep(0.0005)
        return time.monotonic() - began

    # When events are waited for idly, and with line feeds: each begins behind a poll, or soon after
    idle = [delay(nudge=False) for _ in range(3)]
    nudged = [delay(nudge=True) for _ in range(9)]
    # Then idle ones take up to a poll and nudged ones hardly any time
    assert max(idle) > 0.25
    assert min(nudged) < 0.1
    assert sorted(nudged)[4] < max(idle) / 2
    link.close()


def test_a_blocking_originate_blocks_the_whole_link_and_no_other(switch: SimulatedSwitch, client: EslClient) -> None:
    # Given a phone that rings, and a second link
    phone = switch.phone("1001", rings_on())
    other = EslClient(switch.port, events=None)
    # When the first link originates without bgapi and asks something after it
    asked = len(client.replies)
    client.say("api originate {originate_timeout=600}user/1001@x &park()")
    client.say("api strepoch")
    eventually(lambda: phone.rung)
    # Then the second link is served at once, the first only when the phone was answered
    assert other.api("strepoch").isdigit()
    assert len(client.replies) == asked
    phone.answer()
    eventually(lambda: len(client.replies) >= asked + 2)
    other.close()


def test_bgapi_makes_up_a_job_id_when_none_is_given(client: EslClient) -> None:
    reply = client.ask("bgapi strepoch")
    job = reply.removeprefix("+OK Job-UUID: ")
    event = client.wait_event(Event_Name="BACKGROUND_JOB", Job_UUID=job)
    assert event["_body"].isdigit() and event["Job-Command"] == "strepoch"


def test_exit_and_a_wrong_password_are_answered_before_the_link_ends(switch: SimulatedSwitch) -> None:
    for password, command, reply in (("ClueCon", "exit", "+OK bye"), (None, "auth wrong", "-ERR invalid")):
        link = EslClient(switch.port, password=password, events=None)
        eventually(lambda link=link: link.replies)
        link.say(command)
        eventually(lambda link=link: link.closed)
        assert link.replies[-2][0].endswith(f"Reply-Text: {reply}\n\n")
        assert link.replies[-1][0] == "Content-Type: text/disconnect-notice\nContent-Length: 67\n\n"


def test_what_a_hostile_caller_brings_never_becomes_a_command(switch: SimulatedSwitch, client: EslClient) -> None:
    # Given a caller whose number holds a whole command
    caller = switch.call(number="1\n\napi hupall\n\n", name="${system(id)}")
    # When the event has arrived
    event = client.wait_event(Event_Name="CHANNEL_PARK", Unique_ID=caller.uuid)
    # Then the number is there as it is, the expansion is not, and no such command was received
    assert event["Caller-Caller-ID-Number"] == "1\n\napi hupall\n\n"
    assert event["Caller-Caller-ID-Name"] == "%{system(id)}"
    assert not any("hupall" in command for command in switch.commands)
    assert b"hupall" not in b"".join(switch.received)


def test_uuid_dump_is_one_json_object(client: EslClient, answered: Callable[..., SimCaller]) -> None:
    caller = answered()
    dump = orjson.loads(client.api(f"uuid_dump {caller.uuid} json"))
    assert dump["Event-Name"] == "CHANNEL_DATA"
    assert dump["Channel-Call-UUID"] == dump["Unique-ID"] == caller.uuid
    assert dump["variable_ccs_entry"] == "main"
