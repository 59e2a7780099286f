"""Virtual hold in scripts: what is offered, when, and where it leads."""

from __future__ import annotations

import pytest

from ccswitch.errors import ConfigError
from ccswitch.ivr.acts import CallBack, Collect, Play, Queue
from ccswitch.ivr.around import given
from ccswitch.ivr.heard import Done, Failed, Keys, Refused, Silence, TalkOver
from ccswitch.ivr.interpreter import begin, resume
from ccswitch.ivr.lint import unknown_queues
from ccswitch.ivr.parse import parse_script
from ccswitch.ivr.script import Script

OFFER = """\
steps:
  wait:
    queue: support
    priority: 3
    announce_wait: long.wav
    announce_from: 30s
    offer_callback: {play: offer.wav, key: 5, from: 60s, then: promised}
    then: rate
    otherwise: sorry
  promised: {play: promised.wav, then: end}
  rate: {play: rate.wav, then: end}
  sorry: {play: sorry.wav, then: end}
"""
STEP = """\
steps:
  ask: {collect: ask.wav, digits: 5-15, into: number, then: promise, otherwise: end}
  promise: {callback: support, number: "{{ number }}", when: "14:30", priority: 2, then: good, otherwise: bad}
  good: {play: good.wav, then: end}
  bad: {play: bad.wav, then: end}
"""


def script(text: str) -> Script:
    return parse_script(text, "test", name="test")


def waits(seconds: str) -> tuple[tuple[str, str], ...]:
    return (("caller", "13800138000"), ("queue.support.expected_wait", seconds))


def test_a_long_wait_is_told_and_a_call_offered_before_he_waits() -> None:
    read, around = script(OFFER), given(waits("120"))
    # Given a caller who would wait two minutes: he is told so
    move = begin(read, around)
    assert isinstance(move.act, Play) and move.act.files == ("long.wav",)
    # Then he is offered a call at the key 5
    move = resume(read, move.cursor, Done(), around)
    assert isinstance(move.act, Collect) and move.act.files == ("offer.wav",)
    assert move.act.pattern == "^(?:5)$"
    # When he presses it, the promise is at his own number, with the step's priority
    move = resume(read, move.cursor, Keys("5"), around)
    assert move.act == CallBack(queue="support", number="13800138000", priority=3)
    # And the script goes on where it is promised
    assert resume(read, move.cursor, Done(), around).step == "promised"


@pytest.mark.parametrize("heard", [Silence(), Failed("no file")])
def test_who_does_not_want_it_waits(heard: Silence | Failed) -> None:
    read, around = script(OFFER), given(waits("120"))
    move = resume(read, begin(read, around).cursor, Done(), around)
    move = resume(read, move.cursor, heard, around)
    assert isinstance(move.act, Queue)
    assert resume(read, move.cursor, TalkOver(), around).step == "rate"
    assert resume(read, move.cursor, Refused("closed"), around).step == "sorry"


def test_who_cannot_be_promised_a_call_waits() -> None:
    read, around = script(OFFER), given(waits("120"))
    move = resume(read, begin(read, around).cursor, Done(), around)
    move = resume(read, move.cursor, Keys("5"), around)
    assert isinstance(resume(read, move.cursor, Failed("withheld"), around).act, Queue)


def test_a_short_wait_or_one_that_nobody_knows_is_no_reason_to_offer_anything() -> None:
    read = script(OFFER)
    assert isinstance(begin(read, given(waits("20"))).act, Queue)
    assert isinstance(begin(read, given(())).act, Queue)
    told = begin(read, given(waits("45")))  # told, not offered
    assert isinstance(told.act, Play)
    assert isinstance(resume(read, told.cursor, Done(), given(waits("45"))).act, Queue)


def test_without_a_threshold_it_is_always_offered_and_once() -> None:
    read = script(OFFER.replace("from: 60s, ", "").replace("    announce_wait: long.wav\n    announce_from: 30s\n", ""))
    move = begin(read)
    assert isinstance(move.act, Collect)
    assert isinstance(resume(read, move.cursor, Silence()).act, Queue)


def test_a_step_promises_a_call_at_a_number_that_was_typed() -> None:
    read = script(STEP)
    move = resume(read, begin(read).cursor, Keys("13900139000"))
    assert move.act == CallBack(queue="support", number="13900139000", when="14:30", priority=2)
    assert resume(read, move.cursor, Done()).step == "good"
    assert resume(read, move.cursor, Failed("not allowed")).step == "bad"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("steps: {a: {callback: support, then: end}}", "`otherwise` is missing"),
        ("steps: {a: {callback: support, otherwise: end}}", "`then` is missing"),
        ("steps: {a: {queue: support, offer_callback: {key: 1, then: end}}}", "`play`"),
        ("steps: {a: {queue: support, offer_callback: {play: a.wav}}}", "`then` is missing"),
        ("steps: {a: {queue: support, offer_callback: {play: a.wav, key: 12, then: end}}}", "one key"),
        ("steps: {a: {queue: support, offer_callback: {play: a.wav, keys: 1, then: end}}}", "there is no"),
        ("steps: {a: {callback: support, then: a, otherwise: end}}", "goes round for ever"),
    ],
)
def test_what_is_wrong_is_told(text: str, told: str) -> None:
    with pytest.raises(ConfigError) as wrong:
        parse_script(text, "test", name="test")
    assert told in str(wrong.value)


def test_a_queue_that_is_not_there_is_told() -> None:
    assert unknown_queues(script(STEP), ["sales"])[0].what == "there is no queue 'support'"
