"""A FreeSWITCH of one's own: the project's rendered files on free loopback ports in a temporary folder.

    with FreeSwitch(entries=(Entry(name="main", dids=("4000",), queue="sales"),)) as switch:
        switch.api("status")

Callers send their INVITE to `127.0.0.1:switch.sip_port` (profile `external`, no password, context `public`, which hands
entries to `ccs_in`). Agents' phones register at `switch.agents_port` (profile `internal`) or are dialled as
`sofia/external/sip:USER@127.0.0.1:PORT`.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time
import wave
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ccswitch.bench.figure import BenchFailed, LeftOut
from ccswitch.bench.stage.ports import LOOPBACK, free_port, free_port_range
from ccswitch.errors import CcswitchError
from ccswitch.model.nouns import Entry
from ccswitch.switch import dialplan

PASSWORD = "a word of its own"
HOW = "no FreeSWITCH found: install it (https://freeswitch.org), or name its binary in CCSWITCH_FREESWITCH"
PLACES = ("/usr/local/freeswitch/bin/freeswitch", "/usr/bin/freeswitch")
FOLDERS = ("conf", "log", "db", "run", "scripts", "recordings", "storage", "cache", "htdocs", "sounds", "certs")
MODULES = ("mod_logfile", *dialplan.NEEDED_MODULES, "mod_conference", "mod_hash", "mod_loopback")
DEFAULT_ENTRIES = (Entry(name="main", dids=("4000",), queue="sales"),)  # type: ignore[arg-type]


def find_freeswitch(named: str = "") -> str | None:
    """The FreeSWITCH binary: the one named, CCSWITCH_FREESWITCH, PATH, or where it is usually installed."""
    named = named or os.environ.get("CCSWITCH_FREESWITCH", "")
    candidates = [named] if named else [shutil.which("freeswitch"), *PLACES]
    return next((path for path in candidates if path and os.access(path, os.X_OK)), None)


def need_freeswitch(named: str = "") -> str:
    """The same; raises LeftOut where there is none."""
    binary = find_freeswitch(named)
    if binary is None:
        raise LeftOut(HOW)
    return binary


class EslError(CcswitchError):
    """The switch refused, or hung up on, the runner's own ESL client."""


class Esl:
    """The smallest ESL client, apart from the project's own so that the two can be compared."""

    def __init__(self, port: int, password: str = PASSWORD, timeout: float = 10.0) -> None:
        self.socket = socket.create_connection((LOOPBACK, port), timeout)
        self.file = self.socket.makefile("rb")
        if self._frame()[0].get("Content-Type") != "auth/request":
            raise EslError("no auth/request")
        reply = self.command(f"auth {password}")
        if not reply.startswith("+OK"):
            raise EslError(reply)

    def command(self, line: str) -> str:
        """Send one command, give its Reply-Text or body. Events that come in between are dropped."""
        self.socket.sendall(line.encode() + b"\n\n")
        while True:
            head, body = self._frame()
            if head.get("Content-Type") == "api/response":
                return body.decode(errors="replace")
            if head.get("Content-Type") == "command/reply":
                return head.get("Reply-Text", "")

    def api(self, line: str) -> str:
        """`api LINE`, blocking."""
        return self.command(f"api {line}").removesuffix("\n")

    def close(self) -> None:
        """Drop the connection."""
        self.file.close()
        self.socket.close()

    def _frame(self) -> tuple[dict[str, str], bytes]:
        head: dict[str, str] = {}
        while (line := self.file.readline()) != b"\n" or not head:
            if not line:
                raise EslError("the switch hung up")
            name, _, value = line.decode(errors="replace").rstrip("\n").partition(": ")
            if name:
                head[name] = value
        return head, self.file.read(int(head.get("Content-Length", 0)))


class FreeSwitch:
    """One FreeSWITCH process; a context manager. Ports and folder stay the same over `restart()`.

    `site` fields (`gateway=`, `last_resort=`, `entries=` …) go into the rendered files. `modules` are loaded besides
    the usual ones, `files` (relative path → text) are laid over the configuration last, `loglevel` is FreeSWITCH's.
    `binary` where it is not in a usual place. Raises LeftOut where there is none, BenchFailed when it does not come up.
    """

    def __init__(
        self,
        *,
        entries: tuple[Entry, ...] = DEFAULT_ENTRIES,
        modules: Sequence[str] = (),
        files: Mapping[str, str] | None = None,
        loglevel: str = "notice",
        rtp_ports: int = 2000,
        binary: str = "",
        **site: Any,
    ) -> None:
        self.binary = need_freeswitch(binary)
        self.folder = Path(tempfile.mkdtemp(prefix="ccswitch-fs-"))
        self.modules, self.files, self.loglevel = (*MODULES, *modules), dict(files or {}), loglevel
        self.password, self.host = PASSWORD, LOOPBACK
        self.sip_port, self.rtp_range = free_port(), free_port_range(rtp_ports)
        self.site = replace(
            dialplan.Site(
                esl_port=free_port(), esl_password=PASSWORD, sip_ip=LOOPBACK, phones_port=free_port(), entries=entries
            ),
            **site,
        )
        self.process: subprocess.Popen[bytes] | None = None
        self._esl: Esl | None = None

    @property
    def esl_port(self) -> int:
        """Where the switch speaks ESL; the password is `password`."""
        return self.site.esl_port

    @property
    def agents_port(self) -> int:
        """Where agents' phones register."""
        return self.site.phones_port

    @property
    def domain(self) -> str:
        """The agents' SIP domain and digest realm."""
        return self.site.sip_domain

    @property
    def recordings(self) -> Path:
        """A folder the switch may write to."""
        return self.folder / "recordings"

    def __enter__(self) -> FreeSwitch:
        try:
            return self.start()
        except BaseException:
            self.close()
            raise

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self, within: float = 30.0) -> FreeSwitch:
        """Write the files, start the process, return once ESL answers and both profiles run."""
        self._write()
        flags = ["-nf", "-nc", "-nonat"]
        for name in FOLDERS:
            flags += [f"-{name}", str(self.folder / name)]
        with (self.folder / "log" / "console.log").open("ab") as console:
            self.process = subprocess.Popen(
                [self.binary, *flags], stdin=subprocess.DEVNULL, stdout=console, stderr=console, start_new_session=True
            )
        self.wait_for(self._is_up, within, "FreeSWITCH did not come up")
        return self

    def api(self, line: str) -> str:
        """`api LINE` over a connection of the runner's own, opened when needed."""
        if self._esl is None:
            self._esl = Esl(self.esl_port)
        try:
            return self._esl.api(line)
        except (OSError, EslError):
            self._drop_esl()
            raise

    def channels(self) -> list[dict[str, str]]:
        """`show channels` as it is now; a channel appears some milliseconds late."""
        rows: list[dict[str, str]] = json.loads(self.api("show channels as json")).get("rows", [])
        return rows

    def wait_for(self, condition: Callable[[], Any], within: float, why: str) -> Any:
        """Poll `condition` until true and give its value; fail with `why` and the switch's log after `within` s."""
        deadline = time.monotonic() + within
        while not (value := condition()):
            if self.process is not None and self.process.poll() is not None:
                raise BenchFailed(f"{why}: the process ended with {self.process.returncode}\n{self.log_tail()}")
            if time.monotonic() > deadline:
                raise BenchFailed(f"{why} within {within} s\n{self.log_tail()}")
            time.sleep(0.02)
        return value

    def kill9(self) -> None:
        """The power goes."""
        self._end(signal.SIGKILL)

    def stop(self, within: float = 20.0) -> None:
        """An orderly end; by force when it takes too long."""
        self._end(signal.SIGTERM, within)

    def restart(self) -> FreeSwitch:
        """Stop and start on the same ports, with the same database; all calls are gone."""
        self.stop()
        return self.start()

    def close(self) -> None:
        """End the process and remove the folder (kept when CCSWITCH_KEEP is set)."""
        self.kill9()
        if not os.environ.get("CCSWITCH_KEEP"):
            shutil.rmtree(self.folder, ignore_errors=True)

    def log_tail(self, lines: int = 60) -> str:
        """The last lines of the switch's log."""
        parts = [self.folder / "log" / name for name in ("console.log", "freeswitch.log")]
        text = "\n".join(part.read_text(errors="replace") for part in parts if part.exists())
        return "\n".join(text.splitlines()[-lines:])

    def _is_up(self) -> bool:
        try:
            status = self.api("sofia status")
        except (OSError, EslError):
            return False
        return status.count("RUNNING") >= 2

    def _drop_esl(self) -> None:
        if self._esl is not None:
            self._esl.close()
            self._esl = None

    def _end(self, how: signal.Signals, within: float = 20.0) -> None:
        self._drop_esl()
        if self.process is None:
            return
        self.process.send_signal(how)
        try:
            self.process.wait(within)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)
        self.process = None

    def _write(self) -> None:
        for name in FOLDERS:
            (self.folder / name).mkdir(exist_ok=True)
        _music(self.folder / "sounds" / "moh" / "music.wav")
        rendered = dialplan.render(self.site)
        scripts = {
            path.removeprefix("scripts/"): text for path, text in rendered.items() if path.startswith("scripts/")
        }
        ours = {path: text for path, text in rendered.items() if not path.startswith(("scripts/", "modules"))}
        dialplan.write(ours | self._surroundings() | self.files, self.folder / "conf")
        dialplan.write(scripts, self.folder / "scripts")

    def _surroundings(self) -> dict[str, str]:
        """What a PBX has anyway: core, modules, log, music, a trunk profile, the `public` context."""
        low, high = self.rtp_range
        loads = "".join(f'<load module="{module}"/>' for module in self.modules)
        return {
            "freeswitch.xml": FREESWITCH_XML,
            "autoload_configs/switch.conf.xml": _configuration(
                "switch.conf",
                {
                    "loglevel": self.loglevel,
                    "rtp-start-port": low,
                    "rtp-end-port": high,
                    "max-sessions": 5000,
                    "sessions-per-second": 1000,
                },
            ),
            "autoload_configs/modules.conf.xml": (
                f'<configuration name="modules.conf"><modules>{loads}</modules></configuration>'
            ),
            "autoload_configs/logfile.conf.xml": LOGFILE_XML,
            "autoload_configs/conference.conf.xml": CONFERENCE_XML,
            "autoload_configs/sofia.conf.xml": SOFIA_XML,
            "autoload_configs/local_stream.conf.xml": LOCAL_STREAM_XML.format(path=self.folder / "sounds" / "moh"),
            "sip_profiles/external.xml": EXTERNAL_XML.format(port=self.sip_port, ip=LOOPBACK),
            "dialplan/public.xml": PUBLIC_XML,
        }


def _configuration(name: str, settings: Mapping[str, object]) -> str:
    params = "".join(f'<param name="{key}" value="{value}"/>' for key, value in settings.items())
    return f'<configuration name="{name}"><settings>{params}</settings></configuration>'


def _music(path: Path, seconds: float = 4.0, rate: int = 8000) -> None:
    """A quiet tone that fades in and out, so that a test can tell music from silence."""
    path.parent.mkdir(parents=True, exist_ok=True)
    samples = range(int(seconds * rate))
    tone = (int(6000 * math.sin(math.pi * n / len(samples)) * math.sin(2 * math.pi * 440 * n / rate)) for n in samples)
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(b"".join(struct.pack("<h", sample) for sample in tone))


# FreeSWITCH drops whatever else stands on a line with X-PRE-PROCESS
FREESWITCH_XML = """<?xml version="1.0"?>
<document type="freeswitch/xml">
  <X-PRE-PROCESS cmd="set" data="local_ip_v4=127.0.0.1"/>
  <section name="configuration">
    <X-PRE-PROCESS cmd="include" data="autoload_configs/*.xml"/>
  </section>
  <section name="dialplan">
    <X-PRE-PROCESS cmd="include" data="dialplan/*.xml"/>
  </section>
  <section name="directory"/>
</document>
"""

PUBLIC_XML = """<include>
  <context name="public">
    <X-PRE-PROCESS cmd="include" data="public/*.xml"/>
  </context>
</include>
"""

SOFIA_XML = """<configuration name="sofia.conf">
  <global_settings><param name="log-level" value="0"/></global_settings>
  <profiles>
    <X-PRE-PROCESS cmd="include" data="../sip_profiles/*.xml"/>
  </profiles>
</configuration>
"""

EXTERNAL_XML = """<profile name="external">
  <settings>
    <param name="sip-ip" value="{ip}"/>
    <param name="rtp-ip" value="{ip}"/>
    <param name="sip-port" value="{port}"/>
    <param name="dialplan" value="XML"/>
    <param name="context" value="public"/>
    <param name="auth-calls" value="false"/>
    <param name="inbound-codec-negotiation" value="generous"/>
    <param name="inbound-codec-prefs" value="PCMA,PCMU"/>
    <param name="outbound-codec-prefs" value="PCMA,PCMU"/>
    <param name="rtp-timer-name" value="soft"/>
    <param name="dtmf-type" value="rfc2833"/>
    <!-- keys as SIP INFO too -->
    <param name="liberal-dtmf" value="true"/>
    <param name="manage-presence" value="false"/>
    <!-- a REFER with Replaces dials nobody and joins nobody by itself -->
    <param name="channel-xml-fetch-on-nightmare-transfer" value="true"/>
    <param name="make-every-transfer-a-nightmare" value="true"/>
  </settings>
</profile>
"""

CONFERENCE_XML = """<configuration name="conference.conf">
  <profiles>
    <profile name="default"><param name="rate" value="8000"/><param name="interval" value="20"/></profile>
  </profiles>
</configuration>
"""

LOCAL_STREAM_XML = """<configuration name="local_stream.conf">
  <directory name="moh" path="{path}">
    <param name="rate" value="8000"/>
    <param name="channels" value="1"/>
    <param name="interval" value="20"/>
    <param name="timer-name" value="soft"/>
  </directory>
</configuration>
"""

LOGFILE_XML = """<configuration name="logfile.conf">
  <profiles>
    <profile name="default">
      <settings><param name="rollover" value="0"/><param name="uuid" value="true"/></settings>
      <mappings><map name="all" value="debug,info,notice,warning,err,crit,alert"/></mappings>
    </profile>
  </profiles>
</configuration>
"""
