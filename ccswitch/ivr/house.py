"""Scripts of the house: what ccswitch itself does with a caller where nobody wrote a script for it.

A house script is a script like any other (it is traced, resumed and heard like one); only its text is here and its
name, `house.KIND.LANGUAGE.QUEUE`, says all of it, so it needs no place in State. Kinds: `voicemail` takes a message,
`callback` offers to call the caller back.
"""

from __future__ import annotations

from functools import lru_cache
from string import Template

from ccswitch.ivr.script import script_hash
from ccswitch.model.nouns import ScriptSource

PREFIX = "house."
USUAL = "en"  # where neither script, queue nor site says a language, or it is none of the house's
CALLER_NUMBER = "number"  # the parameter of a `callback` script: at which he can be called back, empty when he cannot

_TEXTS = {
    "voicemail": Template(
        """\
languages: [$language]
start: pick_up
steps:
  pick_up: {answer: , then: leave}
  leave:
    voicemail: $queue
    play: {say: {$language: '$greeting'}}
    then: kept
    otherwise: end
  kept: {say: {$language: '$kept'}, then: end}
"""
    ),
    # Who says nothing is called back at the number that he called from; who has none, and says nothing, waits on.
    "callback": Template(
        """\
languages: [$language]
parameters: [{number: ''}]
start: pick_up
steps:
  pick_up: {answer: , then: known}
  known:
    branch:
      - {if: number != '', then: offer}
    otherwise: withheld
  offer:
    menu:
      - {say: {$language: '$busy $we_call'}}
      - {phone: '{{ number }}'}
      - {say: {$language: '$or_else'}}
    keys: {1: ask, 2: stay}
    tries: 1
    timeout: 4s
    otherwise: promise
  withheld: {say: {$language: '$busy $no_number'}, then: ask}
  ask:
    collect: {say: {$language: '$which'}}
    digits: 3-20
    into: number
    tries: 2
    then: promise
    otherwise: stay
  promise:
    callback: $queue
    number: '{{ number }}'
    then: bye
    otherwise: sorry
  bye: {say: {$language: '$bye'}, then: end}
  sorry: {say: {$language: '$sorry'}, then: stay}
  stay: {queue: $queue, then: end, otherwise: end}
"""
    ),
}
_WORDS = {
    "en": {
        "greeting": "Nobody can take your call at the moment. "
        "Please leave a message after the tone, and press any key at its end.",
        "kept": "Thank you. Your message is kept.",
        "busy": "All our agents are talking.",
        "we_call": "You need not wait: your place in line is kept, and we will call you back at",
        "or_else": "To be called at another number, press one. To wait on the line, press two.",
        "no_number": "We can call you back, but your number is withheld.",
        "which": "Please enter the number at which we shall call you, and then the hash key. "
        "To wait on, enter nothing.",
        "bye": "Your place in line is kept, and we will call you. Good-bye.",
        "sorry": "We cannot call that number. Please hold the line.",
    },
    "zh": {
        "greeting": "现在无法接听您的电话，请在提示音后留言，结束后按任意键。",
        "kept": "谢谢，您的留言已保存。",
        "busy": "所有客服人员都在通话中。",
        "we_call": "您不必等待，我们将保留您的排队位置并回电至",
        "or_else": "使用其他号码，请按一。继续等待，请按二。",
        "no_number": "我们可以给您回电，但您的号码未显示。",
        "which": "请输入希望接听回电的号码，按井号键结束。继续等待，请勿按键。",
        "bye": "您的排队位置已保留，我们会给您回电，再见。",
        "sorry": "无法回电该号码，请继续等待。",
    },
}


def voicemail(box: str, language: str = "") -> str:
    """The name of the script that takes a message for queue `box`, spoken in `language` (one that the house does not
    speak: English)."""
    return _name("voicemail", box, language)


def callback(queue: str, language: str = "") -> str:
    """The name of the script that offers a caller to be called back by the agents of `queue`, likewise. At its `queue`
    step he waits on, where he stood."""
    return _name("callback", queue, language)


def _name(kind: str, queue: str, language: str) -> str:
    return f"{PREFIX}{kind}.{language if language in _WORDS else USUAL}.{queue}"


def offers_callback(script: str) -> bool:
    """The script of that name is one of the house that offers to call back."""
    return script.startswith(f"{PREFIX}callback.")


@lru_cache(maxsize=256)
def house_script(name: str) -> ScriptSource | None:
    """The script of this name; None when it is none of the house's."""
    if not name.startswith(PREFIX):
        return None
    kind, _, rest = name.removeprefix(PREFIX).partition(".")
    language, _, queue = rest.partition(".")
    if kind not in _TEXTS or language not in _WORDS or not queue:
        return None
    text = _TEXTS[kind].substitute(_WORDS[language], language=language, queue=queue)
    return ScriptSource(name=name, hash=script_hash(text), text=text)
