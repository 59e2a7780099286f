"""A site on a real FreeSWITCH whose people have voices: each says a tone of his own, and tells which ones he hears."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.live.sip_phone import Dialog
from tests.live.tone_phone import TonePhone
from tests.scenarios.freeswitch_stage import FreeSwitchStage
from tests.scenarios.stage import AGENTS, SALES, Rules, Stage

CALLER, MUSIC, LI, WANG, ANN = 300.0, 440.0, 700.0, 1100.0, 1500.0  # Hz; the music is FreeSWITCH's own stage's
CARD = 1900.0  # Hz: what must not be in a recording
VOICES = (CALLER, MUSIC, LI, WANG, ANN, CARD)
NAMES = dict(zip(("li", "wang", "ann"), AGENTS, strict=False))  # of the stage's agents


class TalkStage:
    """Caller, agents Li and Wang, and Ann, who is a supervisor and takes no calls; none of them ready yet."""

    def __init__(self, switch: FreeSwitchStage, folder: Path, **rules: Any) -> None:
        self.switch = switch
        self.stage = Stage(switch, folder, rules=Rules(recordings=str(folder / "rec"), **rules))
        self.people = ExitStack()
        self.caller = self.people.enter_context(TonePhone("13800138000", CALLER))
        self.phones = {
            name: self.people.enter_context(TonePhone(agent, voice, port=self.stage.ports[agent]))
            for (name, agent), voice in zip(NAMES.items(), (LI, WANG, ANN), strict=True)
        }

    @property
    def li(self) -> TonePhone:
        return self.phones["li"]

    @property
    def wang(self) -> TonePhone:
        return self.phones["wang"]

    @property
    def ann(self) -> TonePhone:
        return self.phones["ann"]

    def talk(self) -> str:
        """The caller talks with Li; gives the call."""
        self.stage.controller.start()
        self.stage.ready(NAMES["li"])
        self.dialog: Dialog = self.caller.call(SALES, self.switch.switch.sip_port)
        self.until_heard(self.caller, LI)
        self.until_heard(self.li, CALLER)
        call: str = self.board()["call"]
        self.stage.eventually(lambda: self.board()["place"] == "talking")
        return call

    def board(self) -> dict[str, Any]:
        """The one live call; empty when there is none."""
        return next(iter(self.stage.live_calls()), {})

    def agent(self, name: str) -> dict[str, Any]:
        """An agent's board."""
        found: dict[str, Any] = self.stage.api("GET", f"/agents/{NAMES[name]}")["agent"]
        return found

    def order(self, call: str, verb: str, **body: Any) -> Any:
        """An order about the call, by the desk."""
        return self.stage.api("POST", f"/calls/{call}/{verb}", body)

    def hears(self, phone: TonePhone) -> set[float]:
        """Which voices a phone hears from now on."""
        return phone.what(*VOICES)

    def until_heard(self, phone: TonePhone, *voices: float, within: float = 20.0) -> None:
        """Wait until a phone hears these voices and no others."""
        last: list[set[float]] = []

        def heard() -> bool:
            last[:] = [self.hears(phone)]
            return last[0] == set(voices)

        try:
            self.stage.eventually(heard, within)
        except AssertionError:
            raise AssertionError(f"{phone.user} hears {last}, not {voices}\n{self.stage.report()[-6000:]}") from None

    def until_place(self, place: str) -> None:
        """Wait until the call is there."""
        self.stage.eventually(lambda: self.board().get("place", "") == place)

    def rows(self, table: str, count: int, **where: object) -> list[dict[str, Any]]:
        """So many rows, once they are there."""
        found = self.stage.eventually(
            lambda: rows if len(rows := self.stage.rows_by(table, "n, i", **where)) == count else None
        )
        assert isinstance(found, list)
        return found

    def close(self) -> None:
        """Everybody goes home."""
        self.people.close()
        self.stage.close()


def talk_stage(tmp_path: Path, switch: Callable[[], FreeSwitchStage]) -> Iterator[TalkStage]:
    """One, and its end."""
    stage = TalkStage(switch(), tmp_path)
    try:
        yield stage
    finally:
        stage.close()
