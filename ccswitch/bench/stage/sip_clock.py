"""A caller and an agent's phone in one process with one clock; run as a program, it places calls one at a time.

    python -m ccswitch.bench.stage.sip_clock OWN_PORT SWITCH_PORT COUNT SEED NUMBER [NUMBER ...]

calls the numbers in turn, COUNT times each, and prints one JSON line a call: `number`, and in seconds since the epoch
`sent` (the caller's INVITE), `ok` (200 OK at the caller), `rung` (INVITE at the phone). The phone is whatever the
switch dials at OWN_PORT; it answers at once, and the caller hangs up a moment after the talk began.

One thread, one blocking socket, nothing else in the process. What arrives is stamped by the kernel when the packet is
queued, so a busy machine does not add the time that this process waits for a core.
"""

from __future__ import annotations

import contextlib
import json
import random
import re
import socket
import struct
import sys
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

HOST = "127.0.0.1"
GIVE_UP = 5.0  # seconds for a call to reach the phone
TALK = 0.2  # seconds
PAUSE = (0.05, 0.25)  # seconds between calls: at random, so that calls meet every phase of the switch's own polls
KERNEL_STAMPS = getattr(socket, "SO_TIMESTAMPNS", 35)  # Linux
_TIMESPEC = struct.Struct("qq")


@dataclass
class Call:
    """One call as seen from outside."""

    number: str
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    to: str = ""  # the caller's To header, with the switch's tag once there is one
    target: str = ""
    stamps: dict[str, float] = field(default_factory=dict)
    over: set[str] = field(default_factory=set)


class Ends:
    """The caller's and the phone's end of the calls."""

    def __init__(self, own_port: int, switch_port: int) -> None:
        self.port, self.switch = own_port, (HOST, switch_port)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((HOST, own_port))
        self.socket.setsockopt(socket.SOL_SOCKET, KERNEL_STAMPS, 1)
        self.media = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)  # takes the sound and lets it lie
        self.media.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.media.bind((HOST, 0))

    def call(self, number: str) -> Call:
        """One call from INVITE to the last BYE."""
        call = Call(number, target=f"sip:{number}@{HOST}:{self.switch[1]}")
        call.to = f"<{call.target}>"
        call.stamps["sent"] = time.time()
        self._request("INVITE", call, 1, self._sdp())
        self._serve(call, GIVE_UP, lambda: {"ok", "rung", "talk"} <= call.stamps.keys())
        self._serve(call, TALK, lambda: bool(call.over))
        if "ok" in call.stamps and "caller" not in call.over:
            self._request("BYE", call, 2)
        elif "ok" not in call.stamps:
            self._request("CANCEL", call, 1)
        self._serve(call, 2.0, lambda: "caller" in call.over and ("rung" not in call.stamps or "phone" in call.over))
        return call

    def pause(self, seconds: float) -> None:
        """Let time pass, answering what still comes."""
        self._serve(Call(""), seconds, lambda: False)

    def _serve(self, call: Call, seconds: float, done: Callable[[], bool]) -> None:
        deadline = time.monotonic() + seconds
        while not done() and (left := deadline - time.monotonic()) > 0:
            self.socket.settimeout(left)
            with contextlib.suppress(TimeoutError):
                data, extra, _, sender = self.socket.recvmsg(65535, 256)
                self._take(call, data.decode(errors="replace"), _arrived(extra), sender)

    def _take(self, call: Call, text: str, at: float, sender: tuple[str, int]) -> None:
        if text.startswith("SIP/2.0"):
            self._take_answer(call, text, at)
            return
        method = text.split(" ", 1)[0]
        mine = _header(text, "Call-ID") == call.id
        if method == "INVITE":
            call.stamps.setdefault("rung", at)
            self._reply(text, sender, "180 Ringing")
            self._reply(text, sender, "200 OK", self._sdp())
        elif method == "ACK":
            call.stamps.setdefault("talk", at)
        else:
            self._reply(text, sender, "200 OK")
            if method in ("BYE", "CANCEL"):
                call.over.add("caller" if mine else "phone")

    def _take_answer(self, call: Call, text: str, at: float) -> None:
        if _header(text, "Call-ID") != call.id or int(text[8:11]) < 200:
            return
        cseq = _header(text, "CSeq")
        if cseq.endswith("INVITE"):
            call.to = _header(text, "To")
            if text[8] == "2":
                call.stamps.setdefault("ok", at)
                call.target = re.sub(r"^.*<|>.*$", "", _header(text, "Contact"))
            else:
                call.over.add("caller")
            self._request("ACK", call, 1)
        elif cseq.endswith("BYE"):
            call.over.add("caller")

    def _request(self, method: str, call: Call, cseq: int, body: str = "") -> None:
        kind = "Content-Type: application/sdp\r\n" if body else ""
        branch = call.id if method in ("INVITE", "CANCEL") else uuid.uuid4().hex
        self.socket.sendto(
            f"{method} {call.target} SIP/2.0\r\nVia: SIP/2.0/UDP {HOST}:{self.port};branch=z9hG4bK{branch}\r\n"
            f"Max-Forwards: 70\r\nFrom: <sip:caller@{HOST}:{self.port}>;tag={call.id[:8]}\r\nTo: {call.to}\r\n"
            f"Call-ID: {call.id}\r\nCSeq: {cseq} {method}\r\nContact: <sip:caller@{HOST}:{self.port}>\r\n"
            f"{kind}Content-Length: {len(body)}\r\n\r\n{body}".encode(),
            self.switch,
        )

    def _reply(self, text: str, sender: tuple[str, int], status: str, body: str = "") -> None:
        vias = "".join(f"Via: {via}\r\n" for via in re.findall(r"^Via:\s*(.*?)\r$", text, re.M))
        kind = "Content-Type: application/sdp\r\n" if body else ""
        to = _header(text, "To")
        tagged = to if ";tag=" in to else f"{to};tag=phone"
        self.socket.sendto(
            f"SIP/2.0 {status}\r\n{vias}From: {_header(text, 'From')}\r\nTo: {tagged}\r\n"
            f"Call-ID: {_header(text, 'Call-ID')}\r\nCSeq: {_header(text, 'CSeq')}\r\n"
            f"Contact: <sip:phone@{HOST}:{self.port}>\r\n{kind}Content-Length: {len(body)}\r\n\r\n{body}".encode(),
            sender,
        )

    def _sdp(self) -> str:
        return (
            f"v=0\r\no=- 1 1 IN IP4 {HOST}\r\ns=-\r\nc=IN IP4 {HOST}\r\nt=0 0\r\n"
            f"m=audio {self.media.getsockname()[1]} RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n"
        )


def _arrived(extra: list[tuple[int, int, bytes]]) -> float:
    for level, kind, data in extra:
        if level == socket.SOL_SOCKET and kind == KERNEL_STAMPS:
            seconds, nanoseconds = _TIMESPEC.unpack(data[: _TIMESPEC.size])
            return float(seconds + nanoseconds / 1e9)
    return time.time()


def _header(text: str, name: str) -> str:
    found = re.search(rf"^{name}:\s*(.*?)\r$", text, re.M | re.I)
    return found.group(1) if found else ""


def main() -> None:
    """Place the calls that the command line asks for."""
    own_port, switch_port, count, seed = (int(word) for word in sys.argv[1:5])
    numbers, dice, ends = sys.argv[5:], random.Random(seed), Ends(own_port, switch_port)
    for _ in range(count):
        for number in numbers:
            call = ends.call(number)
            print(json.dumps({"number": number, **call.stamps}), flush=True)
            ends.pause(dice.uniform(*PAUSE))


if __name__ == "__main__":
    main()
