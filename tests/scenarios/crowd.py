"""Many callers at once: one SIPp process that calls again and again, so that a small machine can carry hundreds."""

from __future__ import annotations

import shutil
import socket
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from tests.live.freeswitch import LOOPBACK, free_port
from tests.scenarios.sipp import Message, Sipp, caller_scenario, write_keys


class SippCrowd:
    """`count` people call `to`, `rate` a second, and hang up `stays` s after the answer unless the switch did before.

    Their numbers are `prefix` and a serial number from 1. `keys`: as of `SippCaller`, the same for all.
    """

    def __init__(
        self,
        to: str,
        sip_port: int,
        *,
        prefix: str,
        count: int,
        rate: float,
        stays: float,
        keys: Sequence[tuple[float, str]] = (),
    ) -> None:
        self.count, self.prefix = count, prefix
        self.folder = Path(tempfile.mkdtemp(prefix="ccswitch-crowd-"))
        files, since = [], 0.0
        for serial, (at, digits) in enumerate(keys):
            file = self.folder / f"keys{serial}.pcap"
            write_keys(file, digits, serial)
            files.append((at - since, file.name))
            since = at
        scenario = caller_scenario(files, stays - since, None).replace("[number]", f"{prefix}[call_number]")
        # without @: the branch of Via is made of it
        pace = ("-cid_str", f"crowd-{prefix}-%u-%p", "-r", "1", "-rp", str(int(1000 / rate)), "-l", str(count))
        options = (f"{LOOPBACK}:{sip_port}", "-s", to, "-m", str(count), *pace)
        keywords = {"name": "caller", "extra": ""}
        self.sipp = Sipp(scenario, self.folder, keywords, options, free_port((socket.SOCK_DGRAM,)))

    @property
    def over(self) -> bool:
        """Everybody has called and is gone."""
        return self.sipp.process.poll() is not None

    def _by_call(self) -> dict[str, list[Message]]:
        calls: dict[str, list[Message]] = defaultdict(list)
        for message in self.sipp.trace.messages():
            calls[message.call].append(message)
        return calls

    @property
    def called(self) -> int:
        """How many have called so far."""
        return sum(any(m.is_request("INVITE", True) for m in call) for call in self._by_call().values())

    @property
    def answered(self) -> int:
        """How many of the calls were answered (200 to the INVITE)."""
        return sum(
            any(not m.sent and m.status == 200 and m.about == "INVITE" for m in call)
            for call in self._by_call().values()
        )

    @property
    def hung_up_by_switch(self) -> int:
        """How many of the calls the switch ended."""
        return sum(any(m.is_request("BYE", False) for m in call) for call in self._by_call().values())

    def close(self) -> None:
        """End the process, wherever its calls are."""
        self.sipp.close()
        shutil.rmtree(self.folder, ignore_errors=True)
