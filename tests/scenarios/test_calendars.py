"""A supervisor closes a calendar while callers are in the menu; the controller is killed; that ends by itself."""

from __future__ import annotations

from tests.scenarios.conftest import MakeStage
from tests.scenarios.stage import MENU, Stage
from tests.scenarios.world import Caller

CALENDARS = """\
zone: Asia/Shanghai
calendars:
  office: {hours: {monday-sunday: 00:00-24:00}}
"""
MAIN = """\
steps:
  pick_up: {answer: , then: choice}
  choice: {menu: "tone_stream://%(100,100,440)", keys: {1: office}, timeout: 30s, tries: 2, otherwise: bye}
  office: {hours: office, open: sales, closed: support}
  sales: {queue: sales, otherwise: bye}
  support: {queue: support, otherwise: bye}
  bye: {hangup: }
"""


def queue_of(stage: Stage, caller: Caller) -> str:
    """In which queue he waits, once he does."""
    stage.eventually(lambda: stage.place(caller) == "waiting")
    return str(stage.board(caller)["queue"])


def test_closed_while_a_caller_is_in_the_menu(make_stage: MakeStage) -> None:
    # Given a caller in the menu of an office that never closes
    stage = make_stage()
    (stage.folder / "calendars.yaml").write_text(CALENDARS)
    (stage.folder / "scripts" / "main.yaml").write_text(MAIN)
    stage.controller.start()
    slow = stage.caller(to=MENU, keys=[(4.0, "1"), (8.0, "1"), (12.0, "1")])
    stage.eventually(lambda: stage.place(slow) == "script" and stage.board(slow)["step"] == "choice")
    # When a supervisor closes it for a while, and the controller is killed
    until = stage.api("GET", "/calendars")["now"] + 600.0
    stage.api("POST", "/calendars/office/close", {"reason": "fire drill", "until": until})
    stage.controller.kill9()
    stage.controller.start()
    # Then the caller's key leads to where the closed are led
    assert queue_of(stage, slow) == "support"
    (board,) = stage.api("GET", "/calendars")["calendars"]
    assert (board["open"], board["note"], board["until"]) == (False, "fire drill", until)
    # And once the time is over, were it that of a controller who was killed, the office is open again by itself
    until = stage.api("GET", "/calendars")["now"] + 4.0
    stage.api("POST", "/calendars/office/close", {"reason": "fire drill", "until": until})
    stage.controller.kill9()
    stage.controller.start()
    stage.eventually(lambda: stage.api("GET", "/calendars")["calendars"][0]["open"])
    assert stage.api("GET", "/calendars")["now"] >= until
    quick = stage.caller(to=MENU, keys=[(1.0, "1")])
    assert queue_of(stage, quick) == "sales"
    # And the records say who closed it, and why the caller was led so
    stage.eventually(lambda: [step["result"] for step in stage.of("steps", slow) if step["kind"] == "hours"])
    (step,) = [step for step in stage.of("steps", slow) if step["kind"] == "hours"]
    assert "fire drill" in step["result"] and step["led_to"] == "support"
    stage.eventually(lambda: stage.rows_by("audit", "id", kind="OverrideCalendar", accepted=True))
    for caller in (slow, quick):
        caller.hang_up()
    stage.eventually(lambda: not stage.live_calls())
