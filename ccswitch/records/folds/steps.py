"""What a script did with its caller, step by step: a row for each step that a call came to, and for each try of it.

A step has the caller until it led on, whatever had him meanwhile: that of a queue lasts until the talk is over. One
that was begun anew, after a lost link or a restart, is another row; the one before it was `interrupted`. How the caller
left is the `result` of the last row: it says so itself (a key that led out, a `transfer`), or is filled in here.
"""

from __future__ import annotations

from ccswitch.errors import JournalError
from ccswitch.ivr.cursor import Cursor
from ccswitch.ivr.steps import BY_WORD
from ccswitch.model import outcomes as o
from ccswitch.model.nouns import CallResult
from ccswitch.records.book import At, Book
from ccswitch.records.tables import STEPS

INTERRUPTED = "interrupted"
LEFT = "left"  # hung up while the step had him
# A call that ends in a step ends because its caller left, unless it ended so:
NOT_LEFT = (CallResult.LOST, CallResult.HUNG_UP, CallResult.WAYOUT)
TRANSFERRED = "transferred"


def step_started(book: Book, at: At, outcome: o.StepStarted) -> None:
    """A step that takes time has the caller."""
    cursor = _cursor(outcome.cursor)
    _end_standing(book, at, outcome.call)
    book.put(
        STEPS,
        n=at.n,
        i=at.i,
        call_id=outcome.call,
        started=at.t,
        **_which(outcome),
        serial=outcome.serial,
        try_number=cursor.tries + 1 if cursor and _tries(outcome.kind) else 1,
    )


def _which(outcome: o.StepStarted | o.StepPassed) -> dict[str, str]:
    """Which step of which script it is."""
    return {
        "script": outcome.script,
        "script_hash": outcome.script_hash,
        "step": outcome.step,
        "kind": outcome.kind,
    }


def _tries(kind: str) -> bool:
    """A step that asks for keys has tries; another counts its acts so, as a greeting and the message behind it."""
    return kind in BY_WORD and BY_WORD[kind].TAKES_KEYS


def step_ended(book: Book, at: At, outcome: o.StepEnded) -> None:
    """It led on. What is known of its result already (a queue's `answered`) stays."""
    row = book.find(STEPS, outcome.call, step=outcome.step)
    if row is None:
        return
    book.change(
        STEPS,
        row,
        ended=at.t,
        result=row["result"] or outcome.result,
        keys=outcome.keys,
        why=outcome.why,
        led_to=outcome.to,
    )


def step_passed(book: Book, at: At, outcome: o.StepPassed) -> None:
    """A step that takes no time: it ended as it began."""
    _end_standing(book, at, outcome.call)
    book.put(
        STEPS,
        n=at.n,
        i=at.i,
        call_id=outcome.call,
        started=at.t,
        ended=at.t,
        **_which(outcome),
        result=outcome.result,
        led_to=outcome.to,
    )


def handed_over(book: Book, at: At, outcome: o.CallEnqueued | o.CallLeaving) -> None:
    """A script's step gave the caller to a queue or an outside number; nothing when it was no script's."""
    cursor = _cursor(outcome.cursor)
    if cursor is None:
        return
    kind = "queue" if isinstance(outcome, o.CallEnqueued) else "transfer"
    step = {"script": cursor.script, "script_hash": cursor.hash, "step": cursor.step, "kind": kind}
    same = book.find(STEPS, outcome.call, **step)
    if same is not None:  # back in line, after a talk that was none
        book.change(STEPS, same, result="")
        return
    _end_standing(book, at, outcome.call)
    book.put(STEPS, n=at.n, i=at.i, call_id=outcome.call, started=at.t, **step)


def visit_ended(book: Book, outcome: o.VisitEnded) -> None:
    """How the wait ended is the result of the step that sent him there."""
    book.change(STEPS, book.find(STEPS, outcome.call, kind="queue"), result=outcome.result.value)


def call_ended(book: Book, at: At, outcome: o.CallEnded) -> None:
    """The call ended while a step had the caller."""
    row = book.find(STEPS, outcome.call)
    if row is None:
        return
    how = outcome.result.value if outcome.result in NOT_LEFT else LEFT
    how = TRANSFERRED if outcome.result is CallResult.TRANSFERRED and row["kind"] == "transfer" else how
    book.change(STEPS, row, ended=at.t, result=row["result"] or how)


def _end_standing(book: Book, at: At, call: str) -> None:
    """Another step has the caller now, whatever the one before it came to."""
    row = book.find(STEPS, call)
    if row is not None:
        book.change(STEPS, row, ended=at.t, result=row["result"] or INTERRUPTED)


def _cursor(text: str) -> Cursor | None:
    """Where the script stands; None when no script does, or a release wrote it that this one cannot read."""
    try:
        return Cursor.from_json(text) if text else None
    except JournalError:
        return None
