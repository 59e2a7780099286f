"""uuid_bridge and its races; what becomes of the legs."""

from __future__ import annotations

from collections.abc import Callable

import gevent
import orjson
import pytest

from ccswitch.simulator.callers import JOINING, SimCaller
from ccswitch.simulator.phones import answers
from ccswitch.simulator.switch import SimulatedSwitch
from tests.simulator.esl_client import EslClient, eventually

Answered = Callable[..., SimCaller]
Leg = Callable[..., str]


@pytest.fixture(autouse=True)
def phone(switch: SimulatedSwitch) -> None:
    switch.phone("1001", answers(0.05))


def plain_caller(client: EslClient, caller: SimCaller) -> None:
    """Without the dialplan's park_after_bridge."""
    client.api(f"uuid_setvar {caller.uuid} park_after_bridge")


def test_a_bridge_and_its_end(switch: SimulatedSwitch, client: EslClient, answered: Answered, agent_leg: Leg) -> None:
    # Given a caller and an agent
    caller, leg = answered(), agent_leg()
    # When they are bridged
    assert client.api(f"uuid_bridge {caller.uuid} {leg}") == f"+OK {leg}\n"
    bridge = client.wait_event(Event_Name="CHANNEL_BRIDGE")
    # Then the event comes on the first leg and both know of each other
    assert (bridge["Unique-ID"], bridge["Bridge-B-Unique-ID"]) == (caller.uuid, leg)
    assert caller.state == "talking" and list(caller.talked_with) == [leg]
    assert switch.bridges == {frozenset((caller.uuid, leg))}
    eventually(lambda: len({row["call_uuid"] for row in _rows(client)}) == 1)
    # When the agent hangs up, the caller comes back to park
    switch.phone("1001").hangup()
    client.wait_event(Event_Name="CHANNEL_PARK", Unique_ID=caller.uuid, Channel_State="CS_PARK")
    assert client.names(caller.uuid)[-2:] == ["CHANNEL_UNBRIDGE", "CHANNEL_PARK"]
    assert caller.state == "answered" and switch.bridges == set()


def _rows(client: EslClient) -> list[dict[str, str]]:
    return orjson.loads(client.api("show channels as json")).get("rows", [])


def test_without_any_after_bridge_both_end(client: EslClient, answered: Answered, agent_leg: Leg) -> None:
    caller, leg = answered(), agent_leg()
    plain_caller(client, caller)
    client.api(f"uuid_bridge {caller.uuid} {leg}")
    client.wait_event(Event_Name="CHANNEL_BRIDGE")
    client.api(f"uuid_kill {leg}")
    eventually(lambda: caller.state == "ended")


def test_transfer_after_bridge(switch: SimulatedSwitch, client: EslClient, answered: Answered, agent_leg: Leg) -> None:
    caller, leg = answered(), agent_leg()
    plain_caller(client, caller)
    client.api(f"uuid_setvar {caller.uuid} transfer_after_bridge 7200:XML:public")
    client.api(f"uuid_bridge {caller.uuid} {leg}")
    client.wait_event(Event_Name="CHANNEL_BRIDGE")
    parked = len(client.of(caller.uuid, "CHANNEL_PARK"))
    client.api(f"uuid_kill {leg}")
    eventually(lambda: len(client.of(caller.uuid, "CHANNEL_PARK")) > parked)
    assert switch.channels[caller.uuid].profile.transfer_source.endswith("bl_xfer:7200/public/XML")


def test_a_nailed_up_leg_takes_one_caller_after_the_other(
    client: EslClient, answered: Answered, agent_leg: Leg
) -> None:
    leg = agent_leg(extra=",park_after_bridge=true")
    for _ in range(2):
        parks = len(client.of(leg, "CHANNEL_PARK"))
        caller = answered()
        client.api(f"uuid_bridge {caller.uuid} {leg}")
        eventually(lambda caller=caller: caller.state == "talking")
        caller.hangup()
        eventually(lambda parks=parks: len(client.of(leg, "CHANNEL_PARK")) > parks)


@pytest.mark.parametrize("delay", [0.0, 0.010, 0.020])
def test_an_agent_who_drops_at_once_takes_the_caller_along(
    switch: SimulatedSwitch, client: EslClient, answered: Answered, agent_leg: Leg, delay: float
) -> None:
    # Given an agent who hangs up between the command and the bridge
    caller, leg = answered(), agent_leg()
    plain_caller(client, caller)
    client.api(f"uuid_bridge {caller.uuid} {leg}")
    gevent.sleep(delay)
    client.api(f"uuid_kill {leg}")
    # Then without the variable the caller is gone, unless the bridge was quicker
    eventually(lambda: caller.state == "ended")
    if not client.of(caller.uuid, "CHANNEL_BRIDGE"):
        assert caller.cause in ("ORIGINATOR_CANCEL", "DESTINATION_OUT_OF_ORDER")


def test_a_caller_who_leaves_at_the_last_moment_is_heard_behind_his_agents_leg(
    client: EslClient, answered: Answered, agent_leg: Leg
) -> None:
    # Given a caller who hangs up when both legs are there and nothing says yet that they talk
    caller, leg = answered(hangs_up_when=lambda caller: caller.state == JOINING), agent_leg()
    # When they are bridged
    client.api(f"uuid_bridge {caller.uuid} {leg}")
    eventually(lambda: caller.state == "ended")
    client.wait_event(Event_Name="CHANNEL_HANGUP_COMPLETE", Unique_ID=caller.uuid)
    # Then the switch ended the agent's leg and said so first, and there never was a bridge
    ends = [e for e in client.events if e["Event-Name"] == "CHANNEL_HANGUP_COMPLETE"]
    assert [e["Unique-ID"] for e in ends] == [leg, caller.uuid]
    assert [e["variable_sip_hangup_disposition"] for e in ends] == ["send_bye", "recv_bye"]
    assert not client.of(caller.uuid, "CHANNEL_BRIDGE")


@pytest.mark.parametrize("delay", [0.0, 0.010, 0.020, 0.030, 0.050])
@pytest.mark.parametrize("after", ["park_after_bridge true", "transfer_after_bridge 7200:XML:public"])
def test_park_on_cancel_saves_the_caller(
    switch: SimulatedSwitch, client: EslClient, answered: Answered, agent_leg: Leg, delay: float, after: str
) -> None:
    # Given a caller with the variable
    caller, leg = answered(), agent_leg()
    plain_caller(client, caller)
    client.api(f"uuid_setvar {caller.uuid} uuid_bridge_park_on_cancel true")
    client.api(f"uuid_setvar {caller.uuid} {after}")
    parks = len(client.of(caller.uuid, "CHANNEL_PARK"))
    # When the agent drops around the bridge
    client.api(f"uuid_bridge {caller.uuid} {leg}")
    gevent.sleep(delay)
    client.api(f"uuid_kill {leg}")
    # Then the caller is parked again, whenever it was
    eventually(lambda: len(client.of(caller.uuid, "CHANNEL_PARK")) > parks)
    assert caller.uuid in switch.channels


def test_agent_first_leaves_the_caller_stranded_and_a_transfer_heals_it(
    switch: SimulatedSwitch, client: EslClient, answered: Answered, agent_leg: Leg
) -> None:
    # Given a bridge ordered with the agent first, and an agent who drops at once
    caller, leg = answered(), agent_leg()
    client.api(f"uuid_bridge {leg} {caller.uuid}")
    gevent.sleep(0.010)
    client.api(f"uuid_kill {leg}")
    # Then the caller lives on, mute, in no state that leads anywhere
    eventually(lambda: leg not in switch.channels)
    gevent.sleep(0.1)
    assert switch.channels[caller.uuid].running.wire in ("CS_SOFT_EXECUTE", "CS_RESET")
    # And a transfer brings it back
    parks = len(client.of(caller.uuid, "CHANNEL_PARK"))
    client.api(f"uuid_transfer {caller.uuid} 7200 XML public")
    eventually(lambda: len(client.of(caller.uuid, "CHANNEL_PARK")) > parks)


def test_a_talking_caller_moved_to_another_agent(client: EslClient, answered: Answered, agent_leg: Leg) -> None:
    # Given a caller who talks, and a second agent
    caller, first, second = answered(), agent_leg("first"), agent_leg("second")
    client.api(f"uuid_bridge {caller.uuid} {first}")
    eventually(lambda: caller.state == "talking")
    # When the caller is bridged to the second
    client.api(f"uuid_bridge {caller.uuid} {second}")
    # Then they talk, and the first agent's leg ends with its talk
    eventually(lambda: list(caller.talked_with) == [first, second])
    client.wait_event(Event_Name="CHANNEL_HANGUP_COMPLETE", Unique_ID=first)


def test_neither_answered_cannot_be_bridged(switch: SimulatedSwitch, client: EslClient) -> None:
    one, other = switch.call(), switch.call()
    eventually(lambda: len([e for e in client.events if e["Event-Name"] == "CHANNEL_PARK"]) == 2)
    assert client.api(f"uuid_bridge {one.uuid} {other.uuid}") == "-ERR Invalid uuid\n"


def test_keys_cross_the_bridge_and_are_events(
    switch: SimulatedSwitch, client: EslClient, answered: Answered, agent_leg: Leg
) -> None:
    caller, leg = answered(), agent_leg()
    client.api(f"uuid_bridge {caller.uuid} {leg}")
    eventually(lambda: caller.state == "talking")
    switch.phone("1001").press("5")
    client.wait_event(Event_Name="DTMF", Unique_ID=leg)
    assert caller.dtmf == "5"


def test_music_on_the_agents_leg_does_not_hold_the_end_of_the_talk_up(
    client: EslClient, answered: Answered, agent_leg: Leg
) -> None:
    caller, leg = answered(), agent_leg(extra=",park_after_bridge=true")
    client.api(f"uuid_bridge {caller.uuid} {leg}")
    eventually(lambda: caller.state == "talking")
    client.execute(leg, "playback", "local_stream://moh")
    client.wait_event(Event_Name="PLAYBACK_START", Unique_ID=leg)
    caller.hangup()
    eventually(lambda: caller.state == "ended")
    client.wait_event(Event_Name="CHANNEL_PARK", Unique_ID=leg, Channel_State="CS_PARK")


def test_the_agents_own_hold_and_transfer_keys(
    switch: SimulatedSwitch, client: EslClient, answered: Answered, agent_leg: Leg
) -> None:
    caller, leg = answered(), agent_leg()
    client.api(f"uuid_setvar {caller.uuid} force_transfer_context public")
    client.api(f"uuid_bridge {caller.uuid} {leg}")
    eventually(lambda: caller.state == "talking")
    switch.phone("1001").hold()
    client.wait_event(Event_Name="CHANNEL_HOLD", Unique_ID=leg)
    switch.phone("1001").transfer("7200")
    client.wait_event(Event_Name="CHANNEL_HANGUP_COMPLETE", Unique_ID=leg, Hangup_Cause="NORMAL_CLEARING")
    eventually(lambda: client.names(caller.uuid)[-1] == "CHANNEL_PARK")


def test_three_in_a_conference(switch: SimulatedSwitch, client: EslClient, answered: Answered, agent_leg: Leg) -> None:
    caller, leg = answered(), agent_leg()
    client.api(f"uuid_bridge {caller.uuid} {leg}")
    eventually(lambda: caller.state == "talking")
    client.api(f"uuid_transfer {caller.uuid} -both conference:three@default inline")
    eventually(lambda: switch.conferences.get("three") == {caller.uuid, leg})
    assert orjson.loads(client.api("conference three json_list"))[0]["member_count"] == 2
    caller.hangup()
    eventually(lambda: switch.conferences.get("three") == {leg})
    assert client.api("conference other json_list").startswith("-ERR")
