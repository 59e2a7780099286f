"""Speech as a pcap file of RTP packets (G.711 A-law, 20 ms each), for SIPp to play. Needs sox."""

from __future__ import annotations

import struct
import subprocess
from pathlib import Path

from tests.scenarios.rtp_keys import FRAME, record

ALAW = 8  # the payload type
SAMPLES = 160  # of a packet


def write_speech(path: Path, wav: Path) -> None:
    """What is in `wav`, as somebody says it on the telephone."""
    sox = ["sox", str(wav), "-t", "raw", "-e", "a-law", "-b", "8", "-r", "8000", "-c", "1", "-"]
    spoken = subprocess.run(sox, check=True, capture_output=True).stdout
    packets = [spoken[at : at + SAMPLES] for at in range(0, len(spoken) - SAMPLES + 1, SAMPLES)]
    records = b"".join(record(n * FRAME, _header(n) + packet) for n, packet in enumerate(packets))
    path.write_bytes(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1) + records)


def _header(n: int) -> bytes:
    return struct.pack(">BBHII", 0x80, (0x80 if n == 0 else 0) | ALAW, n & 0xFFFF, n * SAMPLES, 0x0CC5_0CC5)
