"""Two controllers that stand in for each other, on one journal; with Redis, or without."""

from __future__ import annotations

import json
import os
import signal
from collections import Counter
from pathlib import Path
from typing import Any

from ccswitch.controller.journal import Journal
from tests.live.freeswitch import free_port
from tests.scenarios.controller_process import ApiError, ControllerProcess
from tests.scenarios.link_proxy import LinkProxy
from tests.scenarios.stage import Stage

LEASE = 2.0  # seconds; on a slow machine a process comes round late, and must not lose it


class Member(ControllerProcess):
    """`ccswitch serve --standby`: one of two."""

    def __init__(self, config: Path, like: ControllerProcess, port: int) -> None:
        command = ("ccswitch", "serve", "--standby", "--config")
        super().__init__(config, port, like.token, like.environment, command=command)
        self.forked = like.forked
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

    def hand_over(self) -> None:
        """The order to stop; it is not waited for."""
        os.kill(self.pid, signal.SIGTERM)

    def hang(self) -> None:
        """The process stands still, with all that it holds."""
        os.kill(self.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        """It goes on as if no time had passed."""
        os.kill(self.pid, signal.SIGCONT)

    def ended(self, within: float = 60.0) -> int:
        """The exit status, once it has ended by itself."""
        assert self.process is not None, "the controller is not started"
        return self.process.wait(within)


class Pair:
    """`a` is the active one at first, `b` stands by. What the stage asks goes to the one that is active.

    `a` speaks to the switch through the stage's proxy, `b` through `b_link`: what each says can be told apart.
    """

    def __init__(self, stage: Stage, redis: str = "", lease: float = LEASE) -> None:
        self.stage, self.redis, self.lease = stage, redis, lease
        self.b_link = LinkProxy(stage.switch.esl_port)
        self.a = self._member("a", stage.controller)
        self.b = self._member("b", stage.controller)
        stage.controller = self.a
        stage.others.append(self)

    def start(self) -> None:
        """The one active, the other with everything in its memory."""
        self.a.start()
        self.b.start(linked=False)
        self.stage.eventually(lambda: self.b.health()["active"]["name"] == "a")

    def close(self) -> None:
        """Both end, however they are."""
        self.a.close()
        self.b.close()
        self.b_link.close()

    def log_tail(self) -> str:
        """What both logged last."""
        return f"---- a\n{self.a.log_tail()}\n---- b\n{self.b.log_tail()}"

    def adopted(self, places: dict[str, int]) -> bool:
        """The active one has so many calls at each place."""
        return Counter(call["place"] for call in self.stage.live_calls()) == places

    def _member(self, name: str, like: ControllerProcess) -> Member:
        port = free_port()
        text = like.config.read_text().replace(f"port = {like.port}\n", f"port = {port}\n")
        live = {"url": f'"{self.redis}"', "lease": self.lease, "name": f'"{name}"', "prefix": '"stage"'}
        text += "\n[live]\n" + "".join(f"{key} = {value}\n" for key, value in live.items())
        if name == "b":
            text = text.replace(f"port = {self.stage.link.port}\n", f"port = {self.b_link.port}\n")
        path = Path(like.config).with_name(f"{name}.toml")
        path.write_text(text)
        return Member(path, like, port)


def segments(stage: Stage) -> dict[str, int]:
    """The journal's segments and their sizes."""
    return {path.name: path.stat().st_size for path in Journal(stage.folder / "journal").segments()}


def owner_at(stage: Stage) -> tuple[int, str]:
    """Token and name of the controller that the switch says drives it; zero and nothing when none does."""
    token, _, name = stage.esl.api("global_getvar ccs_owner").strip().partition(":")
    return (int(token), name) if token.isdigit() else (0, "")
