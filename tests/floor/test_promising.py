"""A caller is promised a call by his script: at a key before he would wait, or at a step."""

from __future__ import annotations

from typing import Any

import pytest

from ccswitch.floor.promise_times import when
from ccswitch.model import facts as f
from ccswitch.model import nouns as n
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.calendars import Almanac, Zone
from ccswitch.model.ids import CallId, NodeName, QueueName
from ccswitch.model.said import Spoken
from ccswitch.model.wire import to_plain
from tests.floor.floors import Floor, a_floor, an_agent, script

TEXT = """\
steps:
  wait:
    queue: support
    offer_callback: {play: offer.wav, then: promised}
    then: end
    otherwise: end
  promised: {play: promised.wav, then: end}
"""
STEP = """\
steps:
  ask: {menu: ask.wav, keys: {1: promise, 2: twice}, otherwise: end}
  promise: {callback: support, when: "{{ called }}", then: good, otherwise: bad}
  twice: {callback: support, then: promise, otherwise: bad}
  good: {play: good.wav, then: end}
  bad: {play: bad.wav, then: end}
"""


def at_menu(text: str, **fields: str) -> Floor:
    floor = a_floor(ready=False, trunks=(NodeName("a"),), scripts=(script(text=text),))
    floor.parked("L1", **{"entry": "menu", "caller_number": "13900139000", **fields})
    return floor


def test_at_a_key_he_keeps_his_place_and_may_hang_up() -> None:
    # Given a caller who is offered a call, and others who come after him
    floor = at_menu(TEXT)
    assert floor.requests[-1].files == ("offer.wav",)
    began = floor.now
    # When he presses the key
    told = floor.pressed("L1", "1")
    made = told.the(o.CallbackPromised)
    assert (made.call, made.number, made.since, made.due) == ("L1", "13900139000", began, began)
    assert told.the(r.Play).files == ("promised.wav",)
    # And hangs up, Then his place stands before theirs
    floor.ended("L1")
    floor.wait(1.0)
    floor.parked("L2")
    assert floor.line() == [made.promise, "L2"]
    # And the first agent who is ready is rung for it
    assert floor.ready("li").the(r.RingAgent).caller_number == "13900139000"


@pytest.mark.parametrize("keys", ["", "7"])
def test_without_the_key_he_waits(keys: str) -> None:
    floor = at_menu(TEXT)
    told = floor.pressed("L1", invalid=keys)
    assert told.the(o.CallEnqueued).queue == "support" and not floor.state.promises


def test_whose_number_is_withheld_waits_whatever_he_presses() -> None:
    floor = at_menu(TEXT, caller_number="anonymous")
    told = floor.pressed("L1", "1")
    assert told.the(o.CallEnqueued).queue == "support"
    ended = [x for x in told.every(o.StepEnded) if x.why]
    assert "withheld" in ended[0].why


def test_a_step_promises_and_takes_no_time() -> None:
    floor = at_menu(STEP)
    told = floor.pressed("L1", "1")
    assert told.the(o.CallbackPromised).why == "script menu, step promise"
    assert told.the(r.Play).files == ("good.wav",)
    assert [x.step for x in told.every(o.StepEnded)] == ["ask", "promise"]


def test_a_time_that_is_none_is_refused() -> None:
    floor = at_menu(STEP, called_number="2575")
    told = floor.pressed("L1", "1")
    assert not told.every(o.CallbackPromised) and told.the(r.Play).files == ("bad.wav",)


def test_a_script_that_promises_twice_in_one_breath_promises_once() -> None:
    floor = at_menu(STEP)
    told = floor.pressed("L1", "2")
    assert len(told.every(o.CallbackPromised)) == len(floor.state.promises) == 1


def test_who_waited_and_is_sent_on_to_a_script_keeps_the_place_that_he_had() -> None:
    # Given a queue that sends on to a script that promises
    queues = (
        n.Queue(name=QueueName("support"), rules=("after 20s: to script:menu",)),
        n.Queue(name=QueueName("sales")),
    )
    promises = script(text="steps: {p: {callback: support, then: end, otherwise: end}}")
    floor = a_floor(ready=False, trunks=(NodeName("a"),), scripts=(promises,), queues=queues)
    # When a caller has waited for so long
    floor.parked("L1", caller_number="13900139000")
    since = floor.now
    made = floor.wait(21.0).the(o.CallbackPromised)
    # Then the promise has the place of when he joined
    assert (made.since, made.due) == (since, since + 20.0)


# ---- by a rule of the queue, an exit key, an order: the house's own script ------------------------------------

RULE = "after 20s: to callback:support"
NUMBER = "13900139000"
THEN = script(text="steps:\n  wait: {queue: support, then: rate}\n  rate: {play: rate.wav, then: end}\n")


def sent_on(*rules: str, number: str = NUMBER, **fields: Any) -> Floor:
    """A caller whom his script let wait in a queue with these rules hears, after 20 s, what the house offers him."""
    queues = (n.Queue(name=QueueName("support"), rules=rules or (RULE,)), n.Queue(name=QueueName("sales")))
    settings = {"trunks": (NodeName("a"),), "scripts": (THEN,), "queues": queues, **fields}
    floor = a_floor(ready=False, **settings)
    floor.parked("L1", entry="menu", caller_number=number)
    floor.wait(21.0)
    return floor


def heard(floor: Floor) -> str:
    """What the caller is told now."""
    files = floor.requests[-1].files
    return " ".join(one.text if isinstance(one, Spoken) else str(one) for one in files)


def answers_step(floor: Floor, leg: str = "L1") -> None:
    """The switch has answered the call, or played what was to be played."""
    floor.pressed(leg)


class TestSentOnToBeCalledBack:
    def test_who_says_nothing_is_promised_a_call_at_his_number_and_his_place(self) -> None:
        # Given a caller who has waited for 20 s
        floor = sent_on()
        since = floor.now - 21.0
        left = floor.everything(o.VisitEnded)[0]
        assert (left.result, left.to, left.why) == (n.VisitResult.CALLBACK, "callback:support", RULE)
        # Then he hears that he is called back, at his number
        answers_step(floor)
        assert "call you back" in heard(floor)
        # When he says nothing, Then it is promised, he hears so, and the call ends
        told = floor.pressed("L1")
        made = told.the(o.CallbackPromised)
        assert (made.number, made.since, made.queue) == (NUMBER, since, "support")
        assert "will call you" in heard(floor)
        floor.pressed("L1")
        assert floor.everything(o.CallLeaving)[-1].result is n.CallResult.SERVED
        floor.ended("L1")
        assert floor.line() == [made.promise]

    def test_he_may_give_another_number(self) -> None:
        floor = sent_on()
        answers_step(floor)
        floor.pressed("L1", "1")
        told = floor.pressed("L1", "13700137000")
        assert told.the(o.CallbackPromised).number == "13700137000"

    def test_he_may_wait_on_where_he_stood_and_is_not_asked_again(self) -> None:
        # Given a caller who would rather wait, in a queue with another rule behind it
        floor = sent_on(RULE, "after 60s: to voicemail:support")
        since = floor.now - 21.0
        answers_step(floor)
        told = floor.pressed("L1", "2")
        waits = told.the(o.CallEnqueued)
        assert (waits.queue, waits.since, floor.call("L1").place) == ("support", since, n.CallPlace.WAITING)
        # Then he is not asked again, and the next rule comes at its time, counted from when he joined
        floor.wait(30.0)
        assert len(floor.everything(o.VisitEnded)) == 1
        floor.wait(10.0)
        assert floor.everything(o.VisitEnded)[-1].to == "voicemail:support"

    def test_his_own_script_goes_on_after_the_talk(self) -> None:
        floor = sent_on()
        answers_step(floor)
        floor.pressed("L1", "2")
        # When he is answered after all, and the agent hangs up
        floor.ready("li")
        agent = floor.agent_leg("L1")
        floor.agent_parked(agent)
        floor.joined("L1", agent)
        floor.wait(5.0)
        floor.ended(agent)
        floor.parked("L1")
        # Then he is where his script has him behind its queue step
        assert floor.requests[-1].files == ("rate.wav",)

    def test_who_came_without_a_script_waits_on_without_one(self) -> None:
        queues = (n.Queue(name=QueueName("support"), rules=(RULE,)), n.Queue(name=QueueName("sales")))
        floor = a_floor(ready=False, trunks=(NodeName("a"),), queues=queues)
        floor.parked("L1", caller_number=NUMBER)
        floor.wait(21.0)
        answers_step(floor)
        floor.pressed("L1", "2")
        assert (floor.call("L1").place, floor.call("L1").cursor) == (n.CallPlace.WAITING, "")

    @pytest.mark.parametrize("number", ["anonymous", "", "100"])
    def test_whose_number_cannot_be_called_is_asked_for_one(self, number: str) -> None:
        # Given a withheld number, or one of the house's own
        floor = sent_on(number=number)
        answers_step(floor)
        assert "withheld" in heard(floor)
        answers_step(floor)
        told = floor.pressed("L1", "13700137000")
        assert told.the(o.CallbackPromised).number == "13700137000"

    def test_and_waits_on_when_he_gives_none(self) -> None:
        floor = sent_on(number="anonymous")
        answers_step(floor)
        answers_step(floor)
        floor.pressed("L1")
        floor.pressed("L1")
        assert floor.call("L1").place is n.CallPlace.WAITING
        # And is not asked again, however long he waits
        floor.wait(3600.0)
        assert len(floor.everything(o.VisitEnded)) == 1 and not floor.state.promises

    def test_without_a_gateway_the_rule_does_nothing(self) -> None:
        floor = sent_on(trunks=())
        floor.wait(600.0)
        assert floor.everything(o.VisitEnded) == [] and floor.call("L1").place is n.CallPlace.WAITING

    def test_the_house_speaks_as_the_site_does(self) -> None:
        floor = sent_on(language="zh")
        answers_step(floor)
        assert "回电" in heard(floor)

    def test_from_a_talk_he_comes_to_the_end_of_the_line(self) -> None:
        # Given a caller who talks, and whom the agent sends on to be called back
        queues = (n.Queue(name=QueueName("support")), n.Queue(name=QueueName("sales")))
        floor = a_floor(trunks=(NodeName("a"),), queues=queues)
        agent = floor.talking("L1", caller_number=NUMBER)
        floor.wait(60.0)
        floor.order(d.TransferCall, call=CallId("L1"), to="callback:sales")
        floor.ended(agent)
        floor.parked("L1")
        answers_step(floor)
        made = floor.pressed("L1").the(o.CallbackPromised)
        assert (made.queue, made.since) == ("sales", floor.now)


UTC = Almanac(zone=Zone(name="UTC", offsets=((0.0, 0),)))
NOON = 12 * 3600.0


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("", NOON),
        ("14:30", NOON + 2.5 * 3600),
        ("1430", NOON + 2.5 * 3600),
        ("900", NOON + 21 * 3600),
        ("1200", NOON + 24 * 3600),
        ("1970-01-03T08:00", 2 * 86400.0 + 8 * 3600),
        ("2575", None),
        ("1970-02-30T08:00", None),
        ("soon", None),
        ("1" * 400, None),
    ],
)
def test_when_he_wishes_to_be_called(text: str, at: float | None) -> None:
    assert when(text, UTC, NOON) == at


# ---- rules of the queue are for promises in line too ---------------------------------------------------------


def in_line(*rules: str, skills: str = "", care: str = "", **fields: Any) -> Floor:
    """A floor on which a promise stands in the line of support, which has these rules."""
    queues = (
        n.Queue(name=QueueName("support"), rules=rules, skills=skills),
        n.Queue(name=QueueName("care"), skills=care),
        n.Queue(name=QueueName("sales")),
    )
    floor = a_floor(*fields.pop("agents", ("li",)), ready=False, trunks=(NodeName("a"),), queues=queues, **fields)
    floor.order(d.AddCallback, queue="support", number=NUMBER)
    return floor


class TestRulesActOnPromises:
    def test_what_it_wants_is_loosened_in_place_as_a_callers(self) -> None:
        # Given a promise by a queue that wants billing 5, and only Li with billing 3
        li = an_agent("li", skills=("billing=3",))
        floor = in_line("after 20s: billing >= 3", skills="billing >= 5", agents=(li,))
        [promise] = floor.state.promises.values()
        floor.ready("li")
        floor.wait(19.0)
        assert floor.everything(o.OfferMade) == []
        # When it has stood in line for 20 s, Then Li is rung for it
        told = floor.wait(2.0)
        relaxed = told.the(o.CallbackRelaxed)
        assert (relaxed.requires, promise.behind) == ("billing >= 3", ("after 20s: billing >= 3",))
        assert told.the(o.OfferMade).agent == "li"

    def test_another_queues_agents_may_call_him_and_priority_moves_it_forward(self) -> None:
        zhao = an_agent("zhao", "care")
        floor = in_line("after 10s: priority +2", "after 20s: add queue care", agents=(zhao,))
        [promise] = floor.state.promises.values()
        floor.wait(11.0)
        assert promise.arrival == promise.waiting_since - 2 * floor.state.settings.priority_worth
        floor.ready("zhao")
        assert floor.wait(10.0).the(o.OfferMade).agent == "zhao"

    def test_figures_are_asked_for_it_too(self) -> None:
        floor = in_line("when waiting > 1: priority +1")
        [promise] = floor.state.promises.values()
        floor.wait(2.0)
        assert promise.priority == 0
        # When a caller waits behind it
        floor.parked("L1")
        floor.wait(1.5)
        assert promise.priority == 1 and floor.call("L1").priority == 1

    def test_it_goes_to_another_queue_and_keeps_its_place(self) -> None:
        floor = in_line("after 20s: to queue:care", skills="billing", care="vip")
        [promise] = floor.state.promises.values()
        since = promise.waiting_since
        moved = floor.wait(21.0).the(o.CallbackMoved)
        assert (moved.queue, moved.to, promise.queue) == ("support", "care", "care")
        assert (promise.requires, promise.waiting_since, promise.behind) == ("vip", since, ())
        assert to_plain(floor.replayed()) == to_plain(floor.state)

    @pytest.mark.parametrize("to", ["voicemail:support", "script:menu", "callback:care", "number:+8621", "queue:gone"])
    def test_nothing_else_is_an_overflow_for_it(self, to: str) -> None:
        # Given a rule that is for who is on the line, with one behind it
        floor = in_line(f"after 20s: to {to}", "after 30s: priority +1")
        [promise] = floor.state.promises.values()
        floor.wait(60.0)
        assert (promise.queue, promise.priority, promise.visiting) == ("support", 1, True)

    def test_a_number_that_the_other_queue_promises_a_call_already_stays(self) -> None:
        floor = in_line("after 20s: to queue:care")
        floor.order(d.AddCallback, queue="care", number=NUMBER)
        floor.wait(60.0)
        assert sorted(one.queue for one in floor.state.promises.values()) == ["care", "support"]

    def test_what_was_relaxed_while_he_waited_himself_holds_on(self) -> None:
        # Given a caller who was relaxed, and then sent on to be called back
        rules = ("after 5s: priority +1", "after 10s: add queue sales", RULE, "after 60s: priority +5")
        floor = sent_on(*rules)
        joined = floor.now - 21.0
        answers_step(floor)
        made = floor.pressed("L1").the(o.CallbackPromised)
        promise = floor.state.promises[made.promise]
        assert (promise.priority, promise.also, promise.joined_at) == (1, ("sales",), joined)
        assert promise.behind == rules[:3]
        # Then only what is still to come is done for his promise, at the time that it would have come for him
        floor.pressed("L1")
        floor.ended("L1")
        floor.wait(38.0)
        assert promise.priority == 1
        floor.wait(2.0)
        assert promise.priority == 6

    def test_marks_of_a_caller_who_never_waited_are_those_of_his_promise(self) -> None:
        # Given a level that counts as ten minutes
        text = "steps:\n  t: {tag: vip, then: p}\n  p: {callback: support, then: end, otherwise: end}\n"
        mark = n.Mark(name="vip", head_start=600.0, prefers="care")
        floor = a_floor(ready=False, trunks=(NodeName("a"),), scripts=(script(text=text),), marks=(mark,))
        floor.parked("L1", entry="menu", caller_number=NUMBER)
        made = floor.everything(o.CallbackPromised)[0]
        assert (made.head_start, made.prefers) == (600.0, "care")
        assert floor.state.promises[made.promise].arrival == floor.now - 600.0

    def test_who_is_called_back_and_finds_no_agent_is_not_sent_on_for_what_he_waited_before(self) -> None:
        # Given a customer who is rung a long time after his promise was made
        floor = in_line("after 60s: to voicemail:support")
        floor.wait(600.0)
        floor.ready("li")
        [call] = [one for one in floor.state.calls.values() if one.promise]
        agent = floor.agent_leg(call.call)
        floor.agent_parked(agent)
        # When the agent is gone as he answers
        floor.give(f.LegAnswered(leg=call.leg))
        floor.ended(agent)
        floor.parked(call.leg, answered=True)
        # Then he waits, and goes only when he has waited so long on the line
        floor.wait(10.0)
        assert call.place is n.CallPlace.WAITING
        floor.wait(600.0)
        assert floor.everything(o.VisitEnded)[-1].to == "voicemail:support"
