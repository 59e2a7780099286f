"""The switch that is not there tells the floor all that it waits for."""

from __future__ import annotations

from dataclasses import replace

from ccswitch.model import outcomes as o
from ccswitch.model.nouns import OfferResult
from ccswitch.planning.play import play
from ccswitch.planning.scenario import AgentGroup, CallType, Horizon, Redial, Span
from tests.planning.scenarios import HOUR, MAIN, Watched, always, exponential, markovian

# Deadlines of what is expected of a switch: none of them falls due when the switch does its part.
OF_THE_SWITCH = {"step", "bridge", "return", "leave", "offer", "music"}


def test_nothing_is_ever_missed_healed_or_refused() -> None:
    # Given a day's bustle: ringing, ringing out, breaks, giving up, calling again, blocked trunks
    base = markovian(6.0, 2.0, 8, trunks=14, horizon=Horizon(length=HOUR))
    crew = AgentGroup(
        name="crew", count=14, queues=(MAIN,), ring=exponential(6.0), rona=0.1, breaks=(Span(begins=1800, ends=2400),)
    )
    one = CallType(
        name="call",
        queue=MAIN,
        service=exponential(120.0),
        wrapup=exponential(20.0),
        patience=exponential(40.0),
        redial=Redial(probability=0.5, delay=always(60.0)),
    )
    watched = Watched()
    run = play(replace(base, groups=(crew,), types=(one,)), 4, trace=watched)
    # Then the floor never had to ask twice, to heal or to refuse, and no offer ended by a failure
    assert not watched.of(o.Healed)
    assert not watched.of(o.OrderRefused)
    assert not {one.kind for _, one in watched.of(o.DeadlinePassed)} & OF_THE_SWITCH
    results = {one.result for _, one in watched.of(o.OfferEnded)}
    assert results == {OfferResult.TALKED, OfferResult.RONA, OfferResult.CANCELLED}
    # And every call that came in its time has ended, with every leg of it
    in_time = {one.call for t, one in watched.of(o.CallStarted) if t < HOUR}
    assert in_time <= {one.call for _, one in watched.of(o.CallEnded)}
    opened = {one.leg for _, one in watched.of(o.LegOpened) if one.call in in_time}
    assert len(opened) > len(in_time) > 300
    assert opened <= {one.leg for _, one in watched.of(o.LegClosed)}
    # And the trace was told of every decision, in the order of time
    times = [t for t, *_ in watched.seen]
    assert (times == sorted(times), len(times)) == (True, run.decisions)
