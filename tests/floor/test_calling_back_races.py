"""Promises to call back, where two things happen at once, or a node or controller is away meanwhile."""

from __future__ import annotations

from ccswitch.model import facts as f
from ccswitch.model import nouns as n
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import AgentId, CallId, LegId, NodeName
from ccswitch.model.nouns import (
    AgentState,
    AttemptResult,
    CallbackResult,
    CallPlace,
    CallResult,
    OfferResult,
    VisitResult,
)
from tests.floor.callbacks import NUMBER, Dialled, Ringing, floor_with_gateway, promised
from tests.floor.floors import Floor, a_floor, leg_seen

# ---- races --------------------------------------------------------------------------------------------------


def test_an_agent_who_is_gone_while_the_customer_is_rung_takes_the_ringing_with_him() -> None:
    # Given a customer who is rung
    scene = Dialled("li", "wang")
    floor = scene.floor
    # When the agent hangs up
    told = floor.ended(scene.agent)
    # Then the customer's phone stops ringing, it is no try of his, and nobody else is rung before his leg is over
    assert [hang_up.leg for hang_up in told.every(r.HangUp)] == [scene.customer]
    assert told.the(o.OfferEnded).result is OfferResult.DROPPED
    assert told.the(o.CallbackTried).result is AttemptResult.CANCELLED
    assert not told.every(o.OfferMade) and floor.line() == []
    # And then the promise has its turn at once, at its old place
    told = floor.ended(scene.customer, "ORIGINATOR_CANCEL", by_phone=False)
    assert told.the(o.CallEnded).result is CallResult.UNREACHED
    assert told.the(o.OfferMade).agent == "wang"
    assert floor.state.promises[scene.promise].tries == 0
    assert len(floor.everything(o.CallbackTried)) == 1


def test_a_customer_who_answers_as_his_agent_goes_waits_in_the_queue_with_music() -> None:
    # Given a customer who has just answered: his park is still to come
    scene = Dialled()
    floor = scene.floor
    floor.give(f.LegAnswered(leg=scene.customer))
    # When his agent hangs up in the same moment
    told = floor.ended(scene.agent)
    assert not told.every(r.HangUp)
    # Then he is not hung up on: parked, he waits at the place that was kept for him
    told = scene.answered()
    since = floor.everything(o.CallbackPromised)[0].since
    assert told.the(o.CallEnqueued).since == since and told.the(r.Play).leg == scene.customer
    assert floor.line() == [scene.call]
    # And the next agent keeps the promise
    floor.wait(11.0)
    leg = floor.agent_leg(scene.call)
    floor.agent_parked(leg)
    assert floor.joined(scene.customer, leg).the(o.CallbackEnded).result is CallbackResult.KEPT


def test_a_customer_who_answers_and_whose_agent_is_gone_at_the_bridge_waits_on() -> None:
    # Given the two being joined
    scene = Dialled()
    floor = scene.floor
    scene.answered()
    # When the agent is gone, and the switch parks the customer
    floor.ended(scene.agent)
    floor.parked(scene.customer, answered=True, direct=True)
    # Then he waits in the queue
    assert floor.call(scene.call).place is CallPlace.WAITING and floor.state.promises


def test_a_customer_who_hangs_up_at_the_bridge_has_left() -> None:
    # Given the two being joined
    scene = Dialled()
    floor = scene.floor
    scene.answered()
    # When the customer hangs up before the bridge stands
    told = floor.ended(scene.customer)
    # Then the promise is over, and the agent free
    assert told.the(o.CallbackEnded).result is CallbackResult.LEFT
    assert told.the(o.VisitEnded).result is VisitResult.ABANDONED
    assert floor.agent().state is AgentState.IDLE


def test_both_legs_fail_while_the_customer_is_rung() -> None:
    for first_agent in (True, False):
        # Given a customer who is rung
        scene = Dialled()
        legs = [scene.agent, scene.customer] if first_agent else [scene.customer, scene.agent]
        # When both legs end
        for leg in legs:
            scene.floor.ended(leg, "NORMAL_TEMPORARY_FAILURE", by_phone=False)
        # Then one attempt is told of, nothing is left of the call, and the promise stands
        assert len(scene.floor.everything(o.CallbackTried)) == 1
        assert scene.call not in scene.floor.state.calls and not scene.floor.state.legs
        assert scene.promise in scene.floor.state.promises


def test_an_agent_who_takes_a_break_while_he_is_rung_is_rung_no_more() -> None:
    scene = Ringing("li", "wang")
    told = scene.floor.order(d.TakeBreak, agent=AgentId("li"))
    assert told.the(o.OfferEnded).result is OfferResult.CANCELLED
    assert told.the(o.OfferMade).agent == "wang"


def test_an_agent_who_takes_a_break_while_the_customer_rings_talks_to_him_first() -> None:
    scene = Dialled()
    told = scene.floor.order(d.TakeBreak, agent=AgentId("li"))
    assert not told.every(o.OfferEnded) and not told.every(r.HangUp)
    scene.answered()
    assert scene.floor.joined(scene.customer, scene.agent).the(o.TalkStarted).agent == "li"


def test_the_news_of_a_park_that_comes_twice_changes_nothing() -> None:
    scene = Dialled()
    assert scene.floor.agent_parked(scene.agent).is_nothing


def test_an_agents_park_that_comes_too_late_frees_his_leg() -> None:
    scene = Ringing()
    scene.floor.wait(40.0)
    told = scene.floor.agent_parked(scene.agent)
    assert not told.every(r.RingCustomer)


# ---- nodes and restarts -------------------------------------------------------------------------------------


def test_another_node_with_a_gateway_dials_when_the_first_is_away() -> None:
    # Given two nodes with gateways, of which the first is away
    floor = a_floor(ready=False, trunks=(NodeName("a"), NodeName("b")))
    floor.node_up("b")
    floor.give(f.NodeDown(node=NodeName("a"), why="cut"))
    promised(floor)
    # When an agent is ready, Then he is rung from the other
    assert floor.ready("li").the(r.RingAgent).node == "b"


def test_without_a_node_that_can_dial_a_promise_holds_up_nobody_behind_it() -> None:
    # Given a promise first in line, and no gateway any more
    floor = floor_with_gateway()
    promised(floor)
    settings = floor.state.settings
    floor.wait(1.0)
    floor.parked("L1")
    plain = {name: getattr(settings, name) for name in ("queues", "entries", "agents", "scripts", "shortest_talk")}
    floor.give(f.SettingsLoaded(settings=n.FloorSettings(hash="h2", **plain)))
    # When an agent is ready, Then he is offered the caller behind it
    assert floor.ready("li").the(o.OfferMade).call == "L1"


def test_a_switch_that_restarts_loses_the_try_and_not_the_promise() -> None:
    # Given a customer who is rung
    scene = Dialled()
    # When his switch dies
    told = scene.floor.node_up(core="core-2")
    # Then the call is lost, and the promise has its turn again without a try counted
    assert told.every(o.CallEnded)[0].result is CallResult.LOST
    assert scene.floor.state.promises[scene.promise].tries <= 1
    assert scene.promise in scene.floor.state.promises


def test_after_a_restart_an_agent_who_answered_unseen_is_on_the_line_for_his_customer() -> None:
    # Given an agent who is rung, and a controller that was away as he answered
    scene = Ringing()
    floor = scene.floor
    floor.give(f.NodeDown(node=NodeName("a"), why="cut"))
    floor.wait(3.0)
    # When the survey finds him parked
    told = floor.node_up(synced=False)
    told.take(floor.seen(leg_seen(scene.agent, call=CallId(scene.call), agent_leg=True, parked=True, answered=True)))
    # Then the customer is rung
    assert told.the(r.RingCustomer).leg == scene.customer


def test_after_a_restart_a_customer_who_answered_unseen_is_joined() -> None:
    # Given a customer who was rung when the controller went
    scene = Dialled()
    floor = scene.floor
    floor.give(f.NodeDown(node=NodeName("a"), why="cut"))
    floor.wait(5.0)
    # When the survey finds both in park
    floor.node_up(synced=False)
    told = floor.seen(
        leg_seen(scene.agent, call=CallId(scene.call), agent_leg=True, parked=True, answered=True),
        leg_seen(scene.customer, call=CallId(scene.call), parked=True, answered=True),
    )
    # Then they are joined
    assert (told.the(r.Bridge).leg, told.the(r.Bridge).other) == (scene.customer, scene.agent)


def test_after_a_restart_a_customer_whose_ringing_is_over_is_tried_again() -> None:
    scene = Dialled()
    floor = scene.floor
    floor.give(f.NodeDown(node=NodeName("a"), why="cut"))
    floor.wait(5.0)
    floor.node_up(synced=False)
    told = floor.seen(leg_seen(scene.agent, call=CallId(scene.call), agent_leg=True, parked=True, answered=True))
    assert told.the(o.CallbackTried).result is AttemptResult.FAILED
    assert told.the(o.OfferEnded).result is OfferResult.CANCELLED


def test_a_customer_who_answered_while_nobody_was_there_and_took_the_way_out_is_tried_again() -> None:
    scene = Dialled()
    floor = scene.floor
    note = f.WayOutNoted(
        node=NodeName("a"), leg=LegId(scene.customer), call=CallId(scene.call), arrived=floor.now, since=floor.now,
        ended=floor.now + 9.0, cause="NORMAL_CLEARING",
    )  # fmt: skip
    floor.wait(10.0)
    told = floor.give(note)
    assert told.the(o.CallbackTried).result is AttemptResult.FAILED and floor.state.promises


# ---- a controller that is killed behind a decision: it is kept, and what it asks of the switch is never asked --------


class Killed:
    """The controller is killed, another reads the journal. The switch has these legs in park, and from now on does what
    it is asked: whoever is rung answers."""

    def __init__(self, floor: Floor, *legs: f.LegSeen) -> None:
        self.floor, self.legs = floor, {leg.leg: leg for leg in legs}
        self.done = len(floor.requests)
        floor.state = floor.replayed()
        floor.give(f.NodeDown(node=NodeName("a"), why="the controller was killed"))
        floor.wait(1.0)
        floor.node_up(synced=False)

    def to_the_end(self) -> list[CallbackResult]:
        """Let it go on until no promise stands; how each ended."""
        for _ in range(300):
            if not self.floor.state.promises:
                break
            if self.done == len(self.floor.requests):
                self.floor.wait(2.0)
                continue
            self.done += 1
            self.does(self.floor.requests[self.done - 1])
        return [ended.result for ended in self.floor.everything(o.CallbackEnded)]

    def does(self, request: object) -> None:
        """One request, carried out."""
        match request:
            case r.RingAgent():
                self.legs[request.leg] = leg_seen(request.leg, call=request.call, agent_leg=True)
                self.floor.agent_parked(request.leg)
            case r.RingCustomer():
                self.legs[request.leg] = leg_seen(request.leg, call=request.call)
                self.floor.parked(request.leg, answered=True)
            case r.Bridge() if {request.leg, request.other} <= set(self.legs):
                self.floor.joined(request.leg, request.other)
            case r.HangUp() if self.legs.pop(request.leg, None):
                self.floor.ended(request.leg, request.cause, by_phone=False)
            case r.Repark() if request.leg in self.legs:
                self.floor.parked(request.leg, answered=True)
            case r.Survey():
                self.floor.seen(*self.legs.values())


def in_park(scene: Ringing, *whose: str) -> list[f.LegSeen]:
    """The legs of these as the survey finds them: parked."""
    legs = {"agent": scene.agent, "customer": scene.customer}
    return [
        leg_seen(legs[one], call=CallId(scene.call), agent_leg=one == "agent", parked=True, answered=True)
        for one in whose
    ]


def test_killed_before_the_agent_is_rung() -> None:
    # Given a promise whose turn was decided, and an agent whose phone never rang
    scene = Ringing()
    assert Killed(scene.floor).to_the_end() == [CallbackResult.KEPT]


def test_killed_before_the_customer_is_rung() -> None:
    # Given an agent on the line, and a customer whose phone never rang
    scene = Dialled()
    assert Killed(scene.floor, *in_park(scene, "agent")).to_the_end() == [CallbackResult.KEPT]


def test_killed_before_the_two_are_joined() -> None:
    # Given both in park, and nobody who joined them
    scene = Dialled()
    scene.answered()
    assert Killed(scene.floor, *in_park(scene, "agent", "customer")).to_the_end() == [CallbackResult.KEPT]


def test_killed_as_the_agent_is_gone_and_the_customer_was_to_be_hung_up() -> None:
    # Given a customer whose phone was to stop ringing, and went on until he answered
    scene = Dialled()
    scene.floor.ended(scene.agent)
    assert Killed(scene.floor, *in_park(scene, "customer")).to_the_end() == [CallbackResult.KEPT]
    # Then he was let go, as was decided, and called again
    assert len(scene.floor.everything(o.CustomerRung)) == 2


def test_who_calls_in_as_he_has_answered_has_one_talk_by_each() -> None:
    # Given a customer who is being joined to his agent
    scene = Dialled("li", "wang")
    floor = scene.floor
    scene.answered()
    # When he calls in by another phone that shows the same number
    told = floor.parked("L1", caller_number=NUMBER)
    # Then his promise is not taken over any more: it is kept, and the other call has its own agent
    assert not told.every(o.CallbackEnded) and told.the(o.OfferMade).call == "L1"
    assert floor.joined(scene.customer, scene.agent).the(o.CallbackEnded).result is CallbackResult.KEPT
