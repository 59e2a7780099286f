"""The language: what is read, and how everything that is wrong is told at once, with its place and its cure."""

from __future__ import annotations

import time
import timeit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccswitch.errors import ConfigError
from ccswitch.ivr.parse import parse_script
from ccswitch.ivr.prompts import Sound
from ccswitch.ivr.script import Script, script_hash
from ccswitch.ivr.step import END, Way
from ccswitch.ivr.steps import BY_WORD
from ccswitch.ivr.steps.answer import AnswerStep
from ccswitch.ivr.steps.collect import CollectStep
from ccswitch.ivr.steps.hang_up import HangUpStep
from ccswitch.ivr.steps.menu import MenuStep
from ccswitch.ivr.steps.missed import Missed, Misses
from ccswitch.ivr.steps.play import PlayStep
from ccswitch.ivr.steps.queue import QueueStep
from ccswitch.ivr.steps.transfer import TransferStep
from ccswitch.reading.findings import Place
from tests.ivr.scripts import CHOICE, problems, script, sources, told
from tests.searching import examples


def step(line: str) -> str:
    """A script of one step `a` as written in `line` (line 2, from column 6)."""
    return f"steps:\n  a: {line}\n"


def test_every_kind_of_step_is_read() -> None:
    # Given a script with every kind of step
    # When it is read
    read = script()
    # Then each says what was written, with the defaults for what was not
    assert read.steps == {
        "hello": AnswerStep(then=Way("choice")),
        "choice": MenuStep(
            plays=(Sound("ask.wav"),),
            keys={"1": Way("sales"), "2": Way("pin")},
            timeout=4.0,
            between=2.0,
            misses=Misses(
                tries=3,
                no_input=Missed(plays=(Sound("again.wav"),), then=Way("bye")),
                wrong_input=Missed(plays=(Sound("wrong.wav"),), then=Way("sales")),
            ),
        ),
        "pin": CollectStep(
            plays=(Sound("pin.wav"),),
            least=4,
            most=4,
            timeout=5.0,
            between=3.0,
            terminators="#",
            pattern="[0-9]{4,4}",
            masked=True,
            into="pin",
            then=Way("sales"),
            misses=Misses(tries=3, no_input=Missed(then=Way("bye")), wrong_input=Missed(then=Way("bye"))),
        ),
        "sales": QueueStep(queue="sales", priority=7, then=Way("bye"), otherwise=Way("out")),
        "out": TransferStep(number="+8621", otherwise=Way("bye")),
        "bye": PlayStep(
            plays=(
                Sound("bye.wav"),
                Sound("tone.wav"),
            ),
            then=Way("done"),
        ),
        "done": HangUpStep(cause="USER_BUSY"),
    }
    assert (read.name, read.start, read.hash) == ("test", "hello", script_hash(CHOICE))
    assert read.steps["sales"].at == Place(line=11, column=3)


def test_yaml_takes_no_word_for_something_else() -> None:
    # `1:` stays a key, `on` and `no` step names, `+86…` a number
    read = script(
        """
steps:
  on: {menu: 1:30, keys: {1: no, 0: "yes"}, otherwise: end}
  no: {transfer: +8613800000000}
  yes: {queue: 007}
"""
    )
    assert read.steps["on"] == MenuStep(
        plays=(Sound("1:30"),),
        keys={"1": Way("no"), "0": Way("yes")},
        timeout=5.0,
        between=2.0,
        misses=Misses(tries=3, no_input=Missed(then=Way(END)), wrong_input=Missed(then=Way(END))),
    )
    assert read.steps["no"] == TransferStep(number="+8613800000000")
    assert read.steps["yes"] == QueueStep(queue="007")


def test_ranges_and_lists_of_keys_are_spread_out() -> None:
    read = script(step('{menu: x, keys: {1-3: end, "7, 9": end, "*": end, 08-11: end}, otherwise: end}')).steps["a"]
    assert isinstance(read, MenuStep)
    assert list(read.keys) == ["1", "2", "3", "7", "9", "*", "08", "09", "10", "11"]


@pytest.mark.parametrize(
    ("written", "seconds"), [("5", 5.0), ("5s", 5.0), ("1500ms", 1.5), ("1m", 60.0), ("2.5s", 2.5)]
)
def test_times(written: str, seconds: float) -> None:
    read = script(step(f"{{menu: x, keys: {{1: end}}, timeout: {written}, otherwise: end}}")).steps["a"]
    assert isinstance(read, MenuStep)
    assert read.timeout == seconds


def test_everything_wrong_is_told_at_once_in_file_order() -> None:
    # Given a script with a mistake in nearly every line
    text = """\
name: other
strat: x
steps:
  a: {answer: , then: b}
  b:
    menu: [a.wav, "x\\ny"]
    keys: {1-3: cc, 2: c, x: c}
    timeout: 5 minutes
    tries: 0
    no_inputs: x
    otherwise: end
  c: {queue: sales, priority: high, thn: b}
  d: {plya: x}
  e: {play: x, queue: y}
  f:
  end: {hangup: }
  g: {hangup: BUSY}
  h: {collect: x, digits: 4-2, then: c, pattern: '[', into: Big}
  i: {transfer: +86 138, otherwise: a}
"""
    # When it is read
    # Then each mistake has its place, its name and, where there is one, its cure
    assert told(text).splitlines() == [
        "test.yaml:1:1: script: `name` is 'other', but the file's is 'test' (name both alike)",
        "test.yaml:2:1: script: there is no 'strat' here (did you mean 'start'?)",
        "test.yaml:6:19: menu step 'b': prompt 'x\\ny': it has a line break or another character that cannot be seen"
        " (remove it)",
        "test.yaml:7:17: there is no step 'cc' (did you mean 'c'?)",
        "test.yaml:7:21: menu step 'b': key 2 is bound twice ('1-3' in line 7 has it already)",
        "test.yaml:7:27: menu step 'b': 'x' is no key (keys are 0-9, \"*\" and \"#\"; several: 1-3 or 7,9)",
        "test.yaml:8:14: menu step 'b': `timeout` cannot be '5 minutes' (write a time, as 5s or 500ms)",
        "test.yaml:9:5: menu step 'b': `tries` is 0 (write between 1 and 10)",
        "test.yaml:10:5: menu step 'b': there is no 'no_inputs' here (did you mean 'no_input'?)",
        "test.yaml:12:31: queue step 'c': `priority` cannot be 'high' (write a whole number)",
        "test.yaml:12:37: queue step 'c': there is no 'thn' here (did you mean 'then'?)",
        "test.yaml:13:3: step 'd' does nothing that is known (did you mean 'play'?)",
        "test.yaml:14:3: step 'e' does 2 things: play, queue (make a step of each)",
        f"test.yaml:15:3: step 'f' does nothing (give it one of {', '.join(BY_WORD)})",
        "test.yaml:16:3: a step cannot be called end (ways to `end` end the call; choose another name)",
        "test.yaml:17:15: hangup step 'g': 'BUSY' is no cause to hang up (did you mean 'USER_BUSY'?)",
        "test.yaml:18:3: collect step 'h': `otherwise` is missing (say where the call goes on after the last try"
        " (no_input or wrong_input))",
        "test.yaml:18:19: collect step 'h': `digits` is 4-2 (write between 1 and 32, the smaller first)",
        "test.yaml:18:41: collect step 'h': `pattern` is no regular expression: unterminated character set at"
        " position 0 (as 1[0-9]{3})",
        "test.yaml:18:61: collect step 'h': `into` cannot be 'Big' (write the name of a variable in small letters)",
        "test.yaml:19:17: transfer step 'i': `transfer` cannot be '+86 138' (write a number of digits only, as"
        " +862112345678)",
    ]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{play: x}", "2:3: play step 'a': `then` is missing"),
        ("{answer: }", "`then` is missing"),
        ("{answer: yes, then: end}", "`answer` takes no value"),
        ("{play: , then: end}", "`play` needs a prompt"),
        ("{play: [x, [y]], then: end}", "`play` needs a prompt"),
        ("{play: x, then: [end]}", "2:22: play step 'a': `then` needs the name of a step"),
        ("{menu: x, otherwise: end}", "`keys` needs at least one key"),
        ("{menu: x, keys: {}, otherwise: end}", "`keys` needs at least one key"),
        ("{menu: x, keys: {1: }, otherwise: end}", "`1` needs the name of a step"),
        ("{menu: x, keys: {5-2: end}, otherwise: end}", "'5-2' is no key"),
        ("{menu: x, keys: {000-999: end}, otherwise: end}", "1000 keys (at most 200"),
        ("{menu: x, keys: {1: end}, no_input: {then: end}}", "(wrong_input)"),
        ("{menu: x, keys: {1: end}, no_input: end, otherwise: end}", "`no_input` needs names with values"),
        ("{menu: x, keys: {1: end}, no_input: {plya: x}, otherwise: end}", "did you mean 'play'?"),
        ("{menu: x, keys: {1: end}, timeout: 0, otherwise: end}", "`timeout` is 0 (write between 1s and 60s)"),
        ("{menu: x, keys: {1: end}, tries: 999999999999, otherwise: end}", "`tries` cannot be"),
        ("{collect: x, digits: 4, then: end, otherwise: end}", "`into` needs the name of a variable"),
        ("{collect: x, into: v, then: end, otherwise: end}", "`digits` needs how many keys"),
        ("{collect: x, digits: 99, into: v, then: end, otherwise: end}", "`digits` is 99"),
        ("{collect: x, digits: 4, into: v, masked: si, then: end, otherwise: end}", "write yes or no"),
        ("{collect: x, digits: 4, into: v, pattern: '1${x}', then: end, otherwise: end}", "`pattern` cannot be"),
        ("{collect: x, digits: 4, into: v, pattern: '1${2}', then: end, otherwise: end}", "`pattern` has `${`"),
        ("{queue: }", "`queue` needs the name of a queue"),
        ("{queue: {name: x}}", "`queue` takes the name of a queue, not a list or a table"),
        ("{queue: sales@x}", "`queue` cannot be 'sales@x'"),
        ('{transfer: "1\\n2"}', "`transfer` cannot be '1\\n2'"),
        ("{hangup: [USER_BUSY]}", "`hangup` takes a cause"),
        ("play", "step 'a' does nothing"),
    ],
)
def test_one_mistake(line: str, says: str) -> None:
    assert says in told(step(line))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "test.yaml:1:1: there is no script in this file"),
        ("- a", "there is no script in this file"),
        ("name: test", "`steps` needs at least one step"),
        ("steps: []", "`steps` needs at least one step"),
        ("steps: {a: {hangup: }}\nstart: b", "2:8: `start` is 'b', which is no step"),
        ("steps: {'a b': {hangup: }}", "a step cannot be called 'a b'"),
        ("steps: {'': {hangup: }}", "a step cannot be called ''"),
        ("steps: {a: {hangup: }, a: {hangup: }}", "'a' is written twice"),
        ("steps: {" + ", ".join(f"s{n}: {{hangup: }}" for n in range(1001)) + "}", "1001 steps (at most 1000"),
    ],
)
def test_a_mistake_of_the_whole_file(text: str, says: str) -> None:
    assert says in told(text)


def test_a_file_that_is_wrong_throughout_is_told_in_a_hundred_lines() -> None:
    assert len(problems("steps:\n" + "".join(f"  s{number}: {{plya: x}}\n" for number in range(900)))) == 100


@settings(max_examples=examples(30), deadline=None)
@given(sources())
def test_every_generated_script_is_read(text: str) -> None:
    assert problems(text) == []


@settings(max_examples=examples(80), deadline=None)
@given(st.data())
def test_a_broken_script_is_refused_with_a_place_and_never_otherwise(data: st.DataObject) -> None:
    # Given a valid script with a piece cut out, doubled or overwritten
    text = data.draw(st.just(CHOICE) | sources())
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 30)))
    piece = data.draw(
        st.sampled_from(["", text[start:end] * 2, "\n", "\t", ": ", "{", "*a", "&a ", "!!x ", "\x00", "\ud800"])
    )
    broken = text[:start] + piece + text[end:]
    # When it is read
    try:
        read = parse_script(broken, "test.yaml", name="test")
    except ConfigError as wrong:
        # Then it is refused with places that are in the file
        lines = broken.count("\n") + 2
        assert wrong.problems
        assert all(1 <= problem.line <= lines and problem.column >= 1 and problem.what for problem in wrong.problems)
    else:
        # or it still is a script
        assert isinstance(read, Script)


@settings(max_examples=examples(50), deadline=None)
@given(st.text())
def test_any_text_is_refused_or_read(text: str) -> None:
    problems(text)


def test_two_thousand_lines_are_read_fast() -> None:
    # Given a script of 2,000 lines
    one = (
        "  s{}:\n    menu: prompts/x.wav\n    keys:\n      1-3: s{}\n      4: end\n    timeout: 5s\n    tries: 3\n"
        "    otherwise: end\n"
    )
    text = "steps:\n" + "".join(one.format(number, number + 1) for number in range(250)) + "  s250: {hangup: }\n"
    assert text.count("\n") == 2002
    # Then it takes at most 50 ms on a quiet machine (25 measured); the bound leaves room for a busy one
    assert min(timeit.repeat(lambda: script(text), timer=time.process_time, number=1, repeat=5)) < 0.15
