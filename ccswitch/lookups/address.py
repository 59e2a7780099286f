"""The address of a look-up: a template that only the engineer writes, with values that anybody may have typed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote, urlsplit

PLACE = re.compile(r"\{([a-z][a-z0-9_]{0,31})\}", re.ASCII)
LONGEST = 2000  # characters


class Unfit(Exception):
    """A value cannot stand in an address; the message says which and why. Never leaves this room."""


def places(url: str) -> tuple[str, ...]:
    """The parameters in an address, in order."""
    return tuple(dict.fromkeys(PLACE.findall(url)))


def trouble(url: str) -> str:
    """What is wrong with an address, and how to mend it; empty when nothing is."""
    if not url.isascii() or not url.isprintable() or " " in url or len(url) > LONGEST:
        return "an address is printable ASCII without blanks, at most 2000 characters"
    if re.search(r"[{}]", PLACE.sub("", url)):
        return "parameters are written {account}: small letters, digits and _"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        return f"no address: {error}"
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        return "write http://HOST/PATH or https://HOST/PATH"
    if "{" in parts.netloc or "{" in parts.scheme:
        return "parameters stand behind the host: nobody but you says who is asked"
    if "@" in parts.netloc:
        return "no user or password in the address: put them in headers, as ${NAME} from the environment"
    if parts.fragment or url.endswith("#"):
        return "leave out what follows #: it is never sent"
    return ""


def filled(url: str, values: Mapping[str, str]) -> str:
    """The address with its parameters, percent-encoded as RFC 3986 asks. Raises Unfit.

    No value leads elsewhere: `/`, `?` and `#` are encoded, and a part of the path is never `.` or `..`.
    """
    path, question, query = url.partition("?")
    for name in places(path):
        if not values.get(name):
            raise Unfit(f"{name} is empty, and the address needs it")
    begun = PLACE.sub(lambda found: quote(values[found[1]], safe=""), path)
    if any(part in (".", "..") for part in begun.split("/")):
        raise Unfit("a part of the address would be . or ..")
    return begun + question + PLACE.sub(lambda found: quote(values.get(found[1], ""), safe=""), query)
