"""`ccswitch voicemail`."""

from __future__ import annotations

import json

from ccswitch.floor.standing import LiveMessage
from ccswitch.model.ids import CallId, MessageId, QueueName
from tests.cli.conftest import Run
from tests.desk.fakes import NODE, START, Fakes


def test_messages_are_listed_and_dealt_with(run: Run, fakes: Fakes) -> None:
    # Given nothing at first
    assert len(run("voicemail", "list").stdout.splitlines()) == 1
    # When a caller has left a message
    fakes.floor.state().messages[MessageId("c1-x2")] = LiveMessage(
        message=MessageId("c1-x2"),
        call=CallId("c1"),
        box=QueueName("sales"),
        node=NODE,
        path="/rec/c1-x2.wav",
        caller_number="13800138000",
        caller_name="",
        begun=START - 60,
        seconds=12.0,
    )
    # Then it is listed with its file, and gone once it is dealt with
    head, row = run("voicemail", "list").stdout.splitlines()
    assert head.split("\t") == ["queue", "caller", "name", "left", "length", "node", "file", "message"]
    assert row.startswith("sales\t13800138000\t\t")
    assert row.endswith("/rec/c1-x2.wav\tc1-x2")
    assert "13800138000" in run("voicemail", "done", "c1-x2").stdout
    assert json.loads(run("voicemail", "list", "--json").stdout)["messages"] == []
    # And who says it twice is told so
    assert run("voicemail", "done", "c1-x2").exit_code == 4
