"""Where a call can be sent: `queue:NAME`, `script:NAME`, `agent:NAME`, `number:+86…`, `voicemail:BOX`,
`callback:QUEUE`,
`site:NAME`.

One notation for overflow rules, exit keys, transfers and supervisors' orders. What is written comes from files and
people, so what is wrong with it is told.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ccswitch.model.nouns import Word


class TargetKind(Word):
    """What a call can be sent to."""

    QUEUE = "queue"
    SCRIPT = "script"
    AGENT = "agent"  # he alone
    NUMBER = "number"  # outside the house
    SITE = "site"  # another one of the house, with what counts for his place there
    VOICEMAIL = "voicemail"  # a message for a queue's agents
    CALLBACK = "callback"  # he is offered to be called back by a queue's agents


class WrongTarget(ValueError):
    """No call can be sent there; the message says what is allowed."""


class Target(NamedTuple):
    """A place to send a call to. Written `kind:name`."""

    kind: TargetKind
    name: str

    def __str__(self) -> str:
        return f"{self.kind.value}:{self.name}"


ALLOWED = "queue:NAME, script:NAME, agent:NAME, voicemail:QUEUE, callback:QUEUE, site:NAME or number:+8621…"

_NAME = re.compile(r"\w[\w.-]{0,63}")
_NUMBER = re.compile(r"\+?[0-9*#]{1,32}", re.ASCII)
_KINDS = {kind.value: kind for kind in TargetKind}


def target(text: str) -> Target:
    """Read `text`. Raises WrongTarget. Whether the queue, script or agent exists is not its matter."""
    word, colon, name = text.strip().partition(":")
    kind = _KINDS.get(word.strip())
    name = name.strip()
    if kind is None or not colon:
        raise WrongTarget(f"{text[:80]!r} is no target; write {ALLOWED}")
    if kind is TargetKind.NUMBER:
        name = name.replace(" ", "").replace("-", "")
        if not _NUMBER.fullmatch(name):
            raise WrongTarget(f"{name[:40]!r} is no number to dial: digits, with + before a country code")
    elif not _NAME.fullmatch(name):
        raise WrongTarget(f"{name[:80]!r} is no name ({kind.value}:NAME): letters, digits, _ . -")
    return Target(kind, name)
