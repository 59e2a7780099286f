"""Waiting: the order of service, hold music, and that nobody waits beside a free agent."""

from __future__ import annotations

from dataclasses import replace

from ccswitch.model import facts as f
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import ExecuteId, LegId
from ccswitch.model.nouns import CallPlace
from tests.floor.floors import a_floor, an_agent, settings_of, stage


def test_priority_comes_first_and_then_arrival() -> None:
    # Given an ordinary caller, then one of priority, then another ordinary one
    floor = a_floor(ready=False)
    for leg, entry in (("L1", "support"), ("L2", "vip"), ("L3", "support")):
        floor.parked(leg, entry=entry)
        floor.wait(1.0)
    # Then that is their order
    assert floor.line() == ["L2", "L1", "L3"]
    # And agents who become ready get them in it
    assert floor.ready("li").the(o.OfferMade).call == "L2"


def test_one_order_over_all_queues_of_an_agent() -> None:
    # Given callers in two queues
    floor = a_floor(an_agent("wang", "support", "sales"), ready=False)
    for leg, entry in (("L1", "sales"), ("L2", "support"), ("L3", "sales")):
        floor.parked(leg, entry=entry)
        floor.wait(1.0)
    # When an agent of both is ready, again and again: then arrival counts, whatever the queue
    served = []
    for _ in range(3):
        offer = floor.ready("wang").the(o.OfferMade)
        served.append((offer.call, offer.queue))
        floor.ended(offer.call)
        floor.ended(offer.leg)
    assert served == [("L1", "sales"), ("L2", "support"), ("L3", "sales")]


def test_an_agent_is_offered_only_callers_of_his_queues() -> None:
    floor = a_floor("li")
    assert not floor.parked("L1", entry="sales").every(o.OfferMade)
    assert floor.parked("L2", entry="support").the(o.OfferMade).call == "L2"


def test_several_callers_and_agents_are_paired_in_one_breath() -> None:
    # Given three callers who wait for their node to be asked, and three free agents
    floor = a_floor("li", "wang", "zhao", node=False)
    floor.node_up(synced=False)
    for leg in ("L1", "L2", "L3"):
        floor.parked(leg)
        floor.wait(1.0)
    # When the node is in step
    floor.node_up(synced=False)
    told = floor.seen(*floor.as_is())
    # Then all are paired, first with first
    pairs = [(made.call, made.agent) for made in told.every(o.OfferMade)]
    assert pairs == [("L1", "li"), ("L2", "wang"), ("L3", "zhao")]


def test_who_says_ready_twice_keeps_his_turn() -> None:
    # Given Li, idle for longer than Wang
    floor = a_floor("li", "wang")
    # When Li says ready once more: then he is still next
    floor.ready("li")
    assert floor.parked("L1").the(o.OfferMade).agent == "li"


def test_an_agent_without_a_phone_is_offered_nothing() -> None:
    # Given an agent who was ready and whose phone was taken away by order
    floor = a_floor()
    floor.order(d.AddAgent, agent=an_agent("li", phone=""))
    # Then he is offered nothing
    assert not floor.parked("L1").every(o.OfferMade)


def test_hold_music_that_ends_is_begun_again_a_little_later() -> None:
    # Given a caller who hears music
    floor = a_floor(ready=False)
    floor.parked("L1")
    music = floor.call("L1").music
    # When it ends by itself, told twice
    ended = f.ExecuteEnded(leg=LegId("L1"), execute=music, response="FILE NOT FOUND")
    told = floor.give(ended)
    assert floor.give(ended).is_nothing
    # Then it does not begin at once (a stream that does not exist ends at once), but after two seconds
    assert told.the(o.MusicStopped).again_at == floor.now + 2.0
    assert not told.every(r.Play)
    again = floor.wait(2.0).the(r.Play)
    assert again.execute == floor.call("L1").music != music


def test_hold_music_that_could_not_be_started_is_tried_again() -> None:
    floor = a_floor(ready=False)
    floor.parked("L1")
    failed = f.ExecuteFailed(leg=LegId("L1"), execute=floor.call("L1").music, why="-ERR")
    assert floor.give(failed).the(o.MusicStopped).why == "-ERR"
    assert floor.wait(2.0).every(r.Play)


def test_an_application_that_is_not_ours_is_not_the_music() -> None:
    # Given a caller whose music has just ended
    floor = a_floor(ready=False)
    floor.parked("L1")
    floor.give(f.ExecuteEnded(leg=LegId("L1"), execute=floor.call("L1").music))
    # When an application without a name of ours ends: then nothing
    assert floor.give(f.ExecuteEnded(leg=LegId("L1"), execute=ExecuteId(""))).is_nothing
    assert floor.give(f.ExecuteFailed(leg=LegId("L1"), execute=ExecuteId(""), why="-ERR")).is_nothing


def test_music_that_the_bridge_broke_is_not_begun_again() -> None:
    # Given a caller whose music had ended and who is being joined
    floor = a_floor()
    agent_leg = floor.offered("L1")
    floor.give(f.ExecuteEnded(leg=LegId("L1"), execute=floor.call("L1").music))
    floor.agent_parked(agent_leg)
    assert floor.call("L1").place is CallPlace.BRIDGING
    # When time passes: then no music disturbs him
    assert not floor.wait(1.9).every(r.Play)
    # And when it is the bridge itself that ended it, nothing follows
    other = stage("bridging")
    assert other.give(f.ExecuteEnded(leg=LegId("L1"), execute=other.call("L1").music)).is_nothing


def test_a_caller_who_was_not_heard_to_be_answered_is_answered_with_his_next_music() -> None:
    # Given a caller whose answer was asked for
    floor = a_floor(ready=False)
    first = floor.parked("L1").the(r.Answer)
    # When it was not heard of and music begins again: then it is asked for again, under another name
    again = floor.parked("L1").the(r.Answer)
    assert first.execute != again.execute
    # And when it was heard of, no more
    floor.give(f.LegAnswered(leg=LegId("L1")))
    assert not floor.parked("L1").every(r.Answer)


def test_a_stay_keeps_the_rules_of_the_hour_it_began_in() -> None:
    # Given a caller who waits in a queue whose target is 20 s, and files that make it 60 s
    floor = a_floor(ready=False)
    settings = settings_of()
    rules = tuple(replace(queue, target=20.0, short_abandon=3.0) for queue in settings.queues)
    floor.give(f.SettingsLoaded(settings=replace(settings, hash="a", queues=rules)))
    first = floor.parked("L1").the(o.CallEnqueued)
    later = tuple(replace(queue, target=60.0) for queue in rules)
    floor.give(f.SettingsLoaded(settings=replace(settings, hash="b", queues=later)))
    # Then he is counted by 20 s, and who comes now by 60 s
    assert (first.target, first.short_abandon) == (20.0, 3.0)
    assert floor.parked("L2").the(o.CallEnqueued).target == 60.0
