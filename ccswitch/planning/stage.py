"""What the parts of a playing scenario share: the agenda, the inputs that wait for the floor, the books."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from ccswitch.floor.decide import Input
from ccswitch.model.ids import NodeName
from ccswitch.planning.agenda import Agenda
from ccswitch.planning.tallying import Books

NODE = NodeName("planned")  # the one FreeSWITCH of a planned day


@dataclass(slots=True)
class Stage:
    """Facts and orders of this instant go to `inputs`; what comes later is set down in `agenda`."""

    agenda: Agenda
    books: Books
    inputs: deque[Input] = field(default_factory=deque)
