"""Steps that take no time."""

from __future__ import annotations

from ccswitch.ivr.around import given
from ccswitch.ivr.heard import Keys
from ccswitch.ivr.interpreter import begin, resume
from ccswitch.ivr.rehearsal import rehearse
from tests.ivr.scripts import script, told

VIP = """\
steps:
  hello: {answer: , then: order}
  order: {collect: order.wav, digits: 3, into: order, then: keep, otherwise: end}
  keep: {set: {kind: "{{ 'vip' if order > 880 else 'plain' }}", note: "{{ kind }} {{ order }}"}, then: who}
  who:
    branch:
      - {if: kind == 'vip', then: first}
      - {if: order / nothing > 1, then: first}
      - {if: queue.sales.waiting > 5, then: busy}
    otherwise: sales
  nothing: {set: {nothing: 0}, then: end}
  first: {queue: sales, priority: 9}
  sales: {queue: sales}
  busy: {play: busy.wav, then: nothing}
"""


def test_variables_are_set_and_the_first_case_that_holds_is_taken():
    # Given an order number that makes its caller important
    call = rehearse(script(VIP), ["881"], given([("queue.sales.waiting", "9")]))
    # Then the first case took him, though another holds as well
    assert call.steps == ["hello", "order", "keep", "who", "first"]
    assert call.variables == {"order": "881", "kind": "vip", "note": "vip 881"}


def test_what_came_of_each_step_is_told():
    # Given a plain order while few wait
    asked = script(VIP)
    order = resume(asked, begin(asked).cursor, Keys(""), given([])).cursor
    move = resume(asked, order, Keys("100"), given([("queue.sales.waiting", "2")]))
    # Then both steps without time lie on the way, with the values and with what could not be worked out
    assert [(passed.step, passed.kind, passed.to) for passed in move.passed] == [
        ("keep", "set", "who"),
        ("who", "branch", "sales"),
    ]
    assert move.passed[0].result == "kind = plain; note = plain 100"
    assert move.passed[1].result.startswith("otherwise; order / nothing > 1 failed: ")


def test_queues_are_asked_when_the_caller_comes_by():
    assert rehearse(script(VIP), ["100"], given([("queue.sales.waiting", "9")])).steps[-3:] == [
        "who",
        "busy",
        "nothing",
    ]


def test_names_that_no_step_sets_are_refused():
    wrong = told(VIP.replace("kind == 'vip'", "kinds == 'vip'"))
    assert "step 'who' asks for 'kinds', which no step sets (did you mean 'kind'?)" in wrong


def test_a_circle_of_steps_without_time_is_refused():
    wrong = told(VIP.replace("nothing: {set: {nothing: 0}, then: end}", "nothing: {set: {nothing: 0}, then: who}"))
    assert "a caller who presses nothing goes round for ever: who → busy → nothing → who" in wrong


def test_what_is_wrong_with_them_is_told_with_its_place():
    wrong = told("""\
steps:
  a: {set: {Caller: x, caller: y, b: [1]}, then: b}
  b: {branch: [{if: f(1), then: c}, {then: c}, x], otherwise: c}
  c: {set: {d: "{{ 2 ** 3 }}"}, then: end}
  d: {branch: , otherwise: end}
""")
    for part in (
        "2:13: set step 'a': a variable cannot be called 'Caller'",
        "2:24: set step 'a': a variable cannot be called 'caller'",
        "2:38: set step 'a': 'b' takes a text",
        "3:17: branch step 'b', case: 'f(1)': a call, as f(x), cannot be used in a script",
        "3:37: branch step 'b', case: `if` needs a condition",
        "3:48: branch step 'b': a case needs names with values",
        "4:16: set step 'c': '{{ 2 ** 3 }}': ** cannot be used",
        "5:7: branch step 'd': `branch` needs a list of cases",
    ):
        assert part in wrong, wrong
