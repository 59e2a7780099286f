"""What each value of the file must be. `CHECKS`: class → field → what is wrong with a value, empty when nothing is."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable

from ccswitch.acd.exit_keys import WrongKey, exit_key
from ccswitch.acd.rule_text import WrongRule, rule
from ccswitch.acd.strategies import FIRST_QUEUE, ONE_ORDER, STRATEGIES
from ccswitch.controller.config.settings import (
    LONGEST_LEASE,
    CustomerSettings,
    DeskSettings,
    FloorTimers,
    IvrSettings,
    JournalSettings,
    LiveSettings,
    LogSettings,
    NodeSettings,
    SpeechSettings,
    StoreSettings,
    Voice,
)
from ccswitch.controller.config_source import Check, Checks
from ccswitch.errors import StoreError, UnsafeString
from ccswitch.ivr.steps.look_up import NAME, PATH
from ccswitch.lookups import address
from ccswitch.lookups.definition import Definition, header_trouble
from ccswitch.model.nouns import (
    NAILED_UP,
    OF_THE_HOUSE,
    ON_DEMAND,
    Agent,
    BreakReason,
    Dialling,
    Entry,
    FeatureCodes,
    Mark,
    OtherSite,
    Queue,
)
from ccswitch.model.recordings import USUAL_PATH, WrongPath, kept_for, recording_path
from ccswitch.model.skills import WrongSkill, preference, requirement, skill
from ccswitch.reading.findings import did_you_mean
from ccswitch.switch import dialplan, directory
from ccswitch.switch.dialplan import LastResort
from ccswitch.switch.phone_address import BadPhone, PhoneKind, parse_phone


def _pattern(pattern: str, mend: str) -> Check:
    known = re.compile(pattern, re.ASCII)
    return lambda value: "" if known.fullmatch(value) else mend


def between(least: float, most: float) -> Check:
    """A check that a number is in [least, most]."""
    return lambda value: "" if least <= value <= most else f"from {least:g} to {most:g}"


def _one_of(*words: str) -> Check:
    return lambda value: "" if value in words else did_you_mean(value, words)


def _said_by(function: Callable[[str], object], *errors: type[Exception]) -> Check:
    """What `function` says when it refuses a value; empty values are left to the cross-checks."""

    def check(value: str) -> str:
        """Why `value` will not do; empty when it will."""
        try:
            if value:
                function(value)
        except errors as error:
            return str(error)
        return ""

    return check


def _did(did: str) -> str:
    if not did.startswith("^"):
        return (
            "" if re.fullmatch(r"[0-9A-Za-z+*#_.@-]{1,64}", did) else "a called number, or ^ and a regular expression"
        )
    try:
        re.compile(did)
        dialplan.did_pattern(did)
    except (re.error, UnsafeString) as error:
        return f"this is no regular expression for FreeSWITCH: {error}"
    return ""


def _regular_expression(pattern: str) -> str:
    return _said_by(re.compile, re.error)(pattern)


def _url(url: str) -> str:
    from ccswitch.records.store import parse_url  # SQLAlchemy takes a third of a second

    return _said_by(parse_url, StoreError)(url) if url else "write sqlite:///PATH or postgresql://HOST/NAME"


def _engine(engine: str) -> str:
    from ccswitch.speech.engines import ENGINES

    return _one_of(*ENGINES)(engine)


def _live_url(url: str) -> str:
    from ccswitch.live import over_redis  # redis-py takes a tenth of a second

    return _said_by(over_redis.place, ValueError)(url)


_WORD = re.compile(r"\w[\w.-]{0,63}")  # as IVR scripts name queues
_name: Check = lambda value: "" if _WORD.fullmatch(value) else "letters, digits, _ . - only, at most 64"  # noqa: E731
_file_name = _said_by(dialplan.file_name, UnsafeString)
_text = _said_by(dialplan.plain, UnsafeString)
_path: Check = lambda value: _text(value) if value else "name a folder"  # noqa: E731
_sayable_path = _pattern(r"[^\s\"'$\\!,{}<>\[\]@]+", "a folder without blanks, quotes and brackets in its name")
_optional_name: Check = lambda value: _name(value) if value else ""  # noqa: E731
_host = _pattern(r"[0-9A-Za-z]([0-9A-Za-z.-]{0,252})|[0-9A-Fa-f:]{2,45}", "a host name or an IP address")
_domain = _pattern(r"[0-9A-Za-z]([0-9A-Za-z.-]{0,252})", "a domain name or an IP address")
_language = _pattern(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?", "a language, as zh")
_port = between(1, 65535)
_seconds = between(0, 86_400)
phone = _said_by(parse_phone, BadPhone)
sip_user = _said_by(directory.select_command, UnsafeString)
_recording_path = _said_by(recording_path, WrongPath)


def _site_dial(text: str) -> str:
    wrong = phone(text) if text else "say how it is reached"
    if not wrong and parse_phone(text).kind is PhoneKind.USER:
        wrong = "a phone of this site"
    return f"{wrong}: write sip:4000@192.0.2.9:5060 or trunk:GATEWAY/4000" if wrong else ""


_network = _said_by(lambda text: ipaddress.ip_network(text, strict=False), ValueError)


def _region(region: str) -> str:
    from phonenumbers import SUPPORTED_REGIONS  # a tenth of a second

    return "" if region in SUPPORTED_REGIONS else "two capital letters of a country, as CN"


_code = _pattern(r"[0-9*#]{1,8}|", "up to 8 of the keys 0-9 * #, or nothing for no such code")
_own_number = _pattern(r"\+?[0-9]{2,20}|", "digits, with + before a country code")


def _reason(name: str) -> str:
    return "this one is the house's own, take another name" if name in OF_THE_HOUSE else _name(name)


def _kept_for(text: str) -> str:
    try:
        kept_for(text)
    except WrongPath as error:
        return str(error)
    return ""


def _line(text: str) -> str:
    return "" if text.isprintable() and len(text) <= 80 else "one line, at most 80 characters"


CHECKS: Checks = {
    NodeSettings: {
        "name": _file_name,
        "host": _host,
        "port": _port,
        "password": _said_by(dialplan.secret, UnsafeString),
        "password_env": _pattern(r"[A-Za-z_][A-Za-z0-9_]*|", "the name of an environment variable"),
        "controllers": _network,
        "sip_domain": _domain,
        "sip_ip": _said_by(ipaddress.ip_address, ValueError),
        "phones_profile": _file_name,
        "phones_port": _port,
        "sip_profile": _name,
        "gateway": _optional_name,
    },
    StoreSettings: {"url": _url, "trace_retention": between(0, 100 * 366 * 86_400)},
    JournalSettings: {
        "dir": _path,
        "durability": _one_of("process", "power"),
        "retention": between(0, 10 * 366 * 86_400),
    },
    LiveSettings: {
        "url": _live_url,
        "prefix": _name,
        "lease": between(1, LONGEST_LEASE),
        "name": _optional_name,
    },
    DeskSettings: {"host": _host, "port": _port},
    FloorTimers: {
        "recordings": _path,
        "recording_path": lambda path: _recording_path(path) if path else "name the files, as " + USUAL_PATH,
        "keep_recordings": _kept_for,
        "callback_numbers": _said_by(re.compile, re.error),
        "priority_worth": _seconds,
        "most_head_start": _seconds,
        "transfers_out": _regular_expression,
        "rona_limit": between(1, 100),
        "rest_after_refusal": _seconds,
        "rest_unreachable": _seconds,
        "guard": between(0, 300),
        "longest_wrapup": between(1, 14_400),
        "bridge_within": between(0.5, 60),
        "return_within": between(1, 60),
        "zip_tone": _text,
        "nailed_music": _text,
        "shortest_talk": between(0, 60),
    },
    Queue: {
        "name": _name,
        "music": _text,
        "ring_timeout": between(1, 600),
        "wrapup": _seconds,
        "recording_path": _recording_path,
        "keep_recordings": lambda text: _kept_for(text) if text else "",
        "short_abandon": _seconds,
        "target": _seconds,
        "skills": _said_by(requirement, WrongSkill),
        "prefers": _said_by(preference, WrongSkill),
        "strategy": _one_of(*STRATEGIES),
        "ring_most": between(2, 50),
        "order": _name,
        "sticky_for": between(0, 366 * 86_400),
        "sticky_wait": _seconds,
        "head_start": between(-86_400, 86_400),
        "rules": _said_by(rule, WrongRule),
        "exit_keys": _said_by(exit_key, WrongKey),
        "announce_up_to": between(0, 1000),
        "announce_from": _seconds,
        "announce_first": between(1, 3600),
        "announce_every": between(10, 3600),
        "comfort": _text,
        "language": lambda language: _language(language) if language else "",
        "rona_limit": between(0, 100),
        "rona_status": _one_of("break", "offline", "ready"),
        "rona_reason": _name,
        "caller_number": _own_number,
        "callback_ring": between(5, 120),
        "callback_tries": between(1, 20),
        "callback_retry_after": between(10, 86_400),
        "callback_within": between(60, 30 * 86_400),
        "callback_target": between(1, 30 * 86_400),
        "callback_hours": _optional_name,
        "callback_shows": _own_number,
    },
    BreakReason: {
        "name": _reason,
        "label": _line,
        "limit": _seconds,
        "then": _one_of("tell", "ready", "offline"),
    },
    Agent: {
        "agent": _name,
        "phone": phone,
        "queues": _name,
        "skills": _said_by(skill, WrongSkill),
        "caller_number": _own_number,
        "phones": phone,
        "ring": _one_of("together", "in_turn"),
        "weight": between(1, 1000),
        "takes": _one_of(ONE_ORDER, FIRST_QUEUE),
        "connection": _one_of(ON_DEMAND, NAILED_UP),
    },
    Mark: {
        "name": _name,
        "head_start": between(-86_400, 86_400),
        "skills": _said_by(requirement, WrongSkill),
        "prefers": _said_by(preference, WrongSkill),
    },
    Entry: {
        "name": _name,
        "dids": _did,
        "priority": between(-1000, 1000),
        "skills": _said_by(requirement, WrongSkill),
        "prefers": _said_by(preference, WrongSkill),
        "campaign": _optional_name,
    },
    OtherSite: {
        "name": _pattern(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,39}", "letters, digits, _ . - only, at most 40"),
        "dial": _site_dial,
        "addresses": _network,
    },
    LastResort: {
        "kind": _one_of("announcement", "voicemail", "number"),
        "announcement": _text,
        "number": _pattern(r"(\+?[0-9*#]{2,32})?", "digits, at most 32, with or without + before them"),
        "dir": _pattern(r"[^\s\"'$\\]+", "a folder without blanks and quotes in its name"),
        "longest": between(1, 3600),
        "silence": between(1, 60),
    },
    IvrSettings: {"dir": _path, "calendars": _path},
    SpeechSettings: {
        "engine": _engine,
        "dir": _sayable_path,
        "size": between(1, 1_000_000),
        "prompts": _sayable_path,
        "limit": between(0.1, 10),
    },
    Voice: {
        "language": _language,
        "voice": _pattern(r"([A-Za-z0-9][A-Za-z0-9_.+/-]{0,63})?", "the name of a voice, as en-us"),
        "sounds": lambda folder: _sayable_path(folder) if folder else "",
    },
    CustomerSettings: {"region": _region},
    Definition: {
        "name": _pattern(NAME.pattern, "letters, digits, _ and - only, at most 64"),
        "url": address.trouble,
        "method": _one_of("GET", "POST"),
        "parameters": _pattern(r"[a-z][a-z0-9_]{0,31}", "small letters, digits and _, as account"),
        "headers": header_trouble,
        "timeout": between(0.1, 60),
        "retries": between(0, 5),
        "backoff": between(0, 10),
        "limit": between(0.1, 60),
        "concurrency": between(1, 1000),
        "waiting": between(0, 10_000),
        "largest": between(1, 4 * 1024 * 1024),
        "empty": _pattern(rf"({PATH.pattern})?", "a path in the answer, as customer.id"),
        "cache": between(0, 86_400),
        "fail_fast_after": between(0, 1000),
        "fail_fast_for": between(1, 3600),
        "ca": _pattern(r"(/.{0,500})?", "a file's whole path, as /etc/ccswitch/crm.pem"),
        "check": _pattern(r"(/[\x21-\x7e]{0,500})?", "a path, as /health"),
    },
    FeatureCodes: {
        **dict.fromkeys(("login", "logout", "ready", "on_break", "end_wrapup", "extend_wrapup"), _code),
        "reasons": _pattern(r"[0-9]{1,4}=\w[\w .-]{0,63}", "a number and a reason, as 1=lunch"),
        "language": _pattern(r"[a-z]{2,3}|", "the letters of a language, as en"),
    },
    Dialling: {
        "emergency": _pattern(r"[0-9]{2,8}", "a number as it is dialled, as 110"),
        "caller_number": _own_number,
        "unclaimed": _text,
        "prefix": _pattern(r"[0-9*#]{0,8}", "up to 8 of the keys 0-9 * #"),
        "out": _said_by(re.compile, re.error),
        "ring_timeout": between(1, 600),
        "agent_timeout": between(1, 600),
        "wrapup": _seconds,
    },
    LogSettings: {"level": _one_of("debug", "info", "warning", "error"), "format": _one_of("text", "json")},
}
