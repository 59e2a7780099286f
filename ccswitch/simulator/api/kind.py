"""What an API command is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ccswitch.simulator.core import Core

Command = Callable[["Core", str], str]

OK = "+OK\n"
NO_CHANNEL = "-ERR No such channel!\n"


def usage(text: str) -> str:
    """The reply to a command that lacks arguments."""
    return f"-USAGE: {text}\n"
