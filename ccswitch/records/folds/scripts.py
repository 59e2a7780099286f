"""Rows of what scripts did with calls and say of them: steps, tags, answers."""

from __future__ import annotations

from ccswitch.model import outcomes as o
from ccswitch.records.book import At, Book
from ccswitch.records.folds import steps
from ccswitch.records.folds.table import Folds
from ccswitch.records.tables import CALL_TAGS, SURVEY_ANSWERS


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


FOLDS: Folds = {
    o.StepStarted: steps.step_started,
    o.StepEnded: steps.step_ended,
    o.StepPassed: steps.step_passed,
    o.CallTagged: _call_tagged,
    o.SurveyAnswered: _survey_answered,
}
