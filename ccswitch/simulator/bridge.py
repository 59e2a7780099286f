"""Two legs talk: uuid_bridge with its races, and what becomes of each leg when the talk ends.

A uuid_bridge throws both legs out of what they do, into CS_HIBERNATE and CS_RESET; the first leg goes on to
CS_SOFT_EXECUTE, fetches the second and only then fires CHANNEL_BRIDGE. An agent who drops in between takes the caller
along, unless the caller carries uuid_bridge_park_on_cancel; a first leg that dies in between strands the second.
"""

from __future__ import annotations

from ccswitch.simulator.session import Session
from ccswitch.simulator.states import State
from ccswitch.simulator.talks import Talk
from ccswitch.simulator.text import is_true


def uuid_bridge(first: Session, second: Session) -> bool:
    """Order the bridge; True means that it was begun, no more."""
    if not first.channel.up:
        return False
    if not first.channel.flags.media:
        if not second.channel.flags.media:
            return False
        first, second = second, first
    _flip(first)
    second.channel.flags.hit_dialplan &= second.channel.direction == "inbound"
    seconds = first.core.clock.stamp_us() // 1_000_000
    for one, other in ((first, second), (second, first)):
        _bond(one, other)
        one.channel.profile = one.channel.profile.copy()
        source = f"{seconds}:{one.core.new_uuid()}:uuid_br:{other.channel.uuid}"
        one.channel.profile.transfer_source = source
        one.channel.set("transfer_source", source)
    _exchange_profiles(first, second)
    first.channel.set("uuid_bridge", second.channel.uuid)
    for one in (first, second):
        channel, flags = one.channel, one.channel.flags
        flags.transfer = flags.redirect = flags.bridge_handler = True
        flags.bridge_originator = one is first
        channel.to(State.CONSUME_MEDIA if channel.state is State.HIBERNATE else State.HIBERNATE)
        one.signal()
        if one.partner is not None:
            one.partner.signal()
        channel.far_end.bridge_ordered(one)
    return True


def _flip(first: Session) -> None:
    channel = first.channel
    if channel.direction == "outbound" and not channel.flags.hit_dialplan:
        channel.profile.flip_caller_id()
        channel.flags.hit_dialplan = True


def _bond(one: Session, other: Session) -> None:
    channel = one.channel
    channel.set("bridge_channel", other.channel.name, checked=False)
    channel.set("bridge_uuid", other.channel.uuid)
    channel.set("signal_bond", other.channel.uuid)


def _exchange_profiles(first: Session, second: Session) -> None:
    a, b = first.channel, second.channel
    b.other, b.other_type = a.profile.copy(), ""
    a.other, a.other_type = b.profile.copy(), ""
    a.profile.callee_id_name, a.profile.callee_id_number = b.profile.callee_id_name, b.profile.callee_id_number
    b.profile.caller_id_name, b.profile.caller_id_number = a.profile.caller_id_name, a.profile.caller_id_number


def on_hibernate(session: Session) -> None:
    """CS_HIBERNATE on the way into a bridge: on to CS_RESET."""
    if session.channel.flags.bridge_handler:
        session.channel.to(State.RESET)


def on_reset(session: Session) -> None:
    """CS_RESET: the first leg goes on, the second waits to be fetched."""
    flags = session.channel.flags
    if flags.bridge_handler and flags.bridge_originator:
        session.channel.to(State.SOFT_EXECUTE)


def on_soft_execute(session: Session) -> None:
    """CS_SOFT_EXECUTE of the first leg: wait for the second, talk, and decide where to go after it."""
    channel, flags = session.channel, session.channel.flags
    if not flags.bridge_handler:
        return
    flags.bridge_handler = False
    if not flags.bridge_originator:
        return
    other = session.core.sessions.get(channel.get("uuid_bridge") or "")
    channel.set("uuid_bridge", None)
    if other is None:
        flags.bridge_originator = False
        if not _after(session):
            session.hangup("DESTINATION_OUT_OF_ORDER")
        return
    if _fetch(session, other) and _wait_for_answer(session, other):
        _announce(session, other)
        if channel.ready:
            run_bridge(session, other)
        else:
            _abort(session, other)
        _go_on(session)
    # A second uuid_bridge may have been ordered meanwhile: then the mark is already the new one's.
    if not flags.bridge_handler:
        flags.bridge_originator = False


def _fetch(session: Session, other: Session) -> bool:
    """Bring the second leg to CS_SOFT_EXECUTE, looking every 20 ms. False when there is nothing left to bridge."""
    channel, theirs = session.channel, other.channel
    clock = session.core.clock
    while channel.up and theirs.up:
        if theirs.state is theirs.running:
            if theirs.flags.bridge_originator:
                return False
            if theirs.state is State.SOFT_EXECUTE:
                return True
            if theirs.state is State.RESET:
                theirs.to(State.SOFT_EXECUTE)
                clock.wake(other.sleeper)
        session.wait(clock.tick() + 1)
    _cancelled(session)
    return False


def _wait_for_answer(session: Session, other: Session) -> bool:
    """A second leg that still rings is waited for."""
    while session.channel.up and other.channel.up and not (other.channel.flags.answered or other.channel.flags.early):
        session.wait(session.core.clock.tick() + 1)
    if session.channel.up and other.channel.up:
        return True
    _cancelled(session)
    return False


def _cancelled(session: Session) -> None:
    channel = session.channel
    if not channel.up:
        return
    if is_true(channel.get("uuid_bridge_continue_on_cancel")):
        channel.to(State.EXECUTE)
    elif is_true(channel.get("uuid_bridge_park_on_cancel")):
        session.park_session()
    elif not channel.flags.transfer:
        session.hangup("ORIGINATOR_CANCEL")


def _announce(session: Session, other: Session) -> None:
    for one, peer in ((session, other), (other, session)):
        about = {"Application": "uuid_bridge", "Application-Data": peer.channel.uuid}
        one.fire("CHANNEL_EXECUTE", about)
        one.core.application_began(one, "uuid_bridge", peer.channel.uuid)
        one.channel.far_end.joining(one)


def _abort(session: Session, other: Session) -> None:
    """The first leg went at the last moment: the switch ends the second, whose end is heard first (abort_call in
    switch_ivr_bridge.c; about one in a hundred callers who hang up 40 ms after the order)."""
    other.hangup(session.channel.cause or "ORIGINATOR_CANCEL")
    clock = session.core.clock
    clock.wake(other.sleeper)
    session.wait(clock.tick())


def run_bridge(session: Session, other: Session) -> None:
    """The talk itself, in the first leg's greenlet: CHANNEL_BRIDGE to CHANNEL_UNBRIDGE."""
    a, b = session.channel, other.channel
    stamp = session.core.clock.stamp_us()
    a.profile.times.bridged = b.profile.times.bridged = stamp
    a.set("last_bridge_to", b.uuid)
    _bond(session, other)
    _bond(other, session)
    a.other_type, b.other_type = "originatee", "originator"
    b.call_uuid = a.call_uuid
    ids = {"Bridge-A-Unique-ID": a.uuid, "Bridge-B-Unique-ID": b.uuid}
    session.partner, other.partner = other, session
    a.flags.bridged = b.flags.bridged = True
    session.fire("CHANNEL_BRIDGE", ids)
    b.to(State.EXCHANGE_MEDIA)
    session.core.clock.wake(other.sleeper)
    session.core.changed(session)
    a.far_end.bridged(session, other)
    b.far_end.bridged(other, session)
    talk = Talk(a.uuid, b.uuid, session.core.clock.epoch())
    session.core.premises.talks.append(talk)
    _relay(session)
    _wait_for_second(session, other)
    _part(session, other)
    talk.ended, talk.ended_by = session.core.clock.epoch(), next((x.uuid for x in (a, b) if x.hung_up_itself), "")
    session.fire("CHANNEL_UNBRIDGE", ids)
    b.call_uuid = b.uuid
    session.core.changed(other)
    _leave(session, other)


def _wait_for_second(session: Session, other: Session) -> None:
    """The second leg leaves the talk within this frame, or after what plays on it has been broken off."""
    other.channel.flags.stop = True
    patience = 0
    while other.channel.state is State.EXCHANGE_MEDIA:
        session.core.clock.wake(other.sleeper)
        session.wait(session.core.clock.tick() + patience)
        patience = 1


def _part(session: Session, other: Session) -> None:
    a, b = session.channel, other.channel
    a.flags.bridged = b.flags.bridged = False
    session.partner = other.partner = None
    if a.cause:
        b.set("bridge_hangup_cause", a.cause)
    if b.cause:
        a.set("bridge_hangup_cause", b.cause)
    a.far_end.unbridged(session)
    b.far_end.unbridged(other)


def _leave(session: Session, other: Session) -> None:
    """Where the first leg goes when it was not sent anywhere else; one that hung up is sent too, and goes nowhere."""
    channel = session.channel
    if channel.flags.transfer or channel.flags.redirect:
        return
    if other.channel.flags.answered and not _after(session) and is_true(channel.get("hangup_after_bridge")):
        session.hangup(other.channel.cause or "NORMAL_CLEARING")


def _after(session: Session) -> bool:
    """park_after_bridge, transfer_after_bridge; False when the leg has neither."""
    channel = session.channel
    if is_true(channel.get("park_after_bridge")):
        session.park_session()
        return True
    target = channel.get("transfer_after_bridge")
    if target:
        channel.set("transfer_after_bridge", None)  # followed once, then forgotten
        extension, _, rest = target.partition(":")
        dialplan, _, context = rest.partition(":")
        session.transfer(extension, dialplan, context)
        return True
    return False


def _go_on(session: Session) -> None:
    channel = session.channel
    flags = channel.flags
    if flags.redirect and channel.up and channel.state not in (State.RESET, State.PARK, State.ROUTING, State.EXECUTE):
        if not flags.bridge_handler:
            channel.to(State.RESET)
    elif not flags.transfer and channel.up and channel.state not in (State.ROUTING, State.PARK):
        channel.to(State.EXECUTE)


def _relay(session: Session) -> None:
    """Audio flows: read messages and keys until one of the two goes."""
    channel = session.channel
    while channel.ready and session.partner is not None and session.partner.channel.ready:
        if session.has_messages:
            session.parse_events()
            continue
        if channel.digits:
            key = session.next_digit()
            session.partner.channel.far_end.keys(session.partner, key.digit)
            continue
        session.wait()


def on_exchange_media(session: Session) -> None:
    """CS_EXCHANGE_MEDIA: the second leg's side of the talk."""
    channel = session.channel
    first = session.partner
    _relay(session)
    flags = channel.flags
    if not flags.transfer and not flags.redirect and channel.state is State.EXCHANGE_MEDIA and not _after(session):
        session.hangup("NORMAL_CLEARING" if flags.answered else "ORIGINATOR_CANCEL")
    if first is not None:
        session.core.clock.wake(first.sleeper)
