"""Callers go to another site, and come from one. Who is sent takes his wait, priority, wishes and tags along
(`model/passed.py`), so that he stands there where he would have stood had he called there first.

What he brings counts in each queue here, as a mark does (`floor/wishes.py`), and within the same bound
(`most_head_start`). It is taken of a call that comes from an address of a site alone.
"""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from ccswitch.floor.alive import LiveCall
from ccswitch.floor.state import State
from ccswitch.model import facts as f
from ccswitch.model import outcomes as o
from ccswitch.model.ids import CallId, Seconds
from ccswitch.model.nouns import OtherSite
from ccswitch.model.passed import Passed, from_header, to_header
from ccswitch.model.skills import joint, skills_of, terms


def extension_of(site: OtherSite) -> str:
    """What context ccs_out knows a site by."""
    return f"site_{site.name}"


def site_named(state: State, name: str) -> OtherSite | None:
    """The site of this name."""
    return next((site for site in state.settings.sites if site.name == name), None)


def along(call: LiveCall, now: Seconds) -> str:
    """What goes along with a caller who is sent to another site."""
    waited = now - call.waiting_since if call.waiting_since else 0.0
    return to_header(Passed(call.call, waited, call.priority, call.asks, call.likes, call.tags))


def came_over(state: State, fact: f.LegParked, call: CallId) -> o.CallCameOver | None:
    """What a call brings that another site sent; None when it is none."""
    if not fact.passed:
        return None
    site = next((one for one in state.settings.sites if _is_from(fact.from_address, one)), None)
    passed = from_header(fact.passed)
    if site is None or passed is None:
        return None
    known = {name for live in state.agents.values() for name in skills_of(live.agent.skills)}
    knows = not passed.requires or joint(passed.requires).skills <= known
    likes = [term.text for term in terms(passed.prefers) if term.skills <= known]
    return o.CallCameOver(
        call=call,
        site=site.name,
        origin=passed.call,
        waited=passed.waited,
        priority=passed.priority,
        requires=passed.requires if knows else "",  # of skills that nobody here has he could not be answered
        prefers=", ".join(likes),
        tags=passed.tags,
    )


def bring(state: State, call: LiveCall, outcome: o.CallCameOver) -> None:
    """What another site sent along is the call's from now on: his priority there is worth what one is worth here."""
    call.came_from, call.tags = outcome.site, tuple(dict.fromkeys(call.tags + outcome.tags))
    call.brought_head_start = outcome.waited + outcome.priority * state.settings.priority_worth
    call.brought_requires, call.brought_prefers = outcome.requires, outcome.prefers


def _is_from(address: str, site: OtherSite) -> bool:
    try:
        return any(ip_address(address) in ip_network(network, strict=False) for network in site.addresses)
    except ValueError:
        return False
