"""One input after the other, kept before anything goes out, whatever goes wrong with any one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import gevent
import gevent.event
import pytest

from ccswitch.clock import ManualClock, SystemClock
from ccswitch.controller import engine as module
from ccswitch.controller.engine import STUCK, Engine, Refused, apply_kept
from ccswitch.controller.journal import Journal
from ccswitch.controller.recovery import recover
from ccswitch.errors import SwitchError
from ccswitch.floor.decided import Decided
from ccswitch.floor.state import State
from ccswitch.model import facts as f
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.decision import Decision
from ccswitch.model.ids import AgentId, CallId, LegId, NodeName, OrderId, Seconds
from ccswitch.model.nouns import AgentState, AgentStatus, CallResult
from tests.controller.waiting import PATIENCE, soon
from tests.floor.floors import settings_of

NOTHING_NEW = f.LegHeld(leg=LegId("nobody"))  # decided to nothing, but it wakes the engine


class World:
    """Everything around an engine: notes in which order it was kept, told and carried."""

    def __init__(self) -> None:
        self.notes: list[tuple[str, Any]] = []
        self.kept: list[Decision] = []
        self.carries: Callable[[r.Request], None] = lambda request: None

    def append(self, decision: Decision) -> None:
        self.notes.append(("kept", decision.n))
        self.kept.append(decision)

    def told(self, decision: Decision) -> None:
        self.notes.append(("told", decision.n))

    def carry(self, request: r.Request) -> None:
        self.notes.append(("carried", type(request)))
        self.carries(request)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def engine(world: World, clock: ManualClock) -> Iterator[Engine]:
    """An engine that knows a small centre: node `a` in step, agent Li."""
    one = Engine(State(), n=0, journal=world, carry=world.carry, clock=clock, listeners=(world.told,))
    with_a_centre(one)
    one.start()
    done(one)
    world.notes.clear()
    yield one
    one.stop()


def with_a_centre(engine: Engine, **rules: Any) -> None:
    engine.submit(f.SettingsLoaded(settings=settings_of(**rules)))
    engine.submit(f.NodeUp(node=NodeName("a"), core="core-1"))
    engine.submit(f.LegsSeen(node=NodeName("a"), core="core-1", asked_at=engine.clock.now() + 60, legs=()))


def done(engine: Engine) -> None:
    """Everything that was handed in is decided, and what is due has had its turn."""
    engine.submit(NOTHING_NEW)
    before = engine.stats.decisions + engine.stats.failed_inputs

    def idle() -> bool:
        due = engine.state.deadlines.first()
        worked = engine.stats.decisions + engine.stats.failed_inputs > before
        return worked and not engine.backlog and (due is None or due[0] > engine.clock.now())

    soon(idle)


def order(cls: type, **fields: Any) -> Any:
    return cls(order=OrderId("o1"), author="ann", **fields)


READY = order(d.MakeReady, agent=AgentId("li"))


def arrives(leg: str) -> f.LegParked:
    return f.LegParked(leg=LegId(leg), node=NodeName("a"), call=CallId(leg), entry="support", caller_number="138")


# ---- orders -------------------------------------------------------------------------------------------------


def test_an_order_is_answered_with_what_changed(engine: Engine) -> None:
    assert engine.ask(READY) == o.OrderAccepted(order=OrderId("o1"), author="ann", what="agent li: ready")
    assert engine.state.agents[AgentId("li")].status is AgentStatus.READY


def test_an_order_about_nobody_is_refused_with_the_reason(engine: Engine) -> None:
    answer = engine.ask(order(d.MakeReady, agent=AgentId("nobody")))
    assert isinstance(answer, o.OrderRefused) and answer.missing and "nobody" in answer.why


def test_each_asker_gets_the_answer_to_his_own_order(engine: Engine) -> None:
    # Given forty people who ask at once
    asked = {
        n: gevent.spawn(engine.ask, d.LogIn(order=OrderId(f"o{n}"), author=f"a{n}", agent=AgentId("li")))
        for n in range(40)
    }
    gevent.joinall(list(asked.values()), timeout=PATIENCE, raise_error=True)
    # Then each has his own answer, and nothing of it is remembered
    assert all((task.value.order, task.value.author) == (f"o{n}", f"a{n}") for n, task in asked.items())
    assert engine._asked == {}


def test_an_order_asked_twice_at_once_is_decided_once(engine: Engine, world: World) -> None:
    asked = [gevent.spawn(engine.ask, READY) for _ in range(3)]
    gevent.joinall(asked, timeout=PATIENCE, raise_error=True)
    assert len({id(task.value) for task in asked}) == 1
    assert [decision.given for decision in world.kept].count(READY) == 1
    assert engine._asked == {}


def test_an_order_that_is_not_answered_in_time_is_a_timeout_and_forgotten(world: World, clock: ManualClock) -> None:
    # Given an engine that does not run
    engine = Engine(State(), n=0, journal=world, carry=world.carry, clock=clock)
    # When it is asked
    with pytest.raises(TimeoutError, match=r"within 0\.01 s"):
        engine.ask(READY, timeout=0.01)
    # Then nothing of it is remembered, however often it happens
    assert engine._asked == {}


def test_while_stopping_orders_are_refused_at_once(engine: Engine) -> None:
    engine.stop()
    with pytest.raises(Refused, match="successor"):
        engine.ask(READY)
    assert engine._asked == {}


# ---- the order of things ------------------------------------------------------------------------------------


def test_requests_go_out_after_the_journal_has_the_decision(engine: Engine, world: World) -> None:
    # Given what the journal had when a request went out
    had: list[int] = []
    world.carries = lambda request: had.append(sum(note[0] == "kept" for note in world.notes))
    engine.ask(READY)
    # When callers arrive, and things are asked of the switch
    for leg in ("L1", "L2"):
        engine.submit(arrives(leg))
    done(engine)
    # Then each decision was kept, then its requests went out, and then it was told: nobody's phone waits for listeners
    assert world.notes[:3] == [("kept", 4), ("told", 4), ("kept", 5)]  # ready, and the first caller
    told = world.notes.index(("told", 5))
    assert world.notes[3:told] == [("carried", kind) for kind in (r.Claim, r.Answer, r.Play)]
    assert had and all(had[i] <= had[i + 1] for i in range(len(had) - 1))
    assert {("carried", r.Claim), ("carried", r.Play), ("carried", r.RingAgent)} <= set(world.notes)


def test_numbers_have_no_gaps_and_go_on_where_they_were(world: World, clock: ManualClock) -> None:
    engine = Engine(State(), n=41, journal=world, carry=world.carry, clock=clock)
    with_a_centre(engine)
    engine.start()
    done(engine)
    kept = [number for note, number in world.notes if note == "kept"]
    assert kept == list(range(42, 42 + len(kept))) and engine.n == kept[-1]
    engine.stop()


def test_an_input_that_changes_nothing_is_not_kept(engine: Engine, world: World) -> None:
    n = engine.n
    engine.submit(NOTHING_NEW)
    done(engine)
    assert world.notes == [] and engine.n == n


# ---- time ---------------------------------------------------------------------------------------------------


def wrapping_up(engine: Engine) -> None:
    """Li has had a talk with L1, who hung up."""
    engine.ask(READY)
    engine.submit(arrives("L1"))
    done(engine)
    leg = next(iter(engine.state.offers.values())).leg
    for fact in (
        f.LegAnswered(leg=leg),
        f.LegParked(leg=leg, node=NodeName("a"), call=CallId("L1"), agent_leg=True, answered=True),
        f.LegsJoined(leg=LegId("L1"), other=leg),
        f.LegEnded(leg=LegId("L1"), cause="NORMAL_CLEARING"),
        f.LegEnded(leg=leg, cause="NORMAL_CLEARING"),
    ):
        engine.submit(fact)
    done(engine)
    assert engine.state.agents[AgentId("li")].state is AgentState.WRAPUP


def test_a_deadline_fires_when_the_clock_says_so_and_not_before(engine: Engine, clock: ManualClock) -> None:
    # Given an agent with ten seconds of wrap-up
    wrapping_up(engine)
    clock.advance(9.9)
    done(engine)
    assert engine.state.agents[AgentId("li")].state is AgentState.WRAPUP
    # When they are over
    clock.advance(0.2)
    done(engine)
    # Then he is free
    assert engine.state.agents[AgentId("li")].state is AgentState.IDLE


def test_a_deadline_fires_by_itself(world: World) -> None:
    # Given an engine by the real clock, and wrap-up of a twentieth of a second
    engine = Engine(State(), n=0, journal=world, carry=world.carry, clock=SystemClock())
    queues = tuple(replace(queue, wrapup=0.05) for queue in settings_of().queues)
    with_a_centre(engine, queues=queues)
    engine.start()
    wrapping_up(engine)
    # Then nothing but time is needed
    soon(lambda: engine.state.agents[AgentId("li")].state is AgentState.IDLE)
    engine.stop()


def test_deadlines_do_not_hold_back_what_comes_in(engine: Engine, clock: ManualClock) -> None:
    # Given a hundred callers whose deadlines are all long past
    engine.ask(READY)
    for n in range(100):
        engine.submit(arrives(f"L{n}"))
    done(engine)
    clock.advance(10_000.0)
    # Then an order is answered all the same
    assert isinstance(engine.ask(order(d.LogOut, agent=AgentId("li"))), o.OrderAccepted)


# ---- things that fail ---------------------------------------------------------------------------------------


def test_an_input_that_cannot_be_decided_changes_nothing_and_stops_nothing(
    engine: Engine, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    # Given an input that no handler knows
    engine.submit("what is this")  # type: ignore[arg-type]
    done(engine)
    # Then it is counted and logged, and the next one is decided
    assert engine.stats.failed_inputs == 1 and "what is this" in caplog.text
    assert world.notes == []
    assert isinstance(engine.ask(READY), o.OrderAccepted)


def test_an_order_that_cannot_be_decided_is_refused(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a handler with a mistake in it
    monkeypatch.setattr(module, "decide", broken_for(d.MakeReady))
    # Then whoever asks is told, at once
    answer = engine.ask(READY)
    assert isinstance(answer, o.OrderRefused) and "see its log" in answer.why
    # And others are served
    assert isinstance(engine.ask(order(d.LogIn, agent=AgentId("li"))), o.OrderAccepted)


def broken_for(cls: type) -> Callable[[State, Any, Seconds], Decided]:
    """`decide`, with a mistake in the handler of one class."""
    whole = module.decide

    def decide(state: State, given: Any, now: Seconds) -> Decided:
        if isinstance(given, cls):
            raise ZeroDivisionError
        return whole(state, given, now)

    return decide


def test_a_deadline_that_cannot_be_handled_is_put_aside_and_time_goes_on(engine: Engine, clock: ManualClock) -> None:
    # Given a deadline of a kind that no handler knows, before another
    wrapping_up(engine)
    engine.state.deadlines.set("teleport", "L1", clock.now() + 1.0)
    # When both are due
    clock.advance(11.0)
    done(engine)
    # Then the first is gone, and the second was met
    assert ("teleport", "L1") not in engine.state.deadlines.due
    assert engine.state.agents[AgentId("li")].state is AgentState.IDLE
    assert engine.stats.failed_inputs == 1


def test_an_outcome_that_cannot_be_applied_stops_nothing(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a decision about a call that is not there, with an answer behind it
    impossible = o.CallEnded(call=CallId("nobody"), result=CallResult.LOST, cause="", why="")
    answer = o.OrderAccepted(order=OrderId("o1"), author="ann", what="done")
    monkeypatch.setattr(module, "decide", lambda state, given, now: Decided([impossible, answer], []))
    # When it is decided, then the rest of it counts
    assert engine.ask(READY) == answer
    assert engine.stats.failed_outcomes == 1


@pytest.mark.parametrize("error", [SwitchError("cannot be said"), ValueError("a mistake of ours")])
def test_a_request_that_fails_does_not_stop_the_others(engine: Engine, world: World, error: Exception) -> None:
    # Given a switch room that raises on every request
    def refuse(request: r.Request) -> None:
        raise error

    world.carries = refuse
    # When a caller arrives
    engine.submit(arrives("L1"))
    done(engine)
    # Then all requests were tried, and the engine goes on
    assert engine.stats.failed_requests >= 2
    assert isinstance(engine.ask(READY), o.OrderAccepted)


def test_a_listener_that_fails_stops_neither_the_engine_nor_other_listeners(
    world: World, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    # Given two listeners, the first of which fails
    def fails(decision: Decision) -> None:
        raise OSError("no space left for the log")

    engine = Engine(State(), n=0, journal=world, carry=world.carry, clock=clock, listeners=(fails, world.told))
    with_a_centre(engine)
    engine.start()
    # Then orders are answered, the second hears everything, and it is logged
    assert isinstance(engine.ask(READY), o.OrderAccepted)
    kept = [n for note, n in world.notes if note == "kept"]
    assert [n for note, n in world.notes if note == "told"] == kept
    assert engine.stats.failed_listeners == len(kept) and "a listener failed" in caplog.text
    engine.stop()


def test_a_decision_that_cannot_be_kept_is_not_carried_out(
    engine: Engine, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a journal that cannot write down what it is given (half a character in a name)
    def append(decision: Decision) -> None:
        raise TypeError("str is not valid UTF-8: surrogates not allowed")

    n = engine.n
    monkeypatch.setattr(world, "append", append)
    # When a caller arrives, and an order is given
    engine.submit(arrives("L1"))
    answer = engine.ask(READY)
    # Then nothing was changed and nothing went out
    assert isinstance(answer, o.OrderRefused)
    assert (engine.n, engine.state.calls, world.notes) == (n, {}, [])
    # And the numbers have no gap when it can again
    monkeypatch.undo()
    engine.ask(READY)
    assert ("kept", n + 1) in world.notes


def test_live_and_recovered_state_are_the_same_even_after_failures(tmp_path: Path, clock: ManualClock) -> None:
    # Given an engine on a real journal that met a bit of everything
    journal = Journal(tmp_path)
    journal.open()
    engine = Engine(State(), n=0, journal=journal, carry=lambda request: None, clock=clock)
    with_a_centre(engine)
    engine.start()
    wrapping_up(engine)
    engine.submit("nonsense")  # type: ignore[arg-type]
    engine.submit(arrives("L2"))
    clock.advance(30.0)
    done(engine)
    engine.stop()
    # Then recovery comes to the same State
    recovered = recover(journal)
    assert recovered.n == engine.n
    assert recovered.state == engine.state
    journal.close()


def test_applying_a_kept_outcome_says_whether_it_could_be(clock: ManualClock) -> None:
    state = State()
    assert apply_kept(state, o.NodeLost(node=NodeName("a"), why=""), 1.0)
    assert not apply_kept(state, o.NodeSynced(node=NodeName("b"), legs=0), 1.0)


# ---- manners ------------------------------------------------------------------------------------------------


def test_a_flood_of_inputs_lets_others_run(world: World) -> None:
    # Given an engine by the real clock with a flood before it
    engine = Engine(State(), n=0, journal=world, carry=world.carry, clock=SystemClock())
    for _ in range(60_000):
        engine.submit(NOTHING_NEW)
    turns = [0]

    def other() -> None:
        while engine.backlog:
            turns[0] += 1
            gevent.sleep(0)

    ticking = gevent.spawn(other)
    # When it works it off
    engine.start()
    ticking.join(timeout=PATIENCE)
    # Then others had their turn many times
    assert engine.backlog == 0
    assert turns[0] >= 4
    engine.stop()


def test_it_is_alive_while_it_comes_round(engine: Engine, clock: ManualClock) -> None:
    # Given an engine that has nothing to do
    assert engine.alive()
    # When the clock goes on and it does not come round
    clock.advance(STUCK + 0.1)
    assert not engine.alive()
    # Then it is alive again once it did
    done(engine)
    assert engine.alive()


def test_an_engine_that_is_stuck_in_one_input_is_not_alive(engine: Engine, clock: ManualClock, world: World) -> None:
    # Given an engine that waits for somebody in the midst of its work
    let_go = gevent.event.Event()
    world.carries = lambda request: let_go.wait(PATIENCE)
    engine.submit(arrives("L1"))
    soon(lambda: world.notes)
    # When time goes by
    clock.advance(STUCK + 0.1)
    gevent.sleep(0)
    # Then it says so, and the backlog shows it
    assert not engine.alive()
    engine.submit(NOTHING_NEW)
    assert engine.backlog == 1
    let_go.set()
    done(engine)
    assert engine.alive()


def test_a_stop_works_off_what_has_come_in(engine: Engine) -> None:
    # Given callers and an order that came in just before the stop
    for n in range(50):
        engine.submit(arrives(f"L{n}"))
    asked = gevent.spawn(engine.ask, READY)
    gevent.sleep(0)
    # When it is stopped
    engine.stop()
    # Then all of it was decided, and it beats no more
    assert len(engine.state.calls) == 50 and engine.backlog == 0
    assert isinstance(asked.get(timeout=PATIENCE), o.OrderAccepted)
    assert not engine.alive()


def test_an_engine_that_was_never_started_can_be_stopped(world: World, clock: ManualClock) -> None:
    Engine(State(), n=0, journal=world, carry=world.carry, clock=clock).stop()
