"""Reads prompts: a bare text, or a table that says what is to be said (`say`, `prompt`, `number`, `money` …)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from ccswitch.ivr.expressions import Template
from ccswitch.ivr.prompts import Figure, Phrase, Prompt, Sound
from ccswitch.ivr.spoken import CURRENCIES, KINDS, LANGUAGES, Manner
from ccswitch.reading.findings import Place, did_you_mean, shown
from ccswitch.reading.yaml_nodes import Many, Node, Table, Text

if TYPE_CHECKING:
    from ccswitch.ivr.fields import Fields

PROMPTS_LIMIT = 20
PROMPT_LENGTH = 300
LANGUAGES_LIMIT = 20
SOURCES = ("tone_stream", "silence_stream", "local_stream")  # a prompt with another prefix could be anything at all

_NAME = re.compile(r"\w[\w-]{0,63}(?:/\w[\w-]{0,63}){0,4}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})?", re.ASCII)
_CURRENCY = re.compile("|".join(CURRENCIES))
_HEAD = "write `languages: [en]` at the top of the script, its usual language first"


def read_languages(fields: Fields) -> tuple[str, ...]:
    """`languages` at the head of a script: in which it speaks, its usual one first."""
    node = fields.node("languages")
    if node is None:
        return ()
    items = node.items if isinstance(node, Many) else [node]
    known: dict[str, None] = {}
    for item in items:
        if not isinstance(item, Text) or _LANGUAGE.fullmatch(item.value) is None:
            fields.report(item.at, "`languages` takes a list of languages", "as `languages: [zh, en]`")
        elif item.value in known:
            fields.report(item.at, f"{shown(item.value)} is there twice", "once is enough")
        else:
            known[item.value] = None
    if len(items) > LANGUAGES_LIMIT:
        fields.report(items[LANGUAGES_LIMIT].at, f"{len(items)} languages", f"at most {LANGUAGES_LIMIT}")
    return tuple(known)


def read_prompts(fields: Fields, key: str, *, required: bool, words: bool) -> tuple[Prompt, ...]:
    """One prompt or a list of them. `words`: a bare text is spoken; else it is a file or stream of the switch."""
    node = fields.node(key)
    if node is None and not required:
        return ()
    items = node.items if isinstance(node, Many) else [node]
    if not items or not all(isinstance(item, Table) or (isinstance(item, Text) and item.value) for item in items):
        example = f"`{key}: Welcome`" if words else f"`{key}: prompts/hello.wav`"
        fields.report(fields.place(key), f"`{key}` needs a prompt, or a list of them", f"as {example}")
    told = [item for item in items if item is not None]
    if len(told) > PROMPTS_LIMIT:
        fields.report(told[PROMPTS_LIMIT].at, f"`{key}` has {len(told)} prompts", f"at most {PROMPTS_LIMIT}")
    read = (_prompt(fields, key, item, words=words) for item in told)
    return tuple(prompt for prompt in read if prompt is not None)


def _prompt(fields: Fields, key: str, node: Node, *, words: bool) -> Prompt | None:
    if isinstance(node, Table):
        if words and not set(node.entries) & set(ITEMS):
            return _phrase(fields, node, key)
        return _item(fields, key, node)
    if not isinstance(node, Text) or not node.value:
        return None
    if words:
        return _phrase(fields, node, key)
    if why := prompt_trouble(node.value):
        fields.report(node.at, f"prompt {shown(node.value)}: {why[0]}", why[1])
    return Sound(node.value)


def _item(fields: Fields, key: str, node: Table) -> Prompt | None:
    """A table with one of `ITEMS`; `prompt` may have `say` beside it."""
    inner = fields.within(node, f"`{key}`")
    found = [word for word in ITEMS if word in node.entries]
    if not found or (len(found) > 1 and found != ["prompt", "say"]):
        mend = f"give it one of {', '.join(ITEMS)}"
        inner.report(
            node.at, "this prompt says " + (f"{len(found)} things" if found else "nothing that is known"), mend
        )
        return None
    prompt = ITEMS[found[0]](inner, found[0])
    inner.finish()
    return prompt


# ---- what can be said ---------------------------------------------------------------------------------------


def _say(fields: Fields, word: str) -> Prompt:
    language = _language(fields)
    return _phrase(fields, fields.node(word), word, language=language)


def _recorded(fields: Fields, word: str) -> Prompt:
    """A recording by its name, with or without a text for those languages in which there is none."""
    name = fields.text(word, _NAME, "the name of a recording, without folder and .wav")
    language = _language(fields)
    texts = fields.node("say")
    if texts is not None:
        return replace(_phrase(fields, texts, "say", name=name, language=language), at=fields.place(word))
    _must_have_language(fields, fields.place(word), language)
    return Phrase(name=name, language=language, at=fields.place(word))


def _figure(fields: Fields, word: str) -> Prompt:
    language, node = _language(fields), fields.node(word)
    value = Template("")
    if isinstance(node, Text) and node.value:
        value = fields.template(node)
    else:
        fields.report(fields.place(word), f"`{word}` needs something to say", f'as `{word}: "{{{{ {word} }}}}"`')
    _must_have_language(fields, fields.place(word), language)
    for spoken in (language,) if language else fields.languages:
        if spoken not in LANGUAGES:
            why = f"there are no words for a {word} in {shown(spoken)}"
            fields.report(fields.place(word), why, f"there are in {', '.join(LANGUAGES)}: add `language: …`")
    return Figure(kind=word, value=value, manner=_manner(fields, word), language=language)


def _manner(fields: Fields, word: str) -> Manner:
    currency = fields.text("currency", _CURRENCY, f"one of {', '.join(CURRENCIES)}") if word == "money" else ""
    return Manner(currency=currency, weekday=word == "date" and fields.flag("weekday"))


ITEMS: Mapping[str, Callable[[Fields, str], Prompt]] = {
    "prompt": _recorded,
    "say": _say,
    **dict.fromkeys(KINDS, _figure),
}


def _phrase(fields: Fields, node: Node | None, key: str, *, name: str = "", language: str = "") -> Phrase:
    """A text in the script's usual language, or a table of languages with a text in each."""
    at = node.at if node is not None else fields.at
    texts: dict[str, Template] = {}
    if isinstance(node, Text) and node.value:
        _must_have_language(fields, at, language)
        texts[language or next(iter(fields.languages), "")] = fields.template(node)
    elif isinstance(node, Table) and node.entries:
        for written, text in node.entries.values():
            _check_known(fields, written)
            if isinstance(text, Text) and text.value:
                texts[written.value] = fields.template(text)
            else:
                fields.report(text.at, f"{shown(written.value)} takes a text", f"as `{written.value}: Welcome`")
    else:
        fields.report(at, f"`{key}` needs a text, or one for each language", f"as `{key}: {{zh: 您好, en: Hello}}`")
    return Phrase(texts=texts, name=name, language=language, at=at)


def _language(fields: Fields) -> str:
    """`language` of one prompt, empty where the call's counts."""
    written = fields.text("language", _LANGUAGE, "a language, as zh", "")
    if written and fields.languages and written not in fields.languages:
        fields.report(fields.place("language"), *_unknown(fields, written))
    return written


def _check_known(fields: Fields, written: Text) -> None:
    if not fields.languages:
        fields.report(written.at, "it is not said which languages this script has", _HEAD)
    elif written.value not in fields.languages:
        fields.report(written.at, *_unknown(fields, written.value))


def _unknown(fields: Fields, language: str) -> tuple[str, str]:
    return f"this script does not speak {shown(language)}", f"add it to `languages: [{', '.join(fields.languages)}]`"


def _must_have_language(fields: Fields, at: Place, language: str) -> None:
    if not language and not fields.languages:
        fields.report(at, "it is not said in which language", _HEAD)


def prompt_trouble(prompt: str) -> tuple[str, str] | None:
    """What is wrong with the name of a file or stream and how to mend it; None when nothing is."""
    source, found, _ = prompt.partition("://")
    if not prompt.isprintable():
        return "it has a line break or another character that cannot be seen", "remove it"
    if len(prompt) > PROMPT_LENGTH:
        return f"it is {len(prompt)} characters long", f"at most {PROMPT_LENGTH}"
    if prompt[0] in "{[<^ " or "@@" in prompt:
        return "parameters of the switch are not taken", "begin with the name itself"
    if "${" in prompt:
        return "variables of the switch are not filled in", "write the name itself, without ${"
    if found and source not in SOURCES:
        return f"{shown(source + '://')} is no source of prompts", did_you_mean(source, SOURCES)
    if prompt.count("(") != prompt.count(")"):
        return "a bracket is not closed", "put quotes around a prompt that contains commas"
    return None
