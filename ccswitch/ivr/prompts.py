"""Prompts: what a caller is played or told. A script's prompts become what is `Said` when a step comes to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple

from ccswitch.ivr.expressions import Template
from ccswitch.ivr.spoken import Manner, in_words
from ccswitch.model.said import Said, Spoken
from ccswitch.reading.findings import Place

SAYS_LIMIT = 40  # characters of prompts in a picture


class Unsaid(NamedTuple):
    """A prompt that cannot be said in this call, and why."""

    prompt: str
    why: str


class Speech(NamedTuple):
    """In which language a call is spoken to now, which others its script has, and what templates may ask for."""

    language: str
    languages: tuple[str, ...]
    scope: Mapping[str, Any]


NO_WORDS = Speech("", (), {})  # enough for sounds


class Prompt:
    """One prompt. As text it is what an author would recognise."""

    __slots__ = ()

    FILE: ClassVar[bool] = False  # a file or stream of the switch, by its own name

    def said(self, speech: Speech) -> Said | Unsaid:
        """What is heard. Never raises."""
        raise NotImplementedError

    def asks(self) -> frozenset[str]:
        """The names that its templates ask for."""
        return frozenset()


@dataclass(frozen=True, slots=True)
class Sound(Prompt):
    """A file or a stream of the switch."""

    FILE: ClassVar[bool] = True

    file: str

    def __str__(self) -> str:
        return self.file

    def said(self, speech: Speech) -> Said:
        """Itself."""
        return self.file


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase(Prompt):
    """A text in some languages, recorded as `name` or to be spoken. `language`: where the call's does not count."""

    texts: Mapping[str, Template] = field(default_factory=dict)
    name: str = ""
    language: str = ""
    at: Place = field(default=Place(), compare=False)

    def __str__(self) -> str:
        return self.name or next((text.text for text in self.texts.values()), "")

    def asks(self) -> frozenset[str]:
        """What stands in the texts."""
        return frozenset[str]().union(*(text.names for text in self.texts.values()))

    def said(self, speech: Speech) -> Said | Unsaid:
        """In the call's language where it is recorded or written in it, else in the next that the script has."""
        first = self.language or speech.language
        spoken: Spoken | None = None
        trouble = ""
        for language in reversed(list(dict.fromkeys((first, *speech.languages, *self.texts)))):
            filled = self.texts[language].filled(speech.scope) if language in self.texts else None
            trouble = filled.trouble if filled and filled.trouble else trouble
            text = filled.value.strip() if filled else ""
            if text or (self.name and (language == first or not self.language)):
                spoken = Spoken(text=text, language=language, name=self.name, otherwise=spoken)
        return spoken or Unsaid(str(self), trouble or "there is nothing to say")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure(Prompt):
    """A number, digits, an amount, a date or a time (a `kind` of `ivr/spoken`), in the words of the call's language."""

    kind: str
    value: Template
    manner: Manner = Manner()
    language: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.value.text}"

    def asks(self) -> frozenset[str]:
        """What stands in the value."""
        return self.value.names

    def said(self, speech: Speech) -> Said | Unsaid:
        """In words, when it is what it should be."""
        filled = self.value.filled(speech.scope)
        if filled.trouble:
            return Unsaid(str(self), filled.trouble)
        language = self.language or speech.language
        words = in_words(self.kind, filled.value, language, self.manner)
        if words.trouble:
            return Unsaid(str(self), words.trouble)
        return Spoken(text=words.text, language=language, pieces=words.pieces)


class Uttered(NamedTuple):
    """Prompts as they are said, and those of them that cannot be."""

    said: tuple[Said, ...]
    unsaid: tuple[Unsaid, ...]


def all_said(prompts: Iterable[Prompt], speech: Speech) -> Uttered:
    """What `prompts` come to."""
    come = [prompt.said(speech) for prompt in prompts]
    said = tuple(one for one in come if not isinstance(one, Unsaid))
    return Uttered(said, tuple(one for one in come if isinstance(one, Unsaid)))


def known_ahead(prompts: Iterable[Prompt], languages: tuple[str, ...]) -> Iterator[Spoken]:
    """What `prompts` say whatever the call is, in each language: a voice can render it before anybody calls."""
    for prompt in prompts:
        if prompt.asks():
            continue
        for language in languages or ("",):
            said = prompt.said(Speech(language, languages, {}))
            if isinstance(said, Spoken):
                yield said


def asked_by(prompts: Iterable[Prompt]) -> frozenset[str]:
    """The names that the templates of `prompts` ask for."""
    return frozenset[str]().union(*(prompt.asks() for prompt in prompts))


def short(prompts: Iterable[Prompt]) -> str:
    """Prompts in a few words: the last parts of files' names."""
    told = ", ".join(_last_part(str(prompt)) if prompt.FILE else str(prompt) for prompt in prompts)
    return told if len(told) <= SAYS_LIMIT else told[: SAYS_LIMIT - 1] + "…"


def _last_part(file: str) -> str:
    return file if "://" in file else file.rsplit("/", 1)[-1]
