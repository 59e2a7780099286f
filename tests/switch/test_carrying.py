"""Each request becomes known bytes, each refusal the fact that the floor awaits, and nothing hostile goes out."""

from __future__ import annotations

import re
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccswitch.errors import CommandFailed, LinkDown
from ccswitch.model import facts as f
from ccswitch.model import requests as r
from ccswitch.model.ids import AgentId, CallId, ExecuteId, LegId, NodeName, QueueName
from ccswitch.model.nouns import GuestMode
from ccswitch.switch.carrying import _TABLE, agent_leg_variables, carry
from ccswitch.switch.codec import Event
from ccswitch.switch.hearing import hear
from ccswitch.switch.link import Answer, OnAnswer
from ccswitch.switch.strings import Command
from tests.searching import examples

NODE = NodeName("a")
ON = {"node": NODE, "leg": LegId("L1")}
RUN = {**ON, "execute": ExecuteId("L1-x2")}
RING = {
    **ON, "call": CallId("L1"), "leg": LegId("L1-a3"), "agent": AgentId("li"), "phone": "1001",
    "queue": QueueName("support"), "caller_number": "13800138000", "caller_name": "Li Lei", "timeout": 20.0,
}  # fmt: skip
CUSTOMER = {
    "node": NODE, "call": CallId("L1"), "leg": LegId("L1-c3"), "number": "+8613800138000",
    "caller_number": "400-800-8000", "caller_name": "Li Lei Ltd", "timeout": 29.5,
}  # fmt: skip
ASKED = {**RING, "agent": AgentId(""), "phone": "", "number": "+8613900139000", "caller_number": "4008008000"}
COLLECT = {
    **RUN, "files": ("ask.wav", "beep.wav"), "least": 1, "most": 4, "timeout": 4.0, "between": 1.5,
    "terminators": "#", "pattern": "^[0-9]+$",
}  # fmt: skip


class FakeNode:
    """Notes what it is told; answers when the test says so."""

    sip_domain, sip_profile = "pbx.example.com", "external"
    gateway = "carrier"

    def __init__(self) -> None:
        self.told: list[Command] = []
        self.callbacks: list[OnAnswer | None] = []
        self.facts: list[f.Fact] = []
        self.surveys: list[tuple[LegId, ...]] = []
        self.provisioned: list[str] = []
        self.later: list[Command] = []

    def tell(self, command: Command, answered: OnAnswer | None = None) -> None:
        self.told.append(command)
        self.callbacks.append(answered)

    def report(self, fact: f.Fact) -> None:
        self.facts.append(fact)

    def survey(self, expected: tuple[LegId, ...]) -> None:
        self.surveys.append(expected)

    def provision(self, agent: str) -> None:
        self.provisioned.append(agent)

    def again_later(self, command: Command) -> None:
        self.later.append(command)

    @property
    def wire(self) -> list[bytes]:
        return [command.wire for command in self.told]

    def answer(self, answer: Answer) -> None:
        """The switch answers the last command."""
        callback = self.callbacks[-1]
        assert callback is not None, "nobody awaits this answer"
        callback(answer)


@pytest.fixture
def node() -> FakeNode:
    return FakeNode()


def execute(name: str, argument: str = "", event: str = "L1-x2") -> bytes:
    said = f"execute-app-arg: {argument}\n" if argument else ""
    return f"sendmsg L1\ncall-command: execute\nexecute-app-name: {name}\n{said}Event-UUID: {event}\n\n".encode()


FORGET = execute("flush_dtmf", event="L1-x2-before")  # what was typed ahead

# ---- the bytes ----------------------------------------------------------------------------------------------

WIRES: list[tuple[r.Request, list[bytes]]] = [
    (
        r.Adopt(**ON, agent="li"),
        [
            b"api uuid_setvar_multi L1 ccs_role=agent;ccs_agent=li;ccs_wayout=hangup\n\n",
            b"api uuid_setvar L1 transfer_after_bridge\n\n",
            b"api uuid_setvar L1 uuid_bridge_park_on_cancel\n\n",
        ],
    ),
    (
        r.Claim(**ON),
        [
            b"api sched_del L1\n\n",
            b"api uuid_setvar_multi L1 ccs_claimed=true;ccs_orphan=false;"
            b"playback_terminators=none;sensitive_dtmf=true;api_hangup_hook=\n\n",
        ],
    ),
    (
        r.Listen(**ON, other="A1", mode=GuestMode.WHISPER),
        [
            b"api uuid_setvar_multi L1 eavesdrop_enable_dtmf=false;eavesdrop_whisper_bleg=true;"
            b"eavesdrop_whisper_aleg=false\n\n",
            b"api uuid_transfer L1 eavesdrop:A1,park inline\n\n",
        ],
    ),
    (r.MaskRecording(**ON, path="/rec/a.wav", on=True), [b"api uuid_record L1 mask /rec/a.wav\n\n"]),
    (r.MaskRecording(**ON, path="/rec/a.wav", on=False), [b"api uuid_record L1 unmask /rec/a.wav\n\n"]),
    (r.Answer(**RUN), [execute("answer")]),
    (r.Play(**RUN, files=("welcome.wav",)), [execute("playback", "welcome.wav")]),
    (r.Play(**RUN, files=("a b.wav", "c!.wav")), [execute("playback", r"file_string://a\\sb.wav!c\\!.wav")]),
    (
        r.Collect(**COLLECT),
        [
            FORGET,
            execute(
                "play_and_get_digits",
                "1 4 1 4000 # file_string://ask.wav!beep.wav silence_stream://100 ccs_keys_2 ^[0-9]+$ 1500",
            ),
        ],
    ),
    (
        r.Collect(**{**COLLECT, "files": (), "terminators": ""}, masked=True),
        [
            FORGET,
            execute(
                "play_and_get_digits",
                "1 4 1 4000 '' silence_stream://10 silence_stream://100 ccs_secret_2 ^[0-9]+$ 1500",
            ),
        ],
    ),
    (
        r.Collect(**COLLECT, barge_in=False),
        [
            execute("playback", "file_string://ask.wav!beep.wav", "L1-x2-before"),
            execute("flush_dtmf", "", "L1-x2-before"),
            execute(
                "play_and_get_digits",
                "1 4 1 4000 # silence_stream://10 silence_stream://100 ccs_keys_2 ^[0-9]+$ 1500",
            ),
        ],
    ),
    (r.Quiet(**ON), [b"api uuid_break L1 all\n\n"]),
    (
        r.Forget(**ON, secret="ccs_secret_2"),
        [b"api uuid_setvar L1 ccs_secret_2\n\n", b"api uuid_setvar L1 ccs_secret_2_invalid\n\n"],
    ),
    (r.Bridge(**ON, other=LegId("L1-a3")), [b"api uuid_bridge L1 L1-a3\n\n"]),
    (
        r.Record(**ON, path="/rec/L1.wav"),
        [
            b"api uuid_setvar L1 record_completion_cause\n\n",
            execute("record_session", "/rec/L1.wav +14400", "L1-rec"),
        ],
    ),
    (
        r.StopRecording(**ON, path="/rec/L1.wav"),
        [execute("stop_record_session", "/rec/L1.wav", "L1-recended")],
    ),
    (
        r.TakeMessage(**RUN, path="/rec/L1-x2.wav", longest=60.0, silence=4.0),
        [
            b"api uuid_setvar L1 record_completion_cause\n\n",
            b"api uuid_setvar L1 RECORD_INITIAL_TIMEOUT_MS 8000\n\n",
            b"api uuid_setvar L1 RECORD_FINAL_TIMEOUT_MS 4000\n\n",
            b"api uuid_setvar L1 api_on_record_stop uuid_break\\sL1\\sall\n\n",
            execute("record_session", "/rec/L1-x2.wav +60", "L1-rec"),
            FORGET,
            execute(
                "play_and_get_digits",
                "1 1 1 1000 D silence_stream://60000 silence_stream://100 ccs_keys_2 ^[0-9*#]$ 1000",
            ),
        ],
    ),
    (
        r.EndMessage(**ON, path="/rec/L1-x2.wav"),
        [
            b"api uuid_setvar L1 RECORD_INITIAL_TIMEOUT_MS\n\n",
            b"api uuid_setvar L1 RECORD_FINAL_TIMEOUT_MS\n\n",
            b"api uuid_setvar L1 api_on_record_stop\n\n",
            execute("stop_record_session", "/rec/L1-x2.wav", "L1-recended"),
        ],
    ),
    (
        r.Transfer(**ON, number="+8621555"),
        [b"api uuid_setvar L1 sip_h_X-CCS-Passed\n\n", b"api uuid_transfer L1 +8621555 XML ccs_out\n\n"],
    ),
    (
        r.Transfer(**ON, number="site_north", passed="call=c1&waited=42.5"),
        [
            b"api uuid_setvar L1 sip_h_X-CCS-Passed call=c1&waited=42.5\n\n",
            b"api uuid_transfer L1 site_north XML ccs_out\n\n",
        ],
    ),
    (r.Repark(**ON), [b"api uuid_transfer L1 return XML ccs_return\n\n"]),
    (
        r.ParkLeg(**ON),
        [
            b"api uuid_setvar_multi L1 park_after_bridge=true;send_silence_when_idle=-1\n\n",
            b"api uuid_transfer L1 park inline\n\n",
        ],
    ),
    (r.HangUp(**ON, cause="USER_BUSY"), [b"api uuid_kill L1 USER_BUSY\n\n"]),
    (r.Survey(node=NODE, expected=(LegId("L1"),)), []),
    (r.ForgetNote(**ON), [b"api db delete/ccs_wayout/L1\n\n"]),
    (r.ProvisionPhone(agent=AgentId("li"), phone="1001"), []),
    (
        r.RingCustomer(**CUSTOMER),
        [
            b"bgapi originate {origination_uuid=L1-c3,origination_caller_id_number=4008008000,"
            rb"origination_caller_id_name=Li\\\\sLei\\\\sLtd,originate_timeout=30,ignore_early_media=true,"
            b"outbound_redirect_fatal=true,uuid_bridge_park_on_cancel=true,hangup_after_bridge=false,"
            b"transfer_after_bridge=return:XML:ccs_return,force_transfer_context=ccs_transfer,deny_refer_requests=true,"
            b"ccs_call=L1,ccs_role=customer,ccs_claimed=false,ccs_wayout=orphan:XML:ccs_orphan}"
            b"sofia/gateway/carrier/+8613800138000 return XML ccs_return\nJob-UUID: L1-c3\n\n"
        ],
    ),
    (
        r.RingAgent(**RING),
        [
            b"bgapi originate {origination_uuid=L1-a3,origination_caller_id_number=13800138000,"
            rb"origination_caller_id_name=Li\\\\sLei,originate_timeout=20,ignore_early_media=true,"
            b"outbound_redirect_fatal=true,force_transfer_context=ccs_transfer,deny_refer_requests=true,"
            b"ccs_call=L1,ccs_role=agent,ccs_agent=li,ccs_queue=support,ccs_claimed=true,ccs_wayout=hangup,sip_h_X-CCS-Call=L1,sip_h_X-CCS-Queue=support}"
            b"user/1001@pbx.example.com &park()\nJob-UUID: L1-a3\n\n"
        ],
    ),
]


@pytest.mark.parametrize(("request_", "wire"), WIRES, ids=lambda value: type(value).__name__)
def test_a_request_becomes_these_bytes(node: FakeNode, request_: r.Request, wire: list[bytes]) -> None:
    carry(node, request_)
    assert node.wire == wire
    assert node.facts == []


@pytest.mark.parametrize("number", ["", "1", "+", "13800138000 XML", "138;fs_path=evil", "138\n\napi", "1" * 33, "١٢٣"])
def test_a_customers_number_that_ccs_out_would_refuse_is_not_dialled(node: FakeNode, number: str) -> None:
    carry(node, r.RingCustomer(**{**CUSTOMER, "number": number}))
    assert (node.told, node.facts) == ([], [f.LegEnded(leg=LegId("L1-c3"), cause="INVALID_NUMBER_FORMAT")])


def test_without_a_gateway_no_customer_is_dialled(node: FakeNode) -> None:
    node.gateway = ""
    carry(node, r.RingCustomer(**CUSTOMER))
    assert (node.told, node.facts) == ([], [f.LegEnded(leg=LegId("L1-c3"), cause="INVALID_GATEWAY")])


def test_a_customers_dialling_that_the_switch_refuses_has_failed(node: FakeNode) -> None:
    carry(node, r.RingCustomer(**CUSTOMER))
    node.answer(CommandFailed("-ERR no"))
    assert node.facts == [f.LegEnded(leg=LegId("L1-c3"), cause="FAILED")]


def test_a_number_that_is_to_be_hidden_goes_as_the_gateway_has_it(node: FakeNode) -> None:
    carry(node, r.RingCustomer(**{**CUSTOMER, "caller_number": ""}))
    assert b"origination_caller_id" not in node.wire[0]


def test_a_number_outside_that_an_agent_asks_is_dialled_by_the_gateway_as_the_house(node: FakeNode) -> None:
    # When an agent asks somebody outside
    carry(node, r.RingAgent(**{**ASKED, "caller_name": "4008008000"}))
    # Then he is dialled like an agent, so that his leg ends with the talk, and a trunk learns nothing of the call
    assert node.wire == [
        b"bgapi originate {origination_uuid=L1-a3,origination_caller_id_number=4008008000,"
        b"origination_caller_id_name=4008008000,originate_timeout=20,ignore_early_media=true,"
        b"outbound_redirect_fatal=true,force_transfer_context=ccs_transfer,deny_refer_requests=true,"
        b"ccs_call=L1,ccs_role=agent,ccs_queue=support,ccs_claimed=true,ccs_wayout=hangup}"
        b"sofia/gateway/carrier/+8613900139000 &park()\nJob-UUID: L1-a3\n\n"
    ]


def test_who_is_asked_outside_sees_what_the_gateway_shows_where_there_is_no_number(node: FakeNode) -> None:
    carry(node, r.RingAgent(**{**ASKED, "caller_number": "", "caller_name": ""}))
    assert b"origination_caller_id" not in node.wire[0] and b"anonymous" not in node.wire[0]


@pytest.mark.parametrize("number", ["1", "+", "13800138000 XML", "138;fs_path=evil", "138\n\napi", "1" * 33, "١٢٣"])
def test_a_number_to_ask_at_that_ccs_out_would_refuse_is_not_dialled(node: FakeNode, number: str) -> None:
    carry(node, r.RingAgent(**{**ASKED, "number": number}))
    assert node.told == [] and [type(one) for one in node.facts] == [f.LegEnded]


def test_without_a_gateway_nobody_is_asked_outside(node: FakeNode) -> None:
    node.gateway = ""
    carry(node, r.RingAgent(**ASKED))
    assert (node.told, node.facts) == ([], [f.LegEnded(leg=LegId("L1-a3"), cause="INVALID_GATEWAY")])


def test_every_request_is_carried_out() -> None:
    assert set(_TABLE) == set(get_args(r.NodeRequest)) == {type(request) for request, _ in WIRES}


def test_a_survey_and_an_account_are_the_nodes_own_work(node: FakeNode) -> None:
    carry(node, r.Survey(node=NODE, expected=(LegId("L1"), LegId("L2"))))
    carry(node, r.ProvisionPhone(agent=AgentId("li"), phone="1001"))
    assert (node.surveys, node.provisioned) == ([("L1", "L2")], ["li"])


@pytest.mark.parametrize(
    ("phone", "target"),
    [
        ("1001@other.example.com", b"}user/1001@other.example.com &park()"),
        ("sip:1001@192.0.2.7:5070", b"}sofia/external/sip:1001@192.0.2.7:5070 &park()"),
        ("trunk:pstn/13800138000", b"}sofia/gateway/pstn/13800138000 &park()"),
    ],
)
def test_a_phone_is_dialled_the_way_it_is_written(node: FakeNode, phone: str, target: bytes) -> None:
    carry(node, r.RingAgent(**{**RING, "phone": phone}))
    assert target in node.wire[0]


def test_a_phone_rings_at_least_as_long_as_it_should() -> None:
    # Given FreeSWITCH's whole seconds
    assert agent_leg_variables(r.RingAgent(**{**RING, "timeout": 2.1}))["originate_timeout"] == "3"


def test_a_caller_without_number_and_name_has_some_all_the_same() -> None:
    variables = agent_leg_variables(r.RingAgent(**{**RING, "caller_number": "\n;", "caller_name": "\x00<>"}))
    assert variables["origination_caller_id_number"] == "anonymous"
    assert variables["origination_caller_id_name"] == "Caller"


# ---- refusals -----------------------------------------------------------------------------------------------

NO_SUCH = CommandFailed("-ERR invalid session id [L1]")


@pytest.mark.parametrize("request_", [r.Answer(**RUN), r.Play(**RUN, files=("a.wav",)), r.Collect(**COLLECT)])
def test_an_application_that_the_switch_refuses_has_failed(node: FakeNode, request_: r.Request) -> None:
    carry(node, request_)
    node.answer(NO_SUCH)
    assert node.facts == [f.ExecuteFailed(leg=LegId("L1"), execute=ExecuteId("L1-x2"), why=str(NO_SUCH))]


def test_a_bridge_that_the_switch_refuses_has_failed(node: FakeNode) -> None:
    carry(node, r.Bridge(**ON, other=LegId("L1-a3")))
    node.answer(CommandFailed("-ERR Invalid uuid\n"))
    assert node.facts == [f.BridgeFailed(leg=LegId("L1"), other=LegId("L1-a3"), why="-ERR Invalid uuid")]


def test_a_dialling_that_the_switch_refuses_outright_is_over(node: FakeNode) -> None:
    carry(node, r.RingAgent(**RING))
    node.answer(CommandFailed("-ERR permission denied\n"))
    assert node.facts == [f.LegEnded(leg=LegId("L1-a3"), cause="FAILED")]


def test_a_leg_that_is_not_there_yet_is_hung_up_once_more(node: FakeNode) -> None:
    # Given a leg that was only just dialled
    carry(node, r.HangUp(**ON, cause="ORIGINATOR_CANCEL"))
    node.answer(CommandFailed("-ERR No such channel!\n"))
    # Then the same is said again in a moment
    assert [command.wire for command in node.later] == node.wire


@pytest.mark.parametrize(
    "request_",
    [r.Play(**RUN, files=("a.wav",)), r.Bridge(**ON, other=LegId("B")), r.RingAgent(**RING), r.HangUp(**ON, cause="X")],
)
@pytest.mark.parametrize("answer", ["+OK\n", LinkDown("cut")])
def test_an_answer_that_is_no_refusal_tells_nothing(node: FakeNode, request_: r.Request, answer: Answer) -> None:
    # Given a success, or a link that is lost, of which NodeDown and the survey tell
    carry(node, request_)
    node.answer(answer)
    assert node.facts == [] and node.later == []


# ---- what cannot be said ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("request_", "fact"),
    [
        (r.Play(**RUN, files=("a\n.wav",)), f.ExecuteFailed),
        (r.Play(**RUN, files=()), f.ExecuteFailed),
        (r.Collect(**{**COLLECT, "pattern": "^\r$"}), f.ExecuteFailed),
        (r.Bridge(**ON, other=LegId("a b")), f.BridgeFailed),
        (r.RingAgent(**{**RING, "phone": "1001\napi hupall"}), f.LegEnded),
        (r.RingAgent(**{**RING, "phone": ""}), f.LegEnded),
        (r.RingAgent(**{**RING, "call": CallId("{x}")}), f.LegEnded),
    ],
)
def test_what_cannot_be_said_comes_back_as_a_failure(node: FakeNode, request_: r.Request, fact: type) -> None:
    carry(node, request_)
    assert node.told == []
    assert [type(one) for one in node.facts] == [fact]


def test_an_outside_number_that_cannot_be_dialled_ends_the_call(node: FakeNode) -> None:
    # Given a number that would be an option of the command, or more
    for number in ("-both 1001", "1\n\napi hupall", "", "${x}"):
        carry(node, r.Transfer(**ON, number=number))
    assert node.wire == [b"api uuid_kill L1 INVALID_NUMBER_FORMAT\n\n"] * 4


@pytest.mark.parametrize(
    "request_",
    [
        r.Record(**ON, path="/rec/a b.wav"),
        r.Claim(node=NODE, leg=LegId("all\n")),
        r.Quiet(node=NODE, leg=LegId("")),
        r.HangUp(**ON, cause="x y"),
        r.Transfer(node=NODE, leg=LegId(""), number="1"),
    ],
)
def test_what_nobody_awaits_is_logged(node: FakeNode, request_: r.Request, caplog: pytest.LogCaptureFixture) -> None:
    carry(node, request_)
    assert node.told == [] and node.facts == []
    assert "cannot be said to the switch" in caplog.text


# ---- hostile values in every field --------------------------------------------------------------------------

EVIL = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            "L1", "L1-x3", "1\n\napi hupall\n\n", "a\r\nEvent-UUID: x", "\x00", "${system(id)}", "$\\{x}", "{a=b}",
            "[x]", "' &system(id)", "all", "-both", "1001", "sip:a@b", "trunk:g/1", "/rec/../x", "^^,", "a,b=c",
            "\ud800", "|", "shell_stream://id", "x" * 70_000, "&park()", "\\'", "mod_event_socket unload", " ", "＋",
            "\u2028api x",
        ]
    ),
)  # fmt: skip
NUMBERS = st.one_of(st.integers(-5, 10**12), st.floats(0, 1e6))
FIELDS: dict[Any, st.SearchStrategy[Any]] = {
    "GuestMode": st.sampled_from([GuestMode.MONITOR, GuestMode.WHISPER, GuestMode.BARGE]),
    "str": EVIL,
    "int": st.integers(-5, 10**12),
    "Seconds": st.floats(0, 1e6),
    "bool": st.booleans(),
    "tuple[str, ...]": st.lists(EVIL, max_size=3).map(tuple),
    "tuple[LegId, ...]": st.lists(EVIL, max_size=3).map(tuple),
}


def any_request(cls: Any) -> st.SearchStrategy[Any]:
    """A request with anything at all in every field."""
    return st.builds(cls, **{name: FIELDS.get(hint, EVIL) for name, hint in cls.__annotations__.items()})


# How many commands a request may become, and how each of them begins.
MOST = {
    r.Collect: 3,
    r.Claim: 3,
    r.Adopt: 3,
    r.Forget: 2,
    r.Record: 2,
    r.TakeMessage: 7,
    r.EndMessage: 4,
    r.Listen: 2,
    r.ParkLeg: 2,
}
MOST[r.Transfer] = 2
FORM = re.compile(
    rb"(api (sched_del|uuid_setvar(?:_multi)?|uuid_break|uuid_bridge|uuid_transfer|uuid_kill|uuid_record) [^\n]*"
    rb"|api db delete/ccs_wayout/[^\n/ ]+"
    rb"|bgapi originate [^\n]*\nJob-UUID: [^\n]*"
    rb"|sendmsg [^\n]*\ncall-command: execute\n"
    rb"execute-app-name: (answer|playback|flush_dtmf|play_and_get_digits|(stop_)?record_session)"
    rb"(\nexecute-app-arg: [^\n]*)?\nEvent-UUID: [^\n]*)\n\n"
)


@pytest.mark.parametrize("cls", get_args(r.NodeRequest), ids=lambda cls: cls.__name__)
@settings(max_examples=examples(15), deadline=None)
@given(data=st.data())
def test_whatever_stands_in_a_request_only_known_commands_go_out(cls: Any, data: st.DataObject) -> None:
    # Given a request with hostile values anywhere
    node = FakeNode()
    request = data.draw(any_request(cls))
    # When it is carried out, which never raises
    carry(node, request)
    # Then what goes out are the commands of this kind of request and not a line more
    assert len(node.told) <= MOST.get(cls, 1)
    for wire in node.wire:
        assert FORM.fullmatch(wire), wire
        assert wire.count(b"\n\n") == 1 and b"\r" not in wire and b"\x00" not in wire
    # And a refusal of it does not raise either
    for callback in node.callbacks:
        if callback is not None:
            callback(CommandFailed("-ERR no"))


def test_a_hostile_caller_rings_an_agent_in_one_command(node: FakeNode) -> None:
    # Given the caller of the capture hostile_caller, as the ears hear him
    number, name = "1\nUnique-ID", "a\nEvent-Name: FORGED\\\", ${system(id)} 'x' {y=z}[w]|^^,:"
    caller = {"Caller-Caller-ID-Number": number, "Caller-Caller-ID-Name": name}
    heard = hear(Event({"Event-Name": "CHANNEL_PARK", "Unique-ID": "L1", "variable_ccs_call": "L1", **caller}), NODE)
    assert isinstance(heard, f.LegParked)
    # When an agent's phone is rung for him
    carry(node, r.RingAgent(**{**RING, "caller_number": heard.caller_number, "caller_name": heard.caller_name}))
    # Then it is one command with what is left of him
    (wire,) = node.wire
    assert FORM.fullmatch(wire) and b"system(id)" in wire and b"${" not in wire
    assert b"origination_caller_id_number=1UniqueID," in wire


def test_a_phone_that_is_to_answer_by_itself_is_asked_for_it():
    assert "sip_auto_answer" not in agent_leg_variables(r.RingAgent(**RING))
    assert agent_leg_variables(r.RingAgent(**{**RING, "auto_answer": True}))["sip_auto_answer"] == "true"


def test_a_leg_that_is_to_stand_is_parked_after_each_talk_and_is_sent_silence() -> None:
    assert "park_after_bridge" not in agent_leg_variables(r.RingAgent(**RING))
    stands = agent_leg_variables(r.RingAgent(**{**RING, "nailed": True}))
    assert (stands["park_after_bridge"], stands["send_silence_when_idle"]) == ("true", "-1")
