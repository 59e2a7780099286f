"""Requests on their way to the switch: words become files, and none overtakes another of its leg."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import gevent
import pytest
from gevent.event import Event
from gevent.lock import BoundedSemaphore
from hypothesis import given, settings
from hypothesis import strategies as st

from ccswitch.errors import Superseded
from ccswitch.model import facts as f
from ccswitch.model import requests as r
from ccswitch.model.ids import ExecuteId, LegId, NodeName
from ccswitch.model.said import Said
from ccswitch.speech import speaker
from ccswitch.speech.gate import Gate
from tests.controller.waiting import PATIENCE, soon
from tests.searching import examples
from tests.speech.voices import Beeper, Held, speaker_in, words

NODE, LEG = NodeName("n1"), LegId("L1")


class Street:
    """What came through the gate, to the switch (`sent`) and back to the floor (`told`)."""

    def __init__(self, folder: Path, engine: Beeper, limit: float = PATIENCE) -> None:
        self.sent: list[Any] = []
        self.told: list[Any] = []
        self.passed = Event()
        self.gate = Gate(speaker_in(folder, engine), self._send, self._tell, limit)

    def _send(self, request: r.Request) -> None:
        self.sent.append(request)
        self.passed.set()

    def _tell(self, fact: f.Fact) -> None:
        self.told.append(fact)
        self.passed.set()

    def settle(self) -> None:
        """Until nothing waits any more."""
        soon(lambda: not self.gate.waiting)


def play(*files: Said, leg: LegId = LEG, execute: str = "x1") -> r.Play:
    return r.Play(node=NODE, leg=leg, execute=ExecuteId(execute), files=files)


def collect(*files: Said) -> r.Collect:
    return r.Collect(
        node=NODE,
        leg=LEG,
        execute=ExecuteId("x1"),
        files=files,
        least=1,
        most=1,
        timeout=5,
        between=2,
        terminators="",
        pattern="^1$",
    )


def test_what_says_nothing_passes_at_once(tmp_path: Path) -> None:
    street = Street(tmp_path, Beeper())
    for request in (play("welcome.wav"), collect("menu.wav"), r.Answer(node=NODE, leg=LEG, execute=ExecuteId("x2"))):
        street.gate.carry(request)
        assert street.sent[-1] is request


def test_words_that_were_found_a_moment_ago_pass_at_once_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given words that a caller has just heard
    monkeypatch.setattr(speaker, "FRESH", 600.0)
    street = Street(tmp_path, Beeper())
    street.gate.carry(play(words("hello")))
    street.settle()
    # When the next caller is to hear them, then he waits for nothing
    street.gate.carry(play("a.wav", words("hello"), leg=LegId("L2")))
    assert street.gate.waiting == 0
    assert street.sent[1].files == ("a.wav", *street.sent[0].files)


def test_words_become_files_in_their_place(tmp_path: Path) -> None:
    # Given a prompt of a file, words, and a stream
    street = Street(tmp_path, Beeper())
    # When it is to be played
    street.gate.carry(collect("menu.wav", words("hello"), "silence_stream://100"))
    street.settle()
    # Then the words are a file between the two, and nothing is reported
    (sent,) = street.sent
    assert sent.files[0] == "menu.wav" and sent.files[2] == "silence_stream://100"
    assert Path(sent.files[1]).is_file()
    assert sent.pattern == "^1$"
    assert street.told == []


@pytest.mark.parametrize(
    "later",
    [
        r.Bridge(node=NODE, leg=LEG, other=LegId("L2")),
        r.Bridge(node=NODE, leg=LegId("L2"), other=LEG),
        r.HangUp(node=NODE, leg=LEG, cause="NORMAL_CLEARING"),
        r.Quiet(node=NODE, leg=LEG),
        r.Transfer(node=NODE, leg=LEG, number="123"),
        play("music.wav", execute="x2"),
    ],
)
def test_no_prompt_runs_into_what_was_asked_later(tmp_path: Path, later: r.Request) -> None:
    # Given a prompt whose words are not ready
    engine = Held()
    street = Street(tmp_path, engine)
    street.gate.carry(play(words()))
    assert engine.began.wait(PATIENCE)
    # When something else is asked of the leg, and the words are ready only then
    street.gate.carry(later)
    engine.go.set()
    assert street.gate.speaker.files(words())
    gevent.sleep(0)  # whoever waited for the words has come round
    # Then the prompt is not played, and nothing is told of it: the floor has gone on
    assert street.sent == [later]
    assert street.told == []
    assert street.gate.waiting == 0


def test_a_later_prompt_wins_though_its_words_are_ready_first(tmp_path: Path) -> None:
    # Given a prompt that waits for its words
    engine = Held()
    street = Street(tmp_path, engine)
    ready = street.gate.speaker.cache
    street.gate.carry(play(words("slow"), execute="x1"))
    assert engine.began.wait(PATIENCE)
    # When a second one comes and both are rendered
    street.gate.carry(play(words("slow"), words("too"), execute="x2"))
    engine.go.set()
    street.settle()
    # Then only the second is played
    assert [sent.execute for sent in street.sent] == ["x2"]
    assert ready.folder == tmp_path


def test_what_changes_nothing_of_what_is_heard_lets_words_come(tmp_path: Path) -> None:
    # Given a prompt whose words are not ready
    engine = Held()
    street = Street(tmp_path, engine)
    street.gate.carry(play(words()))
    assert engine.began.wait(PATIENCE)
    # When the caller is claimed once more, his secret is wiped, and another leg is hung up
    claim = r.Claim(node=NODE, leg=LEG)
    other = r.HangUp(node=NODE, leg=LegId("L9"), cause="NORMAL_CLEARING")
    forget = r.Forget(node=NODE, leg=LEG, secret="ccs_secret")
    for request in (claim, other, forget):
        street.gate.carry(request)
    engine.go.set()
    street.settle()
    # Then the prompt is played behind them
    assert street.sent[:3] == [claim, other, forget]
    assert isinstance(street.sent[3], r.Play)


def test_one_call_does_not_wait_for_anothers_words(tmp_path: Path) -> None:
    engine = Held()
    street = Street(tmp_path, engine)
    street.gate.carry(play(words()))
    other = play("welcome.wav", leg=LegId("L2"))
    street.gate.carry(other)
    assert street.sent == [other]
    engine.go.set()
    street.settle()


def test_words_that_are_not_ready_in_time_are_left_out_and_told(tmp_path: Path) -> None:
    # Given an engine that is too slow
    engine = Held()
    street = Street(tmp_path, engine, limit=0.05)
    # When a prompt has words between two files
    street.gate.carry(play("a.wav", words("hello"), "b.wav"))
    assert street.passed.wait(PATIENCE)
    street.settle()
    # Then the files are played and the floor is told what was left out
    assert street.sent[0].files == ("a.wav", "b.wav")
    assert street.told == [
        f.SpeechFailed(leg=LEG, execute=ExecuteId("x1"), said="hello", why="no speech within 0.05 s")
    ]
    assert street.gate.skipped == 1
    # And once it is rendered the next caller hears it
    engine.go.set()
    assert street.gate.speaker.files(words("hello"))
    street.gate.carry(play(words("hello"), execute="x2"))
    street.settle()
    assert len(street.sent[1].files) == 1


def test_a_prompt_of_which_nothing_is_left_ends_as_one_that_is_missing(tmp_path: Path) -> None:
    # Given an engine that cannot speak
    street = Street(tmp_path, Beeper(refuses="no such voice"))
    # When words alone are to be played
    street.gate.carry(play(words("hello")))
    street.settle()
    # Then nothing goes to the switch; the floor hears why, and that the step is over
    assert street.sent == []
    assert [type(fact) for fact in street.told] == [f.SpeechFailed, f.ExecuteEnded]
    assert street.told[0].why == "no such voice"
    assert street.told[1].response == "FILE NOT FOUND"


def test_a_menu_of_which_nothing_is_left_awaits_no_key(tmp_path: Path) -> None:
    street = Street(tmp_path, Beeper(refuses="no such voice"))
    street.gate.carry(collect(words("press one")))
    street.settle()
    assert street.sent == []
    assert street.told[1] == f.ExecuteEnded(leg=LEG, execute=ExecuteId("x1"), unheard=True)


def test_a_prompt_with_nothing_in_it_ends_as_one_that_is_missing(tmp_path: Path) -> None:
    # Given a prompt of which the floor could say nothing
    street = Street(tmp_path, Beeper())
    street.gate.carry(play())
    street.settle()
    assert street.sent == []
    assert [type(fact) for fact in street.told] == [f.ExecuteEnded]


def test_nothing_is_said_after_a_stop(tmp_path: Path) -> None:
    engine = Held()
    street = Street(tmp_path, engine)
    street.gate.carry(play(words()))
    assert engine.began.wait(PATIENCE)
    street.gate.stop()
    engine.go.set()
    assert street.gate.speaker.files(words())
    gevent.sleep(0)
    assert street.sent == []


def test_a_controller_that_was_superseded_meanwhile_says_nothing(tmp_path: Path) -> None:
    def refused(request: r.Request) -> None:
        raise Superseded("another controller is active")

    gate = Gate(speaker_in(tmp_path, Beeper()), refused, lambda fact: None)
    gate.carry(play(words()))
    soon(lambda: not gate.waiting)


class Doors(Beeper):
    """Renders each text once its own door is open."""

    def __init__(self) -> None:
        super().__init__()
        self.doors: dict[str, Event] = {}

    def door(self, text: str) -> Event:
        """That of a text."""
        return self.doors.setdefault(text, Event())

    def render(self, text: str, language: str, into: Path) -> None:
        """Waits for it."""
        assert self.door(text).wait(PATIENCE), "the test never opened it"
        super().render(text, language, into)


PROMPT, MOVE, OPEN = "prompt", "move", "open"


@settings(max_examples=examples(15), deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from([PROMPT, MOVE, OPEN]), st.sampled_from("AB"), st.integers(0, 2)), max_size=12)
)
def test_whatever_comes_when_only_the_latest_of_a_leg_is_played(tale: list[tuple[str, str, int]]) -> None:
    # Given prompts, moves and words that become ready, in any order, on two legs
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        engine = Doors()
        street = Street(Path(folder), engine, limit=4 * PATIENCE)
        street.gate.speaker._turns = BoundedSemaphore(20)  # here it is the doors that let the words through
        latest: dict[LegId, object] = {}
        stale: list[object] = []
        for serial, (what, name, text) in enumerate(tale):
            leg = LegId(name)
            if what is OPEN:
                engine.door(f"text {text}").set()
                gevent.sleep(0.002)
                continue
            if what is PROMPT:
                request: Any = play(words(f"text {text}"), leg=leg, execute=f"x{serial}")
            else:
                request = r.HangUp(node=NODE, leg=leg, cause=f"c{serial}")
            waits = isinstance(latest.get(leg), r.Play) and latest[leg].execute not in executed(street)  # type: ignore[attr-defined]
            if waits:
                stale.append(latest[leg].execute)  # type: ignore[attr-defined]
            latest[leg] = request
            street.gate.carry(request)
        # When all words are ready at last
        for text in range(3):
            engine.door(f"text {text}").set()
        street.settle()
        # Then no prompt was played that something later had ended, and the last one of each leg was
        assert not set(stale) & set(executed(street))
        for last in latest.values():
            assert not isinstance(last, r.Play) or last.execute in executed(street)
        assert street.told == []
        soon(lambda: not street.gate.speaker._rendering)  # what nobody waits for any more is written all the same


def executed(street: Street) -> list[str]:
    """What was played."""
    return [sent.execute for sent in street.sent if isinstance(sent, r.Play)]
