"""`hangup`: the call ends."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

from ccswitch.ivr.acts import Act, HangUp
from ccswitch.ivr.fields import Fields
from ccswitch.ivr.heard import Heard
from ccswitch.ivr.prompts import Prompt
from ccswitch.ivr.step import CLEARING, Here, Over, TimedStep, Turn
from ccswitch.reading.findings import Place, did_you_mean, shown
from ccswitch.reading.yaml_nodes import Text

CAUSES = (
    "NORMAL_CLEARING",
    "USER_BUSY",
    "NO_ANSWER",
    "CALL_REJECTED",
    "UNALLOCATED_NUMBER",
    "NO_ROUTE_DESTINATION",
    "DESTINATION_OUT_OF_ORDER",
    "INVALID_NUMBER_FORMAT",
    "FACILITY_REJECTED",
    "NORMAL_UNSPECIFIED",
    "NORMAL_CIRCUIT_CONGESTION",
    "NORMAL_TEMPORARY_FAILURE",
    "SWITCH_CONGESTION",
    "SERVICE_UNAVAILABLE",
    "OUTGOING_CALL_BARRED",
    "INCOMING_CALL_BARRED",
    "BEARERCAPABILITY_NOTAVAIL",
    "NO_USER_RESPONSE",
    "RECOVERY_ON_TIMER_EXPIRE",
)
_CAUSE = re.compile("|".join(CAUSES))


@dataclass(frozen=True, slots=True, kw_only=True)
class HangUpStep(TimedStep):
    """End the call with a FreeSWITCH hang-up cause."""

    WORD: ClassVar[str] = "hangup"
    DESCRIBED: ClassVar[Mapping[str, Any]] = {"hangup": {"enum": [None, "", *CAUSES]}}

    cause: str = CLEARING
    at: Place = field(default=Place(), compare=False)

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """`hangup:` alone, or with a cause."""
        node = fields.node("hangup")
        if isinstance(node, Text) and not node.value:
            return cls(at=fields.at)
        if isinstance(node, Text) and node.value not in CAUSES:
            fields.report(node.at, f"{shown(node.value)} is no cause to hang up", did_you_mean(node.value, CAUSES))
            return cls(at=fields.at)
        return cls(cause=fields.text("hangup", _CAUSE, "a cause, as NORMAL_CLEARING"), at=fields.at)

    def does(self) -> str:
        """The cause."""
        return f"{self.WORD} {self.cause}"

    def act(self, here: Here, before: tuple[Prompt, ...]) -> Act:
        """End it."""
        return HangUp(cause=self.cause)

    def after(self, here: Here, heard: Heard) -> Turn:
        """Nothing follows."""
        return Over(self.cause)
