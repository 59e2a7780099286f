"""The switch is the truth: what was missed is healed and recorded, and an old answer ends nothing."""

from __future__ import annotations

import pytest

from ccswitch.model import facts as f
from ccswitch.model import nouns as n
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import AgentId, CallId, LegId, NodeName, QueueName
from ccswitch.model.nouns import AgentState, CallPlace, CallResult, OfferResult
from ccswitch.model.wire import to_plain
from tests.floor.floors import STAGES, Floor, a_floor, an_agent, leg_seen, stage
from tests.floor.laws import hold_laws


def truth(name: str, floor: Floor) -> list[f.LegSeen]:
    """What the switch says when it agrees with the floor about L1 in each place."""
    call = floor.call("L1")
    caller: dict[str, object] = {"answered": call.answered}
    agent: dict[str, object] = {"parked": False, "answered": name == "bridging"}
    if name == "talking":
        caller |= {"parked": False, "peer": call.agent_leg}
        agent |= {"answered": True, "peer": "L1"}
    if name in ("returning", "leaving"):
        caller |= {"parked": False}
    if name == "wayout":
        caller |= {"parked": False, "orphaned": True}
    return [leg_seen(leg, **(caller if leg == "L1" else agent)) for leg in call.legs]


def relink(floor: Floor) -> None:
    """The link was lost and is back; the node was not asked yet."""
    floor.give(f.NodeDown(node=NodeName("a"), why="cut"))
    floor.wait(0.1)
    floor.node_up(synced=False)
    floor.wait(0.1)


@pytest.mark.parametrize("name", STAGES)
def test_a_truth_that_agrees_changes_nothing(name: str) -> None:
    # Given a call in each place, and a node that was asked before
    floor = stage(name)
    # When the regular survey agrees
    # Then nothing follows
    assert floor.seen(*truth(name, floor)).is_nothing


@pytest.mark.parametrize("name", STAGES)
def test_after_a_lost_link_a_call_goes_on_where_it_is(name: str) -> None:
    # Given a call in each place, and a link that was lost and is back
    floor = stage(name)
    relink(floor)
    place, legs = floor.call("L1").place, list(floor.call("L1").legs)
    # When the node's truth comes and agrees
    told = floor.seen(*truth(name, floor))
    hold_laws(floor.state, floor.now)
    # Then the call is where it was with all its legs, and the node is in step
    assert (floor.call("L1").place, floor.call("L1").legs) == (place, legs)
    assert floor.state.reachable(NodeName("a"))
    assert not told.every(o.Healed) + told.every(r.HangUp) + told.every(o.OfferEnded) + told.every(o.TalkEnded)
    # And what he hears, which may never have reached him, is asked for again
    music = [r.Claim, r.Quiet, r.Answer, r.Play]
    hears = {"script": [r.Claim, r.Quiet, r.Collect], "waiting": music, "ringing": music, "bridging": [r.Claim]}
    assert [type(request) for request in told.requests] == hears.get(name, [])


@pytest.mark.parametrize("name", STAGES)
def test_legs_that_ended_unseen_end_the_call(name: str) -> None:
    # Given a call in each place, and a link that was lost and is back
    floor = stage(name)
    relink(floor)
    # When the switch has no leg of it
    told = floor.seen()
    for _ in range(2):
        floor.wait(5.0)
        told.take(floor.seen())
        hold_laws(floor.state, floor.now)
    # Then the healing is recorded and the call is over
    assert told.every(o.Healed)
    assert told.the(o.CallEnded).cause == "GONE"
    assert floor.agent().state in (AgentState.IDLE, AgentState.WRAPUP)


def test_all_that_a_caller_left_behind_is_closed_by_one_survey() -> None:
    # Given a caller who hung up, and three phones that were rung for him, of whose end nobody heard
    floor = a_floor("li", "wang", "zhao", queues=(n.Queue(name=QueueName("support"), strategy="ring_all"),))
    floor.parked("L1")
    assert len(floor.call("L1").legs) == 4
    floor.ended("L1")
    floor.wait(4.0)
    # When the switch has none of them, Then the call is over, once
    told = floor.seen()
    assert told.the(o.CallEnded).result is CallResult.ABANDONED and len(told.every(o.LegClosed)) == 3
    assert not floor.state.calls and not floor.state.legs


@pytest.mark.parametrize("name", STAGES)
def test_an_answer_older_than_the_legs_ends_nothing(name: str) -> None:
    # Given a call in each place
    floor = stage(name)
    before = to_plain(floor.state)
    # When an answer comes to a question asked before any of it: no leg, or only a parked caller
    old = floor.now - 20.0
    assert old < floor.call("L1").started_at
    for legs in ([], [leg_seen("L1")], [leg_seen("L1", orphaned=True, parked=False)], [leg_seen("L1", stranded=True)]):
        floor.seen(*legs, asked_at=old)
    # Then everything is as it was
    assert to_plain(floor.state) == before


@pytest.mark.parametrize("caller", [{}, {"orphaned": True}, {"orphaned": True, "parked": False}, {"stranded": True}])
def test_no_talk_is_ended_by_an_answer_from_before_it(caller: dict[str, bool]) -> None:
    # Given a question asked while the caller waits
    floor = stage("bridging")
    agent_leg, asked_at = floor.agent_leg("L1"), floor.now
    # When the bridge stands before the answer comes, which still shows him as he was
    floor.wait(0.01)
    floor.joined("L1", agent_leg)
    floor.wait(0.01)
    told = floor.seen(leg_seen("L1", **caller), leg_seen(agent_leg), asked_at=asked_at)
    # Then they talk on
    assert told.is_nothing
    assert floor.call("L1").place is CallPlace.TALKING


def test_an_answer_that_was_asked_for_before_the_link_was_lost_does_not_count() -> None:
    # Given a question asked, the link lost, and back
    floor = stage("waiting")
    asked_at = floor.now
    relink(floor)
    # When the old answer turns up: then the node is not in step by it
    assert floor.seen(asked_at=asked_at).is_nothing
    assert not floor.state.reachable(NodeName("a"))


def test_the_truth_of_another_core_or_of_a_node_that_is_away_is_no_truth() -> None:
    floor = stage("waiting")
    floor.wait(1.0)
    assert floor.give(f.LegsSeen(node=NodeName("a"), core="old", asked_at=floor.now, legs=())).is_nothing
    assert floor.give(f.LegsSeen(node=NodeName("x"), core="core-1", asked_at=floor.now, legs=())).is_nothing
    floor.give(f.NodeDown(node=NodeName("a"), why="cut"))
    assert floor.seen().is_nothing


# ---- told in several facts ------------------------------------------------------------------------------------------


def three_wait() -> Floor:
    """L1, L2 and L3 wait; the link was lost and is back."""
    floor = a_floor(ready=False)
    for leg in ("L1", "L2", "L3"):
        floor.parked(leg)
    floor.wait(1.0)
    relink(floor)
    return floor


def test_callers_told_of_in_several_facts_go_on_one_after_the_other() -> None:
    # Given three who wait while the link is lost and comes back
    floor = three_wait()
    # When the truth comes in two facts
    told = floor.seen(leg_seen("L1"), leg_seen("L2"), more=True)
    # Then those in the first go on at once, and the node is not in step yet
    assert [resumed.call for resumed in told.every(o.CallResumed)] == ["L1", "L2"]
    assert not floor.state.reachable(NodeName("a"))
    # And the last sees to the others, ends nobody, and says how many legs there were
    told = floor.seen(leg_seen("L3"), told=(LegId("L1"), LegId("L2")))
    assert [resumed.call for resumed in told.every(o.CallResumed)] == ["L3"]
    assert (told.the(o.NodeSynced).legs, len(floor.state.calls)) == (3, 3)
    assert floor.state.reachable(NodeName("a"))


def test_a_caller_of_whom_no_fact_tells_is_gone_with_the_last() -> None:
    # Given three who wait, of whom one hangs up unseen
    floor = three_wait()
    # When the first of two facts does not name him, he may be in the other
    floor.seen(leg_seen("L1"), more=True)
    assert CallId("L2") in floor.state.calls
    # Then he is gone when the last does not either
    told = floor.seen(leg_seen("L3"), told=(LegId("L1"),))
    assert told.the(o.CallEnded).call == "L2"
    assert set(floor.state.calls) == {"L1", "L3"}


@pytest.mark.parametrize("name", ("ringing", "bridging", "talking"))
@pytest.mark.parametrize("missing", ("caller", "agent"))
def test_a_leg_that_is_missing_beside_the_other_of_its_call_is_found_in_any_fact(name: str, missing: str) -> None:
    # Given two floors alike, of which the switch has lost one leg of a call
    whole, pieces = stage(name), stage(name)
    for floor in (whole, pieces):
        floor.wait(10.0)
    left = [leg for leg in truth(name, whole) if (leg.leg == "L1") != (missing == "caller")]
    # When one is told so in one fact, the other in the first of two
    at_once = whole.seen(*left)
    first = pieces.seen(*left, more=True)
    last = pieces.seen(told=tuple(leg.leg for leg in left))
    # Then the same follows, once
    assert first.outcomes == at_once.outcomes and first.requests == at_once.requests
    assert at_once.every(o.Healed) and last.is_nothing


def test_strangers_are_taken_in_from_any_fact_and_are_no_strangers_to_the_next() -> None:
    # Given a floor that knows nobody
    floor = a_floor(ready=False)
    # When a caller and another are told of in two facts
    floor.seen(leg_seen("L1", entry="support"), more=True)
    floor.seen(leg_seen("L2", entry="support"), told=(LegId("L1"),))
    # Then both are there
    assert set(floor.state.calls) == {"L1", "L2"}


# ---- missed events, one by one --------------------------------------------------------------------------------------


def test_an_agents_answer_that_nobody_heard_is_followed() -> None:
    # Given a phone that rings
    floor = stage("ringing")
    agent_leg = floor.agent_leg("L1")
    # When the switch shows his leg parked
    told = floor.seen(leg_seen("L1"), leg_seen(agent_leg))
    # Then the bridge is asked for
    assert told.the(o.Healed).what == "the agent answered unseen"
    assert told.the(r.Bridge).other == agent_leg
    # And the event that it overtook is nothing
    assert floor.agent_parked(agent_leg).is_nothing


def test_an_agents_answer_that_nobody_heard_in_time_frees_his_leg() -> None:
    # Given a phone that rings, and the link lost until the lease is over
    floor = a_floor()
    agent_leg = floor.offered("L1")
    floor.give(f.NodeDown(node=NodeName("a"), why="cut"))
    floor.wait(22.0)
    floor.node_up(synced=False)
    floor.wait(0.1)
    # When the switch shows his leg parked: then it is freed and he is not bridged
    told = floor.seen(leg_seen("L1"), leg_seen(agent_leg))
    assert agent_leg in [request.leg for request in told.every(r.HangUp)]
    assert not told.every(r.Bridge)
    # And the caller, whose music may have ended unheard, hears it again
    assert told.the(r.Play).leg == "L1"


@pytest.mark.parametrize("name", ["bridging", "ringing"])
def test_a_bridge_that_nobody_heard_is_a_talk(name: str) -> None:
    # Given an answered offer (or one whose answer was lost with the last 20 ms of the journal)
    floor = stage(name)
    agent_leg = floor.agent_leg("L1")
    # When the switch shows that they hear each other
    told = floor.seen(leg_seen("L1", parked=False, peer=agent_leg), leg_seen(agent_leg, parked=False, peer="L1"))
    # Then they talk
    assert told.the(o.Healed).what == "the bridge stands"
    assert told.the(o.TalkStarted).agent == "li"
    hold_laws(floor.state, floor.now)
    # And the event that it overtook is nothing
    assert floor.joined("L1", agent_leg).is_nothing


def test_a_talk_that_was_found_began_when_the_switch_says() -> None:
    # Given a bridge of which nobody heard before it was found
    floor = a_floor(shortest_talk=0.5)
    agent_leg = floor.bridging("L1")
    floor.wait(0.1)
    seen = leg_seen(agent_leg, parked=False, peer="L1", bridged_at_switch=5000.0)
    floor.seen(leg_seen("L1", parked=False, peer=agent_leg, bridged_at_switch=4000.0), seen)
    # When the agent hangs up at once, which is three seconds after the bridge by the switch's clock
    floor.wait(0.1)
    told = floor.ended(agent_leg, at_switch=5003.1)
    # Then it was a talk of three seconds
    assert told.the(o.TalkEnded).talked == pytest.approx(3.1)
    assert any(isinstance(outcome, o.CallLeaving) for outcome in floor.parked("L1").outcomes)


@pytest.mark.parametrize("name", ["talking", "bridging"])
def test_an_agent_who_went_unseen_and_a_caller_in_park(name: str) -> None:
    # Given a pair that talks, or is about to
    floor = stage(name)
    since = floor.call("L1").waiting_since
    # When the switch shows the caller parked and no agent's leg
    told = floor.seen(leg_seen("L1"))
    hold_laws(floor.state, floor.now)
    # Then both ends are told in one go: nobody waits for the next survey in silence
    assert told.the(o.LegClosed).cause == "GONE"
    if name == "talking":
        assert told.the(o.TalkEnded).by == "agent"
        assert told.the(o.CallLeaving).result is CallResult.ANSWERED
    else:
        assert told.the(o.OfferEnded).result is OfferResult.DROPPED
        assert (floor.line(), floor.call("L1").waiting_since) == (["L1"], since)


@pytest.mark.parametrize("name", ["talking", "bridging"])
def test_an_agent_who_went_unseen_and_a_caller_on_his_way(name: str) -> None:
    # Given a pair that talks, or is about to
    floor = stage(name)
    # When the switch shows the caller not parked yet and no agent's leg
    told = floor.seen(leg_seen("L1", parked=False))
    # Then he is awaited, and fetched when he does not come
    assert told.the(o.LegClosed).cause == "GONE"
    assert floor.call("L1").place is CallPlace.RETURNING
    assert floor.wait(5.0).every(r.Repark)


def test_a_phone_that_is_only_being_dialled_may_have_no_channel_yet() -> None:
    # Given an offer of half a second ago
    floor = a_floor()
    floor.offered("L1")
    floor.wait(0.5)
    # When the switch has no such leg yet: then nothing; when it has none after two seconds: then it never came to be
    assert not floor.seen(leg_seen("L1"), asked_at=floor.now - 0.1).outcomes
    floor.wait(2.0)
    told = floor.seen(leg_seen("L1"), asked_at=floor.now - 0.1)
    assert told.the(o.OfferEnded).result is OfferResult.FAILED
    assert floor.line() == ["L1"]


def test_after_a_lost_link_an_offer_that_never_went_out_costs_the_caller_nothing() -> None:
    # Given an offer whose dialling was lost with the link
    floor = stage("ringing")
    floor.wait(2.0)
    relink(floor)
    # When the switch shows the caller alone
    told = floor.seen(leg_seen("L1"))
    # Then the offer is over, and the caller has his music asked for again, in the same breath
    assert told.the(o.OfferEnded).result is OfferResult.FAILED
    assert told.every(r.Play)
    assert floor.line() == ["L1"]


def test_after_a_lost_link_a_leg_of_yesterday_costs_the_caller_nothing() -> None:
    # Given a caller back in his script after a talk, whose agent's leg was not heard to end
    floor = a_floor()
    floor.parked("L1", entry="menu")
    floor.pressed("L1", "1")
    agent_leg = floor.agent_leg("L1")
    floor.agent_parked(agent_leg)
    floor.joined("L1", agent_leg)
    floor.parked("L1", answered=True)
    assert floor.call("L1").step == "rate"
    floor.wait(1.0)
    relink(floor)
    # When the switch shows the caller alone
    told = floor.seen(leg_seen("L1"))
    # Then that leg is closed, and his step is asked for again in the same breath
    assert told.the(o.LegClosed).leg == agent_leg
    assert told.the(o.StepStarted).step == "rate"


def test_a_leg_whose_hang_up_was_lost_is_freed() -> None:
    # Given an agent whose offer ran out while nobody could tell his phone
    floor = a_floor()
    agent_leg = floor.offered("L1")
    floor.give(f.NodeDown(node=NodeName("a"), why="cut"))
    floor.wait(40.0)
    assert not floor.state.offers
    floor.node_up(synced=False)
    floor.wait(0.1)
    # When the switch shows that he answered and sits there
    told = floor.seen(leg_seen("L1"), leg_seen(agent_leg))
    # Then he is freed, and the caller is cared for in the same breath
    assert agent_leg in [request.leg for request in told.every(r.HangUp)]
    assert told.every(r.Play)
    # And an agent's leg that talks to somebody is not touched
    assert not floor.seen(leg_seen("L1"), leg_seen(agent_leg, parked=False, peer="x")).every(r.HangUp)


@pytest.mark.parametrize("name", ["talking", "returning", "leaving", "wayout"])
def test_a_caller_who_is_parked_unseen_is_treated_as_parked(name: str) -> None:
    # Given a caller who, as far as the floor knows, is not in park
    floor = stage(name)
    legs = [leg_seen(leg, parked=leg == "L1") for leg in floor.call("L1").legs]
    # When the switch shows him there
    told = floor.seen(*legs)
    # Then what follows a park follows
    assert told.the(o.Healed).what == f"parked while {name}"
    assert told.every(r.Claim)
    assert floor.call("L1").place is (CallPlace.WAITING if name == "wayout" else CallPlace.LEAVING)


@pytest.mark.parametrize("name", ["waiting", "ringing", "script"])
def test_a_caller_parked_on_the_way_out_is_claimed_back(name: str) -> None:
    # Given a caller whom the watchdog sent to park on the way out
    floor = stage(name)
    legs = [leg_seen(leg, orphaned=True, parked=leg == "L1") for leg in floor.call("L1").legs]
    since = floor.call("L1").waiting_since
    # When the switch shows it
    told = floor.seen(*legs)
    # Then he is claimed and goes on where he was
    assert told.the(r.Claim).leg == "L1"
    assert floor.call("L1").place is (CallPlace.SCRIPT if name == "script" else CallPlace.WAITING)
    assert floor.call("L1").waiting_since == since


@pytest.mark.parametrize("name", ["script", "waiting", "ringing", "bridging", "talking", "returning"])
def test_a_caller_whom_the_last_resort_has_is_out_of_our_hands(name: str) -> None:
    # Given a caller anywhere
    floor = stage(name)
    others = [leg_seen(leg, parked=False) for leg in floor.call("L1").legs if leg != "L1"]
    if name == "talking":  # his agent went first, while nobody watched
        floor.ended(others.pop().leg)
        floor.wait(0.1)
    # When the switch shows him with the last resort
    told = floor.seen(leg_seen("L1", parked=False, orphaned=True), *others)
    hold_laws(floor.state, floor.now)
    # Then he is at the way out, whoever was rung for him is freed, and nobody is offered to him
    assert told.the(o.CallAtWayOut).call == "L1"
    assert [ended.result for ended in told.every(o.OfferEnded)] == [OfferResult.CANCELLED] * len(others)
    assert floor.line() == []
    # And shown twice is told once
    floor.wait(0.1)
    assert floor.seen(leg_seen("L1", parked=False, orphaned=True), *others).is_nothing or others


def test_a_stranded_caller_is_brought_back() -> None:
    # Given a caller who lives outside every application
    floor = stage("returning")
    told = floor.seen(leg_seen("L1", parked=False, stranded=True), asked_at=floor.now)
    # Then a second after he came there he is brought back to park
    floor.wait(1.0)
    told = floor.seen(leg_seen("L1", parked=False, stranded=True))
    assert told.the(r.Repark).leg == "L1"


# ---- legs that the floor does not know ----------------------------------------------------------------------------


def test_a_caller_who_arrived_unseen_is_taken_in() -> None:
    # Given a floor that knows nobody
    floor = a_floor(ready=False)
    # When the switch shows a caller in park
    told = floor.seen(leg_seen("L1", entry="vip", caller_number="138", caller_name="Ann", called_number="100"))
    # Then his call begins as if his park had been heard
    assert told.the(o.Healed).what == "a caller arrived unseen"
    started = told.the(o.CallStarted)
    assert (started.caller_number, started.caller_name, started.called_number) == ("138", "Ann", "100")
    assert floor.call("L1").priority == 5
    # And the event that it overtook begins nothing again
    assert not floor.parked("L1", entry="vip", answered=True).every(o.CallStarted)


def test_a_caller_who_hung_up_while_the_answer_was_under_way_does_not_come_back() -> None:
    # Given a caller who hung up after the switch looked
    floor = a_floor(ready=False)
    floor.parked("L1")
    asked_at = floor.now
    floor.wait(0.01)
    floor.ended("L1")
    # When the answer comes: then no second call is begun under his name
    assert floor.seen(leg_seen("L1"), asked_at=asked_at).is_nothing
    assert not floor.state.calls


@pytest.mark.parametrize(
    "leg",
    [
        leg_seen("L9", parked=False),
        leg_seen("L9", parked=False, orphaned=True),
        leg_seen("L9-a1", parked=False),
        leg_seen("L9-a1", parked=False, peer=LegId("x")),
        leg_seen("X", call=CallId("L1")),
    ],
    ids=["on his way", "with the last resort", "ringing", "in a talk", "a further leg of a call"],
)
def test_strangers_who_are_cared_for_are_left_alone(leg: f.LegSeen) -> None:
    floor = stage("waiting")
    assert floor.seen(leg_seen("L1"), leg).is_nothing


def test_an_agents_leg_that_nobody_asked_for_is_freed() -> None:
    # When the switch shows an agent's leg in park of a call that nobody knows
    floor = a_floor()
    told = floor.seen(leg_seen("L9-a1"))
    # Then it is freed
    assert told.the(r.HangUp).leg == "L9-a1"
    assert told.the(o.Healed).leg == "L9-a1"


def test_many_calls_are_healed_by_one_survey() -> None:
    # Given three callers, of whom the switch has only the second
    floor = a_floor(ready=False)
    for name in ("L1", "L2", "L3"):
        floor.parked(name)
        floor.wait(1.0)
    # When it says so
    told = floor.seen(leg_seen("L2"))
    # Then the others are over, each with its healing
    assert [ended.call for ended in told.every(o.CallEnded)] == ["L1", "L3"]
    assert [healed.call for healed in told.every(o.Healed)] == ["L1", "L3"]
    assert floor.line() == ["L2"]


def test_several_strangers_who_are_about_one_agent_are_taken_in_one_after_the_other() -> None:
    # Given two customers who dialled Li's own number, and Li, who dialled twice, all of it unseen
    to_li = n.Entry(name="li", dids=("8001",), agent=AgentId("li"))
    floor = a_floor(an_agent("li"), "wang", entries=(to_li,))
    floor.wait(1.0)
    seen = [leg_seen("L1", entry="li"), leg_seen("L2", entry="li")]
    seen += [leg_seen(leg, entry="", user="1001", called_number="*13") for leg in ("P1", "P2")]
    # When the node tells of them, as often as it is asked
    floor.seen(*seen)
    for _ in range(4):
        asked = floor.wait(0.5).every(r.Survey)
        if asked:
            floor.seen(*seen)
    # Then Li's phone is rung once, who called second is told that he is busy, and all are known
    assert set(floor.state.calls) == {"L1", "L2", "P1", "P2"}
    assert len(floor.everything(o.Dialled)) <= 1
    assert not floor.wait(0.5).every(r.Survey)


def test_two_strangers_of_one_call_are_one_caller() -> None:
    # Given a node with two legs in park that the floor does not know, and both say that they are of call L2
    floor = a_floor()
    floor.wait(1.0)
    other, own = leg_seen("x", call=CallId("L2"), entry="support"), leg_seen("L2", entry="support")
    # When it is looked at: then one call begins, with the leg that it is named after
    told = floor.seen(other, own)
    assert (told.the(o.CallStarted).call, told.the(o.CallStarted).leg) == ("L2", "L2")
    assert list(floor.state.legs)[:1] == ["L2"]


def test_a_caller_whom_a_phone_joined_to_another_call_unseen_is_left_there() -> None:
    # Given a talk, of which nobody told that the agent's phone joined the caller to another call
    floor = stage("talking")
    agent_leg = floor.call("L1").agent_leg
    floor.wait(1.0)
    # When the switch shows him with a leg that is not ours
    told = floor.seen(leg_seen("L1", parked=False, peer=LegId("x")), leg_seen(agent_leg, parked=False))
    # Then the talk is over, and he talks on
    assert told.the(o.TalkEnded).by == "agent" and floor.agent().state is AgentState.WRAPUP
    assert [request.leg for request in told.every(r.HangUp)] == [agent_leg]
    floor.ended(agent_leg)
    for _ in range(4):
        for told in (floor.seen(leg_seen("L1", parked=False, peer=LegId("x"))), floor.wait(30.0)):
            assert not told.every(r.Repark) and not told.every(r.HangUp)
    assert floor.agent().state is AgentState.IDLE
