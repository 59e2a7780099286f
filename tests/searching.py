"""How long Hypothesis searches: the same few examples each time in `make test`, many others each time in `make soak`.

@settings(max_examples=examples(20))
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

LONG = os.environ.get("SEARCH") == "long"  # `make soak` says so
LONGER = 20  # times as many examples


def examples(few: int) -> int:
    """So many in `make test`."""
    return few * LONGER if LONG else few


def begin() -> None:
    """What holds where a test says nothing else. No measure of time is among it: a machine may be slow."""
    settings.register_profile(
        "ccswitch",
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
        derandomize=not LONG,
        max_examples=examples(30),
    )
    settings.load_profile("ccswitch")
