"""A look-up in a call: asked once, answered once, with a deadline in State, and masked digits wiped behind it."""

from __future__ import annotations

import pytest

from ccswitch.floor.looking_up import GRACE
from ccswitch.model import facts as f
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import CallId, ExecuteId, LegId
from ccswitch.model.nouns import CallPlace, CallResult, Lookup, LookupAnswer
from tests.floor.floors import Floor, Given, a_floor, script

FOUND, NOT_FOUND, FAILED = LookupAnswer.FOUND, LookupAnswer.NOT_FOUND, LookupAnswer.FAILED
TEXT = """\
steps:
  pin: {collect: p.wav, digits: 4, masked: yes, into: pin, then: ask, otherwise: sorry}
  ask:
    lookup: account
    with: {number: "{{ caller }}", pin: "{{ pin }}"}
    into: {name: owner.name}
    play: wait.wav
    then: hello
    not_found: pin
    otherwise: sorry
  hello: {play: hello.wav, then: agent}
  sorry: {play: sorry.wav, then: agent}
  agent: {queue: support}
"""


def at_pin() -> Floor:
    """A caller who is asked for his PIN."""
    floor = a_floor(ready=False, scripts=(script(text=TEXT),), lookups=(Lookup(name="account", limit=4.0),))
    floor.parked("L1", entry="menu", caller_number="138")
    return floor


def keyed(floor: Floor, secret: str = "ccs_secret_1", *, wrong: bool = False) -> Given:
    """He typed something, and the switch has it in the channel variable `secret`."""
    keys = {"invalid": "***"} if wrong else {"digits": "****"}
    execute = floor.call("L1").execute
    return floor.give(f.ExecuteEnded(leg=LegId("L1"), execute=execute, secret=secret, **keys))


def at_ask() -> Floor:
    """A caller who waits for a look-up's answer."""
    floor = at_pin()
    keyed(floor)
    assert floor.call("L1").step == "ask"
    return floor


def answer(floor: Floor, answer: LookupAnswer = FOUND, *, execute: str = "", **fields: object) -> Given:
    """The world has an answer."""
    known = {"call": CallId("L1"), "execute": ExecuteId(execute or floor.call("L1").execute), **fields}
    return floor.give(f.LookedUp(answer=answer, **known))


def test_it_is_asked_once_with_a_deadline_while_the_caller_hears_something() -> None:
    floor = at_pin()
    told = keyed(floor)
    # Then the question goes out with a reference instead of the digits
    asked, started = told.the(r.LookUp), told.the(o.StepStarted)
    assert (asked.lookup, asked.given, asked.secrets) == ("account", (("number", "138"),), (("pin", "ccs_secret_1"),))
    assert (asked.execute, asked.caller_number, asked.wanted) == (started.execute, "138", ("owner.name",))
    assert started.deadline == floor.now + 4.0 + GRACE
    # And the prompt runs under a name of its own, whose end is nobody's step
    heard = told.the(r.Play)
    assert heard.execute != asked.execute and heard.files == ("wait.wav",)
    assert floor.give(f.ExecuteEnded(leg=LegId("L1"), execute=heard.execute)).is_nothing
    # And what is made next for the call has another name
    assert answer(floor).the(r.Play).execute not in (heard.execute, asked.execute)


def test_what_was_found_goes_on_with_the_prompt_hushed_and_the_digits_wiped() -> None:
    floor = at_ask()
    told = answer(floor, values=(("owner.name", "Li"),))
    assert (told.the(o.StepEnded).result, told.the(o.StepStarted).step) == ("found", "hello")
    kinds = [type(request) for request in told.requests]
    assert kinds == [r.Quiet, r.Forget, r.Play]
    assert told.the(r.Forget).secret == "ccs_secret_1"
    assert '"name":"Li"' in floor.call("L1").cursor


@pytest.mark.parametrize(("given", "step", "result"), [(NOT_FOUND, "pin", "not found"), (FAILED, "sorry", "failed")])
def test_nothing_found_and_no_answer(given: LookupAnswer, step: str, result: str) -> None:
    floor = at_ask()
    told = answer(floor, given, why="it broke" if given is FAILED else "")
    ended = told.the(o.StepEnded)
    assert (ended.result, ended.why, told.the(o.StepStarted).step) == (result, "it broke" * (given is FAILED), step)
    assert told.the(r.Forget).secret == "ccs_secret_1"


def test_late_doubled_and_foreign_answers_change_nothing() -> None:
    floor = at_ask()
    asked = floor.call("L1").execute
    assert answer(floor, execute="L1-x99").is_nothing
    assert floor.give(f.LookedUp(call=CallId("nobody"), execute=ExecuteId("x"), answer=FOUND)).is_nothing
    answer(floor)
    assert answer(floor, execute=asked).is_nothing
    # And after a hang-up
    floor = at_ask()
    floor.ended("L1")
    assert answer_of_the_dead(floor).is_nothing


def answer_of_the_dead(floor: Floor) -> Given:
    return floor.give(f.LookedUp(call=CallId("L1"), execute=ExecuteId("L1-x2"), answer=FOUND))


def test_no_answer_in_time_is_a_failure_and_a_later_one_is_nothing() -> None:
    floor = at_ask()
    asked = floor.call("L1").execute
    told = floor.wait(4.0 + GRACE)
    assert (told.the(o.StepEnded).result, told.the(o.StepEnded).why) == ("failed", "no answer in time")
    assert told.the(r.Quiet) and told.the(r.Forget)
    assert floor.call("L1").step == "sorry"
    assert answer(floor, execute=asked).is_nothing


def test_a_lost_link_or_a_restart_asks_again_and_the_first_answer_is_too_late() -> None:
    floor = at_ask()
    first = floor.call("L1").execute
    # When the controller was started again, or the link was lost
    floor.give(f.NodeDown(node=floor.call("L1").node, why="cut"))
    floor.now += 1.0
    told = floor.node_up()
    # Then the question is asked once more, for the digits that the switch still has
    again = told.the(r.LookUp)
    assert again.execute != first and again.secrets == (("pin", "ccs_secret_1"),)
    assert not told.every(r.Forget)
    assert answer(floor, execute=first).is_nothing
    assert answer(floor).the(o.StepStarted).step == "hello"


def test_wrong_digits_are_wiped_at_once() -> None:
    floor = at_pin()
    told = keyed(floor, wrong=True)
    assert told.the(o.StepEnded).result == "wrong"
    assert told.the(r.Forget).secret == "ccs_secret_1"
    # And those of a step that is long over
    late = f.ExecuteEnded(leg=LegId("L1"), execute=ExecuteId("L1-x0"), digits="****", secret="ccs_secret_0")
    assert floor.give(late).the(r.Forget).secret == "ccs_secret_0"


def test_digits_collected_anew_replace_those_before() -> None:
    floor = at_ask()
    answer(floor, NOT_FOUND)
    assert keyed(floor, "ccs_secret_4").the(r.LookUp).secrets == (("pin", "ccs_secret_4"),)


def test_who_is_let_go_leaves_no_digits_behind() -> None:
    # Given a script that never uses what it collected
    text = "steps:\n  pin: {collect: p, digits: 4, masked: yes, into: pin, then: agent, otherwise: agent}\n"
    floor = a_floor(ready=False, scripts=(script(text=text + "  agent: {queue: support}\n"),))
    floor.parked("L1", entry="menu")
    told = keyed(floor)
    assert floor.call("L1").place is CallPlace.WAITING
    assert told.the(r.Forget).secret == "ccs_secret_1" and "secret" not in floor.call("L1").cursor


def test_a_call_that_is_hung_up_by_order_leaves_none_either() -> None:
    floor = at_ask()
    told = floor.order(d.HangUpCall, call=CallId("L1"))
    assert [type(one) for one in told.requests] == [r.Forget, r.HangUp]
    assert floor.ended("L1").the(o.CallEnded).result is CallResult.HUNG_UP


def test_no_reference_is_kept_in_the_trace() -> None:
    floor = at_ask()
    answer(floor, values=(("owner.name", "Li"),))
    ended = floor.everything(o.StepEnded)
    assert [step.keys for step in ended] == ["", ""] and "secret" not in repr(ended)
    assert floor.replayed() == floor.state


def test_words_that_are_not_heard_meanwhile_are_told() -> None:
    # Given a caller who waits for an answer, with a prompt of which the words are not ready
    floor = at_pin()
    heard = keyed(floor).the(r.Play)
    failed = f.SpeechFailed(leg=LegId("L1"), execute=heard.execute, said="one moment", why="no speech within 2 s")
    # When that is told, then it is kept, and the look-up goes on
    skipped = floor.give(failed).the(o.SpeechSkipped)
    assert (skipped.step, skipped.said) == ("ask", "one moment")
    assert floor.call("L1").step == "ask"
