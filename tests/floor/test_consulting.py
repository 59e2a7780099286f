"""An agent asks somebody before he passes his caller on: what each one's going costs the others, in every order."""

from __future__ import annotations

import pytest

from ccswitch.model import facts as f
from ccswitch.model import nouns as n
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import CallId, LegId, NodeName, QueueName
from ccswitch.model.nouns import AgentState, CallPlace, CallResult, GuestMode, GuestResult, Settling
from tests.floor.floors import Floor, Given, a_floor, an_agent, leg_seen, stage

L1 = CallId("L1")
OUTSIDE = "+8621555"
RULES = {"transfers_out": ("^[+]8621",)}


def a_talk(**rules: object) -> Floor:
    """Li talks with L1; Wang, of sales, is on a break."""
    floor = a_floor(an_agent("li"), an_agent("wang", "sales", phone="1009"), ready=False, **{**RULES, **rules})
    floor.ready("li")
    floor.order(d.LogIn, agent="wang")
    floor.talking("L1")
    floor.wait(2.0)
    return floor


def asks(floor: Floor, to: str = "agent:wang") -> Given:
    return floor.order(d.ConsultCall, call=L1, to=to)


def settles(floor: Floor, how: Settling) -> Given:
    return floor.order(d.SettleConsult, call=L1, how=how)


def rung(to: str = "agent:wang", **rules: object) -> tuple[Floor, LegId]:
    """The caller is on hold, and whom Li asks is rung."""
    floor = a_talk(**rules)
    return floor, asks(floor, to).the(r.RingAgent).leg


def there(to: str = "agent:wang", **rules: object) -> tuple[Floor, LegId]:
    """Whom Li asks has answered."""
    floor, leg = rung(to, **rules)
    floor.give(f.LegAnswered(leg=leg))
    floor.agent_parked(leg)
    floor.wait(2.0)
    return floor, leg


def three(to: str = "agent:wang") -> tuple[Floor, LegId]:
    """All three talk."""
    floor, leg = there(to)
    settles(floor, Settling.CONFERENCE)
    return floor, leg


def is_with_wang(floor: Floor) -> None:
    """The caller talks with Wang, and Li wraps up."""
    assert (floor.call("L1").place, floor.call("L1").agent) == (CallPlace.TALKING, "wang")
    assert floor.agent().state is AgentState.WRAPUP and floor.agent("wang").state is AgentState.TALKING
    assert not floor.state.guests
    [passed] = [one for one in floor.everything(o.TalkTransferred) if one.attended]
    assert (passed.agent, passed.target) == ("li", "agent:wang")
    assert floor.replayed().calls == floor.state.calls


# ---- who is rung --------------------------------------------------------------------------------------------


def test_the_caller_is_held_and_whom_he_asks_is_rung() -> None:
    # Given a talk
    floor = a_talk()
    agents_leg = floor.call("L1").agent_leg
    # When Li asks Wang
    told = asks(floor)
    # Then the caller hears music, Li that it rings, and Wang's phone is rung
    assert told.the(o.TalkHeld).on and floor.agent().state is AgentState.HOLDING
    [music, ringing] = told.every(r.Play)
    assert (music.leg, ringing.leg) == ("L1", agents_leg) and music.execute != ringing.execute
    assert (told.the(r.RingAgent).agent, told.the(o.GuestCalled).mode) == ("wang", GuestMode.CONSULT)
    assert floor.agent("wang").state is AgentState.ASSISTING
    # And when he answers he listens to Li's leg, and Li hears him by a silence of his own
    leg = told.the(r.RingAgent).leg
    told = floor.agent_parked(leg)
    listen = told.the(r.Listen)
    assert (listen.leg, listen.other, listen.mode) == (leg, agents_leg, GuestMode.CONSULT)
    assert told.the(r.Quiet).leg == told.the(r.Play).leg == agents_leg
    assert told.the(r.Play).files == ("silence_stream://-1",)


def test_a_caller_who_is_on_hold_stays_on_hold() -> None:
    floor = a_talk()
    music = floor.order(d.HoldCall, call=L1, on=True).the(o.MusicStarted).execute
    told = asks(floor)
    assert not told.every(o.TalkHeld) and floor.call("L1").music == music


def test_one_of_a_queue_is_the_longest_idle() -> None:
    floor = a_floor("li", an_agent("wang", "sales"), an_agent("zhao", "sales"))
    floor.talking("L1")
    assert floor.call("L1").agent == "li"
    assert asks(floor, "queue:sales").the(r.RingAgent).agent == "wang"


def test_an_outside_number_is_rung_as_the_house() -> None:
    floor = a_talk(dialling=n.Dialling(caller_number="0755"))
    ring = asks(floor, f"number:{OUTSIDE}").the(r.RingAgent)
    assert (ring.agent, ring.phone, ring.number, ring.caller_number) == ("", "", OUTSIDE, "0755")


@pytest.mark.parametrize(
    ("to", "why"),
    [
        ("agent:li", "agent li is talking"),
        ("agent:nobody", "no agent 'nobody'"),
        ("queue:sales", "no agent of queue sales is idle"),
        ("queue:none", "no queue 'none'"),
        ("number:0900", "not among [floor] transfers_out"),
        ("script:menu", "nobody answers at script:menu"),
        ("wang", "is no target"),
    ],
)
def test_who_cannot_be_asked_is_refused_and_nothing_changes(to: str, why: str) -> None:
    floor = a_talk()
    told = asks(floor, to)
    assert why in told.the(o.OrderRefused).why
    assert not told.requests and floor.agent().state is AgentState.TALKING


def test_who_is_not_there_is_not_rung() -> None:
    floor = a_talk()
    floor.order(d.LogOut, agent="wang")
    assert "wang is not there" in asks(floor).the(o.OrderRefused).why


def test_a_phone_that_holds_the_caller_takes_him_back_first() -> None:
    floor = a_talk()
    floor.give(f.LegHeld(leg=floor.call("L1").agent_leg))
    assert "take him back on it first" in asks(floor).the(o.OrderRefused).why


@pytest.mark.parametrize("name", ["script", "waiting", "ringing", "bridging", "returning", "leaving", "wayout"])
def test_only_who_talks_asks(name: str) -> None:
    floor = stage(name)
    assert "only who talks" in asks(floor, "agent:li").the(o.OrderRefused).why
    assert "nobody is asked" in settles(floor, Settling.BACK).the(o.OrderRefused).why


def test_while_somebody_is_asked_other_words_are_refused() -> None:
    floor, _ = there()
    assert "asks wang already" in asks(floor).the(o.OrderRefused).why
    assert "li asks wang" in floor.order(d.HoldCall, call=L1, on=False).the(o.OrderRefused).why
    joins = floor.order(d.JoinCall, call=L1, agent="wang", mode=GuestMode.BARGE)
    assert "is asked by li" in joins.the(o.OrderRefused).why
    assert "is asked by li" in floor.order(d.LeaveCall, call=L1, agent="wang").the(o.OrderRefused).why
    no_mode = floor.order(d.JoinCall, call=L1, agent="wang", mode=GuestMode.CONFERENCE)
    assert "by `consult`" in no_mode.the(o.OrderRefused).why


@pytest.mark.parametrize("how", [Settling.COMPLETE, Settling.CONFERENCE])
def test_nothing_is_settled_before_he_answers(how: Settling) -> None:
    floor, _ = rung()
    assert "has not answered yet" in settles(floor, how).the(o.OrderRefused).why
    assert "no live call" in floor.order(d.SettleConsult, call="L9", how=how).the(o.OrderRefused).why


# ---- what is settled ----------------------------------------------------------------------------------------


def test_complete() -> None:
    # Given a recorded talk whose agent asks Wang
    queues = tuple(n.Queue(name=QueueName(name), record=True) for name in ("support", "sales"))
    floor, leg = there(queues=queues)
    recorded, agents_leg = floor.call("L1").recording, floor.call("L1").agent_leg
    # When he passes the caller on, then the caller is bridged to Wang
    told = settles(floor, Settling.COMPLETE)
    assert (told.the(r.Bridge).leg, told.the(r.Bridge).other) == ("L1", leg)
    assert "being passed on" in settles(floor, Settling.BACK).the(o.OrderRefused).why
    # And when that stands, Li wraps up, and the recording goes on in a file of its own
    told = floor.joined("L1", leg)
    assert (told.the(o.TalkTransferred).by, told.the(o.TalkTransferred).queue) == ("ann", "support")
    assert told.the(o.TalkEnded).agent == "li" and told.the(o.TalkStarted).queue == "support"
    assert told.the(r.StopRecording).path == recorded != told.the(r.Record).path
    assert agents_leg in [one.leg for one in told.every(r.HangUp)]
    is_with_wang(floor)
    # And news of the bridge that comes again is nothing, as is the end of Li's leg
    assert not floor.joined("L1", leg).outcomes
    floor.ended(agents_leg, by_phone=False)
    is_with_wang(floor)


def test_conference_and_then_complete() -> None:
    floor, leg = there()
    told = settles(floor, Settling.CONFERENCE)
    # All three hear each other: no music, no silence
    assert not told.the(o.TalkHeld).on and floor.agent().state is AgentState.TALKING
    assert {one.leg for one in told.every(r.Quiet)} == {"L1", floor.call("L1").agent_leg}
    assert told.the(r.Listen).mode is GuestMode.CONFERENCE
    assert "already" in settles(floor, Settling.CONFERENCE).the(o.OrderRefused).why
    # And Li may leave
    settles(floor, Settling.COMPLETE)
    floor.joined("L1", leg)
    is_with_wang(floor)


@pytest.mark.parametrize("begin", [rung, there, three])
def test_back(begin) -> None:
    floor, leg = begin()
    told = settles(floor, Settling.BACK)
    assert told.the(o.GuestLeft).result is GuestResult.DISMISSED and told.the(r.HangUp).leg == leg
    assert floor.agent().state is AgentState.TALKING and floor.agent("wang").state is AgentState.IDLE
    assert not floor.call("L1").music and not floor.call("L1").aside
    # And an answer that crosses it is freed; and Li may ask again
    assert floor.agent_parked(leg).the(r.HangUp).leg == leg
    assert asks(floor).the(r.RingAgent).leg != leg


def test_who_is_passed_on_to_an_outside_number_is_as_one_who_was_handed_out() -> None:
    # Given an outside number that answered
    floor, leg = there(f"number:{OUTSIDE}")
    settles(floor, Settling.COMPLETE)
    # When the caller is joined to it
    told = floor.joined("L1", leg)
    # Then Li wraps up, and the call is transferred
    assert told.the(o.TalkTransferred).target == f"number:{OUTSIDE}"
    assert (told.the(o.CallLeaving).result, told.the(o.CallLeaving).outside) == (CallResult.TRANSFERRED, leg)
    assert floor.agent().state is AgentState.WRAPUP
    # And they talk for as long as they like
    floor.ended(floor.call("L1").legs[1], by_phone=False)
    floor.wait(3_600.0)
    pair = (leg_seen("L1", parked=False, peer=leg), leg_seen(leg, parked=False, peer=LegId("L1")))
    assert not floor.seen(*pair).requests and floor.state.legs.keys() == {"L1", leg}
    # And when the other side hangs up, the caller, who is in park again, is let go
    floor.ended(leg)
    assert floor.parked("L1").the(r.HangUp).leg == "L1"
    ended = floor.ended("L1").the(o.CallEnded)
    assert ended.result is CallResult.TRANSFERRED and not floor.state.legs


def test_an_outside_number_is_let_go_with_the_caller() -> None:
    floor, leg = there(f"number:{OUTSIDE}")
    settles(floor, Settling.COMPLETE)
    floor.joined("L1", leg)
    assert leg in [one.leg for one in floor.ended("L1").every(r.HangUp)]
    for other in list(floor.call("L1").legs):
        floor.ended(other, by_phone=False)
    assert not floor.state.calls


# ---- somebody is not had, or goes ---------------------------------------------------------------------------


@pytest.mark.parametrize("cause", ["USER_BUSY", "NO_ANSWER", "CALL_REJECTED", "USER_NOT_REGISTERED"])
def test_who_is_not_had_leaves_the_caller_on_hold(cause: str) -> None:
    floor, leg = rung()
    told = floor.ended(leg, cause)
    assert (told.the(o.GuestLeft).result, told.the(o.GuestLeft).why) == (GuestResult.NOT_REACHED, cause)
    # Li hears the busy tone, and his caller music
    assert told.the(r.Play).leg == floor.call("L1").agent_leg and told.the(o.AsideStarted)
    assert floor.agent().state is AgentState.HOLDING and floor.call("L1").music
    # And he takes him back
    told = floor.order(d.HoldCall, call=L1, on=False)
    assert floor.agent().state is AgentState.TALKING
    assert "L1" in [one.leg for one in told.every(r.Quiet)]


def test_who_does_not_answer_in_time_is_given_up() -> None:
    floor, leg = rung(f"number:{OUTSIDE}")
    told = floor.wait(31.0)
    assert told.the(o.GuestLeft).result is GuestResult.NOT_REACHED and leg in [x.leg for x in told.every(r.HangUp)]
    assert floor.agent().state is AgentState.HOLDING


def test_who_was_asked_hangs_up() -> None:
    floor, leg = there()
    assert floor.ended(leg).the(o.GuestLeft).result is GuestResult.LEFT
    assert floor.agent().state is AgentState.HOLDING and floor.call("L1").place is CallPlace.TALKING
    # And from a conference the two others talk on, without a tone
    floor, leg = three()
    assert not floor.ended(leg).every(r.Play)
    assert floor.agent().state is AgentState.TALKING


@pytest.mark.parametrize("begin", [rung, there, three])
def test_with_the_caller_all_is_over(begin) -> None:
    floor, leg = begin()
    told = floor.ended("L1")
    assert told.the(o.GuestLeft).result is GuestResult.TALK_OVER
    assert [one.leg for one in told.every(r.HangUp)].count(leg) == 1
    for other in list(floor.call("L1").legs):
        floor.ended(other, by_phone=False)
    assert not floor.state.calls and not floor.state.guests
    assert floor.agent("wang").state is AgentState.IDLE and floor.agent().state is AgentState.WRAPUP


@pytest.mark.parametrize("begin", [there, three])
@pytest.mark.parametrize("park_first", [False, True])
def test_the_agent_hangs_up_and_whom_he_asked_has_the_caller(begin, park_first: bool) -> None:
    # Given Li, who asks Wang, or all three who talk
    floor, leg = begin()
    old = floor.call("L1").agent_leg
    # When Li hangs up, whether or not that is heard before the caller's park
    told = Given()
    if park_first:
        told.take(floor.parked("L1"))
        floor.ended(old)
    else:
        assert not floor.ended(old).every(r.Bridge)
        assert leg in floor.state.guests
        floor.agent_parked(leg)
        told.take(floor.parked("L1"))
    # Then the caller is bridged to Wang from his park
    assert (told.the(r.Bridge).leg, told.the(r.Bridge).other) == ("L1", leg)
    floor.joined("L1", leg)
    is_with_wang(floor)


def test_the_agent_hangs_up_before_anybody_answered_and_the_caller_keeps_his_place() -> None:
    # Given Wang, whose phone rings
    floor, leg = rung()
    # When Li hangs up, then Wang's phone is freed
    told = floor.ended(floor.call("L1").agent_leg)
    assert told.the(o.GuestLeft).result is GuestResult.TALK_OVER and leg in [one.leg for one in told.every(r.HangUp)]
    # And the caller waits on in his queue, though they had talked
    floor.parked("L1")
    assert (floor.call("L1").place, floor.call("L1").queue) == (CallPlace.WAITING, "support")


@pytest.mark.parametrize("agent_first", [False, True])
def test_nobody_is_had_and_the_agent_hangs_up_while_the_caller_is_on_hold(agent_first: bool) -> None:
    # Given Li, who hears the busy tone, and his caller on hold
    floor, leg = rung()
    floor.ended(leg, "USER_BUSY")
    # When he hangs up without taking him back
    if agent_first:
        floor.ended(floor.call("L1").agent_leg)
    floor.parked("L1")
    # Then the caller is back at his place
    assert (floor.call("L1").place, floor.call("L1").queue) == (CallPlace.WAITING, "support")
    assert floor.agent().state is AgentState.WRAPUP


def test_who_was_taken_back_goes_on_as_after_any_talk() -> None:
    floor, _ = there()
    settles(floor, Settling.BACK)
    floor.ended(floor.call("L1").agent_leg)
    floor.parked("L1")
    assert floor.call("L1").place is CallPlace.LEAVING


@pytest.mark.parametrize("settled", [False, True])
def test_whom_the_agent_asked_goes_as_the_caller_comes_to_him(settled: bool) -> None:
    # Given a caller who is being joined to Wang, by order or because Li hung up
    floor, leg = there()
    if settled:
        settles(floor, Settling.COMPLETE)
        floor.ended(leg)
        floor.ended(floor.call("L1").agent_leg, by_phone=False)
    else:
        floor.ended(floor.call("L1").agent_leg)
        floor.parked("L1")
        floor.ended(leg)
    # When Wang is gone before the bridge stands, and the caller is in park
    floor.parked("L1", direct=True)
    # Then he waits on, or goes on as after a talk where it was settled; nobody is stuck
    assert floor.call("L1").place in (CallPlace.WAITING, CallPlace.LEAVING)
    assert not floor.state.guests and floor.agent("wang").state is AgentState.IDLE


@pytest.mark.parametrize("given_up", [False, True])
def test_whom_the_agent_asked_goes_when_somebody_else_has_the_caller(given_up: bool) -> None:
    # Given Li, who asks outside, and Wang, who takes the caller over
    floor, asked = there(f"number:{OUTSIDE}")
    old = floor.call("L1").agent_leg
    taker = floor.order(d.JoinCall, call=L1, agent="wang", mode=GuestMode.TAKE).the(r.RingAgent).leg
    floor.agent_parked(taker)
    # When Li's leg ends, then whom he asked stands by: the caller may come to be parked instead
    assert not floor.ended(old, by_phone=False).every(o.GuestLeft)
    assert asked in floor.state.guests
    # And when the bridge to Wang is heard of, or is found by a survey after it was given up
    if given_up:
        floor.give(f.NodeDown(node=NodeName("a"), why="cut"))
        floor.wait(60.0)
        assert asked in floor.state.guests and taker not in floor.state.guests
        floor.node_up(synced=False)
        talk = leg_seen("L1", parked=False, peer=taker), leg_seen(taker, parked=False, peer=LegId("L1"))
        told = floor.seen(*talk, leg_seen(asked))
    else:
        told = floor.joined("L1", taker)
    # Then Wang has the caller, and whom Li asked is let go
    assert told.the(o.TalkStarted).agent == "wang"
    assert asked in [one.leg for one in told.every(r.HangUp)] and not floor.state.guests
    floor.ended(asked, by_phone=False)
    # And after that talk the call is over as after any other
    floor.ended(taker)
    assert not floor.parked("L1").every(r.Bridge)
    assert floor.call("L1").place is CallPlace.LEAVING


def test_who_could_not_be_joined_to_the_caller_leaves_him_to_whom_the_agent_asked() -> None:
    # Given Wang, who listens and then is to take the caller over, and Li, who asks outside
    floor = a_talk()
    taker = floor.order(d.JoinCall, call=L1, agent="wang", mode=GuestMode.MONITOR).the(r.RingAgent).leg
    floor.agent_parked(taker)
    asked = asks(floor, f"number:{OUTSIDE}").the(r.RingAgent).leg
    floor.agent_parked(asked)
    floor.order(d.JoinCall, call=L1, agent="wang", mode=GuestMode.TAKE)
    # When Li hangs up, and the caller is in park instead of with Wang
    floor.ended(floor.call("L1").agent_leg)
    told = floor.parked("L1")
    # Then he is bridged to whom Li asked, Wang is let go, and the bridge is heard of as it stands
    assert told.the(r.Bridge).other == asked
    assert told.the(o.GuestLeft).agent == "wang" and taker in [one.leg for one in told.every(r.HangUp)]
    told = floor.joined("L1", asked)
    assert told.the(o.CallLeaving).outside == asked and not floor.state.guests


def test_only_one_at_a_time_is_joined_to_the_caller() -> None:
    # Given Wang, who is just taking the caller over, while Li has asked outside
    floor = a_talk()
    floor.order(d.AddAgent, agent=an_agent("zhao", phone="1010"))
    taker = floor.order(d.JoinCall, call=L1, agent="wang", mode=GuestMode.MONITOR).the(r.RingAgent).leg
    floor.agent_parked(taker)
    floor.agent_parked(asks(floor, f"number:{OUTSIDE}").the(r.RingAgent).leg)
    floor.order(d.JoinCall, call=L1, agent="wang", mode=GuestMode.TAKE)
    # When Li wants to pass him on, and Zhao to take him: then both are told that Wang has him next
    for told in (
        settles(floor, Settling.COMPLETE),
        floor.order(d.JoinCall, call=L1, agent="zhao", mode=GuestMode.TAKE),
    ):
        assert "wang is just taking" in told.the(o.OrderRefused).why
    assert floor.joined("L1", taker).the(o.TalkStarted).agent == "wang"


def test_of_two_who_are_rung_to_take_the_caller_the_first_to_answer_has_him() -> None:
    floor = a_talk()
    floor.order(d.AddAgent, agent=an_agent("zhao", phone="1010"))
    first, second = (
        floor.order(d.JoinCall, call=L1, agent=name, mode=GuestMode.TAKE).the(r.RingAgent).leg
        for name in ("wang", "zhao")
    )
    floor.agent_parked(second)
    told = floor.agent_parked(first)
    assert told.the(o.GuestLeft).agent == "wang" and not told.every(r.Bridge)
    assert floor.joined("L1", second).the(o.TalkStarted).agent == "zhao"


def test_the_caller_is_sent_elsewhere_while_somebody_is_asked() -> None:
    floor, leg = there()
    told = floor.order(d.TransferCall, call=L1, to="queue:sales")
    assert leg in [one.leg for one in told.every(r.HangUp)] and not floor.state.guests
    floor.parked("L1")
    assert floor.line("sales") == ["L1"]


def test_a_phones_own_blind_transfer_goes_where_it_says() -> None:
    floor, leg = there()
    floor.ended(floor.call("L1").agent_leg)
    told = floor.parked("L1", transfer_to="sales")
    assert leg in [one.leg for one in told.every(r.HangUp)] and not told.every(r.Bridge)
    assert floor.line("sales") == ["L1"]


def test_a_bridge_that_does_not_come_leaves_the_caller_on_hold() -> None:
    floor, leg = there()
    settles(floor, Settling.COMPLETE)
    floor.give(f.BridgeFailed(leg=LegId("L1"), other=leg, why="-ERR"))
    told = floor.wait(10.0)
    assert told.the(o.GuestLeft).result is GuestResult.NOT_REACHED
    assert floor.call("L1").place is CallPlace.TALKING and floor.agent().state is AgentState.HOLDING


def test_what_carries_his_voice_is_begun_again_when_it_ends() -> None:
    floor, _ = there()
    ended = f.ExecuteEnded(leg=floor.call("L1").agent_leg, execute=floor.call("L1").aside)
    assert floor.give(ended).the(r.Play).files == ("silence_stream://-1",)
    assert floor.give(ended).is_nothing  # said twice
    settles(floor, Settling.CONFERENCE)
    again = f.ExecuteEnded(leg=floor.call("L1").agent_leg, execute=floor.call("L1").aside)
    assert floor.give(again).is_nothing


# ---- link, controller, survey -------------------------------------------------------------------------------


def pair(floor: Floor) -> tuple[f.LegSeen, f.LegSeen]:
    leg = floor.call("L1").agent_leg
    return leg_seen("L1", parked=False, peer=leg), leg_seen(leg, parked=False, peer=LegId("L1"))


def test_who_answered_while_the_link_was_cut_is_let_in() -> None:
    floor, leg = rung()
    floor.give(f.NodeDown(node=NodeName("a"), why="cut"))
    floor.wait(3.0)
    floor.node_up(synced=False)
    told = floor.seen(*pair(floor), leg_seen(leg))
    assert told.the(r.Listen).mode is GuestMode.CONSULT
    assert floor.call("L1").agent_leg in [one.leg for one in told.every(r.Play)]


def test_after_a_lost_link_the_agent_hears_whom_he_asks_again() -> None:
    floor, leg = there()
    floor.give(f.NodeDown(node=NodeName("a"), why="cut"))
    floor.wait(3.0)
    floor.node_up(synced=False)
    told = floor.seen(*pair(floor), leg_seen(leg, parked=False))
    assert [one.leg for one in told.every(r.Play)] == [floor.call("L1").agent_leg]


def test_the_agent_went_while_nobody_watched() -> None:
    # Given a controller that is away while Li, who asks Wang, hangs up
    floor, leg = there()
    floor.give(f.NodeDown(node=NodeName("a"), why="cut"))
    floor.wait(3.0)
    floor.node_up(synced=False)
    # When the survey finds caller and Wang in park
    told = floor.seen(leg_seen("L1"), leg_seen(leg))
    # Then they are joined
    assert (told.the(r.Bridge).leg, told.the(r.Bridge).other) == ("L1", leg)
    floor.joined("L1", leg)
    is_with_wang(floor)


def test_the_bridge_stood_while_nobody_watched() -> None:
    floor, leg = there()
    settles(floor, Settling.COMPLETE)
    floor.give(f.NodeDown(node=NodeName("a"), why="cut"))
    floor.wait(1.0)
    floor.node_up(synced=False)
    for _ in range(2):  # first the agent's leg, then the caller
        floor.seen(leg_seen("L1", parked=False, peer=leg), leg_seen(leg, parked=False, peer=LegId("L1")))
        floor.wait(1.0)
    is_with_wang(floor)


def test_everybody_was_gone_while_nobody_watched() -> None:
    floor, _ = there()
    floor.wait(5.0)
    floor.seen()
    floor.wait(5.0)
    for _ in range(3):
        floor.seen()
        floor.wait(5.0)
    assert not floor.state.calls and not floor.state.guests
    assert floor.agent("wang").state is AgentState.IDLE
