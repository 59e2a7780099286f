"""originate: legs are dialled, ring, are answered or fail; the caller of this waits for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ccswitch.simulator.channel import Channel
from ccswitch.simulator.dial_strings import Target, parse
from ccswitch.simulator.frames import Sleeper
from ccswitch.simulator.phones import PhoneLeg
from ccswitch.simulator.profile import CallerProfile
from ccswitch.simulator.states import State
from ccswitch.simulator.text import is_true, to_int

if TYPE_CHECKING:
    from ccswitch.simulator.core import Core
    from ccswitch.simulator.session import Session

DIALSTATUS = {
    "SUCCESS": "SUCCESS",
    "USER_BUSY": "BUSY",
    "NO_ANSWER": "NOANSWER",
    "CALL_REJECTED": "REJECTED",
    "ORIGINATOR_CANCEL": "CANCEL",
    "USER_NOT_REGISTERED": "CHANUNAVAIL",
    "INVALID_GATEWAY": "INVALIDARGS",
}


@dataclass(frozen=True, slots=True)
class Result:
    """`session` of the leg that was answered, or None and the cause."""

    cause: str
    session: Session | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """What one originate asks for."""

    variables: Mapping[str, str]
    timeout: int
    caller: Session | None = None
    caller_id: tuple[str, str] = ("", "")
    sleeper: Sleeper = field(default_factory=Sleeper)

    @property
    def early_media_counts(self) -> bool:
        """Whether 183 ends the waiting as an answer would."""
        return not is_true(self.variables.get("ignore_early_media"))


def exported(channel: Channel) -> dict[str, str]:
    """The variables that a leg hands to the legs it dials."""
    names = (channel.get("export_vars") or "").split(",")
    found = {name.removeprefix("nolocal:"): channel.get(name) for name in names if name}
    return {name: value for name, value in found.items() if value is not None}


def originate(
    core: Core,
    dial_string: str,
    timeout: int = 60,
    exported: Mapping[str, str] | None = None,
    caller: Session | None = None,
    caller_id: tuple[str, str] = ("", ""),
) -> Result:
    """Dial until somebody answers or nobody will. Blocks the calling greenlet as it blocks the switch's thread."""
    wanted = parse(dial_string)
    variables = {**(exported or {}), **wanted.variables}
    timeout = to_int(
        variables.get("originate_timeout") or (caller and caller.channel.get("call_timeout")) or None, timeout
    )
    order = Order(variables, timeout, caller, caller_id, caller.sleeper if caller is not None else Sleeper())
    result = Result("DESTINATION_OUT_OF_ORDER")
    for legs in wanted.rounds:
        result = _round(core, legs, order)
        if result.session is not None or (caller is not None and not caller.channel.up):
            break
    return result


def _round(core: Core, targets: tuple[Target, ...], order: Order) -> Result:
    sessions: list[Session] = []
    cause = "NORMAL_TEMPORARY_FAILURE"
    for target in targets:
        made = _leg(core, target, order)
        if isinstance(made, str):
            cause = made
        else:
            sessions.append(made)
    if not sessions:
        return Result(cause)
    return _ring(core, sessions, order)


def _leg(core: Core, target: Target, order: Order) -> Session | str:
    """A leg that begins to ring, or the cause why there is none."""
    variables = {**order.variables, **target.variables}
    uuid = variables.get("origination_uuid") or core.new_uuid()
    if uuid in core.sessions:
        return "DESTINATION_OUT_OF_ORDER"
    found = core.route(target)
    if isinstance(found, str):
        if found in core.STILLBORN:
            _stillborn(core, uuid)
        return found
    name = variables.get("origination_caller_id_name", order.caller_id[0])
    number = variables.get("origination_caller_id_number", order.caller_id[1])
    if order.caller is not None:
        profile = order.caller.channel.profile
        name, number = name or profile.caller_id_name, number or profile.caller_id_number
    profile = CallerProfile(
        uuid=uuid,
        direction="outbound",
        destination_number=found.number,
        context=variables.get("user_context", "default"),
        channel_name=found.channel_name,
        caller_id_name=name,
        caller_id_number=number or "0000000000",
        callee_id_name="Outbound Call",
        callee_id_number=found.number,
        ani=number or "0000000000",
        source="src/switch_ivr_originate.c",
    )
    session = core.new_session(uuid, "outbound", found.channel_name, profile, PhoneLeg(found.phone, found.manner))
    session.watcher = order.sleeper
    for key, value in {**found.variables, **variables}.items():
        session.channel.set(key, value, checked=False)
    session.start()
    limit = to_int(variables.get("leg_timeout"))
    if limit:
        core.clock.call_at(core.clock.after(limit * 1000), lambda: _give_up(session))
    return session


def _give_up(session: Session) -> None:
    if not session.channel.flags.answered:
        session.hangup("ALLOTTED_TIMEOUT")


def _stillborn(core: Core, uuid: str) -> None:
    """An endpoint that cannot make a leg leaves a bare CHANNEL_DESTROY."""
    headers = {
        "Channel-State": State.NONE.wire,
        "Channel-Call-State": "DOWN",
        "Channel-State-Number": "0",
        "Channel-Name": "N/A",
        "Unique-ID": uuid,
        "Call-Direction": "outbound",
        "Presence-Call-Direction": "outbound",
        "Channel-HIT-Dialplan": "false",
        "Channel-Call-UUID": uuid,
        "Answer-State": "ringing",
        "variable_direction": "outbound",
        "variable_is_outbound": "true",
        "variable_uuid": uuid,
        "variable_call_uuid": uuid,
    }
    core.bus.fire("CHANNEL_DESTROY", lambda: headers)


def _ring(core: Core, sessions: list[Session], order: Order) -> Result:
    clock = core.clock
    # The switch counts whole seconds of the wall clock, so the time is up to a second short.
    ends = int(clock.epoch()) + order.timeout
    while True:
        winner = next((one for one in sessions if _won(one, order)), None)
        if winner is not None:
            _drop(sessions, "LOSE_RACE", but=winner)
            return Result("SUCCESS", winner)
        alive = [one for one in sessions if one.channel.up]
        if not alive:
            return Result(sessions[-1].channel.cause)
        if order.caller is not None and not order.caller.channel.ready:
            _drop(sessions, "ORIGINATOR_CANCEL")
            return Result("ORIGINATOR_CANCEL")
        left = ends - clock.epoch()
        if left <= 0:
            _drop(sessions, "NO_ANSWER")
            return Result("NO_ANSWER")
        clock.sleep(order.sleeper, clock.after(left * 1000))


def _won(session: Session, order: Order) -> bool:
    flags = session.channel.flags
    return session.channel.up and (flags.answered or (flags.early and order.early_media_counts))


def _drop(sessions: list[Session], cause: str, but: Session | None = None) -> None:
    for one in sessions:
        one.watcher = None
        if one is not but:
            one.hangup(cause)
