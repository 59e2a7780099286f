"""Rows of agents' days: a page for as long as status and state stay as they are."""

from __future__ import annotations

from ccswitch.model import outcomes as o
from ccswitch.model.nouns import AgentState, AgentStatus
from ccswitch.records.book import SHAPES, At, Book
from ccswitch.records.folds.table import Folds
from ccswitch.records.tables import AGENT_SPANS

PAGE = ("status", "reason", "state", "call_id")
NEW_PAGE = {"status": AgentStatus.READY.value, "reason": "", "state": AgentState.IDLE.value, "call_id": ""}


def _wrapup_started(book: Book, at: At, outcome: o.WrapupStarted) -> None:
    turn(book, at, outcome.agent, state=AgentState.WRAPUP, call=outcome.call)


def _wrapup_ended(book: Book, at: At, outcome: o.WrapupEnded) -> None:
    turn(book, at, outcome.agent, state=AgentState.IDLE)


def _status_changed(book: Book, at: At, outcome: o.AgentStatusChanged) -> None:
    turn(book, at, outcome.agent, status=outcome.status, reason=outcome.reason)


def turn(
    book: Book,
    at: At,
    agent: str,
    *,
    state: AgentState | None = None,
    call: str = "",
    status: AgentStatus | None = None,
    reason: str = "",
) -> None:
    """A new page of the agent's day: status or state changed, what was not said stays as it was."""
    span = book.find(AGENT_SPANS, agent)
    # Only a ready agent is offered calls, so that is what an agent is of whom the records know nothing yet.
    page = {name: span[name] for name in PAGE} if span else dict(NEW_PAGE)
    if state is not None:
        page.update(state=state.value, call_id=call)
    if status is not None:
        page.update(status=status.value, reason=reason)
    if span is not None and span["started"] == at.t:  # nothing lasts no time
        book.change(AGENT_SPANS, span, **page)
        return
    if span is not None and SHAPES[AGENT_SPANS].cleaned(page).items() <= span.items():
        return
    book.change(AGENT_SPANS, span, ended=at.t)
    book.put(AGENT_SPANS, n=at.n, i=at.i, agent=agent, started=at.t, **page)


FOLDS: Folds = {
    o.WrapupStarted: _wrapup_started,
    o.WrapupEnded: _wrapup_ended,
    o.AgentStatusChanged: _status_changed,
}
