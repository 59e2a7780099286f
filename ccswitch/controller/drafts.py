"""Script files as a designer saves them: `[ivr] watch = true` takes each one as soon as it is right.

Once a second the folder is looked at, in the thread pool. A file that is wrong is refused with every reason in the log,
and the version before it stays; so does that of a file which is gone while something still leads to it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from pathlib import Path

import gevent

from ccswitch.acd.circles import circle_told
from ccswitch.clock import Seconds
from ccswitch.controller.config import Config, names_of, with_scripts
from ccswitch.controller.hub import beside
from ccswitch.errors import CcswitchError, ConfigError, Problem
from ccswitch.floor.publishing import round_for_ever
from ccswitch.floor.versions import script_of
from ccswitch.ivr.lint import unknown_queues
from ccswitch.ivr.script import Script
from ccswitch.ivr.together import check_together
from ccswitch.model.nouns import ScriptSource

log = logging.getLogger(__name__)

LOOK_EVERY: Seconds = 1.0
Look = dict[Path, tuple[int, int]]  # time of the last change in ns, size


def check(config: Config, published: Collection[str]) -> None:
    """Refuse files of scripts that are wrong (ConfigError), unless a published version stands in for them."""
    refused = [problem for problem in config.broken if Path(problem.file).stem not in published]
    if refused:
        raise ConfigError(refused)
    for problem in config.broken:
        log.warning("a draft is wrong; the version before it stays: %s", problem)


def standing_in(config: Config, published: Collection[str], known: Collection[ScriptSource]) -> Config:
    """`config` for a start: of a file that is wrong and was never published, the version that the journal knows stays.
    ConfigError when there is none."""
    old = {source.name: source for source in known if source.name in names_of(config.broken) - set(published)}
    check(config, {*published, *old})
    return replace(config, scripts=(*config.scripts, *old.values()))


def misfits(config: Config, released: Mapping[str, Script]) -> list[Problem]:
    """What is wrong between published versions, which stay, and the files of the scripts beside them."""
    files = {source.name: script_of(source) for source in config.scripts}
    queues = [queue.name for queue in config.queues]
    lost = [problem for script in released.values() for problem in unknown_queues(script, queues)]
    site = (files | dict(released)).values()
    new = round_for_ever(config.queues, site, files.values())
    lost += [Problem(str(config.file), 1, 1, *circle_told(circle)) for circle in new]
    return lost + check_together(site)


def newest(config: Config) -> Config:
    """`config` with the scripts that are right in the files now; of one that is wrong, or gone while an entry leads to
    it, the version before. Reads files."""
    found = with_scripts(config)
    for problem in found.broken:
        log.error("refused, the version before it stays: %s", problem)
    fresh = {source.name: source for source in found.scripts}
    needed = names_of(found.broken) | {entry.script for entry in config.entries}
    stay = {source.name: source for source in config.scripts if source.name in needed and source.name not in fresh}
    scripts = sorted((fresh | stay).values(), key=lambda source: source.name)
    return replace(found, scripts=tuple(scripts), broken=())


class DraftWatch:
    """Calls `changed` when a file came, went or changed."""

    def __init__(self, folder: Callable[[], Path], changed: Callable[[], None]) -> None:
        self._folder, self._changed = folder, changed
        self._seen: Look = {}
        self._greenlet: gevent.Greenlet | None = None

    def start(self) -> None:
        """Begin to watch; what is there now has been read."""
        self._seen = look(self._folder())
        self._greenlet = gevent.spawn(self._watch)

    def stop(self) -> None:
        """End."""
        if self._greenlet is not None:
            self._greenlet.kill()

    def _watch(self) -> None:
        while True:
            gevent.sleep(LOOK_EVERY)
            self.look_once()

    def look_once(self) -> None:
        """See whether anything changed since the last look."""
        seen = beside(look, self._folder())
        if seen == self._seen:
            return
        self._seen = seen
        try:
            self._changed()
        except CcswitchError as error:
            log.error("the scripts cannot be read, nothing was changed:\n%s", error)


def look(folder: Path) -> Look:
    """The files of a folder as they are now; one that goes meanwhile is none."""
    found: Look = {}
    for path in folder.glob("*.yaml"):
        try:
            stat = path.stat()
        except OSError:
            continue
        found[path] = (stat.st_mtime_ns, stat.st_size)
    return found
