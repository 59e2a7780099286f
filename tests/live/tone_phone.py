"""A SIP phone with a voice of its own: it says one tone all the time, and tells which tones it hears.

    with TonePhone("agent", says=700) as agent: ...
    caller.hears(700)          # the agent's tone, within the last 200 ms that came

Tones are told apart by Goertzel's algorithm on 200 ms of G.711 A-law: 5 Hz wide, so anything 50 Hz apart is told apart.
"""

from __future__ import annotations

import itertools
import math
import struct
import threading
import time
import wave
from collections import deque
from collections.abc import Sequence
from pathlib import Path

from tests.live.sip_phone import Dialog, SipPhone

RATE, FRAME = 8000, 160
HEARD = 0.02  # of full scale; a voice is sent at 0.25, what leaks is far below
WINDOW = 10  # frames of 20 ms


def _linear(code: int) -> int:
    """One A-law byte as a sample (G.711)."""
    code ^= 0x55
    exponent, mantissa = (code & 0x70) >> 4, code & 0x0F
    sample = (mantissa << 4) + 8 if exponent == 0 else ((mantissa << 4) + 0x108) << (exponent - 1)
    return sample if code & 0x80 else -sample


LINEAR = [_linear(code) for code in range(256)]
_CODES = sorted((sample, code) for code, sample in enumerate(LINEAR))


def _alaw(sample: float) -> int:
    return min(_CODES, key=lambda pair: abs(pair[0] - sample))[1]


def strength(frames: bytes, frequency: float) -> float:
    """How loud a tone is in A-law frames, of full scale."""
    return _goertzel([LINEAR[byte] for byte in frames], frequency)


def _goertzel(samples: Sequence[int], frequency: float) -> float:
    if not samples:
        return 0.0
    w = 2 * math.cos(2 * math.pi * frequency / RATE)
    before, last = 0.0, 0.0
    for sample in samples:
        before, last = last, sample + w * last - before
    power = before * before + last * last - w * before * last
    return math.sqrt(max(power, 0.0)) / (len(samples) / 2) / 32768


def _stretches(path: Path) -> list[tuple[int, ...]]:
    """A WAV file in stretches of 50 ms."""
    with wave.open(str(path)) as file:
        frames = file.readframes(file.getnframes())
    samples = struct.unpack(f"<{len(frames) // 2}h", frames)
    return [samples[n : n + 400] for n in range(0, len(samples) - 399, 400)]


def strongest(path: Path, frequency: float) -> float:
    """How loud a tone is where it is loudest in a WAV file, of full scale."""
    return max(_goertzel(samples, frequency) for samples in _stretches(path))


def bursts(path: Path, frequency: float) -> list[float]:
    """For how many seconds at a time a tone is in a WAV file, to 50 ms."""
    loud = [_goertzel(samples, frequency) > HEARD for samples in _stretches(path)]
    return [0.05 * len(list(run)) for on, run in itertools.groupby(loud) if on]


def voiceless(path: Path) -> float:
    """Seconds of a WAV file in which there is nothing at all."""
    return 0.05 * sum(not any(samples) for samples in _stretches(path))


class TonePhone(SipPhone):
    """A phone that says `says` Hz from its answer on, and keeps the last 200 ms that it heard."""

    def __init__(self, user: str, says: float, answers: bool = True, port: int = 0) -> None:
        super().__init__(user, answers, port)
        self.say(says)
        self.heard: deque[bytes] = deque(maxlen=WINDOW)
        self.frames = 0
        self.media.settimeout(0.2)
        self._threads = [threading.Thread(target=run, daemon=True) for run in (self._speak, self._hear)]
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Hang up everything and go."""
        super().close()
        for thread in self._threads:
            thread.join(5)

    def say(self, frequency: float) -> None:
        """From now on another tone: the samples of a second, after which it begins again without a step."""
        cycle = [_alaw(8192 * math.sin(2 * math.pi * frequency * n / RATE)) for n in range(RATE)]
        self._voice = [bytes(cycle[n : n + FRAME]) for n in range(0, RATE, FRAME)]

    @property
    def dialog(self) -> Dialog:
        """The last call."""
        return next(reversed(self.dialogs.values()))

    def hears(self, frequency: float) -> bool:
        """The tone is in the last 200 ms that came."""
        return strength(b"".join(self.heard), frequency) > HEARD

    def what(self, *frequencies: float) -> set[float]:
        """Which of these tones it hears in what comes from now on: a whole new window."""
        until, deadline = self.frames + WINDOW + 2, time.monotonic() + 5
        while self.frames < until and time.monotonic() < deadline:
            time.sleep(0.02)
        if self.frames < until:  # nothing comes: silence
            self.heard.clear()
        return {frequency for frequency in frequencies if self.hears(frequency)}

    def _speak(self) -> None:
        n, due = 0, time.monotonic()
        while self._open:
            live = [d for d in list(self.dialogs.values()) if d.answered.is_set() and not d.ended.is_set()]
            head = struct.pack("!BBHII", 0x80, 8, n & 0xFFFF, (n * FRAME) & 0xFFFFFFFF, 0xCC5)
            for dialog in live:
                if dialog.media[1] and not dialog.holds:
                    self._send(head + self._voice[n % len(self._voice)], dialog)
            n, due = n + 1, due + 0.02
            time.sleep(max(0.0, due - time.monotonic()))

    def _send(self, packet: bytes, dialog: Dialog) -> None:
        try:
            self.media.sendto(packet, dialog.media)
        except OSError:
            self._open = False

    def _hear(self) -> None:
        while self._open:
            try:
                packet = self.media.recv(4096)
            except TimeoutError:
                continue
            except OSError:
                return
            if len(packet) == 12 + FRAME:
                self.heard.append(packet[12:])
                self.frames += 1
