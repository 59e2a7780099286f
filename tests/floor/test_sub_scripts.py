"""A caller in a script that another runs: talks, outside numbers and restarts bring him back to the right place."""

from __future__ import annotations

from ccswitch.ivr.cursor import Cursor
from ccswitch.model import facts as f
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from tests.floor.floors import Floor, a_floor, script, settings_of

OUTER = """\
steps:
  inner: {run: inner, with: {who: "{{ caller }}"}, into: {rated: mark}, then: thanks, otherwise: sorry}
  thanks: {play: thanks.wav, then: told}
  told: {set: {done: "{{ rated }}"}, then: end}
  sorry: {play: sorry.wav, then: end}
"""
INNER = """\
parameters: [who]
steps:
  choice: {menu: ask.wav, keys: {1: help, 2: out, 3: closed}, otherwise: back}
  help: {queue: support, then: mark}
  out: {transfer: "+8621"}
  closed: {queue: sales}
  mark: {collect: mark.wav, digits: 1, into: mark, then: back, otherwise: back}
  back: {return: {mark: "{{ who }}: {{ mark }}"}}
"""


def in_inner() -> Floor:
    """A floor with a caller in the menu of the inner script."""
    floor = a_floor(scripts=(script("menu", OUTER), script("inner", INNER)))
    floor.parked("L1", entry="menu")
    return floor


def test_he_comes_back_from_a_talk_in_a_script_that_is_run_and_then_out_of_it() -> None:
    # Given a caller whom the inner script let talk to an agent
    floor = in_inner()
    floor.pressed("L1", "1")
    agent_leg = floor.agent_leg("L1")
    floor.agent_parked(agent_leg)
    floor.joined("L1", agent_leg)
    floor.wait(60.0)
    # When the agent is gone, and the caller gives his mark
    floor.ended(agent_leg)
    back = floor.parked("L1")
    marked = floor.pressed("L1", "5")
    # Then the inner script went on behind its queue, and the outer one behind its step, with what was returned
    assert (back.the(o.StepStarted).script, back.the(o.StepStarted).step) == ("inner", "mark")
    assert (marked.the(o.StepStarted).script, marked.the(o.StepStarted).step) == ("menu", "thanks")
    assert marked.the(r.Play).files == ("thanks.wav",)
    ended = floor.pressed("L1")
    assert (ended.the(o.StepPassed).script, ended.the(o.StepPassed).result) == ("menu", "done = 138: 5")


def test_an_outside_number_that_is_not_reached_leads_to_otherwise_of_the_script_outside() -> None:
    floor = in_inner()
    floor.pressed("L1", "2")
    assert floor.parked("L1").the(o.StepStarted).step == "sorry"


def test_every_step_is_kept_with_the_script_and_the_version_that_it_is_of() -> None:
    floor = in_inner()
    floor.pressed("L1")
    floor.pressed("L1")
    floor.pressed("L1")
    steps = [one for _, one in floor.journal if isinstance(one, o.StepPassed | o.StepStarted)]
    inner, outer = script("inner", INNER).hash, script("menu", OUTER).hash
    assert [(one.script, one.step, one.script_hash) for one in steps] == [
        ("menu", "inner", outer),
        ("inner", "choice", inner),
        ("inner", "choice", inner),
        ("inner", "choice", inner),
        ("inner", "back", inner),
        ("menu", "thanks", outer),
    ]
    assert [(one.to, one.kind) for one in steps if isinstance(one, o.StepPassed)] == [
        ("inner/choice", "run"),
        ("menu/thanks", "return"),
    ]


def test_after_a_restart_he_is_where_he_was() -> None:
    # Given a controller that dies while a caller is in the inner script
    floor = in_inner()
    floor.state = floor.replayed()
    # When he is found in park, and presses nothing any more
    floor.node_up(core="core-1")
    again = floor.parked("L1")
    # Then the same step begins anew, and leads him out
    assert (again.the(o.StepStarted).script, again.the(o.StepStarted).step) == ("inner", "choice")
    assert len(Cursor.from_json(again.the(o.StepStarted).cursor).frames) == 1
    for _ in range(3):
        last = floor.pressed("L1")
    assert last.the(o.StepStarted).step == "thanks"


def test_a_running_call_keeps_the_versions_of_the_scripts_that_it_runs() -> None:
    # Given a caller in the inner script, and files that bring other versions of both, or leave them out
    changed = (script("menu", OUTER.replace("thanks.wav", "new.wav")), script("inner", INNER.replace("ask.wav", "new")))
    for number, scripts in enumerate((changed, (script("other", "steps: {a: {hangup: }}"),))):
        floor = in_inner()
        floor.give(f.SettingsLoaded(settings=settings_of(hash=f"h{number}2", scripts=scripts)))
        # When he goes on, in there and back outside
        again, out = floor.pressed("L1"), None
        while out is None or out.the(o.StepStarted).script == "inner":
            out = floor.pressed("L1")
        # Then he hears what was in force when his call began
        assert again.the(r.Collect).files == ("ask.wav",)
        assert out.the(r.Play).files == ("thanks.wav",)
