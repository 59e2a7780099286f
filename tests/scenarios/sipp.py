"""Callers and agents' phones as SIPp processes: loopback only, bounded in time, stopped by their own process id.

    with SippPhone("1001", port, answers(after=0.3)) as phone, SippCaller("138", "7200", switch.sip_port) as caller:
        ...
        caller.hang_up()

A scenario is a short list of SIP steps, written as XML here. What happened is read from SIPp's own message trace,
which stamps every message with the wall clock. A call is moved on from outside by a request that nobody else sends:
INFO hangs up, MESSAGE answers. Keys go out as RFC 2833 on payload 96, as SIP INFO, or as tones in the speech.
"""

from __future__ import annotations

import itertools
import os
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest

from ccswitch.simulator.phones import Manner
from tests.live.freeswitch import LOOPBACK, free_port
from tests.scenarios.rtp_keys import PAYLOAD, write_keys
from tests.scenarios.rtp_speech import write_speech

LONGEST = 1200  # seconds after which SIPp ends by itself
REFUSALS = (400, 403, 404, 408, 480, 486, 487, 488, 500, 502, 503, 600, 603, 604)
ANSWERS = {"USER_BUSY": "486 Busy Here", "CALL_REJECTED": "603 Decline", "NO_USER_RESPONSE": "480 Unavailable"}
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


# ---- what SIPp saw ------------------------------------------------------------------------------------------------

_ENTRY = re.compile(rb"-{20,} (\d{4}-\d\d-\d\d)[ \t](\d\d:\d\d:\d\d\.\d{6})\nUDP message (sent|received) ")
_CALL_ID = re.compile(r"^Call-ID:\s*(\S+)", re.M | re.I)
_CSEQ = re.compile(r"^CSeq:\s*\d+\s+(\S+)", re.M | re.I)


@dataclass(frozen=True, slots=True)
class Message:
    """One SIP message as SIPp saw it; `at` is the wall clock in seconds since the epoch."""

    at: float
    sent: bool
    line: str  # request or status line
    call: str  # Call-ID
    about: str  # the method in CSeq

    def is_request(self, method: str, sent: bool) -> bool:
        """`method` went this way."""
        return self.sent is sent and self.line.startswith(method + " ")

    @property
    def status(self) -> int:
        """200 of `SIP/2.0 200 OK`, 0 for a request."""
        return int(self.line[8:11]) if self.line.startswith("SIP/2.0 ") else 0


class Trace:
    """SIPp's message file, read on as it grows."""

    def __init__(self, path: Path) -> None:
        self._path, self._offset = path, 0
        self._messages: list[Message] = []
        self._lock = threading.Lock()

    def messages(self) -> list[Message]:
        """All messages so far, oldest first."""
        with self._lock:
            if self._path.exists():
                with self._path.open("rb") as file:
                    file.seek(self._offset)
                    self._read(file.read())
            return list(self._messages)

    def _read(self, data: bytes) -> None:
        """Take whole messages; one whose headers are not all there yet waits for the next time."""
        starts = [*_ENTRY.finditer(data)]
        taken = 0
        for entry, following in itertools.zip_longest(starts, starts[1:]):
            end = following.start() if following else len(data)
            text = data[entry.end() : end].decode("utf-8", "replace").replace("\r\n", "\n")
            _, _, message = text.partition("\n\n")
            if "\n\n" not in message:
                break
            self._messages.append(_message(entry, message))
            taken = end
        self._offset += taken


def _message(entry: re.Match[bytes], text: str) -> Message:
    at = datetime.fromisoformat(f"{entry[1].decode()} {entry[2].decode()}").timestamp()
    call, about = _CALL_ID.search(text), _CSEQ.search(text)
    line = text.split("\n", 1)[0]
    return Message(at, entry[3] == b"sent", line, call[1] if call else "", about[1] if about else "")


# ---- one SIPp process ---------------------------------------------------------------------------------------------


class Sipp:
    """One process with a scenario. `keywords` go into the scenario's text as they are, whatever they hold."""

    def __init__(
        self, scenario: str, folder: Path, keywords: dict[str, str], options: Sequence[str], port: int
    ) -> None:
        self.port, self.folder = port, folder
        (folder / "scenario.xml").write_text(scenario)
        self.trace = Trace(folder / "messages.log")
        words = [word for name, value in keywords.items() for word in ("-key", name, value)]
        command = [
            *(need_sipp(), *options, "-sf", "scenario.xml", "-nostdin", "-nd", "-timeout", f"{LONGEST}s"),
            *("-i", LOOPBACK, "-mi", LOOPBACK, "-p", str(port), "-mp", str(free_port((socket.SOCK_DGRAM,)))),
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
        return (self.folder / "screen.log").read_text(errors="replace")[-1000:]


# ---- scenarios ----------------------------------------------------------------------------------------------------

Limit = dict[str, object]
NOTHING = "Content-Length: 0\n"
SDP = f"""Content-Type: application/sdp
Content-Length: [len]

v=0
o=- 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 8 {PAYLOAD}
a=rtpmap:8 PCMA/8000
a=rtpmap:{PAYLOAD} telephone-event/8000
a=fmtp:{PAYLOAD} 0-15"""
URI = "sip:[service]@[remote_ip]:[remote_port]"
TO, PEER = f"To: <{URI}>", f"To: <{URI}>[peer_tag_param]"
FIRST = "z9hG4bK-i-[call_id]"  # the branch that INVITE, its CANCEL and the ACK of a refusal share


def _attributes(given: Limit) -> str:
    return "".join(f" {name}={quoteattr(str(value))}" for name, value in given.items())


def _send(text: str, **attributes: object) -> str:
    return f"<send{_attributes(attributes)}><![CDATA[\n{text}\n]]></send>"


def _recv(inside: str = "", **attributes: object) -> str:
    return f"<recv{_attributes(attributes)}>{inside}</recv>"


def _label(name: str) -> str:
    return f'<label id="{name}"/>'


def _ms(seconds: float) -> int:
    return max(1, round(seconds * 1000))


def _wait(seconds: float | None, then: str, *ways: tuple[str, str]) -> str:
    """Wait for one of some requests, each with its own way on; after `seconds` (None: never) go to the label `then`."""
    limit: Limit = {} if seconds is None else {"timeout": _ms(seconds), "ontimeout": then}
    *optional, (last, way) = ways
    steps = [_recv(request=request, optional="true", next=next_, **limit) for request, next_ in optional]
    return "\n".join((*steps, _recv(request=last, next=way, **limit)))


def _reply(status: str, **attributes: object) -> str:
    """Answer the request that came last."""
    headers = "[last_Via:]\n[last_From:]\n[last_To:]\n[last_Call-ID:]\n[last_CSeq:]"
    return _send(f"SIP/2.0 {status}\n{headers}\n{NOTHING}", **attributes)


def _scenario(*steps: str) -> str:
    body = "\n".join(steps)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<scenario name="s">\n{body}\n</scenario>\n'


def _of_caller(method: str, uri: str, branch: str, to: str, cseq: int, more: str = NOTHING) -> str:
    return f"""{method} {uri} SIP/2.0
Via: SIP/2.0/UDP [local_ip]:[local_port];branch={branch}
From: "[name]" <sip:[number]@[local_ip]:[local_port]>;tag=[call_id]
{to}
Call-ID: [call_id]
CSeq: {cseq} {method}
Contact: <sip:caller@[local_ip]:[local_port]>
Max-Forwards: 70
[extra]{more}"""


def caller_scenario(keys: Sequence[tuple[float, str]], stays: float | None, patience: float | None) -> str:
    """INVITE; keys are (seconds to wait, pcap file or keys for INFO); BYE `stays` s after the last, None: stays on.

    CANCEL when nobody answered within `patience` s.
    """
    early: Limit = {} if patience is None else {"timeout": _ms(patience), "ontimeout": "cancel"}
    return _scenario(*_invites(early), *_talks(keys, stays), *_cancels(), *_is_refused(), _label("end"))


def _invites(early: Limit) -> list[str]:
    optional = [_recv(response=code, optional="true", **early) for code in (100, 180, 183)]
    refused = [_recv(response=code, optional="true", next="refused", **early) for code in REFUSALS]
    return [
        _send(_of_caller("INVITE", URI, FIRST, TO, 1, SDP), retrans=500),
        *optional,
        *refused,
        _recv(request="INFO", optional="true", next="cancel", **early),
        _recv(response=200, rrs="true", **early),
        _send(_of_caller("ACK", "[next_url]", "[branch]", PEER, 1)),
    ]


def _talks(keys: Sequence[tuple[float, str]], stays: float | None) -> list[str]:
    steps = []
    for n, (wait, file) in enumerate(keys):
        steps += [_wait(wait, f"key{n}", ("INFO", "bye"), ("BYE", "over")), _label(f"key{n}")]
        if file.endswith(".pcap"):
            steps += [f'<nop><action><exec play_pcap_audio="{file}"/></action></nop>']
        else:
            steps += [step for at, key in enumerate(file) for step in _informs(key, 10 * n + at + 2)]
    return [
        *steps,
        _wait(stays, "bye", ("INFO", "bye"), ("BYE", "over")),
        _label("over"),
        _reply("200 OK", next="end"),
        _label("bye"),
        _send(_of_caller("BYE", "[next_url]", "[branch]", PEER, 900), retrans=500),
        _recv(request="BYE", optional="true", next="over"),
        _recv(response=481, optional="true", next="end"),
        _recv(response=200, next="end"),
    ]


def _informs(key: str, cseq: int) -> list[str]:
    """One key as SIP INFO; the next one follows its answer at once."""
    body = f"Content-Type: application/dtmf-relay\nContent-Length: [len]\n\nSignal={key}\nDuration=100\n"
    inform = _of_caller("INFO", "[next_url]", "[branch]", PEER, cseq, body)
    return [_send(inform, retrans=500), _recv(response=200)]


ABOUT_INVITE = '<action><ereg regexp="INVITE" search_in="hdr" header="CSeq:" assign_to="invite"/></action>'


def _cancels() -> list[str]:
    """Give up before the answer; when the answer crosses the CANCEL, take it and hang up."""
    return [
        _label("cancel"),
        _send(_of_caller("CANCEL", URI, FIRST, TO, 1), retrans=500),
        _recv(response=481, optional="true", next="uncancelled"),
        _recv(ABOUT_INVITE, response=200, rrs="true", next="crossed", test="invite"),
        _label("uncancelled"),
        _recv(response=200, optional="true", rrs="true", next="crossed"),
        _recv(response=487, next="refused"),
        _label("crossed"),
        _send(_of_caller("ACK", "[next_url]", "[branch]", PEER, 1), next="bye"),
    ]


def _is_refused() -> list[str]:
    return [_label("refused"), _send(_of_caller("ACK", URI, FIRST, "[last_To:]", 1))]


def phone_scenario(manner: Manner) -> str:
    """Takes what comes, call by call, in the manner of the simulator's phones."""
    ringing = [_invited("183 Session Progress", SDP) if manner.early_media else _invited("180 Ringing")]
    ways = (("MESSAGE", "answer"), ("INFO", "decline"), ("CANCEL", "cancelled"))
    after, then = (manner.refuses_after, "refuse") if manner.refuses else (manner.answers_after, "answer")
    return _scenario(
        _recv(KEEP_INVITE, request="INVITE", rrs="true"),
        *(ringing if manner.rings else ()),
        *(() if after == 0 and manner.refuses else (_wait(after, then, *ways),)),
        *_phone_refuses(ANSWERS.get(manner.refuses, "500 Server Internal Error")),
        *_phone_talks(manner),
        _label("end"),
    )


# a later request (CANCEL, or one that moves the scenario on) must not be taken for the one that is answered
KEPT = ("Via", "From", "To", "CSeq")
KEEP_INVITE = "<action>{}</action>".format(
    "".join(f'<ereg regexp=".+" search_in="hdr" header="{name}:" assign_to="{name}"/>' for name in KEPT)
)


def _invited(status: str, more: str = NOTHING, **attributes: object) -> str:
    """Answer the INVITE."""
    return _send(
        f"""SIP/2.0 {status}
Via:[$Via]
From:[$From]
To:[$To];tag=[call_id]
Call-ID: [call_id]
CSeq:[$CSeq]
Contact: <sip:phone@[local_ip]:[local_port]>
{more}""",
        **attributes,
    )


def _phone_refuses(status: str) -> list[str]:
    return [
        _label("refuse"),
        _invited(status, retrans=500, next="ack"),
        _label("decline"),
        _invited("603 Decline", retrans=500, next="ack"),
        _label("cancelled"),
        _reply("200 OK"),
        _invited("487 Request Terminated", retrans=500),
        _label("ack"),
        _recv(request="ACK", next="end"),
    ]


def _phone_talks(manner: Manner) -> list[str]:
    drops = manner.drops_after_answer if manner.drops_after_answer is not None else manner.drops_after_bridge
    bye = f"""BYE [next_url] SIP/2.0
Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]
From:[$To];tag=[call_id]
To:[$From]
Call-ID: [call_id]
CSeq: 1 BYE
Max-Forwards: 70
{NOTHING}"""
    return [
        _label("answer"),
        _invited("200 OK", SDP, retrans=500),
        _recv(request="CANCEL", optional="true", next="crossed"),
        _recv(request="ACK", next="talk"),
        _label("crossed"),
        _reply("200 OK"),
        _recv(request="ACK"),
        _label("talk"),
        _wait(drops, "bye", ("INFO", "bye"), ("BYE", "over")),
        _label("bye"),
        _send(bye, retrans=500),
        _recv(request="BYE", optional="true", next="over"),
        _recv(response=481, optional="true", next="end"),
        _recv(response=200, next="end"),
        _label("over"),
        _reply("200 OK"),
    ]


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
            if self.sipp.has_begun(self._is_bound):
                return
            self.sipp.close()
        raise AssertionError(f"{self.user}'s phone did not start: {self.sipp.screen()}")

    def _is_bound(self) -> bool:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.bind((LOOPBACK, self.port))
            except OSError:
                return True
        return False

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
