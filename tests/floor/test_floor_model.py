"""The floor against a small switch that delays, loses and doubles its news: the laws hold after every step."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from ccswitch.floor.decide import next_due
from ccswitch.model import facts as f
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import AgentId, CallId, OrderId
from ccswitch.model.nouns import AgentState, CallPlace
from ccswitch.model.wire import to_plain
from tests.floor.floors import Floor, Given, a_floor, an_agent
from tests.floor.laws import hold_laws
from tests.floor.tiny_switch import BRIDGED, OUTSIDE, PARKED, RINGING, TinyLeg, TinySwitch

AGENTS = (an_agent("li"), an_agent("wang", "support", "sales"), an_agent("zhao", "sales"))
WHAT_HAPPENS = [
    name
    for name, weight in {
        "news_travels": 6,
        "time_passes": 5,
        "a_caller_arrives": 6,
        "a_caller_hangs_up": 2,
        "a_caller_presses": 3,
        "an_outside_number_is_not_reached": 1,
        "a_phone_rings": 2,
        "an_agent_answers": 8,
        "an_agent_refuses": 1,
        "an_agent_hangs_up": 3,
        "an_agent_is_ready": 4,
        "an_agent_leaves": 1,
        "a_call_is_ended_by_order": 1,
        "a_node_suffers": 2,
        "the_links_are_back": 3,
    }.items()
    for _ in range(weight)
]
A_MOMENT = 0.000_01  # no two decisions are made at one instant
CAUSES = ("USER_BUSY", "CALL_REJECTED", "NO_ANSWER", "USER_NOT_REGISTERED", "NORMAL_TEMPORARY_FAILURE")


class FloorAndSwitch(RuleBasedStateMachine):
    """Two nodes, three agents, any number of callers; news and commands take as long as they like."""

    def __init__(self) -> None:
        super().__init__()
        self.floor = a_floor(*AGENTS, ready=False, node=False)
        self.switches = {name: TinySwitch(name) for name in ("a", "b")}
        self.arrived = 0
        self.names: list[str] = []

    # ---- the engine

    def give(self, given_: Any) -> None:
        self.floor.now += A_MOMENT
        told = self.floor.give(given_)
        self.carry(told, by_order=isinstance(given_, d.HangUpCall), restarted=isinstance(given_, f.NodeUp))

    def carry(self, told: Given, *, by_order: bool = False, restarted: bool = False) -> None:
        for ended in told.every(o.TalkEnded):
            legs = [leg for switch in self.switches.values() for leg in switch.legs.values()]
            still = [leg for leg in legs if leg.call == ended.call and leg.peer is not None]
            assert by_order or restarted or not still, f"a live talk was ended: {ended}"
        self.names += [x.call for x in told.every(o.CallStarted)] + [x.offer for x in told.every(o.OfferMade)]
        self.names += [x.leg for x in told.every(o.LegOpened) if x.agent]
        for request in told.requests:
            if isinstance(request, r.Play | r.Collect | r.Answer):
                self.names.append(request.execute)
            if not isinstance(request, r.ProvisionPhone):
                self.switches[request.node].carry(request, self.floor.now)

    # ---- news and commands on their way

    @initialize(callers=st.integers(0, 3))
    def begin(self, callers: int) -> None:
        for switch in self.switches.values():
            self.give(switch.connect())
        self.deliver_all()
        for agent in AGENTS:
            self.give(d.MakeReady(order=OrderId("0"), author="ann", agent=agent.agent))
        for _ in range(callers):
            self.arrives(self.switches["a"], "support")

    def deliver_all(self) -> None:
        """Everything under way comes through."""
        while any(switch.commands or switch.events or switch.answers for switch in self.switches.values()):
            for switch in self.switches.values():
                switch.work()
                for way in (switch.events, switch.answers):
                    if way:
                        self.give(way.popleft())

    @rule(data=st.data(), what=st.sampled_from(WHAT_HAPPENS), at_once=st.sampled_from([True, True, False]))
    def something_happens(self, data: st.DataObject, what: str, at_once: bool) -> None:
        """One rule for all, because what is drawn among rules is drawn unevenly: long chains would be rare."""
        getattr(self, what)(data)
        if at_once:
            self.deliver_all()

    def news_travels(self, data: st.DataObject) -> None:
        switch = self.node(data)
        what = data.draw(st.sampled_from(["work", "work and break", "events", "answers"]))
        ways = {"events": switch.events, "answers": switch.answers}
        for _ in range(data.draw(st.integers(1, 6))):
            if ways.get(what):
                self.give(ways[what].popleft())
            elif what.startswith("work"):
                switch.work(bridge_breaks=what == "work and break")

    def time_passes(self, data: st.DataObject) -> None:
        self.pass_time(data.draw(st.sampled_from([0.01, 0.3, 1.0, 2.5, 6.0, 11.0, 31.0])))

    def pass_time(self, seconds: float) -> None:
        until = self.floor.now + seconds
        while (due := next_due(self.floor.state)) is not None and due <= until:
            self.floor.now = max(self.floor.now, due)
            self.give(f.TimePassed())
        self.floor.now = max(self.floor.now, until)

    # ---- the world

    def node(self, data: st.DataObject) -> TinySwitch:
        return self.switches[data.draw(st.sampled_from(["a", "a", "b"]))]

    def a_caller_arrives(self, data: st.DataObject) -> None:
        self.arrives(self.node(data), data.draw(st.sampled_from(["support", "sales", "vip", "menu", "menu", "?"])))

    def arrives(self, switch: TinySwitch, entry: str) -> None:
        self.arrived += 1
        switch.arrive(f"L{self.arrived}", entry)

    def a_caller_hangs_up(self, data: st.DataObject) -> None:
        if found := self.pick(data, agent=False):
            found[0].end(found[1], peer_first=data.draw(st.booleans()))

    def a_caller_presses(self, data: st.DataObject) -> None:
        found = self.pick(data, agent=False)
        if found and found[1].doing == PARKED:
            found[0].quiet(found[1], data.draw(st.sampled_from(["1", "1", "2", "3", ""])))

    def an_outside_number_is_not_reached(self, data: st.DataObject) -> None:
        if found := self.pick(data, agent=False, doing=OUTSIDE):
            found[0].park(found[1])

    def a_phone_rings(self, data: st.DataObject) -> None:
        if found := self.pick(data, agent=True, doing=RINGING):
            found[0].ring(found[1])

    def an_agent_answers(self, data: st.DataObject) -> None:
        if found := self.pick(data, agent=True, doing=RINGING):
            found[0].pick_up(found[1], park_first=data.draw(st.booleans()))

    def an_agent_refuses(self, data: st.DataObject) -> None:
        if found := self.pick(data, agent=True, doing=RINGING):
            found[0].end(found[1], data.draw(st.sampled_from(CAUSES)))

    def an_agent_hangs_up(self, data: st.DataObject) -> None:
        if found := self.pick(data, agent=True, doing=data.draw(st.sampled_from([PARKED, BRIDGED]))):
            found[0].end(found[1], peer_first=data.draw(st.booleans()))

    def pick(self, data: st.DataObject, *, agent: bool, doing: str = "") -> tuple[TinySwitch, TinyLeg] | None:
        pairs = [(switch, leg) for switch in self.switches.values() for leg in switch.legs.values()]
        found = [(switch, leg) for switch, leg in pairs if leg.agent is agent and doing in ("", leg.doing)]
        return data.draw(st.sampled_from(found)) if found else None

    def a_node_suffers(self, data: st.DataObject) -> None:
        switch = self.node(data)
        if switch.linked:
            self.give(switch.cut())
        mishap = data.draw(st.sampled_from(["cut", "cut and back", "restart", "watchdog", "last resort"]))
        if mishap == "restart":
            switch.restart()
        if mishap in ("watchdog", "last resort"):
            switch.watchdog()
        if mishap == "last resort":
            switch.last_resort()
        if mishap == "cut and back":
            self.give(switch.connect())

    def the_links_are_back(self, data: st.DataObject) -> None:
        for switch in self.switches.values():
            if not switch.linked:
                self.give(switch.connect())

    # ---- people

    def an_agent_is_ready(self, data: st.DataObject) -> None:
        self.give(d.MakeReady(order=OrderId("1"), author="ann", agent=data.draw(st.sampled_from(AGENTS)).agent))

    def an_agent_leaves(self, data: st.DataObject) -> None:
        order = data.draw(st.sampled_from([d.LogIn, d.LogOut, d.TakeBreak]))
        name = data.draw(st.sampled_from(["li", "wang", "zhao", "nobody"]))
        self.give(order(order=OrderId("1"), author="ann", agent=AgentId(name)))

    def a_call_is_ended_by_order(self, data: st.DataObject) -> None:
        call = data.draw(st.sampled_from([*self.floor.state.calls, CallId("none")]))
        self.give(d.HangUpCall(order=OrderId("2"), author="ann", call=call))

    # ---- the laws

    @invariant()
    def the_floor_agrees_with_itself(self) -> None:
        hold_laws(self.floor.state, self.floor.now)

    @invariant()
    def no_name_is_given_twice(self) -> None:
        assert len(self.names) == len(set(self.names))

    def teardown(self) -> None:
        self.after_a_while_floor_and_switch_agree()
        self.when_all_have_hung_up_nothing_is_left()
        self.outcomes_alone_make_the_same_state()

    def settle(self, seconds: float) -> None:
        """The world rests; whatever is under way comes through."""
        for switch in self.switches.values():
            if not switch.linked:
                self.give(switch.connect())
        until = self.floor.now + seconds
        self.deliver_all()
        while (due := next_due(self.floor.state)) is not None and due <= until:
            self.pass_time(max(0.0, due - self.floor.now))
            self.deliver_all()
        self.floor.now = max(self.floor.now, until)

    def after_a_while_floor_and_switch_agree(self) -> None:
        self.settle(75.0)
        state = self.floor.state
        talks = {(call.leg, call.agent_leg) for call in state.calls.values() if call.place is CallPlace.TALKING}
        legs = [leg for switch in self.switches.values() for leg in switch.legs.values()]
        assert talks == {(leg.leg, leg.peer) for leg in legs if leg.peer and not leg.agent}
        assert {leg.leg for leg in legs} == set(state.legs)
        for leg in legs:
            call = state.calls[leg.call]
            if leg.agent:
                assert leg.peer or call.offer, f"an agent is left in silence: {leg}"
            elif leg.doing == PARKED:
                assert call.place in (CallPlace.SCRIPT, CallPlace.WAITING), f"{leg} is {call.place}"
                assert leg.claimed and not leg.orphaned, f"nobody claimed {leg}"
                assert leg.runs or state.deadlines.due.get(("music", leg.call)), f"in silence: {leg}"

    def when_all_have_hung_up_nothing_is_left(self) -> None:
        for switch in self.switches.values():
            for leg in list(switch.legs.values()):
                if leg.leg in switch.legs:
                    switch.end(leg)
        self.settle(75.0)
        state = self.floor.state
        assert not (state.calls or state.legs or state.offers), f"left: {state.calls}"
        assert not any(state.waiting.values())
        assert {agent.state for agent in state.agents.values()} == {AgentState.IDLE}
        assert {kind for kind, _ in state.deadlines.due} <= {"survey", "rest"}
        assert one_end_each(self.floor)

    def outcomes_alone_make_the_same_state(self) -> None:
        again = self.floor.replayed()
        assert to_plain(again) == to_plain(self.floor.state)
        assert again == self.floor.state


def one_end_each(floor: Floor) -> bool:
    """Calls, offers, visits, talks and legs begin once and end once."""
    pairs = (
        (o.CallStarted, o.CallEnded, "call"),
        (o.OfferMade, o.OfferEnded, "offer"),
        (o.LegOpened, o.LegClosed, "leg"),
        (o.CallEnqueued, o.VisitEnded, "call"),
        (o.TalkStarted, o.TalkEnded, "leg"),
    )
    for begins, ends, name in pairs:
        begun, ended = (sorted(getattr(x, name) for x in floor.everything(cls)) for cls in (begins, ends))
        assert begun == ended, f"{begins.__name__} and {ends.__name__} do not pair"
    return True


TestFloorAndSwitch = FloorAndSwitch.TestCase
TestFloorAndSwitch.settings = settings(
    max_examples=80,
    stateful_step_count=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
