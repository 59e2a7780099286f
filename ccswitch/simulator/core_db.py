"""What `show` sees: rows that an asynchronous queue writes some milliseconds after things happened."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ccswitch.simulator.frames import FrameClock
    from ccswitch.simulator.session import Session

Row = dict[str, str]

# What a leg shows in `show calls`, and again with b_ before it for the second leg.
_LEG = (
    "uuid,direction,created,created_epoch,name,state,cid_name,cid_num,ip_addr,dest,presence_id,presence_data,accountcode,"
    "callstate,callee_name,callee_num,callee_direction,sent_callee_name,sent_callee_num"
)
_LEG_COLUMNS = tuple(_LEG.split(","))


class CoreDb:
    """Rows of channels, as old as the SQL queue is slow."""

    def __init__(self, clock: FrameClock, hostname: str, delay: float = 0.011) -> None:
        self._clock, self._hostname = clock, hostname
        self.delay = delay
        self._rows: dict[str, Row] = {}
        self._queue: deque[tuple[float, str, Row | None]] = deque()

    def put(self, session: Session, **application: str) -> None:
        """Note how a channel looks now."""
        channel, profile = session.channel, session.channel.profile
        row = {
            "state": channel.running.wire,
            "cid_name": profile.caller_id_name,
            "cid_num": profile.caller_id_number,
            "dest": profile.destination_number,
            "dialplan": profile.dialplan,
            "context": profile.context,
            "callstate": channel.call_state,
            "callee_name": profile.callee_id_name if channel.direction == "inbound" else "",
            "callee_num": profile.callee_id_number,
            # a caller has none until his first talk
            "call_uuid": channel.call_uuid if channel.direction == "outbound" or profile.times.bridged else "",
            **application,
        }
        if channel.flags.media:
            row.update(read_codec="PCMA", read_rate="8000", write_codec="PCMA", write_rate="8000")
        self._note(channel.uuid, row)

    def first(self, session: Session) -> None:
        """A channel came into being."""
        channel, profile = session.channel, session.channel.profile
        epoch = profile.times.created // 1_000_000
        row = dict.fromkeys(_CHANNEL_COLUMNS, "")
        row.update(
            uuid=channel.uuid,
            direction=channel.direction,
            created=_local(epoch),
            created_epoch=str(epoch),
            name=channel.name,
            ip_addr=profile.network_addr,
            hostname=self._hostname,
            initial_cid_name=profile.caller_id_name,
            initial_cid_num=profile.caller_id_number,
            initial_ip_addr=profile.network_addr,
            initial_dest=profile.destination_number,
            initial_dialplan=profile.dialplan,
            initial_context=profile.context,
        )
        self._note(channel.uuid, row)
        self.put(session)

    def remove(self, uuid: str) -> None:
        """A channel is gone."""
        self._note(uuid, None)

    def channels(self) -> list[Row]:
        """The rows of `show channels`."""
        self._apply(self._clock.epoch() - self.delay)
        return list(self._rows.values())

    def calls(self) -> list[Row]:
        """The rows of `show calls`: one for each pair and for each single leg."""
        rows = self.channels()
        by_call: dict[str, list[Row]] = {}
        for row in rows:
            if row["state"] in ("CS_EXCHANGE_MEDIA", "CS_SOFT_EXECUTE"):
                by_call.setdefault(row["call_uuid"], []).append(row)
        out, second = [], set()
        for pair in by_call.values():
            if len(pair) == 2:
                second.add(next(row["uuid"] for row in pair if row["uuid"] != row["call_uuid"]))
        for row in rows:
            if row["uuid"] in second:
                continue
            other = next((leg for leg in by_call.get(row["uuid"], ()) if leg["uuid"] in second), None)
            one = {name: row[name] for name in (*_LEG_COLUMNS, "call_uuid", "hostname")}
            one.update({f"b_{name}": other.get(name, "") if other else "" for name in _LEG_COLUMNS})
            one["call_created_epoch"] = other["created_epoch"] if other else ""
            out.append(one)
        return out

    def _note(self, uuid: str, row: Row | None) -> None:
        now = self._clock.epoch()
        self._queue.append((now, uuid, row))
        if len(self._queue) > 1000:
            self._apply(now - self.delay)

    def _apply(self, until: float) -> None:
        while self._queue and self._queue[0][0] <= until:
            _, uuid, row = self._queue.popleft()
            if row is None:
                self._rows.pop(uuid, None)
            elif uuid in self._rows or "uuid" in row:
                self._rows.setdefault(uuid, {}).update(row)


def _local(epoch: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(epoch))


_CHANNEL = (
    "uuid,direction,created,created_epoch,name,state,cid_name,cid_num,ip_addr,dest,application,application_data,dialplan,"
    "context,read_codec,read_rate,read_bit_rate,write_codec,write_rate,write_bit_rate,secure,hostname,presence_id,"
    "presence_data,accountcode,callstate,callee_name,callee_num,callee_direction,call_uuid,sent_callee_name,"
    "sent_callee_num,initial_cid_name,initial_cid_num,initial_ip_addr,initial_dest,initial_dialplan,"
    "initial_context"
)
_CHANNEL_COLUMNS = tuple(_CHANNEL.split(","))
