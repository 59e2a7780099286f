"""`ccswitch demo`: a contact centre in one process, with a board to look at and figures at the end.

Everything but the switch is the real thing, and the switch is spoken to by the same bytes of ESL as in production.

| file | what |
|---|---|
| `people.py` | agents with their moods, callers with their habits |
| `site.py` | the folder, the configuration, the simulated switch, the controller, the log |
| `board.py` | the floor at one moment, drawn or told in a line |
| `report.py` | how it went, from SQL |
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import gevent
from gevent.event import Event as Flag
from rich.console import Console
from rich.live import Live

from ccswitch.clock import Seconds
from ccswitch.controller.demo.board import News, Picture, draw, line, look
from ccswitch.controller.demo.people import STAFF, Callers
from ccswitch.controller.demo.report import report
from ccswitch.controller.demo.site import Centre, running, temporary_folder
from ccswitch.errors import CcswitchError
from ccswitch.records.store import open_store

CALLS_PER_MINUTE = 26.0
LASTS: Seconds = 60.0
SEED = 2
DRAWN_EVERY: Seconds = 0.5
TOLD_EVERY: Seconds = 5.0
NEXT = (
    'Next: the same on your own FreeSWITCH. README.md, "First deployment", takes 15 minutes; '
    "`ccswitch doctor` says what is missing."
)
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class DemoFailed(CcswitchError):
    """Something went wrong that must not, in a demo or elsewhere."""


def run(
    *,
    calls_per_minute: float = CALLS_PER_MINUTE,
    seconds: Seconds = LASTS,
    ui: bool = True,
    seed: int = SEED,
    keep: bool = False,
) -> None:
    """Run the demo for so many seconds, or until Ctrl-C, and print how it went.

    `ui`: a board on the terminal, where there is one; otherwise a line every 5 s. `keep` leaves its folder behind.
    Raises DemoFailed when an input could not be decided or an error was logged; then the folder stays, too.
    """
    console = Console(highlight=False)
    with signals(*ENDING) as ended, temporary_folder(stays=keep) as folder:
        console.print("The doors open in a moment: simulated FreeSWITCH, real controller, SQLite.")
        news = News()
        with running(folder.path, seed=seed, listen=news) as centre:
            opened = centre.controller.clock.now()
            watch = Watch(centre, news, ended, opened=opened, lasts=seconds)
            callers = Callers(centre.switch, calls_per_minute, seed)
            callers.come()
            try:
                watch.on_board(console) if ui and _can_draw(console) else watch.in_lines(console)
            finally:
                callers.stop()
        _tell(console, centre, since=opened)
        troubles = centre.troubles()
        folder.stays = keep or bool(troubles)
        if folder.stays:
            console.print(f"Everything is kept in {folder.path}", soft_wrap=True)
        if troubles:
            raise DemoFailed(f"{', '.join(troubles)}: see {folder.path}/ccswitch.log")


class Watch:
    """Looks at the centre again and again until its time is over or it is ended."""

    def __init__(self, centre: Centre, news: News, ended: Flag, *, opened: Seconds, lasts: Seconds) -> None:
        self._centre, self._news, self._ended = centre, news, ended
        self._opened, self._lasts = opened, lasts

    def on_board(self, console: Console) -> None:
        """On the whole screen, twice a second."""
        hints = (
            f"From another terminal: {_own_name()} queue watch (or call list), after",
            f"export CCSWITCH_CONFIG={self._centre.config.file}",
        )
        with Live(console=console, screen=True, auto_refresh=False) as live:
            for picture in self._pictures(DRAWN_EVERY):
                live.update(draw(picture, console.height, hints), refresh=True)

    def in_lines(self, console: Console) -> None:
        """A line every 5 s."""
        for picture in self._pictures(TOLD_EVERY):
            console.print(line(picture), soft_wrap=True, markup=False)

    def _pictures(self, every: Seconds) -> Iterator[Picture]:
        now = self._centre.controller.clock.now
        due = self._opened
        while not self._ended.is_set() and now() < self._opened + self._lasts:
            due = min(due + every, self._opened + self._lasts)
            if not self._ended.wait(max(0.0, due - now())):
                yield look(self._centre, self._news, opened=self._opened, lasts=self._lasts)


def _can_draw(console: Console) -> bool:
    return console.is_terminal and not console.is_dumb_terminal


def _own_name() -> str:
    """How this very command is called from here: ccswitch, or the way to it."""
    own = Path(sys.argv[0])
    return "ccswitch" if own.name != "ccswitch" or shutil.which("ccswitch") else os.path.relpath(own)


def _tell(console: Console, centre: Centre, *, since: Seconds) -> None:
    """The report, from the records alone."""
    store = open_store(centre.config.store.url)
    agents = [member.agent for member in STAFF]
    try:
        until = centre.controller.clock.now()
        console.print()
        console.print(report(store, centre.config.queues, agents, since=since, until=until))
    finally:
        store.close()
    console.print(f"\n{NEXT}", markup=False)


@contextmanager
def signals(*numbers: signal.Signals) -> Iterator[Flag]:
    """A flag that is set by any of these signals, which do nothing else meanwhile."""
    flag = Flag()
    watchers = [gevent.signal_handler(number, flag.set) for number in numbers]
    try:
        yield flag
    finally:
        for watcher in watchers:
            watcher.cancel()
