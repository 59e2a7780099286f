"""The switch's own truth: which legs of ours a node has, and who talks to whom.

`show channels` lists the legs but comes from an asynchronous SQL queue; `uuid_dump` of each, pipelined, is exact
(0.1 ms a leg, freeswitch-facts 12). The legs that the floor expects are asked for too, listed or not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import orjson

from ccswitch.model import facts as f
from ccswitch.model.ids import CallId, LegId
from ccswitch.switch.codec import Event
from ccswitch.switch.hearing import caller_fields, is_agent_leg

# Contexts of our dialplan in which a caller is parked, with an application of ours on top or without.
PARKING_CONTEXTS = frozenset({"ccs_in", "ccs_return", "ccs_orphan", "ccs_transfer"})
PARKED_STATES = frozenset({"CS_EXECUTE", "CS_PARK"})
BRIDGED_STATES = frozenset({"CS_EXCHANGE_MEDIA", "CS_SOFT_EXECUTE"})
STRANDED_STATES = frozenset({"CS_SOFT_EXECUTE", "CS_RESET"})
# What runs on a leg between arrival and park: his CHANNEL_PARK is still to come.
ARRIVING = frozenset({"set", "unset", "export", "sched_transfer", "ring_ready", "transfer", ""})


def listed_legs(shown: str) -> list[LegId]:
    """The leg ids in the answer to `show channels as json`; an answer that is no JSON lists none."""
    try:
        rows = orjson.loads(shown).get("rows", [])
    except (orjson.JSONDecodeError, AttributeError):
        return []
    return [LegId(row["uuid"]) for row in rows if isinstance(row, dict) and row.get("uuid")]


def read_dump(dumped: str) -> Event | None:
    """One answer to `uuid_dump … json`; None when there is no such leg."""
    if dumped.startswith("-ERR"):
        return None
    try:
        fields = orjson.loads(dumped.encode("utf-8", "replace"))
    except orjson.JSONDecodeError:
        return None
    return Event(fields) if isinstance(fields, dict) else None


def seen(dumps: Iterable[Event]) -> tuple[f.LegSeen, ...]:
    """What the dumps say of the legs that are ours."""
    ours = {LegId(dump.uuid): dump for dump in dumps if dump.get("variable_ccs_call")}
    peers = _peers(ours)
    return tuple(_seen(leg, dump, peers.get(leg)) for leg, dump in ours.items())


def _peers(dumps: Mapping[LegId, Event]) -> dict[LegId, LegId]:
    """Legs with one Channel-Call-UUID that exchange media hear each other; bridge_uuid goes stale and is not read."""
    groups: dict[str, list[LegId]] = defaultdict(list)
    for leg, dump in dumps.items():
        if dump.get("Channel-State") in BRIDGED_STATES:
            groups[dump.get("Channel-Call-UUID")].append(leg)
    pairs = [group for group in groups.values() if len(group) == 2]
    return {leg: other for one, two in pairs for leg, other in ((one, two), (two, one))}


def _seen(leg: LegId, dump: Event, peer: LegId | None) -> f.LegSeen:
    agent = is_agent_leg(dump)
    return f.LegSeen(
        leg=leg,
        call=CallId(dump.get("variable_ccs_call")),
        agent_leg=agent,
        parked=peer is None and _is_parked(dump, agent),
        answered=dump.get("Answer-State") == "answered",
        orphaned=dump.get("variable_ccs_orphan") == "true",
        peer=peer,
        stranded=peer is None and dump.get("Channel-State") in STRANDED_STATES,
        **caller_fields(dump),
    )


def _is_parked(dump: Event, agent: bool) -> bool:
    state, application = dump.get("Channel-State"), dump.get("variable_current_application")
    if agent:
        return state == "CS_PARK" or (state == "CS_EXECUTE" and application == "park")
    in_house = dump.get("Caller-Context") in PARKING_CONTEXTS
    return state in PARKED_STATES and in_house and application not in ARRIVING
