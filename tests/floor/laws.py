"""What holds on the floor after every step, whatever happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from typing import Any

from ccswitch.acd.idle_agents import IdleAgents
from ccswitch.acd.order import Waiting
from ccswitch.acd.pools import Wanted, pool, queue_of, wanted_of
from ccswitch.floor.alive import LiveAgent, LiveCall
from ccswitch.floor.queueing import can_be_asked
from ccswitch.floor.standing import LivePromise
from ccswitch.floor.state import State
from ccswitch.model import facts as f
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import CallId, LegId, Seconds
from ccswitch.model.nouns import AgentState, AgentStatus, CallPlace, GuestMode, LegRole, OfferResult, QueueMode
from ccswitch.model.skills import joint, requirement

IN_OFFER = {AgentState.OFFERED, AgentState.RINGING}
IN_TALK = {AgentState.TALKING, AgentState.HOLDING}
BUSY = IN_OFFER | IN_TALK | {AgentState.ASSISTING, AgentState.CALLING}


def hold_laws(state: State, now: Seconds) -> None:
    """Fails with a sentence when the floor contradicts itself. All deadlines up to `now` have had their turn."""
    calls_agree(state)
    agents_agree(state)
    other_calls_agree(state)
    guests_agree(state)
    nailed_agree(state)
    legs_agree(state)
    lines_agree(state)
    promises_agree(state)
    nobody_waits_beside_a_free_agent(state, now)
    deadlines_have_subjects(state, now)


def calls_agree(state: State) -> None:
    """What a call says of its offer and its talk is what offers and agents say."""
    for call in state.calls.values():
        talking = call.place is CallPlace.TALKING
        assert bool(call.agent) == bool(call.agent_leg) == talking, f"{call.call}: talk and place differ"
        assert call.place is not CallPlace.WAITING or call.visiting, f"{call.call} waits in no queue"
        assert not call.visiting or call.place not in (CallPlace.TALKING, CallPlace.SCRIPT, CallPlace.LEAVING)
        for name in call.offers:
            offer = state.offers[name]
            assert offer.call == call.call
            assert offer.leg in offer.legs and len(set(offer.legs)) == len(offer.legs), f"{name}: {offer.legs}"
            assert not offer.answered or offer.legs == [offer.leg], f"{name} is answered at {offer.legs}"
            there = CallPlace.BRIDGING if offer.answered else CallPlace.WAITING
            assert call.place is there or call.calls_back
            assert not offer.answered or len(call.offers) == 1, f"{call.call} is joined and offered"
        if not call.offers:
            assert call.place is not CallPlace.BRIDGING, f"{call.call} is being bridged to nobody"
        if talking:
            assert call.agent_leg in call.legs, f"{call.call} talks to a leg that is over"
            agent = state.agents[call.agent]
            assert agent.call == call.call and agent.state in IN_TALK
        assert bool(call.dialled) == bool(call.dialled_legs), f"{call.call}: {call.dialled}, {call.dialled_legs}"
        assert not call.dialled or call.dialled in call.dialled_legs
        assert not call.reached or call.dialled_legs == [call.dialled], f"{call.call} is joined to {call.dialled_legs}"
        assert set(call.dialled_legs) <= set(call.legs), f"{call.call} rings {call.dialled_legs}"
    known = [offer for call in state.calls.values() for offer in call.offers]
    assert sorted(known) == sorted(state.offers), "an offer is of no call, or of two"


def other_calls_agree(state: State) -> None:
    """Whose phone is in a call that is not ours knows of it, and nobody else does."""
    for name, agent in state.agents.items():
        at_his = [one.leg for one in state.others.values() if one.user in agent.agent.devices]
        assert sorted(at_his) == sorted(one.leg for one in agent.others), f"{name} is in {agent.others}"
        assert not (at_his and agent.is_idle), f"{name} is idle in {at_his}"
    assert state.others.keys().isdisjoint(state.legs), "a leg is ours and is not"


def guests_agree(state: State) -> None:
    """Whoever is rung for a talk, or is at it, is so with one leg of that call; and his agent does nothing else."""
    for leg, guest in state.guests.items():
        call = state.calls[guest.call]
        taking = guest.joined and guest.mode is GuestMode.TAKE
        stays = taking or (guest.joined and guest.asked)  # an agent who goes leaves the caller to whom he asked
        assert call.place is CallPlace.TALKING or (stays and call.place is CallPlace.RETURNING), f"{guest} at no talk"
        assert leg in call.legs and state.legs[leg].role is LegRole.GUEST, f"{guest} has no leg"
        assert (("guest", leg) in state.deadlines.due) == (taking or not guest.joined), f"{guest} is awaited for ever"
        assert not guest.agent or state.agents[guest.agent].call == guest.call
        assert bool(guest.agent) != bool(guest.number), f"{guest} is nobody, or two"
        if guest.mode is GuestMode.CONSULT and call.place is CallPlace.TALKING:
            assert call.aside and state.agents[call.agent].state is AgentState.HOLDING, (
                f"{guest} and the caller are heard"
            )
    asked = [guest.call for guest in state.guests.values() if guest.asked]
    assert len(asked) == len(set(asked)), "somebody asks two at once"
    assisting = [name for name, agent in state.agents.items() if agent.state is AgentState.ASSISTING]
    assert sorted(assisting) == sorted(guest.agent for guest in state.guests.values() if guest.agent), (
        "an agent assists nobody"
    )


def nailed_agree(state: State) -> None:
    """A nailed-up leg is one agent's; a call has it, or he is free by it; who has none, and should, is to be rung."""
    assert {leg: one.agent for leg, one in state.nailed.items()} == {
        agent.nailed: name for name, agent in state.agents.items() if agent.nailed
    }
    for name, agent in state.agents.items():
        nailed = state.nailed.get(agent.nailed)
        free = nailed is not None and nailed.stands and nailed.leg not in state.legs
        assert agent.nailed_free == free, f"{name}: {nailed}"
        rings = nailed is not None and not nailed.stands
        wanted = agent.is_ready_for_leg and not agent.nailed and any(map(state.reachable, state.nodes))
        assert not (rings or wanted) or ("nailed", name) in state.deadlines.due, f"{name} waits for ever: {nailed}"
        assert nailed is None or agent.keeps_leg or nailed.leg in state.legs, f"{name} keeps {nailed}"
    for leg in state.nailed.keys() & state.legs.keys():
        assert state.nailed[leg].stands and state.legs[leg].agent == state.nailed[leg].agent


def agents_agree(state: State) -> None:
    """An agent is in one offer or one talk at most, and the other side knows of it."""
    offered = [offer.agent for offer in state.offers.values()]
    offered += [call.dialled_agent for call in state.calls.values() if call.dialled_agent]
    talking = [call.agent for call in state.calls.values() if call.agent]
    assert len(set(offered + talking)) == len(offered + talking), "an agent is reserved twice"
    for queue, counted in state.census.by_queue.items():
        assert Counter(counted) == Counter(one.doing for one in state.agents.values() if queue in one.agent.queues), (
            queue
        )
    assert state.idle == IdleAgents.of(state.in_line(agent) for agent in state.agents.values() if agent.is_idle)
    for name, agent in state.agents.items():
        assert (agent.state in IN_OFFER) == (name in offered) and (not agent.offer or name in offered), (
            f"{name}: {agent.state}"
        )
        assert (agent.state in IN_TALK) == (name in talking), f"{name}: {agent.state}"
        assert bool(agent.call) == (agent.state in BUSY), f"{name} holds {agent.call!r}"
        rings = agent.state in IN_OFFER and state.calls[agent.call].place is CallPlace.WAITING
        assert not rings or agent.status is AgentStatus.READY, f"{name} is {agent.status.value} and is rung"
        left = agent.nailed or agent.state is not AgentState.IDLE  # a leg of his that is on its way to park
        assert state.lists(agent) or left, f"{name} is on no list"
        if agent.offer:
            assert state.offers[agent.offer].agent == name and state.offers[agent.offer].call == agent.call
        assert not agent.own or state.calls[agent.own].by == name, f"{name} is on a phone call that is no more"
        calling = agent.state is AgentState.CALLING
        assert not calling or agent.own == agent.call, f"{name} calls, and his phone does not"


def legs_agree(state: State) -> None:
    """Each leg is of one call, and each call knows its legs."""
    known = [leg for call in state.calls.values() for leg in call.legs]
    assert sorted(known) == sorted(state.legs)
    for call in state.calls.values():
        assert all(state.legs[leg].call == call.call for leg in call.legs)
        assert all((state.legs[leg].role is LegRole.CALLER) == (leg == call.leg) for leg in call.legs)
        without = call.place is CallPlace.LEAVING or call.calls_back  # he is gone, or not rung yet
        assert call.leg in call.legs or without, f"{call.call} goes on without its caller"
        assert call.legs or call.calls_back, f"{call.call} has no leg and is not over"


def promises_agree(state: State) -> None:
    """A promise stands in line, is tried, or waits for its time; one call at most is about it, and its customer is
    never rung without an agent who is on the line for him."""
    by_promise = [call.promise for call in state.calls.values() if call.promise]
    assert len(by_promise) == len(set(by_promise)), "a promise is tried twice at once"
    assert set(by_promise) == {name for name, promise in state.promises.items() if promise.dialled}
    for name, promise in state.promises.items():
        line = state.waiting.get(pool(promise.wanted), [])
        place = Waiting(promise.arrival, name)
        assert (place in line) == promise.visiting, f"{name} has lost its place"
        assert ("expiry", name) in state.deadlines.due, f"{name} never expires"
        if promise.dialled:
            call = state.calls[promise.dialled]
            assert call.promise == name and not (promise.visiting and (call.offer or call.leg in call.legs))
        else:
            assert promise.visiting or ("callback", name) in state.deadlines.due, f"the turn of {name} never comes"
    numbers = [(promise.queue, promise.number) for promise in state.promises.values()]
    assert len(numbers) == len(set(numbers)), "a number is promised two calls by one queue"
    for call in state.calls.values():
        leg = state.legs.get(call.leg)
        if call.calls_back and leg is not None and not leg.answered:
            assert call.offer and state.offers[call.offer].answered, f"{call.call} rings a customer for no agent"
            assert ("customer", call.call) in state.deadlines.due, f"{call.call} rings for ever"


def lines_agree(state: State) -> None:
    """The lines hold those who wait without an offer, each once and in order."""
    for queue, line in state.waiting.items():
        assert line == sorted(set(line))
        callers = [place for place in line if place.call not in state.promises]
        assert not callers or state.is_served(queue_of(queue)), f"{line} wait in {queue}, which nobody serves"
        for place in line:
            call = state.promises.get(place.call) or state.calls[place.call]
            ahead = head_start(call, state)
            assert (pool(call.wanted), call.waiting_since - ahead) == (queue, place.arrival)
    waiting = {call.call for call in state.calls.values() if call.place is CallPlace.WAITING and not call.offers}
    promised = {promise.call for promise in state.promises.values() if promise.visiting}
    assert waiting | promised == {place.call for line in state.waiting.values() for place in line}


def nobody_waits_beside_a_free_agent(state: State, now: Seconds) -> None:
    """On a node that can be asked, a caller and an agent who fits are brought together at once, unless a supervisor has
    paused the queue. Nobody stands in a queue that does not have him."""
    free = [agent for agent in state.agents.values() if agent.is_free(now)]
    for queue, line in state.waiting.items():
        callers = [state.calls[place.call] for place in line if place.call not in state.promises]
        turned = [call.call for call in callers if state.turns_away(call)]
        assert not turned, f"{turned} wait in {queue}, which does not have them"
        if state.mode(queue_of(queue)) in (QueueMode.PAUSED, QueueMode.CLOSED):  # a closed one has promises alone
            continue
        fitting = [agent for agent in free if may_answer(agent, wanted_of(queue))]
        stuck = [place.call for place in line if can_be_asked(state, place.call)]
        assert not (fitting and stuck), f"{stuck} wait while {[agent.agent.agent for agent in fitting]} are free"


def may_answer(agent: LiveAgent, wanted: Wanted) -> bool:
    """The agent is one of those who are wanted."""
    if wanted.agent:
        return agent.agent.agent == wanted.agent
    return bool(set(wanted.queues) & set(agent.agent.queues)) and agent.meets(wanted.requires)


def head_start(call: LiveCall | LivePromise, state: State) -> Seconds:
    """How much earlier he counts to have come, by the settings of these tests, which never change that."""
    most = state.settings.most_head_start
    return min(most, max(-most, call.priority * state.settings.priority_worth + call.head_start))


def hold_laws_of_decision(state: State, given: Any, decided: Any, now: Seconds) -> None:
    """Fails with a sentence when a decision on `given` is not lawful; it is not yet applied."""
    offers_are_sound(state, decided.outcomes, decided.requests, now)
    turns_are_kept(state, decided.outcomes, now)
    answers_are_given(state, given, decided.outcomes)
    blame_is_deserved(state, given, decided.outcomes, now)
    the_gone_are_let_go(state, given, decided)


def offers_are_sound(state: State, outcomes: Sequence[o.Outcome], requests: Sequence[r.Request], now: Seconds) -> None:
    """Of one decision, before it is applied: who is offered a call is free and serves its queue; who answers does so
    in time; and an offer that ends without a talk leaves no phone ringing."""
    promises = _promises_tried(outcomes)
    freed = {request.leg for request in requests if isinstance(request, r.HangUp | r.ParkLeg)}
    freed |= {outcome.leg for outcome in outcomes if isinstance(outcome, o.LegClosed)}
    for outcome in outcomes:
        if isinstance(outcome, o.OfferMade):
            agent = state.agents[outcome.agent]
            assert state.mode(outcome.queue) is not QueueMode.PAUSED, f"{outcome} of a paused queue"
            stands = promises.get(outcome.call, outcome.call)
            call = state.promises.get(stands) or state.calls[stands]
            assert agent.is_free(now) and outcome.queue == call.queue, f"{outcome} to {agent}"
            assert may_answer(agent, call.wanted), f"{outcome} to {agent}, who cannot do it"
            assert can_be_asked(state, stands), f"{outcome} on a node that cannot be asked"
        elif isinstance(outcome, o.OfferAnswered) and state.calls[outcome.call].calls_back:
            assert state.offers[outcome.offer].answered, f"{outcome}, and the customer was rung before"
        elif isinstance(outcome, o.OfferAnswered):
            assert not state.offers[outcome.offer].answered, f"{outcome} is bridged already"
            in_time = now <= state.offers[outcome.offer].deadline or outcome.leg in state.nailed  # who heard his tone
            assert in_time, f"{outcome} is too late"
            others = {leg for leg in state.offers[outcome.offer].legs if leg != outcome.leg and leg in state.legs}
            assert others <= freed, f"{others - freed} ring on beside {outcome}"
        elif isinstance(outcome, o.OfferEnded) and outcome.result is not OfferResult.TALKED:
            offer = state.offers[outcome.offer]
            on = [leg for leg in offer.legs if leg in state.legs and leg not in freed]
            if offer.answered and outcome.cause == "NODE_AWAY":  # maybe they talk
                continue
            assert not on, f"{on} of {outcome} ring on"


def _promises_tried(outcomes: Sequence[o.Outcome]) -> dict[CallId, CallId]:
    """By call, the promise whose turn it is."""
    return {x.call: x.promise for x in outcomes if isinstance(x, o.CallbackBegun)}


def turns_are_kept(state: State, outcomes: Sequence[o.Outcome], now: Seconds) -> None:
    """Of one decision, before it is applied: who is offered a call is, of all who are free and fit, the one whose turn
    it is by the queue's strategy, and the call is the first, by effective arrival, of all that wait for him and that he
    can help; or of his own first queue in which somebody waits, where he takes callers so.
    """
    taken: set[str] = set()
    before = ""
    promises = _promises_tried(outcomes)
    for made in outcomes:
        if not isinstance(made, o.OfferMade):
            continue
        stands = promises.get(made.call, made.call)
        call = state.promises.get(stands) or state.calls[stands]
        free = [agent for name, agent in state.agents.items() if agent.is_free(now) and name not in taken]
        fitting = [agent for agent in free if may_answer(agent, call.wanted)]
        assert made.fitting == len(fitting), f"{made} was chosen of {len(fitting)}"
        agent = state.agents[made.agent]
        own_order = agent.agent.takes == "first_queue" and state.queue_rules(call.queue).strategy != "ring_all"
        if not own_order:
            first = min(fitting, key=lambda one: turn(state, one, call))
            assert first.agent.agent == made.agent, f"{made} passes over {first.agent.agent}"
        if made.call != before:
            first_call = first_caller(state, agent, taken, own_order=own_order)
            assert first_call == stands, f"{made} passes over {first_call}"
        before = made.call
        taken |= {made.agent, stands}


def turn(state: State, agent: LiveAgent, call: LiveCall | LivePromise) -> tuple[float, float, float, str]:
    """By what an agent stands before others for a caller: the definition of each strategy, without any line."""
    rules = state.queue_rules(call.queue)
    liked = [requirement(term) for term in call.prefers.split(",")] if call.prefers else []
    named = {name for one in [*liked, *([joint(call.requires)] if call.requires else [])] for name in one.skills}
    levels = sum(agent.skills.get(name, 0) for name in named)
    order = rules.order
    number = {
        "longest_idle": agent.idle_since,
        "ring_all": agent.idle_since,
        "round_robin": agent.offered_at,
        "fewest_calls": agent.talks,
        "least_occupied": agent.worked / (agent.worked + agent.idled) if agent.worked + agent.idled else 0.0,
        "weighted_random": agent.draw,
        "best_skill": -levels,
        "lowest_sufficient": levels,
        "ordered": order.index(agent.agent.agent) if agent.agent.agent in order else len(order),
    }[rules.strategy]
    return sum(not one.met(agent.skills) for one in liked), number, agent.idle_since, agent.agent.agent


def first_caller(state: State, agent: LiveAgent, taken: set[str], *, own_order: bool) -> CallId:
    """Who is next for an agent, of all who stand in line and are not `taken`."""
    waiting = [(name, place) for name, line in state.waiting.items() for place in line if place.call not in taken]
    not_served = (QueueMode.PAUSED, QueueMode.CLOSED)
    serving = [(name, place) for name, place in waiting if state.mode(queue_of(name)) not in not_served]
    for_him = [
        (wanted_of(name), place)
        for name, place in serving
        if may_answer(agent, wanted_of(name)) and can_be_asked(state, place.call)
    ]
    if own_order:  # who rings several at once is for nobody alone
        several = {wanted for wanted, _ in for_him if state.queue_rules(wanted.queues[0]).strategy == "ring_all"}
        for_him = [(wanted, place) for wanted, place in for_him if wanted not in several]
    alone = [place for wanted, place in for_him if wanted.agent]
    if own_order and alone:
        return min(alone).call
    for queue in agent.agent.queues if own_order else ():
        of_queue = [place for wanted, place in for_him if queue in wanted.queues]
        if of_queue:
            return min(of_queue).call
    return min(place for _, place in for_him).call


def answers_are_given(state: State, given: Any, outcomes: Sequence[o.Outcome]) -> None:
    """Of one decision, before it is applied: an order has exactly one answer, and who said ready is out of wrap-up."""
    if not hasattr(given, "order"):
        return
    answers = [x for x in outcomes if isinstance(x, o.OrderAccepted | o.OrderRefused)]
    assert [answer.order for answer in answers] == [given.order], f"{given} is answered by {answers}"
    if isinstance(given, d.MakeReady) and isinstance(answers[0], o.OrderAccepted):
        wraps_up = state.agents[given.agent].state is AgentState.WRAPUP
        assert not wraps_up or any(isinstance(x, o.WrapupEnded) for x in outcomes), f"{given.agent} wraps up on"


def blame_is_deserved(state: State, given: Any, outcomes: Sequence[o.Outcome], now: Seconds) -> None:
    """Of one decision, before it is applied: who refused rests, who rings out too often is put on break; and nobody is
    blamed for what the switch did, for a node that is away, or for a caller who left."""
    resting = {x.agent for x in outcomes if isinstance(x, o.AgentRested) and x.until > now}
    on_break = {x.agent for x in outcomes if isinstance(x, o.AgentStatusChanged)}
    for ended in outcomes:
        if not isinstance(ended, o.OfferEnded) or ended.result is OfferResult.TALKED:
            continue
        offer, agent = state.offers[ended.offer], state.agents[ended.agent]
        assert ended.agent in resting, f"{ended}, and he may be rung in the same breath"
        if ended.result is OfferResult.RONA:
            rules = state.queue_rules(offer.queue)
            too_often = agent.ronas + 1 >= (rules.rona_limit or state.settings.rona_limit)
            counts = too_often and agent.status is AgentStatus.READY and rules.rona_status != "ready"
            assert not counts or ended.agent in on_break, f"{ended}, and he is not put on break"
            by_time = isinstance(given, f.TimePassed)
            assert not by_time or state.reachable(state.calls[ended.call].node), f"{ended}, and his node is away"
        if ended.result is OfferResult.DROPPED and offer.answered and isinstance(given, f.LegEnded):
            assert given.by_phone, f"{ended}, and his phone did nothing"


def the_gone_are_let_go(state: State, given: Any, decided: Any) -> None:
    """Of one decision, before it is applied: with a caller his agents' legs end, and with a switch all its calls."""
    told = {x.leg for x in decided.requests if isinstance(x, r.HangUp | r.ParkLeg)}
    told |= {x.leg for x in decided.outcomes if isinstance(x, o.LegClosed)}
    for closed in decided.outcomes:
        call = state.call_of(closed.leg) if isinstance(closed, o.LegClosed) else None
        if call is not None and closed.leg == call.leg:
            assert set(call.legs) <= told, f"{call.call} is gone, and {set(call.legs) - told} stay"
    if isinstance(given, f.NodeUp) and given.node in state.nodes:
        restarted = state.nodes[given.node].core not in ("", given.core)
        lost = {call.call for call in state.calls.values() if call.node == given.node and restarted}
        assert lost <= {x.call for x in decided.outcomes if isinstance(x, o.CallEnded)}, "a call outlives its switch"


def scripts_are_kept(state: State, before: Collection[str]) -> None:
    """After a decision: of the scripts that were there `before` it, those that somebody is in still are."""
    for call in state.calls.values():
        assert call.script_hash not in before or call.script_hash in state.scripts, f"{call.call} has lost its script"


def the_parked_are_taken_up(state: State, given: Any, before: CallPlace | None) -> None:
    """After a decision: a caller who was told to be in park is where somebody looks after him, and one who does not
    talk has not moved himself by a transfer of his phone's."""
    call = state.call_of(given.leg) if isinstance(given, f.LegParked) and not given.agent_leg else None
    if call is None or before is None or given.leg != call.leg:
        return
    there = {CallPlace.SCRIPT, CallPlace.WAITING, CallPlace.LEAVING, CallPlace.DIALLING}
    there |= {CallPlace.BRIDGING} if before in (CallPlace.DIALLING, CallPlace.WAYOUT) and call.offer else set()
    asked = [one.mode for one in state.guests.values() if one.call == call.call and one.asked]
    there |= {CallPlace.RETURNING} if GuestMode.TAKE in asked else set()  # whom his agent asked has him next
    assert call.place in there, f"{call.call} is in park and taken for {call.place.value}"
    if given.transfer_to and before in (CallPlace.SCRIPT, CallPlace.WAITING, CallPlace.LEAVING):
        assert call.place is before, f"{call.call} moved himself from {before.value}"


def answers_are_awaited(state: State, requests: Sequence[r.Request]) -> None:
    """What was just asked of the switch and is to be answered ends by a deadline, whatever becomes of the answer."""
    for request in requests:
        awaited = AWAITED.get(type(request))
        call = state.call_of(getattr(request, "leg", LegId("")))
        if awaited is None or call is None:
            continue
        of_call = [("offer", call.offer)] if is_tone(state, request) else awaited(call)
        keys = [*of_call, *(("guest", leg) for leg in (getattr(request, "other", ""), request.leg))]
        keys = [key for key in keys if key[0] != "guest" or key[1] in state.guests]
        node = ("survey", call.node)  # what a lost command leaves behind, the next look at the node puts right
        looked_after = any(key in state.deadlines.due for key in keys) or (node in state.deadlines.due and not keys)
        assert looked_after or not state.nodes[call.node].connected, f"{request} is never given up"


def is_tone(state: State, request: r.Request) -> bool:
    """What is played to a nailed-up agent before he is joined; not what he hears while he asks somebody, or while a
    customer is rung."""
    tone = (state.settings.zip_tone,)
    return isinstance(request, r.Play) and request.leg in state.nailed and request.files == tone


HEARS_MUSIC = (CallPlace.WAITING, CallPlace.TALKING)  # in a talk: on hold

# What ends the waiting for an answer: by the call that was asked for. None of them: the survey of its node does.
AWAITED: dict[type, Callable[[LiveCall], list[tuple[str, str]]]] = {
    r.RingAgent: lambda call: [("offer", one) for one in call.offers] or [("dial", call.call)],
    r.RingCustomer: lambda call: [("customer" if call.calls_back else "dial", call.call)],
    r.Bridge: lambda call: [("bridge", call.offer) if call.offer else ("dial", call.call)],
    r.Play: lambda call: (
        [] if call.place in HEARS_MUSIC else [(kind, call.call) for kind in ("step", "leave", "dial", "customer")]
    ),
    r.Answer: lambda call: (
        [] if call.place is CallPlace.WAITING else [(kind, call.call) for kind in ("step", "leave", "dial")]
    ),
    r.Collect: lambda call: [] if call.visiting else [("step", call.call)],  # in a queue: music
    r.Transfer: lambda call: [("leave", call.call)],
    r.Repark: lambda call: [("return", call.call)] if call.place is CallPlace.RETURNING else [],
    r.HangUp: lambda call: [("leave", call.call)] if call.place is CallPlace.LEAVING else [],
}


# Whose deadline it is, and whether it may stand.
SUBJECTS = {
    "override": lambda state, calendar: calendar in state.overrides,
    "match": lambda state, subject: True,
    "music": lambda state, subject: state.calls[subject].place is CallPlace.WAITING,
    "rule": lambda state, subject: (state.promises.get(subject) or state.calls[subject]).visiting,
    "rule_joining": lambda state, subject: False,  # decided at once
    "rule_figures": lambda state, queue: True,
    "announce": lambda state, subject: state.calls[subject].visiting,
    "only": lambda state, subject: state.calls[subject].only != "",
    "dial": lambda state, subject: state.calls[subject].place is CallPlace.DIALLING,
    "offer": lambda state, subject: not state.offers[subject].answered,
    "bridge": lambda state, subject: state.offers[subject].answered,
    "customer": lambda state, subject: state.calls[subject].calls_back,
    "callback": lambda state, subject: not (state.promises[subject].dialled or state.promises[subject].visiting),
    "hours": lambda state, subject: state.promises[subject].visiting,
    "expiry": lambda state, subject: subject in state.promises,
    "step": lambda state, subject: state.calls[subject].execute != "",
    "return": lambda state, subject: state.calls[subject].place is CallPlace.RETURNING,
    "guest": lambda state, subject: subject in state.guests,
    "nailed": lambda state, subject: subject in state.agents,
    "wrapup": lambda state, subject: state.agents[subject].state is AgentState.WRAPUP,
    "break": lambda state, subject: state.agents[subject].status is AgentStatus.BREAK,
    "changes": lambda state, subject: any(kept.until for kept in state.agents[subject].overrides.values()),
    "rest": lambda state, subject: subject in state.agents,
    "leave": lambda state, subject: state.calls[subject].place is CallPlace.LEAVING,
    "elsewhere": lambda state, subject: (
        not state.has_queue(state.calls[subject].queue) or state.turns_away(state.calls[subject])
    ),
    "mode": lambda state, queue: queue in state.queue_orders,
    "unlisted": lambda state, subject: not state.lists(state.agents[subject]),
    "survey": lambda state, subject: state.nodes[subject].connected,
    "unheard": lambda state, subject: not state.nodes[subject].connected,
}


def deadlines_have_subjects(state: State, now: Seconds) -> None:
    """Whatever waits for an answer has a deadline, and every deadline is about something that is still there."""
    due = state.deadlines.due
    for (kind, subject), at in due.items():
        assert at > now, f"{kind} of {subject} is overdue"
        assert SUBJECTS[kind](state, subject), f"{kind} of {subject} is about nothing"
    for name, offer in state.offers.items():
        call = state.calls[offer.call]
        kind, subject = ("bridge", name) if offer.answered else ("offer", name)
        if offer.answered and call.calls_back:
            kind, subject = "customer", call.call
        assert (kind, subject) in due
    for name, call in state.calls.items():
        for place, kind in ((CallPlace.RETURNING, "return"), (CallPlace.LEAVING, "leave"), (CallPlace.SCRIPT, "step")):
            assert call.place is not place or (kind, name) in due, f"{name} is {place.value} without a deadline"
        if call.place is CallPlace.WAITING:
            assert call.music or ("music", name) in due, f"{name} waits in silence"
    for name, agent in state.agents.items():
        assert agent.state is not AgentState.WRAPUP or ("wrapup", name) in due
        assert not agent.break_until > now or ("break", name) in due
        ends = [kept.until for kept in agent.overrides.values() if kept.until]
        assert due.get(("changes", name), 0.0) == min(ends, default=0.0), f"changes of {name} outlive their end"
        assert all(kept.until > now or not kept.until for kept in agent.overrides.values())
        resting = agent.status is AgentStatus.READY and agent.rest_until > now
        assert not resting or ("rest", name) in due
    for name, node in state.nodes.items():
        assert not node.connected or ("survey", name) in due
