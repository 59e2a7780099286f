"""One line per outcome, with the call's id, that nobody outside can forge."""

from __future__ import annotations

import errno
import io
import json
import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import structlog

from ccswitch.controller import outcome_log
from ccswitch.controller.outcome_log import AT_ONCE, HIDDEN, LONGEST, GatheredLog, OutcomeLog, words
from ccswitch.model import facts as f
from ccswitch.model import outcomes as o
from ccswitch.model.decision import Decision
from ccswitch.model.ids import AgentId, CallId, LegId, NodeName, QueueName
from ccswitch.model.nouns import Agent, VisitResult
from tests.controller.decisions import a_busy_floor
from tests.controller.waiting import soon

Log = Callable[[str, str], io.StringIO]
VISIT = o.VisitEnded(
    call=CallId("c1"), queue=QueueName("sales"), result=VisitResult.ANSWERED, waited=1.23456, agent=AgentId("li")
)


@pytest.fixture
def configured() -> Iterator[Log]:
    """Sends every log into a string; afterwards logging is as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level

    def configure(level: str, form: str) -> io.StringIO:
        stream = io.StringIO()
        outcome_log.configure(level, form, stream)
        return stream

    yield configure
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()
    outcome_log.say_no_more()


def decided(*outcomes: o.Outcome, n: int = 7) -> Decision:
    return Decision(n=n, t=1.0, given=f.TimePassed(), outcomes=outcomes)


def started(**fields: str) -> o.CallStarted:
    about = {"entry": "main", "caller_number": "138", "caller_name": "Li", "called_number": "4000", **fields}
    return o.CallStarted(call=CallId("c1"), leg=LegId("c1"), node=NodeName("a"), **about)


def test_an_outcome_in_words() -> None:
    assert words(VISIT) == {"call_id": "c1", "queue": "sales", "result": "answered", "waited": 1.235, "agent": "li"}
    assert next(iter(words(VISIT))) == "call_id"


def test_machine_talk_and_empty_fields_are_left_out_and_long_ones_cut() -> None:
    enqueued = o.CallEnqueued(
        call=CallId("c1"), queue=QueueName("q"), priority=0, since=1.0, why="x" * 999, cursor='{"step": "x"}'
    )
    shown = {"call_id": "c1", "queue": "q", "priority": 0, "since": 1.0, "why": "x" * LONGEST, "again": False}
    assert words(enqueued) == shown
    assert "agent" not in words(o.LegClosed(call=CallId("c"), leg=LegId("l"), cause=""))
    added = words(o.AgentAdded(agent=Agent(agent=AgentId("li"), name="x" * 999), author="ann"))
    assert len(added["agent"]) == LONGEST


def test_every_outcome_of_a_busy_floor_has_its_words() -> None:
    for _, outcome in a_busy_floor().journal:
        assert not HIDDEN & words(outcome).keys()


def test_a_line_for_people(configured: Log) -> None:
    # Given a log as text
    stream = configured("info", "text")
    # When a decision with two outcomes is told
    OutcomeLog()(decided(started(), VISIT))
    # Then there are two lines, each with name, number and the call's id
    first, second = stream.getvalue().splitlines()
    assert " level=info event=CallStarted call_id=c1 n=7 " in first and first.startswith("timestamp=")
    assert " event=VisitEnded call_id=c1 " in second and " waited=1.235 " in second


def test_a_line_for_machines(configured: Log) -> None:
    stream = configured("info", "json")
    OutcomeLog()(decided(VISIT))
    line = json.loads(stream.getvalue())
    assert (line["event"], line["call_id"], line["n"], line["level"]) == ("VisitEnded", "c1", 7, "info")


def test_what_is_of_interest_only_when_looked_for_is_there_when_looked_for(configured: Log) -> None:
    routine = decided(o.SurveyAsked(node=NodeName("a"), next_at=9.0))
    stream = configured("info", "text")
    OutcomeLog()(routine)
    assert stream.getvalue() == ""
    stream = configured("debug", "text")
    OutcomeLog()(routine)
    assert "event=SurveyAsked" in stream.getvalue()


EVIL = "1\r\nlevel=error event=Forged\x1b[2J\x00\x9b31m\u2028\u202e\x85\" x='y'"


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_caller_forges_a_line_or_moves_the_cursor(configured: Log, form: str) -> None:
    # Given a caller with control characters in his name
    stream = configured("info", form)
    OutcomeLog()(decided(started(caller_name=EVIL, caller_number=EVIL)))
    logging.getLogger("ccswitch.test").warning("a leg of %s", EVIL)
    try:
        raise ValueError(EVIL)
    except ValueError:
        logging.getLogger("ccswitch.test").exception("it failed")
    # Then there are as many lines as there were logs, and every character of them can be shown
    lines = stream.getvalue().split("\n")
    assert len(lines) == 4 and lines[-1] == ""
    assert all(line.isprintable() for line in lines)
    assert not any(line.startswith("level=error") for line in lines)


class FullDisk(io.StringIO):
    def write(self, _text: str) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_log_that_cannot_be_written_costs_its_line_and_no_more(configured: Log) -> None:
    # Given a log on a disk that is full
    configured("info", "text")
    outcome_log.configure("info", "text", FullDisk())
    # When an outcome is to be told: then nothing is raised
    OutcomeLog()(Decision(n=7, t=1.0, given=f.TimePassed(), outcomes=(VISIT,)))


def test_outcomes_are_told_from_the_first_word_where_to_the_last(configured: Log) -> None:
    # Given a log that was said to be no more
    stream = configured("info", "text")
    outcome_log.say_no_more()
    # When an outcome is to be told: then nobody hears of it
    OutcomeLog()(decided(VISIT))
    assert stream.getvalue() == ""
    # And with a new one somebody does
    again = configured("info", "text")
    OutcomeLog()(decided(VISIT))
    assert stream.getvalue() == "" and "event=VisitEnded" in again.getvalue()


def test_logs_of_libraries_come_out_in_the_same_form(configured: Log) -> None:
    stream = configured("warning", "json")
    logging.getLogger("somebody").info("not this")
    logging.getLogger("somebody").warning("but this")
    line = json.loads(stream.getvalue())
    assert (line["event"], line["logger"], line["level"]) == ("but this", "somebody", "warning")


def test_callers_of_a_queue_that_was_removed_are_a_warning(configured: Log) -> None:
    stream = configured("warning", "json")
    OutcomeLog()(decided(VISIT, replace(VISIT, result=VisitResult.REMOVED)))
    (line,) = stream.getvalue().splitlines()
    assert json.loads(line)["result"] == "removed" and json.loads(line)["level"] == "warning"


def numbers(stream: io.StringIO) -> list[int]:
    """Of the decisions that were told, in the order of their lines."""
    return [int(n) for n in re.findall(r" n=([0-9]+) ", stream.getvalue())]


def test_decisions_are_told_together_a_moment_later(configured: Log) -> None:
    # Given a log that gathers
    stream = configured("info", "text")
    log = GatheredLog()
    # When two decisions are made
    log(decided(VISIT, n=7))
    log(decided(VISIT, n=8))
    # Then nobody waits for their lines, which come by themselves
    assert stream.getvalue() == ""
    soon(lambda: numbers(stream) == [7, 8])
    # And so do those of a later one
    log(decided(VISIT, n=9))
    soon(lambda: numbers(stream) == [7, 8, 9])


def test_what_is_too_much_to_gather_is_told_at_once(configured: Log) -> None:
    stream = configured("info", "text")
    log = GatheredLog()
    for n in range(AT_ONCE):
        log(decided(VISIT, n=n))
    assert numbers(stream) == list(range(AT_ONCE))


def test_what_waits_is_told_at_a_stop(configured: Log) -> None:
    stream = configured("info", "text")
    log = GatheredLog()
    log(decided(VISIT))
    log.flush()
    log.flush()
    assert numbers(stream) == [7]
