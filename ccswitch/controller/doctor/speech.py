"""Whether words can be heard: the engine speaks, its folder keeps what it said, and the switch can read it there."""

from __future__ import annotations

import time

from ccswitch.controller.config import Config
from ccswitch.controller.doctor.patient import Patient
from ccswitch.controller.found import Found, Health
from ccswitch.controller.speaking import languages_of, missing_recordings, speaker_for
from ccswitch.errors import SpeechError
from ccswitch.model.said import Spoken

TRIAL = "1"  # what the engine is asked to say


def engine_speaks(config: Config) -> Found:
    """Let the engine say a word in each language that scripts speak."""
    languages = languages_of(config.scripts)
    if not languages:
        return Health.OK, "no script speaks"
    speaker, began = speaker_for(config), time.monotonic()
    if config.speech.engine != "none" and not speaker.cache.folder.is_dir():  # root, who asks us, must not make it
        return Health.FAIL, f"there is no folder {speaker.cache.folder}"
    for language in languages if config.speech.engine != "none" else ():
        found = speaker.files(Spoken(text=TRIAL, language=language))
        if isinstance(found, SpeechError):
            return Health.FAIL, f"{language}: {found}"
    if missing := missing_recordings(config):
        return Health.WARN, "; ".join(missing)
    if config.speech.engine == "none":
        return Health.OK, "recordings only, and none is missing"
    took = time.monotonic() - began
    return Health.OK, f"{config.speech.engine} speaks {', '.join(languages)} into {speaker.cache.folder} ({took:.1f} s)"


def switch_reads_speech(patient: Patient) -> Found:
    """Let the switch itself open what was rendered for it."""
    languages = languages_of(patient.config.scripts)
    if not languages or patient.config.speech.engine == "none":
        return Health.OK, "nothing is rendered"
    found = speaker_for(patient.config).files(Spoken(text=TRIAL, language=languages[0]))
    if isinstance(found, SpeechError):
        return Health.WARN, "not known while there is no speech"
    tried = f"~local f=io.open([[{found[0]}]],[[rb]]) stream:write(f and [[read]] or [[no]])"
    if patient.api("lua", *tried.split()) == "read":
        return Health.OK, "the switch reads what is rendered"
    return Health.FAIL, f"the switch cannot read {found[0]}"
