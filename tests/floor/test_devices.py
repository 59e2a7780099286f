"""An agent with several devices: rung together or in turn; the first who answers wins, and only all together refuse."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ccswitch.model import facts as f
from ccswitch.model import nouns as n
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import AgentId, LegId, NodeName
from ccswitch.model.nouns import AgentState, AgentStatus, CallPlace, OfferResult
from tests.floor.floors import Floor, Given, a_floor, an_agent, leg_seen

DESK, MOBILE, HOME = "1001", "trunk:gw/13800138000", "sip:li@192.0.2.7"


def with_devices(*phones: str, ring: str = "together", **rules: object) -> Floor:
    """Li, who has these devices besides his desk phone, and nobody else."""
    return a_floor(replace(an_agent("li"), phones=phones or (MOBILE,), ring=ring), **rules)


def rung(told: Given) -> dict[str, str]:
    """The legs that were dialled, by phone."""
    return {ring.phone: ring.leg for ring in told.every(r.RingAgent)}


def test_devices_ring_together_under_legs_of_ours() -> None:
    # Given an agent with three devices, When a caller comes
    floor = with_devices(MOBILE, HOME)
    told = floor.parked("L1")
    # Then there is one offer, and a leg for each device
    made = told.the(o.OfferMade)
    legs = rung(told)
    assert set(legs) == {DESK, MOBILE, HOME}
    assert [made.leg, *made.beside] == list(legs.values()) == floor.call("L1").legs[1:]
    # And what is made for the call next has a name of its own
    for leg in legs.values():
        floor.ended(leg, "USER_BUSY")
    again = floor.wait(11.0)
    assert not set(rung(again).values()) & set(legs.values()) and again.the(o.OfferMade).offer != made.offer


@pytest.mark.parametrize("first", [DESK, MOBILE])
def test_who_answers_first_is_joined_and_the_others_stop(first: str) -> None:
    # Given two devices that ring
    floor = with_devices()
    legs = rung(floor.parked("L1"))
    other = legs[MOBILE if first == DESK else DESK]
    # When he answers at one of them
    told = floor.agent_parked(legs[first])
    # Then the caller is joined to it, and the other is told that the call was taken elsewhere
    assert told.the(r.Bridge).other == legs[first] == told.the(o.OfferAnswered).leg
    assert told.the(r.HangUp) == r.HangUp(node=NodeName("a"), leg=LegId(other), cause="LOSE_RACE")
    # And the end of the other says nothing of the agent
    assert [type(x) for x in floor.ended(other, "LOSE_RACE", by_phone=False).outcomes] == [o.LegClosed]
    floor.joined("L1", legs[first])
    assert floor.call("L1").place is CallPlace.TALKING and floor.call("L1").agent_leg == legs[first]
    assert floor.replayed() == floor.state


def test_a_second_device_that_is_answered_in_the_same_moment_is_freed() -> None:
    # Given an agent who has answered at his desk
    floor = with_devices()
    legs = rung(floor.parked("L1"))
    floor.agent_parked(legs[DESK])
    # When his mobile's answer comes through as well
    told = floor.agent_parked(legs[MOBILE])
    # Then that leg is freed, and the caller is joined to nobody else
    assert told.the(r.HangUp).leg == legs[MOBILE] and not told.every(r.Bridge)


def test_one_device_that_refuses_leaves_the_others_ringing() -> None:
    # Given two devices that ring
    floor = with_devices()
    legs = rung(floor.parked("L1"))
    # When the desk phone is declined, and then the mobile is answered
    told = floor.ended(legs[DESK], "CALL_REJECTED")
    assert told.the(o.DeviceRefused).result is OfferResult.REJECTED and not told.every(o.OfferEnded)
    # Then the caller is joined to the mobile
    assert floor.agent_parked(legs[MOBILE]).the(r.Bridge).other == legs[MOBILE]


@pytest.mark.parametrize(
    ("desk", "mobile", "result"),
    [
        ("USER_NOT_REGISTERED", "NO_ANSWER", OfferResult.RONA),
        ("NO_ANSWER", "USER_NOT_REGISTERED", OfferResult.RONA),
        ("CALL_REJECTED", "NO_ANSWER", OfferResult.REJECTED),
        ("USER_BUSY", "USER_NOT_REGISTERED", OfferResult.BUSY),
        ("USER_NOT_REGISTERED", "GATEWAY_DOWN", OfferResult.UNREACHABLE),
    ],
)
@pytest.mark.parametrize("ring", ["together", "in_turn"])
def test_only_when_all_have_refused_the_offer_is_refused(
    ring: str, desk: str, mobile: str, result: OfferResult
) -> None:
    # Given two devices
    floor = with_devices(ring=ring)
    legs = rung(floor.parked("L1"))
    # When both refuse, each in its way
    told = floor.ended(legs[DESK], desk)
    assert not told.every(o.OfferEnded)
    legs |= rung(told)
    told = floor.ended(legs[MOBILE], mobile)
    # Then the offer ends by what says most of the agent: a phone that cannot be reached says nothing of him
    assert told.the(o.OfferEnded).result is result
    assert floor.agent().ronas == (result is OfferResult.RONA)
    assert floor.agent().state is AgentState.IDLE and floor.line() == ["L1"]


def test_devices_in_turn_are_rung_one_after_the_other() -> None:
    # Given three devices that are rung in turn
    floor = with_devices(MOBILE, HOME, ring="in_turn")
    told = floor.parked("L1")
    offer = told.the(o.OfferMade).offer
    assert list(rung(told)) == [DESK]
    # When the first rings out, and the second is not reached
    floor.wait(20.0)
    told = floor.ended(rung(told)[DESK], "NO_ANSWER", by_phone=False)
    assert list(rung(told)) == [MOBILE] and told.the(o.DeviceRung).offer == offer
    told = floor.ended(rung(told)[MOBILE], "GATEWAY_DOWN", by_phone=False)
    # Then the third is rung for the same offer, with a lease of its own
    assert list(rung(told)) == [HOME]
    assert told.the(o.DeviceRung).deadline == floor.now + 21.0
    assert floor.agent_parked(rung(told)[HOME]).the(r.Bridge).other == rung(told)[HOME]


def test_a_device_whose_end_is_not_heard_of_gives_way_to_the_next_by_time() -> None:
    # Given a desk phone that rings on, with a lease
    floor = with_devices(ring="in_turn")
    leg = rung(floor.parked("L1"))[DESK]
    # When the lease is over
    told = floor.wait(21.1)
    # Then its leg is hung up, and the mobile is rung
    assert told.the(r.HangUp).leg == leg and list(rung(told)) == [MOBILE]
    # And when that lease is over too, the agent has let it ring out
    assert floor.wait(21.1).the(o.OfferEnded).result is OfferResult.RONA


@pytest.mark.parametrize("how", ["caller", "break", "time"])
def test_an_offer_that_ends_leaves_no_device_ringing(how: str) -> None:
    # Given two devices that ring
    floor = with_devices()
    legs = rung(floor.parked("L1"))
    # When the caller leaves, the agent takes a break, or nobody answers
    if how == "caller":
        told = floor.ended("L1")
    elif how == "break":
        told = floor.order(d.TakeBreak, agent=AgentId("li"))
    else:
        told = floor.wait(21.1)
    # Then both are hung up
    assert {request.leg for request in told.every(r.HangUp)} >= set(legs.values())
    for leg in legs.values():
        floor.ended(leg, "ORIGINATOR_CANCEL", by_phone=False)
    assert not set(legs.values()) & set(floor.state.legs)


def test_both_devices_of_an_agent_fail_and_nobody_is_stuck() -> None:
    # Given two devices, one of which has answered and is being joined
    floor = with_devices()
    legs = rung(floor.parked("L1"))
    floor.agent_parked(legs[DESK])
    # When both legs end before the bridge stands
    floor.ended(legs[MOBILE], "LOSE_RACE", by_phone=False)
    told = floor.ended(legs[DESK])
    # Then the offer is over and the agent is free again after his rest
    assert told.the(o.OfferEnded).result is OfferResult.DROPPED
    floor.parked("L1", direct=True)
    assert floor.wait(30.0).every(o.OfferMade)


def test_an_answer_at_any_device_that_nobody_told_of_is_found_by_the_survey() -> None:
    # Given two devices that ring, and a mobile that was answered while the link was down
    floor = with_devices()
    legs = rung(floor.parked("L1"))
    floor.wait(3.0)
    # When the node is surveyed
    told = floor.seen(
        leg_seen("L1"),
        leg_seen(legs[DESK], parked=False, answered=False),
        leg_seen(legs[MOBILE]),
        asked_at=floor.now - 0.1,
    )
    # Then he is joined there, and the desk phone stops
    assert told.the(r.Bridge).other == legs[MOBILE]
    assert told.the(r.HangUp).leg == legs[DESK]


def test_a_node_that_is_away_is_asked_for_no_further_device() -> None:
    floor = with_devices(ring="in_turn")
    leg = rung(floor.parked("L1"))[DESK]
    floor.give(f.NodeDown(node=NodeName("a"), why="cut"))
    told = floor.wait(40.0)
    assert not told.every(r.RingAgent)
    assert told.the(o.OfferEnded).result is OfferResult.FAILED
    assert floor.agent().status is AgentStatus.READY and leg


def test_the_same_phone_named_twice_is_one_device() -> None:
    agent = n.Agent(agent=AgentId("li"), phone=DESK, phones=(DESK, MOBILE))
    assert agent.devices == (DESK, MOBILE)
    assert n.Agent(agent=AgentId("li")).devices == ()
