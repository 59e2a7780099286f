"""The kinds of steps, each in a file of its own. A new kind is a file here and a line in `STEPS`."""

from __future__ import annotations

from ccswitch.ivr.step import Step
from ccswitch.ivr.steps.answer import AnswerStep
from ccswitch.ivr.steps.branch import BranchStep
from ccswitch.ivr.steps.callback import CallbackStep
from ccswitch.ivr.steps.collect import CollectStep
from ccswitch.ivr.steps.hang_up import HangUpStep
from ccswitch.ivr.steps.hours import HoursStep
from ccswitch.ivr.steps.look_up import LookUpStep
from ccswitch.ivr.steps.menu import MenuStep
from ccswitch.ivr.steps.play import PlayStep
from ccswitch.ivr.steps.queue import QueueStep
from ccswitch.ivr.steps.record import RecordStep
from ccswitch.ivr.steps.return_ import ReturnStep
from ccswitch.ivr.steps.run import RunStep
from ccswitch.ivr.steps.say import SayStep
from ccswitch.ivr.steps.set import SetStep
from ccswitch.ivr.steps.survey import SurveyStep
from ccswitch.ivr.steps.tag import TagStep
from ccswitch.ivr.steps.transfer import TransferStep
from ccswitch.ivr.steps.voicemail import VoicemailStep

STEPS: tuple[type[Step], ...] = (
    AnswerStep,
    PlayStep,
    SayStep,
    MenuStep,
    CollectStep,
    LookUpStep,
    QueueStep,
    CallbackStep,
    TransferStep,
    HangUpStep,
    SetStep,
    BranchStep,
    HoursStep,
    TagStep,
    RecordStep,
    SurveyStep,
    VoicemailStep,
    RunStep,
    ReturnStep,
)

BY_WORD: dict[str, type[Step]] = {kind.WORD: kind for kind in STEPS}
