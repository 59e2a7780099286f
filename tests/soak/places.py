"""Where a call is when a fault strikes: how it is brought there, and what must have become of it afterwards.

A new place is a class here and a line in PLACES. Around every subject the same scene plays: one talk that must go on,
and two callers behind him who must be served in their order (`tests/soak/cell.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from ccswitch.simulator.phones import answers, rings_on
from tests.scenarios.stage import MENU, Stage
from tests.scenarios.world import Caller, Phone

SERVED_WITHIN = 30.0  # seconds after the fault until the subject is where he should be: menus, watchdog, last resort
STRUCK_WITHIN = 15.0


@dataclass(slots=True)
class Scene:
    """Who is on the stage. `line` are the callers who wait behind the subject."""

    stage: Stage
    subject: Caller
    line: list[Caller] = field(default_factory=list)
    phone: Phone | None = None  # of the agent who has to do with the subject, once there is one

    def place(self) -> str:
        """Where the floor has the subject."""
        return self.stage.place(self.subject)

    def waiting(self) -> list[Caller]:
        """Everybody who waits, in order."""
        return [*([self.subject] if self.place() == "waiting" else []), *self.line]


class Place(Protocol):
    """One place. `joins_line`: the subject stands in the line in front of the others when the fault strikes."""

    name: str
    joins_line: bool

    def call(self, stage: Stage) -> Caller:
        """The caller who will come to this place."""

    def bring(self, scene: Scene, strike: Callable[[], None]) -> None:
        """Bring him there and strike, at the very point that the place is named for."""

    def meanwhile(self, scene: Scene) -> None:
        """What people do between strike and heal."""

    def holds_live(self, scene: Scene) -> None:
        """What has to be true while the call goes on."""

    def holds(self, scene: Scene) -> None:
        """What has to be true once all is over."""


@dataclass(slots=True)
class _Place:
    name: str
    joins_line: bool = True
    agent: str = "1002"

    def call(self, stage: Stage) -> Caller:
        """The subject calls and waits."""
        return stage.waiting(1)[0]

    def bring(self, scene: Scene, strike: Callable[[], None]) -> None:
        """The subject is where he should be, and the fault strikes."""
        strike()

    def meanwhile(self, scene: Scene) -> None:
        """What people do while the fault lasts."""

    def holds_live(self, scene: Scene) -> None:
        """What has become of the subject, once all is whole again, agents have come and nobody hung up yet."""

    def holds(self, scene: Scene) -> None:
        """How his call has ended."""
        scene.stage.eventually(lambda: scene.stage.result(scene.subject) == "answered", SERVED_WITHIN)

    def _comes(self, scene: Scene, manner: object) -> Phone:
        """The agent who has to do with the subject becomes ready."""
        scene.phone = scene.stage.phone(self.agent, manner)  # type: ignore[arg-type]
        scene.stage.ready(self.agent)
        return scene.phone


class InMenu(_Place):
    """A script has him: it asks, and he presses a key while the fault lasts."""

    def call(self, stage: Stage) -> Caller:
        """He is asked."""
        caller = stage.caller(to=MENU, keys=[(2.0, "1")])
        stage.eventually(lambda: stage.place(caller) == "script")
        stage.eventually(lambda: caller.answered)
        return caller

    def holds_live(self, scene: Scene) -> None:
        """He was understood and got an agent, or was asked again, and let go with a word when he said no more."""
        scene.stage.eventually(
            lambda: scene.place() == "talking" or scene.stage.result(scene.subject) == "served", SERVED_WITHIN
        )

    def holds(self, scene: Scene) -> None:
        """The same in the records."""
        scene.stage.eventually(lambda: scene.stage.result(scene.subject) in ("answered", "served"), SERVED_WITHIN)


class InQueue(_Place):
    """He waits, nobody is free."""

    def holds_live(self, scene: Scene) -> None:
        """He talks with an agent."""
        scene.stage.eventually(lambda: scene.place() == "talking", SERVED_WITHIN)


class Ringing(InQueue):
    """An agent's phone rings for him. It is answered while the fault lasts."""

    def bring(self, scene: Scene, strike: Callable[[], None]) -> None:
        """It rings, and rings on."""
        phone = self._comes(scene, rings_on())
        scene.stage.eventually(lambda: phone.rung == 1)
        strike()

    def meanwhile(self, scene: Scene) -> None:
        """The agent answers."""
        assert scene.phone
        scene.phone.answer()


class Bridging(InQueue):
    """The agent has answered, and the controller has just told the switch to join the two."""

    def bring(self, scene: Scene, strike: Callable[[], None]) -> None:
        """The fault strikes behind that very command."""
        struck: list[bool] = []

        def now(_: bytes) -> None:
            """Strike, and let the scene know."""
            strike()
            struck.append(True)

        scene.stage.when_told(b"api uuid_bridge", now)
        self._comes(scene, answers(after=0.2))
        scene.stage.eventually(lambda: bool(struck), STRUCK_WITHIN)


class Talking(_Place):
    """He talks, and hangs up while the fault lasts."""

    def bring(self, scene: Scene, strike: Callable[[], None]) -> None:
        """They talk."""
        self._comes(scene, answers(after=0.1))
        scene.stage.eventually(lambda: scene.place() == "talking")
        strike()

    def meanwhile(self, scene: Scene) -> None:
        """He hangs up, and perhaps nobody hears it."""
        scene.subject.hang_up()

    def holds_live(self, scene: Scene) -> None:
        """He is gone, and nothing of him is left."""
        scene.stage.eventually(lambda: scene.place() == "", SERVED_WITHIN)
        scene.stage.eventually(lambda: len(scene.stage.of("talks", scene.subject)) == 1, SERVED_WITHIN)


class WrapUp(Talking):
    """He has hung up, and the agent writes down what was said."""

    def bring(self, scene: Scene, strike: Callable[[], None]) -> None:
        """The agent is in wrap-up."""
        self._comes(scene, answers(after=0.1))
        scene.stage.eventually(lambda: scene.place() == "talking")
        scene.subject.hang_up()
        board = f"/agents/{self.agent}"
        scene.stage.eventually(lambda: scene.stage.api("GET", board)["agent"]["state"] == "wrapup")
        strike()

    def meanwhile(self, scene: Scene) -> None:
        """Nobody does anything: time alone ends it."""


PLACES: tuple[Place, ...] = (
    InMenu("menu", joins_line=False),
    InQueue("queue"),
    Ringing("ringing"),
    Bridging("bridging"),
    Talking("talking"),
    WrapUp("wrap-up"),
)
