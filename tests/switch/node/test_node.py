"""A node held over a real link to a simulated switch: beat, watchdog, calls, customers, ups and downs."""

from __future__ import annotations

import gevent
import pytest
from gevent.event import Event as Flag

from ccswitch.errors import SwitchError, UnsafeString
from ccswitch.model import facts as f
from ccswitch.model import requests as r
from ccswitch.model.ids import AgentId, CallId, ExecuteId, LegId
from ccswitch.simulator.phones import answers, busy, rings_on
from ccswitch.simulator.switch import SimulatedSwitch
from ccswitch.switch import strings
from ccswitch.switch.node import Account, Node
from tests.simulator.esl_client import EslClient
from tests.switch.fake_peer import PATIENCE, soon
from tests.switch.node.conftest import NODE, Floor, arrived, ring

# ---- up and down --------------------------------------------------------------------------------------------


def test_a_node_that_is_up_beats_and_has_its_watchdog_armed(switch: SimulatedSwitch, up: Node, floor: Floor) -> None:
    # Given a node that came up
    assert floor.of(f.NodeUp) == [f.NodeUp(node=NODE, core=switch.core_uuid)]
    # Then its beat is its own clock's time, its patience is set, and the script runs again and again
    soon(lambda: "sched_api @2 ccs_watchdog luarun ccs_watchdog.lua" in " ".join(switch.commands))
    soon(lambda: switch.variables.get("ccs_beat", "").isdigit())
    assert switch.variables["ccs_beat_limit"] == "15"
    assert "ccs_watchdog" in EslClient(switch.port).api("show tasks")


def test_there_is_one_watchdog_however_often_the_link_comes_up(switch: SimulatedSwitch, up: Node) -> None:
    # Given a link that comes up three times, and arms the watchdog each time
    for times in (1, 2, 3):
        soon(lambda times=times: sum("sched_api @2 ccs_watchdog" in line for line in switch.commands) == times)
        if times < 3:
            switch.faults.cut_links()
    # Then there is one task
    assert EslClient(switch.port).api("show tasks").count("ccs_watchdog,") == 1


def test_the_beat_goes_on(switch: SimulatedSwitch, up: Node) -> None:
    switch.variables["ccs_beat"] = "0"
    soon(lambda: switch.variables["ccs_beat"] != "0")


def test_a_node_whose_engine_is_stuck_does_not_beat(switch: SimulatedSwitch, up: Node, floor: Floor) -> None:
    # Given an engine that does not come round any more
    floor.alive = False
    up.link.api(strings.uptime())  # answered behind whatever beat was on its way
    # When time goes by
    switch.variables["ccs_beat"] = "0"
    asked = floor.asked_alive
    soon(lambda: floor.asked_alive > asked + 5)
    # Then the watchdog will find an old beat
    assert switch.variables["ccs_beat"] == "0"


def test_a_cut_link_is_told_and_mended(switch: SimulatedSwitch, up: Node, floor: Floor) -> None:
    # Given a call on a node
    leg = arrived(switch, floor)
    # When its link is cut
    switch.faults.cut_links()
    # Then it is down and up again, as the same FreeSWITCH
    assert floor.first(f.NodeDown).node == NODE
    assert floor.first(f.NodeUp, 1).core == switch.core_uuid
    # And its calls are there
    up.carry(r.Survey(node=NODE, expected=()))
    assert [one.leg for one in floor.first(f.LegsSeen).legs] == [leg]


def test_a_restarted_switch_comes_up_with_another_core(switch: SimulatedSwitch, up: Node, floor: Floor) -> None:
    before = switch.core_uuid
    switch.faults.restart()
    assert floor.first(f.NodeUp, 1).core == switch.core_uuid != before
    soon(lambda: switch.variables.get("ccs_beat_limit") == "15")


def test_commands_to_a_node_that_is_down_are_swallowed(node: Node, floor: Floor) -> None:
    # Given a node that was never started
    for request in (
        r.Claim(node=NODE, leg=LegId("L1")),
        r.Play(node=NODE, leg=LegId("L1"), execute=ExecuteId("L1-x1"), files=("a.wav",)),
        r.Bridge(node=NODE, leg=LegId("L1"), other=LegId("L1-a1")),
        ring("L1"),
        r.Survey(node=NODE, expected=(LegId("L1"),)),
        r.ProvisionPhone(agent=AgentId("li"), phone="1001"),
    ):
        node.carry(request)
    # Then nothing raises, and nothing is told: the survey finds out when the link is up
    for _ in range(10):  # whoever has something to say has had his turn
        gevent.sleep(0)
    assert floor.facts == []


def test_a_stop_asks_the_watchdog_for_patience(switch: SimulatedSwitch, up: Node, floor: Floor) -> None:
    # Given a beat that is old
    switch.variables["ccs_beat"] = "0"
    # When the node is stopped for a successor who may take half a minute
    up.stop(hand_over=30.0)
    # Then it left a fresh beat and a long patience, hung up nothing, and is down
    assert switch.variables["ccs_beat"] != "0"
    assert switch.variables["ccs_beat_limit"] == "45"
    assert isinstance(floor.facts[-1], f.NodeDown)
    assert not any("uuid_kill" in line or "sched_del ccs_watchdog" in line for line in switch.commands[-3:])


def test_a_node_that_is_down_can_be_stopped(node: Node) -> None:
    node.stop(hand_over=30.0)


# ---- customers whom we dial ---------------------------------------------------------------------------------


def dialled(leg: str = "L1-c2", gateway: str = "carrier") -> r.RingCustomer:
    return r.RingCustomer(
        node=NODE, call=CallId("L1"), leg=LegId(leg), number="13900139000", caller_number="4008008000",
        caller_name="Li Lei Ltd", timeout=5.0,
    )  # fmt: skip


def test_a_customer_who_answers_is_parked_with_all_that_a_callers_leg_has(
    switch: SimulatedSwitch, up: Node, floor: Floor
) -> None:
    # Given a gateway whose far end answers
    switch.outside(answers(0.02), "carrier")
    up.gateway = "carrier"
    # When a customer is dialled
    up.carry(dialled())
    # Then he is in park, and no agent's leg
    parked = floor.first(f.LegParked)
    assert (parked.leg, parked.call, parked.agent_leg, parked.answered) == ("L1-c2", "L1", False, True)
    assert [fact.leg for fact in floor.of(f.LegRinging)] == ["L1-c2"]
    assert [fact.leg for fact in floor.of(f.LegAnswered)] == ["L1-c2"]
    # And what guards a caller guards him: a claim timer, a way out, the way back to park, and REFERs are caught
    channel = switch.channels["L1-c2"]
    assert {name: channel.get(name) for name in GUARDS} == GUARDS
    assert EslClient(switch.port).api("sched_del L1-c2").startswith("+OK Deleted: 1")
    # And a survey sees him as a caller in park
    up.carry(r.Survey(node=NODE, expected=()))
    [seen] = floor.first(f.LegsSeen).legs
    assert (seen.leg, seen.call, seen.agent_leg, seen.parked) == ("L1-c2", "L1", False, True)


GUARDS = {
    "ccs_claimed": "false",
    "ccs_wayout": "orphan:XML:ccs_orphan",
    "transfer_after_bridge": "return:XML:ccs_return",
    "force_transfer_context": "ccs_transfer",
    "uuid_bridge_park_on_cancel": "true",
    "hangup_after_bridge": "false",
}


@pytest.mark.parametrize(("gateway", "cause"), [("carrier", "USER_BUSY"), ("nobody", "INVALID_GATEWAY")])
def test_a_customer_who_cannot_be_had_is_an_end_of_his_leg(
    switch: SimulatedSwitch, up: Node, floor: Floor, gateway: str, cause: str
) -> None:
    switch.outside(busy(), "carrier")
    up.gateway = gateway
    up.carry(dialled())
    ended = floor.first(f.LegEnded)
    assert (ended.leg, ended.cause) == ("L1-c2", cause)


# ---- calls --------------------------------------------------------------------------------------------------


def test_a_claim_takes_the_caller_off_his_timer_and_under_the_watchdog(
    switch: SimulatedSwitch, up: Node, floor: Floor
) -> None:
    leg = arrived(switch, floor)
    up.carry(r.Claim(node=NODE, leg=leg))
    soon(lambda: switch.channels[leg].get("ccs_claimed") == "true")
    soon(lambda: switch.channels[leg].get("ccs_orphan") == "false")
    assert leg not in EslClient(switch.port).api("show tasks")


def test_a_leg_that_is_hung_up_before_it_exists_does_not_ring_for_ever(
    switch: SimulatedSwitch, up: Node, floor: Floor
) -> None:
    # Given an agent's phone
    phone = switch.phone("1001", rings_on())
    leg = arrived(switch, floor)
    # When it is dialled and taken back in the same breath
    up.carry(ring(leg))
    up.carry(r.HangUp(node=NODE, leg=LegId(f"{leg}-a1"), cause="ORIGINATOR_CANCEL"))
    # Then the leg ends well before its ring time
    soon(lambda: any(fact.leg == f"{leg}-a1" for fact in floor.of(f.LegEnded)))
    soon(lambda: not phone.legs)


def test_an_application_on_a_leg_that_is_gone_has_failed(up: Node, floor: Floor) -> None:
    up.carry(r.Play(node=NODE, leg=LegId("gone"), execute=ExecuteId("gone-x1"), files=("a.wav",)))
    assert floor.first(f.ExecuteFailed).execute == "gone-x1"


def test_an_unreachable_phone_is_a_leg_that_ended(up: Node, floor: Floor) -> None:
    up.carry(ring("L1", phone="1999"))
    assert floor.first(f.LegEnded) == f.LegEnded(leg=LegId("L1-a1"), cause="SUBSCRIBER_ABSENT")


def test_accounts_that_take_their_time_hold_up_nothing(
    switch: SimulatedSwitch, node: Node, floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a store that does not answer for now
    let_go = Flag()

    def slow(agent: str | None) -> list[Account]:
        let_go.wait(PATIENCE)
        return []

    monkeypatch.setattr(node, "_accounts", slow)
    node.start()
    # Then calls are heard meanwhile
    floor.first(f.NodeUp)
    assert arrived(switch, floor)
    let_go.set()


# ---- recordings ---------------------------------------------------------------------------------------------


def test_a_recording_is_deleted_from_the_nodes_disk(switch: SimulatedSwitch, up: Node) -> None:
    # Given a recording of the node
    switch.recorded["/rec/x.wav"] = 1000
    # When it is deleted, twice
    assert up.forget_recording("/rec/x.wav")
    assert not up.forget_recording("/rec/x.wav")
    # Then it is gone, and a name that is none was never asked for
    assert switch.recorded == {}
    with pytest.raises(UnsafeString):
        up.forget_recording("/rec/../etc/x.wav")


def test_a_node_without_the_script_says_so(switch: SimulatedSwitch, up: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strings, "forget_recording", lambda path: strings.api("lua", "ccs_nobody_has_it.lua", path))
    with pytest.raises(SwitchError, match="is not in its script folder"):
        up.forget_recording("/rec/x.wav")
