"""A FreeSWITCH of a test's own (`ccswitch/bench/stage/freeswitch.py`); where there is none the test is skipped."""

from __future__ import annotations

import os
from typing import Any

import pytest

from ccswitch.bench.stage import freeswitch as stage
from ccswitch.bench.stage.freeswitch import EXTERNAL_XML, HOW, PASSWORD, Esl, EslError, find_freeswitch
from ccswitch.bench.stage.ports import LOOPBACK, free_port

__all__ = ["EXTERNAL_XML", "LOOPBACK", "PASSWORD", "Esl", "EslError", "FreeSwitch", "free_port", "need_freeswitch"]


def need_freeswitch() -> str:
    """The binary; without one the test is skipped with a word on how to get it, and fails where CI=true."""
    binary = find_freeswitch()
    if binary:
        return binary
    if os.environ.get("CI") == "true":
        pytest.fail(HOW)
    pytest.skip(HOW)


class FreeSwitch(stage.FreeSwitch):
    """One FreeSWITCH process; a context manager."""

    def __init__(self, **more: Any) -> None:
        need_freeswitch()
        super().__init__(**more)
