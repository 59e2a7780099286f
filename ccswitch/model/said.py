"""What a caller is to hear: a sound of the switch, or words that `speech/` finds recordings or a voice for."""

from __future__ import annotations

from ccswitch.model.value import value


@value
class Spoken:
    """Words, by the first of these that can be had:

    1. the prompt `name`, recorded in `language`,
    2. `pieces`, FreeSWITCH's own recordings one after the other (`digits/20.wav`; `a|b` is either), when all are there,
    3. `text`, spoken by a voice of `language`,
    4. `otherwise`, as the text of another language.

    What is empty is left out. What cannot be had at all is skipped, and the floor is told (`SpeechFailed`).
    """

    text: str
    language: str
    pieces: tuple[str, ...] = ()
    name: str = ""
    otherwise: Spoken | None = None


Said = str | Spoken  # a text is a file or stream of the switch


def wording(said: Said) -> str:
    """What is said, for a reader: the words where they are known, else the name of the recording."""
    if isinstance(said, str):
        return said
    return said.text or (wording(said.otherwise) if said.otherwise else "") or said.name
