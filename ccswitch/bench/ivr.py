"""How fast scripts are read and walked: both happen on the controller's one hub, between calls."""

from __future__ import annotations

import gc
from collections.abc import Iterable
from functools import partial

from ccswitch.bench.figure import Figure, Promise, Setting
from ccswitch.bench.measuring import processor_time
from ccswitch.ivr.heard import Keys, Silence, Wrong
from ccswitch.ivr.interpreter import begin, resume
from ccswitch.ivr.parse import parse_script
from ccswitch.ivr.script import Script

LINES = 2000
ROUNDS, QUICK_ROUNDS = 15, 2
MOVES, QUICK_MOVES = 20_000, 500
MENU = """\
  s{n}:
    menu: prompts/choice_{n}.wav
    keys:
      1: t{n}
      2: c{n}
      9: s{n}
    timeout: 4s
    otherwise: t{n}
  c{n}:
    collect: prompts/number_{n}.wav
    digits: 4-8
    into: number
    then: t{n}
    otherwise: t{n}
  t{n}:
    set: {{seen: "{{{{ number }}}} at {n}, {other}"}}
    then: b{n}
  b{n}:
    branch:
      - if: number == '47{n}{other}' and seen
        then: {after}
    otherwise: {after}
"""


def script(lines: int, number: int = 0) -> str:
    """A script of so many lines or a few less: menus, numbers, variables and conditions, one after the other. Another
    `number` has other texts."""
    each = MENU.count("\n")
    groups = max(1, (lines - 2) // each)
    steps = (MENU.format(n=n, other=number, after=f"s{n + 1}" if n + 1 < groups else "end") for n in range(groups))
    return "steps:\n" + "".join(steps)


def run(setting: Setting) -> Iterable[Figure]:
    """The reading of a long script, and steps a second."""
    text = script(LINES)
    rounds = QUICK_ROUNDS if setting.quick else ROUNDS
    setting.tell(f"{text.count(chr(10)):,} lines")
    gc.collect()
    took = min(processor_time(partial(_read, n)) for n in range(rounds))
    yield Figure(
        name=f"a script of {LINES:,} lines, read and checked",
        value=took * 1000,
        unit="ms",
        n=rounds,
        method=f"processor time, the shortest of {rounds}; publish and reload do it once, calls never",
        promise=Promise(limit=50),
    )
    moves = QUICK_MOVES if setting.quick else MOVES
    walked = parse_script(text, "bench.yaml", name="bench")
    steps: list[int] = []
    took = processor_time(lambda: steps.append(walk(walked, moves)))
    yield Figure(
        name="steps of scripts",
        value=steps[0] / took,
        unit="steps/s",
        n=steps[0],
        method="menus, numbers, variables and conditions of that script, one call after the other; processor time",
    )


def _read(number: int) -> None:
    """Read a script of which no text was read before."""
    parse_script(script(LINES, number), "bench.yaml", name="bench")


def walk(walked: Script, moves: int) -> int:
    """So many things heard by callers one after the other; gives how many steps that were, those without time too."""
    steps, move = 0, begin(walked)
    heard = (Keys("2"), Keys("4711"), Silence(), Wrong("7"), Keys("1"))
    for n in range(moves):
        steps += 1 + len(move.passed)
        move = begin(walked) if move.cursor.over else resume(walked, move.cursor, heard[n % len(heard)])
    return steps
