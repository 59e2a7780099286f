"""How long one decision takes, by the size of the floor: `decide` and `apply` of every input of real calls."""

from __future__ import annotations

from collections.abc import Iterable

from ccswitch.bench.calls import Calls
from ccswitch.bench.figure import Figure, Promise, Setting
from ccswitch.bench.measuring import percentile

SIZES = ((10, 0), (100, 50), (1000, 0), (1000, 500), (5000, 0), (5000, 5000))  # agents, callers waiting
QUICK_SIZES = ((10, 0), (100, 50))
PROMISED = (1000, 500)
CALLS, QUICK_CALLS = 1000, 50
METHOD = (
    "processor time of decide + apply for each input while calls come, hear a menu, wait, talk and go; "
    "refusals, breaks, wrap-up, surveys and garbage collection included"
)


def run(setting: Setting) -> Iterable[Figure]:
    """p50 and p99 for each size of floor; where something is promised, the longest too."""
    for agents, waiting in QUICK_SIZES if setting.quick else SIZES:
        size = f"{agents:,} agents, {waiting:,} waiting"
        setting.tell(size)
        calls = Calls(agents, waiting)
        calls.took.clear()
        calls.live(QUICK_CALLS if setting.quick else CALLS)
        shares = {"p50": 0.5, "p99": 0.99} | ({"longest": 1.0} if (agents, waiting) == PROMISED else {})
        for name, share in shares.items():
            yield Figure(
                name=f"decide + apply {name}, {size}",
                value=percentile(calls.took, share) / 1e6,
                unit="ms",
                n=len(calls.took),
                method=METHOD,
                promise=Promise(limit=1) if name == "p99" and (agents, waiting) == PROMISED else None,
            )
