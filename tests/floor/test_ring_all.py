"""A queue that rings all: who is parked first has the caller, the others' phones stop and nobody is blamed."""

from __future__ import annotations

from dataclasses import replace

from ccswitch.floor.state import State
from ccswitch.model import facts as f
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import AgentId, LegId, QueueName
from ccswitch.model.nouns import AgentState, CallPlace, OfferResult, Queue
from ccswitch.model.wire import from_wire_as, to_plain
from tests.floor.floors import Floor, Given, a_floor

THREE = ("li", "wang", "zhao")


def ringing(*agents: str, most: int = 5) -> Floor:
    """All phones ring for L1."""
    rules = Queue(name=QueueName("support"), strategy="ring_all", ring_most=most)
    floor = a_floor(*(agents or THREE), queues=(rules, Queue(name=QueueName("sales"))))
    floor.parked("L1")
    return floor


def leg_of(floor: Floor, agent: str) -> LegId:
    return next(offer.leg for offer in floor.state.offers.values() if offer.agent == agent)


def ended(told: Given) -> dict[str, OfferResult]:
    return {one.agent: one.result for one in told.every(o.OfferEnded)}


def test_all_who_fit_are_rung_in_one_breath() -> None:
    floor = ringing()
    made = floor.everything(o.OfferMade)
    assert [one.agent for one in made] == list(THREE)
    assert len({one.offer for one in made} | {one.leg for one in made}) == 6
    assert len(floor.call("L1").offers) == 3


def test_no_more_are_rung_than_the_queue_may() -> None:
    # Given a queue that rings two, and three who are free: then the next caller has the third
    floor = ringing(most=2)
    assert [one.agent for one in floor.everything(o.OfferMade)] == ["li", "wang"]
    assert floor.parked("L2").the(o.OfferMade).agent == "zhao"


def test_who_answers_first_has_the_caller_and_the_others_are_not_blamed() -> None:
    floor = ringing()
    legs = {name: leg_of(floor, name) for name in THREE}
    # When Wang answers
    told = floor.agent_parked(legs["wang"])
    # Then he is joined, and the other phones stop
    assert told.the(r.Bridge).other == legs["wang"]
    assert {request.leg for request in told.every(r.HangUp)} == {legs["li"], legs["zhao"]}
    assert ended(told) == {"li": OfferResult.CANCELLED, "zhao": OfferResult.CANCELLED}
    assert floor.call("L1").place is CallPlace.BRIDGING
    # And they talk; the others keep their turns and are free for the next caller once their phones are
    assert floor.joined("L1", legs["wang"]).the(o.TalkStarted).agent == "wang"
    floor.wait(1.0)
    assert {one.agent for one in floor.parked("L2").every(o.OfferMade)} == {"li", "zhao"}
    assert all(floor.state.agents[AgentId(name)].ronas == 0 for name in THREE)


def test_two_answer_at_once_and_one_talks() -> None:
    # Given two phones that were picked up before either could be told to stop: both are parked
    floor = ringing()
    legs = {name: leg_of(floor, name) for name in THREE}
    for name in ("li", "wang"):
        floor.give(f.LegAnswered(leg=legs[name]))
    # When the news of both parks comes, one behind the other
    first = floor.agent_parked(legs["li"])
    second = floor.agent_parked(legs["wang"])
    # Then one bridge is asked for, the other leg is freed, and its agent is idle
    assert [one.other for one in (*first.every(r.Bridge), *second.every(r.Bridge))] == [legs["li"]]
    assert second.the(r.HangUp).leg == legs["wang"]
    assert floor.state.agents[AgentId("wang")].state is AgentState.IDLE
    # And whatever its end says, nobody is blamed and the talk begins
    assert not floor.ended(legs["wang"], "ORIGINATOR_CANCEL").every(o.OfferEnded)
    assert floor.joined("L1", legs["li"]).the(o.TalkStarted).agent == "li"


def test_who_refuses_does_not_end_the_ringing_of_the_others() -> None:
    floor = ringing()
    told = floor.ended(leg_of(floor, "li"), "USER_BUSY")
    assert ended(told) == {"li": OfferResult.BUSY}
    assert len(floor.call("L1").offers) == 2 and not told.every(o.OfferMade)
    # And when all have refused he stands in line, at his place
    for name in ("wang", "zhao"):
        floor.ended(leg_of(floor, name), "CALL_REJECTED")
    assert floor.line() == ["L1"]


def test_who_goes_while_all_are_rung_loses_his_offer_alone() -> None:
    floor = ringing()
    told = floor.order(d.TakeBreak, agent=AgentId("wang"))
    assert ended(told) == {"wang": OfferResult.CANCELLED}
    assert len(floor.call("L1").offers) == 2


def test_a_caller_who_leaves_stops_every_phone() -> None:
    floor = ringing()
    legs = {leg_of(floor, name) for name in THREE}
    told = floor.ended("L1", "ORIGINATOR_CANCEL")
    assert {request.leg for request in told.every(r.HangUp)} == legs
    assert set(ended(told).values()) == {OfferResult.CANCELLED}
    assert len(told.every(r.HangUp)) == 3


def test_all_ring_out_and_each_is_told_so() -> None:
    floor = ringing()
    told = floor.wait(22.0)
    assert ended(told) == dict.fromkeys(THREE, OfferResult.RONA)


def test_a_bridge_that_fails_brings_the_caller_back_to_his_place() -> None:
    floor = ringing()
    leg = leg_of(floor, "li")
    floor.agent_parked(leg)
    # When the agent is gone before the bridge stands: then the caller waits on and others are rung for him
    floor.ended(leg, by_phone=True)
    told = floor.parked("L1", direct=True)
    told.take(floor.wait(1.0))
    assert {one.agent for one in told.every(o.OfferMade)} <= {"wang", "zhao"} and told.every(o.OfferMade)


def test_a_restart_knows_every_offer_and_a_snapshot_of_a_release_that_knew_one() -> None:
    floor = ringing()
    assert floor.replayed() == floor.state
    # Given a snapshot in which the call names its only offer, as releases before wrote it
    one = ringing("li")
    plain = to_plain(one.state)
    (call,) = plain["calls"].values()
    call["offer"] = call.pop("offers")[0]
    assert from_wire_as(State, plain).calls == one.state.calls
    assert replace(one.call("L1")).offer == one.call("L1").offers[0]
