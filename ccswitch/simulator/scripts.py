"""Lua scripts by name: each is known here as a Python twin, or not at all."""

from __future__ import annotations

from collections.abc import Callable

Twin = Callable[[str], None]


class Scripts:
    """What `luarun NAME arguments` runs."""

    def __init__(self) -> None:
        self._twins: dict[str, Twin] = {}
        self.unknown: list[str] = []  # names that were asked for in vain, newest last

    def register(self, name: str, twin: Twin) -> None:
        """`twin(arguments)` stands for the script of this name, with or without its folder."""
        self._twins[name] = twin

    def run(self, path: str, arguments: str) -> bool:
        """Run a script; False when there is no such file (mod_lua logs that and goes on)."""
        twin = self._twins.get(path) or self._twins.get(path.rsplit("/", 1)[-1])
        if twin is None:
            self.unknown.append(path)
            del self.unknown[:-20]
            return False
        twin(arguments)
        return True
