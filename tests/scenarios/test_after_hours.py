"""What a caller leaves behind when no agent is there, and after the talk: messages, tags, answers to a survey."""

from __future__ import annotations

from pathlib import Path

from ccswitch.simulator.phones import answers
from tests.scenarios.conftest import MakeStage
from tests.scenarios.stage import BOX, RATED, Rules


def test_a_message_is_kept_with_its_file_and_dealt_with(make_stage: MakeStage, tmp_path: Path) -> None:
    # Given a script that takes messages for sales
    stage = make_stage(rules=Rules(recordings=str(tmp_path / "rec")))
    stage.controller.start()
    # When a caller speaks, or breathes, and presses a key
    caller = stage.caller(to=BOX, keys=[(3.5, "#")])
    # Then the message is in the records with its file, the call with its tags
    [row] = stage.eventually(lambda: stage.rows("messages", caller_number=caller.number, result="left"))
    assert row["box"] == "sales"
    assert row["duration"] > 1.0
    assert stage.eventually(lambda: stage.result(caller)) == "served"
    assert {tag["tag"] for tag in stage.rows_by("call_tags", "at", call_id=row["call_id"])} == {"night", "message"}
    if stage.live:
        assert Path(row["path"]).stat().st_size > 8000  # half a second of it at the least
    # And it is announced until somebody has dealt with it
    [message] = stage.api("GET", "/messages")["messages"]
    assert (message["path"], message["caller_number"]) == (row["path"], caller.number)
    assert stage.api("GET", "/queues/sales")["queue"]["board"]["messages"] == 1
    stage.api("POST", f"/messages/{message['message']}/done", {})
    assert stage.api("GET", "/messages")["messages"] == []
    stage.eventually(lambda: stage.rows_by("messages_done", "at", message_id=message["message"]))


def test_silence_is_no_message(make_stage: MakeStage, tmp_path: Path) -> None:
    # Given the same script
    stage = make_stage(rules=Rules(recordings=str(tmp_path / "rec")))
    stage.controller.start()
    # When a caller says nothing at all
    caller = stage.caller(to=BOX)
    # Then the recording ends by itself, nothing is announced, and the script goes its other way
    stage.eventually(lambda: stage.rows("messages", caller_number=caller.number, result="empty"))
    stage.eventually(lambda: stage.result(caller))
    assert stage.row(caller)["cause"] == "USER_BUSY"
    assert stage.api("GET", "/messages")["messages"] == []


def test_a_folder_that_cannot_be_written_does_not_cost_the_caller_his_call(make_stage: MakeStage) -> None:
    # Given a node that cannot write where messages belong
    stage = make_stage(rules=Rules(recordings="/dev/null/recordings"))
    stage.controller.start()
    # When a caller would leave one
    caller = stage.caller(to=BOX, keys=[(6.0, "#")])
    # Then it is recorded as failed, with the reason, and his script goes on
    [row] = stage.eventually(lambda: stage.rows("messages", caller_number=caller.number, result="failed"))
    assert "cannot write" in row["why"]
    stage.eventually(lambda: stage.result(caller))
    assert stage.row(caller)["cause"] == "USER_BUSY"


def test_the_agents_hang_up_brings_the_caller_to_the_survey(make_stage: MakeStage, tmp_path: Path) -> None:
    # Given an agent, and a script that records after its notice and asks after the talk
    stage = make_stage(rules=Rules(recordings=str(tmp_path / "rec")))
    phone = stage.phone("1001", answers(after=0.1, drops_after_bridge=1.5))
    stage.controller.start()
    stage.ready("1001")
    # When the agent ends the talk and the caller presses 4 until he is heard
    caller = stage.caller(to=RATED, keys=[(at, "4") for at in (4.5, 6.0, 7.5, 9.0)])
    stage.eventually(lambda: phone.answered == 1)
    # Then his answer is kept with the agent, and the recording is of the talk alone
    [answer] = stage.eventually(lambda: stage.rows_by("survey_answers", "at", question="satisfaction"))
    assert (answer["score"], answer["agent"], answer["queue"]) == (4, "1001", "sales")
    stage.eventually(lambda: stage.result(caller) == "answered")
    [talk] = stage.of("talks", caller)
    assert talk["recording"].endswith(f"/{answer['call_id']}-1.wav")
    if stage.live:
        seconds = (Path(talk["recording"]).stat().st_size - 44) / 16000
        assert seconds < talk["duration"] + 1.0
