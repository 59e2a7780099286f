"""How prompts are written, and what is refused with its place and its cure."""

from __future__ import annotations

import pytest

from ccswitch.ivr.expressions import Template
from ccswitch.ivr.lint import hints
from ccswitch.ivr.prompts import Figure, Phrase, Prompt, Sound
from ccswitch.ivr.spoken import Manner
from tests.ivr.scripts import script, told
from tests.ivr.speaking import SPEAKING


def played(written: str, head: str = "languages: [zh, en]\n") -> tuple[Prompt, ...]:
    """The prompts of `play: written`."""
    return script(f"{head}steps:\n  a: {{play: {written}, then: end}}\n").steps["a"].says()


def wrong(line: str, head: str = "languages: [zh, en]\n") -> str:
    """What is wrong with a step as written."""
    return told(f"{head}steps:\n  a: {line}\n")


def test_a_script_that_speaks_is_right() -> None:
    speaking = script(SPEAKING)
    assert speaking.languages == ("zh", "en")
    assert speaking.steps["told"].WORD == "say"


@pytest.mark.parametrize(
    ("written", "prompt"),
    [
        ("a.wav", Sound("a.wav")),
        ("{say: 您好}", Phrase(texts={"zh": Template("您好")})),
        ("{say: {zh: 您好, en: Hello}}", Phrase(texts={"zh": Template("您好"), "en": Template("Hello")})),
        ("{say: Hello, language: en}", Phrase(texts={"en": Template("Hello")}, language="en")),
        ("{prompt: menu/welcome}", Phrase(name="menu/welcome")),
        ("{prompt: welcome, say: 您好}", Phrase(texts={"zh": Template("您好")}, name="welcome")),
        ("{digits: '{{ caller }}'}", Figure(kind="digits", value=Template("{{ caller }}"))),
        ("{number: 7, language: en}", Figure(kind="number", value=Template("7"), language="en")),
        ("{money: 5, currency: USD}", Figure(kind="money", value=Template("5"), manner=Manner(currency="USD"))),
        ("{date: 20261122}", Figure(kind="date", value=Template("20261122"))),
        (
            "{date: 20261122, weekday: yes}",
            Figure(kind="date", value=Template("20261122"), manner=Manner(weekday=True)),
        ),
        ("{time: '15:30'}", Figure(kind="time", value=Template("15:30"))),
        ("{phone: 110}", Figure(kind="phone", value=Template("110"))),
    ],
)
def test_what_can_be_written(written: str, prompt: Prompt) -> None:
    assert played(written) == (prompt,)
    assert played(f"[{written}, {written}]") == (prompt, prompt)


def test_in_a_say_step_a_bare_text_is_spoken() -> None:
    said = (
        script("languages: [en]\nsteps:\n  a: {say: [Hello, {en: there}, {number: 7}], then: end}\n").steps["a"].says()
    )
    assert said == (
        Phrase(texts={"en": Template("Hello")}),
        Phrase(texts={"en": Template("there")}),
        Figure(kind="number", value=Template("7")),
    )


def test_a_prompt_with_its_own_language_needs_no_languages_at_the_head() -> None:
    assert played("{say: Hello, language: en}", head="") == (Phrase(texts={"en": Template("Hello")}, language="en"),)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{play: {say: }, then: end}", "`say` needs a text, or one for each language"),
        ("{play: {say: [a, b]}, then: end}", "`say` needs a text, or one for each language"),
        ("{play: {say: {zh: }}, then: end}", "'zh' takes a text"),
        ("{play: {say: {en-US: Hello}}, then: end}", "this script does not speak 'en-US'"),
        (
            "{play: {say: {fr: Bonjour}}, then: end}",
            "this script does not speak 'fr' (add it to `languages: [zh, en]`)",
        ),
        ("{play: {say: Hi, language: fr}, then: end}", "this script does not speak 'fr'"),
        ("{play: {say: '{{ x'}, then: end}", "'{{ x'"),
        ("{play: {number: }, then: end}", "`number` needs something to say"),
        ("{play: {money: 5}, then: end}", "`currency` needs one of CNY, EUR, GBP, HKD, USD"),
        ("{play: {money: 5, currency: JPY}, then: end}", "`currency` cannot be 'JPY'"),
        ("{play: {number: 5, currency: USD}, then: end}", "there is no 'currency' here"),
        ("{play: {number: 5, weekday: yes}, then: end}", "there is no 'weekday' here"),
        ("{play: {prompt: ../../etc/passwd}, then: end}", "`prompt` cannot be '../../etc/passwd'"),
        ("{play: {prompt: a.wav}, then: end}", "`prompt` cannot be 'a.wav' (write the name of a recording, without"),
        ("{play: {number: 5, digits: 6}, then: end}", "this prompt says 2 things"),
        ("{play: {nubmer: 5}, then: end}", "this prompt says nothing that is known (give it one of prompt, say"),
        ("{play: {}, then: end}", "this prompt says nothing that is known"),
        ("{say: , then: end}", "`say` needs a prompt"),
        ("{say: [Hello, ''], then: end}", "`say` needs a prompt"),
        (
            "{menu: {say: Hi}, keys: {1: end}, wrong_input: {play: {say: {xx: a}}}, otherwise: end}",
            "does not speak 'xx'",
        ),
        ("{set: {language: fr}, then: end}", "sets the language 'fr', which this script does not speak"),
        ("{say: '{{ nobody }}', then: end}", "asks for 'nobody', which no step sets"),
        ("{play: {number: '{{ nobody }}'}, then: end}", "asks for 'nobody', which no step sets"),
    ],
)
def test_what_is_refused(line: str, complaint: str) -> None:
    assert complaint in wrong(line)


@pytest.mark.parametrize(
    ("head", "complaint"),
    [
        ("", "it is not said in which language (write `languages: [en]` at the top"),
        ("languages: [zh, chinese]\n", "`languages` takes a list of languages"),
        ("languages: [zh, zh]\n", "'zh' is there twice"),
        ("languages: []\n", "it is not said in which language"),
        ("languages: {zh: yes}\n", "`languages` takes a list of languages"),
    ],
)
def test_a_script_that_speaks_says_in_which_languages(head: str, complaint: str) -> None:
    assert complaint in wrong("{say: Hello, then: end}", head)


def test_numbers_need_a_language_with_words_for_them() -> None:
    complaint = wrong("{play: {number: 5}, then: end}", "languages: [en, fr]\n")
    assert "there are no words for a number in 'fr' (there are in zh, en: add `language: …`)" in complaint


def test_a_complaint_points_at_what_is_wrong() -> None:
    assert wrong("{play: [a.wav, {say: {fr: Bonjour}}], then: end}").startswith("test.yaml:3:28:")


def test_a_missing_text_is_remarked_on() -> None:
    # Given two texts in one language, one of them also recorded
    speaks = "b: {say: [您好, {prompt: bye, say: 再见}], then: end}"
    text = f"languages: [zh, en]\nsteps:\n  a: {{answer: , then: b}}\n  {speaks}\n"
    # When the script is looked at, then the one that can be heard in no other way is remarked on
    (remark,) = hints(script(text))
    assert str(remark) == ("test.yaml:4:13: step 'b' has no text in en: callers hear the one in zh (add it as `en: …`)")


def test_the_variable_language_is_known_in_a_script_that_speaks() -> None:
    line = "{branch: [{if: language == 'en', then: end}], otherwise: end}"
    assert wrong(line) == ""
    assert "asks for 'language', which no step sets" in wrong(line, "")
