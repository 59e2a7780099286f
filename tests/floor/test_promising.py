"""A caller is promised a call by his script: at a key before he would wait, or at a step."""

from __future__ import annotations

import pytest

from ccswitch.floor.promise_times import when
from ccswitch.model import nouns as n
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.calendars import Almanac, Zone
from ccswitch.model.ids import NodeName, QueueName
from tests.floor.floors import Floor, a_floor, script

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
