"""Results and machine as one document, which JSON, the terminal's table and docs/performance.md are made of."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import Any

from ccswitch.bench.figure import Figure, Promise
from ccswitch.bench.machine import load, machine
from ccswitch.bench.run import Result

SCHEMA = 1
COLUMNS = ("figure", ">value", "unit", "peer", ">peer's", ">ratio", ">promised", "", ">n", "method")
Document = dict[str, Any]


def document(results: Sequence[Result], *, command: str, quick: bool) -> Document:
    """The document. Instants are UTC; `load` is the machine's one-minute average before a bench, and after all."""
    return {
        "schema": SCHEMA,
        "made": time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime()),
        "command": command,
        "quick": quick,
        "machine": machine(),
        "load_after": load(),
        "benches": [_bench(result) for result in results],
    }


def _bench(result: Result) -> Document:
    return {
        "bench": result.bench.name,
        "what": result.bench.what,
        "meaning": result.bench.meaning,
        "load": result.load,
        "left_out": result.left_out,
        "failed": result.failed,
        "figures": [_figure(figure) for figure in result.figures],
    }


def _figure(figure: Figure) -> Document:
    return {
        "name": figure.name,
        "value": _short(figure.value),
        "unit": figure.unit,
        "n": figure.n,
        "method": figure.method,
        "peer": figure.peer,
        "peer_value": _short(figure.peer_value),
        "ratio": _short(figure.ratio),
        "promised": promised(figure.promise, figure.unit),
        "held": figure.held,
    }


def promised(promise: Promise | None, unit: str) -> str:
    """The promise as people write it: `≤ 1 ms`, `≥ 5 ×`."""
    if promise is None:
        return ""
    sign = "≥" if promise.least else "≤"
    return f"{sign} {promise.limit:,g} {'× peer' if promise.of_ratio else unit}"


def is_kept(made: Document) -> bool:
    """Whether every promise is held. What was left out promises nothing; what failed holds nothing."""
    benches = made["benches"]
    held = all(figure["held"] is not False for bench in benches for figure in bench["figures"])
    return held and not has_failed(made)


def has_failed(made: Document) -> bool:
    """Whether a bench could not measure."""
    return any(bench["failed"] for bench in made["benches"])


def rows(figures: Iterable[Document]) -> list[tuple[str, ...]]:
    """One line a figure, in the order of COLUMNS."""
    return [
        (
            figure["name"],
            number(figure["value"]),
            figure["unit"],
            figure["peer"],
            number(figure["peer_value"]),
            number(figure["ratio"]),
            figure["promised"],
            {True: "held", False: "falls short", None: ""}[figure["held"]],
            f"{figure['n']:,}",
            figure["method"],
        )
        for figure in figures
    ]


def number(value: float | None) -> str:
    """Three digits that mean something, thousands apart; empty for None."""
    if value is None:
        return ""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _short(value: float | None) -> float | None:
    """Six digits are more than any of it is worth."""
    return None if value is None else float(f"{value:.6g}")
