"""Words become files: recorded, rendered before, or rendered now; the same words once, however many wait for them."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

import gevent
from gevent.lock import BoundedSemaphore
from gevent.threadpool import ThreadPool

from ccswitch.clock import Seconds
from ccswitch.errors import SpeechError
from ccswitch.model.said import Spoken, wording
from ccswitch.speech.cache import Cache, key_of
from ccswitch.speech.engines import Engine, sayable
from ccswitch.speech.recordings import Recordings

log = logging.getLogger(__name__)

T = TypeVar("T")
THREADS = 4  # that look at files
AT_ONCE = 2  # engines that run; more would only make each slower
FRESH: Seconds = 1.0  # so long files that were found are taken to be there still
REMEMBERED = 1000  # texts of which that is known
SLOW: Seconds = 1.0  # a rendering that is worth a line in the log


@dataclass(slots=True)
class Counters:
    """What became of the words that were asked for since the start."""

    recorded: int = 0
    kept: int = 0
    rendered: int = 0
    failed: int = 0
    rendering: Seconds = 0.0  # in all


class Speaker:
    """Finds files for words. Whoever asks waits; others run."""

    def __init__(self, engine: Engine, cache: Cache, recordings: Recordings) -> None:
        self.engine, self.cache, self.recordings = engine, cache, recordings
        self.counters = Counters()
        self._threads = ThreadPool(THREADS)  # of our own: a folder that hangs must not hold up the records
        self._turns = BoundedSemaphore(AT_ONCE)
        self._rendering: dict[str, gevent.Greenlet] = {}  # by key
        self._ahead: gevent.Greenlet | None = None
        self._fresh: dict[Spoken, tuple[Seconds, tuple[str, ...]]] = {}  # until when, by time.monotonic()

    def at_once(self, spoken: Spoken) -> tuple[str, ...]:
        """Files that were found for it a moment ago, without waiting; none when it has to be looked for."""
        until, found = self._fresh.get(spoken, (0.0, ()))
        return found if time.monotonic() < until else ()

    def files(self, spoken: Spoken) -> tuple[str, ...] | SpeechError:
        """Files that say it, or why there are none."""
        failed: list[tuple[bool, str]] = []
        one: Spoken | None = spoken
        while one is not None:
            try:
                found = self._files(one)
                self._remember(spoken, found)
                return found
            except SpeechError as error:
                failed.append((not one.text, str(error)))
            one = one.otherwise
        self.counters.failed += 1
        return SpeechError(min(failed, key=lambda each: each[0])[1])  # what an engine says before a missing recording

    def _remember(self, spoken: Spoken, found: tuple[str, ...]) -> None:
        if len(self._fresh) >= REMEMBERED:
            self._fresh.clear()
        self._fresh[spoken] = time.monotonic() + FRESH, found

    def prepare(self, texts: Iterable[Spoken]) -> None:
        """Have these ready before a call asks for them; returns at once. What was still to prepare is dropped."""
        if self._ahead is not None:
            self._ahead.kill(block=False)
        self._ahead = gevent.spawn(self._prepare, list(texts))

    def stop(self) -> None:
        """Prepare nothing more, and end the engines that run."""
        for running in (self._ahead, *self._rendering.values()):
            if running is not None:
                running.kill(block=False)

    def _beside(self, work: Callable[[], T]) -> T:
        """What `work()` gives, in a thread. A SpeechError is carried out by hand: gevent prints what leaves one."""

        def attempt() -> T | SpeechError:
            """What the work gives, or its SpeechError as a value."""
            try:
                return work()
            except SpeechError as error:
                return error

        done: T | SpeechError = self._threads.apply(attempt)
        if isinstance(done, SpeechError):
            raise done
        return done

    def _files(self, spoken: Spoken) -> tuple[str, ...]:
        """Raises SpeechError."""
        recorded, kept = self._beside(lambda: self._looked_for(spoken))
        if recorded:
            self.counters.recorded += 1
            return recorded
        if kept:
            self.counters.kept += 1
            return (kept,)
        text = sayable(spoken.text)
        return (self._rendered(text, spoken.language, self._key(text, spoken.language)),)

    def _looked_for(self, spoken: Spoken) -> tuple[tuple[str, ...], str]:
        """What is recorded, or else kept. For the thread pool; raises SpeechError."""
        if recorded := self.recordings.find(spoken):
            return recorded, ""
        if not spoken.text:
            raise SpeechError(f"there is no recording {spoken.name}.wav in {spoken.language}, and no text to speak")
        return (), self.cache.find(self._key(sayable(spoken.text), spoken.language))

    def _key(self, text: str, language: str) -> str:
        return key_of(self.engine.name, self.engine.voice(language), language, text)

    def _rendered(self, text: str, language: str, key: str) -> str:
        """The file once it is rendered. Who asked may stop waiting: it is finished all the same, for the next."""
        running = self._rendering.get(key)
        if running is None:
            running = self._rendering[key] = gevent.spawn(self._render, text, language, key)
            running.rawlink(lambda done: self._rendering.pop(key, None))
        rendered = running.get()
        if isinstance(rendered, str):
            return rendered
        raise rendered if isinstance(rendered, SpeechError) else SpeechError("the controller is stopping")

    def _render(self, text: str, language: str, key: str) -> str | SpeechError:
        with self._turns:
            began = time.monotonic()
            try:
                written = self._beside(self.cache.beside)
                try:
                    self.engine.render(text, language, written)
                    path = self._beside(lambda: self.cache.keep(written, key))
                finally:
                    self._beside(lambda: written.unlink(missing_ok=True))
            except SpeechError as error:
                return error
            took = time.monotonic() - began
        self.counters.rendered += 1
        self.counters.rendering += took
        if took > SLOW:
            log.warning("speech: %s took %.1f s for %d characters", self.engine.name, took, len(text))
        return path

    def _prepare(self, texts: list[Spoken]) -> None:
        failed: dict[str, str] = {}
        rendered = self.counters.rendered
        for spoken in texts:
            found = self.files(spoken)
            if isinstance(found, SpeechError):
                failed[str(found)] = wording(spoken)
        log.info("speech: %d texts of scripts, %d newly rendered", len(texts), self.counters.rendered - rendered)
        for why, said in failed.items():
            log.warning("speech: %.80r and maybe others will not be heard: %s", said, why)
