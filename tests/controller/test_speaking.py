"""Speech as a site has it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ccswitch.controller.config import Config, SpeechSettings, Voice
from ccswitch.controller.speaking import (
    languages_of,
    missing_recordings,
    recordings_of,
    speaker_for,
    texts_of,
    unrecorded,
)
from ccswitch.ivr.parse import parse_script
from ccswitch.ivr.script import script_hash
from ccswitch.model.nouns import ScriptSource
from ccswitch.model.said import wording
from ccswitch.speech.engines import Command, Espeak, Silent
from tests.ivr.speaking import SPEAKING
from tests.speech.voices import write_wav

SOURCE = ScriptSource(name="speaking", hash=script_hash(SPEAKING), text=SPEAKING)


def site(folder: Path, **speech: object) -> Config:
    """A site whose folders are below `folder`."""
    settings = SpeechSettings(dir="speech", prompts="prompts", **speech)  # type: ignore[arg-type]
    return Config(file=folder / "ccswitch.toml", speech=settings, scripts=(SOURCE,))


def test_the_engine_is_the_configured_one(tmp_path: Path) -> None:
    config = replace(site(tmp_path), voices=(Voice(language="zh", voice="yue"), Voice(language="en")))
    assert speaker_for(config).engine == Espeak({"zh": "yue"})
    command = site(tmp_path, engine="command", command=("say-it", "{out}"))
    assert speaker_for(command).engine == Command(("say-it", "{out}"), {})
    assert speaker_for(site(tmp_path, engine="none")).engine == Silent()


def test_folders_count_from_the_configuration(tmp_path: Path) -> None:
    config = replace(site(tmp_path, size=3), voices=(Voice(language="zh", sounds="sinmei"),))
    assert speaker_for(config).cache.folder == tmp_path / "speech"
    assert speaker_for(config).cache.room == 3_000_000
    assert recordings_of(config).prompts == tmp_path / "prompts"
    assert recordings_of(config).sounds == {"zh": tmp_path / "sinmei"}


def test_all_that_scripts_say_anyway_is_prepared_once() -> None:
    texts = texts_of([SOURCE, replace(SOURCE, name="again")])
    assert len(texts) == len(set(texts)) > 10
    assert {"您好", "Welcome"} <= {wording(text) for text in texts}
    assert languages_of([SOURCE]) == ("zh", "en")


def test_a_script_of_another_release_is_passed_over() -> None:
    foreign = ScriptSource(name="old", hash=script_hash("steps: {}"), text="steps: {}")
    assert texts_of([foreign]) == ()


def test_a_prompt_that_nobody_recorded_is_told_with_its_place(tmp_path: Path) -> None:
    # Given a script with a prompt without a text, and one with a Chinese text
    config = site(tmp_path)
    script = parse_script(SPEAKING, "speaking.yaml", name="speaking")
    # When their recordings are looked for, then those are told that cannot be heard
    told = [str(problem) for problem in unrecorded(script, recordings_of(config))]
    assert told[0].startswith(
        "speaking.yaml:10:10: step 'choice': prompt 'menu/keys' has no recording and no text in en (record "
    )
    assert [line.split("(")[0].split(": ", 1)[1].strip() for line in told[1:]] == [
        "step 'told': prompt 'goodbye' has no recording and no text in zh",
        "step 'told': prompt 'goodbye' has no recording and no text in en",
    ]
    # And when they are recorded nothing is
    for name in ("en/menu/keys", "zh/goodbye", "en/goodbye"):
        write_wav(tmp_path / f"prompts/{name}.wav")
    assert list(unrecorded(script, recordings_of(config))) == []
    assert missing_recordings(config) == []
