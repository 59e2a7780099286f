"""Conference rooms: who is in which, and how `conference NAME json_list` shows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from ccswitch.simulator.core import Core
    from ccswitch.simulator.session import Session

_FLAGS = ("hold", "mute_detect", "talking", "has_video", "video_bridge", "has_floor", "is_moderator", "end_conference")


@dataclass(slots=True)
class Room:
    """One conference."""

    name: str
    uuid: str
    began: float
    members: dict[Session, int] = field(default_factory=dict)  # → member id


class Conferences:
    """All rooms; one exists as long as somebody is in it."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._ids = count(1)
        self.rooms: dict[str, Room] = {}

    def join(self, name: str, session: Session) -> Room:
        """Enter, opening the room if need be."""
        room = self.rooms.get(name)
        if room is None:
            room = self.rooms[name] = Room(name, self._core.new_uuid(), self._core.clock.epoch())
        room.members[session] = next(self._ids)
        session.conference = name
        self._tell("add-member", room, session)
        return room

    def leave(self, name: str, session: Session) -> None:
        """Go; the last one closes the room."""
        room = self.rooms.get(name)
        if room is None or session not in room.members:
            return
        self._tell("del-member", room, session)
        del room.members[session]
        session.conference = ""
        if not room.members:
            self.rooms.pop(name, None)

    def kick(self, name: str, member: str) -> bool:
        """`conference NAME kick ID|all`: out of the room, and the call goes on in its dialplan."""
        room = self.rooms.get(name)
        if room is None:
            return False
        for session, number in list(room.members.items()):
            if member in ("all", str(number)):
                del room.members[session]
                session.signal()
        return True

    def listing(self, name: str = "") -> str:
        """`json_list`."""
        rooms = [room for room in self.rooms.values() if not name or room.name == name]
        return orjson.dumps([self._room(room) for room in rooms], option=orjson.OPT_INDENT_2).decode()

    def _room(self, room: Room) -> dict[str, Any]:
        age = int(self._core.clock.epoch() - room.began)
        return {
            "conference_name": room.name,
            "member_count": len(room.members),
            "ghost_count": 0,
            "rate": 8000,
            "run_time": age,
            "conference_uuid": room.uuid,
            "locked": False,
            "running": True,
            "answered": True,
            "dynamic": True,
            "members": [
                {
                    "type": "caller",
                    "id": number,
                    "flags": {"can_hear": True, "can_see": True, "can_speak": True, **dict.fromkeys(_FLAGS, False)},
                    "uuid": session.channel.uuid,
                    "caller_id_name": session.channel.profile.caller_id_name,
                    "caller_id_number": session.channel.profile.caller_id_number,
                }
                for session, number in reversed(room.members.items())
            ],
        }

    def _tell(self, action: str, room: Room, session: Session) -> None:
        headers = {
            "Conference-Name": room.name,
            "Conference-Unique-ID": room.uuid,
            "Conference-Size": str(len(room.members)),
            "Action": action,
            "Member-ID": str(room.members[session]),
        }
        self._core.bus.fire_custom("CUSTOM", "conference::maintenance", lambda: {**session.channel.basic(), **headers})
