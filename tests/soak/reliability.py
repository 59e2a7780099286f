"""The table of the matrix: collected while it runs, printed at its end, kept in docs/reliability.md between markers."""

from __future__ import annotations

import platform
import re
import shutil
import statistics
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.live.freeswitch import find_freeswitch
from tests.scenarios.controller_process import CHECKOUT
from tests.soak.cell import Measured
from tests.soak.faults import FAULTS, Fault
from tests.soak.places import PLACES, Place

PAGE = CHECKOUT / "docs" / "reliability.md"
SIMULATED, REAL = "simulated", "real"
OK, FAILS, NOT_JUDGED = "ok", "fails", "not judged"


@dataclass(frozen=True, slots=True)
class Result:
    """How one cell went."""

    switch: str
    fault: str
    place: str
    verdict: str  # ok, fails, not judged
    why: str
    measured: Measured


@dataclass(slots=True)
class Matrix:
    """The cells that were played."""

    results: list[Result] = field(default_factory=list)

    @contextmanager
    def noted(self, live: bool, fault: Fault, place: Place, measured: Measured) -> Iterator[None]:
        """Keep how the cell inside goes."""
        verdict, why = OK, ""
        try:
            yield
        except BaseException as error:
            verdict = NOT_JUDGED if isinstance(error, pytest.skip.Exception) else FAILS
            why = (str(error).strip() or type(error).__name__).splitlines()[0][:120]
            raise
        finally:
            print(f"{SIMULATED if not live else REAL}, {fault.name}, {place.name}: {why or 'ok'}", flush=True)
            self.results.append(Result(REAL if live else SIMULATED, fault.name, place.name, verdict, why, measured))

    def of(self, switch: str, fault: str) -> list[Result]:
        """The cells of one line of the table."""
        return [result for result in self.results if (result.switch, result.fault) == (switch, fault)]

    def is_whole(self, switch: str) -> bool:
        """Every cell was played on this switch, so that the page may be written."""
        return sum(result.switch == switch for result in self.results) >= len(FAULTS) * len(PLACES)

    def lines(self, switch: str) -> list[str]:
        """The table of a switch as Markdown, and why some cells are not green; nothing when none was played."""
        mine = [result for result in self.results if result.switch == switch]
        if not mine:
            return []
        head = ["fault", *(place.name for place in PLACES), "while it lasts", "next offer after"]
        rows = [_row(self._line(switch, fault)) for fault in FAULTS]
        ok = sum(result.verdict == OK for result in mine)
        told = f"On the {switch} switch: {ok} of {len(FAULTS) * len(PLACES)} cells hold."
        red = [f"- {r.fault}, {r.place}: {r.verdict}: {r.why}" for r in mine if r.verdict != OK]
        return ["", told, "", _row(head), _row(["---"] * len(head)), *rows, *([""] if red else []), *red]

    def _line(self, switch: str, fault: Fault) -> list[str]:
        cells = {result.place: result for result in self.of(switch, fault.name)}
        shown = [_cell(cells.get(place.name)) for place in PLACES]
        green = [result.measured for result in cells.values() if result.verdict == OK]
        return [fault.name, *shown, _spread([m.meanwhile for m in green]), _spread([m.recovery for m in green])]


def _row(fields: Sequence[str]) -> str:
    return f"| {' | '.join(fields)} |"


def _cell(result: Result | None) -> str:
    if result is None:
        return "not run"
    return f"**{result.verdict}**" if result.verdict == FAILS else result.verdict


def _spread(seconds: Sequence[float | None]) -> str:
    """Median and worst in seconds, and of how many."""
    known = [max(0.0, value) for value in seconds if value is not None]
    if not known:
        return ""
    return f"{statistics.median(known):.1f} s, at most {max(known):.1f} s (n={len(known)})"


def write(name: str, lines: Sequence[str], page: Path = PAGE) -> None:
    """Replace what stands between the markers of `name`."""
    begin, end = f"<!-- {name}: written by make soak -->", f"<!-- end of {name} -->"
    text = page.read_text()
    inside = "\n".join([begin, *lines, end])
    replaced, count = re.subn(f"{re.escape(begin)}.*?{re.escape(end)}", lambda _: inside, text, flags=re.S)
    assert count == 1, f"{page}: the markers of {name} are not there once"
    page.write_text(replaced)


def surroundings(command: str) -> list[str]:
    """When, on what, and by which command."""
    return [
        f"{time.strftime('%Y-%m-%d', time.gmtime())}, `{command}`; ccswitch {_commit()}, "
        f"Python {platform.python_version()}, {_freeswitch()}."
    ]


def _commit() -> str:
    asked = subprocess.run(["git", "describe", "--always", "--tags"], cwd=CHECKOUT, capture_output=True, text=True)
    return asked.stdout.strip() or "of an unknown commit"


def _freeswitch() -> str:
    binary = find_freeswitch()
    if binary is None or shutil.which("sipp") is None:
        return "no FreeSWITCH here"
    said = subprocess.run([binary, "-version"], capture_output=True, text=True).stdout
    found = re.search(r"version: (\S+)", said)
    return f"FreeSWITCH {found[1].split('-')[0] if found else 'of an unknown version'}"
