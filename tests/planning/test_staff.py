"""Agents come, ring, talk, wrap up, rest and go, to the second."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ccswitch.model import outcomes as o
from ccswitch.model.nouns import AgentStatus, OfferResult, Queue
from ccswitch.planning.figures import OVERALL, Slice
from ccswitch.planning.play import play
from ccswitch.planning.scenario import AgentGroup, CallType, Horizon, Span
from tests.planning.scenarios import HOUR, MAIN, Watched, always, scripted


def _crew(**more: object) -> AgentGroup:
    return AgentGroup(**{"name": "crew", "count": 1, "queues": (MAIN,), **more})  # type: ignore[arg-type]


def test_the_phone_rings_as_long_as_the_agent_takes() -> None:
    # Given an agent who picks up after five seconds
    watched = Watched()
    run = play(scripted((0, 60, None), group=_crew(ring=always(5.0))), 1, trace=watched)
    # Then the caller waits those five seconds, and the agent is counted as ringing
    counted = run.batches[0][OVERALL]
    assert (watched.when(o.OfferRinging), watched.when(o.TalkStarted)) == ([0.0], [5.0])
    assert (counted.visits.answered_wait, counted.ringing, counted.talking) == (5.0, 5.0, 60.0)


def test_a_caller_who_gives_up_while_it_rings_frees_the_agent() -> None:
    watched = Watched()
    play(scripted((0, 60, 3.0), (10, 60, None), group=_crew(ring=always(5.0))), 1, trace=watched)
    ended = [(t, one.result) for t, one in watched.of(o.OfferEnded)]
    assert ended == [(3.0, OfferResult.CANCELLED), (15.0, OfferResult.TALKED)]


def test_who_lets_it_ring_out_rests_is_put_on_break_and_comes_back() -> None:
    # Given an agent who never picks up, 15 s of ringing, 10 s of rest, a limit of two, back after a minute
    watched = Watched()
    scenario = scripted((0, 60, 110.0), group=_crew(rona=1.0, back_after=60.0), rona_limit=2, rest_after_refusal=10.0)
    run = play(scenario, 1, trace=watched)
    # Then it rings at 0 and 25 s, he is on break from 40 to 100 s, and it rings again until the caller gives up
    assert watched.when(o.OfferMade) == [0.0, 25.0, 100.0]
    assert [one.result for _, one in watched.of(o.OfferEnded)] == [
        OfferResult.RONA,
        OfferResult.RONA,
        OfferResult.CANCELLED,
    ]
    breaks = [(t, one.reason) for t, one in watched.of(o.AgentStatusChanged) if one.status is AgentStatus.BREAK]
    assert (40.0, "rona") in breaks
    counted = run.batches[0][OVERALL]
    assert (counted.ringing, counted.away, counted.visits.abandoned) == (40.0, 60.0, 1)


def test_after_wrap_up_an_agent_has_the_guard_time_to_himself() -> None:
    # Given two callers, and agents who are left alone for five seconds after wrap-up
    callers, watched, guarded = ((30, 60, None), (40, 60, None)), Watched(), Watched()
    play(scripted(*callers, group=_crew()), 1, trace=watched)
    play(scripted(*callers, group=_crew(), guard=5.0), 1, trace=guarded)
    # Then the first is answered as ever, long after the agent said ready, and the second five seconds later
    first, second = watched.when(o.TalkStarted)
    assert guarded.when(o.TalkStarted) == [first, second + 5.0]


def test_a_phone_that_is_picked_up_too_late_has_rung_out() -> None:
    watched = Watched()
    play(scripted((0, 60, 30.0), group=_crew(ring=always(16.0))), 1, trace=watched)
    assert next((t, one.result) for t, one in watched.of(o.OfferEnded)) == (15.0, OfferResult.RONA)


@pytest.mark.parametrize("ring", [None, always(20.0)])
def test_a_break_is_taken_when_the_call_in_hand_is_over(ring: object) -> None:
    # Given a break from 10 to 90 s that begins while a call rings or is talked
    group = _crew(breaks=(Span(begins=10.0, ends=90.0),), ring=ring)
    queue = Queue(name=MAIN, wrapup=0.0, ring_timeout=30.0)
    watched = Watched()
    run = play(scripted((0, 30, None), (40, 5, None), group=group, queue=queue), 1, trace=watched)
    over = 50.0 if ring else 30.0
    # Then he goes when that call is over, comes back as planned, and takes the one that waited
    assert watched.when(o.OfferMade) == [0.0, 90.0]
    assert watched.when(o.TalkEnded)[0] == over
    assert run.batches[0][OVERALL].away == 90.0 - over


def test_a_break_waits_for_the_wrap_up_too() -> None:
    # Given 20 s of wrap-up after a talk of 30 s, by law or by the queue's own rule, and a break from 35 to 100 s
    group = _crew(breaks=(Span(begins=35.0, ends=100.0),))
    drawn = CallType(name="call", queue=MAIN, service=always(30.0), wrapup=always(20.0))
    for scenario in (
        scripted((0, 30, None), (40, 5, None), group=group, call_type=drawn),
        scripted((0, 30, None), (40, 5, None), group=group, queue=Queue(name=MAIN, wrapup=20.0)),
    ):
        watched = Watched()
        counted = play(scenario, 1, trace=watched).batches[0][OVERALL]
        # Then he is away from 50 s on
        assert (watched.when(o.OfferMade), counted.away, counted.wrapup) == ([0.0, 100.0], 50.0, 40.0)


def test_a_shift_begins_and_ends_with_its_schedule() -> None:
    # Given a shift from 100 to 200 s, a caller who waits for it, and a talk that runs over its end
    group = _crew(schedule=(Span(begins=100.0, ends=200.0),))
    watched = Watched()
    run = play(scripted((50, 60, None), (165, 60, None), (180, 9, 600.0), group=group), 1, trace=watched)
    # Then he answers at 100 and 165 s, goes home at 225 s, and leaves the third to give up
    assert watched.when(o.TalkStarted) == [100.0, 165.0]
    offline = [t for t, one in watched.of(o.AgentStatusChanged) if one.status is AgentStatus.OFFLINE]
    assert offline == [225.0]
    counted = run.batches[0][OVERALL]
    assert (counted.talking, counted.idle, counted.visits.abandoned) == (120.0, 5.0, 1)


def test_wrap_up_is_as_long_as_drawn_and_service_goes_at_the_agents_pace() -> None:
    # Given 30 s of wrap-up by law, an agent of half the speed, and a second caller
    one = CallType(name="call", queue=MAIN, service=always(60.0), wrapup=always(30.0))
    watched = Watched()
    run = play(scripted((0, 60, None), (1, 60, None), call_type=one, group=_crew(pace=2.0)), 1, trace=watched)
    # Then talk and wrap-up take twice as long
    assert watched.when(o.TalkStarted) == [0.0, 180.0]
    visits = run.batches[0][OVERALL].visits
    assert (visits.talks, visits.talk, visits.wrapup) == (2, 240.0, 120.0)


def test_a_queues_own_wrap_up_is_ended_by_the_floor() -> None:
    watched = Watched()
    play(scripted((0, 60, None), (1, 60, None), queue=Queue(name=MAIN, wrapup=10.0)), 1, trace=watched)
    assert watched.when(o.TalkStarted) == [0.0, 70.0]
    assert {one.why for _, one in watched.of(o.WrapupEnded)} == {"its time is over"}


def test_types_with_and_without_a_law_share_a_queues_wrap_up_rule() -> None:
    # Given two types in one queue of 10 s wrap-up, one of which has a law of its own
    drawn = CallType(name="call", queue=MAIN, service=always(60.0), wrapup=always(30.0))
    plain = CallType(name="plain", queue=MAIN, service=always(60.0))
    scenario = scripted((0, 60, None), call_type=drawn, queue=Queue(name=MAIN, wrapup=10.0))
    trace = (*scenario.trace, replace(scenario.trace[0], at=200.0, call_type="plain"))
    batch = play(replace(scenario, types=(drawn, plain), trace=trace), 1).batches[0]
    # Then each has its own length
    assert batch[Slice("type", "call")].visits.wrapup == 30.0
    assert batch[Slice("type", "plain")].visits.wrapup == 10.0


def test_agents_seconds_are_those_of_their_group_and_their_time_at_work() -> None:
    # Given two groups, one at work for half an hour with a break of five minutes
    late = _crew(name="late", count=2, schedule=(Span(begins=0, ends=1800),), breaks=(Span(begins=600, ends=900),))
    scenario = replace(scripted((0, 60, None), horizon=Horizon(length=HOUR)), groups=(_crew(), late))
    batch = play(scenario, 1).batches[0]
    crew, second, whole = (batch[key] for key in (Slice("group", "crew"), Slice("group", "late"), OVERALL))
    # Then each group's add up to its own time at work, and the whole is their sum
    assert crew.idle + crew.talking == HOUR
    assert (second.idle + second.talking, second.away) == (2 * 1500.0, 2 * 300.0)
    assert whole.idle == crew.idle + second.idle
