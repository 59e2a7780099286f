"""One cell of the matrix: a call in a place, a fault that strikes there, and what must hold afterwards.

    A talk goes on all the time. The subject is in his place, and behind him three callers wait in a queue for which
    nobody is free. The fault strikes and is healed; agents come one by one, each takes one caller.

Recovery is measured with the next agent who becomes ready: from the end of the fault (from the strike, when it has no
length: a process that was killed is started at once) until his phone rings.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from ccswitch.simulator.phones import answers
from tests.scenarios.world import Caller, Phone
from tests.soak import laws
from tests.soak.faults import Fault, World
from tests.soak.places import Place, Scene

LINE = 3
TALKER, WHILE_IT_LASTS, AFTERWARDS, LATER = "1001", "1003", "1004", ("1005", "1006", "1007")
OFFERED_WITHIN = 3.0  # seconds, while a fault lasts that lets callers be served
ROOM = 20.0  # seconds that recovery may take before the cell gives up; what it should take is the fault's to say
AT_REST_WITHIN = 30.0
START_WITHIN = 11.0  # after that the watchdog, which waits for 15 s, has or may have the callers


@dataclass(slots=True)
class Measured:
    """Seconds until an agent who became ready was rung: while the fault lasted, and from its end. None: not asked."""

    meanwhile: float | None = None
    recovery: float | None = None


@dataclass(slots=True)
class Cell:
    """Plays one cell; raises AssertionError at the first thing that does not hold."""

    world: World
    fault: Fault
    place: Place
    measured: Measured = field(default_factory=Measured)
    _phones: dict[str, Phone] = field(default_factory=dict)
    _callers: list[Caller] = field(default_factory=list)

    def play(self) -> None:
        """The whole of it."""
        stage = self.world.stage
        stage.controller.start()
        if self.world.standby is not None:
            self.world.standby.start(linked=False)
        talk = self._given_a_talk()
        scene = self._given_a_scene()
        since = {caller.number: stage.board(caller)["waiting_since"] for caller in scene.waiting()}
        ends = self._when_it_strikes(scene)
        if self.fault.ends_calls:
            self._then_all_are_lost(scene, talk)
        else:
            assert not talk.ended, "a talk was ended by us"
        self._then_the_next_agent_rings(ends)
        if not self.fault.ends_calls:
            self._then_all_are_served(scene, since)
            assert not talk.ended and len(self._phones[TALKER].calls) == 1, "a talk was ended by us"
        self._then_nothing_is_left(scene)
        self._then_the_records_tell_it(scene)

    # ---- given

    def _given_a_talk(self) -> Caller:
        stage = self.world.stage
        self._agent(TALKER)
        caller = self._called(stage.caller())
        stage.eventually(lambda: stage.place(caller) == "talking")
        return caller

    def _given_a_scene(self) -> Scene:
        """The subject in front, the line behind him; a script has whoever does not wait, and he is called last."""
        stage = self.world.stage
        if self.place.joins_line:
            subject = self._called(self.place.call(stage))
            return Scene(stage, subject, line=[self._called(caller) for caller in stage.waiting(LINE)])
        line = [self._called(caller) for caller in stage.waiting(LINE)]
        return Scene(stage, self._called(self.place.call(stage)), line=line)

    def _called(self, caller: Caller) -> Caller:
        self._callers.append(caller)
        return caller

    def _agent(self, agent: str) -> Phone:
        stage = self.world.stage
        self._phones[agent] = stage.phone(agent, answers(after=0.1))
        stage.eventually(lambda: stage.ready(agent) or True, ROOM)
        return self._phones[agent]

    # ---- when

    def _when_it_strikes(self, scene: Scene) -> float:
        """From strike to heal; gives the instant from which recovery counts."""
        struck: list[float] = []

        def strike() -> None:
            """Strike, and note when."""
            struck.append(time.time())
            self.fault.strike(self.world)

        self.place.bring(scene, strike)
        if scene.phone is not None:
            self._phones[scene.phone.user] = scene.phone
        self.place.meanwhile(scene)
        if self.fault.serves:
            asked = time.time()
            self.measured.meanwhile = self._rings(self._agent(WHILE_IT_LASTS)) - asked
            assert self.measured.meanwhile <= OFFERED_WITHIN, "nobody was served while it lasted"
        time.sleep(max(0.0, struck[0] + self.fault.lasts - time.time()))
        self.fault.heal(self.world)
        self._is_judged(struck[0])
        return time.time() if self.fault.lasts else struck[0]

    def _is_judged(self, struck: float) -> None:
        """A process that takes longer to start than the watchdog waits says something of this machine alone."""
        started = self.world.stage.controller.up_at - struck
        if not self.fault.lasts and started > START_WITHIN:
            pytest.skip(f"this machine is too busy: a controller took {started:.0f} s to start")

    # ---- then

    def _rings(self, phone: Phone) -> float:
        self.world.stage.eventually(lambda: phone.rung > 0, ROOM)
        return phone.rang_at[0]

    def _rang_since(self, since: float) -> float | None:
        """When the first phone rang after `since`."""
        return min((at for phone in self._phones.values() for at in phone.rang_at if at >= since), default=None)

    def _then_the_next_agent_rings(self, ends: float) -> None:
        agent = self._agent(AFTERWARDS)
        if self.fault.ends_calls:  # those who were in a call are free as well
            self._called(self.world.stage.caller())
            rang = self.world.stage.eventually(lambda: self._rang_since(ends), ROOM)
        else:
            rang = self._rings(agent)
        self.measured.recovery = rang - ends
        assert self.measured.recovery <= self.fault.recovers_within, f"whole again after {self.measured.recovery:.1f} s"

    def _then_all_are_lost(self, scene: Scene, talk: Caller) -> None:
        """Who talked was answered, everybody else was lost; all agents are free."""
        stage = self.world.stage
        talked = [talk, *([scene.subject] if self.place.name in ("talking", "wrap-up") else [])]
        for caller in self._callers:
            results = ("answered",) if caller in talked else ("lost",)
            stage.eventually(lambda caller=caller, results=results: stage.result(caller) in results, ROOM)
        stage.eventually(lambda: stage.live_calls() == [])

    def _then_all_are_served(self, scene: Scene, since: dict[str, float]) -> None:
        """Whoever still waits gets an agent, and has waited since he came."""
        stage = self.world.stage
        for agent in LATER:
            self._agent(agent)
        for caller in scene.line:
            stage.eventually(lambda caller=caller: stage.place(caller) == "talking", ROOM)
        self.place.holds_live(scene)
        for caller in self._callers:
            for visit in stage.of("queue_visits", caller):
                assert visit["since"] == since.get(caller.number, visit["since"]), "a place was lost"
        assert not any(caller.ended for caller in scene.line), "a talk was ended by us"

    def _then_nothing_is_left(self, scene: Scene) -> None:
        """Everybody hangs up: the switch is empty and every agent idle."""
        stage = self.world.stage
        for caller in self._callers:
            if not caller.ended:
                caller.hang_up()
        if not self.fault.ends_calls:
            self.place.holds(scene)
        stage.eventually(lambda: stage.live_calls() == [], AT_REST_WITHIN)
        stage.eventually(lambda: not stage.channels(), AT_REST_WITHIN)
        stage.eventually(self._all_idle, AT_REST_WITHIN)

    def _all_idle(self) -> bool:
        agents = self.world.stage.api("GET", "/agents")["agents"]
        return all(agent["state"] == "idle" for agent in agents)

    def _then_the_records_tell_it(self, scene: Scene) -> None:
        """Every call once, every end, the order of service, and no phone rang but for an offer."""
        stage = self.world.stage
        stage.eventually(lambda: len(done(stage.rows("calls"))) == len(self._callers), AT_REST_WITHIN)
        records = laws.Records.read(stage.rows)
        for caller in self._callers:
            assert len(stage.rows("calls", caller_number=caller.number)) == 1, f"{caller.number}: not one row"
            assert len(stage.of("talks", caller)) <= 1, f"{caller.number}: a talk is there twice"
        if not self.fault.ends_calls:
            for caller in scene.line:
                assert len(stage.of("talks", caller)) == 1, f"{caller.number}: his talk is lost"
        found = [sentence for law in laws.AMONG_THEMSELVES for sentence in law(records)]
        found += laws.phones_rang_as_it_says(records, self._phones)
        assert not found, "\n".join(found)


def done(rows: Sequence[dict[str, object]]) -> list[dict[str, object]]:
    """Those which have ended."""
    return [row for row in rows if row["ended"] is not None]
