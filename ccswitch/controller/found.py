"""How a check of `ccswitch doctor` came out."""

from __future__ import annotations

from enum import Enum


class Health(Enum):
    """Of what was looked at."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


Found = tuple[Health, str]
