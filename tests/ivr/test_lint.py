"""What is wrong with a script as a whole."""

from __future__ import annotations

from ccswitch.ivr.lint import hints, reached, unknown_queues
from tests.ivr.scripts import problems, script, told


def test_a_way_to_nowhere_is_told_where_it_is_written() -> None:
    text = "steps:\n  support: {queue: a}\n  b: {menu: x, keys: {1: suport}, otherwise: nowhere}\nstart: b\n"
    assert told(text).splitlines() == [
        "test.yaml:3:26: there is no step 'suport' (did you mean 'support'?)",
        "test.yaml:3:46: there is no step 'nowhere' (there is support, b, end)",
    ]


def test_a_step_that_no_way_leads_to() -> None:
    text = "steps:\n  a: {hangup: }\n  b: {play: x, then: c}\n  c: {play: x, then: end}\n"
    assert [problem.what for problem in problems(text)] == [
        "no way leads to step 'b'",
        "no way leads to step 'c'",
    ]


def test_steps_are_not_called_unreachable_while_a_way_to_them_may_be_misspelt() -> None:
    # Given a step whose way could not be read
    text = "steps:\n  a: {play: x, thn: b}\n  b: {hangup: }\n"
    # Then only the slip is told
    assert [problem.what for problem in problems(text)] == [
        "play step 'a': `then` is missing",
        "play step 'a': there is no 'thn' here",
    ]


def test_a_circle_without_the_caller_is_told_with_its_path() -> None:
    text = """\
steps:
  a: {answer: , then: b}
  b: {menu: x, keys: {1: e}, otherwise: c}
  c: {play: x, then: b}
  e: {queue: q, otherwise: e}
"""
    assert [(problem.line, problem.column, problem.what) for problem in problems(text)] == [
        (4, 22, "a caller who presses nothing goes round for ever: b → c → b"),
        (5, 28, "a caller who presses nothing goes round for ever: e → e"),
    ]


def test_a_circle_that_needs_a_key_or_a_talk_is_fine() -> None:
    text = """\
steps:
  a: {menu: x, keys: {1: a, 2: q}, no_input: {then: end}, wrong_input: {then: a}}
  q: {queue: q, then: a}
"""
    assert problems(text) == []


def test_a_prompt_before_the_answer_is_legal_and_remarked_on() -> None:
    # Given a prompt and a menu before the answer, and a prompt behind it
    early = script(
        """\
steps:
  p: {play: x, then: m}
  m: {menu: x, keys: {1: a}, otherwise: end}
  a: {answer: , then: late}
  late: {play: x, then: end}
"""
    )
    # Then the first two are remarked on
    assert [(hint.file, hint.line, hint.what.split(":")[0]) for hint in hints(early)] == [
        ("test.yaml", 2, "step 'p' may run before the call is answered"),
        ("test.yaml", 3, "step 'm' may run before the call is answered"),
    ]
    assert hints(script()) == []


def test_reached_follows_every_way() -> None:
    read = script()
    assert reached(read.steps, "hello") == set(read.steps)
    assert reached(read.steps, "out") == {"out", "bye", "done"}
    assert reached(read.steps, "nowhere") == set()


def test_a_thousand_steps_in_a_row_are_no_burden() -> None:
    row = "".join(f"  s{number}: {{play: x, then: s{number + 1}}}\n" for number in range(999))
    assert problems(f"steps:\n{row}  s999: {{hangup: }}\n") == []
    assert "goes round for ever" in told(f"steps:\n{row}  s999: {{play: x, then: s0}}\n")


def test_a_message_for_a_queue_that_is_not_there_is_told() -> None:
    # Given a message that nobody would ever be told of
    read = script("steps:\n  a: {answer: , then: b}\n  b: {voicemail: sails, then: end}\n")
    assert [problem.what for problem in unknown_queues(read, ["sales"])] == ["there is no queue 'sails'"]
    assert unknown_queues(read, ["sails"]) == []
