"""The figures are those of the floor, the journal and the links at the moment they are asked for."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from ccswitch.clock import ManualClock
from ccswitch.controller.engine import Engine
from ccswitch.controller.hub import HubWatch
from ccswitch.controller.metrics import Figures, registry
from tests.controller.decisions import a_busy_floor


class Room:
    """Parts that have figures, with figures that the test knows."""

    def __init__(self) -> None:
        clock = ManualClock()
        self.floor = a_busy_floor()
        self.journal: Any = SimpleNamespace(waiting=3, written=41, append=lambda decision: None)
        self.engine = Engine(self.floor.state, n=44, journal=self.journal, carry=lambda request: None, clock=clock)
        counters = SimpleNamespace(events=1000, unreadable_events=2)
        link = SimpleNamespace(connected=True, lag=0.011, backlog=5, counters=counters)
        self.nodes: Any = SimpleNamespace(by_name={"a": SimpleNamespace(link=link)})
        self.hub = HubWatch(clock)
        ledger: Any = SimpleNamespace(lag=9)
        self.registry = registry(Figures(self.engine, self.journal, ledger, self.nodes, self.hub))

    def figures(self) -> dict[tuple[str, ...], float]:
        """(name, label values …) → value, as Prometheus would read it."""
        text = generate_latest(self.registry).decode()
        samples = (sample for family in text_string_to_metric_families(text) for sample in family.samples)
        return {(sample.name, *sample.labels.values()): sample.value for sample in samples}


@pytest.fixture
def room() -> Room:
    return Room()


def test_calls_and_agents_are_counted_by_where_they_are(room: Room) -> None:
    # Given a floor whose calls and agents the test can count itself
    state, figures = room.floor.state, room.figures()
    for place in {call.place for call in state.calls.values()}:
        there = sum(call.place is place for call in state.calls.values())
        assert figures["ccswitch_calls", place.value] == there > 0
    assert sum(value for (name, *_), value in figures.items() if name == "ccswitch_calls") == len(state.calls)
    assert sum(value for (name, *_), value in figures.items() if name == "ccswitch_agents") == len(state.agents)
    assert sum(value for (name, *_), value in figures.items() if name == "ccswitch_agent_states") == len(state.agents)
    assert figures["ccswitch_agent_states", "holding"] == figures["ccswitch_agent_states", "wrapup"] == 1


def test_places_and_queues_without_anybody_are_shown_as_nought(room: Room) -> None:
    figures = room.figures()
    assert figures["ccswitch_calls", "wayout"] == 0
    visiting = [call.queue for call in room.floor.state.calls.values() if call.visiting]
    assert figures["ccswitch_waiting", "support"] == visiting.count("support") > 1  # type: ignore[arg-type]
    assert figures["ccswitch_waiting", "sales"] == visiting.count("sales")  # type: ignore[arg-type]


def test_engine_journal_ledger_and_links(room: Room) -> None:
    room.engine.stats.failed_inputs, room.engine.stats.failed_listeners = 1, 2
    room.engine.stats.decisions = 12
    figures = room.figures()
    assert figures["ccswitch_failed_inputs_total",] == 3
    assert figures["ccswitch_decisions_total",] == 12
    assert figures["ccswitch_journal_waiting",] == 3
    assert figures["ccswitch_journal_position",] == 41
    assert figures["ccswitch_ledger_lag",] == 9
    assert figures["ccswitch_link_up", "a"] == 1
    assert figures["ccswitch_link_lag_seconds", "a"] == 0.011
    assert figures["ccswitch_link_backlog", "a"] == 5
    assert figures["ccswitch_link_events_total", "a"] == 1000
    assert figures["ccswitch_link_unreadable_events_total", "a"] == 2
    assert figures["ccswitch_hub_gap_seconds",] == 0


def test_the_figures_are_of_now(room: Room) -> None:
    before = room.figures()["ccswitch_calls", "waiting"]
    room.floor.parked("L99", entry="sales")
    assert room.figures()["ccswitch_calls", "waiting"] == before + 1


def test_nothing_of_the_process_at_large_is_shown(room: Room) -> None:
    assert all(name.startswith("ccswitch_") for name, *_ in room.figures())


def test_words_are_counted_by_where_they_came_from(room: Room) -> None:
    # Given a gate whose speaker found some words and rendered others
    counters = SimpleNamespace(recorded=3, kept=5, rendered=2, failed=1, rendering=0.25)
    gate: Any = SimpleNamespace(speaker=SimpleNamespace(counters=counters), skipped=4, waiting=1)
    ledger: Any = SimpleNamespace(lag=0)
    room.registry = registry(Figures(room.engine, room.journal, ledger, room.nodes, room.hub, gate=gate))
    # When the figures are asked for, then they are the gate's
    figures = room.figures()
    words = {labels[0]: value for (name, *labels), value in figures.items() if name == "ccswitch_speech_words_total"}
    assert words == {"recorded": 3, "kept": 5, "rendered": 2, "failed": 1}
    assert figures["ccswitch_speech_skipped_total",] == 4
    assert figures["ccswitch_speech_rendering_seconds_total",] == 0.25
    assert figures["ccswitch_speech_waiting",] == 1
