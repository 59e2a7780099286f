"""The stage of each captured conversation: what the world did around the link when it was recorded.

Written by hand from what the captures show. Times are seconds; a caller's are counted from the INVITE.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ccswitch.simulator.phones import Manner, answers, busy, declines, rings_on, unavailable

DIALPLAN = r"""
<include>
  <context name="public">
    <extension name="outside" continue="true">
      <condition>
        <action application="set" data="outside_call=true"/>
        <action application="export" data="RFC2822_DATE=today"/>
      </condition>
    </extension>
    <extension name="ccs">
      <condition field="destination_number" expression="^7200$">
        <action application="set" data="park_after_bridge=true"/>
        <action application="set" data="ccs_entry=main"/>
        <action application="sched_transfer" data="+30 7299 XML public"/>
        <action application="park"/>
      </condition>
    </extension>
    <extension name="orphan">
      <condition field="destination_number" expression="^7299$">
        <action application="set" data="ccs_orphan=true"/>
        <action application="answer"/>
        <action application="playback" data="tone_stream://%(500,0,440)"/>
        <action application="hangup" data="NORMAL_TEMPORARY_FAILURE"/>
      </condition>
    </extension>
  </context>
</include>
"""


@dataclass(frozen=True, slots=True)
class Call:
    """A caller of the capture; they come in the order of the CHANNEL_CREATEs."""

    number: str = "13800138000"
    name: str = "Li Lei"
    to: str = "7200"
    keys: tuple[tuple[float, str], ...] = ()
    hangs_up_after: float | None = None
    cause: str = "NORMAL_CLEARING"


@dataclass(frozen=True, slots=True)
class Stage:
    """What is there when the link comes up, and who calls."""

    calls: tuple[Call, ...] = ()
    phone: Manner = field(default_factory=lambda: answers(0.3))
    parked: tuple[str, ...] = ()  # nailed-up legs that stand in CS_PARK from an earlier talk
    stranded: tuple[str, ...] = ()  # legs left in CS_RESET by a bridge whose first leg died
    history: tuple[tuple[str, str], ...] = ()  # variables that these legs carry from before
    refers: tuple[float, str] | None = None  # when the agent's phone sends a REFER, and to what number
    slack: float = 1.5  # how much later than in the capture an event may come
    dialplan: str | tuple[str, ...] = DIALPLAN


# The same SIPp scenario pressed these keys in several captures: seconds after the INVITE.
_SURVEY = ((2.52, "2"), (5.02, "8"), (5.42, "8"), (5.83, "1"), (6.23, "2"), (6.61, "#"))

STAGES: dict[str, Stage] = {
    "handshake": Stage(),
    "wrong_password": Stage(),
    "api_errors": Stage(),
    "state_queries": Stage(parked=("agent-leg-0002", "agent-leg-0003")),
    "plain_format": Stage(),
    "agent_answers": Stage(),
    "agent_busy": Stage(phone=busy()),
    "agent_declines": Stage(phone=declines(0.3)),
    "agent_no_answer": Stage(phone=rings_on()),
    "agent_unavailable": Stage(phone=unavailable()),
    "agent_not_registered": Stage(),
    "agent_no_such_gateway": Stage(),
    "inbound_ivr": Stage((Call(keys=((2.5, "2"), (5.01, "8"), (5.41, "8"), (5.81, "1"), (6.21, "2"), (6.61, "#"))),)),
    "wrong_key_and_silence": Stage((Call(keys=((2.5, "2"),)),)),
    "queue_and_talk": Stage((Call(keys=_SURVEY, hangs_up_after=10.03),)),
    "caller_abandons_while_agent_rings": Stage((Call(),), phone=rings_on()),
    # The scenario ended the dialogue with BYE, not CANCEL, before any answer.
    "caller_cancels_before_answer": Stage((Call(hangs_up_after=1.52),)),
    "caller_hangs_up_while_talking": Stage(
        (Call(hangs_up_after=1.54), Call(hangs_up_after=1.54)),
        stranded=("agent-leg-1001",),
        history=(("current_application", "answer"), ("uuid_bridge_park_on_cancel", "true")),
    ),
    "agent_drops_during_bridge": Stage((Call(),)),
    "blind_transfer": Stage((Call(),), parked=("agent-leg-0003",)),
    "three_way": Stage((Call(),)),
    "supervisor_listens": Stage(
        (Call(),),
        parked=("agent-leg-0002",),
        history=(("bridge_hangup_cause", "NORMAL_CLEARING"), ("last_bridge_hangup_cause", "NORMAL_CLEARING")),
    ),
    "lead_answers_after_early_media": Stage(),
    "nobody_claims": Stage((Call(),)),
    "hostile_caller": Stage((Call("1\nUnique-ID", "a\nEvent-Name: FORGED\\\", ${system(id)} 'x' {y=z}[w]|^^,:"),)),
}
