"""Scripts and cursors for the tests of this room."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from ccswitch.errors import ConfigError, Problem
from ccswitch.ivr.cursor import Cursor
from ccswitch.ivr.heard import Done, Failed, Found, Keys, NotFound, Silence, TalkOver, Wrong
from ccswitch.ivr.parse import parse_script
from ccswitch.ivr.script import Script
from ccswitch.ivr.step import END
from ccswitch.model.ids import ScriptHash

CHOICE = """\
steps:
  hello: {answer: , then: choice}
  choice:
    menu: ask.wav
    keys: {1: sales, 2: pin}
    tries: 3
    timeout: 4s
    no_input: {play: again.wav, then: bye}
    wrong_input: {play: wrong.wav, then: sales}
  pin: {collect: pin.wav, digits: 4, into: pin, masked: yes, then: sales, otherwise: bye}
  sales: {queue: sales, priority: 7, then: bye, otherwise: out}
  out: {transfer: "+8621", otherwise: bye}
  bye: {play: [bye.wav, tone.wav], then: done}
  done: {hangup: USER_BUSY}
"""


def script(text: str = CHOICE, name: str = "test") -> Script:
    """`text` parsed."""
    return parse_script(text, "test.yaml", name=name)


def at(step: str, **rest: Any) -> Cursor:
    """A cursor at `step` of CHOICE."""
    return Cursor(script="test", hash=ScriptHash("0"), step=step, **rest)


def problems(text: str, name: str = "test") -> list[Problem]:
    """What is wrong with `text`; nothing when it is right."""
    try:
        parse_script(text, "test.yaml", name=name)
    except ConfigError as wrong:
        return wrong.problems
    return []


def told(text: str, name: str = "test") -> str:
    """All problems of `text`, one a line, as a person reads them."""
    return "\n".join(str(problem) for problem in problems(text, name))


# ---- generated scripts: silent ways lead only to later steps, active ones anywhere ----------------------------------

_KEYS = ["1", "2", "3-5", "*", "#", "0", "10", "20-29"]
_files = st.sampled_from(["a.wav", "prompts/b.wav", "tone_stream://%(200,100,440)", "提示/欢迎.wav"])
_said = st.sampled_from(
    [
        {"say": "您好"},
        {"say": {"zh": "您好 {{ caller }}", "en": "{{ queue.sales.free + 1 }}"}},
        {"prompt": "welcome"},
        {"prompt": "menu/keys", "say": {"en": "press a key"}},
        {"number": "{{ caller }}"},
        {"phone": "{{ caller }}", "language": "en"},
        {"money": "{{ queue.sales.waiting }}", "currency": "CNY"},
        {"date": "2026-11-22", "weekday": "yes"},
        {"time": "{{ called }}"},
    ]
)
_prompt = _files | _said
_prompts = st.one_of(_prompt, st.lists(_prompt, min_size=1, max_size=3))
_KINDS = ["answer", "play", "say", "menu", "collect", "queue", "transfer", "hangup", "set", "branch"]
_conditions = st.sampled_from(["caller == '1'", "queue.sales.waiting > 5", "1 / 0 > 2", "caller > 7 or not called"])
_templates = st.sampled_from(["zh", "{{ caller }}", "{{ caller * caller }}", "a{{ queue.sales.free }}b"])


@st.composite
def sources(draw: st.DrawFn) -> str:
    """The text of a valid script. JSON is YAML too."""
    names = [f"s{number}" for number in range(draw(st.integers(1, 7)))]
    steps = {name: _step(draw, names, names[number + 1 :]) for number, name in enumerate(names)}
    return json.dumps({"languages": ["zh", "en"], "start": "s0", "steps": _reachable(steps)})


GENERATED = (
    *("answer", "play", "say", "menu", "collect", "queue", "transfer", "hangup", "set", "branch"),
    *("tag", "record", "survey", "voicemail", "lookup", "hours", "callback"),
)


def _step(draw: st.DrawFn, names: list[str], later: list[str]) -> dict[str, Any]:
    """One step whose silent way leads on to `later` steps or to the end."""
    silent, active = st.sampled_from([*later, END]), st.sampled_from([*names, END])
    kind = draw(st.sampled_from(GENERATED))
    tries = draw(st.integers(1, 4))
    match kind:
        case "answer":
            return {"answer": "", "then": draw(silent)}
        case "play":
            return {"play": draw(_prompts), "then": draw(silent)}
        case "say":
            return {"say": draw(_said | st.lists(_said, min_size=1, max_size=3)), "then": draw(silent)}
        case "menu":
            keys = draw(st.lists(st.sampled_from(_KEYS), min_size=1, unique=True))
            missed = {"wrong_input": {"then": draw(active)}, "no_input": {"play": draw(_prompts)}}
            ways = {key: draw(active) for key in keys}
            return {"menu": draw(_prompts), "keys": ways, "tries": str(tries), "otherwise": draw(silent)} | missed
        case "collect":
            masked = draw(st.sampled_from(["yes", "no"]))
            body = {
                "collect": draw(_prompts),
                "digits": "2-4",
                "into": "pin" if masked == "yes" else "v",
                "masked": masked,
                "tries": str(tries),
            }
            return body | {"then": draw(active), "otherwise": draw(silent)}
        case "queue":
            offer = {"play": draw(_prompts), "from": draw(st.sampled_from(["0s", "60s"])), "then": draw(silent)}
            offered = draw(st.sampled_from([{}, {"offer_callback": offer}]))
            return {"queue": "sales", "then": draw(active), "otherwise": draw(silent)} | offered
        case "callback":
            given = draw(st.sampled_from([{}, {"number": draw(_templates), "when": "{{ caller }}"}]))
            return {"callback": "sales", "then": draw(silent), "otherwise": draw(silent)} | given
        case "transfer":
            return {"transfer": "+8621", "otherwise": draw(silent)}
        case "set":
            language = draw(st.sampled_from([{}, {"language": "en"}, {"language": "{{ caller }}"}]))
            return {"set": {"w": draw(_templates)} | language, "then": draw(silent)}
        case "branch":
            cases = [{"if": draw(_conditions), "then": draw(silent)} for _ in range(draw(st.integers(1, 3)))]
            return {"branch": cases, "otherwise": draw(silent)}
        case "tag":
            return {"tag": draw(st.sampled_from(["vip", ["a", "b"]])), "then": draw(silent)}
        case "record":
            asked = draw(st.sampled_from([{"record": "no"}, {"record": "yes", "notice": "a.wav"}]))
            return asked | {"then": draw(silent)}
        case "survey":
            body = {"survey": draw(_prompts), "question": "q", "scores": draw(st.sampled_from(["1-5", "0-1"]))}
            return body | {"tries": str(tries), "then": draw(active), "otherwise": draw(silent)}
        case "voicemail":
            greeting = draw(st.sampled_from([{}, {"play": "a.wav"}]))
            return {"voicemail": "sales", "then": draw(silent), "otherwise": draw(silent)} | greeting
        case "lookup":
            body = {"lookup": "account", "with": {"key": draw(_templates)}, "into": {"found": "a.0.b"}}
            return body | {"then": draw(silent), "not_found": draw(silent), "otherwise": draw(silent)}
        case "hours":
            return {"hours": "office", "open": draw(silent), "closed": draw(silent), "holiday": draw(silent)}
    return {"hangup": draw(st.sampled_from(["", "USER_BUSY"]))}


def _reachable(steps: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Only what can be reached from s0: the rest would rightly be refused."""
    seen, waiting = set(), ["s0"]
    while waiting:
        name = waiting.pop()
        if name in steps and name not in seen:
            seen.add(name)
            waiting.extend(word for word in _words(steps[name]) if word in steps)
    return {name: step for name, step in steps.items() if name in seen}


def _words(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [word for part in value.values() for word in _words(part)]
    if isinstance(value, list):
        return [word for part in value for word in _words(part)]
    return [value] if isinstance(value, str) else []


digits = st.text("0123456789*#D", max_size=6) | st.text(max_size=80)
answers = st.just(NotFound()) | st.builds(Found, st.just((("a.0.b", "x"),)) | st.just(()))
unheeding = st.just(Silence()) | st.just(Done()) | st.builds(Failed, st.text(max_size=20)) | answers
heards = unheeding | st.builds(Keys, digits) | st.builds(Wrong, digits) | st.just(TalkOver())
