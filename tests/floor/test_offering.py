"""Offers are leases: everything that can come between a phone that rings and a bridge that stands."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ccswitch.acd.refusal import RESULTS
from ccswitch.floor.offering import UNSEEN_AT_MOST, UNSYNCED_GRACE
from ccswitch.model import facts as f
from ccswitch.model import nouns as n
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import AgentId, LegId, NodeName, QueueName
from ccswitch.model.nouns import AgentState, AgentStatus, CallPlace, CallResult, OfferResult, VisitResult
from tests.floor.floors import START, Floor, a_floor, an_agent, leg_seen, stage

LEASE = 21.0  # the queue's ring timeout and a second of grace


def test_the_longest_idle_agent_is_rung_under_a_leg_id_of_ours() -> None:
    # Given two agents, Li idle for longer
    floor = a_floor("li", "wang")
    # When a caller comes
    told = floor.parked("L1", caller_number="138")
    # Then Li is offered the call until the lease runs out, with the reason, and his phone is dialled from there
    made = told.the(o.OfferMade)
    assert (made.agent, made.call, made.deadline) == ("li", "L1", floor.now + LEASE)
    assert made.why.startswith("longest idle of 2")
    ring = told.the(r.RingAgent)
    assert (ring.leg, ring.phone, ring.node, ring.caller_number) == (made.leg, "1001", "a", "138")
    assert ring.timeout == 20.0
    assert floor.agent("li").state is AgentState.OFFERED


def test_a_phone_that_rings_is_told_once() -> None:
    # Given an offer
    floor = a_floor()
    agent_leg = floor.offered("L1")
    # When 180 and then 183 come
    first, second = (floor.give(f.LegRinging(leg=LegId(agent_leg))) for _ in range(2))
    # Then the agent rings, once
    assert first.the(o.OfferRinging).agent == "li"
    assert second.is_nothing
    assert floor.agent().state is AgentState.RINGING


@pytest.mark.parametrize("park_first", [False, True])
def test_an_answer_in_time_joins_them_whatever_is_heard_first(park_first: bool) -> None:
    # Given an offer
    floor = a_floor()
    agent_leg = floor.offered("L1")
    news = [lambda: floor.give(f.LegAnswered(leg=LegId(agent_leg))), lambda: floor.agent_parked(agent_leg)]
    # When the agent's leg is answered and parked, in either order
    told = [tell() for tell in (reversed(news) if park_first else news)]
    # Then the leg is connected once, and the bridge is asked for once, when the leg is parked
    outcomes = [outcome for one in told for outcome in one.outcomes]
    assert [type(outcome) for outcome in outcomes] == [o.LegConnected, o.OfferAnswered]
    bridges = [bridge for one in told for bridge in one.every(r.Bridge)]
    assert bridges == [r.Bridge(node=NodeName("a"), leg=LegId("L1"), other=LegId(agent_leg))]
    assert floor.call("L1").place is CallPlace.BRIDGING


@pytest.mark.parametrize("name", ["bridging", "talking"])
def test_an_answer_told_twice_does_not_cost_the_agent_his_leg(name: str) -> None:
    # Given an agent who answered, and is being joined or talks already
    floor = stage(name)
    agent_leg = floor.call("L1").agent_leg or floor.agent_leg("L1")
    # When his park is told once more: a survey was quicker than the event
    # Then nothing follows
    assert floor.agent_parked(agent_leg).is_nothing


@pytest.mark.parametrize("cause", [*RESULTS, "DESTINATION_UNKNOWN_TO_US"])
def test_a_call_not_taken_goes_to_the_next_and_the_caller_keeps_his_place(cause: str) -> None:
    # Given a call offered to Li, and Wang free
    floor = a_floor("li", "wang")
    agent_leg = floor.offered("L1")
    since = floor.call("L1").waiting_since
    # When Li's leg ends unanswered
    floor.wait(1.0)
    told = floor.ended(agent_leg, cause)
    # Then his offer has its result, he rests, and Wang is offered the call at once
    result = RESULTS.get(cause, OfferResult.FAILED)
    assert told.the(o.OfferEnded).result is result
    assert told.the(o.OfferEnded).cause == cause
    pause = 30.0 if result is OfferResult.UNREACHABLE else 10.0
    assert told.the(o.AgentRested).until == floor.now + pause
    assert told.the(o.OfferMade).agent == "wang"
    assert floor.call("L1").waiting_since == since
    assert not told.every(o.AgentStatusChanged)


def test_an_agent_alone_is_tried_again_when_he_has_rested() -> None:
    # Given the only agent, who declined
    floor = a_floor()
    floor.ended(floor.offered("L1"), "CALL_REJECTED")
    # When his rest is not over: then nothing; when it is: then the call is offered again, under a new name
    assert not floor.wait(9.9).every(o.OfferMade)
    made = floor.wait(0.2).the(o.OfferMade)
    assert made.agent == "li"
    assert len({offer.leg for offer in floor.everything(o.OfferMade)}) == 2


@pytest.mark.parametrize("by_switch", [True, False])
def test_who_lets_it_ring_out_too_often_is_put_on_break(by_switch: bool) -> None:
    # Given an agent who let one call ring out (the limit is two)
    floor = a_floor()
    floor.parked("L1")
    _ring_out(floor, by_switch)
    assert (floor.agent().status, floor.agent().ronas) == (AgentStatus.READY, 1)
    # When he rested and the next rings out too
    floor.wait(10.0)
    told = _ring_out(floor, by_switch)
    # Then he is on break, by name of the house, and is offered nothing more
    changed = told.the(o.AgentStatusChanged)
    assert (changed.status, changed.reason, changed.author) == (AgentStatus.BREAK, "rona", "ccswitch")
    assert not floor.wait(60.0).every(o.OfferMade)
    # And when he is ready again he begins with a clean slate
    floor.ready("li")
    assert floor.agent().ronas == 0


def _ring_out(floor: Floor, by_switch: bool):  # type: ignore[no-untyped-def]
    if by_switch:
        return floor.ended(floor.agent_leg("L1"), "NO_ANSWER")
    told = floor.wait(LEASE)
    assert told.the(r.HangUp).cause == "NO_ANSWER"
    assert told.the(o.OfferEnded).result is OfferResult.RONA
    return told


def test_a_talk_wipes_out_the_ones_that_rang_out() -> None:
    # Given an agent who let one ring out
    floor = a_floor()
    floor.ended(floor.offered("L1"), "NO_ANSWER")
    # When he takes the next
    floor.wait(10.0)
    agent_leg = floor.agent_leg("L1")
    floor.agent_parked(agent_leg)
    floor.joined("L1", agent_leg)
    # Then he begins with a clean slate
    assert floor.agent().ronas == 0


def test_who_is_busy_or_declines_is_not_put_on_break() -> None:
    floor = a_floor()
    floor.parked("L1")
    for cause in ("USER_BUSY", "CALL_REJECTED", "USER_NOT_REGISTERED"):
        floor.ended(floor.agent_leg("L1"), cause)
        floor.wait(30.0)
    assert floor.agent().status is AgentStatus.READY


def test_an_answer_after_the_lease_frees_the_leg_and_does_no_more() -> None:
    # Given an offer whose lease ran out
    floor = a_floor("li", "wang")
    agent_leg = floor.offered("L1")
    floor.wait(LEASE)
    assert floor.agent_leg("L1") != agent_leg
    # When the first agent answers after all
    told = floor.agent_parked(agent_leg)
    # Then his leg is freed, the call stays with the second, and nobody is bridged
    assert told.the(r.HangUp).leg == agent_leg
    assert [type(outcome) for outcome in told.outcomes] == [o.LegConnected]
    assert floor.call("L1").place is CallPlace.WAITING
    # And the end of the leg is its end and no more
    assert [type(outcome) for outcome in floor.ended(agent_leg).outcomes] == [o.LegClosed]


def test_an_answer_that_overtakes_the_end_of_the_lease_is_late_all_the_same() -> None:
    # Given an offer whose lease is over, though nobody has looked at the clock yet
    floor = a_floor()
    agent_leg = floor.offered("L1")
    floor.now += LEASE + 0.001
    # When the agent's park is decided first
    told = floor.agent_parked(agent_leg)
    # Then he is not bridged, and the lease ends as it would have
    assert not told.every(r.Bridge)
    assert told.the(o.OfferEnded).result is OfferResult.RONA


# ---- the agent is gone between answer and bridge ---------------------------------------------------------------


def test_the_agents_end_is_heard_before_the_callers_park() -> None:
    # Given an agent who answered, and a bridge asked for
    floor = stage("bridging")
    agent_leg, since = floor.agent_leg("L1"), floor.call("L1").waiting_since
    # When his leg ends, and then the caller is parked by the switch
    ended = floor.ended(agent_leg)
    parked = floor.parked("L1", direct=True, answered=True)
    # Then the offer was dropped, once, and the caller waits at his old place with music
    assert ended.the(o.OfferEnded).result is OfferResult.DROPPED
    assert not parked.every(o.OfferEnded)
    assert floor.line() == ["L1"]
    assert floor.call("L1").waiting_since == since
    assert parked.the(r.Play)


@pytest.mark.parametrize("refused_first", [False, True])
def test_a_caller_who_leaves_before_the_bridge_stands_is_heard_behind_his_agents_leg(refused_first: bool) -> None:
    # Given a bridge asked for, and a caller who left: the switch ends the agent's leg, and may refuse the bridge
    floor = stage("bridging")
    agent_leg = floor.agent_leg("L1")
    refused = f.BridgeFailed(leg=LegId("L1"), other=LegId(agent_leg), why="-ERR no such channel")
    news = [lambda: floor.give(refused), lambda: floor.ended(agent_leg, by_phone=False)]
    # When that is heard first: then nobody is blamed yet, and nobody is asked for anything
    told = [tell() for tell in (news if refused_first else news[1:])]
    assert not [one for some in told for one in [*some.every(o.OfferEnded), *some.requests]]
    # And when the caller's end follows, the offer was taken back and the agent is free at once
    floor.wait(0.29)
    gone = floor.ended("L1")
    assert gone.the(o.OfferEnded).result is OfferResult.CANCELLED
    assert gone.the(o.AgentRested).until == floor.now + 0.5
    assert gone.the(o.CallEnded).result is CallResult.ABANDONED
    assert not gone.requests
    # And news of a bridge that was overtaken starts no talk
    assert floor.joined("L1", agent_leg).is_nothing


def test_an_agents_leg_that_the_switch_ended_before_the_bridge_stood_is_nobodys_fault() -> None:
    # Given a bridge asked for, and the agent's leg ended by the switch
    floor = stage("bridging")
    agent_leg = floor.agent_leg("L1")
    floor.ended(agent_leg, by_phone=False)
    # When a bridge is told of all the same, by an event or a survey on its way: then it starts no talk
    assert floor.joined("L1", agent_leg).is_nothing
    seen = leg_seen("L1", parked=False, peer=agent_leg), leg_seen(agent_leg, parked=False, peer="L1")
    assert not floor.seen(*seen).every(o.TalkStarted)
    # And when the caller neither leaves nor parks in time, the bridge is given up: the agent is free, he comes back
    told = floor.wait(0.3)
    assert told.the(o.OfferEnded).result is OfferResult.FAILED
    assert told.the(o.AgentRested).until == floor.now + 0.5
    assert (told.the(r.Repark).leg, told.every(r.HangUp)) == ("L1", [])
    assert floor.call("L1").place is CallPlace.RETURNING


def test_a_caller_whom_the_switch_parks_was_dropped_by_his_agent_whoever_ended_the_leg() -> None:
    # Given a bridge asked for, and the agent's leg ended by the switch: his phone was gone
    floor = stage("bridging")
    floor.ended(floor.agent_leg("L1"), by_phone=False)
    # When the caller is parked
    told = floor.parked("L1", direct=True, answered=True)
    # Then the offer was dropped and he waits on, and a leg that is over is not hung up
    assert told.the(o.OfferEnded).result is OfferResult.DROPPED
    assert not told.every(r.HangUp)
    assert floor.line() == ["L1"]


def test_an_agents_leg_that_ends_after_its_bridge_was_overdue_is_given_up_without_asking() -> None:
    # Given a bridge that is overdue, and a node that was asked about it
    floor = a_floor()
    agent_leg = floor.bridging("L1")
    assert floor.wait(2.0).every(r.Survey)
    # When the switch ends the agent's leg and says nothing of the caller
    floor.ended(agent_leg, by_phone=False)
    told = floor.wait(0.3)
    # Then the bridge is given up
    assert told.the(o.OfferEnded).result is OfferResult.FAILED
    assert told.the(r.Repark).leg == "L1"


def test_the_agents_end_is_heard_and_the_callers_park_never() -> None:
    # Given an agent who was gone before the bridge stood
    floor = stage("bridging")
    floor.ended(floor.agent_leg("L1"))
    # When the caller's park does not come in time
    told = floor.wait(2.0)
    # Then he is brought back, and the switch is asked where he is
    assert told.the(r.Repark).leg == "L1"
    assert told.the(r.Survey).expected == ("L1",)


def test_an_agent_who_is_gone_before_his_park_is_heard() -> None:
    # Given an agent who answered
    floor = a_floor("li", "wang")
    agent_leg = floor.offered("L1")
    floor.give(f.LegAnswered(leg=LegId(agent_leg)))
    # When his leg ends before it is parked
    told = floor.ended(agent_leg)
    # Then he dropped it, the caller never left his place, and the next agent is rung
    assert told.the(o.OfferEnded).result is OfferResult.DROPPED
    assert told.the(o.OfferMade).agent == "wang"
    assert not told.every(r.Bridge)


def test_a_bridge_that_is_refused_frees_the_agent_and_brings_the_caller_back() -> None:
    # Given a bridge asked for
    floor = stage("bridging")
    agent_leg = floor.agent_leg("L1")
    refused = f.BridgeFailed(leg=LegId("L1"), other=LegId(agent_leg), why="-ERR no such channel")
    # When the switch refuses, twice, and nobody is heard to have left
    floor.give(refused)
    refused_at = floor.now
    floor.wait(0.2)
    floor.give(refused)
    told = floor.wait(0.11)
    # Then nobody is blamed, the agent is free in a moment, and the caller is on his way to park
    assert told.the(o.OfferEnded).result is OfferResult.FAILED
    assert told.the(o.AgentRested).until == pytest.approx(refused_at + 0.3 + 0.5)
    assert told.the(r.HangUp).leg == agent_leg
    assert told.the(r.Repark).leg == "L1"
    assert floor.call("L1").place is CallPlace.RETURNING
    # And the refusal told once more is nothing
    assert floor.give(refused).is_nothing
    # And once he parks he waits on and is offered when the agent is free
    floor.parked("L1")
    assert floor.wait(0.5).the(o.OfferMade).agent == "li"


def test_a_refused_bridge_is_the_doing_of_who_left() -> None:
    # Given a bridge that the switch refused, for one of the two had just left
    for left, result in (("L1", OfferResult.CANCELLED), ("agent", OfferResult.DROPPED)):
        floor = stage("bridging")
        agent_leg = floor.agent_leg("L1")
        told = floor.give(f.BridgeFailed(leg=LegId("L1"), other=LegId(agent_leg), why="-ERR no such channel"))
        assert not told.every(o.OfferEnded) and not told.requests
        # When his end is heard behind the refusal
        told = floor.ended(agent_leg if left == "agent" else left)
        # Then the offer ended by him
        assert told.the(o.OfferEnded).result is result


def test_a_bridge_that_never_comes_is_given_up() -> None:
    # Given a bridge asked for
    floor = a_floor()
    agent_leg = floor.bridging("L1")
    # When two seconds pass without it
    told = floor.wait(2.0)
    # Then the node is asked, for only the news may be late
    assert set(told.the(r.Survey).expected) == {"L1", agent_leg}
    assert not told.every(o.OfferEnded)
    # And when it knows of no bridge, that is given up
    told = floor.seen(leg_seen("L1", parked=False), leg_seen(agent_leg))
    assert told.the(o.OfferEnded).result is OfferResult.FAILED
    assert (told.the(r.HangUp).leg, told.the(r.Repark).leg) == (agent_leg, "L1")
    # And a bridge that comes after that starts no talk: the agent's leg is being hung up
    assert floor.joined("L1", agent_leg).is_nothing


def test_a_bridge_whose_news_is_late_is_not_torn() -> None:
    # Given a bridge asked for, and no news of it for two seconds: the link is slow
    floor = a_floor()
    agent_leg = floor.bridging("L1")
    floor.wait(2.0)
    # When the node says that they talk
    told = floor.seen(leg_seen("L1", parked=False, peer=agent_leg), leg_seen(agent_leg, parked=False, peer="L1"))
    # Then they talk, and nobody is hung up
    assert told.the(o.TalkStarted).agent == "li"
    assert not told.every(r.HangUp)
    # And the news that comes after that is no news
    assert floor.joined("L1", agent_leg).is_nothing


def test_a_node_that_says_nothing_about_a_late_bridge_is_asked_again() -> None:
    # Given a bridge that is overdue, and a survey that brings nothing
    floor = a_floor()
    agent_leg = floor.bridging("L1")
    assert floor.wait(2.0).every(r.Survey)
    # When five seconds pass: then it is asked again, and nobody is hung up meanwhile
    told = floor.wait(5.0)
    assert told.every(r.Survey)
    assert not told.every(r.HangUp)
    # And a bridge that stands at last is a talk
    assert floor.joined("L1", agent_leg).the(o.TalkStarted)


# ---- the caller or the agent goes while it rings ----------------------------------------------------------------


@pytest.mark.parametrize("order", [d.TakeBreak, d.LogOut, d.LogIn])
def test_an_agent_who_goes_while_his_phone_rings_loses_the_offer(order: type) -> None:
    # Given Li's phone rings, and Wang is free
    floor = a_floor("li", "wang")
    agent_leg = floor.offered("L1")
    # When Li goes
    told = floor.order(order, agent=AgentId("li"))
    # Then his phone is freed, nobody is blamed, and Wang is rung
    assert told.the(o.OfferEnded).result is OfferResult.CANCELLED
    assert told.the(r.HangUp).leg == agent_leg
    assert told.the(o.OfferMade).agent == "wang"
    # And an answer that was on its way is late
    assert floor.agent_parked(agent_leg).the(r.HangUp).leg == agent_leg


@pytest.mark.parametrize("order", [d.TakeBreak, d.LogOut])
def test_an_agent_who_goes_after_his_answer_still_talks(order: type) -> None:
    # Given an agent who answered
    floor = stage("bridging")
    agent_leg = floor.agent_leg("L1")
    # When he goes and then the bridge stands
    told = floor.order(order, agent=AgentId("li"))
    assert not told.every(o.OfferEnded)
    # Then they talk, and after wrap-up he is idle and gone
    assert floor.joined("L1", agent_leg).the(o.TalkStarted).agent == "li"


def test_an_agent_whose_caller_left_keeps_his_turn() -> None:
    # Given Li, idle for longer than Wang, whose phone rings
    floor = a_floor("li", "wang")
    agent_leg = floor.offered("L1")
    # When the caller leaves and the next comes, half a second later
    told = floor.ended("L1", "ORIGINATOR_CANCEL")
    assert told.the(o.OfferEnded).result is OfferResult.CANCELLED
    assert told.the(r.HangUp).leg == agent_leg
    floor.wait(0.5)
    # Then Li is next
    assert floor.parked("L2").the(o.OfferMade).agent == "li"


def test_a_phone_whose_ringing_was_cancelled_is_not_rung_in_the_same_breath() -> None:
    # Given the only agent, whose phone stops ringing because the caller left
    floor = a_floor()
    floor.offered("L1")
    floor.ended("L1")
    # When the next caller comes at once
    assert not floor.parked("L2").every(o.OfferMade)
    # Then he is offered when the phone is free
    assert floor.wait(0.5).the(o.OfferMade).call == "L2"


# ---- the node is away -------------------------------------------------------------------------------------------


def test_an_offer_outlives_its_lease_while_its_node_cannot_be_asked() -> None:
    # Given an offer on a node whose link is lost
    floor = a_floor()
    agent_leg = floor.offered("L1")
    floor.give(f.NodeDown(node=NodeName("a"), why="cut"))
    # When the lease runs out: then nobody is blamed
    assert not floor.wait(LEASE + 5.0).every(o.OfferEnded)
    # And when the node tells that the phone was answered too late, the leg is freed and the lease ends
    floor.node_up(synced=False)
    told = floor.seen(leg_seen("L1"), leg_seen(agent_leg))
    assert told.every(r.HangUp)[0].leg == agent_leg
    told.take(floor.wait(1.0))
    assert len(told.every(o.OfferEnded)) == 1


def test_an_offer_on_a_node_that_stays_away_is_given_up() -> None:
    # Given an offer on a node whose link is lost
    floor = a_floor()
    floor.offered("L1")
    floor.give(f.NodeDown(node=NodeName("a"), why="cut"))
    # When the grace is over as well
    told = floor.wait(LEASE + UNSYNCED_GRACE + 1.0)
    # Then the agent is free for callers of other nodes
    assert told.the(o.OfferEnded).result is OfferResult.FAILED
    assert floor.agent().state is AgentState.IDLE


def test_a_bridge_on_a_node_that_is_away_is_not_given_up_before_the_node_was_asked() -> None:
    # Given a bridge asked for, and the link lost
    floor = stage("bridging")
    agent_leg = floor.agent_leg("L1")
    floor.give(f.NodeDown(node=NodeName("a"), why="cut"))
    # When a minute passes: then nothing ends, for they may well talk
    assert not floor.wait(60.0).every(o.OfferEnded)
    # And when the node is back and says so, they do
    floor.node_up(synced=False)
    told = floor.seen(leg_seen("L1", parked=False, peer=agent_leg), leg_seen(agent_leg, parked=False, peer="L1"))
    assert told.the(o.TalkStarted).agent == "li"
    assert not told.every(r.HangUp)


def given_up() -> tuple[Floor, LegId]:
    """A bridge asked for on a node whose link is lost for longer than anybody waits, and the agent's leg."""
    floor = stage("bridging")
    agent_leg = floor.agent_leg("L1")
    floor.give(f.NodeDown(node=NodeName("a"), why="cut"))
    told = floor.wait(UNSEEN_AT_MOST + 5.0)
    # The agent is free for callers of other nodes, and nothing is said to one that cannot hear
    assert told.the(o.OfferEnded).result is OfferResult.FAILED
    assert floor.agent().is_free(floor.now) and floor.call("L1").place is CallPlace.RETURNING
    assert not told.requests
    floor.node_up(synced=False)
    return floor, agent_leg


def test_two_who_talk_though_their_bridge_was_given_up_talk_on() -> None:
    # Given a bridge that was given up while its node was away, When the node is back and says that they talk
    floor, agent_leg = given_up()
    told = floor.seen(leg_seen("L1", parked=False, peer=agent_leg), leg_seen(agent_leg, parked=False, peer="L1"))
    # Then it is a talk, and his stay in the queue is answered
    assert told.the(o.TalkStarted).agent == "li" and told.the(o.VisitEnded).result is VisitResult.ANSWERED
    assert not told.every(r.HangUp) and not told.every(r.Repark)
    assert floor.agent().state is AgentState.TALKING
    # And it ends as any other
    floor.ended(agent_leg)
    assert floor.parked("L1").the(o.CallLeaving)


def test_of_a_bridge_that_was_given_up_the_caller_keeps_his_place_when_it_never_stood() -> None:
    # When the node says that he is in park, and the agent's phone too
    floor, agent_leg = given_up()
    told = floor.seen(leg_seen("L1"), leg_seen(agent_leg))
    # Then the phone is freed, and he waits where he stood
    assert agent_leg in [request.leg for request in told.every(r.HangUp)]
    assert floor.call("L1").place is CallPlace.WAITING


def test_an_agent_who_has_another_call_meanwhile_talks_with_one() -> None:
    # Given that the agent took a call of another node meanwhile
    floor, agent_leg = given_up()
    floor.node_up("b")
    floor.talking("L2", node="b")
    # When the node says that he talks there too, Then its caller is brought back and waits for somebody else
    told = floor.seen(leg_seen("L1", parked=False, peer=agent_leg), leg_seen(agent_leg, parked=False, peer="L1"))
    told.take(floor.wait(6.0))
    assert told.every(r.Repark) and not told.every(o.TalkStarted)
    assert floor.parked("L1") and floor.call("L1").place is CallPlace.WAITING


def test_what_is_no_offer_of_ours_is_left_alone() -> None:
    floor = a_floor()
    assert floor.give(f.LegRinging(leg=LegId("x"))).is_nothing
    assert floor.give(f.LegAnswered(leg=LegId("x"))).is_nothing
    assert floor.give(f.BridgeFailed(leg=LegId("x"), other=LegId("y"), why="-ERR")).is_nothing
    assert floor.now > START


@pytest.mark.parametrize(("of_agent", "of_queue"), [(False, False), (True, False), (False, True)])
def test_a_phone_is_asked_to_answer_by_itself_for_its_agent_or_its_queue(of_agent: bool, of_queue: bool) -> None:
    queues = tuple(n.Queue(name=QueueName(name), auto_answer=of_queue) for name in ("support", "sales"))
    floor = a_floor(replace(an_agent("li"), auto_answer=of_agent), queues=queues)
    assert floor.parked("L1").the(r.RingAgent).auto_answer is (of_agent or of_queue)
