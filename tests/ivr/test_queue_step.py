"""A queue step looks around only for what it has to know: on a large floor that is what a caller's decision costs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from ccswitch.ivr.acts import Collect, Play, Queue
from ccswitch.ivr.heard import Done, Refused, Silence, TalkOver
from ccswitch.ivr.interpreter import begin, resume
from tests.ivr.scripts import script

NOTHING_ASKED = [
    "queue: support",
    "queue: support, priority: 5, skills: lang.zh >= 5, prefers: billing, tag: gold",
    "queue: support, agent: ann, level: gold",
]
ELSE = "rate: {play: rate.wav, then: end}, sorry: {play: sorry.wav, then: end}"
OFFERED = "queue: support, offer_callback: {play: offer.wav, then: end}"
ASKED = [
    "queue: support, announce_wait: wait.wav",
    "queue: support, offer_callback: {play: offer.wav, from: 60s, then: end}",
    'queue: support, agent: "{{ caller }}"',
    'queue: support, level: "{{ entry }}"',
]


class Asked(Exception):
    """Somebody looked around."""


def never() -> Mapping[str, Any]:
    """A floor that nobody may ask."""
    raise Asked


@pytest.mark.parametrize("step", NOTHING_ASKED)
def test_a_step_that_tells_and_offers_nothing_asks_nothing(step: str) -> None:
    # Given a queue step, and a step for each way on from it
    read = script(f"steps: {{wait: {{{step}, then: rate, otherwise: sorry}}, {ELSE}}}")
    # When a caller comes to it, then nobody looks around, neither then nor when he goes on
    move = begin(read, never)
    assert isinstance(move.act, Queue)
    assert resume(read, move.cursor, TalkOver(), never).step == "rate"
    assert resume(read, move.cursor, Refused("closed"), never).step == "sorry"


def test_a_call_that_is_always_offered_asks_nothing() -> None:
    read = script(f"steps: {{wait: {{{OFFERED}}}}}")
    move = begin(read, never)
    assert isinstance(move.act, Collect)
    assert isinstance(resume(read, move.cursor, Silence(), never).act, Queue)


@pytest.mark.parametrize("step", ASKED)
def test_what_names_something_has_it_looked_up(step: str) -> None:
    # So that a test above does not pass because nobody ever asks
    read = script(f"steps: {{wait: {{{step}}}}}")
    with pytest.raises(Asked):
        begin(read, never)


def test_who_was_told_his_wait_is_not_asked_for_again() -> None:
    # Given a caller who hears how long it takes
    read = script("steps: {wait: {queue: support, announce_wait: wait.wav}}")
    move = begin(read, lambda: {"queue": {"support": {"expected_wait": 90.0}}})
    assert isinstance(move.act, Play)
    # When it was said, then he waits, whatever the floor is like by now
    assert isinstance(resume(read, move.cursor, Done(), never).act, Queue)
