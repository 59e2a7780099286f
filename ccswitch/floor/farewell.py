"""The last that an agent hears of a call on his own phone: a tone, and words where there are some; then it is over."""

from __future__ import annotations

from ccswitch.floor.alive import LiveCall
from ccswitch.floor.decided import Decided, nothing
from ccswitch.floor.state import State
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import ExecuteId, Seconds, execute_id
from ccswitch.model.nouns import CallPlace, CallResult
from ccswitch.model.said import Said, Spoken

HEARD_WITHIN: Seconds = 20.0
DONE_TONE = "tone_stream://%(120,60,700);%(180,200,1050)"
REFUSED_TONE = "tone_stream://%(250,250,480,620);loops=4"

# What is said, by what became of it. A site may have recordings of the same names (`[speech] prompts`).
WORDS: dict[str, dict[str, str]] = {
    "en": {
        "phone-login": "logged in",
        "phone-logout": "logged out",
        "phone-ready": "ready",
        "phone-break": "on break",
        "phone-wrapup-ended": "wrap-up ended",
        "phone-wrapup-extended": "wrap-up extended",
        "phone-refused": "not possible",
        "phone-unknown": "this number is not known",
        "phone-not-allowed": "this number is not allowed",
        "phone-not-yours": "this phone is no agent's",
        "phone-busy": "busy",
        "phone-away": "not there",
        "phone-unreached": "could not be reached",
    },
    "zh": {
        "phone-login": "已登录",
        "phone-logout": "已退出",
        "phone-ready": "就绪",
        "phone-break": "小休",
        "phone-wrapup-ended": "话后处理结束",
        "phone-wrapup-extended": "话后处理延长",
        "phone-refused": "无法执行",
        "phone-unknown": "号码不存在",
        "phone-not-allowed": "此号码不允许拨打",
        "phone-not-yours": "此话机没有坐席",
        "phone-busy": "对方忙",
        "phone-away": "对方不在",
        "phone-unreached": "无法接通",
    },
}


def done(state: State, call: LiveCall, said: str, why: str, now: Seconds) -> Decided:
    """What he asked for was done: a rising tone and the words of the name `said`."""
    return _say(state, call, (DONE_TONE, said), CallResult.SERVED, why, now)


def refused(
    state: State, call: LiveCall, said: str, why: str, now: Seconds, result: CallResult = CallResult.REFUSED
) -> Decided:
    """It was not: the tone that phones know for that, and the words of the name `said`."""
    return _say(state, call, (REFUSED_TONE, said), result, why, now)


def _say(state: State, call: LiveCall, heard: tuple[str, str], result: CallResult, why: str, now: Seconds) -> Decided:
    tone, said = heard
    serial = call.serial + 1
    requests: list[r.Request] = []
    if not call.answered:
        requests.append(r.Answer(node=call.node, leg=call.leg, execute=execute_id(call.call, serial)))
        serial += 1
    execute = execute_id(call.call, serial)
    files = (tone, *_words(state.settings.codes.language, said))
    requests.append(r.Play(node=call.node, leg=call.leg, execute=execute, files=files))
    leaving = o.CallLeaving(
        call=call.call, result=result, why=why, deadline=now + HEARD_WITHIN, farewell=execute, serial=serial
    )
    return Decided([leaving], requests)


def _words(language: str, said: str) -> tuple[Said, ...]:
    text = WORDS.get(language, {}).get(said, "")
    return (Spoken(text=text, language=language, name=said),) if language else ()


def heard(call: LiveCall, execute: ExecuteId) -> Decided:
    """He heard it to its end, or it could not be played: the call is over."""
    if call.place is not CallPlace.LEAVING or not execute or execute != call.farewell:
        return nothing()
    return Decided([], [r.HangUp(node=call.node, leg=call.leg, cause="NORMAL_CLEARING")])
