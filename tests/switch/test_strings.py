"""Whatever we send is one command, and FreeSWITCH's parsers read back what was meant."""

from __future__ import annotations

import inspect
from collections.abc import Callable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ccswitch.errors import UnsafeString
from ccswitch.switch import strings
from ccswitch.switch.strings import Application, Command, ReplyKind
from tests.switch import freeswitch_parsers as switch

# Texts rich in what means something to FreeSWITCH, beside plain Unicode.
MEANINGFUL = [
    *"\\'\",=|{}[]<>()$&^% \t:;_!@#-+*nrts",
    "${",
    "\\$",
    "^^",
    ":_:",
    "ARRAY::",
    "%[",
    "\r",
    "\n",
    "\0",
]
hostile = st.lists(st.one_of(st.sampled_from(MEANINGFUL), st.characters()), max_size=24).map("".join)
one_line = hostile.map(lambda text: "".join(char for char in text if char == "\t" or char.isprintable()))


def header(command: Command, name: str = "execute-app-arg") -> str:
    return switch.read_packet(command.wire)[0][name]


def api_argument(command: Command) -> str:
    return switch.strip_whitespace(switch.read_packet(command.wire)[0]["command"].split(" ", 2)[2])


def sent_as(application: Application) -> str:
    """What the application will get when `application` is executed."""
    command = strings.execute("leg-1", application, "leg-1-x1")
    assert header(command, "execute-app-name") == application.name
    return switch.application_argument(switch.read_packet(command.wire)[0].get("execute-app-arg", ""))


def built_from(text: str) -> list[Callable[[], object]]:
    """Every builder with `text` in every place that takes text."""
    s = strings
    return [
        lambda: s.auth(text),
        lambda: s.subscribe([text]),
        lambda: s.filter_events(text, "x"),
        lambda: s.filter_events("Event-Name", text),
        lambda: s.api(text),
        lambda: s.api("sofia", text),
        lambda: s.dump(text),
        lambda: s.exists(text),
        lambda: s.bridge(text, "b"),
        lambda: s.bridge("a", text),
        lambda: s.transfer(text, "100", "default"),
        lambda: s.transfer("a", text, "default"),
        lambda: s.transfer("a", "100", text),
        lambda: s.break_playing(text),
        lambda: s.mask_recording(text, "a.wav", on=True),
        lambda: s.mask_recording("a", text, on=False),
        lambda: s.forget_recording(text),
        lambda: s.listen(text, "b"),
        lambda: s.listen("a", text),
        lambda: s.park(text),
        lambda: s.kill(text),
        lambda: s.kill("a", text),
        lambda: s.set_variable(text, "v", "x"),
        lambda: s.set_variable("a", text, "x"),
        lambda: s.set_variable("a", "v", text),
        lambda: s.set_variables(text, {"v": "x"}),
        lambda: s.set_variables("a", {text: "x", "v": "y"}),
        lambda: s.set_variables("a", {"v": text, "w": text}),
        lambda: s.get_variable(text, "v"),
        lambda: s.get_variable("a", text),
        lambda: s.set_global(text, "x"),
        lambda: s.set_global("v", text),
        lambda: s.get_global(text),
        lambda: s.transfer_later(text, 5, "100", "default"),
        lambda: s.transfer_later("a", 5, text, "default"),
        lambda: s.transfer_later("a", 5, "100", text),
        lambda: s.cancel_tasks(text),
        lambda: s.repeat_script(2, text, "watch.lua"),
        lambda: s.repeat_script(2, "wd", text),
        lambda: s.execute(text, s.ANSWER, "x"),
        lambda: s.execute("a", Application(text), "x"),
        lambda: s.execute("a", Application("playback", text), "x"),
        lambda: s.execute("a", s.ANSWER, text),
        lambda: s.hang_up(text),
        lambda: s.hang_up("a", text),
        lambda: s.originate(text, {}, "job"),
        lambda: s.originate("user/1@b", {text: "x"}, "job"),
        lambda: s.originate("user/1@b", {"v": text}, "job"),
        lambda: s.originate("user/1@b", {"origination_caller_id_name": text}, "job"),
        lambda: s.originate("user/1@b", {}, text),
        lambda: s.originate(s.user_target(text, "b"), {}, "job"),
        lambda: s.originate(s.user_target("a", text), {}, "job"),
        lambda: s.originate(s.sip_target(text, "a", "b"), {}, "job"),
        lambda: s.originate(s.sip_target("internal", text, "b"), {}, "job"),
        lambda: s.originate(s.sip_target("internal", "a", text), {}, "job"),
        lambda: s.originate(s.gateway_target(text, "100"), {}, "job"),
        lambda: s.originate(s.gateway_target("gw", text), {}, "job"),
        lambda: s.execute("a", s.playback([text]), "x"),
        lambda: s.execute("a", s.playback([text, "b.wav"]), "x"),
        lambda: s.execute("a", digits(pattern=text), "x"),
        lambda: s.execute("a", digits(variable=text), "x"),
        lambda: s.execute("a", digits(terminators=text), "x"),
        lambda: s.execute("a", s.set_(text, "x"), "x"),
        lambda: s.execute("a", s.set_("v", text), "x"),
        lambda: s.execute("a", s.sched_transfer(5, text, "c"), "x"),
        lambda: s.execute("a", s.sched_transfer(5, "100", text), "x"),
        lambda: s.execute("a", s.record_session(text), "x"),
        lambda: s.execute("a", s.stop_record_session(text), "x"),
        lambda: s.execute("a", s.conference(text), "x"),
        lambda: s.execute("a", s.conference("r", text), "x"),
        lambda: s.execute("a", s.conference("r", flags=[text]), "x"),
        lambda: s.execute("a", s.eavesdrop(text), "x"),
        lambda: s.set_variable("a", "transfer_after_bridge", s.transfer_after_bridge(text, "c")),
        lambda: s.set_variable("a", "transfer_after_bridge", s.transfer_after_bridge("100", text)),
    ]


def digits(**changes: str) -> Application:
    given = {"variable": "ccs_digits", "pattern": r"\d+", "terminators": "#"} | changes
    return strings.play_and_get_digits(["menu.wav"], least=1, most=4, timeout=5.0, between=2.0, **given)  # type: ignore[arg-type]


# ---- one command is one command -------------------------------------------------------------------------------------


@given(hostile)
def test_whatever_the_text_every_builder_gives_one_command_or_refuses(text: str) -> None:
    for build in built_from(text):
        try:
            command = build()
        except UnsafeString:
            continue
        # Then the wire holds exactly one empty line, at its end, and the switch sees exactly one command
        assert isinstance(command, Command)
        assert command.wire.endswith(b"\n\n")
        assert command.wire.count(b"\n\n") == 1
        assert not command.wire.startswith(b"\n")
        assert b"\r" not in command.wire and b"\0" not in command.wire
        assert len(switch.read_packet(command.wire)) == 1


@given(st.text(alphabet="abc019", min_size=1, max_size=5), st.sampled_from("\r\n\0"), st.integers(0, 4))
def test_a_line_break_is_refused_in_every_place(text: str, bad: str, at: int) -> None:
    at = min(at, len(text))
    for build in built_from(text[:at] + bad + text[at:]):
        with pytest.raises(UnsafeString):
            build()


def test_every_builder_is_held_to_these_rules() -> None:
    # Given the builders that take text
    takes_text = {
        name
        for name, function in inspect.getmembers(strings, inspect.isfunction)
        if not name.startswith("_")
        and function.__module__ == strings.__name__
        and inspect.signature(function).return_annotation in ("Command", "Application")
        and inspect.signature(function).parameters
    }
    # Then each of them stands in `built_from`
    source = inspect.getsource(built_from) + inspect.getsource(digits)
    assert {name for name in takes_text if f"s.{name}(" not in source and f"strings.{name}(" not in source} == set()


def test_the_words_that_unload_the_event_socket_never_stand_in_one_command() -> None:
    # Given a caller whose name is half of them, and a queue whose name is the other half
    variables = {"origination_caller_id_name": "Mod_Event_Socket", "ccs_queue": "please UNLOAD"}
    # Then the command is refused
    with pytest.raises(UnsafeString, match="mod_event_socket"):
        strings.originate("user/1001@example.com", variables, "job-1")
    # And a name that was made fit to be shown is harmless
    variables["origination_caller_id_name"] = strings.display_text("Mod_Event_Socket")
    assert b"Mod\\\\\\\\sEvent" in strings.originate("user/1001@example.com", variables, "job-1").wire


def test_a_password_is_never_shown() -> None:
    command = strings.auth("s3cret word")
    assert command.wire == b"auth s3cret word\n\n"
    assert "s3cret" not in str(command) + repr(command)
    with pytest.raises(UnsafeString) as refused:
        strings.auth("s3cret\nexit")
    assert "s3cret" not in str(refused.value)


def test_a_command_too_long_is_refused() -> None:
    with pytest.raises(UnsafeString, match="bytes"):
        strings.set_variable("leg-1", "v", "x" * strings.LONGEST_COMMAND)


# ---- values come back as they were given ----------------------------------------------------------------------------


@given(st.dictionaries(st.from_regex(r"[a-z][a-z0-9_-]{0,12}", fullmatch=True), one_line, max_size=5))
def test_leg_variables_read_back_exactly(variables: dict[str, str]) -> None:
    try:
        command = strings.originate("user/1001@example.com", variables, "job-1")
    except UnsafeString:
        assume(False)
    # When FreeSWITCH takes the command apart
    sent = switch.read_packet(command.wire)[0]
    assert sent["job-uuid"] == command.job == "job-1"
    assert sent["command"].startswith("bgapi originate ")
    found, target, rest = switch.originate(sent["command"].removeprefix("bgapi originate "))
    # Then it has the variables, the target and the application that were meant
    assert found == {name: text for name, text in variables.items() if text}
    assert target == "user/1001@example.com"
    assert rest == ["&park()"]


@pytest.mark.parametrize(
    "text",
    [
        "a, b",
        "O'Brien",
        "'quoted'",
        'say "hi"',
        "C:\\new\\",
        " padded ",
        "a=b=c",
        "x\\,y",
        "$5",
        "$$",
        "100%",
        "张三",
        "\\s",
    ],
)
def test_these_values_need_no_refusal(text: str) -> None:
    command = strings.originate("user/1001@example.com", {"sip_h_X-Card": text}, "j")
    found, _, _ = switch.originate(switch.read_packet(command.wire)[0]["command"].removeprefix("bgapi originate "))
    assert found == {"sip_h_X-Card": text}


@pytest.mark.parametrize(
    "text", ["${system(reboot)}", "$\\{x}", "$${domain}", "a}sofia/gateway/x/900{", "a:_:b", "ARRAY::a|:b"]
)
def test_these_values_cannot_be_written_and_are_refused(text: str) -> None:
    with pytest.raises(UnsafeString):
        strings.originate("user/1001@example.com", {"v": text}, "j")


def test_nested_expansion_cannot_be_switched_on() -> None:
    with pytest.raises(UnsafeString):
        strings.originate("user/1001@example.com", {"origination_nested_vars": "true"}, "j")
    with pytest.raises(UnsafeString):
        strings.originate("user/1001@example.com", {"v": "x,Origination_Nested_Vars=true"}, "j")


def test_a_caller_name_that_freeswitch_would_percent_decode_is_refused() -> None:
    with pytest.raises(UnsafeString, match="display_text"):
        strings.originate("user/1@b", {"origination_caller_id_name": "x%0d%0aX-Evil: 1"}, "j")


@given(one_line)
def test_setting_a_variable_reads_back_exactly(text: str) -> None:
    try:
        by_api = strings.set_variable("leg-1", "v", text)
    except UnsafeString:
        assume(False)
    assert switch.separate_string(api_argument(by_api), " ", 3) == ["leg-1", "v"] + ([text] if text else [])
    # And as one of several
    leg, _, pairs = api_argument(strings.set_variables("leg-1", {"v": text, "w": "x", "u": text})).partition(" ")
    said = [pair.partition("=")[::2] for pair in switch.separate_string(pairs, ";", 64)]
    assert (leg, said) == ("leg-1", [("v", text), ("w", "x"), ("u", text)])
    # And through the application `set`, which expands twice
    got = sent_as(strings.set_("v", text))
    if text:
        name, _, kept = got.partition("=")
        assert (name, switch.expand_variables(kept)) == ("v", text)
    else:
        assert got == "v"
    # And as a global variable
    parts = switch.separate_string(api_argument(strings.set_global("v", text)), "=", 3)
    assert parts == ["v"] + ([text] if text else [])


@given(one_line.filter(bool), one_line.filter(bool))
def test_sounds_read_back_exactly(first: str, second: str) -> None:
    try:
        one, both = strings.playback([first]), strings.playback([first, second])
    except UnsafeString:
        assume(False)
    assert sent_as(one) == first
    joined = sent_as(both)
    assert joined.startswith("file_string://")
    assert switch.separate_string(joined.removeprefix("file_string://"), "!") == [first, second]


@given(one_line, st.sampled_from(["menu.wav", "tone_stream://%(300,0,440)", "a b/it's.wav"]))
def test_collecting_digits_reads_back_exactly(pattern: str, prompt: str) -> None:
    application = strings.play_and_get_digits(
        [prompt], variable="ccs_d7", pattern=pattern, least=1, most=4, timeout=5, between=2.5, terminators=""
    )
    words = switch.separate_string(sent_as(application), " ", 11)
    assert words == ["1", "4", "1", "5000", "", prompt, "silence_stream://100", "ccs_d7", pattern, "2500"]


def test_collecting_digits_looks_on_the_wire_as_in_the_captures() -> None:
    # Given the step of the capture inbound_ivr
    application = strings.play_and_get_digits(
        ["tone_stream://%(300,0,440)"], variable="ccs_account", pattern=r"\d+", least=4, most=8, timeout=5, between=3
    )
    # Then plain text stays plain
    assert strings.execute("leg-1", application, "step-account").wire == (
        b"sendmsg leg-1\ncall-command: execute\nexecute-app-name: play_and_get_digits\n"
        rb"execute-app-arg: 4 8 1 5000 # tone_stream://%(300,0,440) silence_stream://100 ccs_account \d+ 3000"
        b"\nEvent-UUID: step-account\n\n"
    )


# ---- the look of the rest -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "wire"),
    [
        (strings.subscribe(["CHANNEL_PARK", "DTMF"]), b"event json CHANNEL_PARK DTMF"),
        (strings.filter_events("Event-Name", "DTMF"), b"filter Event-Name DTMF"),
        (strings.bridge("a", "b"), b"api uuid_bridge a b"),
        (strings.transfer("a", "7200", "ccs"), b"api uuid_transfer a 7200 XML ccs"),
        (strings.transfer_later("a", 5, "7200", "ccs"), b"api sched_transfer +5 a 7200 XML ccs"),
        (strings.cancel_tasks("a-1"), b"api sched_del a-1"),
        (strings.break_playing("a"), b"api uuid_break a all"),
        (strings.dump("a"), b"api uuid_dump a json"),
        (strings.kill("a", "USER_BUSY"), b"api uuid_kill a USER_BUSY"),
        (strings.set_variables("a", {"v": "1", "w": "2"}), b"api uuid_setvar_multi a v=1;w=2"),
        (strings.set_global("beat", "1795289723"), b"api global_setvar beat=1795289723"),
        (strings.repeat_script(2, "wd", "ccs/watch.lua"), b"api sched_api @2 wd luarun ccs/watch.lua"),
        (strings.api("sofia", "status"), b"api sofia status"),
        (strings.hang_up("a"), b"sendmsg a\ncall-command: hangup\nhangup-cause: NORMAL_CLEARING"),
        (
            strings.execute("a", strings.record_session("/rec/2026/a.wav", 7200), "x"),
            b"sendmsg a\ncall-command: execute\nexecute-app-name: record_session\n"
            b"execute-app-arg: /rec/2026/a.wav +7200\nEvent-UUID: x",
        ),
        (
            strings.execute("a", strings.ANSWER, "x"),
            b"sendmsg a\ncall-command: execute\nexecute-app-name: answer\nEvent-UUID: x",
        ),
        (
            strings.originate("user/1001@b", {"origination_uuid": "a-1", "originate_timeout": "20"}, "j"),
            b"bgapi originate {origination_uuid=a-1,originate_timeout=20}user/1001@b &park()\nJob-UUID: j",
        ),
    ],
)
def test_plain_commands_look_plain(command: Command, wire: bytes) -> None:
    assert command.wire == wire + b"\n\n"
    assert command.answered_by is (ReplyKind.API if wire.startswith(b"api ") else ReplyKind.REPLY)


@pytest.mark.parametrize("leg", ["", "a b", "a" * 81, "a/b", "a\n", "é"])
def test_a_leg_id_is_checked(leg: str) -> None:
    with pytest.raises(UnsafeString):
        strings.leg_id(leg)


def test_a_number_alone_is_no_group_of_tasks() -> None:
    with pytest.raises(UnsafeString):
        strings.cancel_tasks("17")


@pytest.mark.parametrize("sounds", [[], [""], ["shell_stream://reboot"], ["a.wav@@8000"], ["{x=y}a.wav"]])
def test_some_things_are_no_sounds(sounds: list[str]) -> None:
    with pytest.raises(UnsafeString):
        strings.sound(sounds)


@pytest.mark.parametrize("path", ["rec/a.wav", "/rec/../etc/passwd", "/rec/a b.wav", "/rec/{a}.wav", "/rec/$x"])
def test_a_recording_has_a_plain_absolute_path(path: str) -> None:
    with pytest.raises(UnsafeString):
        strings.record_session(path)


# ---- what is shown --------------------------------------------------------------------------------------------------


@given(hostile)
def test_shown_text_always_fits_a_leg_variable(text: str) -> None:
    # When any text at all is made fit to be shown
    shown = strings.display_text(text)
    # Then it is short, on one line, stable, and arrives on the phone's leg
    assert len(shown) <= 60
    assert strings.display_text(shown) == shown
    variables = {"origination_caller_id_name": shown, "origination_caller_id_number": strings.display_number(text)}
    command = strings.originate("user/1001@example.com", variables, "j")
    found, _, _ = switch.originate(switch.read_packet(command.wire)[0]["command"].removeprefix("bgapi originate "))
    assert found == {name: value for name, value in variables.items() if value}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("O'Brien, Pat (VIP) & Co.", "O'Brien, Pat (VIP) & Co."),
        ("张三\r\nX-Evil: 1", "张三 X-Evil 1"),
        ('Bob" <sip:evil@example.com>', "Bob sip evil@example.com"),
        ("${system(reboot)}", "system(reboot)"),
        ("a%0ab", "a 0ab"),
        ("\u202eabc\u200b", "abc"),
    ],
)
def test_shown_text(text: str, shown: str) -> None:
    assert strings.display_text(text) == shown


def test_shown_numbers() -> None:
    assert strings.display_number("+86 138-0013 8000\napi reboot") == "+8613800138000apireboot"
