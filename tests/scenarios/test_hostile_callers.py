"""Hostile callers: whatever they put into numbers, names and headers, the switch gets no command that is not ours."""

from __future__ import annotations

import re

from ccswitch.simulator.phones import answers
from ccswitch.switch.hearing import FILTERS
from tests.scenarios.conftest import MakeStage
from tests.scenarios.stage import MENU, Rules, Stage

LEG = rb"[A-Za-z0-9-]{1,80}"
KNOWN = tuple(
    re.compile(form, re.S)
    for form in (
        rb"auth .+",
        rb"exit",
        rb"event json [A-Z_ ]+",
        rb"api (?:global_getvar core_uuid|show channels as json|sched_del ccs_watchdog|uptime s)",
        rb"api expand global_setvar ccs_beat=\$\{strepoch\(\)\}",
        rb"api expand global_setvar ccs_beat=\$\{expr\(\$\{strepoch\(\)\}\s*\+\s*\d+\)\}",
        rb"api global_setvar ccs_beat(?:_limit)?=\d+",
        *(re.escape(f"filter {header} {value}".encode()) for header, value in FILTERS),
        rb"api (?:global_getvar ccs_owner|global_setvar ccs_owner=\d+:[A-Za-z0-9_.-]+)",
        rb"api sched_api @2 ccs_watchdog luarun ccs_watchdog\.lua",
        rb"api db (?:list|select|insert|delete)/ccs_agent(?:/[A-Za-z0-9_.-]+){0,2}",
        rb"api db (?:list/ccs_wayout|(?:select|delete)/ccs_wayout/" + LEG + rb")",
        rb"api (?:strepoch|sched_del " + LEG + rb"|uuid_dump " + LEG + rb" json)",
        rb"api uuid_setvar " + LEG + rb" ccs_[a-z]+ (?:true|false)",
        rb"api uuid_setvar_multi "
        + LEG
        + rb" ccs_claimed=true;ccs_orphan=false;playback_terminators=none;sensitive_dtmf=true;api_hangup_hook=",
        rb"api uuid_(?:bridge " + LEG + rb"|break|kill|transfer) " + LEG + rb"[ A-Za-z_]*",
        rb"bgapi originate \{[^\r\n]*\}sofia/external/sip:\d+@127\.0\.0\.1:\d+ &park\(\)\nJob-UUID: " + LEG,
        rb"sendmsg " + LEG + rb"\ncall-command: execute\nexecute-app-name: (?:answer|playback|play_and_get_digits|"
        rb"flush_dtmf|set|record_session)(?:\nexecute-app-arg: [^\r\n]*)?\nEvent-UUID: " + LEG,
        rb"sendmsg " + LEG + rb"\ncall-command: hangup\nhangup-cause: [A-Z_]+",
    )
)

HOSTILE = {
    "line feed": ("1%0A%0Aapi%20hupall%0A%0A", "x"),
    "CR and LF": ("1%0D%0A%0D%0Aapi%20hupall", "x"),
    "a header of an event": ("1%0AUnique-ID:%20evil", "Event-Name: FORGED"),
    "quotes and backslashes": ("1%22%27", "a \\\" 'b' \\\\ \\\""),
    "braces and brackets": ("1%7Borigination_uuid=evil%7D", "{y=z}[w=v]<user>|^^:a"),
    "a command to expand": ("1%24%7Bsystem(id)%7D", "${system(id)} $${hostname} ${api hupall}"),
    "percent signs": ("1%2525%250A", "%0Aapi hupall%00"),
    "bad UTF-8": ("1%FF%FE%80", "\udcff\udcfe\udc80"),
    "letters from afar": ("1%E6%9D%8E", "李雷 \U0001f4de \u202eevil"),
    "far too long": ("1" * 400, "n" * 2000),
}


def is_known(command: bytes) -> bool:
    """One of the forms that we send."""
    return any(form.fullmatch(command) for form in KNOWN)


def check_commands(stage: Stage) -> None:
    """Every command that the switch received is ours, and none of it is the caller's."""
    strange = [command for command in stage.link.commands if not is_known(command)]
    assert strange == []
    spoken = b"\n".join(stage.link.commands)
    assert b"hupall" not in re.sub(rb"origination_caller_id_(?:name|number)=[^,}]*", b"", spoken)
    assert b"${system" not in spoken


def test_a_hostile_caller_is_served_as_any_other(make_stage: MakeStage) -> None:
    # Given an agent who is ready, and a talk that must not suffer
    stage = make_stage(rules=Rules(wrapup=0.1))
    stage.controller.start()
    [bystander] = stage.talks_with(stage.phones(1, answers(after=0.05)))
    phone = stage.phone("1002", answers(after=0.05))
    stage.ready("1002")
    for served, (kind, (number, name)) in enumerate(HOSTILE.items(), start=1):
        # When somebody with such a number and name calls and presses a key
        caller = stage.caller(number, MENU, name=name, keys=[(0.8, "1")])
        # Then he talks with the agent, the records have him, and the switch was told nothing that is not ours
        stage.eventually(lambda: stage.talking() == 2)
        assert (kind, len(phone.calls)) == (kind, 1)
        check_commands(stage)
        caller.hang_up()
        answered = {"entry": "main", "result": "answered"}
        stage.eventually(lambda served=served, answered=answered: len(stage.rows("calls", **answered)) == served)
        # And the link has not been lost, nor was anybody else's call touched
        assert (kind, sum(command.startswith(b"auth ") for command in stage.link.commands)) == (kind, 1)
        assert not bystander.ended
        stage.eventually(lambda: not phone.calls)


def test_a_header_of_sixty_thousand_bytes(stage: Stage) -> None:
    stage.controller.start()
    stage.phone("1001", answers(after=0.05))
    stage.ready("1001")
    # When a caller sends a header as long as UDP allows
    stage.caller("13800138000", MENU, extra="X-Long: " + "A%0A" * 15_000 + "\r\n", keys=[(0.8, "1")])
    # Then he is served, over the same link
    stage.eventually(lambda: stage.talking() == 1)
    check_commands(stage)
    assert sum(command.startswith(b"auth ") for command in stage.link.commands) == 1
