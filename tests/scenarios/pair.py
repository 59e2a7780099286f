"""Two controllers that stand in for each other, on one journal; with Redis, or without."""

from __future__ import annotations

import json
import os
import signal
from collections import Counter
from pathlib import Path
from typing import Any

from tests.live.freeswitch import free_port
from tests.scenarios.controller_process import ApiError, ControllerProcess
from tests.scenarios.stage import Stage

LEASE = 1.0  # seconds; the shortest that is allowed


class Member(ControllerProcess):
    """`ccswitch serve --standby`: one of two."""

    def __init__(self, config: Path, like: ControllerProcess, port: int) -> None:
        command = ("ccswitch", "serve", "--standby", "--config")
        super().__init__(config, port, like.token, like.environment, command=command)
        self.log = config.with_suffix(".log")

    def health(self) -> Any:
        """What /health says, well or not."""
        try:
            return self.api("GET", "/health")
        except ApiError as unwell:
            return json.loads(str(unwell).partition(": ")[2])

    def _linked(self) -> bool:
        try:
            return super()._linked()
        except ApiError:  # it stands by, for a moment at least
            return False

    def hang(self) -> None:
        """The process stands still, with all that it holds."""
        os.kill(self.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        """It goes on as if no time had passed."""
        os.kill(self.pid, signal.SIGCONT)

    def ended(self, within: float = 20.0) -> int:
        """The exit status, once it has ended by itself."""
        assert self.process is not None, "the controller is not started"
        return self.process.wait(within)


class Pair:
    """`a` is the active one at first, `b` stands by. What the stage asks goes to the one that is active.

    Each has its own place in the network: `a` speaks to the switch through the stage's proxy, and so does `b`.
    """

    def __init__(self, stage: Stage, redis: str = "", lease: float = LEASE) -> None:
        self.stage, self.redis, self.lease = stage, redis, lease
        self.a = self._member("a", stage.controller)
        self.b = self._member("b", stage.controller)
        stage.controller = self.a
        stage.also_closed.extend((self.a, self.b))

    def start(self) -> None:
        """The one active, the other with everything in its memory."""
        self.a.start()
        self.b.start(linked=False)
        self.stage.eventually(lambda: self.b.health()["active"]["name"] == "a")

    def b_is_active(self, within: float = 20.0) -> None:
        """From now on the stage asks `b`, who has every switch."""
        self.stage.controller = self.b
        self.stage.eventually(lambda: self.b.health()["status"] == "ok", within)

    def adopted(self, places: dict[str, int]) -> bool:
        """The active one has so many calls at each place."""
        return Counter(call["place"] for call in self.stage.live_calls()) == places

    def _member(self, name: str, like: ControllerProcess) -> Member:
        port = free_port()
        text = like.config.read_text().replace(f"port = {like.port}\n", f"port = {port}\n")
        live = {"url": f'"{self.redis}"', "lease": self.lease, "name": f'"{name}"', "prefix": '"stage"'}
        text += "\n[live]\n" + "".join(f"{key} = {value}\n" for key, value in live.items())
        path = Path(like.config).with_name(f"{name}.toml")
        path.write_text(text)
        return Member(path, like, port)


def owner_at(stage: Stage) -> Any:
    """What the switch says who drives it."""
    return stage.esl.api("global_getvar ccs_owner").strip()
