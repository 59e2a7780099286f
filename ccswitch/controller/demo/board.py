"""What a viewer sees of the demo: the floor looked at once (`Picture`), drawn for a terminal or told in a line."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from ccswitch.clock import Seconds
from ccswitch.controller.demo.site import NODE, Centre
from ccswitch.floor.boards.agents import AgentBoard, agent_boards
from ccswitch.floor.boards.queues import QueueBoard, queue_boards
from ccswitch.kpi.summary import figures
from ccswitch.model import outcomes as o
from ccswitch.model.decision import Decision
from ccswitch.model.nouns import AgentState, AgentStatus, CallPlace, OfferResult
from ccswitch.records import queries
from ccswitch.records.narrative import OUTCOMES, Template, sentence

HUB_WINDOW = 10  # seconds over which the longest gap is shown
STYLES = {
    "talking": "green",
    "ringing": "yellow",
    "offered": "yellow",
    "wrap-up": "cyan",
    "break": "red",
    "rests": "magenta",
    "ready": "dim",
}
NEWS_STYLES: dict[type, str] = {o.TalkStarted: "green", o.OfferEnded: "magenta", o.AgentStatusChanged: "red"}


# ---- news ---------------------------------------------------------------------------------------------------

MENU = {"keys": "pressed", "wrong": "pressed a wrong key", "silence": "pressed nothing"}

# What is told, in fewer words than the service trace has where a line must do.
TOLD: dict[type, Template] = {
    o.StepEnded: lambda step: f"in the menu: {MENU.get(step.result, step.result)} {step.keys}".rstrip(),
    o.CallEnqueued: "waits in {o.queue}",
    o.OfferMade: "offered to {o.agent}: {o.why}",
    o.OfferEnded: "{o.agent} did not get it: {o.result.value} ({o.why})",
    o.TalkStarted: OUTCOMES[o.TalkStarted],
    o.TalkEnded: OUTCOMES[o.TalkEnded],
    o.CallEnded: "gone: {o.result.value} ({o.why})",
    o.AgentStatusChanged: OUTCOMES[o.AgentStatusChanged],
}


@dataclass(frozen=True, slots=True)
class Told:
    """One outcome in words: when, about which caller (empty: none), what."""

    at: Seconds
    caller: str
    what: str
    style: str = ""


class News:
    """A listener of the engine that keeps the newest outcomes in words."""

    def __init__(self, most: int = 60) -> None:
        self.newest: deque[Told] = deque(maxlen=most)
        self.calls = 0
        self._numbers: dict[str, str] = {}

    def __call__(self, decision: Decision) -> None:
        for outcome in decision.outcomes:
            if isinstance(outcome, o.CallStarted):
                self.calls += 1
                self._numbers[outcome.call] = outcome.caller_number
            if type(outcome) in TOLD and _is_news(outcome):
                caller = self._numbers.get(getattr(outcome, "call", ""), "")
                self.newest.append(
                    Told(decision.t, caller, sentence(outcome, TOLD), NEWS_STYLES.get(type(outcome), ""))
                )
            if isinstance(outcome, o.CallEnded):
                self._numbers.pop(outcome.call, None)


def _is_news(outcome: o.Outcome) -> bool:
    """Not what the next outcome says as well."""
    if isinstance(outcome, o.StepEnded):
        return outcome.kind == "menu"
    return not (isinstance(outcome, o.OfferEnded) and outcome.result is OfferResult.TALKED)


# ---- looking ------------------------------------------------------------------------------------------------

Figures = Mapping[str, float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """The centre at one moment. Shares of 1, durations in seconds."""

    now: Seconds
    opened: Seconds
    lasts: Seconds
    calls: int  # since the doors opened
    places: Counter[CallPlace]
    queues: Sequence[QueueBoard]
    figures: Mapping[str, Figures]  # by queue, from SQL
    agents: Sequence[AgentBoard]
    news: Sequence[Told]
    link_lag: Seconds
    hub_gap: Seconds
    records_lag: int  # decisions that are not yet in SQL


def look(centre: Centre, news: News, *, opened: Seconds, lasts: Seconds) -> Picture:
    """The centre as it is now: State for what lasts, SQL for what is over."""
    controller = centre.controller
    state, now = controller.engine.state, controller.clock.now()
    summary = queries.summary(controller.store, centre.config.queues, since=opened, until=now)
    return Picture(
        now=now,
        opened=opened,
        lasts=lasts,
        calls=news.calls,
        places=Counter(call.place for call in state.calls.values()),
        queues=queue_boards(state, now),
        figures={queue: figures(tally) for queue, tally in summary.queues.items()},
        agents=agent_boards(state, now),
        news=list(news.newest),
        link_lag=controller.nodes.by_name[NODE].link.lag,
        hub_gap=controller.hub.worst(HUB_WINDOW),
        records_lag=controller.feeder.lag,
    )


# ---- telling ------------------------------------------------------------------------------------------------


def span(seconds: float | None) -> str:
    """A duration: 0:42; a dash when there is none."""
    return "–" if seconds is None else f"{int(seconds) // 60}:{int(seconds) % 60:02}"


def share(part: float | None) -> str:
    """A share of 1 as per cent; a dash when there is none."""
    return "–" if part is None else f"{part * 100:.0f} %"


def count(number: float | None) -> str:
    """A count; nothing is 0."""
    return f"{number or 0:.0f}"


def line(picture: Picture) -> str:
    """The picture in one plain line."""
    queues = [_queue_words(queue, picture.figures.get(queue.queue, {})) for queue in picture.queues]
    return " | ".join([f"{span(picture.now - picture.opened)} {_calls_words(picture)}", *queues, _health(picture)])


def _queue_words(queue: QueueBoard, figures: Figures) -> str:
    longest = f" (longest {span(queue.longest_wait)})" if queue.waiting else ""
    return (
        f"{queue.queue}: {queue.waiting} waiting{longest}, {count(figures.get('answered'))} answered, "
        f"{count(figures.get('abandoned'))} abandoned, service level {share(figures.get('service_level'))}"
    )


def _calls_words(picture: Picture) -> str:
    places = picture.places
    waiting = places[CallPlace.WAITING] + places[CallPlace.BRIDGING]
    return (
        f"{picture.calls} calls: {places[CallPlace.SCRIPT]} in the menu, {waiting} waiting, "
        f"{places[CallPlace.TALKING]} talking"
    )


def _health(picture: Picture) -> str:
    return (
        f"link lag {picture.link_lag * 1000:.1f} ms, hub gap {picture.hub_gap * 1000:.0f} ms, "
        f"SQL {picture.records_lag} behind"
    )


# ---- drawing ------------------------------------------------------------------------------------------------


def draw(picture: Picture, height: int, hints: Sequence[str]) -> RenderableType:
    """The picture for a terminal of so many lines; `hints` are the last ones."""
    passed = f"{span(picture.now - picture.opened)} of {span(picture.lasts)}"
    parts: list[RenderableType] = [
        _line(Text.assemble(("ccswitch demo", "bold"), f"  {passed}  {_calls_words(picture)}")),
        _queues(picture),
        _agents(picture),
    ]
    last = [_line(Text(words, style="dim")) for words in (f"{_health(picture)}. Ctrl-C ends.", *hints)]
    room = height - 1 - (1 + len(picture.queues)) - (1 + len(picture.agents)) - len(last)
    if room > 1:
        parts.append(_news(picture, room))
    return Group(*parts, *last)


def _line(text: Text) -> Text:
    text.no_wrap, text.overflow = True, "ellipsis"
    return text


def _table(*columns: str) -> Table:
    """A table without borders; columns whose name begins with `>` stand to the right."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for name in columns:
        right = name.startswith(">")
        table.add_column(name.lstrip(">"), justify="right" if right else "left", no_wrap=True, overflow="ellipsis")
    return table


def _queues(picture: Picture) -> Table:
    table = _table("queue", ">waiting", ">longest", ">free agents", ">answered", ">abandoned", ">service level")
    for queue in picture.queues:
        known = picture.figures.get(queue.queue, {})
        table.add_row(
            Text(queue.queue, style="bold"),
            Text(str(queue.waiting), style="bold yellow" if queue.waiting else "dim"),
            span(queue.longest_wait) if queue.waiting else "",
            f"{queue.free} of {queue.agents}",
            count(known.get("answered")),
            count(known.get("abandoned")),
            f"{share(known.get('service_level'))} in {queue.target:.0f} s",
        )
    return table


def _agents(picture: Picture) -> Table:
    table = _table("agent", "serves", "is", ">for", "with", "why")
    for agent in picture.agents:
        word, since = _doing(agent, picture.now)
        table.add_row(
            agent.name,
            Text("+".join(agent.queues), style="dim"),
            Text(word, style=STYLES.get(word, "")),
            span(picture.now - since),
            agent.caller_number,
            Text("" if word in ("talking", "ringing", "wrap-up") else agent.note, style="dim"),
        )
    return table


def _doing(agent: AgentBoard, now: Seconds) -> tuple[str, Seconds]:
    """What an agent does in a word, and since when."""
    if agent.state is AgentState.WRAPUP:
        return "wrap-up", agent.state_since
    if agent.state is not AgentState.IDLE:
        return agent.state.value, agent.state_since
    if agent.status is not AgentStatus.READY:
        return agent.status.value, agent.status_since
    since = max(agent.state_since, agent.status_since)
    return ("rests" if agent.rest_until else "ready"), since


def _news(picture: Picture, room: int) -> Table:
    """An empty line and the newest outcomes that there is room for, the newest last; always as high as the room."""
    table = Table.grid(padding=(0, 1, 0, 0))
    for style, width in (("dim", len("0:00")), ("cyan", len("13800138000")), ("", 1)):
        table.add_column(style=style, min_width=width, no_wrap=True, overflow="ellipsis")
    shown = list(picture.news)[-(room - 1) :]
    rows = [(span(told.at - picture.opened), told.caller, Text(told.what, style=told.style)) for told in shown]
    table.add_row("", "", "")
    for row in rows:
        table.add_row(*row)
    for _ in range(room - 1 - len(rows)):
        table.add_row("", "", "")
    return table
