"""Pressed keys as a pcap file of RFC 2833 packets, for SIPp to play (its own `play_dtmf` takes 1.1 s for each key)."""

from __future__ import annotations

import struct
from pathlib import Path

PAYLOAD = 96  # what SIPp's SDP must call telephone-event
FRAME = 0.020
PRESSED = 5  # frames
PAUSE = 0.12  # seconds between two keys
EVENTS = "0123456789*#ABCD"


def write_keys(path: Path, keys: str, serial: int = 0) -> None:
    """`keys` one after the other. Files of one call need rising `serial`s, or the switch takes them for repeats."""
    records, sequence, at = b"", 1000 * (serial + 1), 0.0
    for key in keys:
        stamp = 80_000 * (serial + 1) + int(at * 8000)
        for frame, (pressed, ended) in enumerate(_frames()):
            records += record(at, _packet(sequence, stamp, EVENTS.index(key), pressed, ended, first=frame == 0))
            sequence += 1
            at += 0 if ended else FRAME
        at += PAUSE
    path.write_bytes(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1) + records)


def _frames() -> list[tuple[int, bool]]:
    """Pressed for so many samples; the end is said three times."""
    return [(160 * n, False) for n in range(1, PRESSED)] + [(160 * PRESSED, True)] * 3


def _packet(sequence: int, stamp: int, event: int, pressed: int, ended: bool, first: bool) -> bytes:
    marker = 0x80 if first else 0
    rtp = struct.pack(">BBHII", 0x80, marker | PAYLOAD, sequence & 0xFFFF, stamp, 0x0CC5_0CC5)
    return rtp + struct.pack(">BBH", event, (0x80 if ended else 0) | 10, pressed)


def record(at: float, payload: bytes) -> bytes:
    """One Ethernet/IPv4/UDP packet; SIPp replaces the addresses."""
    udp = struct.pack(">HHHH", 4000, 4000, 8 + len(payload), 0) + payload
    ip = struct.pack(">BBHHHBBHII", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, 0x7F000001, 0x7F000001)
    frame = b"\0" * 12 + b"\x08\0" + ip + udp
    seconds = int(at)
    return struct.pack("<IIII", seconds, round((at - seconds) * 1e6), len(frame), len(frame)) + frame
