"""Exit keys of a queue: what a caller may press while he waits, and where he goes then. Written `1=voicemail:sales`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from ccswitch.model.targets import Target, WrongTarget, target

KEYS = "0123456789*#"


class WrongKey(ValueError):
    """This is no exit key; the message says how to mend it."""


def exit_key(text: str) -> tuple[str, Target]:
    """A key and where it leads. Raises WrongKey."""
    key, sign, to = (part.strip() for part in text.partition("="))
    if not sign or len(key) != 1 or key not in KEYS:
        raise WrongKey(f'one of {KEYS} and where it leads, as 1 = "voicemail:sales"')
    try:
        return key, target(to)
    except WrongTarget as wrong:
        raise WrongKey(f"key {key}: {wrong}") from wrong


@lru_cache(maxsize=1024)
def exit_keys(texts: tuple[str, ...]) -> Mapping[str, Target]:
    """The exit keys of a queue, which were checked."""
    return dict(map(exit_key, texts))


def pattern(texts: tuple[str, ...]) -> str:
    """A regular expression that these keys match, one of them at a time."""
    escaped = ("[*]" if key == "*" else key for key in exit_keys(texts))
    return f"^({'|'.join(escaped)})$"
