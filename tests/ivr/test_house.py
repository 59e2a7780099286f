"""Scripts of the house are scripts like any other: they parse, they pass every check, they take a message."""

from __future__ import annotations

import pytest

from ccswitch.floor.versions import script_of
from ccswitch.ivr.house import callback, house_script, voicemail
from ccswitch.ivr.steps.callback import CallbackStep
from ccswitch.ivr.steps.queue import QueueStep
from ccswitch.ivr.steps.voicemail import VoicemailStep


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("box", ["sales", "vip.care", "销售", "on", "12"])
def test_a_message_for_any_queue_in_each_language(box: str, language: str) -> None:
    source = house_script(voicemail(box, language))
    assert source is not None
    script = script_of(source)
    step = script.steps["leave"]
    assert isinstance(step, VoicemailStep)
    assert (step.box, script.languages) == (box, (language,))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("queue", ["sales", "vip.care", "销售", "on", "12"])
def test_a_call_back_by_any_queue_in_each_language(queue: str, language: str) -> None:
    source = house_script(callback(queue, language))
    assert source is not None
    script = script_of(source)
    step, stays = script.steps["promise"], script.steps["stay"]
    assert isinstance(step, CallbackStep) and isinstance(stays, QueueStep)
    assert (step.queue, stays.queue, script.languages) == (queue, queue, (language,))


def test_a_language_that_the_house_does_not_speak_is_english() -> None:
    assert voicemail("sales", "fr") == voicemail("sales", "en") == voicemail("sales")


@pytest.mark.parametrize(
    "name", ["menu", "house.", "house.voicemail", "house.voicemail.fr.sales", "house.fax.en.sales"]
)
def test_no_other_name_is_one_of_the_house(name: str) -> None:
    assert house_script(name) is None
