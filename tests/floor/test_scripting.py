"""A call in a script: acts become requests, what the switch reports goes back, and a caller is never left in a step."""

from __future__ import annotations

from ccswitch.floor.step_starts import ANSWER_LIMIT, STEP_LIMIT
from ccswitch.model import facts as f
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import ExecuteId, LegId, NodeName, QueueName
from ccswitch.model.nouns import CallPlace, CallResult, Entry
from ccswitch.model.said import wording
from tests.floor.floors import Floor, a_floor, script, settings_of, stage

GREETING = """\
steps:
  up: {answer: , then: hello}
  hello: {play: [hello.wav, tone.wav], then: bye}
  bye: {hangup: USER_BUSY}
"""


def greeted() -> Floor:
    """A floor whose entry `menu` answers, greets and hangs up."""
    return a_floor(scripts=(script(text=GREETING),))


def test_each_act_becomes_its_request_and_the_last_one_ends_the_call() -> None:
    # Given a script that answers, plays and hangs up
    floor = greeted()
    # When a caller arrives and each step ends in its time
    answer = floor.parked("L1", entry="menu")
    play = floor.pressed("L1")
    hang_up = floor.pressed("L1")
    # Then each is asked for under a name of its own
    assert answer.the(r.Answer).execute == "L1-x1"
    assert (play.the(r.Play).execute, play.the(r.Play).files) == ("L1-x2", ("hello.wav", "tone.wav"))
    assert hang_up.the(r.HangUp).cause == "USER_BUSY"
    assert hang_up.the(o.CallLeaving).result is CallResult.SERVED
    # And the trace knows what each came to
    assert [(x.step, x.kind, x.result) for x in floor.everything(o.StepEnded)] == [
        ("up", "answer", "done"),
        ("hello", "play", "done"),
    ]


def test_keys_choose_the_way() -> None:
    # Given a caller in a menu
    floor = stage("script")
    # When he presses 1
    told = floor.pressed("L1", "1")
    # Then the key is kept and he waits with the script's priority; the script goes on after the talk
    assert (told.the(o.StepEnded).result, told.the(o.StepEnded).keys) == ("keys", "1")
    assert told.the(o.CallEnqueued).priority == 3
    agent_leg = floor.agent_leg("L1")
    floor.agent_parked(agent_leg)
    floor.joined("L1", agent_leg)
    floor.ended(agent_leg)
    assert floor.parked("L1").the(o.StepStarted).step == "rate"


def test_wrong_keys_and_silence_are_told_apart() -> None:
    # Given a caller in a menu of two tries
    floor = stage("script")
    # When he presses a wrong key and then none
    wrong, silent = floor.pressed("L1", invalid="9"), floor.pressed("L1")
    # Then the second try is prompted as the first one went, and the way after the last is taken
    assert wrong.the(o.StepEnded).result == "wrong"
    assert wrong.the(r.Collect).files == ("wrong.wav", "ask.wav")
    assert silent.the(o.StepEnded).result == "silence"
    assert silent.the(o.CallLeaving).result is CallResult.SERVED


def test_masked_keys_are_kept_nowhere() -> None:
    # Given a caller at a masked collection
    floor = stage("script")
    assert floor.pressed("L1", "3").the(r.Collect).masked
    # When he keys his PIN, and somebody forgot to hide it on the way
    floor.pressed("L1", "4711")
    # Then no outcome has it
    assert not [outcome for _, outcome in floor.journal if "4711" in str(outcome)]


def test_the_end_of_another_step_is_nothing() -> None:
    # Given a caller in a menu, and the report of a step that is long over
    floor = stage("script")
    late = f.ExecuteEnded(leg=LegId("L1"), execute=ExecuteId("L1-x0"), digits="1")
    # When it comes, or one of a leg that is not ours, or a step's end told twice
    assert floor.give(late).is_nothing
    assert floor.give(f.ExecuteEnded(leg=LegId("x"), execute=ExecuteId("x-x1"))).is_nothing
    ended = f.ExecuteEnded(leg=LegId("L1"), execute=floor.call("L1").execute, digits="1")
    floor.give(ended)
    # Then nothing follows
    assert floor.give(ended).is_nothing


def test_a_step_that_could_not_be_started_is_left_behind() -> None:
    # Given a greeting that plays
    floor = greeted()
    floor.parked("L1", entry="menu")
    floor.pressed("L1")
    # When the switch refuses
    told = floor.give(f.ExecuteFailed(leg=LegId("L1"), execute=floor.call("L1").execute, why="-ERR no such app"))
    # Then the script goes on, and the switch is asked what it has
    assert told.the(o.StepEnded).result == "failed"
    assert told.the(o.CallLeaving).result is CallResult.SERVED
    assert told.the(r.Survey).expected == ("L1",)


def test_a_step_refused_because_the_caller_is_gone_moves_him_nowhere() -> None:
    # Given a caller who hung up in a menu at the instant of its start
    floor = stage("script")
    why = "-ERR invalid session id [L1]"
    # When the refusal is heard before the hang-up
    told = floor.give(f.ExecuteFailed(leg=LegId("L1"), execute=floor.call("L1").execute, why=why))
    # Then the script does not run on without him, the switch is asked, and he left in the menu
    assert not told.outcomes
    assert told.the(r.Survey).node == "a"
    assert floor.seen().the(o.CallEnded).result is CallResult.LEFT


def test_a_missing_file_is_told_as_a_failure() -> None:
    floor = greeted()
    floor.parked("L1", entry="menu")
    floor.pressed("L1")
    assert floor.pressed("L1", response="FILE NOT FOUND").the(o.StepEnded).result == "failed"


def test_a_step_that_never_reports_its_end_is_taken_as_failed() -> None:
    # Given an answer that the switch never reports
    floor = greeted()
    floor.parked("L1", entry="menu")
    # When its time is over: then the script goes on
    assert floor.wait(ANSWER_LIMIT).the(o.StepEnded).result == "failed"
    # And so it does after a prompt's much longer time
    assert not floor.wait(STEP_LIMIT - 1.0).every(o.StepEnded)
    assert floor.wait(1.0).the(o.StepEnded).result == "failed"


def test_a_step_on_a_node_that_is_away_is_waited_for() -> None:
    # Given a step on a node whose link is lost
    floor = greeted()
    floor.parked("L1", entry="menu")
    floor.give(f.NodeDown(node=NodeName("a"), why="cut"))
    # When its time is over: then nothing is decided without the switch
    assert not floor.wait(60.0).every(o.StepEnded)
    assert floor.call("L1").place is CallPlace.SCRIPT


def test_a_call_keeps_the_version_of_the_script_that_it_began_with() -> None:
    # Given a caller in a menu
    floor = stage("script")
    # When the file changes and the settings are read again, twice
    for number in ("h2", "h3"):
        floor.give(f.SettingsLoaded(settings=settings_of(hash=number, scripts=(script(text=GREETING),))))
    # Then he goes on in the old version, and the next caller begins in the new one
    assert floor.pressed("L1", invalid="9").the(r.Collect).files == ("wrong.wav", "ask.wav")
    assert floor.parked("L2", entry="menu").the(o.StepStarted).step == "up"
    # And when nobody needs the old version any more, it goes with the next reading
    floor.ended("L1")
    floor.give(f.SettingsLoaded(settings=settings_of(hash="h4", scripts=(script(text=GREETING),))))
    assert list(floor.state.scripts) == [script(text=GREETING).hash]


def test_a_script_that_this_release_cannot_read_lets_the_caller_go() -> None:
    # Given a caller in a script that an earlier release could read
    floor = stage("script")
    call = floor.call("L1")
    floor.state.scripts[call.script_hash] = script(text="steps: {}")
    # When his step ends, or begins again
    ended, again = floor.pressed("L1", "1"), stage("script")
    again.state.scripts.clear()
    # Then he is let go, and not left in silence
    assert ended.the(r.HangUp).leg == "L1"
    assert again.parked("L1").the(o.CallLeaving).why == "its script is gone"


def test_a_script_may_send_its_caller_to_a_queue_that_nobody_serves() -> None:
    # Given an entry whose queue has no agents: he waits, with music, and is served when somebody is added
    floor = a_floor(entries=(Entry(name="x", queue=QueueName("nobody")),))
    floor.lawful = False  # no files that were checked have such an entry
    told = floor.parked("L1", entry="x")
    assert told.every(r.Play)
    assert floor.line("nobody") == ["L1"]


def test_a_menu_without_its_prompt_is_told_by_file_and_goes_on_as_after_a_silence() -> None:
    # Given a caller in a menu
    floor = a_floor()
    floor.parked("L1", entry="menu")
    call = floor.call("L1")
    tries = 0
    # When the switch cannot open the prompt, try after try
    while floor.call("L1").place is CallPlace.SCRIPT and floor.call("L1").step == call.step and tries < 9:
        told = floor.give(f.ExecuteEnded(leg=LegId("L1"), execute=floor.call("L1").execute, unheard=True))
        ended = told.the(o.StepEnded)
        tries += 1
        # Then each is told, with the file
        assert ended.result == "no prompt"
        assert "cannot be played on a: no such file there" in ended.why and ".wav" in ended.why
    # and he is led where silence leads
    assert 1 <= tries < 9


def test_a_script_that_begins_with_a_queue_goes_on_after_the_talk() -> None:
    # Given a script whose first step is the queue, entered after another script
    text = "steps:\n  wait: {queue: support, then: rate}\n  rate: {play: rate.wav, then: end}\n"
    floor = a_floor(scripts=(script("short", text),), entries=(Entry(name="short", script="short"),))
    agent_leg = floor.talking("L1", entry="short")
    # When new files are read meanwhile, and the talk is over
    floor.give(f.SettingsLoaded(settings=settings_of(hash="h2")))
    floor.wait(60.0)
    floor.ended(agent_leg)
    told = floor.parked("L1")
    # Then the version that sent him there goes on
    assert told.the(o.StepStarted).step == "rate"


def test_a_script_that_begins_with_a_transfer_goes_on_when_nobody_is_reached() -> None:
    text = 'steps:\n  out: {transfer: "+8621", otherwise: sorry}\n  sorry: {play: sorry.wav, then: end}\n'
    floor = a_floor(scripts=(script("short", text),), entries=(Entry(name="short", script="short"),))
    floor.parked("L1", entry="short")
    assert floor.parked("L1").the(o.StepStarted).step == "sorry"


ASKS = """\
steps:
  hello: {answer: , then: who}
  who:
    branch: [{if: "caller == '13800000001' and queue.support.waiting == 1 and queue.support.free == 0", then: note}]
    otherwise: support
  note: {set: {kind: "vip {{ called }}"}, then: sales}
  sales: {queue: sales, priority: 3}
  support: {queue: support}
"""


def test_conditions_ask_the_floor_as_it_is_now() -> None:
    # Given somebody who waits for support, where nobody is free, and a script that looks
    floor = a_floor(ready=False, scripts=(script(text=ASKS),))
    floor.parked("L0")
    # When another caller comes and is answered
    floor.parked("L1", entry="menu", caller_number="13800000001", called_number="4000")
    told = floor.pressed("L1")
    # Then each step that took no time is kept with its reason, and he waits where they led
    assert [(x.step, x.kind, x.to) for x in told.every(o.StepPassed)] == [
        ("who", "branch", "note"),
        ("note", "set", "sales"),
    ]
    assert told.every(o.StepPassed)[1].result == "kind = vip 4000"
    assert (told.the(o.CallEnqueued).queue, told.the(o.CallEnqueued).priority) == ("sales", 3)
    # And the next one, with two in line, is led otherwise
    floor.parked("L2")
    floor.parked("L3", entry="menu", caller_number="13800000001")
    assert floor.pressed("L3").the(o.CallEnqueued).queue == "support"


# ---- where a step led ---------------------------------------------------------------------------------------


def test_each_step_says_where_it_led() -> None:
    # Given a caller who presses a wrong key, chooses support, talks, and rates
    floor = stage("script")
    wrong, chose = floor.pressed("L1", invalid="9"), floor.pressed("L1", "1")
    agent_leg = floor.agent_leg("L1")
    floor.agent_parked(agent_leg)
    floor.joined("L1", agent_leg)
    floor.ended(agent_leg)
    talked = floor.parked("L1")
    rated = floor.pressed("L1")
    # Then each step names the one that followed, the queue's as well, and the last one hung up
    assert [told.the(o.StepEnded).to for told in (wrong, chose, talked, rated)] == ["choice", "support", "rate", "bye"]
    queued = talked.the(o.StepEnded)
    assert (queued.step, queued.kind, queued.result) == ("support", "queue", "talk over")
    last = rated.the(o.StepPassed)
    assert (last.step, last.kind, last.result, last.to) == ("bye", "hangup", "NORMAL_CLEARING", "end")


def test_a_step_leads_over_those_without_time() -> None:
    # Given a script whose menu leads to a branch
    floor = a_floor(ready=False, scripts=(script(text=ASKS),))
    floor.parked("L1", entry="menu")
    # Then the step before names the branch, which says the rest; it ends as soon as the way leads to `end`
    told = floor.pressed("L1")
    assert told.the(o.StepEnded).to == "who"
    ends = a_floor(scripts=(script(text="steps: {hello: {play: a.wav, then: end}}"),))
    ends.parked("L1", entry="menu")
    over = ends.pressed("L1")
    assert over.the(o.StepEnded).to == "end"
    assert not over.every(o.StepPassed)


def test_a_number_that_was_not_reached_ends_its_step() -> None:
    floor = stage("script")
    floor.pressed("L1", "2")
    missed = floor.parked("L1").the(o.StepEnded)
    assert (missed.step, missed.kind, missed.result, missed.to) == ("out", "transfer", "failed", "rate")


# ---- words ------------------------------------------------------------------------------------------------------

SPEAKING = """\
languages: [zh, en]
steps:
  up: {answer: , then: told}
  told: {say: [{zh: 您好, en: Hello}, {number: "{{ caller_name }}"}, {number: 7}], then: choice}
  choice: {menu: {say: 请按一}, keys: {1: bye}, tries: 1, otherwise: bye}
  bye: {hangup: USER_BUSY}
"""


def test_words_are_asked_for_and_what_cannot_be_said_is_told_at_once() -> None:
    # Given a script that says a number which the call does not have
    floor = a_floor(scripts=(script(text=SPEAKING),))
    floor.parked("L1", entry="menu")
    # When the caller comes there
    told = floor.pressed("L1")
    # Then the rest is asked for, and the trace says what is missing
    assert [wording(said) for said in told.the(r.Play).files] == ["您好", "七"]
    skipped = told.the(o.SpeechSkipped)
    assert (skipped.step, skipped.said) == ("told", "number {{ caller_name }}")
    assert skipped.why.endswith("is not a number")


def test_words_that_were_not_ready_are_told_and_the_step_goes_on() -> None:
    # Given a caller to whom something is said
    floor = a_floor(scripts=(script(text=SPEAKING),))
    floor.parked("L1", entry="menu")
    floor.pressed("L1")
    # When some of it is not heard
    failed = f.SpeechFailed(leg=LegId("L1"), execute=ExecuteId("L1-x2"), said="您好", why="no speech within 2 s")
    told = floor.give(failed)
    # Then that is kept, and the step runs on
    assert told.the(o.SpeechSkipped).why == "no speech within 2 s"
    assert floor.pressed("L1").the(o.StepEnded).result == "done"
    # And what comes late of a step that is over is nobody's
    assert floor.give(failed).is_nothing


def test_a_menu_of_which_nothing_can_be_said_goes_on_as_after_a_silence() -> None:
    floor = a_floor(scripts=(script(text=SPEAKING),))
    floor.parked("L1", entry="menu")
    floor.pressed("L1")
    floor.pressed("L1")
    ended = floor.give(f.ExecuteEnded(leg=LegId("L1"), execute=ExecuteId("L1-x3"), unheard=True)).the(o.StepEnded)
    assert (ended.step, ended.result, ended.why) == ("choice", "no prompt", "nothing of its prompt can be said")
