"""A decision: an input and what came of it, fit for the journal."""

from __future__ import annotations

from ccswitch.model.decision import Decision
from ccswitch.model.facts import TimePassed
from ccswitch.model.ids import AgentId
from ccswitch.model.outcomes import WrapupEnded
from ccswitch.model.wire import from_wire_as, to_plain
from tests.model.words import is_a_word


def test_it_is_a_value_that_says_what_it_is() -> None:
    is_a_word(Decision)


def test_it_comes_back_from_the_journal_as_it_went_in() -> None:
    ended = WrapupEnded(agent=AgentId("li"), why="its time is over")
    decision = Decision(n=7, t=100.5, given=TimePassed(), outcomes=(ended,))
    assert from_wire_as(Decision, to_plain(decision)) == decision
