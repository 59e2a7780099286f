"""docs/performance.md, made of the document that a run gave."""

from __future__ import annotations

from typing import Any

from ccswitch.bench.report import number

HEAD = """\
# Performance

Made by `ccswitch bench`, and by nothing else: `{command} --json > docs/performance.json`, then
`ccswitch bench --from docs/performance.json --markdown > docs/performance.md`. The same command measures your machine;
it starts what it needs on loopback, in a folder of its own, and says what it leaves out and how to get it.

| | |
|---|---|
| made | {made} UTC |
| processor | {cpu}, {cores} cores |
| memory | {memory_gb} GB |
| system | {kernel}, {python} |
| versions | {versions} |
| load | {loads} (one-minute average: before each bench, and after all; 1 is one busy core); priority: nice {nice} |

A ratio is ours in parts of the peer's, both taken in the same run; it means more than a figure, which a busy machine
makes worse. *promised* is what the project holds itself to; a figure that does not hold it says so.
{note}{quick}"""
COLUMNS = "| figure | | peer | ratio | promised | samples |\n|---|---:|---:|---:|---|---:|\n"


def page(made: dict[str, Any]) -> str:
    """The page as Markdown."""
    machine = made["machine"]
    loads = ", ".join(f"{bench['bench']} {bench['load']:g}" for bench in made["benches"])
    head = HEAD.format(
        **{"nice": 0}
        | machine
        | {"versions": ", ".join(f"{name} {version}" for name, version in machine["versions"].items())},
        command=made["command"],
        made=made["made"],
        loads=f"{loads}; after {made['load_after']:g}",
        note=f"\nOf this run: {made['note']}\n" if made.get("note") else "",
        quick="\n**Samples were small (`--quick`): whether it works, not how fast.**\n" if made["quick"] else "",
    )
    return head + _short_of(made) + "".join(map(_section, made["benches"]))


def _short_of(made: dict[str, Any]) -> str:
    """What is promised and not held, or could not be measured, at the top."""
    short = [figure for bench in made["benches"] for figure in bench["figures"] if figure["held"] is False]
    lines = [f"- {one['name']}: {_measured(one)}, promised {one['promised']}\n" for one in short]
    lines += [
        f"- {bench['bench']}: not measured: {_why(bench['failed'])}\n" for bench in made["benches"] if bench["failed"]
    ]
    if not lines:
        return "\nIn this run every promise was held.\n"
    return f"\nIn this run these fell short:\n\n{''.join(lines)}"


def _why(failed: str) -> str:
    """The first line; logs may follow it."""
    return failed.partition("\n")[0]


def _section(bench: dict[str, Any]) -> str:
    parts = [f"\n## {bench['bench']}: {bench['what']}\n\n{bench['meaning']}\n"]
    if bench["figures"]:
        parts.append("\n" + COLUMNS + "".join(map(_row, bench["figures"])))
        methods = dict.fromkeys(figure["method"] for figure in bench["figures"])
        parts += [f"\nMethod: {method}.\n" for method in methods]
    if bench["left_out"]:
        parts.append(f"\nLeft out: {bench['left_out']}.\n")
    if bench["failed"]:
        parts.append(f"\nFailed: {_why(bench['failed'])}.\n")
    return "".join(parts)


def _row(figure: dict[str, Any]) -> str:
    peer = f"{figure['peer']}: {number(figure['peer_value'])}" if figure["peer"] else ""
    held = {True: "held", False: "**falls short**", None: ""}[figure["held"]]
    cells = (
        figure["name"],
        _value(figure),
        peer,
        number(figure["ratio"]),
        f"{figure['promised']}: {held}" if held else "",
        f"{figure['n']:,}",
    )
    return "| " + " | ".join(cells) + " |\n"


def _value(figure: dict[str, Any]) -> str:
    return f"{number(figure['value'])} {figure['unit']}"


def _measured(figure: dict[str, Any]) -> str:
    """What the promise is held against: the ratio or the figure itself."""
    return f"{number(figure['ratio'])} × peer" if "peer" in figure["promised"] else _value(figure)
