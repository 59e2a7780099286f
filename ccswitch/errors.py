"""Every exception that ccswitch raises on purpose.

CcswitchError
├── ConfigError           a file that people edit is wrong; carries every problem at once
├── IllegalTransition     a state machine does not know this cause in this state
├── SwitchError
│   ├── UnsafeString      a value cannot be sent to the switch (CR, LF, NUL)
│   ├── BrokenFrame       bytes on the link are not ESL
│   ├── LinkDown          the link to a node is gone (or was never there)
│   ├── ReplyTimeout      the switch did not answer a command in time
│   └── CommandFailed     the switch answered -ERR
├── JournalError          the journal cannot be read or written
├── Superseded            another controller has taken over; nothing may be decided any more
├── SpeechError           words could not be made a sound file
├── LiveStoreError        the live store (Redis) refused or is away
└── StoreError            the SQL store refused or is away
"""

from __future__ import annotations

from dataclasses import dataclass


class CcswitchError(Exception):
    """The root: catch this to catch whatever ccswitch raises on purpose."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a file: where it stands, what it is, how to mend it. Lines and columns count from 1."""

    file: str
    line: int
    column: int
    what: str
    mend: str = ""

    def __str__(self) -> str:
        hint = f" ({self.mend})" if self.mend else ""
        return f"{self.file}:{self.line}:{self.column}: {self.what}{hint}"


class ConfigError(CcswitchError):
    """A file that people edit is wrong. `problems` holds all of them, in file order."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


class IllegalTransition(CcswitchError):
    """`machine` in `state` does not know `cause`; nothing was changed."""

    def __init__(self, machine: str, state: str, cause: str) -> None:
        self.machine, self.state, self.cause = machine, state, cause
        super().__init__(f"{machine}: {cause} in state {state}")


class SwitchError(CcswitchError):
    """Something between us and a FreeSWITCH node went wrong."""


class UnsafeString(SwitchError):
    """A value that would become a second command (CR, LF or NUL inside) was refused."""


class BrokenFrame(SwitchError):
    """Bytes on the link are not an ESL frame; the link must be dropped and opened again."""


class LinkDown(SwitchError):
    """The link to a node is gone; what was asked may or may not have been done."""


class ReplyTimeout(SwitchError):
    """The switch took a command and did not answer in time."""


class CommandFailed(SwitchError):
    """The switch answered `-ERR`; `reply` is what it said."""

    def __init__(self, reply: str) -> None:
        self.reply = reply
        super().__init__(reply.strip())


class JournalError(CcswitchError):
    """The journal cannot be read or written; says which file and offset."""


class Superseded(CcswitchError):
    """Another controller has taken over: this one decides, writes and says nothing more."""


class SpeechError(CcswitchError):
    """Words could not be made a sound file; the message says why, fit for the call's trace."""


class LiveStoreError(CcswitchError):
    """The live store refused, is away, or holds what is not ours; says where it is."""


class StoreError(CcswitchError):
    """The SQL store refused, is away, or has an older schema than this release needs."""
