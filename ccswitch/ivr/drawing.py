"""A script as a picture: its steps and the ways between them, as DOT (Graphviz) or Mermaid text.

What real calls did may be laid over it: how many came to each step, and how many left the line there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ccswitch.ivr.script import Script
from ccswitch.ivr.step import END, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """What real calls did at a step: how many came there, how many hung up there."""

    came: int
    left: int

    def __str__(self) -> str:
        share = f", {self.left / self.came:.0%} left" if self.came else ""
        return f"{self.came} calls{share}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One step as it is drawn: its name, and lines that say what it does."""

    name: str
    kind: str
    lines: tuple[str, ...]
    first: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    """A way from one step to another, with when it is taken (`1`, `no input`); several reasons are one arrow."""

    come: str
    go: str
    when: str


def boxes(script: Script, traffic: Mapping[str, Traffic] | None = None) -> list[Box]:
    """Every step, in the order of the file."""
    return [
        Box(name=name, kind=step.WORD, lines=_lines(step, (traffic or {}).get(name)), first=name == script.start)
        for name, step in script.steps.items()
    ]


def arrows(script: Script) -> list[Arrow]:
    """Every way, those between the same two steps drawn as one."""
    found: dict[tuple[str, str], list[str]] = {}
    for name, step in script.steps.items():
        for out in step.exits():
            found.setdefault((name, out.way.to), []).append(out.when)
    return [Arrow(come=come, go=go, when=_together(whens)) for (come, go), whens in found.items()]


def to_dot(script: Script, traffic: Mapping[str, Traffic] | None = None) -> str:
    """The picture in Graphviz's language."""
    drawn = [
        f'digraph "{_dot(script.name)}" {{',
        "  rankdir=TB; node [fontname=sans]; edge [fontname=sans fontsize=10]",
    ]
    for box in boxes(script, traffic):
        label = "\\n".join(_dot(line) for line in (box.name, *box.lines))
        bold = " penwidth=2" if box.first else ""
        drawn.append(f'  "{_dot(box.name)}" [shape={DOT_SHAPES.get(box.kind, "box")} label="{label}"{bold}]')
    drawn.append(f'  "{END}" [shape=doublecircle label="{END}"]')
    drawn += [f'  "{_dot(arrow.come)}" -> "{_dot(arrow.go)}" [label="{_dot(arrow.when)}"]' for arrow in arrows(script)]
    return "\n".join([*drawn, "}", ""])


def to_mermaid(script: Script, traffic: Mapping[str, Traffic] | None = None) -> str:
    """The picture as a Mermaid flowchart, which GitHub, GitLab and many wikis draw."""
    names = {name: f"s{number}" for number, name in enumerate(script.steps)} | {END: "e"}
    drawn = ["flowchart TD"]
    for box in boxes(script, traffic):
        opens, closes = MERMAID_SHAPES.get(box.kind, ("[", "]"))
        label = "<br/>".join(_mermaid(line) for line in (box.name, *box.lines))
        drawn.append(f'  {names[box.name]}{opens}"{label}"{closes}')
    drawn.append(f'  e(("{END}"))')
    for arrow in arrows(script):
        label = f'|"{_mermaid(arrow.when)}"|' if arrow.when else ""
        drawn.append(f"  {names[arrow.come]} -->{label} {names[arrow.go]}")
    return "\n".join([*drawn, ""])


DOT_SHAPES = {
    "branch": "diamond",
    "hours": "diamond",
    "menu": "hexagon",
    "collect": "component",
    "queue": "ellipse",
    "transfer": "note",
    "hangup": "octagon",
    "run": "box3d",
    "return": "cds",
}
MERMAID_SHAPES = {
    "branch": ("{", "}"),
    "hours": ("{", "}"),
    "menu": ("{{", "}}"),
    "collect": ("[/", "/]"),
    "queue": ("([", "])"),
    "transfer": (">", "]"),
    "run": ("[[", "]]"),
    "return": ("([", "])"),
}


def _lines(step: Step, traffic: Traffic | None) -> tuple[str, ...]:
    told = [step.does()]
    if traffic is not None:
        told.append(str(traffic))
    return tuple(line for line in told if line)


def _together(whens: list[str]) -> str:
    """`1, 2, 3` becomes `1–3`: keys that follow each other are one span."""
    spans: list[list[str]] = []
    for when in whens:
        last = spans[-1][-1] if spans else ""
        if when.isdigit() and last.isdigit() and len(when) == len(last) and int(when) == int(last) + 1:
            spans[-1].append(when)
        else:
            spans.append([when])
    told = (f"{span[0]}–{span[-1]}" if len(span) > 2 else ", ".join(span) for span in spans)
    return ", ".join(part for part in told if part)


def _dot(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _mermaid(text: str) -> str:
    """Mermaid takes character codes as `#code;`."""
    return re.sub(r'["#<>&|{}\[\]();`]', lambda found: f"#{ord(found[0])};", text)
