"""Scenarios of SIPp: short lists of SIP steps for a caller and for a phone, written as XML."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import quoteattr

from ccswitch.simulator.phones import Manner
from tests.scenarios.rtp_keys import PAYLOAD

REFUSALS = (400, 403, 404, 408, 480, 486, 487, 488, 500, 502, 503, 600, 603, 604)
ANSWERS = {"USER_BUSY": "486 Busy Here", "CALL_REJECTED": "603 Decline", "NO_USER_RESPONSE": "480 Unavailable"}
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
