"""Nailed-up legs: rung once, parked between calls, lent to each call without any ringing."""

from __future__ import annotations

import pytest

from ccswitch.floor.boards.agents import agent_board
from ccswitch.model import facts as f
from ccswitch.model import nouns as n
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import AgentId, CallId, ExecuteId, LegId, QueueName
from ccswitch.model.nouns import AgentState, AgentStatus, OfferResult
from tests.floor.floors import Floor, a_floor, an_agent, leg_seen
from tests.floor.nailed import NAILED, answers, back_in_park, hears_tone, leg_of, standing, talking

# ---- the leg's own life -------------------------------------------------------------------------------------


def test_who_is_ready_is_rung_once_and_is_free_when_he_has_answered() -> None:
    # Given an agent who is to be nailed up
    floor = a_floor(NAILED, ready=False)
    # When he says that he is ready
    ring = floor.ready("li").the(r.RingAgent)
    # Then his phone is rung for a leg that stands, and he is not free
    assert ring.nailed and ring.leg == leg_of(floor) and not floor.agent().is_free(floor.now)
    assert "being rung" in agent_board(floor.state, floor.agent(), floor.now).note
    # And a caller waits
    assert floor.parked("L1").every(o.OfferMade) == []
    # When he answers, he hears the tone, and the caller is offered to him
    told = answers(floor)
    assert told.the(o.NailedStands).leg == ring.leg
    assert told.every(r.Play)[0].files == (floor.state.settings.zip_tone,)
    assert told.the(o.OfferMade).leg == ring.leg


def test_between_calls_he_hears_music_where_the_house_has_some() -> None:
    floor = a_floor(NAILED, nailed_music="local_stream://moh", zip_tone="")
    assert answers(floor).the(r.Play).files == ("local_stream://moh",)


def test_in_a_break_the_leg_stands_and_with_the_logout_it_is_hung_up() -> None:
    # Given a standing leg
    floor = standing()
    leg = leg_of(floor)
    # When he takes a break and comes back, nothing is rung
    assert floor.order(d.TakeBreak, agent=AgentId("li")).every(r.HangUp) == []
    assert floor.ready("li").every(r.RingAgent) == [] and floor.agent().is_free(floor.now)
    # When he goes home, it is hung up
    told = floor.order(d.LogOut, agent=AgentId("li"))
    assert told.the(r.HangUp).leg == leg and told.the(o.NailedEnded).again_at == 0.0
    assert not floor.state.nailed and floor.ended(leg).is_nothing


def test_who_does_not_answer_the_ring_takes_a_break_by_it() -> None:
    # Given a phone that is rung for its leg
    floor = a_floor(NAILED)
    # When it rings out, by our own clock
    told = floor.wait(60.0)
    # Then he is on break with the reason, and the leg is hung up
    assert told.the(o.AgentStatusChanged).reason == "line_down" and told.the(r.HangUp).cause == "NO_ANSWER"
    # When he is ready again it is rung again
    assert floor.ready("li").the(r.RingAgent).nailed


@pytest.mark.parametrize(("cause", "after"), [("USER_NOT_REGISTERED", 30.0), ("USER_BUSY", 10.0), ("FAILED", 30.0)])
def test_a_phone_that_cannot_be_had_is_rung_again_after_a_while(cause: str, after: float) -> None:
    floor = a_floor(NAILED)
    told = floor.ended(leg_of(floor), cause, by_phone=False)
    assert not told.every(o.AgentStatusChanged) and floor.agent().status is AgentStatus.READY
    assert "is down" in agent_board(floor.state, floor.agent(), floor.now).note
    assert floor.wait(after - 1.0).every(r.RingAgent) == []
    assert floor.wait(2.0).the(r.RingAgent).nailed


def test_who_hangs_up_his_idle_leg_is_on_break_until_he_says_ready() -> None:
    floor = standing()
    told = floor.ended(leg_of(floor))
    assert told.the(o.AgentStatusChanged).reason == "line_down" and not told.every(r.RingAgent)
    assert floor.parked("L1").every(o.OfferMade) == []
    assert floor.ready("li").the(r.RingAgent).nailed
    assert answers(floor).the(o.OfferMade).call == "L1"


def test_a_leg_that_the_switch_ended_is_rung_again_at_once() -> None:
    floor = standing()
    told = floor.ended(leg_of(floor), "NORMAL_TEMPORARY_FAILURE", by_phone=False)
    assert told.the(r.RingAgent).nailed and not told.every(o.AgentStatusChanged)


def test_a_leg_that_falls_at_once_is_not_rung_in_a_circle() -> None:
    floor = a_floor(NAILED)
    answers(floor)
    assert floor.ended(leg_of(floor), "FAILED", by_phone=False).every(r.RingAgent) == []
    assert floor.wait(11.0).the(r.RingAgent).nailed


def test_a_supervisor_hangs_it_up_and_has_it_rung() -> None:
    # Given a standing leg
    floor = standing()
    # When it is hung up by order, he is on break
    down = floor.order(d.NailUp, agent=AgentId("li"), up=False)
    assert down.the(r.HangUp) and floor.agent().reason == "line_down"
    # And it can be rung while he is: then it stands, and he is free once he is ready
    assert floor.order(d.NailUp, agent=AgentId("li"), up=True).the(r.RingAgent).nailed
    answers(floor)
    assert floor.ready("li").every(r.RingAgent) == [] and floor.agent().is_free(floor.now)


@pytest.mark.parametrize(
    ("agent", "up", "why"),
    [("li", True, "already"), ("wang", True, "on demand"), ("wang", False, "no nailed-up"), ("x", True, "no agent")],
)
def test_what_cannot_be_nailed_up_is_refused(agent: str, up: bool, why: str) -> None:
    floor = standing(an_agent("wang", phone="1002"))
    assert why in floor.order(d.NailUp, agent=AgentId(agent), up=up).the(o.OrderRefused).why


def test_a_leg_in_a_talk_is_not_hung_up_by_order() -> None:
    floor = standing()
    talking(floor)
    assert "in a call" in floor.order(d.NailUp, agent=AgentId("li"), up=False).the(o.OrderRefused).why


def test_the_setting_is_changed_by_order_and_takes_effect_at_once() -> None:
    # Given an agent who is rung on demand
    floor = a_floor("li")
    # When he is nailed up by order, and rung on demand again
    up = floor.order(
        d.ChangeAgent, agent=AgentId("li"), changes=(n.AgentChange(field="connection", value="nailed_up"),)
    )
    assert up.the(r.RingAgent).nailed
    leg = leg_of(floor)
    answers(floor)
    down = floor.order(d.FollowFiles, agent=AgentId("li"))
    # Then his leg is rung, and hung up
    assert down.the(r.HangUp).leg == leg and floor.agent().is_free(floor.now)
    wrong = floor.order(d.ChangeAgent, agent=AgentId("li"), changes=(n.AgentChange(field="connection", value="x"),))
    assert "on_demand or nailed_up" in wrong.the(o.OrderRefused).why


# ---- a call on it -------------------------------------------------------------------------------------------


def test_a_caller_is_joined_when_the_tone_is_over_and_nothing_rings() -> None:
    # Given a standing leg
    floor = standing()
    # When a caller comes
    offered = floor.parked("L1")
    # Then the agent hears the tone and nothing is rung
    assert offered.the(o.OfferMade).leg == leg_of(floor) and not offered.every(r.RingAgent)
    tone = next(play for play in offered.every(r.Play) if play.leg == leg_of(floor))
    assert tone.files == (floor.state.settings.zip_tone,)
    # When the tone is over, they are joined, and it is an offer that was talked on
    told = hears_tone(floor, "L1")
    assert told.the(o.OfferAnswered) and told.the(r.Bridge).other == leg_of(floor)
    ended = floor.joined("L1", leg_of(floor))
    assert ended.the(o.OfferEnded).result is OfferResult.TALKED and ended.the(o.TalkStarted).leg == leg_of(floor)


def test_without_a_tone_they_are_joined_at_once() -> None:
    floor = standing(zip_tone="")
    told = floor.parked("L1")
    assert told.the(o.OfferMade) and told.the(o.OfferAnswered) and told.the(r.Bridge).other == leg_of(floor)


def test_a_tone_whose_end_nobody_tells_is_waited_for_five_seconds() -> None:
    floor = standing()
    floor.parked("L1")
    assert floor.wait(5.1).every(r.Bridge) != []


def test_a_tone_that_cannot_be_played_costs_no_caller() -> None:
    floor = standing()
    floor.parked("L1")
    told = floor.give(f.ExecuteFailed(leg=leg_of(floor), execute=ExecuteId("L1-x2"), why="-ERR"))
    assert told.the(r.Bridge)


def test_after_the_talk_the_leg_is_back_in_park_and_the_next_caller_is_put_on_it() -> None:
    # Given a talk on the leg, and another caller
    floor = standing()
    leg = talking(floor)
    floor.parked("L2")
    # When the caller hangs up
    told = floor.ended("L1")
    # Then the leg is parked, not hung up, and the call ends with the news of it
    assert told.the(r.ParkLeg).leg == leg and not told.every(r.HangUp)
    assert back_in_park(floor, leg).the(o.CallEnded).call == "L1"
    # And park told again changes nothing
    assert back_in_park(floor, leg).is_nothing
    # When he has wrapped up, the next one is offered
    assert floor.wait(11.0).the(o.OfferMade).call == "L2"


def test_news_of_the_park_before_that_of_the_caller_ends_no_talk() -> None:
    floor = standing()
    leg = talking(floor)
    assert back_in_park(floor, leg).is_nothing
    assert floor.ended("L1").the(o.TalkEnded).by == "caller"
    assert back_in_park(floor, leg).the(o.CallEnded)


def test_a_leg_that_is_not_back_in_park_is_not_offered_anything() -> None:
    floor = standing()
    leg = talking(floor)
    floor.ended("L1")
    floor.wait(11.0)  # his wrap-up is over, and nothing was heard of his leg
    assert floor.parked("L2").every(o.OfferMade) == []
    assert back_in_park(floor, leg).the(o.OfferMade).call == "L2"


def test_twenty_calls_one_after_another_are_put_on_one_leg() -> None:
    floor = standing()
    leg = leg_of(floor)
    for number in range(20):
        talking(floor, f"L{number}")
        floor.ended(f"L{number}")
        back_in_park(floor, leg)
        floor.wait(11.0)
    assert len(floor.everything(o.NailedRung)) == 1 and len(floor.everything(o.CallEnded)) == 20


def test_a_transfer_parks_the_leg_and_the_caller_goes_on() -> None:
    floor = standing()
    leg = talking(floor)
    told = floor.order(d.TransferCall, call=CallId("L1"), to="queue:sales")
    assert told.the(r.ParkLeg).leg == leg and told.the(r.Repark).leg == "L1"
    assert back_in_park(floor, leg).the(o.LegClosed).leg == leg
    assert floor.parked("L1").the(o.CallEnqueued).queue == "sales"


def test_who_logs_out_in_a_talk_finishes_it_and_then_his_leg_is_hung_up() -> None:
    floor = standing()
    leg = talking(floor)
    assert floor.order(d.LogOut, agent=AgentId("li")).every(r.HangUp) == []
    floor.ended("L1")
    assert back_in_park(floor, leg).the(r.HangUp).leg == leg
    assert not floor.state.nailed


def test_who_hangs_up_in_a_talk_ends_it_and_his_line_is_down() -> None:
    # Given a talk
    floor = standing()
    leg = talking(floor)
    # When the agent's phone hangs up
    told = floor.ended(leg)
    # Then the talk is over by him, he is on break, and the caller goes on
    assert told.the(o.TalkEnded).by == "agent" and told.the(o.NailedEnded).leg == leg
    assert told.the(o.AgentStatusChanged).reason == "line_down" and floor.agent().state is AgentState.WRAPUP
    assert floor.parked("L1").the(r.HangUp).leg == "L1"


def test_a_leg_that_drops_in_the_tone_costs_no_caller_his_place() -> None:
    floor = standing(an_agent("wang", phone="1002"))
    floor.order(d.TakeBreak, agent=AgentId("wang"))
    floor.parked("L1")
    told = floor.ended(leg_of(floor))
    assert told.the(o.OfferEnded).result is OfferResult.DROPPED and floor.line() == ["L1"]
    assert floor.ready("wang").the(o.OfferMade).agent == "wang"


def test_a_leg_that_drops_between_offer_and_bridge_costs_no_caller_his_place() -> None:
    floor = standing()
    floor.parked("L1")
    hears_tone(floor, "L1")
    told = floor.ended(leg_of(floor))
    assert told.the(o.OfferEnded).result is OfferResult.DROPPED
    floor.parked("L1")
    assert floor.line() == ["L1"] and floor.agent().reason == "line_down"


def test_a_caller_who_leaves_in_the_tone_leaves_the_leg_standing() -> None:
    floor = standing()
    leg = leg_of(floor)
    floor.parked("L1")
    told = floor.ended("L1")
    assert told.the(o.OfferEnded).result is OfferResult.CANCELLED and told.the(r.ParkLeg).leg == leg
    assert back_in_park(floor, leg).the(o.CallEnded) and floor.agent().nailed_free


def test_the_end_of_a_tone_of_the_past_is_old_news() -> None:
    floor = standing()
    leg = leg_of(floor)
    floor.parked("L1")
    floor.ended("L1")
    back_in_park(floor, leg)
    floor.wait(1.0)
    floor.parked("L2")
    assert floor.give(f.ExecuteEnded(leg=leg, execute=ExecuteId("L1-x2"))).is_nothing
    assert hears_tone(floor, "L2").the(r.Bridge)


def test_of_several_who_are_rung_the_nailed_up_one_is_there_at_once() -> None:
    # Given a queue that rings all
    queues = (n.Queue(name=QueueName("support"), strategy="ring_all"),)
    floor = standing(
        an_agent("wang", phone="1002"), queues=queues, entries=(n.Entry(name="support", queue=QueueName("support")),)
    )
    # When a caller comes, both are offered him; when the tone is over the other's phone stops
    assert {made.agent for made in floor.parked("L1").every(o.OfferMade)} == {"li", "wang"}
    told = hears_tone(floor, "L1")
    assert told.the(r.Bridge).other == leg_of(floor) and told.the(r.HangUp).leg != leg_of(floor)


def test_a_caller_of_another_node_is_rung_for_on_demand() -> None:
    floor = standing()
    floor.node_up("b")
    told = floor.parked("L1", node="b")
    assert not told.the(r.RingAgent).nailed and told.the(r.RingAgent).node == "b"


# ---- what the switch has, and what it lacks -----------------------------------------------------------------


def test_after_a_restart_the_survey_finds_the_leg_and_all_goes_on() -> None:
    # Given a controller that comes back to a talk on the leg
    floor = standing()
    leg = talking(floor)
    floor.give(f.NodeDown(node=floor.call("L1").node, why="cut"))
    # When the survey shows the talk
    floor.node_up(synced=False)
    told = floor.seen(leg_seen("L1", parked=False, peer=leg), leg_seen(leg, parked=False, peer=LegId("L1")))
    # Then nothing is healed, and the talk goes on
    assert not told.every(o.Healed) and not told.requests
    # And the leg is asked for by name
    assert leg in floor.give(f.NodeUp(node=floor.call("L1").node, core="core-1")).the(r.Survey).expected


def test_a_leg_that_is_gone_is_rung_again() -> None:
    floor = standing()
    floor.give(f.NodeDown(node="a", why="cut"))  # type: ignore[arg-type]
    floor.node_up(synced=False)
    told = floor.seen()
    assert told.the(o.NailedEnded).cause == "GONE" and told.the(r.RingAgent).nailed


def test_a_leg_that_was_gone_in_a_talk_ends_the_talk_and_his_line_is_down() -> None:
    floor = standing()
    talking(floor)
    told = floor.seen(leg_seen("L1"), asked_at=floor.now + 0.1)
    assert told.the(o.TalkEnded) and told.the(o.NailedEnded)
    assert not floor.state.nailed


def test_a_leg_that_was_answered_unseen_stands() -> None:
    floor = a_floor(NAILED)
    assert floor.seen(leg_seen(leg_of(floor))).the(o.NailedStands)


def test_a_leg_that_nobody_knows_is_hung_up() -> None:
    floor = a_floor("li")
    assert floor.seen(leg_seen("nailed-1-a1")).the(r.HangUp).leg == "nailed-1-a1"


def test_a_leg_that_its_call_needs_no_more_is_parked_by_the_survey() -> None:
    floor = standing()
    leg = leg_of(floor)
    floor.parked("L1")
    floor.ended("L1")  # and the command to park it was lost
    told = floor.seen(leg_seen(leg), asked_at=floor.now)
    assert told.the(r.ParkLeg).leg == leg


def test_a_survey_in_pieces_takes_no_leg_for_gone() -> None:
    floor = standing()
    leg = leg_of(floor)
    floor.parked("L1")
    floor.now += 3.0
    told = floor.seen(leg_seen("L1"), more=True)
    told.take(floor.seen(leg_seen(leg), told=(LegId("L1"),)))
    assert not told.every(o.NailedEnded) and not told.every(o.OfferEnded)


@pytest.mark.parametrize("talks", [True, False], ids=["talk", "tone"])
def test_a_caller_who_went_unseen_is_found_though_his_agents_leg_was_told_of_before(talks: bool) -> None:
    # Given a caller on a nailed-up leg, of whose end the news is lost, and another who waits
    floor, begins = standing(), talking if talks else Floor.parked
    begins(floor, "L1")
    leg = leg_of(floor)
    floor.parked("L2")
    floor.wait(2.0)
    # When a survey tells of the agent's leg first, and of the other caller in its last fact
    told = floor.seen(leg_seen(leg, parked=True), more=True)
    told.take(floor.seen(leg_seen("L2", agent_leg=False, parked=True), told=(leg,)))
    # Then the caller is gone, and the leg stands for the next one
    assert told.the(o.Healed).what == "caller's leg is gone"
    told.take(back_in_park(floor, leg))
    assert CallId("L1") not in floor.state.calls
    told.take(floor.wait(60.0))
    offer = told.every(o.OfferMade)[0]
    assert (offer.call, offer.leg) == ("L2", leg)
    assert not told.every(r.RingAgent) and not told.every(o.NailedEnded)


def test_a_switch_that_restarted_has_no_legs_and_they_are_rung_again() -> None:
    floor = standing()
    talking(floor)
    told = floor.node_up(core="core-2")
    assert told.the(o.NailedEnded).cause == "LOST"
    floor.wait(11.0)
    assert leg_of(floor) and not floor.state.nailed[leg_of(floor)].stands


def test_a_ready_agent_is_rung_when_the_first_node_is_there() -> None:
    floor = a_floor(NAILED, node=False)
    assert not floor.state.nailed
    assert floor.node_up().the(r.RingAgent).nailed


def test_a_phone_that_says_ready_by_a_code_is_rung_when_it_is_free() -> None:
    # Given a nailed-up agent who dials the code on his phone
    floor = a_floor(NAILED, ready=False)
    floor.parked("P1", entry="", user="1001", called_number="*13")
    assert floor.agent().status is AgentStatus.READY
    # When that call is over
    told = floor.ended("P1")
    # Then he is rung
    assert told.the(r.RingAgent).nailed


def test_outcomes_alone_make_the_same_state() -> None:
    floor = standing()
    leg = talking(floor)
    floor.ended("L1")
    back_in_park(floor, leg)
    floor.wait(11.0)
    floor.ended(leg)
    assert floor.replayed() == floor.state
