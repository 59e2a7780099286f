"""The conversations that are recorded, each on the stage of the same name in `tests/simulator/own_stages.py`."""

from __future__ import annotations

from collections.abc import Callable

from ccswitch.model import facts as f
from ccswitch.model import requests as r
from ccswitch.model.ids import LegId
from ccswitch.switch import directory, notes, strings
from tests.live.scene import Scene

TONE = "tone_stream://%(300,0,440)"
MENU = {
    "files": (TONE,),
    "least": 1,
    "most": 1,
    "timeout": 1.0,
    "between": 1.0,
    "terminators": "#",
    "pattern": "[12]",
}


def talk_and_return(scene: Scene) -> None:
    """A menu, a queue, a talk; the agent hangs up, the caller comes back, is claimed again and ended."""
    leg = scene.arrives()
    scene.claim(leg)
    scene.run(r.Play, leg, files=(TONE, "silence_stream://100"))
    scene.run(r.Collect, leg, **MENU | {"timeout": 4.0})
    scene.music(leg)
    agent = scene.ring(leg)
    scene.join(leg, agent)
    scene.next(f.LegEnded, leg=agent)
    scene.next(f.LegParked, leg=leg)
    scene.claim(leg, answer=False)
    scene.music(leg)
    scene.pause(0.3)
    scene.do(r.Quiet, leg=leg)
    scene.next(f.ExecuteEnded, leg=leg)
    scene.end(leg)


def caller_leaves_the_talk(scene: Scene) -> None:
    """A wrong key, silence, a secret; then a talk which the caller ends."""
    leg = scene.arrives()
    scene.claim(leg)
    scene.run(r.Collect, leg, **MENU | {"timeout": 3.0})
    scene.run(r.Collect, leg, **MENU)
    scene.run(r.Collect, leg, **MENU | {"least": 4, "most": 4, "pattern": "[0-9]+", "timeout": 5.0, "masked": True})
    scene.music(leg)
    agent = scene.ring(leg)
    scene.join(leg, agent)
    scene.next(f.LegEnded, leg=leg)
    scene.next(f.LegEnded, leg=agent)


def orphan_is_claimed(scene: Scene) -> None:
    """The controller falls silent; the caller becomes an orphan, and is claimed in time."""
    scene.arm_watchdog()
    leg = scene.waits()
    scene.beat()
    scene.next(f.LegParked, leg=leg)
    scene.beat()
    scene.claim(leg, answer=False)
    scene.music(leg)
    scene.pause(0.5)
    scene.end(leg)


def orphan_is_not_claimed(scene: Scene) -> None:
    """The controller falls silent and stays so: the last resort takes the caller, and the node notes it."""
    scene.arm_watchdog()
    leg = scene.waits()
    scene.beat()
    scene.next(f.LegParked, leg=leg)
    scene.next(f.LegEnded, leg=leg)
    for command in (notes.list_command(), notes.select_command(leg), notes.delete_command(leg), notes.list_command()):
        scene.ask(command)


def nobody_claims_the_arrival(scene: Scene) -> None:
    """No controller at all, only somebody who listens."""
    leg = scene.arrives()
    scene.next(f.LegParked, leg=leg)
    scene.next(f.LegEnded, leg=leg)


def agent_is_left_alone(scene: Scene) -> None:
    """The controller falls silent between the agent's answer and the bridge."""
    scene.arm_watchdog()
    leg = scene.waits()
    agent = scene.ring(leg)
    scene.beat()
    scene.next(f.LegEnded, leg=agent)
    scene.next(f.LegParked, leg=leg)
    scene.claim(leg, answer=False)
    scene.end(leg)


def agent_drops_at_the_bridge(scene: Scene) -> None:
    """The agent hangs up 20 ms after the bridge was ordered."""
    leg = scene.waits()
    agent = scene.ring(leg)
    scene.do(r.Bridge, leg=leg, other=agent)
    scene.pause(0.02)
    scene.phone.hang_up()  # type: ignore[call-arg]
    scene.next(f.LegEnded, leg=agent)
    scene.next(f.LegParked, leg=leg)
    scene.pause(0.2)
    scene.do(r.Survey, expected=(leg, agent))
    scene.do(r.Repark, leg=leg)
    scene.next(f.LegParked, leg=leg)
    scene.claim(leg, answer=False)
    scene.end(leg)


def surveys(scene: Scene) -> None:
    """The switch is asked for its truth while a caller waits, talks, is back, is an orphan, and in the last resort."""
    leg = scene.waits()
    _survey(scene, leg)
    agent = scene.ring(leg)
    _survey(scene, leg, agent)
    scene.join(leg, agent)
    _survey(scene, leg, agent)
    scene.next(f.LegEnded, leg=agent)
    scene.next(f.LegParked, leg=leg)
    _survey(scene, leg, agent)
    scene.next(f.LegParked, leg=leg)
    _survey(scene, leg)
    scene.pause(1.5)
    _survey(scene, leg)
    scene.next(f.LegEnded, leg=leg)


def _survey(scene: Scene, *legs: LegId) -> None:
    scene.pause(0.2)  # the list comes from a queue and may be late
    scene.do(r.Survey, expected=legs)


def agent_refers(scene: Scene) -> None:
    """The agent's phone sends a REFER: the caller parks with the number that it wished."""
    leg, agent = scene.talk()
    assert scene.stage.refers is not None
    dialog = next(iter(scene.phone.dialogs.values()))  # type: ignore[union-attr]
    scene.pause(0.5)
    scene.phone.refer(dialog, f"sip:{scene.stage.refers[1]}@127.0.0.1")  # type: ignore[union-attr]
    scene.next(f.LegEnded, leg=agent)
    scene.next(f.LegParked, leg=leg)
    scene.claim(leg, answer=False)
    scene.music(leg)
    scene.pause(0.3)
    scene.end(leg)


def accounts_and_globals(scene: Scene) -> None:
    """What the node keeps for the controller, besides calls."""
    a1 = "0123456789abcdef0123456789abcdef"
    texts = (
        directory.select_command("1001"),
        directory.insert_command("1001", a1),
        directory.select_command("1001"),
        directory.insert_command("1001", a1[::-1]),
        directory.select_command("1001"),
        directory.delete_command("1001"),
        directory.select_command("1001"),
    )
    for text in texts:
        scene.ask(strings.api(*text.split(" ", 1)))
    scene.arm_watchdog()
    scene.ask(strings.get_global("ccs_beat"))
    scene.ask(strings.get_global("ccs_beat_limit"))
    scene.ask(strings.set_global("ccs_beat_limit", "35"))
    scene.ask(strings.get_global("ccs_beat_limit"))
    scene.ask(strings.get_global("ccs_nothing"))
    scene.ask(strings.core_uuid())
    scene.ask(strings.uptime())
    scene.ask(strings.cancel_tasks("ccs_watchdog"))
    scene.ask(strings.cancel_tasks("ccs_watchdog"))
    scene.ask(strings.show_channels())
    for refused in (strings.dump, strings.kill, strings.break_playing, strings.exists):
        scene.ask(refused("nobody"))
    scene.ask(strings.bridge("nobody", "nobody-a1"))
    scene.ask(strings.transfer("nobody", "return", "ccs_return"))
    scene.ask(strings.set_variable("nobody", "ccs_claimed", "true"))
    scene.ask(strings.execute("nobody", strings.ANSWER, "nobody-x1"))


def recorded_talk(scene: Scene) -> None:
    """A talk is recorded by sendmsg; the controller ends both legs."""
    leg, agent = scene.talk()
    scene.do(r.Record, leg=leg, path=f"{scene.switch.recordings}/{leg}.wav")
    scene.pause(0.5)
    scene.end(agent)
    scene.next(f.LegParked, leg=leg)
    scene.claim(leg, answer=False)
    scene.end(leg)


def outside_number_is_refused(scene: Scene) -> None:
    """A caller is sent to a number outside on a node without a gateway, and comes back."""
    leg = scene.waits()
    scene.do(r.Transfer, leg=leg, number="13900139000")
    scene.next(f.LegParked, leg=leg)
    scene.claim(leg, answer=False)
    scene.end(leg)


CONVERSATIONS: dict[str, Callable[[Scene], None]] = {
    play.__name__: play
    for play in (
        talk_and_return,
        caller_leaves_the_talk,
        nobody_claims_the_arrival,
        orphan_is_claimed,
        orphan_is_not_claimed,
        agent_is_left_alone,
        agent_drops_at_the_bridge,
        surveys,
        agent_refers,
        accounts_and_globals,
        recorded_talk,
        outside_number_is_refused,
    )
}
