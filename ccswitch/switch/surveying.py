"""The switch's own truth: which legs of ours a node has, and who talks to whom.

`show channels` lists the legs but comes from an asynchronous SQL queue; `uuid_dump` of each, pipelined, is exact
(0.1 ms a leg, freeswitch-facts 12). The legs that the floor expects are asked for too, listed or not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

import orjson

from ccswitch.model import facts as f
from ccswitch.model.ids import CallId, LegId
from ccswitch.switch.codec import Event, Frame, decode_event, seconds_of
from ccswitch.switch.hearing import caller_fields, is_agent_leg, is_ours

# Contexts of our dialplan in which a caller is parked, with an application of ours on top or without.
PARKING_CONTEXTS = frozenset({"ccs_in", "ccs_return", "ccs_orphan", "ccs_transfer", "ccs_phone"})
PARKED_STATES = frozenset({"CS_EXECUTE", "CS_PARK"})
BRIDGED_STATES = frozenset({"CS_EXCHANGE_MEDIA", "CS_SOFT_EXECUTE"})
STRANDED_STATES = frozenset({"CS_SOFT_EXECUTE", "CS_RESET"})
NO_SUCH_LEG = "No such channel"  # the one refusal of uuid_dump that says something about the leg
# What runs on a leg between arrival and park: his CHANNEL_PARK is still to come.
ARRIVING = frozenset({"set", "unset", "export", "sched_transfer", "ring_ready", "transfer", ""})


def listed_legs(shown: str) -> list[LegId]:
    """The leg ids in the answer to `show channels as json`; an answer that is no JSON lists none."""
    try:
        rows = orjson.loads(shown).get("rows")
    except (orjson.JSONDecodeError, AttributeError):
        return []
    listed = [row.get("uuid") for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return [LegId(leg) for leg in listed if isinstance(leg, str) and leg]


def read_dump(dumped: str) -> Event | None:
    """One answer to `uuid_dump … json`, which is written as events are; None when it cannot be read."""
    return decode_event(Frame("text/event-json", {}, dumped.encode("utf-8", "replace")))


def seen(dumps: Iterable[Event]) -> Iterator[f.LegSeen]:
    """What the dumps say of the legs that are ours, leg by leg. All dumps are read before the first."""
    every = {LegId(dump.uuid): dump for dump in dumps}
    ours = {leg: dump for leg, dump in every.items() if is_ours(dump)}
    hears = _joined_past_us(every, ours) | {leg: others for leg, others in _who_hears_whom(ours).items() if others}
    return (_seen(leg, dump, hears.get(leg, [])) for leg, dump in ours.items())


def in_pieces(legs: Iterable[f.LegSeen], most: int) -> list[tuple[f.LegSeen, ...]]:
    """The legs in tuples of some `most`, those of one call together, and with them a nailed-up leg that talks in it; at
    least one tuple."""
    legs = list(legs)
    callers = {leg.leg: leg.call for leg in legs if not leg.agent_leg}
    calls: dict[CallId, list[f.LegSeen]] = defaultdict(list)
    for leg in legs:
        calls[callers.get(leg.peer, leg.call) if leg.peer and leg.agent_leg else leg.call].append(leg)
    pieces: list[list[f.LegSeen]] = [[]]
    for of_call in calls.values():
        if pieces[-1] and len(pieces[-1]) + len(of_call) > most:
            pieces.append([])
        pieces[-1] += of_call
    return [tuple(piece) for piece in pieces]


def _who_hears_whom(dumps: Mapping[LegId, Event]) -> dict[LegId, list[LegId]]:
    """Legs with one Channel-Call-UUID that exchange media hear each other; bridge_uuid goes stale and is not read."""
    groups: dict[str, list[LegId]] = defaultdict(list)
    for leg, dump in dumps.items():
        if dump.get("Channel-State") in BRIDGED_STATES:
            groups[dump.get("Channel-Call-UUID") or leg].append(leg)
    return {leg: [other for other in group if other != leg] for group in groups.values() for leg in group}


def _joined_past_us(every: Mapping[LegId, Event], ours: Mapping[LegId, Event]) -> dict[LegId, list[LegId]]:
    """Legs of ours that a phone joined to somebody else's: those say so themselves, as long as they are joined."""
    joined: dict[LegId, list[LegId]] = {}
    for leg, dump in every.items():
        partner = ours.get(LegId(dump.get("variable_bridge_uuid")))
        if leg in ours or partner is None or not {_state(dump), _state(partner)} <= BRIDGED_STATES:
            continue
        if dump.get("Channel-Call-UUID") == partner.get("Channel-Call-UUID"):
            joined[LegId(partner.uuid)] = [leg]
    return joined


def _state(dump: Event) -> str:
    return dump.get("Channel-State")


def _seen(leg: LegId, dump: Event, others: list[LegId]) -> f.LegSeen:
    """With two others it is not told which of them is the peer, but the leg is not left alone either."""
    agent, peer = is_agent_leg(dump), others[0] if len(others) == 1 else None
    return f.LegSeen(
        leg=leg,
        call=CallId(dump.get("variable_ccs_call")),
        agent_leg=agent,
        parked=not others and _is_parked(dump, agent),
        answered=dump.get("Answer-State") == "answered",
        orphaned=dump.get("variable_ccs_orphan") == "true",
        peer=peer,
        stranded=not others and dump.get("Channel-State") in STRANDED_STATES,
        bridged_at_switch=seconds_of(dump.get("Caller-Channel-Bridged-Time")) or 0.0,
        held=dump.get("Channel-Call-State") == "HELD",
        **caller_fields(dump),
    )


def _is_parked(dump: Event, agent: bool) -> bool:
    state, application = dump.get("Channel-State"), dump.get("variable_current_application")
    if agent:
        return state == "CS_PARK" or (state == "CS_EXECUTE" and application in ("park", "playback"))
    in_house = dump.get("Caller-Context") in PARKING_CONTEXTS
    return state in PARKED_STATES and in_house and application not in ARRIVING
