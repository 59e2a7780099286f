"""What a site says of a look-up (`[[lookup]]`), and what is wrong with that."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ccswitch.clock import Seconds
from ccswitch.lookups.address import places
from ccswitch.model.nouns import Lookup

BUILT_IN = "customer"  # the look-up that asks our own records
_ENV = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_HEADER = re.compile(r"([A-Za-z0-9-]{1,64}):[ ]*([\x21-\x7e]([\x20-\x7e]{0,2000}[\x21-\x7e])?)", re.ASCII)
OURS = ("host", "content-length", "content-type", "connection", "transfer-encoding", "accept-encoding")


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One look-up of the site. Durations in seconds.

    `parameters` are what a script gives; those that do not stand in `url` go into a POST's body, as JSON. `headers` are
    lines as `Authorization: Bearer ${CRM_TOKEN}`, filled from the environment at start. With `empty` an answer in which
    that path has nothing means: not found. After `fail_fast_after` failures in a row nobody is asked for a while.
    """

    name: str
    url: str
    method: str = "GET"
    parameters: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    timeout: Seconds = 3.0  # of one try
    retries: int = 1
    backoff: Seconds = 0.2  # before the first retry; twice as long before each one after it
    limit: Seconds = 8.0  # of all of it, the wait for its turn too
    concurrency: int = 20  # questions at a time
    waiting: int = 500  # callers who wait for their turn; more are told that it failed
    largest: int = 65_536  # bytes of an answer
    empty: str = ""
    cache: Seconds = 0.0  # how long an answer is good for others who ask the same
    fail_fast_after: int = 5  # 0: never
    fail_fast_for: Seconds = 10.0
    ca: str = ""  # a file of certificates to trust instead of the system's
    check: str = ""  # what `doctor` asks for, as /health; empty: it only connects

    @property
    def in_body(self) -> tuple[str, ...]:
        """The parameters that go into the body."""
        there = places(self.url)
        return tuple(name for name in self.parameters if name not in there) if self.method == "POST" else ()


def rules(definitions: Iterable[Definition]) -> tuple[Lookup, ...]:
    """What scripts and the brain know of look-ups, with that in our own records."""
    ours = Lookup(name=BUILT_IN, optional=("number", "key"))
    return (
        *(
            Lookup(name=one.name, limit=one.limit, parameters=one.parameters, takes_masked=one.in_body)
            for one in definitions
        ),
        ours,
    )


def contradictions(one: Definition) -> Iterator[tuple[str, str, str]]:
    """What of a definition does not fit together: key, what, how to mend it."""
    for name in places(one.url):
        if name not in one.parameters:
            yield "url", f"{{{name}}} is no parameter", f'add it: parameters = ["{name}"]'
    for name in one.parameters:
        if one.method == "GET" and name not in places(one.url):
            yield "parameters", f"{name} is not in the url, and a GET has no body", f"write {{{name}}} there, or POST"
    if one.name == BUILT_IN:
        yield "name", f"{BUILT_IN} is the look-up in ccswitch's own records", "choose another name"
    if one.timeout > one.limit:
        yield "timeout", f"one try takes up to {one.timeout:g} s, all of them {one.limit:g} s", "give limit more"


def header_trouble(line: str) -> str:
    """What is wrong with a header's line; empty when nothing is."""
    found = _HEADER.fullmatch(line)
    if found is None:
        return "as Authorization: Bearer ${CRM_TOKEN}"
    if found[1].lower() in OURS:
        return f"{found[1]} is set by ccswitch"
    if "${" in _ENV.sub("", found[2]):
        return "secrets are written ${NAME}, a variable of the environment"
    return ""


def secrets_in(one: Definition) -> tuple[str, ...]:
    """The names of the environment's variables that its headers need."""
    return tuple(dict.fromkeys(name for line in one.headers for name in _ENV.findall(line)))


def headers_of(one: Definition, environ: Mapping[str, str]) -> dict[str, str]:
    """The headers as they are sent. One that a variable would break (a line feed in it) is refused by `unsendable`."""
    found = (_HEADER.fullmatch(line) for line in one.headers)
    return {header[1]: _ENV.sub(lambda name: environ.get(name[1], ""), header[2]) for header in found if header}


def unsendable(value: str) -> bool:
    """A variable's value cannot stand in a header."""
    return not value.isascii() or not value.isprintable()
