"""CHANNEL_PARK of a caller: he arrives, comes back, was left alone, or was moved by a phone."""

from __future__ import annotations

import pytest

from ccswitch.floor.transferring import NOWHERE
from ccswitch.model import facts as f
from ccswitch.model import nouns as n
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import QueueName
from ccswitch.model.nouns import AgentState, CallPlace, CallResult, OfferResult
from tests.floor.floors import a_floor, leg_seen, settings_of, stage


def test_a_caller_for_a_queue_is_claimed_answered_and_waits_with_music() -> None:
    # Given a floor on which nobody is ready
    floor = a_floor(ready=False)
    # When a caller parks at the entry of a queue
    told = floor.parked("L1", entry="support", caller_number="138", caller_name="Ann", called_number="100")
    # Then he is a call that waits, and the switch is told to claim, answer and play, in this order
    started = told.the(o.CallStarted)
    assert (started.call, started.entry, started.caller_number, started.caller_name) == ("L1", "support", "138", "Ann")
    assert told.the(o.CallEnqueued).since == floor.now
    assert [type(request) for request in told.requests] == [r.Claim, r.Answer, r.Play]
    assert floor.call("L1").place is CallPlace.WAITING
    assert floor.line() == ["L1"]


def test_a_caller_who_is_answered_already_is_not_answered_again() -> None:
    # When a caller parks whom the dialplan has answered
    told = a_floor(ready=False).parked("L1", answered=True)
    # Then only music is asked for
    assert [type(request) for request in told.requests] == [r.Claim, r.Play]


def test_a_caller_for_a_script_hears_its_first_step() -> None:
    # When a caller parks at the entry of a script
    told = a_floor().parked("L1", entry="menu")
    # Then its first step runs under an execute id of ours
    assert told.the(r.Collect).execute == told.the(o.StepStarted).execute == "L1-x1"


@pytest.mark.parametrize("entry", ["", "gone"])
def test_a_caller_at_no_entry_is_not_left_in_silence(entry: str) -> None:
    # When a caller parks at an entry that the settings do not have
    floor = a_floor()
    told = floor.parked("L1", entry=entry)
    # Then he is hung up with a cause that lets his network try elsewhere, and the reason is kept
    assert told.the(r.HangUp).cause == "NORMAL_TEMPORARY_FAILURE"
    assert told.the(o.CallLeaving).why == f"no entry named {entry!r}"
    assert floor.ended("L1").the(o.CallEnded).result is CallResult.LOST


def test_a_caller_at_the_entry_of_a_script_that_is_gone_is_hung_up() -> None:
    floor = a_floor(scripts=())
    assert floor.parked("L1", entry="menu").the(o.CallLeaving).why == "no script named 'menu'"


def test_a_further_leg_that_says_it_is_of_a_call_of_ours_is_hung_up() -> None:
    # Given a caller who waits
    floor = a_floor(ready=False)
    floor.parked("L1")
    # When another leg parks under his call's name
    told = floor.parked("X", call="L1")
    # Then it is hung up and the call is as it was
    assert told.outcomes == []
    assert told.the(r.HangUp).leg == "X"
    # And so it is when the call is over
    floor.ended("L1")
    assert floor.parked("Y", call="L1").the(r.HangUp).leg == "Y"


def test_news_of_a_park_that_comes_after_the_hang_up_is_too_old() -> None:
    # Given a caller who parked and hung up
    floor = a_floor(ready=False)
    floor.parked("L1")
    floor.ended("L1")
    # When the park is told once more
    told = floor.parked("L1")
    # Then no call is begun under a name that was used
    assert told.is_nothing
    assert not floor.state.calls


def test_a_doubled_park_of_a_waiting_caller_moves_nothing() -> None:
    # Given two callers in line
    floor = a_floor(ready=False)
    floor.parked("L1")
    floor.wait(1.0)
    floor.parked("L2")
    since = floor.call("L1").waiting_since
    # When the first parks again
    floor.wait(1.0)
    told = floor.parked("L1", answered=True)
    # Then he keeps place and wait, and hears music
    assert floor.line() == ["L1", "L2"]
    assert floor.call("L1").waiting_since == since
    assert not told.every(o.CallEnqueued)
    assert told.the(r.Play).execute == floor.call("L1").music


def test_a_caller_who_waits_and_parks_again_keeps_the_agent_who_is_being_rung() -> None:
    # Given a caller whose agent is being rung
    floor = stage("ringing")
    agent_leg = floor.agent_leg("L1")
    # When he parks again (the watchdog had him for a moment)
    told = floor.parked("L1")
    # Then the offer stands, and he is not offered a second time
    assert not told.every(o.OfferEnded) + told.every(o.OfferMade)
    assert floor.agent_leg("L1") == agent_leg
    assert floor.line() == []


def test_a_caller_in_a_script_who_parks_again_hears_the_same_step_from_its_start() -> None:
    # Given a caller in a menu
    floor = stage("script")
    # When he parks again
    told = floor.parked("L1", entry="menu")
    # Then what may still play is stopped and the step begins anew under a new name
    assert [type(request) for request in told.requests] == [r.Claim, r.Quiet, r.Collect]
    assert told.the(o.StepStarted).step == "choice"
    assert told.the(r.Collect).execute == "L1-x2"


def test_a_caller_parked_before_the_bridge_stood_keeps_his_place() -> None:
    # Given two callers: the first's agent has answered, the second waits
    floor = a_floor()
    since = floor.now
    agent_leg = floor.bridging("L1")
    floor.wait(0.5)
    floor.parked("L2")
    # When the first is parked by the switch: the agent is gone
    told = floor.parked("L1", direct=True)
    # Then the offer was dropped, the agent rests and his leg is freed, and the caller is first in line again
    assert told.the(o.OfferEnded).result is OfferResult.DROPPED
    assert told.the(o.AgentRested).until == floor.now + 10.0
    assert told.the(r.HangUp).leg == agent_leg
    assert floor.line() == ["L1", "L2"]
    assert floor.call("L1").waiting_since == since
    # And the agent's own end, later, is his leg's end and no more
    later = floor.ended(agent_leg)
    assert [type(outcome) for outcome in later.outcomes] == [o.LegClosed]


def test_a_caller_parked_in_a_talk_is_no_longer_talked_to() -> None:
    # Given a talk after a script
    floor = a_floor()
    floor.parked("L1", entry="menu")
    floor.pressed("L1", "1")
    agent_leg = floor.agent_leg("L1")
    floor.agent_parked(agent_leg)
    floor.joined("L1", agent_leg)
    # When the caller's park is heard before the agent's hang-up
    told = floor.parked("L1", answered=True)
    # Then the talk is over, the agent wraps up, his leg is freed, and the script goes on
    assert told.the(o.TalkEnded).by == "agent"
    assert floor.agent().state is AgentState.WRAPUP
    assert told.the(r.HangUp).leg == agent_leg
    assert told.the(o.StepStarted).step == "rate"
    # And the agent's hang-up, later, is his leg's end and no more
    assert [type(outcome) for outcome in floor.ended(agent_leg).outcomes] == [o.LegClosed]


def test_a_caller_back_from_a_talk_without_a_script_is_hung_up_as_answered() -> None:
    # Given a caller on his way back from a talk
    floor = stage("returning")
    # When he parks
    told = floor.parked("L1")
    # Then there is nothing more for him
    assert told.the(o.CallLeaving).result is CallResult.ANSWERED
    assert told.the(r.HangUp).leg == "L1"


def test_a_caller_parked_while_he_should_be_gone_is_told_again_to_go() -> None:
    floor = stage("leaving")
    assert floor.parked("L1").the(r.HangUp).leg == "L1"


def test_a_caller_back_from_the_way_out_waits_at_his_old_place() -> None:
    # Given a caller whom the way out took from the queue, and one who came after him
    floor = stage("wayout")
    since = floor.call("L1").waiting_since
    floor.parked("L2")
    # When he parks (a live controller may claim him still)
    floor.wait(2.0)
    told = floor.parked("L1")
    # Then he waits on as if nothing had been; his visit to the queue is the same one
    assert told.the(r.Claim).leg == "L1"
    assert floor.line() == ["L1", "L2"]
    assert floor.call("L1").waiting_since == since
    assert len(floor.everything(o.CallEnqueued)) == 2
    assert not floor.everything(o.VisitEnded)


def test_a_caller_back_from_the_way_out_is_back_in_his_script() -> None:
    # Given a caller whom the way out took from a menu
    floor = stage("script")
    floor.seen(leg_seen("L1", parked=False, orphaned=True))
    assert floor.call("L1").place is CallPlace.WAYOUT
    # When he parks
    told = floor.parked("L1")
    # Then the menu begins anew, and no try of his is counted
    assert told.the(o.StepStarted).step == "choice"
    assert told.the(r.Collect).files == ("ask.wav",)


def test_a_caller_back_from_the_way_out_after_his_talk_goes_on_behind_it() -> None:
    # Given a caller whom the way out took on his way back from a talk
    floor = stage("returning")
    floor.seen(leg_seen("L1", parked=False, orphaned=True))
    assert floor.call("L1").place is CallPlace.WAYOUT
    # When he parks: then what follows the talk follows now
    assert floor.parked("L1").the(o.CallLeaving).result is CallResult.ANSWERED


# ---- a phone's own REFER --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("target", "queue"), [("sales", "sales"), ("200", "sales"), ("vip", "support")])
def test_an_agent_moves_his_caller_to_a_queue_of_the_house(target: str, queue: str) -> None:
    # Given a talk
    floor = stage("talking")
    # When the caller parks because the agent's phone moved him
    told = floor.parked("L1", transfer_to=target, answered=True)
    # Then the talk is over and he waits where he was sent, from now on
    assert told.the(o.TalkEnded).by == "agent"
    assert told.the(o.CallEnqueued).queue == queue
    assert floor.line(queue) == ["L1"]


def test_an_agent_moves_his_caller_to_a_number_of_a_range() -> None:
    # Given an entry whose numbers are written as a regular expression
    floor = stage("talking")
    entries = (n.Entry(name="range", dids=("^55[0-9]{2}$",), queue=QueueName("sales")),)
    floor.give(f.SettingsLoaded(settings=settings_of(hash="h2", entries=entries)))
    # When an agent's phone moves his caller to one of them
    told = floor.parked("L1", transfer_to="5512", answered=True)
    # Then he waits there
    assert told.the(o.CallEnqueued).queue == "sales"


def test_an_agent_moves_his_caller_to_a_script_of_the_house() -> None:
    floor = stage("talking")
    assert floor.parked("L1", transfer_to="300").the(o.StepStarted).step == "choice"


def test_a_move_whose_hang_up_was_heard_first_is_the_same_move() -> None:
    # Given a talk whose agent's hang-up was heard before the park
    floor = stage("returning")
    # When the caller parks with the wish
    told = floor.parked("L1", transfer_to="sales", answered=True)
    # Then he waits in the queue
    assert told.the(o.CallEnqueued).queue == "sales"


def test_a_phone_does_not_get_outside() -> None:
    # Given a talk
    floor = stage("talking")
    # When a phone sends its caller to an outside number
    told = floor.parked("L1", transfer_to="0900123456")
    # Then nothing is dialled, the refusal is kept, and the caller waits for somebody who helps him
    assert not told.every(r.Transfer)
    assert "refused" in told.the(o.CallResumed).why
    refused = told.the(o.TransferRefused)
    assert (refused.agent, refused.target, refused.why) == ("li", "0900123456", NOWHERE)
    again = told.the(o.CallEnqueued)
    assert (again.queue, again.since) == ("support", floor.call("L1").waiting_since)
    assert floor.call("L1").place is CallPlace.WAITING


@pytest.mark.parametrize("name", ["waiting", "ringing"])
def test_a_caller_who_waits_does_not_move_himself(name: str) -> None:
    # Given a caller in a queue
    floor = stage(name)
    since = floor.call("L1").waiting_since
    # When his own phone wishes him elsewhere
    told = floor.parked("L1", transfer_to="sales")
    # Then he waits on where he was
    assert not told.every(o.CallEnqueued)
    assert (floor.call("L1").queue, floor.call("L1").waiting_since) == ("support", since)
    assert floor.line("sales") == []


def test_whose_leg_it_is_was_settled_when_it_came() -> None:
    # Given a call that is being offered
    floor = stage("ringing")
    agent_leg = floor.agent_leg("L1")
    # When the agent's leg parks without its mark, it is the agent's all the same
    told = floor.parked(agent_leg, call="L1")
    assert told.the(r.Bridge).other == agent_leg
    # And the caller's leg with the mark is the caller's
    assert not [request for request in floor.agent_parked("L1").every(r.HangUp) if request.leg == "L1"]


@pytest.mark.parametrize("name", ["script", "waiting", "leaving", "wayout"])
def test_a_caller_who_does_not_talk_moves_nobody_least_of_all_himself(name: str) -> None:
    # Given a caller who listens, waits, leaves or is back from the way out
    floor = stage(name)
    # When his phone sends a REFER to a queue of the house
    told = floor.parked("L1", transfer_to="sales", answered=True)
    # Then he goes on as whoever is parked there
    as_ever = stage(name).parked("L1", answered=True)
    assert [type(outcome) for outcome in told.outcomes] == [type(outcome) for outcome in as_ever.outcomes]
    assert floor.call("L1").queue != "sales"
