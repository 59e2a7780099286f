"""How a call goes out of our hands, and that it is really gone in the end."""

from __future__ import annotations

import pytest

from ccswitch.floor.leaving import RESULT_BY_PLACE
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.nouns import CallPlace, CallResult
from tests.floor.floors import a_floor, leg_seen, stage


def test_every_place_says_what_it_means_when_the_caller_goes() -> None:
    # A call that leaves has its result already; every other place is in the table
    assert set(RESULT_BY_PLACE) == set(CallPlace) - {CallPlace.LEAVING}


def test_a_call_that_does_not_end_is_told_again_and_asked_for() -> None:
    # Given a call that was hung up
    floor = stage("leaving")
    # When its end is not heard in time
    told = floor.wait(5.0)
    # Then the caller and the agent's leg, if any, are told again, and the switch is asked
    assert {request.leg for request in told.every(r.HangUp)} == {"L1"}
    assert told.requests[-1].expected == ("L1",)
    # And when the switch says that there is no such leg, the call is over
    told = floor.seen()
    assert told.the(o.CallEnded).result is CallResult.ANSWERED


def test_a_call_whose_agents_leg_stays_is_over_only_with_it() -> None:
    # Given a caller who hung up in a talk, and an agent's leg that is still there
    floor = stage("talking")
    agent_leg = floor.call("L1").agent_leg
    floor.ended("L1")
    # When time passes: then that leg is told to go, and asked for, until it is gone
    told = floor.wait(5.0)
    assert {request.leg for request in told.every(r.HangUp)} == {agent_leg}
    assert floor.seen().the(o.CallEnded).result is CallResult.ANSWERED


def test_a_caller_handed_to_an_outside_number_talks_there_as_long_as_he_likes() -> None:
    # Given a caller whose script hands him out
    floor = stage("script")
    told = floor.pressed("L1", "2")
    assert (told.the(r.Transfer).leg, told.the(r.Transfer).number) == ("L1", "+8621")
    assert told.the(o.CallLeaving).result is CallResult.TRANSFERRED
    # When minutes pass and surveys see him outside
    hung_up = []
    for _ in range(10):
        hung_up += floor.wait(30.0).every(r.HangUp)
        hung_up += floor.seen(leg_seen("L1", parked=False)).every(r.HangUp)
    # Then he is left alone, and with his leg the call is over
    assert not hung_up
    assert floor.ended("L1").the(o.CallEnded).result is CallResult.TRANSFERRED


def test_a_caller_whose_outside_number_cannot_be_reached_goes_on_in_his_script() -> None:
    # Given a caller whose script hands him out
    floor = stage("script")
    floor.pressed("L1", "2")
    # When he is back in park: the number could not be reached
    told = floor.parked("L1")
    # Then the script goes on with what it says for that, and nothing of the hand-over is left
    assert told.the(o.StepStarted).step == "rate"
    assert floor.call("L1").result is None
    assert not floor.wait(60.0).every(r.HangUp)
    # And he may leave from there as from any step
    assert floor.ended("L1").the(o.CallEnded).result is CallResult.LEFT


def test_a_hand_over_that_a_lost_link_swallowed_is_treated_as_not_reached() -> None:
    floor = stage("script")
    floor.pressed("L1", "2")
    floor.wait(1.0)
    assert floor.seen(leg_seen("L1")).the(o.StepStarted).step == "rate"


@pytest.mark.parametrize(("talked", "result"), [(True, CallResult.ANSWERED), (False, CallResult.SERVED)])
def test_a_script_that_ends_after_a_talk_ends_an_answered_call(talked: bool, result: CallResult) -> None:
    # Given a caller in a menu who does, or does not, talk to an agent first
    floor = a_floor()
    floor.parked("L1", entry="menu")
    if talked:
        floor.pressed("L1", "1")
        agent_leg = floor.agent_leg("L1")
        floor.agent_parked(agent_leg)
        floor.joined("L1", agent_leg)
        floor.ended(agent_leg)
        floor.parked("L1")
        floor.pressed("L1")
    else:
        floor.pressed("L1")
        floor.pressed("L1")
    # When the script comes to its end: then the call is what it was
    assert floor.call("L1").result is result
    assert floor.call("L1").place is CallPlace.LEAVING


def test_the_way_out_is_no_part_of_the_wait() -> None:
    # Given a caller who waited a second and then spent a minute with the last resort
    floor = stage("wayout")
    floor.wait(60.0)
    # When he hangs up there: then he waited a second
    assert floor.ended("L1").the(o.VisitEnded).waited == 1.0
