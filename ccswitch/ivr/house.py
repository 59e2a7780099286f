"""Scripts of the house: what ccswitch itself does with a caller where nobody wrote a script for it.

A house script is a script like any other (it is traced, resumed and heard like one); only its text is here and its
name, `house.voicemail.BOX.LANGUAGE`, says all of it, so it needs no place in State.
"""

from __future__ import annotations

from functools import lru_cache

from ccswitch.ivr.script import script_hash
from ccswitch.model.nouns import ScriptSource

PREFIX = "house."
_GREETING = {
    "en": "Nobody can take your call at the moment. "
    "Please leave a message after the tone, and press any key at its end.",
    "zh": "现在无法接听您的电话，请在提示音后留言，结束后按任意键。",
}
_KEPT = {"en": "Thank you. Your message is kept.", "zh": "谢谢，您的留言已保存。"}


def voicemail(box: str, language: str = "") -> str:
    """The name of the script that takes a message for queue `box`, spoken in `language` (one that the house does not
    speak: English)."""
    return f"{PREFIX}voicemail.{language if language in _GREETING else 'en'}.{box}"


@lru_cache(maxsize=256)
def house_script(name: str) -> ScriptSource | None:
    """The script of this name; None when it is none of the house's."""
    if not name.startswith(PREFIX):
        return None
    kind, _, rest = name.removeprefix(PREFIX).partition(".")
    language, _, box = rest.partition(".")
    if kind != "voicemail" or language not in _GREETING or not box:
        return None
    text = "\n".join(
        (
            f"languages: [{language}]",
            "start: pick_up",
            "steps:",
            "  pick_up: {answer: , then: leave}",
            "  leave:",
            f"    voicemail: {box}",
            f"    play: {{say: {{{language}: '{_GREETING[language]}'}}}}",
            "    then: kept",
            "    otherwise: end",
            f"  kept: {{say: {{{language}: '{_KEPT[language]}'}}, then: end}}",
            "",
        )
    )
    return ScriptSource(name=name, hash=script_hash(text), text=text)
