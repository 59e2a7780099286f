"""Which version of each script is in force, and how many calls are in which. A pure read of State."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from ccswitch.floor.state import State
from ccswitch.model.ids import ScriptHash, Seconds
from ccswitch.model.nouns import InForce


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptBoard:
    """One script. `file` is the version in the files, as they were last read, empty when they have none; `calls` counts
    live calls by the version that they are in. What was never `published` is the files' version."""

    script: str
    versions: InForce
    published: bool
    file: str
    before: ScriptHash
    author: str
    comment: str
    since: Seconds
    calls: dict[str, int]


def script_boards(state: State) -> list[ScriptBoard]:
    """Every script that the files have or a release names, by name."""
    files = {source.name: source.hash for source in state.settings.scripts}
    calls = _calls(state)
    return [
        _board(state, name, versions, files.get(name, ""), calls.get(name, {}))
        for name, versions in sorted(state.editions[state.edition].items())
    ]


def script_board(state: State, name: str) -> ScriptBoard | None:
    """One script, or None."""
    return next((board for board in script_boards(state) if board.script == name), None)


def _board(state: State, name: str, versions: InForce, file: str, calls: dict[str, int]) -> ScriptBoard:
    release = state.releases.get(name)
    return ScriptBoard(
        script=name,
        versions=versions,
        published=release is not None,
        file=file,
        before=release.before if release else ScriptHash(""),
        author=release.author if release else "",
        comment=release.comment if release else "",
        since=release.since if release else 0.0,
        calls=calls,
    )


def _calls(state: State) -> dict[str, dict[str, int]]:
    """Live calls by script and version; two scripts of one text are counted under the name that State has for it."""
    counted: dict[str, dict[str, int]] = {}
    for version, calls in Counter(call.script_hash for call in state.calls.values() if call.script_hash).items():
        if (source := state.scripts.get(version)) is not None:
            counted.setdefault(source.name, {})[version] = calls
    return counted
