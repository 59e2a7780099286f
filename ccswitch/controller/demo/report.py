"""How the demo went, read from SQL after everything has stopped: figures per queue, agents' time, one call's story."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from ccswitch.clock import Seconds
from ccswitch.controller.demo.board import count, share
from ccswitch.kpi.summary import Tally, figures
from ccswitch.model.ids import CallId
from ccswitch.model.nouns import AgentState, AgentStatus, Queue
from ccswitch.records import queries, queue_days
from ccswitch.records.book import Row
from ccswitch.records.store import Store

HANDLING = frozenset({AgentState.TALKING.value, AgentState.HOLDING.value, AgentState.WRAPUP.value})
LOOKED_AT = 200  # of the newest calls, for one worth telling
LEFT_OUT = frozenset({"LegConnected", "LegClosed", "MusicStarted", "MusicStopped", "StepStarted", "DeadlinePassed"})


def report(
    store: Store, queues: Iterable[Queue], agents: Iterable[str], *, since: Seconds, until: Seconds
) -> RenderableType:
    """Everything about [since, until)."""
    rules = list(queues)
    summary = queries.summary(store, rules, since=since, until=until)
    parts: list[RenderableType] = [_kpi(summary, rules), Text(), _calls(store, since, until)]
    parts.append(Text(_occupancy_words(occupancy(store, agents, since=since, until=until))))
    parts += [Text(line) for line in _queue_words(store, since, until)]
    call = worth_telling(store)
    return Group(*parts, Text(), _story(store, call)) if call else Group(*parts)


# ---- figures ------------------------------------------------------------------------------------------------

COLUMNS = ("queue", "offered", "answered", "abandoned", "short", "waiting", "SL", "ASA", "longest", "AHT")


def _kpi(summary: queries.Summary, rules: list[Queue]) -> Group:
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    for name in COLUMNS:
        table.add_column(name, justify="left" if name == "queue" else "right", no_wrap=True)
    for queue in dict.fromkeys([*(rule.name for rule in rules), *summary.queues]):
        table.add_row(*kpi_row(queue, summary.queues.get(queue, Tally())))
    table.add_row(*kpi_row("all", summary.overall), style="bold")
    legend = (
        f"SL: answered within {_each('target', rules)}, of those answered or abandoned. short: of the abandoned, those "
        f"within {_each('short_abandon', rules)}. waiting: not over when the doors closed. ASA: average speed of "
        "answer. longest: wait. AHT: talk, hold and wrap-up."
    )
    return Group(table, Text(legend, style="dim"))


def _each(rule: str, rules: list[Queue]) -> str:
    """A rule's seconds: once when all queues have the same."""
    values = {queue.name: getattr(queue, rule) for queue in rules}
    if len(set(values.values())) == 1:
        return f"{values[rules[0].name]:g} s"
    return ", ".join(f"{value:g} s in {name}" for name, value in values.items())


def kpi_row(name: str, tally: Tally) -> tuple[str, ...]:
    """One line of the table, in the order of `COLUMNS`."""
    known = figures(tally)
    counts = [count(known[key]) for key in ("offered", "answered", "abandoned", "short_abandoned", "waiting")]
    spans = [_seconds(known[key]) for key in ("asa", "longest_wait", "aht")]
    return (name, *counts, share(known["service_level"]), *spans)


def _seconds(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f} s"


def _calls(store: Store, since: Seconds, until: Seconds) -> Text:
    """How the calls ended, those that never reached a queue among them."""
    wanted = queries.CallFilter(since=since, until=until)
    results = Counter(row["result"] or "not over when the doors closed" for row in _all_calls(store, wanted))
    words = ", ".join(f"{number} {result.replace('_', ' ')}" for result, number in results.most_common())
    return Text(f"{results.total()} calls: {words or 'none'}; left: hung up in the menu.")


def _all_calls(store: Store, wanted: queries.CallFilter) -> Iterable[Row]:
    after = None
    while True:
        page = queries.recent_calls(store, wanted, limit=queries.MOST, after=after)
        yield from page.rows
        if page.next is None:
            return
        after = page.next


def occupancy(store: Store, agents: Iterable[str], *, since: Seconds, until: Seconds) -> float | None:
    """The share of their time at work (ready or with a caller) in which agents talk or wrap up; None without any."""
    handling = at_work = 0.0
    for agent in agents:
        for row in queries.agent_spans(store, agent, since=since, until=until):
            lasted = min(row["ended"] or until, until) - max(row["started"], since)
            busy = row["state"] in HANDLING
            handling += lasted * busy
            at_work += lasted * (busy or row["status"] == AgentStatus.READY.value)
    return handling / at_work if at_work else None


def _occupancy_words(share_of_time: float | None) -> str:
    return f"Agents talked or wrapped up for {share(share_of_time)} of their time at work (occupancy)."


def _queue_words(store: Store, since: Seconds, until: Seconds) -> Iterable[str]:
    """What sent callers on, and how evenly calls fell on agents."""
    for row in queue_days.sent_on(store, since=since, until=until):
        yield f"{row['calls']} left {row['queue']} ({row['result']}) to {row['to'] or 'nowhere'}: {row['why']}."
    even = [row for row in queue_days.balances(store, (), since=since, until=until) if row["balance"] is not None]
    if even:
        told = ", ".join(f"{row['balance']:.2f} in {row['queue']}" for row in even)
        yield f"Balance (Gini coefficient of calls per hour at work, 0: all alike): {told}."


# ---- one call -----------------------------------------------------------------------------------------------


def worth_telling(store: Store) -> CallId | None:
    """Of the newest calls the one that was offered most often, then waited longest; answered ones go first.

    None when nobody was offered to anybody.
    """
    best, most = None, (False, 0, 0.0)
    for row in queries.recent_calls(store, queries.CallFilter(), limit=LOOKED_AT).rows:
        reasons = queries.explain_call(store, row["call_id"])
        offers = sum(reason["kind"] == "offer" for reason in reasons)
        waited = max((reason["duration"] or 0.0 for reason in reasons if reason["kind"] == "visit"), default=0.0)
        worth = (row["result"] == "answered", offers, waited)
        if offers and worth > most:
            best, most = CallId(row["call_id"]), worth
    return best


def _story(store: Store, call: CallId) -> Group:
    """The call's service trace, what only engineers look for left out."""
    lines = [row for row in queries.call_trace(store, call) if row["kind"] not in LEFT_OUT]
    first = lines[0]["at"] if lines else 0.0
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="dim", justify="right", no_wrap=True)
    table.add_column(overflow="fold")
    for row in lines:
        table.add_row(f"{row['at'] - first:.1f} s", row["text"].replace(call, call[:8]))
    title = Text.assemble(("One call", "bold"), f" ({call[:8]}), as `ccswitch call trace` tells it:")
    return Group(title, table)
