"""Applications that set variables."""

from __future__ import annotations

from collections.abc import Callable

from ccswitch.simulator.session import Session
from ccswitch.simulator.text import separate


def set_variable(session: Session, data: str) -> None:
    """`set name=value`; an empty value or `_undef_` unsets."""
    name, _, value = data.partition("=")
    session.channel.set(name.strip(), None if value == "_undef_" else value)


def export(session: Session, data: str) -> None:
    """`export [nolocal:]name=value`: also for legs that this one will dial."""
    name, _, value = data.partition("=")
    local = not name.startswith("nolocal:")
    bare = name.removeprefix("nolocal:").strip()
    if local:
        session.channel.set(bare, value)
    else:
        session.channel.set(f"nolocal:{bare}", value)
    exported = session.channel.get("export_vars")
    session.channel.set("export_vars", f"{exported},{name}" if exported else name)


def unset(session: Session, data: str) -> None:
    """`unset name`."""
    session.channel.set(data.strip(), None)


def multiset(session: Session, data: str) -> None:
    """`multiset a=1 b=2`, or `multiset ^^;a=1;b=2` with another delimiter."""
    delimiter = " "
    if data.startswith("^^") and len(data) > 2:
        delimiter, data = data[2], data[3:]
    for pair in separate(data, delimiter):
        set_variable(session, pair)


def multiunset(session: Session, data: str) -> None:
    """`multiunset a b`."""
    for name in separate(data):
        unset(session, name)


def push(session: Session, data: str) -> None:
    """`push name=value`: append to an array variable."""
    name, _, value = data.partition("=")
    old = session.channel.get(name)
    if old is None:
        session.channel.set(name, value)
    else:
        start = old if old.startswith("ARRAY::") else f"ARRAY::{old}"
        session.channel.set(name, f"{start}|:{value}")


def set_profile_var(session: Session, data: str) -> None:
    """`set_profile_var field=value`."""
    name, _, value = data.partition("=")
    if session.channel.profile.value(name) is not None:
        setattr(session.channel.profile, name, value)


def nothing(session: Session, data: str) -> None:
    """Applications that change nothing here: log, info and the like."""


TABLE: dict[str, Callable[[Session, str], None]] = {
    "set": set_variable,
    "export": export,
    "unset": unset,
    "multiset": multiset,
    "multiunset": multiunset,
    "push": push,
    "set_profile_var": set_profile_var,
    "log": nothing,
    "info": nothing,
    "event": nothing,
    "verbose_events": nothing,
    "start_dtmf": nothing,
    "stop_dtmf": nothing,
    "presence": nothing,
    "privacy": nothing,
}
