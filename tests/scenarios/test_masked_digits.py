"""A PIN that is typed in a call goes to the system that is asked for it, and is found nowhere else afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import orjson
import pytest

from tests.lookups.web import Web, web
from tests.scenarios.stage import EARLY, Stage

PIN, WRONG = "48151623", "95173428"  # long enough to be in no file by chance
SCRIPT = """\
steps:
  pick_up: {answer: , then: pin}
  pin:
    collect: "tone_stream://%(100,0,440)"
    digits: 8
    pattern: 48[0-9]{6}
    masked: yes
    into: pin
    timeout: 8s
    tries: 3
    then: ask
    otherwise: gone
  ask:
    lookup: account
    with: {number: "{{ caller }}", pin: "{{ pin }}"}
    into: {name: owner.name}
    play: "local_stream://moh"
    then: note
    otherwise: gone
  note: {set: {greeting: "for {{ name }}"}, then: bye}
  bye: {play: "tone_stream://%(100,0,660)", then: end}
  gone: {hangup: USER_BUSY}
"""
LOOKUP = """
[[lookup]]
name = "account"
url = "%s/accounts/{number}"
method = "POST"
parameters = ["number", "pin"]
headers = ["Authorization: Bearer ${CRM_TOKEN}"]
timeout = 10.0
limit = 15.0
"""
TOKEN = "t0ken-that-nobody-sees"


@pytest.fixture
def bank() -> Iterator[Web]:
    """The system that knows PINs."""
    with web() as running:
        running.answers = [(200, b'{"owner": {"name": "Li"}}', 0.0)]
        yield running


@pytest.fixture
def asking(stage: Stage, bank: Web) -> Iterator[Stage]:
    """A stage whose script asks the bank, and on which everything that can be logged is."""
    (stage.folder / "scripts" / "early.yaml").write_text(SCRIPT)
    config = stage.folder / "ccswitch.toml"
    config.write_text(config.read_text().replace('level = "info"', 'level = "debug"') + LOOKUP % bank.url)
    stage.controller.environment["CRM_TOKEN"] = TOKEN
    if stage.live:
        stage.esl.api("fsctl loglevel debug")
    yield stage
    if stage.live:
        stage.esl.api("fsctl loglevel notice")


def holding(folder: Path, *words: str) -> list[str]:
    """The files under `folder` in which one of the words stands."""
    found = []
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            data = path.read_bytes()
            found += [f"{path.relative_to(folder)}: {word}" for word in words if word.encode() in data]
    return found


def logged_by_the_switch(stage: Stage) -> tuple[str, Callable[[], str]]:
    """The switch's own log as it is written from now on."""
    log = stage.switch.switch.folder / "log" / "freeswitch.log"  # type: ignore[attr-defined]
    size = log.stat().st_size
    return str(log), lambda: log.read_bytes()[size:].decode("utf-8", "replace")


def test_a_pin_is_found_nowhere(asking: Stage, bank: Web) -> None:
    stage = asking
    stage.controller.start()
    log = logged_by_the_switch(stage)[1] if stage.live else None
    # When a caller types a wrong PIN and then the right one
    caller = stage.caller("13800138000", EARLY, keys=[(1.5, WRONG), (6.0, PIN)])
    # Then the bank is asked for it once, in the body, with our token, and the script goes on
    stage.eventually(lambda: stage.result(caller))
    (asked,) = bank.asked
    assert (asked.path, orjson.loads(asked.body)) == ("/accounts/13800138000", {"pin": PIN})
    assert asked.headers["Authorization"] == f"Bearer {TOKEN}"
    steps = [(step["step"], step["result"], step["keys"]) for step in stage.of("steps", caller)]
    assert [step for step in steps if step[0] != "pick_up"] == [
        ("pin", "wrong", ""),
        ("pin", "keys", ""),
        ("ask", "found", ""),
        ("note", "greeting = for Li", ""),
        ("bye", "done", ""),
    ]
    assert caller.ended_by == "switch" and stage.result(caller) == "served"
    # And what ran on the leg at its end had no digits in its variables
    assert stage.controller.terminate() == 0
    # And neither journal, snapshot, database, logs nor anything else of ours has a PIN or the token
    names = {path.name for path in stage.folder.rglob("*")}
    assert {"records.db", "controller.log", "journal"} <= names and any("snapshot" in name for name in names)
    assert holding(stage.folder, PIN, WRONG, TOKEN) == []
    # And neither has the switch's log, which tells everything, one key a line
    if log is not None:
        told = log()
        assert "play_and_get_digits" in told, "the log was not written"
        assert PIN not in told and WRONG not in told
        assert "RECV DTMF" not in told


def test_a_pin_outlives_the_controller_in_the_switch_alone(asking: Stage, bank: Web) -> None:
    stage = asking
    bank.answers = [(200, b"{}", 6.0), (200, b'{"owner": {"name": "Li"}}', 0.0)]
    stage.controller.start()
    # Given a caller who waits for an answer
    caller = stage.caller("13800138001", EARLY, keys=[(1.5, PIN)])
    stage.eventually(lambda: len(bank.asked) == 1)
    # When the controller is killed and started again
    stage.controller.kill9()
    assert holding(stage.folder, PIN) == []
    stage.controller.start()
    # Then the step is begun anew with the digits that the switch kept
    stage.eventually(lambda: stage.result(caller) == "served")
    assert [orjson.loads(one.body) for one in bank.asked] == [{"pin": PIN}] * 2
    assert [step["result"] for step in stage.of("steps", caller) if step["step"] == "ask"][-1] == "found"
    stage.controller.terminate()
    assert holding(stage.folder, PIN) == []
