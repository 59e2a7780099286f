"""What is in force from now on: settings, versions of scripts, a supervisor's word on a calendar or a queue."""

from __future__ import annotations

from ccswitch.model.ids import QueueName, Seconds
from ccswitch.model.nouns import FloorSettings, QueueMode, Release, ReleaseKind, ScriptSource
from ccswitch.model.value import value


@value
class SettingsTaken:
    """New settings are in force for whatever begins from now on."""

    settings: FloorSettings


@value
class ScriptReleased:
    """New calls take these versions of a script. `sources`: the texts among them that were not released before."""

    release: Release
    kind: ReleaseKind
    sources: tuple[ScriptSource, ...] = ()


@value
class CalendarOverridden:
    """A supervisor decided that a calendar is open, or closed, until `until` (0: until it follows its hours again)."""

    calendar: str
    open: bool
    until: Seconds
    author: str
    reason: str = ""


@value
class CalendarFollowed:
    """A calendar is open by its hours again."""

    calendar: str
    why: str


@value
class QueueModeChanged:
    """A supervisor decided what holds for a queue until `until` (0: for good); whom it does not take goes `to`."""

    queue: QueueName
    mode: QueueMode
    author: str
    to: str = ""
    until: Seconds = 0.0
    reason: str = ""
