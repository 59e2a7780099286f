"""What is given out of scripts: versions, releases, what callers did in them."""

from __future__ import annotations

from pydantic import BaseModel, Field

from ccswitch.floor.boards.scripts import ScriptBoard


class ScriptList(BaseModel):
    """Scripts, and which version of each is in force."""

    now: float
    scripts: list[ScriptBoard]


class ScriptAnswer(BaseModel):
    """One script, with the text that is in force and, beside it, that of the canary."""

    now: float
    script: ScriptBoard
    text: str
    canary_text: str = ""


class VersionText(BaseModel):
    """One version's text."""

    script: str
    version: str
    text: str


class VersionRow(BaseModel):
    """A version that was released at least once; `author` is empty of one that came from a file."""

    hash: str
    at: float = Field(description="When it was first released.")
    author: str = ""
    comment: str = ""


class ReleaseRow(BaseModel):
    """What was put in force, by whom."""

    at: float
    kind: str = Field(description="published, canary, promoted or rolled_back.")
    hash: str
    canary: str = ""
    share: float = 0.0
    before: str = ""
    author: str = ""
    comment: str = ""


class Versions(BaseModel):
    """The versions of a script, and its releases, the newest first."""

    script: ScriptBoard
    versions: list[VersionRow]
    releases: list[ReleaseRow]


class WayOut(BaseModel):
    """So many calls left the script so, in this step."""

    how: str = Field(description="queue, transfer, hangup, left, abandoned, in it now, …")
    step: str
    calls: int


class StepUse(BaseModel):
    """So many calls came to a step, so many hung up there."""

    step: str
    kind: str
    came: int
    left: int


class MenuUse(BaseModel):
    """How well a menu or a collection is understood: tries in all, without input, with a wrong one."""

    step: str
    tries: int
    no_input: int
    wrong_input: int


class VersionUse(BaseModel):
    """The figures of one version; `median` is seconds in the script."""

    version: str
    calls: int
    first: float
    last: float
    median: float | None = None
    ways_out: list[WayOut]
    steps: list[StepUse]
    menus: list[MenuUse]


class Usage(BaseModel):
    """How callers used a script, the version that was used last first."""

    script: str
    versions: list[VersionUse]
