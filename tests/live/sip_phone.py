"""A SIP phone over UDP for live tests: registers, calls, answers, hangs up, sends REFER.

Made for what SIPp scenarios make hard: hostile headers, a digest against a password given at run time, a REFER at a
chosen instant. Not for load.
"""

from __future__ import annotations

import hashlib
import re
import socket
import struct
import threading
import uuid
from dataclasses import dataclass, field

LOOPBACK = "127.0.0.1"


@dataclass
class Dialog:
    """One call of a phone. `ringing`, `answered`, `ended` are set as it goes."""

    call_id: str
    remote: tuple[str, int]
    local_header: str  # our From or To with tag
    remote_header: str
    remote_target: str
    media: tuple[str, int] = ("", 0)  # where the other side wants its sound
    cseq: int = 1
    invite: int = 1  # the CSeq of the INVITE that counts: the one with the digest, once it is sent
    status: int = 0
    invited: tuple[str, tuple[str, int]] = ("", ("", 0))  # with which INVITE, from where, while it rings
    holds: bool = False  # we hold the other side
    held: bool = False  # the other side holds us
    notified: list[str] = field(default_factory=list)  # what the other side said of our REFERs (RFC 3515)
    ringing: threading.Event = field(default_factory=threading.Event)
    answered: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)


class SipPhone:
    """One UDP socket with a reader thread; a context manager. `answers=False` rings on for ever."""

    def __init__(self, user: str = "phone", answers: bool = True, port: int = 0) -> None:
        self.user, self.answers = user, answers
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((LOOPBACK, port))
        self.port = self.socket.getsockname()[1]
        self.media = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.media.bind((LOOPBACK, 0))
        self.account = ("", "")  # with which it answers a challenge to its calls; set by `register`
        self.dialogs: dict[str, Dialog] = {}
        self.called = threading.Event()
        self.replies: dict[str, tuple[int, str]] = {}
        self.replied = threading.Condition()
        self._open = True
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def __enter__(self) -> SipPhone:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def address(self) -> str:
        """What to dial to reach this phone."""
        return f"sip:{self.user}@{LOOPBACK}:{self.port}"

    def close(self) -> None:
        """Hang up everything and go; once more is nothing."""
        if not self._open:
            return
        for dialog in list(self.dialogs.values()):
            if dialog.answered.is_set() and not dialog.ended.is_set():
                self.hang_up(dialog)
        self._open = False
        self.socket.sendto(b"\r\n", (LOOPBACK, self.port))
        self._thread.join(5)
        self.socket.close()
        self.media.close()

    def call(self, number: str, port: int, from_user: str = "", name: str = "", extra: str = "") -> Dialog:
        """INVITE `number` at the loopback `port`. `from_user`, `name` and `extra` header lines go out as they are."""
        from_header = f'"{name}" <sip:{from_user or self.user}@{LOOPBACK}:{self.port}>;tag={_token()}'
        target = f"sip:{number}@{LOOPBACK}:{port}"
        dialog = Dialog(_token(), (LOOPBACK, port), from_header, f"<{target}>", target)
        self.dialogs[dialog.call_id] = dialog
        self._request("INVITE", dialog, self._sdp(), extra=extra)
        return dialog

    def replace(self, port: int, call_id: str, *, more: str = "") -> Dialog:
        """INVITE with Replaces (RFC 3891): take the place of the leg with this Call-ID, or uuid. `more`: parameters."""
        return self.call("4000", port, extra=f"Replaces: {call_id};to-tag=x;from-tag=y{more}\r\n")

    def hang_up(self, dialog: Dialog) -> None:
        """BYE."""
        dialog.cseq += 1
        self._request("BYE", dialog)
        dialog.ended.set()

    def pick_up(self, dialog: Dialog) -> None:
        """Answer a call that rings."""
        direction = "recvonly" if dialog.held else "sendrecv"
        self._reply(*dialog.invited, 200, "OK", to=dialog.local_header, body=self._sdp(direction))
        dialog.answered.set()

    def refer(self, dialog: Dialog, target: str) -> None:
        """Blind transfer: REFER the other side to `target`, sent as it is."""
        dialog.cseq += 1
        self._request("REFER", dialog, extra=f"Refer-To: <{target}>\r\nReferred-By: <{self.address}>\r\n")

    def refer_to(self, dialog: Dialog, other: Dialog) -> None:
        """Attended transfer: REFER the other side of `dialog` to that of `other`, whose dialog it is to replace."""
        local, remote = (re.search(r"tag=([^;>]+)", text) for text in (other.local_header, other.remote_header))
        assert local and remote
        replaces = f"{other.call_id}%3Bto-tag%3D{remote[1]}%3Bfrom-tag%3D{local[1]}"
        self.refer(dialog, f"{other.remote_target}?Replaces={replaces}")

    def hold(self, dialog: Dialog, on: bool = True) -> None:
        """re-INVITE: the other side is put on hold, or taken back."""
        dialog.cseq, dialog.holds = dialog.cseq + 1, on
        dialog.invite = dialog.cseq  # its answer wants an ACK: until then no other re-INVITE is taken (RFC 3261, 14.2)
        self._request("INVITE", dialog, self._sdp("sendonly" if on else "sendrecv"))

    def speak(self, dialog: Dialog, seconds: float) -> None:
        """Send a noise for so long, in frames of 20 ms."""
        pause = threading.Event()
        for n in range(int(seconds * 50)):
            head = struct.pack("!BBHII", 0x80, 8, n, n * 160, 0xCC5)
            self.media.sendto(head + bytes((n * 7 + k * 31) % 256 for k in range(160)), dialog.media)
            pause.wait(0.02)

    def register(self, user: str, password: str, domain: str, port: int, within: float = 5.0) -> int:
        """REGISTER with digest; gives the final status."""
        call_id, tag = _token(), _token()
        status, text = self._register(user, domain, port, call_id, tag, 1, "", within)
        if status != 401:
            return status
        self.account = (user, password)
        challenge = _header(text, "WWW-Authenticate")
        digest = f"Authorization: {_digest(user, password, 'REGISTER', f'sip:{domain}', challenge)}"
        return self._register(user, domain, port, call_id, tag, 2, digest, within)[0]

    def _register(
        self, user: str, domain: str, port: int, call_id: str, tag: str, cseq: int, auth: str, within: float
    ) -> tuple[int, str]:
        message = (
            f"REGISTER sip:{domain} SIP/2.0\r\n{self._via()}Max-Forwards: 70\r\n"
            f"From: <sip:{user}@{domain}>;tag={tag}\r\nTo: <sip:{user}@{domain}>\r\nCall-ID: {call_id}\r\n"
            f"CSeq: {cseq} REGISTER\r\nContact: <sip:{user}@{LOOPBACK}:{self.port}>\r\nExpires: 60\r\n{auth}"
            "Content-Length: 0\r\n\r\n"
        )
        key = f"{call_id} {cseq} REGISTER"
        self.socket.sendto(message.encode(), (LOOPBACK, port))
        with self.replied:
            if not self.replied.wait_for(lambda: key in self.replies, within):
                raise AssertionError(f"no answer to REGISTER of {user} within {within} s")
            return self.replies[key]

    def _read(self) -> None:
        while self._open:
            data, sender = self.socket.recvfrom(65535)
            text = data.decode(errors="replace")
            if text.startswith("SIP/2.0"):
                self._on_reply(text, sender)
            elif text.strip():
                self._on_request(text, sender)

    def _on_reply(self, text: str, sender: tuple[str, int]) -> None:
        status, cseq, call_id = int(text[8:11]), _header(text, "CSeq"), _header(text, "Call-ID")
        if status >= 200:
            with self.replied:
                self.replies[f"{call_id} {cseq}"] = (status, text)
                self.replied.notify_all()
        dialog = self.dialogs.get(call_id)
        if dialog is None or not cseq.endswith("INVITE"):
            return
        if int(cseq.split()[0]) != dialog.invite:  # a challenge that comes again
            return
        if status == 407 and self.account[0] and dialog.invite == 1:
            self._request("ACK", dialog)
            dialog.cseq = dialog.invite = 2
            challenge = _header(text, "Proxy-Authenticate")
            digest = _digest(*self.account, "INVITE", dialog.remote_target, challenge)
            self._request("INVITE", dialog, self._sdp(), extra=f"Proxy-Authorization: {digest}")
            return
        dialog.status = status
        if 180 <= status < 200:
            dialog.ringing.set()
        elif status >= 200:
            dialog.remote_header = _header(text, "To")
            if status < 300:
                dialog.remote_target = _address(_header(text, "Contact"))
                dialog.media = _media(text)
            self._request("ACK", dialog)
            (dialog.answered if status < 300 else dialog.ended).set()

    def _on_request(self, text: str, sender: tuple[str, int]) -> None:
        method, call_id = text.split(" ", 1)[0], _header(text, "Call-ID")
        if method == "INVITE":
            self._on_invite(text, sender)
        elif method != "ACK":
            self._reply(text, sender, 200, "OK")
        dialog = self.dialogs.get(call_id)
        if dialog is not None and method == "NOTIFY":
            dialog.notified.append(text.partition("\r\n\r\n")[2].strip())
        if dialog is not None and method in ("BYE", "CANCEL"):
            if method == "CANCEL":
                dialog.status = 487
            dialog.ended.set()

    def _on_invite(self, text: str, sender: tuple[str, int]) -> None:
        call_id = _header(text, "Call-ID")
        dialog = self.dialogs.get(call_id)
        new = dialog is None
        if dialog is None:
            ours = f"{_header(text, 'To')};tag={_token()}"
            dialog = Dialog(call_id, sender, ours, _header(text, "From"), _address(_header(text, "Contact")))
            dialog.media = _media(text)
            self.dialogs[call_id] = dialog
        else:
            dialog.held = "a=sendonly" in text or "a=inactive" in text
            dialog.media = _media(text)
        self._reply(text, sender, 180, "Ringing", to=dialog.local_header)
        dialog.invited = text, sender
        if new:  # last: whoever waits for it may pick up at once
            self.called.set()
        if self.answers:
            self.pick_up(dialog)

    def _reply(
        self, text: str, sender: tuple[str, int], status: int, reason: str, to: str = "", body: str = ""
    ) -> None:
        vias = "".join(f"Via: {via}\r\n" for via in re.findall(r"^Via:\s*(.*?)\r$", text, re.M))
        kind = "Content-Type: application/sdp\r\n" if body else ""
        message = (
            f"SIP/2.0 {status} {reason}\r\n{vias}From: {_header(text, 'From')}\r\nTo: {to or _header(text, 'To')}\r\n"
            f"Call-ID: {_header(text, 'Call-ID')}\r\nCSeq: {_header(text, 'CSeq')}\r\n"
            f"Contact: <{self.address}>\r\n{kind}Content-Length: {len(body)}\r\n\r\n{body}"
        )
        self.socket.sendto(message.encode(), sender)

    def _request(self, method: str, dialog: Dialog, body: str = "", extra: str = "") -> None:
        kind = "Content-Type: application/sdp\r\n" if body else ""
        message = (
            f"{method} {dialog.remote_target} SIP/2.0\r\n{self._via()}Max-Forwards: 70\r\n"
            f"From: {dialog.local_header}\r\nTo: {dialog.remote_header}\r\nCall-ID: {dialog.call_id}\r\n"
            f"CSeq: {dialog.cseq} {method}\r\nContact: <{self.address}>\r\n{extra}{kind}"
            f"Content-Length: {len(body)}\r\n\r\n{body}"
        )
        self.socket.sendto(message.encode("utf-8", "surrogateescape"), dialog.remote)

    def _via(self) -> str:
        return f"Via: SIP/2.0/UDP {LOOPBACK}:{self.port};branch=z9hG4bK{_token()}\r\n"

    def _sdp(self, direction: str = "sendrecv") -> str:
        port = self.media.getsockname()[1]
        return (
            f"v=0\r\no=- 1 1 IN IP4 {LOOPBACK}\r\ns=-\r\nc=IN IP4 {LOOPBACK}\r\nt=0 0\r\n"
            f"m=audio {port} RTP/AVP 8 101\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
            f"a={direction}\r\n"
        )


def _token() -> str:
    return uuid.uuid4().hex


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _digest(user: str, password: str, method: str, uri: str, challenge: str) -> str:
    """The header line that answers a challenge (RFC 2617, qop=auth)."""
    asked = dict(re.findall(r'(\w+)="?([^",\s]+)"?', challenge))
    ha1 = _md5(f"{user}:{asked['realm']}:{password}")
    response = _md5(f"{ha1}:{asked['nonce']}:00000001:abc:auth:{_md5(f'{method}:{uri}')}")
    return (
        f'Digest username="{user}", realm="{asked["realm"]}", nonce="{asked["nonce"]}", '
        f'uri="{uri}", response="{response}", qop=auth, nc=00000001, cnonce="abc", algorithm=MD5\r\n'
    )


def _header(text: str, name: str) -> str:
    found = re.search(rf"^{name}:\s*(.*?)\r$", text, re.M | re.I)
    return found.group(1) if found else ""


def _media(text: str) -> tuple[str, int]:
    found = re.search(r"^m=audio (\d+) ", text, re.M)
    return LOOPBACK, int(found.group(1)) if found else 9


def _address(header: str) -> str:
    found = re.search(r"<([^>]*)>", header)
    return found.group(1) if found else header
