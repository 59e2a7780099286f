"""Lua scripts by name: each is known here as a Python twin, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ccswitch.simulator.session import Session

Twin = Callable[[str], str | None]  # arguments → what it answers, if anything
HangupTwin = Callable[["Session"], None]


class Scripts:
    """What `luarun NAME arguments` runs."""

    def __init__(self) -> None:
        self._twins: dict[str, Twin] = {}
        self._hangup_twins: dict[str, HangupTwin] = {}
        self.unknown: list[str] = []  # names that were asked for in vain, newest last

    def register(self, name: str, twin: Twin) -> None:
        """`twin(arguments)` stands for the script of this name, with or without its folder."""
        self._twins[name] = twin

    def register_hangup(self, name: str, twin: HangupTwin) -> None:
        """`twin(session)` stands for the script of this name where it is a channel's `api_hangup_hook`."""
        self._hangup_twins[name] = twin

    def hung_up(self, session: Session) -> None:
        """Run the script that a channel wants run when it is over: `api_hangup_hook=lua SCRIPT`."""
        verb, _, name = (session.channel.get("api_hangup_hook") or "").partition(" ")
        twin = self._hangup_twins.get(name) if verb == "lua" else None
        if twin is not None:
            twin(session)

    def run(self, path: str, arguments: str) -> str | None:
        """Run a script: what it answers; None when there is no such file (mod_lua logs that and goes on)."""
        twin = self._twins.get(path) or self._twins.get(path.rsplit("/", 1)[-1])
        if twin is None:
            self.unknown.append(path)
            del self.unknown[:-20]
            return None
        return twin(arguments) or ""
