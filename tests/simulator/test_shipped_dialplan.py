"""The dialplan that production uses, run by the simulator."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ccswitch.model.ids import LegId, NodeName
from ccswitch.model.nouns import Entry
from ccswitch.simulator.phones import answers, busy
from ccswitch.simulator.switch import SimulatedSwitch
from ccswitch.switch.dialplan import LastResort, Site, render
from ccswitch.switch.notes import read_note
from tests.simulator.esl_client import EslClient, eventually

SITE = Site(
    gateway="carrier",
    entries=(Entry(name="sales", dids=("4000",), queue="sales"),),
    last_resort=LastResort(announcement="tone_stream://%(200,0,440)"),
    claim_within=2,  # whole seconds of the wall clock: 1 may be a few milliseconds
    orphan_within=1,
)


@pytest.fixture
def switch() -> Iterator[SimulatedSwitch]:
    files = render(SITE)
    with SimulatedSwitch(dialplan=[text for path, text in files.items() if path.startswith("dialplan/")]) as running:
        running.phone("1001", answers(0.05))
        yield running


def arrive(switch: SimulatedSwitch, client: EslClient, claimed: bool = True):  # type: ignore[no-untyped-def]
    caller = switch.call(to="4000")
    client.wait_event(Event_Name="CHANNEL_PARK", Unique_ID=caller.uuid)
    if claimed:
        assert client.api(f"sched_del {caller.uuid}") == "+OK Deleted: 1\n"
        client.api(f"uuid_setvar {caller.uuid} ccs_claimed true")
        client.api(f"uuid_answer {caller.uuid}")
    return caller


def talk(client: EslClient, caller) -> None:  # type: ignore[no-untyped-def]
    client.say(
        "bgapi originate {origination_uuid=leg,ccs_role=agent,force_transfer_context=ccs_transfer}user/1001@x &park()"
    )
    client.wait_event(Event_Name="CHANNEL_PARK", Unique_ID="leg")
    client.api(f"uuid_bridge {caller.uuid} leg")
    eventually(lambda: caller.state == "talking")


def test_a_caller_comes_in_rings_and_waits_to_be_claimed(switch: SimulatedSwitch, client: EslClient) -> None:
    caller = arrive(switch, client, claimed=False)
    park = client.of(caller.uuid, "CHANNEL_PARK")[0]
    assert park["Caller-Context"] == "ccs_in"
    assert (park["variable_ccs_entry"], park["variable_ccs_call"]) == ("sales", caller.uuid)
    assert client.of(caller.uuid, "CHANNEL_PROGRESS") and caller.state == "ringing"


def test_nobody_claims_and_the_last_resort_speaks(switch: SimulatedSwitch, client: EslClient) -> None:
    caller = arrive(switch, client, claimed=False)
    eventually(lambda: len(client.of(caller.uuid, "CHANNEL_PARK")) == 2)
    assert client.of(caller.uuid, "CHANNEL_PARK")[1]["Caller-Context"] == "ccs_orphan"
    eventually(lambda: caller.state == "ended")
    assert list(caller.heard) == ["tone_stream://%(200,0,440)"]
    # And the switch notes that he was there, in no more than its store can answer
    note = client.api(f"db select/ccs_wayout/{caller.uuid}").split("|")
    assert client.api("db list/ccs_wayout") == caller.uuid
    assert note[3:8] == ["NORMAL_CLEARING", caller.uuid, "sales", "4000", caller.number]
    assert int(note[0]) <= int(note[1]) - SITE.claim_within and int(note[1]) <= int(note[2])


@pytest.mark.parametrize("text", ["0" * 500, "李" * 500, "|/%,\n'\"\\", "～~"])
def test_a_note_of_a_hostile_caller_is_a_note(switch: SimulatedSwitch, client: EslClient, text: str) -> None:
    caller = switch.call(to="4000", number=text, name=text)
    client.wait_event(Event_Name="CHANNEL_PARK", Unique_ID=caller.uuid)
    client.api(f"uuid_transfer {caller.uuid} last_resort XML ccs_last_resort")
    eventually(lambda: caller.state == "ended")
    written = client.api(f"db select/ccs_wayout/{caller.uuid}")
    note = read_note(NodeName("a"), LegId(caller.uuid), written)
    assert note is not None and len(written) <= 255
    assert text.startswith(note.caller_name) and text.startswith(note.caller_number) and note.caller_number


def test_after_a_talk_the_caller_waits_to_be_claimed_again(switch: SimulatedSwitch, client: EslClient) -> None:
    caller = arrive(switch, client)
    talk(client, caller)
    client.api("uuid_kill leg")
    park = client.wait_event(Event_Name="CHANNEL_PARK", Unique_ID=caller.uuid, Caller_Context="ccs_return")
    assert park["variable_ccs_claimed"] == "false"
    assert client.api(f"sched_del {caller.uuid}") == "+OK Deleted: 1\n"


def test_an_agents_transfer_key_only_asks(switch: SimulatedSwitch, client: EslClient) -> None:
    caller = arrive(switch, client)
    talk(client, caller)
    switch.phone("1001").transfer("00900123456")
    park = client.wait_event(Event_Name="CHANNEL_PARK", Unique_ID=caller.uuid, Caller_Context="ccs_transfer")
    assert park["variable_ccs_transfer"] == "00900123456"


def test_to_an_outside_number_and_back_when_it_fails(switch: SimulatedSwitch, client: EslClient) -> None:
    switch.outside(busy(), "carrier")
    caller = arrive(switch, client)
    client.api(f"uuid_transfer {caller.uuid} 13900139000 XML ccs_out")
    park = client.wait_event(Event_Name="CHANNEL_PARK", Unique_ID=caller.uuid, Caller_Context="ccs_return")
    assert park["variable_ccs_out_failed"] == "USER_BUSY"
    switch.outside(answers(0.05))
    client.api(f"uuid_transfer {caller.uuid} 13900139000 XML ccs_out")
    eventually(lambda: caller.state == "talking")
