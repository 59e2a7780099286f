"""Callers and agents' phones as SIPp processes: loopback only, bounded in time, stopped by their own process id.

    with SippPhone("1001", port, answers(after=0.3)) as phone, SippCaller("138", "7200", switch.sip_port) as caller:
        ...
        caller.hang_up()

Scenarios are in `sipp_scenarios.py`; what happened is read from SIPp's own messages (`sipp_trace.py`). A call
is moved on from outside by a request that nobody else sends: INFO hangs up, MESSAGE answers. Keys go out as RFC 2833
on payload 96, as SIP INFO, or as tones in the speech.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from ccswitch.simulator.phones import Manner
from tests.live.freeswitch import LOOPBACK, free_port
from tests.scenarios.rtp_keys import write_keys
from tests.scenarios.rtp_speech import write_speech
from tests.scenarios.sipp_scenarios import caller_scenario, phone_scenario
from tests.scenarios.sipp_trace import Message, Trace

LONGEST = 1200  # seconds after which SIPp ends by itself
_serials = itertools.count(1)


def need_sipp() -> str:
    """The SIPp binary; without one the test is skipped with a word on how to get it, and fails where CI=true."""
    binary = shutil.which("sipp")
    if binary:
        return binary
    hint = "no SIPp found: apt-get install sip-tester"
    if os.environ.get("CI") == "true":
        pytest.fail(hint)
    pytest.skip(hint)


def udp_ports(pid: int) -> set[int]:
    """The UDP ports that a process of this machine has bound (Linux); none when it has ended."""
    rows = [line.split() for line in Path("/proc/net/udp").read_text().splitlines()[1:]]
    ports = {f"socket:[{row[9]}]": int(row[1].rpartition(":")[2], 16) for row in rows}
    opened = []
    with contextlib.suppress(OSError):  # it ends just now
        opened = [os.readlink(one) for one in Path(f"/proc/{pid}/fd").iterdir()]
    return {ports[one] for one in opened if one in ports}


# ---- one SIPp process ---------------------------------------------------------------------------------------------


class Sipp:
    """One process with a scenario. `keywords` go into the scenario's text as they are, whatever they hold."""

    def __init__(
        self, scenario: str, folder: Path, keywords: dict[str, str], options: Sequence[str], port: int
    ) -> None:
        self.port, self.folder = port, folder
        self.media_port = free_port((socket.SOCK_DGRAM,), span=4)  # speech, pictures, and the reports of both
        (folder / "scenario.xml").write_text(scenario)
        self.trace = Trace(folder / "messages.log")
        words = [word for name, value in keywords.items() for word in ("-key", name, value)]
        command = [
            *(need_sipp(), *options, "-sf", "scenario.xml", "-nostdin", "-nd", "-timeout", f"{LONGEST}s"),
            *("-i", LOOPBACK, "-mi", LOOPBACK, "-p", str(port), "-mp", str(self.media_port)),
            *("-trace_msg", "-message_file", "messages.log", "-trace_err", "-error_file", "errors.log", *words),
        ]
        with (folder / "screen.log").open("wb") as screen:
            self.process = subprocess.Popen(
                command, cwd=folder, stdin=subprocess.DEVNULL, stdout=screen, stderr=screen, start_new_session=True
            )
        self._nudger = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def has_begun(self, sign: Callable[[], object], within: float = 20.0) -> bool:
        """Wait for a sign of life; False when the process ended without one, as it does when a port was taken."""
        deadline = time.monotonic() + within
        while not sign():
            if self.process.poll() is not None:
                return bool(sign())
            assert time.monotonic() < deadline, f"SIPp did not begin within {within} s"
            time.sleep(0.005)
        return True

    def is_there(self) -> bool:
        """All its ports are its own: the one for SIP, and then two for media, without which it ends again."""
        return {self.port, self.media_port, self.media_port + 2} <= udp_ports(self.process.pid)

    def nudge(self, method: str, call: str) -> None:
        """Move one call on: INFO hangs up, MESSAGE answers."""
        lines = (
            f"{method} sip:test@{LOOPBACK} SIP/2.0",
            f"Via: SIP/2.0/UDP {LOOPBACK}:9;branch=z9hG4bK-nudge-{next(_serials)}",
            f"From: <sip:test@{LOOPBACK}>;tag=test",
            f"To: <sip:test@{LOOPBACK}>",
            f"Call-ID: {call}",
            f"CSeq: 9000 {method}",
            "Content-Length: 0",
        )
        self._nudger.sendto("\r\n".join((*lines, "", "")).encode(), (LOOPBACK, self.port))

    def close(self) -> None:
        """End the process, wherever its calls are."""
        self._nudger.close()
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(10)

    def screen(self) -> str:
        """What SIPp had to say."""
        logs = [self.folder / name for name in ("screen.log", "errors.log")]
        return "\n".join(log.read_text(errors="replace")[-1000:] for log in logs if log.exists())


# ---- callers and phones -------------------------------------------------------------------------------------------


class SippCaller:
    """Somebody who calls. What became of it is read from the messages.

    `keys` are (seconds after the answer, digits), or with a WAV file's path what he says; `inform`: his telephone sends
    keys as SIP INFO, all of one entry at once. `hangs_up_after` s after the answer, gives up `patience` s before it.
    `extra` are further header lines of the INVITE. Number and name go out as they are, hostile or not.
    """

    def __init__(
        self,
        number: str,
        to: str,
        sip_port: int,
        *,
        name: str = "",
        keys: Sequence[tuple[float, str | Path]] = (),
        inform: bool = False,
        hangs_up_after: float | None = None,
        patience: float | None = None,
        extra: str = "",
    ) -> None:
        self.number = number
        self.folder = Path(tempfile.mkdtemp(prefix="ccswitch-caller-"))
        files, since = [], 0.0
        for serial, (at, digits) in enumerate(keys):
            files.append((at - since, self._prepared(serial, digits, inform)))
            since = at
        stays = None if hangs_up_after is None else hangs_up_after - since
        self.call = f"caller-{os.getpid()}-{next(_serials)}"
        scenario = caller_scenario(files, stays, patience)
        keywords = {"number": number, "name": name or "caller", "extra": extra}
        options = (f"{LOOPBACK}:{sip_port}", "-s", to, "-m", "1", "-cid_str", self.call)
        for _ in range(3):  # a port that was free may be taken by the time SIPp asks for it
            self.sipp = Sipp(scenario, self.folder, keywords, options, free_port((socket.SOCK_DGRAM,)))
            if self.sipp.has_begun(self._messages):
                return
            self.sipp.close()
        raise AssertionError(f"SIPp did not call: {self.sipp.screen()}")

    def _prepared(self, serial: int, digits: str | Path, inform: bool) -> str:
        """The file that says it, or the keys themselves."""
        file = self.folder / f"keys{serial}.pcap"
        if isinstance(digits, Path):
            write_speech(file, digits)
        elif inform:
            return digits
        else:
            write_keys(file, digits, serial)
        return file.name

    def __enter__(self) -> SippCaller:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def answered_at(self) -> float | None:
        """When the 200 to the INVITE came."""
        return next((m.at for m in self._messages() if not m.sent and m.status == 200 and m.about == "INVITE"), None)

    @property
    def answered(self) -> bool:
        """The call was answered."""
        return self.answered_at is not None

    @property
    def ended_by(self) -> str:
        """`caller` (BYE or CANCEL), `switch` (BYE or a refusal), empty while the call lasts."""
        for message in self._messages():
            if message.about in ("BYE", "CANCEL") and not message.status:
                return "caller" if message.sent else "switch"
            if not message.sent and message.about == "INVITE" and message.status >= 300:
                return "switch"
        return ""

    @property
    def ended(self) -> bool:
        """The call is over, or never came to be."""
        return bool(self.ended_by) or self.sipp.process.poll() is not None

    @property
    def status(self) -> int:
        """The final answer to the INVITE, 0 while there is none."""
        finals = (m.status for m in self._messages() if not m.sent and m.about == "INVITE" and m.status >= 200)
        return next(finals, 0)

    def hang_up(self) -> None:
        """BYE now, or CANCEL when nobody answered yet."""
        self.sipp.nudge("INFO", self.call)

    def close(self) -> None:
        """End the process without a goodbye."""
        self.sipp.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _messages(self) -> list[Message]:
        return [m for m in self.sipp.trace.messages() if m.call == self.call]


class SippPhone:
    """An agent's phone on a port of its own; `behave` gives it another manner between two calls."""

    def __init__(self, user: str, port: int, manner: Manner) -> None:
        self.user, self.port = user, port
        self.folder = Path(tempfile.mkdtemp(prefix="ccswitch-phone-"))
        self.sipp: Sipp | None = None
        self._before: list[Message] = []
        self.behave(manner)

    def __enter__(self) -> SippPhone:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def behave(self, manner: Manner) -> None:
        """From the next call on; calls that are on at this phone are lost."""
        if self.sipp is not None:
            self._before += self.sipp.trace.messages()
            self.sipp.close()
            (self.folder / "messages.log").unlink(missing_ok=True)
        if not manner.registered:
            self.sipp = None
            return
        for _ in range(3):  # the port for its media may be taken by the time SIPp asks for it
            self.sipp = Sipp(phone_scenario(manner), self.folder, {}, (), self.port)
            if self.sipp.has_begun(self.sipp.is_there):
                return
            self.sipp.close()
        raise AssertionError(f"{self.user}'s phone did not start: {self.sipp.screen()}")

    @property
    def messages(self) -> list[Message]:
        """All that this phone has said and heard."""
        return self._before + (self.sipp.trace.messages() if self.sipp else [])

    @property
    def rang_at(self) -> list[float]:
        """When each INVITE came; a repeated one counts once."""
        first: dict[str, float] = {}
        for message in self.messages:
            if message.is_request("INVITE", sent=False):
                first.setdefault(message.call, message.at)
        return list(first.values())

    @property
    def rung(self) -> int:
        """How often it was called."""
        return len(self.rang_at)

    @property
    def answered(self) -> int:
        """How many of its calls it answered, and the switch took it so (ACK)."""
        ok = {m.call for m in self.messages if m.sent and m.status == 200 and m.about == "INVITE"}
        return len(ok & {m.call for m in self.messages if m.is_request("ACK", sent=False)})

    @property
    def most_at_once(self) -> int:
        """The most calls that it had at the same time."""
        return max((len(live) for live in self._live()), default=0)

    @property
    def calls(self) -> list[str]:
        """The Call-IDs that are on now."""
        return list(deque(self._live(), maxlen=1).pop()) if self.messages else []

    def _live(self) -> Iterator[set[str]]:
        """The calls that were on after each message."""
        live: set[str] = set()
        for message in self.messages:
            if message.is_request("INVITE", sent=False):
                live.add(message.call)
            elif message.about in ("BYE", "CANCEL") or message.status >= 300:
                live.discard(message.call)
            yield live

    def hang_up(self) -> None:
        """BYE to whatever is on (or 603 while it rings)."""
        self._nudge("INFO")

    def answer(self) -> None:
        """Answer what rings, whatever the manner."""
        self._nudge("MESSAGE")

    def close(self) -> None:
        """The phone loses its power."""
        if self.sipp is not None:
            self.sipp.close()
            self.sipp = None
        shutil.rmtree(self.folder, ignore_errors=True)

    def _nudge(self, method: str) -> None:
        if self.sipp is not None:
            for call in self.calls:
                self.sipp.nudge(method, call)
