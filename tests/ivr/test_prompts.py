"""What a caller hears, in his language, as far as it can be said."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ccswitch.ivr.acts import Collect, Play
from ccswitch.ivr.around import given as pretended
from ccswitch.ivr.expressions import template
from ccswitch.ivr.heard import Done, Keys, Wrong
from ccswitch.ivr.interpreter import Move, begin, resume
from ccswitch.ivr.prompts import Figure, Phrase, Sound, Speech, Unsaid, all_said, known_ahead, short
from ccswitch.ivr.rehearsal import rehearse
from ccswitch.ivr.spoken import Manner
from ccswitch.model.said import Spoken, wording
from tests.ivr.scripts import script
from tests.ivr.speaking import SPEAKING

CALLER = pretended([("caller", "13800138000"), ("queue.sales.waiting", "7")])
ENGLISH = Speech("en", ("zh", "en"), {"amount": "12.5"})


def heard(move: Move) -> list[str]:
    """The words and files of a move."""
    assert isinstance(move.act, Play | Collect)
    return [wording(said) for said in move.act.files]


def phrase(name: str = "", language: str = "", **texts: str) -> Phrase:
    return Phrase(texts={one: template(text) for one, text in texts.items()}, name=name, language=language)


# ---- in a script ------------------------------------------------------------------------------------------------


def test_a_script_speaks_its_usual_language_first() -> None:
    speaking = script(SPEAKING)
    welcome = resume(speaking, begin(speaking, CALLER).cursor, Done(), CALLER)
    assert heard(welcome) == ["您好"]


def test_a_menu_says_words_recordings_and_files_in_their_order() -> None:
    # Given the menu of a Chinese call
    speaking = script(SPEAKING)
    call = rehearse(speaking, [], CALLER)
    # When it is heard, then its words are Chinese
    menu = next(passage for passage in call.passed if passage.step == "choice")
    assert menu.says == ("中文请按一", "请选择", "beep.wav")


def test_the_variable_language_changes_what_is_said() -> None:
    # Given a caller who chooses English and types an amount
    call = rehearse(script(SPEAKING), ["2", "1023"], CALLER)
    # When the script goes on, then it speaks English, but for what has a language of its own
    told = next(passage for passage in call.passed if passage.step == "told")
    assert told.says == (
        "Your balance is",
        "one thousand and twenty-three yuan",
        "seven",
        "Sunday, November twenty-second, twenty twenty-six",
        "幺三八，零零幺三，八零零零",
        "goodbye",
    )


def test_what_is_said_before_another_try_is_said_in_the_language_too() -> None:
    speaking = script(SPEAKING)
    menu = resume(speaking, begin(speaking, CALLER).cursor, Done(), CALLER)
    menu = resume(speaking, menu.cursor, Done(), CALLER)
    assert heard(resume(speaking, menu.cursor, Wrong("9"), CALLER))[:2] == ["没有这个选项", "中文请按一"]


def test_what_cannot_be_said_is_left_out_with_its_reason() -> None:
    # Given a caller without a number
    speaking = script(SPEAKING)
    nobody = pretended([("caller", "anonymous"), ("queue.sales.waiting", "7")])
    move = begin(speaking, nobody)
    # When his number is to be said to him
    for one in (Done(), Done(), Keys("1"), Keys("5")):
        move = resume(speaking, move.cursor, one, nobody)
    # Then the rest is heard and the reason is told
    assert move.step == "told"
    assert heard(move)[:3] == ["您的余额是", "五元", "七"]
    assert isinstance(move.act, Play)
    assert move.act.unsaid == (Unsaid("phone {{ caller }}", "'anonymous' is not made of digits"),)


def test_a_rehearsal_shows_what_is_left_out() -> None:
    speaking = script("languages: [en]\nsteps:\n  a: {say: [Hello, {number: '{{ caller }}'}], then: end}\n")
    call = rehearse(speaking, [], pretended([("caller", "anonymous")]))
    assert call.passed[0].says == ("Hello", "(number {{ caller }} is left out: 'anonymous' is not a number)")


@given(st.text(max_size=30), st.text(max_size=30))
def test_nothing_that_a_caller_types_or_sets_raises(typed: str, caller: str) -> None:
    speaking = script(SPEAKING)
    around = pretended([("caller", caller), ("queue.sales.waiting", "7")])
    move = begin(speaking, around)
    for one in (Done(), Done(), Keys("2"), Keys(typed)):
        move = resume(speaking, move.cursor, one, around)
    assert isinstance(move.act, Play)
    assert len(move.act.files) + len(move.act.unsaid) == 6


# ---- one prompt ---------------------------------------------------------------------------------------------------


def test_a_file_is_itself() -> None:
    assert Sound("a.wav").said(ENGLISH) == "a.wav"


def test_a_text_is_filled_in() -> None:
    said = phrase(en="You have {{ amount }} left").said(ENGLISH)
    assert said == Spoken(text="You have 12.5 left", language="en")


def test_a_text_that_is_missing_in_the_language_is_heard_in_the_next() -> None:
    assert phrase(zh="您好").said(ENGLISH) == Spoken(text="您好", language="zh")


def test_a_recording_is_sought_in_the_language_before_another_text_is_spoken() -> None:
    said = phrase("welcome", zh="您好").said(ENGLISH)
    assert said == Spoken(
        text="", language="en", name="welcome", otherwise=Spoken(text="您好", language="zh", name="welcome")
    )


def test_a_prompt_with_a_language_of_its_own_does_not_follow_the_call() -> None:
    said = phrase("welcome", "zh", zh="您好").said(ENGLISH)
    assert said == Spoken(text="您好", language="zh", name="welcome")


def test_a_text_that_comes_to_nothing_is_not_said() -> None:
    assert phrase(en="{{ nothing }}").said(ENGLISH) == Unsaid("{{ nothing }}", "there is nothing to say")
    unsaid = phrase(en="{{ amount + 'x' }}").said(ENGLISH)
    assert isinstance(unsaid, Unsaid) and unsaid.why


def test_a_figure_is_said_in_words_with_its_recordings() -> None:
    figure = Figure(kind="number", value=template("{{ amount }}"))
    pieces = ("digits/12.wav", "digits/point.wav", "digits/5.wav")
    assert figure.said(ENGLISH) == Spoken(text="twelve point five", language="en", pieces=pieces)


def test_a_figure_in_a_language_without_words_is_told() -> None:
    unsaid = Figure(kind="number", value=template("1")).said(Speech("fr", ("fr",), {}))
    assert unsaid == Unsaid("number 1", "a number cannot be said in 'fr', only in zh, en")


def test_all_that_can_be_said_is() -> None:
    uttered = all_said([Sound("a.wav"), Figure(kind="number", value=template("x")), Sound("b.wav")], ENGLISH)
    assert uttered.said == ("a.wav", "b.wav")
    assert [one.prompt for one in uttered.unsaid] == ["number x"]


# ---- ahead of calls -----------------------------------------------------------------------------------------------


def test_what_is_the_same_in_every_call_is_known_ahead() -> None:
    # Given all prompts of the script
    speaking = script(SPEAKING)
    prompts = [prompt for step in speaking.steps.values() for prompt in step.prompts()]
    # When it is asked what can be rendered before anybody calls
    ahead = [wording(spoken) for spoken in known_ahead(prompts, speaking.languages)]
    # Then it is each fixed text in both languages, and nothing that depends on a call
    assert {"您好", "Welcome", "For English press 2", "没有这个选项", "No such choice", "您的余额是"} <= set(ahead)
    assert "二零二六年十一月二十二日星期日" in ahead
    assert not any("{{" in text for text in ahead)


def test_prompts_in_a_few_words() -> None:
    assert (
        short([Sound("prompts/a.wav"), phrase("menu/keys", zh="请"), phrase(en="Hello")]) == "a.wav, menu/keys, Hello"
    )
    assert short([Figure(kind="money", value=template("{{ x }}"), manner=Manner(currency="CNY"))]) == "money {{ x }}"
