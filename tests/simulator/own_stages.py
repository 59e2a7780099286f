"""The stages of the project's own captures: its rendered dialplan, and what the world did around the link.

The recorder (`tests/live/record.py`) puts SIPp's people on these stages, the replay the simulator's. Times as in
`stages`: seconds from the INVITE.
"""

from __future__ import annotations

from ccswitch.model.nouns import Entry
from ccswitch.simulator.phones import answers
from ccswitch.switch.dialplan import LastResort, Site, render
from tests.simulator.stages import Call, Stage

SITE = Site(
    entries=(Entry(name="main", dids=("4000",), queue="sales"),),  # type: ignore[arg-type]
    last_resort=LastResort(announcement="tone_stream://%(1500,0,440)"),
    claim_within=2,
    orphan_within=1,
)
DIALPLAN = tuple(text for path, text in render(SITE).items() if path.startswith("dialplan/"))
_SLACK = 4.0  # the watchdog looks every 2 s, and tasks run in whole seconds of the wall clock


def _stage(*calls: Call, **about: object) -> Stage:
    return Stage(calls or (Call(to="4000"),), dialplan=DIALPLAN, **about)  # type: ignore[arg-type]


OWN_STAGES: dict[str, Stage] = {
    "talk_and_return": _stage(
        Call(to="4000", keys=((1.5, "2"),)),
        phone=answers(0.3, drops_after_answer=1.5),
    ),
    "caller_leaves_the_talk": _stage(Call(to="4000", keys=((1.2, "7"), (4.5, "1234")), hangs_up_after=7.5)),
    "nobody_claims_the_arrival": _stage(slack=_SLACK),
    "orphan_is_claimed": _stage(slack=_SLACK),
    "orphan_is_not_claimed": _stage(slack=_SLACK),
    "agent_is_left_alone": _stage(slack=_SLACK),
    "agent_drops_at_the_bridge": _stage(phone=answers(0.3, drops_after_order=0.02)),
    "surveys": _stage(phone=answers(0.3, drops_after_answer=1.5), slack=_SLACK),
    "agent_refers": _stage(phone=answers(0.0), refers=(1.0, "00900123456")),
    "accounts_and_globals": Stage(dialplan=DIALPLAN),
    "recorded_talk": _stage(),
    "outside_number_is_refused": _stage(),
}
