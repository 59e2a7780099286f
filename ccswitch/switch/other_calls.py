"""Calls of which agents' phones are part and we are not: a second line, a colleague in another context of the dialplan.

Whose phone a leg leads to is said by what nobody outside can forge (tried on FreeSWITCH 1.11.1):

| the phone | is told by |
|---|---|
| called | `sip_auth_username` and `domain_name`, where the leg is `sip_authorized` |
| is called by `user/1001@DOMAIN` | `dialed_user` and `dialed_domain` of the outbound leg |
| is called by `sofia/PROFILE/1001%DOMAIN` | `sip_local_url` of it |

The caller's leg has a `dialed_user` too, and its `presence_id` and Caller-Username are what the caller likes. A phone
that is dialled at its address has no account, and what others do with it is not seen.
"""

from __future__ import annotations

from ccswitch.model import facts as f
from ccswitch.model.ids import LegId, NodeName
from ccswitch.switch.codec import Event, seconds_of

LONGEST_TEXT = 256
LONGEST_CAUSE = 64


def other_call(event: Event, node: NodeName, domain: str) -> f.OtherCallHeard | None:
    """What an event or a dump says of a phone's call that is not ours; None when it is ours, or no phone's."""
    user = _user(event, domain)
    if not user:
        return None
    outgoing = event.get("Call-Direction") == "inbound"
    number = event.get("Caller-Destination-Number" if outgoing else "Caller-Caller-ID-Number")
    return f.OtherCallHeard(
        leg=LegId(event.uuid),
        node=node,
        user=user,
        number=number[:LONGEST_TEXT],
        outgoing=outgoing,
        answered=event.get("Answer-State") == "answered",
    )


def other_call_over(event: Event, node: NodeName, domain: str) -> f.OtherCallOver | None:
    """CHANNEL_HANGUP_COMPLETE of such a leg."""
    if not _user(event, domain):
        return None
    answered, ended = (seconds_of(event.get(f"Caller-Channel-{what}-Time")) for what in ("Answered", "Hangup"))
    return f.OtherCallOver(
        leg=LegId(event.uuid),
        cause=event.get("Hangup-Cause")[:LONGEST_CAUSE] or "NORMAL_UNSPECIFIED",
        talked=max(0.0, ended - answered) if answered and ended else 0.0,
    )


def _user(event: Event, domain: str) -> str:
    """The phone's account, as agents' phones are written: without the domain where that is the site's own."""
    if not event.uuid or event.get("variable_ccs_call") or event.get("variable_ccs_role"):
        return ""
    user, at = _account(event)
    if not user or not at:
        return ""
    return (user if at.lower() == domain.lower() else f"{user}@{at}")[:LONGEST_TEXT]


def _account(event: Event) -> tuple[str, str]:
    if event.get("Call-Direction") == "outbound":
        if user := event.get("variable_dialed_user"):
            return user, event.get("variable_dialed_domain")
        user, _, at = event.get("variable_sip_local_url").partition("@")
        return user, at
    if event.get("variable_sip_authorized") != "true":
        return "", ""
    return event.get("variable_sip_auth_username"), event.get("variable_domain_name")
