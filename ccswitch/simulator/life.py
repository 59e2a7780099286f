"""What a session does in each state of its channel: the table that CS_… leads to."""

from __future__ import annotations

from collections.abc import Callable

from ccswitch.simulator import bridge
from ccswitch.simulator.dialplan import Caller
from ccswitch.simulator.session import Session
from ccswitch.simulator.states import NORMAL_CLEARING, State
from ccswitch.simulator.text import separate


def on_init(session: Session) -> None:
    """CS_INIT: the channel comes into being; the next state is set before CHANNEL_CREATE tells of it."""
    channel = session.channel
    channel.to(State.ROUTING if channel.direction == "inbound" else State.CONSUME_MEDIA)
    if channel.direction == "inbound":
        session.fire("CHANNEL_CREATE")
    else:
        number, channel.state = channel.state, State.ROUTING
        session.fire("CHANNEL_CREATE")
        channel.state = number
    channel.far_end.attached(session)


def on_routing(session: Session) -> None:
    """CS_ROUTING: find the extension, run its inline actions, keep the others to execute."""
    channel = session.channel
    flags = channel.flags
    flags.bridge_handler = flags.bridge_originator = False
    channel.call_uuid = channel.uuid
    profile = channel.profile
    if channel.direction == "outbound" and not flags.hit_dialplan:
        profile.flip_caller_id()
    flags.hit_dialplan = True
    if profile.dialplan.lower() == "inline":
        steps = [_inline(part) for part in separate(profile.destination_number, ",")]
        profile.destination_number = profile.rdnis or profile.destination_number
    else:
        caller = Caller(
            field=lambda name: session.variable(name) or "",
            expand=session.expand,
            run_inline=lambda name, data: _run_inline(session, name, data),
        )
        steps = session.core.dialplan.hunt(profile.context, caller)
    channel.steps.clear()
    if channel.state is not State.ROUTING:
        return
    if not steps:
        session.hangup("NO_ROUTE_DESTINATION")
        return
    channel.steps.extend(steps)
    channel.to(State.EXECUTE)


def _inline(part: str) -> tuple[str, str]:
    name, _, argument = part.partition(":")
    return name, argument


def _run_inline(session: Session, name: str, data: str) -> None:
    # Only applications that the switch marks as routing-safe run inline; the others are logged and skipped.
    if name in session.core.inline_applications:
        session.execute(name, data)


def on_execute(session: Session) -> None:
    """CS_EXECUTE: one application after the other; with none left the call ends."""
    channel = session.channel
    while channel.state is State.EXECUTE and channel.steps and not channel.flags.transfer:
        name, data = channel.steps.popleft()
        if not session.execute(name, data):
            break
    if channel.state is State.EXECUTE and not channel.flags.transfer:
        session.hangup(NORMAL_CLEARING)


def on_park(session: Session) -> None:
    """CS_PARK."""
    session.park()
    if session.channel.state is State.PARK:
        session.hangup(NORMAL_CLEARING)


def on_consume_media(session: Session) -> None:
    """CS_CONSUME_MEDIA: an outbound leg rings; messages are read already."""
    channel = session.channel
    while channel.state is State.CONSUME_MEDIA:
        session.parse_events()
        if channel.state is State.CONSUME_MEDIA:
            session.wait()


def _idle(session: Session) -> None:
    """Nothing happens by itself here: a leg that stays in this state is stranded."""


HANDLERS: dict[State, Callable[[Session], None]] = {
    State.INIT: on_init,
    State.ROUTING: on_routing,
    State.EXECUTE: on_execute,
    State.PARK: on_park,
    State.CONSUME_MEDIA: on_consume_media,
    State.EXCHANGE_MEDIA: bridge.on_exchange_media,
    State.SOFT_EXECUTE: bridge.on_soft_execute,
    State.HIBERNATE: bridge.on_hibernate,
    State.RESET: bridge.on_reset,
}
