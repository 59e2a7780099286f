"""A version of a menu is published while callers are in it, the controller is killed, the version is taken back."""

from __future__ import annotations

import shutil

import pytest

from ccswitch.ivr.canary import version_for
from ccswitch.ivr.script import script_hash
from ccswitch.model.ids import CallId, ScriptHash
from ccswitch.model.nouns import InForce
from tests.scenarios.conftest import MakeStage
from tests.scenarios.controller_process import ApiError
from tests.scenarios.stage import MENU, Stage
from tests.scenarios.world import Caller

MAIN = """\
steps:
  pick_up: {answer: , then: choice}
  choice:
    menu: tone_stream://%(100,100,440)
    keys: {1: FIRST, 2: SECOND}
    timeout: 30s
    tries: 2
    otherwise: sorry
  sales: {queue: sales, otherwise: sorry}
  support: {queue: support, otherwise: sorry}
  sorry: {play: "tone_stream://%(200,0,425)", then: end}
"""
OLD = MAIN.replace("FIRST", "sales").replace("SECOND", "support")
NEW = MAIN.replace("FIRST", "support").replace("SECOND", "sales")
BROKEN = NEW.replace("1: support", "1: suport")


def publish(stage: Stage, text: str, **more: object) -> str:
    """The version that is in force now."""
    stage.api("POST", "/scripts/main/publish", {"text": text, **more})
    return script_hash(text)


def in_menu(stage: Stage, caller: Caller) -> bool:
    """He hears the menu."""
    return stage.place(caller) == "script" and stage.board(caller)["step"] == "choice"


def versions_of(stage: Stage, caller: Caller) -> set[str]:
    """The versions whose steps a caller came to, as the records have it."""
    return {step["script_hash"] for step in stage.of("steps", caller)}


def test_who_is_in_the_menu_finishes_in_his_version(make_stage: MakeStage) -> None:
    # Given a published menu, and a caller who thinks for a while before he presses 1
    stage = make_stage()
    stage.controller.start()
    old = publish(stage, OLD, comment="as it was")
    slow = stage.caller(to=MENU, keys=[(6.0, "1"), (9.0, "1"), (12.0, "1"), (18.0, "1"), (25.0, "1")])
    stage.eventually(lambda: in_menu(stage, slow))
    # When another version is published, in which 1 and 2 have changed places, one that is wrong is refused,
    # and the controller is killed
    new = publish(stage, NEW, comment="support first")
    with pytest.raises(ApiError) as refused:
        publish(stage, BROKEN)
    assert "main.yaml:5:15: there is no step 'suport'" in str(refused.value)
    stage.controller.kill9()
    stage.controller.start()
    # Then he waits where 1 led when he came, and the next caller where it leads now
    stage.eventually(lambda: stage.place(slow) == "waiting")
    assert stage.board(slow)["queue"] == "sales"
    quick = stage.caller(to=MENU, keys=[(1.0, "1")])
    stage.eventually(lambda: stage.place(quick) == "waiting")
    assert stage.board(quick)["queue"] == "support"
    # And when it is rolled back, the one after him where it led before
    said = stage.api("POST", "/scripts/main/rollback", {"comment": "callers were lost"})["what"]
    assert said == f"script main: version {old} takes all new calls again, in the place of {new}"
    last = stage.caller(to=MENU, keys=[(1.0, "1")])
    stage.eventually(lambda: stage.place(last) == "waiting")
    assert stage.board(last)["queue"] == "sales"
    # And the records have it: each call in one version, step by step, and who published what
    stage.eventually(lambda: len(stage.of("steps", last)) == 3)
    assert [versions_of(stage, caller) for caller in (slow, quick, last)] == [{old}, {new}, {old}]
    keyed = [step for step in stage.of("steps", quick) if step["keys"]]
    assert [(step["step"], step["keys"], step["result"], step["led_to"]) for step in keyed] == [
        ("choice", "1", "keys", "support")
    ]
    releases = stage.api("GET", "/scripts/main/versions")["releases"]
    assert [(row["kind"], row["hash"], row["comment"]) for row in releases] == [
        ("rolled_back", old, "callers were lost"),
        ("published", new, "support first"),
        ("published", old, "as it was"),
    ]
    for caller in (slow, quick, last):
        caller.hang_up()
    stage.eventually(lambda: not stage.live_calls())


def test_a_new_journal_takes_what_was_published_from_the_records(make_stage: MakeStage) -> None:
    # Given a published menu with a canary, and a controller that lost its journal
    stage = make_stage()
    if stage.live:
        pytest.skip("nothing of the switch is in it: the simulated one is enough")
    stage.controller.start()
    old, canary = publish(stage, OLD), publish(stage, NEW, share=0.5)
    stage.eventually(lambda: len(stage.rows_by("releases", "n", script="main")) == 2)
    stage.controller.terminate()
    shutil.rmtree(stage.folder / "journal")
    # When the next one starts
    stage.controller.start()
    # Then the same is in force, by the same author
    stage.eventually(lambda: stage.api("GET", "/scripts/main")["script"]["published"])
    board = stage.api("GET", "/scripts/main")["script"]
    assert board["versions"] == {"hash": old, "canary": canary, "share": 0.5}
    assert board["author"] == "admin"


DOOR = "steps: {out: {hangup: CAUSE}}"
CALLS, SHARE = 400, 0.3


def test_a_canary_takes_its_share_of_four_hundred_calls(make_stage: MakeStage) -> None:
    # Given a canary for 30 %
    stage = make_stage()
    if stage.live:
        pytest.skip("four hundred calls of the simulated switch say the same, and sooner")
    stage.controller.start()
    old = publish(stage, DOOR.replace("CAUSE", "USER_BUSY"))
    canary = publish(stage, DOOR.replace("CAUSE", "NO_ANSWER"), share=SHARE)
    # When four hundred people call
    for _ in range(CALLS // 20):
        callers = [stage.caller(to=MENU) for _ in range(20)]
        stage.eventually(lambda callers=callers: all(caller.ended for caller in callers), 60)
    stage.eventually(lambda: len(stage.rows("steps")) == CALLS)
    # Then each took what his call's id says, a share that is within five standard deviations of 30 %
    versions = InForce(hash=ScriptHash(old), canary=ScriptHash(canary), share=SHARE)
    took = {row["call_id"]: row["script_hash"] for row in stage.rows("steps")}
    assert took == {call: version_for(CallId(call), versions) for call in took}
    share = sum(version == canary for version in took.values()) / CALLS
    assert abs(share - SHARE) < 5 * (SHARE * (1 - SHARE) / CALLS) ** 0.5
    # And usage tells them apart
    use = stage.api("GET", "/scripts/main/usage")["versions"]
    assert {row["version"]: row["calls"] for row in use} == {
        canary: round(share * CALLS), old: CALLS - round(share * CALLS),
    }  # fmt: skip
    assert all(row["ways_out"] == [{"how": "hangup", "step": "out", "calls": row["calls"]}] for row in use)
    # And when it is promoted, everybody takes it
    stage.api("POST", "/scripts/main/promote", {})
    last = stage.caller(to=MENU)
    stage.eventually(lambda: last.ended)
    stage.eventually(lambda: versions_of(stage, last) == {canary})
