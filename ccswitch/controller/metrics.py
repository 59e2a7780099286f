"""Prometheus figures, read off engine, journal, ledger, links and floor at the moment they are asked for."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from ccswitch.controller.authority import Authority
from ccswitch.controller.engine import Engine
from ccswitch.controller.hub import HubWatch
from ccswitch.controller.journal import Journal
from ccswitch.model.nouns import AgentState, AgentStatus, CallPlace
from ccswitch.speech.gate import Gate
from ccswitch.switch.nodes import Nodes


class Ledger(Protocol):
    """How far SQL is behind the journal."""

    @property
    def lag(self) -> int:
        """Decisions not yet in SQL."""


class Figures(Collector):
    """Everything on `/metrics`."""

    def __init__(
        self,
        engine: Engine,
        journal: Journal,
        ledger: Ledger,
        nodes: Nodes,
        hub: HubWatch,
        authority: Authority | None = None,
        gate: Gate | None = None,
    ) -> None:
        self._engine, self._journal, self._ledger = engine, journal, ledger
        self._nodes, self._hub, self._authority, self._gate = nodes, hub, authority, gate

    def collect(self) -> Iterator[Metric]:
        """Called by prometheus_client for each scrape."""
        yield from self._floor()
        yield from self._engine_room()
        yield from self._links()
        if self._authority is not None:
            yield from self._right(self._authority)
        if self._gate is not None:
            yield from self._speech(self._gate)

    def _floor(self) -> Iterator[Metric]:
        state = self._engine.state
        places = Tally(call.place for call in state.calls.values())
        yield _gauge("ccswitch_calls", "Live calls by place.", "place", {p.value: places[p] for p in CallPlace})
        waiting = {queue.name: 0 for queue in state.settings.queues}
        for call in state.calls.values():
            if call.waits:
                waiting[call.queue] = waiting.get(call.queue, 0) + 1
        yield _gauge("ccswitch_waiting", "Callers waiting, offered or not, by queue.", "queue", waiting)
        statuses = Tally(agent.status for agent in state.agents.values())
        states = Tally(agent.state for agent in state.agents.values())
        yield _gauge("ccswitch_agents", "Agents by status.", "status", {s.value: statuses[s] for s in AgentStatus})
        yield _gauge("ccswitch_agent_states", "Agents by state.", "state", {s.value: states[s] for s in AgentState})

    def _engine_room(self) -> Iterator[Metric]:
        stats = self._engine.stats
        yield CounterMetricFamily("ccswitch_decisions", "Inputs decided.", value=stats.decisions)
        yield CounterMetricFamily("ccswitch_outcomes", "Outcomes kept.", value=stats.outcomes)
        yield CounterMetricFamily("ccswitch_requests", "Requests let out.", value=stats.requests)
        yield CounterMetricFamily(
            "ccswitch_failed_inputs",
            "Inputs, outcomes, requests and listeners that were an error of ours.",
            value=stats.failed_inputs + stats.failed_outcomes + stats.failed_requests + stats.failed_listeners,
        )
        yield GaugeMetricFamily("ccswitch_engine_backlog", "Inputs waiting.", value=self._engine.backlog)
        yield GaugeMetricFamily(
            "ccswitch_journal_waiting",
            "Decisions in memory only, because the disk takes none.",
            value=self._journal.waiting,
        )
        yield GaugeMetricFamily("ccswitch_journal_position", "The newest decision.", value=self._journal.written)
        yield GaugeMetricFamily("ccswitch_ledger_lag", "Decisions not yet in SQL.", value=self._ledger.lag)
        gap = self._hub.worst_gap()
        yield GaugeMetricFamily("ccswitch_hub_gap_seconds", "The hub's longest gap of the last minute.", value=gap.late)
        yield GaugeMetricFamily(
            "ccswitch_hub_gap_worked_seconds", "Processor time of the hub's thread in that gap.", value=gap.worked
        )

    def _right(self, authority: Authority) -> Iterator[Metric]:
        yield GaugeMetricFamily(
            "ccswitch_live_up", "1 when the live store (Redis) answers.", value=float(not authority.trouble)
        )
        yield GaugeMetricFamily(
            "ccswitch_owner_token", "The token with which this controller is active.", value=authority.owner.token
        )

    def _speech(self, gate: Gate) -> Iterator[Metric]:
        counters = gate.speaker.counters
        words = CounterMetricFamily(
            "ccswitch_speech_words", "Words asked for, by where they came from.", labels=["from"]
        )
        for where in ("recorded", "kept", "rendered", "failed"):
            words.add_metric([where], getattr(counters, where))
        yield words
        yield CounterMetricFamily("ccswitch_speech_skipped", "Words that a caller did not hear.", value=gate.skipped)
        yield CounterMetricFamily(
            "ccswitch_speech_rendering_seconds", "Time that the engine took in all.", value=counters.rendering
        )
        yield GaugeMetricFamily("ccswitch_speech_waiting", "Prompts that wait for words now.", value=gate.waiting)

    def _links(self) -> Iterator[Metric]:
        links = {name: node.link for name, node in self._nodes.by_name.items()}
        yield _gauge(
            "ccswitch_link_up", "1 when the link stands.", "node", {n: float(x.connected) for n, x in links.items()}
        )
        yield _gauge(
            "ccswitch_link_lag_seconds",
            "Event stamp to receipt, median of 256.",
            "node",
            {n: x.lag for n, x in links.items()},
        )
        yield _gauge(
            "ccswitch_link_backlog", "Events read and not handed on.", "node", {n: x.backlog for n, x in links.items()}
        )
        events = CounterMetricFamily("ccswitch_link_events", "Events received.", labels=["node"])
        bad = CounterMetricFamily("ccswitch_link_unreadable_events", "Events dropped as unreadable.", labels=["node"])
        for name, link in links.items():
            events.add_metric([name], link.counters.events)
            bad.add_metric([name], link.counters.unreadable_events)
        yield events
        yield bad


def _gauge(name: str, what: str, label: str, values: Mapping[Any, float]) -> Metric:
    family = GaugeMetricFamily(name, what, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family


def registry(figures: Figures) -> CollectorRegistry:
    """A registry of our own, so that nothing of the process at large is shown by accident."""
    own = CollectorRegistry()
    own.register(figures)
    return own
