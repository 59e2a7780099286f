"""Speech as a site has it: the speaker that its configuration asks for, and what its scripts will say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ccswitch.controller.config import Config
from ccswitch.errors import ConfigError, Problem
from ccswitch.floor.versions import script_of
from ccswitch.ivr.prompts import Phrase, known_ahead
from ccswitch.ivr.script import Script
from ccswitch.model.nouns import ScriptSource
from ccswitch.model.said import Spoken
from ccswitch.reading.findings import shown
from ccswitch.speech.cache import Cache
from ccswitch.speech.engines import ENGINES
from ccswitch.speech.recordings import Recordings
from ccswitch.speech.speaker import Speaker

MEGABYTE = 1_000_000


def speaker_for(config: Config) -> Speaker:
    """The speaker of a site."""
    voices = {voice.language: voice.voice for voice in config.voices if voice.voice}
    engine = ENGINES[config.speech.engine](config.speech.command, voices)
    cache = Cache(config.folder(config.speech.dir), config.speech.size * MEGABYTE)
    return Speaker(engine, cache, recordings_of(config))


def recordings_of(config: Config) -> Recordings:
    """Where a site's recordings are."""
    sounds = {voice.language: config.folder(voice.sounds) for voice in config.voices if voice.sounds}
    return Recordings(prompts=config.folder(config.speech.prompts), sounds=sounds)


def texts_of(scripts: Iterable[ScriptSource]) -> tuple[Spoken, ...]:
    """All that scripts say whatever the call is, each once."""
    said: dict[Spoken, None] = {}
    for script in _readable(scripts):
        for step in script.steps.values():
            said |= dict.fromkeys(known_ahead(step.prompts(), script.languages))
    return tuple(said)


def languages_of(scripts: Iterable[ScriptSource]) -> tuple[str, ...]:
    """The languages in which scripts speak."""
    return tuple(dict.fromkeys(language for script in _readable(scripts) for language in script.languages))


def missing_recordings(config: Config) -> list[str]:
    """What `unrecorded` finds in all scripts of a site, for one line."""
    recordings = recordings_of(config)
    return [
        f"{script.name}: {one.what}" for script in _readable(config.scripts) for one in unrecorded(script, recordings)
    ]


def unrecorded(script: Script, recordings: Recordings) -> Iterator[Problem]:
    """Prompts of a script that have neither a recording nor a text in a language that it speaks."""
    for name, step in script.steps.items():
        for prompt in step.prompts():
            if isinstance(prompt, Phrase) and prompt.name:
                yield from _unrecorded(script, name, prompt, recordings)


def _unrecorded(script: Script, step: str, prompt: Phrase, recordings: Recordings) -> Iterator[Problem]:
    for language in (prompt.language,) if prompt.language else script.languages:
        spoken = Spoken(text="", language=language, name=prompt.name)
        if language not in prompt.texts and not recordings.find(spoken):
            what = f"step {shown(step)}: prompt {shown(prompt.name)} has no recording and no text in {language}"
            mend = f"record {recordings.prompts}/{language}/{prompt.name}.wav, or add `say: {{{language}: …}}`"
            yield Problem(script.file, prompt.at.line, prompt.at.column, what, mend)


def _readable(scripts: Iterable[ScriptSource]) -> Iterator[Script]:
    for source in scripts:
        try:
            yield script_of(source)
        except ConfigError:  # of another release; bootstrap says so
            continue
