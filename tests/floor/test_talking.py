"""The talk: it starts with the bridge, is held, is over, and is followed by wrap-up."""

from __future__ import annotations

import pytest

from ccswitch.model import facts as f
from ccswitch.model import nouns as n
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import AgentId, LegId, NodeName, QueueName
from ccswitch.model.nouns import AgentState, AgentStatus, CallPlace, CallResult, OfferResult, VisitResult
from tests.floor.floors import Floor, a_floor, leg_seen, stage


@pytest.mark.parametrize("caller_first", [True, False])
def test_the_bridge_starts_the_talk(caller_first: bool) -> None:
    # Given a bridge asked for after four seconds of waiting
    floor = a_floor()
    agent_leg = floor.offered("L1")
    floor.wait(4.0)
    floor.agent_parked(agent_leg)
    # When it stands
    told = floor.joined("L1", agent_leg) if caller_first else floor.joined(agent_leg, "L1")
    # Then offer and visit have their results, and the talk is on
    assert told.the(o.OfferEnded).result is OfferResult.TALKED
    assert (told.the(o.VisitEnded).result, told.the(o.VisitEnded).waited) == (VisitResult.ANSWERED, 4.0)
    assert (told.the(o.TalkStarted).leg, told.the(o.TalkStarted).waited) == (agent_leg, 4.0)
    assert floor.agent().state is AgentState.TALKING
    # And told twice it starts nothing twice
    assert floor.joined("L1", agent_leg).is_nothing


def test_pairs_that_we_did_not_make_are_left_alone() -> None:
    floor = stage("bridging")
    assert floor.joined("L1", "x").is_nothing
    assert floor.joined("x", "y").is_nothing
    assert floor.joined(floor.agent_leg("L1"), "y").is_nothing


def test_a_queue_that_records_has_its_talks_recorded() -> None:
    # Given a queue that records
    floor = a_floor(queues=(n.Queue(name=QueueName("support"), record=True),), recordings="/rec")
    # When a talk starts
    agent_leg = floor.bridging("L1")
    told = floor.joined("L1", agent_leg)
    # Then the caller's leg is recorded into a file that the talk knows
    assert told.the(r.Record).path == told.the(o.TalkStarted).recording == "/rec/1970-01-12/L1-1.wav"
    # And one that does not record has none
    other = a_floor()
    assert not other.joined("L1", other.bridging("L1")).every(r.Record)


def test_a_phone_holds_and_takes_back() -> None:
    # Given a talk
    floor = stage("talking")
    agent_leg = floor.call("L1").agent_leg
    # When the agent's phone holds, twice, and takes back, twice
    told = [floor.give(cls(leg=LegId(agent_leg))) for cls in (f.LegHeld, f.LegHeld, f.LegUnheld, f.LegUnheld)]
    # Then each counts once
    assert [one.outcomes[0].on for one in told if one.outcomes] == [True, False]
    assert told[1].is_nothing and told[3].is_nothing
    # And a held talk can end
    floor.give(f.LegHeld(leg=LegId("L1")))
    assert floor.agent().state is AgentState.HOLDING
    assert floor.ended(agent_leg).the(o.TalkEnded).by == "agent"


@pytest.mark.parametrize("name", ["script", "waiting", "ringing", "bridging", "returning", "leaving", "wayout"])
def test_hold_outside_a_talk_is_nothing(name: str) -> None:
    floor = stage(name)
    assert floor.give(f.LegHeld(leg=LegId("L1"))).is_nothing
    assert floor.give(f.LegUnheld(leg=LegId("L1"))).is_nothing


@pytest.mark.parametrize(("by_phone", "by"), [(True, "agent"), (False, "caller")])
def test_who_ended_the_talk_is_told_by_the_agents_leg(by_phone: bool, by: str) -> None:
    # Given a talk
    floor = stage("talking")
    # When the agent's leg ends, because his phone hung up, or because its caller was gone
    told = floor.ended(floor.call("L1").agent_leg, by_phone=by_phone)
    # Then that is who ended it
    assert told.the(o.TalkEnded).by == by


def test_after_the_talk_comes_wrap_up_and_then_the_next_call() -> None:
    # Given a talk, and another caller in line
    floor = stage("talking")
    floor.parked("L2")
    # When the agent hangs up
    floor.wait(29.0)
    told = floor.ended(floor.call("L1").agent_leg)
    # Then the talk has its length, and wrap-up runs
    assert told.the(o.TalkEnded).talked == 30.0
    assert told.the(o.WrapupStarted).deadline == floor.now + 10.0
    assert not floor.wait(9.0).every(o.OfferMade)
    # And when it is over he is free, as of now, and gets the next
    floor.parked("L1")
    floor.ended("L1")
    told = floor.wait(1.0)
    assert told.the(o.WrapupEnded).agent == "li"
    assert told.the(o.OfferMade).call == "L2"


def test_a_queue_without_wrap_up_leaves_the_phone_a_moment() -> None:
    # Given a queue without after-call work
    floor = a_floor(queues=(n.Queue(name=QueueName("support"), wrapup=0.0),))
    agent_leg = floor.talking("L1")
    # When the talk is over: then the phone has half a second to say BYE
    assert floor.ended(agent_leg).the(o.WrapupStarted).deadline == floor.now + 0.5


def test_an_agent_who_takes_a_break_in_a_talk_talks_on() -> None:
    # Given a talk
    floor = stage("talking")
    # When the agent takes a break
    floor.order(d.TakeBreak, agent=AgentId("li"), reason="lunch")
    # Then he talks on, wraps up, and is then offered nothing
    assert floor.agent().state is AgentState.TALKING
    floor.ended(floor.call("L1").agent_leg)
    floor.wait(10.0)
    assert (floor.agent().state, floor.agent().status) == (AgentState.IDLE, AgentStatus.BREAK)
    assert not floor.parked("L2").every(o.OfferMade)


def test_a_caller_who_does_not_come_back_is_fetched_until_he_is_there() -> None:
    # Given a caller on his way back from a talk
    floor = a_floor()
    floor.ended(floor.talking("L1"))
    # When his park is not heard in time, twice
    first, second = floor.wait(5.0), floor.wait(5.0)
    # Then he is fetched and the switch is asked, each time
    for told in (first, second):
        assert told.the(r.Repark).leg == "L1"
        assert told.requests[-1] == r.Survey(node=NodeName("a"), expected=(LegId("L1"),))
    # And once he is there, no more
    floor.parked("L1")
    assert not floor.wait(60.0).every(r.Repark)


def test_the_agents_wrap_up_outlives_the_call() -> None:
    # Given a talk
    floor = stage("talking")
    # When the caller hangs up and his agent's leg follows
    agent_leg = floor.call("L1").agent_leg
    told = floor.ended("L1")
    assert told.the(o.TalkEnded).by == "caller"
    floor.ended(agent_leg)
    # Then the call is over and the agent still wraps up
    assert not floor.state.calls
    assert floor.agent().state is AgentState.WRAPUP
    floor.wait(10.0)
    assert floor.agent().state is AgentState.IDLE


def test_wrap_up_that_was_ended_by_hand_does_not_end_again() -> None:
    floor = stage("returning")
    floor.ready("li")
    assert floor.agent().state is AgentState.IDLE
    assert not floor.wait(60.0).every(o.WrapupEnded)
    assert floor.call("L1").place is CallPlace.RETURNING


@pytest.mark.parametrize("agent_first", [True, False])
def test_an_agent_who_is_gone_as_the_bridge_stands_has_not_talked(agent_first: bool) -> None:
    # Given a caller who waited four seconds, and a bridge that stood for 50 ms
    floor = a_floor(shortest_talk=0.5)
    agent_leg = floor.offered("L1")
    since = floor.call("L1").waiting_since
    floor.wait(4.0)
    floor.agent_parked(agent_leg)
    floor.joined("L1", agent_leg)
    floor.wait(0.05)
    # When the agent's leg dies and the caller is parked, in whichever order the news comes
    if agent_first:
        floor.ended(agent_leg, by_phone=False)
        told = floor.parked("L1")
    else:
        told = floor.parked("L1")
        floor.ended(agent_leg, by_phone=False)
    # Then he waits on since he came, with music
    again = told.the(o.CallEnqueued)
    assert (again.queue, again.since, again.again) == ("support", since, True)
    assert any(isinstance(request, r.Play) for request in told.requests)
    assert floor.call("L1").place is CallPlace.WAITING
    # And when he has enough of it, he was never answered
    assert floor.ended("L1").the(o.CallEnded).result is n.CallResult.ABANDONED


@pytest.mark.parametrize("agent_first", [True, False])
@pytest.mark.parametrize("heard_together", [True, False])
def test_a_talk_is_as_long_as_it_was_at_the_switch(heard_together: bool, agent_first: bool) -> None:
    # Given a talk of 1.4 s by the switch's clock, of whose beginning and end we hear at once; or of 50 ms, of whose end
    # we hear a second late
    talked = 1.4 if heard_together else 0.05
    floor = a_floor(shortest_talk=0.5)
    agent_leg = floor.bridging("L1")
    floor.joined("L1", agent_leg, at_switch=5000.0)
    floor.wait(0.001 if heard_together else 1.0)
    # When the agent has hung up and the caller is parked, in whichever order the news comes
    if agent_first:
        told = floor.ended(agent_leg, at_switch=5000.0 + talked)
        floor.parked("L1", at_switch=5000.02 + talked)
    else:
        told = floor.parked("L1", at_switch=5000.0 + talked)
        floor.ended(agent_leg, at_switch=5000.02 + talked)
    # Then it counts as what it was
    assert told.the(o.TalkEnded).talked == pytest.approx(talked)
    assert floor.call("L1").place is (CallPlace.LEAVING if heard_together else CallPlace.WAITING)


@pytest.mark.parametrize(
    ("began", "ended"),
    [(0.0, 5000.0), (5000.0, 0.0), (0.0, 0.0), (5000.0, 4990.0), (5000.0, 8600.0)],
    ids=["beginning unknown", "end unknown", "neither known", "set back meanwhile", "set forward an hour"],
)
def test_a_talk_that_the_switch_cannot_measure_is_measured_by_us(began: float, ended: float) -> None:
    # Given a talk of two seconds
    floor = a_floor(shortest_talk=0.5)
    agent_leg = floor.bridging("L1")
    floor.joined("L1", agent_leg, at_switch=began)
    floor.wait(2.0)
    # When it ends, and the switch's stamps are missing or make no sense
    told = floor.ended(agent_leg, at_switch=ended)
    # Then it was as long as we saw it
    assert told.the(o.TalkEnded).talked == pytest.approx(2.0)


def test_a_caller_who_hangs_up_in_a_talk_ends_it_when_the_switch_says() -> None:
    # Given a talk
    floor = a_floor()
    agent_leg = floor.bridging("L1")
    floor.joined("L1", agent_leg, at_switch=5000.0)
    # When we hear late that he hung up after three seconds
    floor.wait(4.0)
    told = floor.ended("L1", at_switch=5003.0)
    # Then it was three seconds
    assert told.the(o.TalkEnded).talked == pytest.approx(3.0)


def test_a_short_talk_that_the_caller_ends_is_a_talk() -> None:
    # Given a bridge that stood for 50 ms
    floor = a_floor(shortest_talk=0.5)
    agent_leg = floor.offered("L1")
    floor.agent_parked(agent_leg)
    floor.joined("L1", agent_leg)
    floor.wait(0.05)
    # When the caller hangs up, then he was answered
    floor.ended("L1")
    assert floor.ended(agent_leg, by_phone=False).the(o.CallEnded).result is n.CallResult.ANSWERED


# ---- recordings that are not there --------------------------------------------------------------------------


def recorded_talk() -> Floor:
    """A talk in a queue that records."""
    floor = a_floor(queues=tuple(n.Queue(name=QueueName(name), record=True) for name in ("support", "sales")))
    floor.talking("L1")
    return floor


def test_a_recording_that_cannot_begin_is_told_once_and_the_talk_goes_on() -> None:
    # Given a talk that is to be recorded
    floor = recorded_talk()
    # When the switch cannot write the file, and says so again at the end
    told = floor.give(f.RecordingFailed(leg=LegId("L1"), why="disk full"))
    # Then
    not_written = told.the(o.RecordingNotWritten)
    assert (not_written.call, not_written.node, not_written.why) == ("L1", "a", "disk full")
    assert not_written.recording.endswith("/L1-1.wav")
    assert floor.call("L1").place is CallPlace.TALKING
    again = floor.give(f.LegEnded(leg=LegId("L1"), cause="NORMAL_CLEARING", unrecorded="disk full"))
    assert not again.every(o.RecordingNotWritten)


def test_a_recording_that_breaks_off_is_told_before_the_call_ends() -> None:
    floor = recorded_talk()
    told = floor.give(f.LegEnded(leg=LegId("L1"), cause="NORMAL_CLEARING", by_phone=True, unrecorded="disk full"))
    assert type(told.outcomes[0]) is o.RecordingNotWritten


def test_who_is_not_recorded_misses_nothing() -> None:
    floor = a_floor()
    floor.talking("L1")
    assert floor.give(f.RecordingFailed(leg=LegId("L1"), why="disk full")).is_nothing


# ---- a phone joins the caller to another call (REFER with Replaces) -------------------------------------------


def is_left_alone(floor: Floor) -> None:
    """The caller talks past us for as long as he likes, and Li is free."""
    later = [floor.wait(30.0) for _ in range(6)]
    moved = (r.Repark, r.HangUp, r.Bridge, r.Transfer)
    assert not [request for told in later for kind in moved for request in told.every(kind)]
    assert (floor.call("L1").place, floor.call("L1").outside) == (CallPlace.LEAVING, "x")
    assert floor.agent().state is AgentState.IDLE
    assert floor.replayed() == floor.state


def records(**rules: object) -> Floor:
    """Li talks with L1, and is recorded."""
    floor = a_floor(queues=(n.Queue(name=QueueName("support"), record=True),), recordings="/rec", **rules)
    floor.talking("L1")
    floor.wait(10.0)
    return floor


@pytest.mark.parametrize("caller_first", [True, False])
def test_who_is_joined_to_another_call_is_left_alone(caller_first: bool) -> None:
    # Given a talk that is recorded
    floor = records()
    agent_leg = floor.call("L1").agent_leg
    # When the caller is joined to a leg that is not ours
    told = floor.joined("L1", "x") if caller_first else floor.joined("x", "L1")
    # Then Li is free of him, and the recording ends: what is said now is not ours
    assert (told.the(o.TalkEnded).by, told.the(o.TalkEnded).talked) == ("agent", 10.0)
    assert told.the(o.WrapupStarted).agent == "li"
    assert (told.the(r.HangUp).leg, told.the(r.StopRecording).leg) == (agent_leg, "L1")
    leaving = told.the(o.CallLeaving)
    assert (leaving.result, leaving.why) == (CallResult.TRANSFERRED, "the phone of li joined him to another call")
    # And his leg's end changes nothing
    assert floor.ended(agent_leg, "ATTENDED_TRANSFER", by_phone=False).the(o.LegClosed).leg == agent_leg
    is_left_alone(floor)
    # And the call ends with the caller, or when the other hangs up and he is in park
    ended = floor.ended("L1") if caller_first else floor.parked("L1")
    if not caller_first:
        assert ended.the(r.HangUp).leg == "L1"
        ended = floor.ended("L1")
    assert ended.the(o.CallEnded).result is CallResult.TRANSFERRED


def test_the_news_of_it_comes_behind_the_end_of_the_agents_leg() -> None:
    floor = records()
    floor.ended(floor.call("L1").agent_leg, "ATTENDED_TRANSFER", by_phone=False)
    told = floor.joined("L1", "x")
    assert told.the(o.CallLeaving).outside == "x" and not told.every(o.TalkEnded)
    is_left_alone(floor)


def test_without_news_of_it_the_switch_is_asked_before_the_caller_is_missed() -> None:
    # Given a talk whose agent's leg ends as of a phone that joined its two calls
    floor = records()
    told = floor.ended(floor.call("L1").agent_leg, "ATTENDED_TRANSFER", by_phone=False)
    # Then it was the agent who ended it, and the switch is asked at once where the caller is
    assert told.the(o.TalkEnded).by == "agent" and told.the(r.Survey).expected == (
        "L1",
        floor.everything(o.LegOpened)[1].leg,
    )
    floor.wait(0.1)
    # And when it shows him with another, he is left there
    told = floor.seen(leg_seen("L1", parked=False, peer=LegId("x")))
    assert told.the(o.Healed).what == "joined to another call by a phone"
    is_left_alone(floor)


def test_whom_he_asked_meanwhile_goes() -> None:
    # Given Wang, whom Li asks
    floor = a_floor("li", "wang")
    floor.talking("L1")
    guest = floor.order(d.ConsultCall, call=floor.call("L1").call, to="agent:wang").the(r.RingAgent).leg
    floor.agent_parked(guest)
    # When Li joins the caller to another call, Then Wang is let go
    told = floor.joined("L1", "x")
    assert {request.leg for request in told.every(r.HangUp)} == {guest, floor.everything(o.TalkEnded)[0].leg}
    assert not floor.state.guests
    floor.ended(guest)
    floor.wait(10.0)
    assert floor.agent("wang").state is AgentState.IDLE


def test_old_news_of_his_agent_is_no_other_call() -> None:
    # Given a caller who is on his way back from a talk
    floor = a_floor()
    agent_leg = floor.talking("L1")
    floor.ended(agent_leg)
    assert floor.joined("L1", agent_leg).is_nothing
