"""How people write where an agent's phone is, and how FreeSWITCH reaches it.

| written | reached |
|---|---|
| `1001` | `user/1001@DOMAIN`, wherever it is registered |
| `1001@example.com` | `user/1001@example.com` |
| `sip:1001@127.0.0.1:6070` | `sofia/PROFILE/sip:1001@127.0.0.1:6070`, without registration |
| `trunk:NAME/13800138000` | `sofia/gateway/NAME/13800138000`, a phone outside the house |
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from ccswitch.errors import UnsafeString
from ccswitch.switch import strings

_FORMS = "write 1001, 1001@example.com, sip:1001@192.0.2.7:5060 or trunk:NAME/13800138000"
_PUNCTUATION = re.compile(r"[ ().-]")


class BadPhone(ValueError):
    """What was written names no phone; the text says how to mend it."""


class PhoneKind(Enum):
    """The ways to a phone."""

    USER = "user"
    SIP = "sip"
    TRUNK = "trunk"


@dataclass(frozen=True, slots=True)
class PhoneAddress:
    """A phone, checked. `where` is the domain ('' for the node's own), the host with port, or the trunk."""

    kind: PhoneKind
    number: str
    where: str = ""

    def __str__(self) -> str:
        match self.kind:
            case PhoneKind.USER:
                return f"{self.number}@{self.where}" if self.where else self.number
            case PhoneKind.SIP:
                return f"sip:{self.number}@{self.where}"
            case PhoneKind.TRUNK:
                return f"trunk:{self.where}/{self.number}"

    def dial(self, profile: str, domain: str) -> str:
        """What to originate, on a node whose SIP profile is `profile` and whose users live in `domain`."""
        match self.kind:
            case PhoneKind.USER:
                return strings.user_target(self.number, self.where or domain)
            case PhoneKind.SIP:
                return strings.sip_target(profile, self.number, self.where)
            case PhoneKind.TRUNK:
                return strings.gateway_target(self.where, self.number)


def parse_phone(text: str) -> PhoneAddress:
    """Read what a person wrote. Raises BadPhone."""
    written = text.strip()
    if not written:
        raise BadPhone(f"no phone given: {_FORMS}")
    head, colon, rest = written.partition(":")
    match (head.lower(), bool(colon)):
        case ("sip", True):
            address = _sip(written, rest)
        case ("sips", True):
            raise BadPhone(f"{written!r}: write sip:…;transport=tls instead of sips:")
        case ("trunk", True):
            address = _trunk(written, rest)
        case ("user" | "sofia" | "tel" | "callto", _):
            raise BadPhone(f"{written!r} is no way to write a phone: {_FORMS}")
        case _:
            address = _user(written)
    try:
        address.dial("internal", "example.com")
    except UnsafeString as unsafe:
        raise BadPhone(f"{written!r} is no phone ({unsafe}): {_FORMS}") from None
    return address


def _user(written: str) -> PhoneAddress:
    if "/" in written:
        raise BadPhone(f"{written!r} looks like a dial string; {_FORMS}")
    number, at, domain = written.partition("@")
    if not number:
        raise BadPhone(f"{written!r} has nothing before the @; {_FORMS}")
    if at and not domain:
        raise BadPhone(f"{written!r} has nothing after the @: leave it out for the node's own domain")
    if ":" in domain:
        raise BadPhone(f"{written!r} has a port: a phone dialled at a port is written sip:{written}")
    return PhoneAddress(PhoneKind.USER, number, domain)


def _sip(written: str, rest: str) -> PhoneAddress:
    number, at, where = rest.partition("@")
    if not at or not number or not where:
        raise BadPhone(f"{written!r} has no user or no host: write sip:1001@192.0.2.7:5060")
    port = re.search(r":([0-9]+)(?:;|$)", where)
    if port and not 0 < int(port[1]) < 65536:
        raise BadPhone(f"{written!r}: {port[1]} is no port, they go from 1 to 65535")
    return PhoneAddress(PhoneKind.SIP, number, where)


def _trunk(written: str, rest: str) -> PhoneAddress:
    trunk, slash, number = rest.partition("/")
    number = _PUNCTUATION.sub("", number)
    if not slash or not trunk or not number:
        raise BadPhone(f"{written!r} has no trunk or no number: write trunk:NAME/13800138000")
    return PhoneAddress(PhoneKind.TRUNK, number, trunk)
