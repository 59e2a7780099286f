"""What each outcome writes: a table from outcome to one small function over the book. No SQL, no clock.

Results are given once: a fold finds only open rows, so a second result changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ccswitch.model import facts as f
from ccswitch.model import outcomes as o
from ccswitch.model.decision import Decision
from ccswitch.model.nouns import AgentState, AgentStatus, CallOrigin, CallResult, LegRole, OfferResult, ReleaseKind
from ccswitch.model.wire import to_plain, to_wire
from ccswitch.records import step_folds
from ccswitch.records.book import SHAPES, At, Book
from ccswitch.records.clean import json_text
from ccswitch.records.narrative import INPUTS, sentence
from ccswitch.records.tables import (
    AGENT_SPANS,
    AUDIT,
    CALL_TAGS,
    CALLS,
    LEGS,
    MESSAGES,
    MESSAGES_DONE,
    OFFERS,
    QUEUE_VISITS,
    RELEASES,
    SCRIPT_VERSIONS,
    SURVEY_ANSWERS,
    TALKS,
    TRACE,
)

Fold = Callable[[Book, At, Any], None]


def fold(book: Book, decision: Decision) -> None:
    """Write one decision into the book."""
    given = sentence(decision.given, INPUTS)
    for i, outcome in enumerate(decision.outcomes):
        at = At(decision.n, i, decision.t, decision.given)
        write = FOLDS.get(type(outcome))
        if write is not None:
            write(book, at, outcome)
        if getattr(outcome, "call", ""):
            _trace(book, at, outcome, given)


def _trace(book: Book, at: At, outcome: Any, given: str) -> None:
    book.add(
        TRACE,
        n=at.n,
        i=at.i,
        call_id=outcome.call,
        at=at.t,
        kind=type(outcome).__name__,
        text=sentence(outcome),
        given=given,
        data=json_text(to_wire(outcome)),
    )


# ---- calls and legs -------------------------------------------------------------------------------------------


def _call_started(book: Book, at: At, outcome: o.CallStarted) -> None:
    book.put(
        CALLS,
        call_id=outcome.call,
        started=at.t,
        **_who_called(outcome),
        origin=outcome.origin.value,
    )


def _who_called(outcome: o.CallStarted | o.CallUnattended) -> dict[str, str]:
    """Who called whom, and where he came in."""
    return {
        "node": outcome.node,
        "entry": outcome.entry,
        "caller_number": outcome.caller_number,
        "caller_name": outcome.caller_name,
        "called_number": outcome.called_number,
    }


def _call_at_way_out(book: Book, at: At, outcome: o.CallAtWayOut) -> None:
    book.change(CALLS, book.find(CALLS, outcome.call), wayout=at.t)


def _call_unattended(book: Book, at: At, outcome: o.CallUnattended) -> None:
    """A whole call in one row; read a second time it is the same row."""
    book.put(
        CALLS,
        call_id=outcome.call,
        started=outcome.arrived,
        **_who_called(outcome),
        origin=CallOrigin.INBOUND.value,
        wayout=outcome.wayout,
        ended=outcome.ended,
        result=CallResult.WAYOUT.value,
        cause=outcome.cause,
        why=outcome.why,
    )
    book.put(
        LEGS,
        leg_id=outcome.leg,
        call_id=outcome.call,
        started=outcome.arrived,
        role=LegRole.CALLER.value,
        number=outcome.caller_number,
        ended=outcome.ended,
        cause=outcome.cause,
    )


def _call_ended(book: Book, at: At, outcome: o.CallEnded) -> None:
    step_folds.call_ended(book, at, outcome)
    row = book.find(CALLS, outcome.call)
    book.change(CALLS, row, ended=at.t, result=outcome.result.value, cause=outcome.cause, why=outcome.why)


def _leg_opened(book: Book, at: At, outcome: o.LegOpened) -> None:
    book.put(
        LEGS,
        leg_id=outcome.leg,
        call_id=outcome.call,
        started=at.t,
        role=outcome.role.value,
        number=outcome.number,
        agent=outcome.agent,
    )


def _leg_connected(book: Book, at: At, outcome: o.LegConnected) -> None:
    book.change(LEGS, book.find(LEGS, outcome.call, leg_id=outcome.leg), connected=at.t)


def _leg_closed(book: Book, at: At, outcome: o.LegClosed) -> None:
    book.change(LEGS, book.find(LEGS, outcome.call, leg_id=outcome.leg), ended=at.t, cause=outcome.cause)


# ---- what scripts say of calls --------------------------------------------------------------------------------


def _call_tagged(book: Book, at: At, outcome: o.CallTagged) -> None:
    for tag in outcome.tags:
        book.put(CALL_TAGS, call_id=outcome.call, tag=tag, at=at.t)


def _survey_answered(book: Book, at: At, outcome: o.SurveyAnswered) -> None:
    book.add(
        SURVEY_ANSWERS,
        n=at.n,
        i=at.i,
        call_id=outcome.call,
        at=at.t,
        question=outcome.question,
        score=outcome.score,
        agent=outcome.agent,
        queue=outcome.queue,
    )


def _message_begun(book: Book, at: At, outcome: o.MessageBegun) -> None:
    book.put(
        MESSAGES,
        message_id=outcome.message,
        call_id=outcome.call,
        started=at.t,
        box=outcome.box,
        caller_number=outcome.caller_number,
        caller_name=outcome.caller_name,
        node=outcome.node,
        path=outcome.path,
    )


def _message_ended(book: Book, at: At, outcome: o.MessageEnded) -> None:
    row = book.find(MESSAGES, outcome.call, message_id=outcome.message)
    book.change(MESSAGES, row, ended=at.t, result=outcome.result.value, why=outcome.why)


def _message_done(book: Book, at: At, outcome: o.MessageDone) -> None:
    book.put(MESSAGES_DONE, message_id=outcome.message, at=at.t, author=outcome.author)


# ---- waiting and offers ---------------------------------------------------------------------------------------


def _call_enqueued(book: Book, at: At, outcome: o.CallEnqueued) -> None:
    step_folds.handed_over(book, at, outcome)
    book.change(CALLS, book.find(CALLS, outcome.call), queue=outcome.queue)
    visit = book.find(QUEUE_VISITS, outcome.call, queue=outcome.queue)
    if visit is not None:  # he is in it already: the same visit goes on
        book.change(QUEUE_VISITS, visit, priority=outcome.priority)
        return
    book.put(
        QUEUE_VISITS,
        n=at.n,
        i=at.i,
        call_id=outcome.call,
        started=at.t,
        queue=outcome.queue,
        priority=outcome.priority,
        since=outcome.since,
        why=outcome.why,
        target=outcome.target,
        short_abandon=outcome.short_abandon,
    )


def _visit_ended(book: Book, at: At, outcome: o.VisitEnded) -> None:
    step_folds.visit_ended(book, outcome)
    visit = book.find(QUEUE_VISITS, outcome.call, queue=outcome.queue)
    book.change(
        QUEUE_VISITS,
        visit,
        ended=at.t,
        waited=outcome.waited,
        result=outcome.result.value,
        agent=outcome.agent,
        left_to=outcome.to,
        end_why=outcome.why,
    )


def _offer_made(book: Book, at: At, outcome: o.OfferMade) -> None:
    book.put(
        OFFERS,
        offer_id=outcome.offer,
        call_id=outcome.call,
        started=at.t,
        agent=outcome.agent,
        queue=outcome.queue,
        leg_id=outcome.leg,
        deadline=outcome.deadline,
        why=outcome.why,
    )
    _turn(book, at, outcome.agent, state=AgentState.OFFERED, call=outcome.call)


def _offer_ringing(book: Book, at: At, outcome: o.OfferRinging) -> None:
    offer = book.find(OFFERS, outcome.call, offer_id=outcome.offer)
    if offer is not None and offer["rang"] is None:  # a 183 may follow the 180
        book.change(OFFERS, offer, rang=at.t)
        _turn(book, at, outcome.agent, state=AgentState.RINGING, call=outcome.call)


def _offer_answered(book: Book, at: At, outcome: o.OfferAnswered) -> None:
    book.change(OFFERS, book.find(OFFERS, outcome.call, offer_id=outcome.offer), answered=at.t)


def _offer_ended(book: Book, at: At, outcome: o.OfferEnded) -> None:
    offer = book.find(OFFERS, outcome.call, offer_id=outcome.offer)
    result = outcome.result.value
    book.change(OFFERS, offer, ended=at.t, result=result, cause=outcome.cause, end_why=outcome.why)
    if offer is not None and outcome.result is not OfferResult.TALKED:
        _turn(book, at, outcome.agent, state=AgentState.IDLE)


# ---- from person to person --------------------------------------------------------------------------------------


def _own_call_began(book: Book, at: At, outcome: o.OwnCallBegan) -> None:
    book.change(CALLS, book.find(CALLS, outcome.call), agent=outcome.agent)
    _turn(book, at, outcome.agent, state=AgentState.CALLING, call=outcome.call)


def _own_call_ended(book: Book, at: At, outcome: o.OwnCallEnded) -> None:
    _turn(book, at, outcome.agent, state=AgentState.IDLE)


def _dialled(book: Book, at: At, outcome: o.Dialled) -> None:
    row = book.find(CALLS, outcome.call)
    if outcome.agent:
        _turn(book, at, outcome.agent, state=AgentState.OFFERED, call=outcome.call)
    else:
        book.change(CALLS, row, origin=CallOrigin.OUTBOUND.value, called_number=outcome.number)


def _dial_ringing(book: Book, at: At, outcome: o.DialRinging) -> None:
    _turn(book, at, outcome.agent, state=AgentState.RINGING, call=outcome.call)


def _dial_ended(book: Book, at: At, outcome: o.DialEnded) -> None:
    if outcome.agent:
        _turn(book, at, outcome.agent, state=AgentState.IDLE)


# ---- talks and agents -----------------------------------------------------------------------------------------


def _talk_started(book: Book, at: At, outcome: o.TalkStarted) -> None:
    book.put(
        TALKS,
        n=at.n,
        i=at.i,
        call_id=outcome.call,
        started=at.t,
        agent=outcome.agent,
        leg_id=outcome.leg,
        queue=outcome.queue,
        waited=outcome.waited,
        recording=outcome.recording,
    )
    book.change(CALLS, book.find(CALLS, outcome.call), agent=outcome.agent)
    _turn(book, at, outcome.agent, state=AgentState.TALKING, call=outcome.call)


def _recording_not_written(book: Book, at: At, outcome: o.RecordingNotWritten) -> None:
    book.change(CALLS, book.find(CALLS, outcome.call), unrecorded=outcome.why)


def _talk_held(book: Book, at: At, outcome: o.TalkHeld) -> None:
    talk = book.find(TALKS, outcome.call, agent=outcome.agent)
    if talk is None or (talk["held_since"] is not None) == outcome.on:
        return
    if outcome.on:
        book.change(TALKS, talk, held_since=at.t)
    else:
        book.change(TALKS, talk, held=talk["held"] + at.t - talk["held_since"], held_since=None)
    _turn(book, at, outcome.agent, state=AgentState.HOLDING if outcome.on else AgentState.TALKING, call=outcome.call)


def _talk_ended(book: Book, at: At, outcome: o.TalkEnded) -> None:
    talk = book.find(TALKS, outcome.call, agent=outcome.agent)
    if talk is None:
        return
    held = talk["held"] + (0.0 if talk["held_since"] is None else at.t - talk["held_since"])
    book.change(TALKS, talk, ended=at.t, held=held, held_since=None, ended_by=outcome.by)
    _turn(book, at, outcome.agent, state=AgentState.WRAPUP, call=outcome.call)


def _wrapup_started(book: Book, at: At, outcome: o.WrapupStarted) -> None:
    _turn(book, at, outcome.agent, state=AgentState.WRAPUP, call=outcome.call)


def _wrapup_ended(book: Book, at: At, outcome: o.WrapupEnded) -> None:
    _turn(book, at, outcome.agent, state=AgentState.IDLE)


def _status_changed(book: Book, at: At, outcome: o.AgentStatusChanged) -> None:
    _turn(book, at, outcome.agent, status=outcome.status, reason=outcome.reason)


def _turn(
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


PAGE = ("status", "reason", "state", "call_id")
NEW_PAGE = {"status": AgentStatus.READY.value, "reason": "", "state": AgentState.IDLE.value, "call_id": ""}


# ---- scripts --------------------------------------------------------------------------------------------------


def _script_released(book: Book, at: At, outcome: o.ScriptReleased) -> None:
    if outcome.kind is ReleaseKind.FOUND:  # here
        return
    release = outcome.release
    new = {release.versions.canary or release.versions.hash}
    for source in outcome.sources:
        by = {"author": release.author, "comment": release.comment} if source.hash in new else {}
        book.add(SCRIPT_VERSIONS, script=release.script, hash=source.hash, at=at.t, text=source.text, **by)
    book.add(
        RELEASES,
        n=at.n,
        i=at.i,
        at=at.t,
        script=release.script,
        kind=outcome.kind.value,
        hash=release.versions.hash,
        canary=release.versions.canary,
        share=release.versions.share,
        before=release.before,
        author=release.author,
        comment=release.comment,
    )


# ---- orders ---------------------------------------------------------------------------------------------------


def _order_accepted(book: Book, at: At, outcome: o.OrderAccepted) -> None:
    _audit(book, at, outcome.author, accepted=True, said=outcome.what)


def _order_refused(book: Book, at: At, outcome: o.OrderRefused) -> None:
    _audit(book, at, outcome.author, accepted=False, said=outcome.why)


def _audit(book: Book, at: At, author: str, *, accepted: bool, said: str) -> None:
    if isinstance(at.given, f.LegParked):  # an agent said it by a code on his own phone
        plain, kind = {"phone": at.given.user, "code": at.given.called_number}, "FeatureCode"
        book.add(AUDIT, at=at.t, author=author, kind=kind, what=json_text(plain), accepted=accepted, said=said, n=at.n)
        return
    plain = to_plain(at.given)
    for part in plain.values():  # a script's text has a table of its own
        if isinstance(part, dict):
            part.pop("text", None)
    kind, what = type(at.given).__name__, json_text(plain)
    book.add(AUDIT, at=at.t, author=author, kind=kind, what=what, accepted=accepted, said=said, n=at.n)


FOLDS: dict[type, Fold] = {
    o.CallStarted: _call_started,
    o.CallAtWayOut: _call_at_way_out,
    o.CallUnattended: _call_unattended,
    o.CallEnded: _call_ended,
    o.LegOpened: _leg_opened,
    o.LegConnected: _leg_connected,
    o.LegClosed: _leg_closed,
    o.StepStarted: step_folds.step_started,
    o.StepEnded: step_folds.step_ended,
    o.StepPassed: step_folds.step_passed,
    o.ScriptReleased: _script_released,
    o.CallTagged: _call_tagged,
    o.SurveyAnswered: _survey_answered,
    o.MessageBegun: _message_begun,
    o.MessageEnded: _message_ended,
    o.MessageDone: _message_done,
    o.CallLeaving: step_folds.handed_over,
    o.CallEnqueued: _call_enqueued,
    o.VisitEnded: _visit_ended,
    o.OwnCallBegan: _own_call_began,
    o.OwnCallEnded: _own_call_ended,
    o.Dialled: _dialled,
    o.DialRinging: _dial_ringing,
    o.DialEnded: _dial_ended,
    o.OfferMade: _offer_made,
    o.OfferRinging: _offer_ringing,
    o.OfferAnswered: _offer_answered,
    o.OfferEnded: _offer_ended,
    o.TalkStarted: _talk_started,
    o.RecordingNotWritten: _recording_not_written,
    o.TalkHeld: _talk_held,
    o.TalkEnded: _talk_ended,
    o.WrapupStarted: _wrapup_started,
    o.WrapupEnded: _wrapup_ended,
    o.AgentStatusChanged: _status_changed,
    o.OrderAccepted: _order_accepted,
    o.OrderRefused: _order_refused,
}

# Kept in the trace alone, or in the journal alone when they are about no call.
NO_ROWS: tuple[type, ...] = (
    o.SettingsTaken,
    o.NodeConnected,
    o.NodeLost,
    o.NodeSynced,
    o.SurveyAsked,
    o.SpeechSkipped,
    o.DialAnswered,
    o.RecordingChosen,
    o.CallRelaxed,
    o.QueueAnnounced,
    o.MusicStarted,
    o.MusicStopped,
    o.TransferRefused,
    o.AgentAdded,
    o.AgentChanged,
    o.AgentFollowsFiles,
    o.AgentRemoved,
    o.AgentRested,
    o.WrapupExtended,
    o.CalendarOverridden,
    o.CalendarFollowed,
    o.QueueModeChanged,
    o.CallResumed,
    o.Healed,
    o.DeadlinePassed,
)
