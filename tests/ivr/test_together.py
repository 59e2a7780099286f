"""What is found wrong between scripts."""

from __future__ import annotations

from ccswitch.ivr.parse import parse_script
from ccswitch.ivr.running import DEPTH_LIMIT
from ccswitch.ivr.together import check_together


def told(broken: tuple[str, ...] = (), **texts: str) -> list[str]:
    """Everything that is wrong between scripts, as a person reads it."""
    scripts = [parse_script(text, f"{name}.yaml", name=name) for name, text in texts.items()]
    return [str(problem) for problem in check_together(scripts, broken)]


ORDER = """\
parameters: [number, {tries: 3}]
steps:
  ask: {menu: x, keys: {1: yes}, otherwise: no}
  yes: {return: {said: yes}}
  no: {return: {said: no, number: "{{ number }}"}}
"""


def test_scripts_that_fit_together_are_right() -> None:
    main = "steps: {a: {run: order, with: {number: 1}, into: {x: said, y: number}, then: end}}"
    assert told(main=main, order=ORDER) == []


def test_each_mistake_has_its_place_and_its_cure() -> None:
    main = """\
steps:
  a: {run: ordr, then: b}
  b: {run: order, then: c}
  c: {run: order, with: {number: 1, trys: 2}, into: {x: sayd}, then: d}
  d: {run: silent, into: {x: y}, then: e}
  e: {run: nothing, into: {x: y}, then: end}
"""
    nothing = "steps: {a: {return: }}"
    assert told(main=main, order=ORDER, silent="steps: {a: {play: x, then: end}}", nothing=nothing) == [
        "main.yaml:2:7: there is no script 'ordr' (did you mean 'order'?)",
        "main.yaml:3:3: script 'order' needs number (write `with: {number: …}`)",
        "main.yaml:4:37: script 'order' takes no parameter 'trys' (did you mean 'tries'?)",
        "main.yaml:4:57: script 'order' returns no 'sayd' (did you mean 'said'?)",
        "main.yaml:5:7: script 'silent' never returns (give it a step `return:`)",
        "main.yaml:6:31: script 'nothing' returns no 'y' (its `return` gives nothing)",
    ]


def test_a_script_that_could_not_be_read_is_not_missing_as_well() -> None:
    assert told(("order",), main="steps: {a: {run: order, then: end}}") == []


def test_a_script_that_runs_itself_is_refused_where_it_does() -> None:
    one = "steps: {a: {menu: x, keys: {1: b}, otherwise: c}, b: {run: two, then: c}, c: {return: }}"
    two = "steps: {a: {run: one, then: b}, b: {return: }}"
    mend = "(return, and let the script outside go round)"
    assert told(one=one, two=two, main="steps: {a: {run: one, then: end}}") == [
        f"one.yaml:1:55: a script cannot run itself: one → two → one {mend}",
        f"two.yaml:1:13: a script cannot run itself: two → one → two {mend}",
    ]
    alone = "steps: {a: {run: alone, then: b}, b: {return: }}"
    assert told(alone=alone) == [f"alone.yaml:1:13: a script cannot run itself: alone → alone {mend}"]


def test_scripts_within_scripts_have_an_end() -> None:
    def chain(length: int) -> list[str]:
        texts = {f"f{n}": f"steps: {{a: {{run: f{n + 1}, then: b}}, b: {{return: }}}}" for n in range(length)}
        return told(**texts, **{f"f{length}": "steps: {a: {return: }}"})

    assert chain(DEPTH_LIMIT) == []
    assert chain(DEPTH_LIMIT + 1) == [
        f"f0.yaml:1:13: {DEPTH_LIMIT + 1} scripts within each other (at most {DEPTH_LIMIT}; let some return earlier)"
    ]


def test_a_silent_caller_is_followed_through_the_script_that_is_run() -> None:
    # Given a script that asks again when it is told no
    main = """\
steps:
  a: {run: order, with: {number: 1}, into: {x: said}, then: b, otherwise: c}
  b: {branch: [{if: x == 'no', then: a}], otherwise: c}
  c: {hangup: }
"""
    # Then it matters whether a caller who presses nothing comes back
    went = "a caller who presses nothing goes round for ever: a → b → a"
    assert [went in one for one in told(main=main, order=ORDER)] == [True]
    patient = ORDER.replace("otherwise: no}", "otherwise: end, wrong_input: {then: no}}")
    assert told(main=main, order=patient) == []


def test_a_queue_without_otherwise_strands_a_silent_caller() -> None:
    # Given a script whose queue may turn the caller away, and one outside that then runs it again
    queue = "steps: {a: {queue: sales, then: b}, b: {return: }}"
    main = "steps: {a: {run: inner, then: b, otherwise: a}, b: {hangup: }}"
    inner = "steps: {a: {run: queue, then: b}, b: {return: }}"
    # Then he would go round without a word
    assert ["goes round for ever: a → a" in one for one in told(main=main, inner=inner, queue=queue)] == [True]
    safe = queue.replace("then: b}", "then: b, otherwise: c}, c: {hangup: }", 1)
    assert told(main=main, inner=inner, queue=safe) == []
