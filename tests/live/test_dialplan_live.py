"""The rendered dialplan, watchdog and agents' directory on a real FreeSWITCH."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ccswitch.clock import SystemClock
from ccswitch.controller import doctor
from ccswitch.controller.config import Config, FloorTimers, NodeSettings
from ccswitch.model.ids import NodeName
from ccswitch.model.nouns import Entry, Queue
from ccswitch.switch import directory, notes
from ccswitch.switch.dialplan import LastResort
from ccswitch.switch.surveying import STRANDED_STATES
from tests.live.freeswitch import FreeSwitch, free_port
from tests.live.sip_phone import Dialog, SipPhone

pytestmark = pytest.mark.live

STRAND_TRIES = 8
SETTLED = 0.5
STRANGE = "销售 <&\"'>;,={}"
ENTRIES = (
    Entry(name="main", dids=("4000",), queue="sales"),
    Entry(name=STRANGE, dids=("+8610*#", r"^5\d{3}$"), queue="sales"),
)


@pytest.fixture(scope="module")
def shared() -> Iterator[FreeSwitch]:
    with FreeSwitch(entries=ENTRIES, loglevel="info") as switch:
        yield switch


@pytest.fixture
def switch(shared: FreeSwitch) -> Iterator[FreeSwitch]:
    """The shared switch without calls and without a watchdog."""
    shared.api("sched_del ccs_watchdog")
    beat(shared)
    yield shared
    shared.api("sched_del ccs_watchdog")
    shared.api("hupall")
    shared.wait_for(lambda: not shared.channels(), 5, "calls of the last test are still up")


@pytest.fixture
def caller(switch: FreeSwitch) -> Iterator[SipPhone]:
    with SipPhone("caller") as phone:
        yield phone


@pytest.fixture
def agent(switch: FreeSwitch) -> Iterator[SipPhone]:
    with SipPhone("agent") as phone:
        yield phone


def beat(switch: FreeSwitch, age: int = 0) -> None:
    """One beat of the controller; an old one when `age` is given."""
    switch.api(f"global_setvar ccs_beat={int(switch.api('strepoch')) - age}")


def arm_watchdog(switch: FreeSwitch) -> None:
    switch.api("sched_api @2 ccs_watchdog luarun ccs_watchdog.lua")


def run_watchdog(switch: FreeSwitch) -> None:
    """One run, waited for."""
    switch.api("global_setvar ccs_watchdog_ran=0")
    switch.api("luarun ccs_watchdog.lua")
    switch.wait_for(lambda: switch.api("global_getvar ccs_watchdog_ran") != "0", 5, "the watchdog did not run")


def getvar(switch: FreeSwitch, leg: str, name: str) -> str:
    return switch.api(f"uuid_getvar {leg} {name}")


def place(switch: FreeSwitch, leg: str) -> tuple[str, str]:
    """The context a leg is in and the application it runs."""
    row = next((row for row in switch.channels() if row["uuid"] == leg), {})
    return row.get("context", ""), row.get("application", "")


def exists(switch: FreeSwitch, leg: str) -> bool:
    return switch.api(f"uuid_exists {leg}") == "true"


def arrive(switch: FreeSwitch, phone: SipPhone, number: str = "4000", **header: str) -> tuple[str, Dialog]:
    """A call that rings in; gives its leg, found as the one that was not there before."""
    before = {row["uuid"] for row in switch.channels()}
    dialog = phone.call(number, switch.sip_port, **header)
    assert dialog.ringing.wait(5), "no 180 from the entry"
    leg = switch.wait_for(
        lambda: next(
            (r["uuid"] for r in switch.channels() if r["uuid"] not in before and r["application"] == "park"), None
        ),
        5,
        "the caller is not in park",
    )
    return leg, dialog


def claim(switch: FreeSwitch, leg: str) -> None:
    assert switch.api(f"sched_del {leg}").startswith("+OK Deleted: 1")
    assert switch.api(f"uuid_setvar_multi {leg} ccs_claimed=true;ccs_orphan=false").startswith("+OK")


def waiting(switch: FreeSwitch, phone: SipPhone) -> tuple[str, Dialog]:
    """A claimed, answered caller."""
    leg, dialog = arrive(switch, phone)
    claim(switch, leg)
    switch.api(f"uuid_answer {leg}")
    assert dialog.answered.wait(5)
    return leg, dialog


def dial(switch: FreeSwitch, phone: SipPhone) -> str:
    """An agent's leg, as the controller dials it."""
    leg = str(uuid.uuid4())
    variables = (
        f"origination_uuid={leg},ccs_role=agent,ccs_claimed=true,ccs_wayout=hangup,"
        "force_transfer_context=ccs_transfer,originate_timeout=30"
    )
    switch.api(f"bgapi originate {{{variables}}}sofia/external/{phone.address} &park()")
    assert phone.called.wait(5), "the agent's phone was not called"
    phone.called.clear()
    return leg


def talking(switch: FreeSwitch, caller: SipPhone, agent: SipPhone) -> tuple[str, Dialog, str]:
    """Caller and agent joined; gives both legs and the caller's side."""
    leg, dialog = waiting(switch, caller)
    other = dial(switch, agent)
    switch.wait_for(lambda: place(switch, other)[1] == "park", 5, "the agent's leg is not parked")
    switch.api(f"uuid_bridge {leg} {other}")
    switch.wait_for(lambda: getvar(switch, leg, "bridge_uuid") == other, 5, "no bridge")
    return leg, dialog, other


def state_of(switch: FreeSwitch, leg: str) -> str:
    """The leg's own channel state, empty when it is gone."""
    found = re.search(r"^Channel-State: (\S+)", switch.api(f"uuid_dump {leg}"), re.M)
    return found.group(1) if found else ""


def strand(switch: FreeSwitch, caller: SipPhone, agent: SipPhone, after: float) -> str | None:
    """Join agent first, without the park on cancel, and let the agent drop `after` seconds later.

    Some milliseconds leave the caller in CS_SOFT_EXECUTE or CS_RESET: then his leg, once it has stayed there for
    SETTLED (a switch that lets him go does so at once). Others take him with the agent, or bridge them first: None.
    """
    leg, dialog = waiting(switch, caller)
    other = dial(switch, agent)
    switch.wait_for(lambda: place(switch, other)[1] == "park", 5, "the agent's leg is not parked")
    switch.api(f"uuid_setvar {leg} uuid_bridge_park_on_cancel false")
    switch.api(f"uuid_bridge {other} {leg}")
    time.sleep(after)
    agent.hang_up(next(reversed(agent.dialogs.values())))
    switch.wait_for(lambda: not exists(switch, other), 5, "the agent's leg is still there")
    until = time.monotonic() + SETTLED
    while (state := state_of(switch, leg)) in STRANDED_STATES:
        if time.monotonic() > until:
            return leg
    if state:  # back by transfer_after_bridge: the bridge stood
        caller.hang_up(dialog)
    return None


class TestEntry:
    def test_a_caller_rings_in_parks_and_carries_what_the_controller_reads(self, switch, caller):
        # When somebody calls the entry's number
        leg, dialog = arrive(switch, caller)
        # Then he hears ringing, is not answered, and the leg knows its call and entry
        assert dialog.status == 180
        names = ("ccs_call", "ccs_entry", "ccs_claimed", "ccs_wayout", "transfer_after_bridge")
        assert [getvar(switch, leg, name) for name in names] == [
            leg,
            "main",
            "false",
            "orphan:XML:ccs_orphan",
            "return:XML:ccs_return",
        ]

    @pytest.mark.parametrize("number", ["+8610*%23", "5123"])
    def test_names_and_numbers_arrive_as_they_were_written(self, switch, caller, number):
        leg, _ = arrive(switch, caller, number)
        assert getvar(switch, leg, "ccs_entry") == STRANGE

    def test_a_number_that_is_no_entry_is_refused(self, switch, caller):
        dialog = caller.call("4001", switch.sip_port)
        assert dialog.ended.wait(5)
        assert dialog.status == 404

    @pytest.mark.parametrize("number", ["4000%20XML%20ccs_out", "4000%0A", "4000%0d%0a", "%24%7Bsystem(touch%20x)%7D"])
    def test_a_number_with_more_in_it_reaches_no_context(self, switch, caller, number):
        dialog = caller.call(number, switch.sip_port)
        assert dialog.ended.wait(5)
        assert dialog.status >= 400

    def test_nobody_claims_and_the_caller_hears_the_last_resort(self, switch, caller):
        # Given a caller whom no controller claims
        started = time.monotonic()
        leg, dialog = arrive(switch, caller)
        # Then after 5 s he is an orphan that a controller could still claim, and 3 s later the last resort has him
        switch.wait_for(lambda: getvar(switch, leg, "ccs_orphan") == "true", 8, "not orphaned")
        orphaned = time.monotonic() - started
        switch.wait_for(lambda: place(switch, leg) == ("ccs_last_resort", "playback"), 6, "no last resort")
        rescued = time.monotonic() - started
        assert 3.5 < orphaned < 6.5
        assert 2 < rescued - orphaned < 4.5
        assert dialog.answered.is_set()
        # And when it has been played the call is over, and the node notes who was there, and when
        assert dialog.ended.wait(15)
        assert switch.wait_for(lambda: switch.api("db list/ccs_wayout"), 5, "no note") == leg
        note = notes.read_note(NodeName("a"), leg, switch.api(f"db select/ccs_wayout/{leg}"))
        assert (note.call, note.entry, note.called_number, note.cause) == (leg, "main", "4000", "NORMAL_CLEARING")
        assert note.caller_number == "caller"
        assert 7 <= note.since - note.arrived <= 10 and 0 < note.ended - note.since < 15
        assert abs(note.ended - time.time()) < 5
        # Until it is told to forget him
        assert switch.api(f"db delete/ccs_wayout/{leg}") == "+OK"
        assert notes.noted_legs(switch.api("db list/ccs_wayout")) == []

    @pytest.mark.parametrize("name", ["0" * 300, "李" * 300, "a|/%,b'"])
    def test_a_note_of_a_hostile_caller_is_a_note(self, switch, caller, name):
        # Given a caller of a hostile name, whom the last resort has
        leg, dialog = arrive(switch, caller, name=name)
        switch.api(f"uuid_transfer {leg} last_resort XML ccs_last_resort")
        assert dialog.answered.wait(5)
        # When he is gone
        switch.api(f"uuid_kill {leg}")
        switch.wait_for(lambda: leg in switch.api("db list/ccs_wayout"), 5, "no note")
        # Then the note is whole, and as much of his name is in it as there is room for
        written = switch.api(f"db select/ccs_wayout/{leg}")
        note = notes.read_note(NodeName("a"), leg, written)
        assert note is not None and len(written) <= 255
        assert note.caller_name and name.startswith(note.caller_name)
        switch.api(f"db delete/ccs_wayout/{leg}")

    def test_an_orphan_that_is_claimed_in_time_stays(self, switch, caller):
        # Given an orphan
        leg, _ = arrive(switch, caller)
        switch.api(f"sched_del {leg}")
        switch.api(f"uuid_transfer {leg} orphan XML ccs_orphan")
        switch.wait_for(lambda: place(switch, leg) == ("ccs_orphan", "park"), 5, "not in the orphan's park")
        # When a controller claims it
        claim(switch, leg)
        # Then no task is left that could throw him out
        assert switch.api(f"sched_del {leg}").startswith("+OK Deleted: 0")
        assert getvar(switch, leg, "ccs_orphan") == "false"


class TestWatchdog:
    def test_a_dead_controller(self, switch, caller, agent):
        # Given a talking pair, a waiting caller, an agent's leg answered and alone, and one that rings
        with SipPhone("waiting") as second, SipPhone("alone") as third, SipPhone("rings", answers=False) as fourth:
            talk, talk_dialog, talk_agent = talking(switch, caller, agent)
            wait, wait_dialog = waiting(switch, second)
            alone, rings = dial(switch, third), dial(switch, fourth)
            switch.wait_for(lambda: place(switch, alone)[1] == "park", 5, "the agent's leg is not parked")
            arm_watchdog(switch)
            # When the beat stops
            beat(switch)
            last = time.monotonic()
            # Then the waiting caller leaves within about 7 s, and not before 5
            switch.wait_for(lambda: getvar(switch, wait, "ccs_orphan") == "true", 10, "the caller was left waiting")
            left = time.monotonic() - last
            print(f"the waiting caller left {left:.1f} s after the last beat")
            assert 5 < left < 8.5
            assert getvar(switch, wait, "ccs_claimed") == "false"
            # and the agent's leg that nobody will bridge is hung up, the one that rings is left to its own timeout
            switch.wait_for(lambda: not exists(switch, alone), 3, "the answered agent's leg stayed in silence")
            assert exists(switch, rings)
            # and the talk goes on, longer than every timer
            while time.monotonic() - last < 21:
                assert exists(switch, talk) and exists(switch, talk_agent), "the talk was torn apart"
                assert getvar(switch, talk, "ccs_orphan") != "true"
                time.sleep(0.5)
            # And when its agent hangs up, the caller gets out
            agent.hang_up(next(iter(agent.dialogs.values())))
            hung_up = time.monotonic()
            switch.wait_for(lambda: getvar(switch, talk, "ccs_orphan") == "true", 9, "the caller was left in silence")
            print(f"the caller left {time.monotonic() - hung_up:.1f} s after his agent")
            assert talk_dialog.ended.wait(20)
            assert wait_dialog.ended.wait(20)

    def test_a_living_controller_is_left_alone(self, switch, caller):
        leg, _ = waiting(switch, caller)
        beat(switch, age=4)
        run_watchdog(switch)
        assert getvar(switch, leg, "ccs_claimed") == "true"

    def test_a_handed_over_beat_ahead_of_time_holds_and_one_of_a_clock_set_back_does_not(self, switch, caller):
        leg, _ = waiting(switch, caller)
        beat(switch, age=-30)
        run_watchdog(switch)
        assert getvar(switch, leg, "ccs_claimed") == "true"
        beat(switch, age=-3600)
        run_watchdog(switch)
        assert getvar(switch, leg, "ccs_claimed") == "false"

    def test_a_leg_without_claim_is_not_touched(self, switch, caller):
        leg, _ = arrive(switch, caller)
        beat(switch, age=60)
        run_watchdog(switch)
        assert place(switch, leg) == ("ccs_in", "park")

    @pytest.mark.parametrize("after", [0.0, 0.01, 0.02, 0.03])
    def test_a_leg_stranded_by_a_failed_bridge_is_healed(self, switch, caller, agent, after):
        # Given a caller who sits outside every application, because his agent dropped at once
        tries = (strand(switch, caller, agent, after) for _ in range(STRAND_TRIES))
        leg = next((leg for leg in tries if leg), None)
        if leg is None:
            pytest.skip(f"{STRAND_TRIES} times the switch itself let the caller go with his agent: nobody to heal")
        # When the controller is dead
        beat(switch, age=60)
        run_watchdog(switch)
        # Then he is in park again, where a timer runs
        rescued = (("ccs_orphan", "park"), ("ccs_return", "park"))
        switch.wait_for(
            lambda: not exists(switch, leg) or place(switch, leg) in rescued, 3, f"stranded in {state_of(switch, leg)}"
        )
        assert exists(switch, leg), "the watchdog ended a caller"
        assert switch.api(f"sched_del {leg}").startswith("+OK Deleted: 1")

    def test_a_conference_is_a_talk(self, switch, caller):
        leg, _ = waiting(switch, caller)
        switch.api(f"uuid_transfer {leg} conference:three@default inline")
        switch.wait_for(lambda: place(switch, leg)[1] == "conference", 5, "not in the conference")
        beat(switch, age=60)
        run_watchdog(switch)
        assert place(switch, leg)[1] == "conference"

    def test_a_way_out_that_is_no_place_leads_to_the_orphans(self, switch, caller):
        leg, _ = waiting(switch, caller)
        switch.api(f"uuid_setvar {leg} ccs_wayout nonsense; os.exit()")
        beat(switch, age=60)
        run_watchdog(switch)
        switch.wait_for(lambda: place(switch, leg) == ("ccs_orphan", "park"), 3, "left waiting")

    @pytest.mark.parametrize(
        "name",
        [
            "it's ]], a \\n [[trap]] ,,",
            "') os.execute('touch x') --",
            "\\x22,uuid:1,\\x0a",
            "{};\t${system(touch x)}",
            "ÿþ名前",
        ],
    )
    def test_hostile_names_do_not_stop_it(self, switch, caller, name):
        # Given a caller with a name that means something in Lua, JSON or SQL, and a line feed in his number
        leg, _ = arrive(switch, caller, name=name, from_user="a%0Aapi%20hupall%22")
        claim(switch, leg)
        # When the controller is dead
        beat(switch, age=60)
        run_watchdog(switch)
        # Then he is rescued like everybody
        switch.wait_for(lambda: getvar(switch, leg, "ccs_orphan") == "true", 3, "left waiting")
        assert not (switch.folder / "x").exists()


class TestTransfer:
    def test_a_refer_parks_with_the_wished_target(self, switch, caller, agent):
        # Given a talk
        leg, _, other = talking(switch, caller, agent)
        # When the agent's phone sends a REFER to an outside number, with something to expand in it
        agent.refer(next(iter(agent.dialogs.values())), "sip:0012345%24%7Bsystem(touch%20x)%7D@127.0.0.1")
        # Then nothing is dialled: the caller parks and carries what was wished, unexpanded
        switch.wait_for(lambda: place(switch, leg) == ("ccs_transfer", "park"), 5, "not parked by the REFER")
        assert getvar(switch, leg, "ccs_transfer") == "0012345$%7Bsystem(touch%20x)%7D"
        assert getvar(switch, leg, "ccs_claimed") == "false"
        assert not exists(switch, other) or place(switch, other)[1] == "park"
        # and an agent's leg is gone or will be, a caller's goes the orphans' way when nobody claims him
        assert switch.api(f"sched_del {leg}").startswith("+OK Deleted: 1")

    def test_a_caller_who_refers_his_agent_moves_him_nowhere(self, switch, caller, agent):
        _, dialog, other = talking(switch, caller, agent)
        caller.refer(dialog, "sip:0012345@127.0.0.1")
        switch.wait_for(
            lambda: not exists(switch, other) or place(switch, other) == ("ccs_transfer", "park"), 5, "dialled"
        )
        switch.wait_for(lambda: not exists(switch, other), 9, "the agent's leg stayed")


class TestOut:
    def test_a_number_that_cannot_be_reached_comes_back(self, switch, caller):
        # Given a node without a gateway
        leg, _ = waiting(switch, caller)
        switch.api(f"uuid_transfer {leg} 0012345 XML ccs_out")
        # Then the caller is back in park, unclaimed, with the reason
        switch.wait_for(lambda: place(switch, leg) == ("ccs_return", "park"), 5, "not back in park")
        assert getvar(switch, leg, "ccs_out_failed") == "REFUSED"


CARRIER = """<profile name="carrier">
  <gateways><gateway name="carrier">
    <param name="proxy" value="127.0.0.1:{port}"/><param name="realm" value="127.0.0.1"/>
    <param name="register" value="false"/><param name="username" value="us"/><param name="password" value="x"/>
  </gateway></gateways>
  <settings>
    <param name="sip-ip" value="127.0.0.1"/><param name="rtp-ip" value="127.0.0.1"/>
    <param name="sip-port" value="{own}"/><param name="context" value="public"/>
  </settings>
</profile>
"""


class TestOutAndVoicemail:
    @pytest.fixture(scope="class")
    @classmethod
    def outside(cls):
        with SipPhone("outside") as phone:
            yield phone

    @pytest.fixture(scope="class")
    @classmethod
    def shared(cls, outside, tmp_path_factory):
        """A switch with a gateway that leads to a phone, and voicemail as the last resort."""
        folder = tmp_path_factory.mktemp("voicemail")
        carrier = CARRIER.format(port=outside.port, own=free_port())
        last_resort = LastResort(kind="voicemail", dir=str(folder), longest=2, announcement="silence_stream://100")
        with FreeSwitch(
            loglevel="info", gateway="carrier", last_resort=last_resort, files={"sip_profiles/carrier.xml": carrier}
        ) as switch:
            yield switch

    def test_a_caller_leaves_a_message(self, switch, caller):
        leg, dialog = waiting(switch, caller)
        switch.api(f"uuid_transfer {leg} last_resort XML ccs_last_resort")
        switch.wait_for(lambda: place(switch, leg)[1] == "record", 5, "no message is taken")
        caller.speak(dialog, 1.0)
        assert dialog.ended.wait(10)
        (message,) = Path(switch.site.last_resort.dir).iterdir()
        assert re.fullmatch(rf"\d+-{leg}\.wav", message.name) and message.stat().st_size > 8000

    def test_an_outside_number_is_dialled_and_its_end_ends_the_call(self, switch, caller, outside):
        # Given a claimed caller, When he is sent to an outside number
        leg, dialog = waiting(switch, caller)
        switch.api(f"uuid_transfer {leg} 0012345 XML ccs_out")
        assert outside.called.wait(5)
        switch.wait_for(lambda: len(switch.channels()) == 2, 5, "no second leg")
        # Then a dead controller does not tear him out of it
        beat(switch, age=60)
        run_watchdog(switch)
        assert place(switch, leg) == ("ccs_out", "bridge")
        # and when the other side hangs up, the call is over
        outside.hang_up(next(reversed(outside.dialogs.values())))
        assert dialog.ended.wait(5)

    def test_a_number_that_does_not_answer_comes_back(self, switch, caller, outside):
        # Given a carrier that is gone
        outside.close()
        leg, _ = waiting(switch, caller)
        switch.api(f"uuid_transfer {leg} 0012345 XML ccs_out")
        # Then the caller is back in park with the reason, and a way out armed
        switch.wait_for(lambda: place(switch, leg) == ("ccs_return", "park"), 15, "not back in park")
        assert getvar(switch, leg, "ccs_out_failed") not in ("", "_undef_")
        assert getvar(switch, leg, "transfer_after_bridge") == "return:XML:ccs_return"
        assert switch.api(f"sched_del {leg}").startswith("+OK Deleted: 1")


class TestDirectory:
    def test_an_account_holds_at_once_and_over_a_restart(self, shared, switch):
        with SipPhone("phone") as phone:
            # Given a user whom nobody knows
            assert phone.register("1001", "s3cret", switch.domain, switch.agents_port) == 403
            # When the controller makes him known
            a1 = directory.a1_hash("1001", switch.domain, "s3cret")
            assert switch.api(directory.insert_command("1001", a1)) == "+OK"
            # Then the files answer for another domain's user of that name
            assert a1 in switch.api(f"find_user_xml id 1001 {switch.domain.upper()}")
            assert a1 not in switch.api("find_user_xml id 1001 pbx.example.com")
            # And he registers at once; a wrong password and a stranger do not
            assert phone.register("1001", "s3cret", switch.domain, switch.agents_port) == 200
            assert phone.register("1001", "guess", switch.domain, switch.agents_port) == 403
            assert phone.register("1002", "s3cret", switch.domain, switch.agents_port) == 403
            # and for the password of a fresh hash the old one no longer holds
            switch.api(directory.insert_command("1001", directory.a1_hash("1001", switch.domain, "new")))
            assert phone.register("1001", "s3cret", switch.domain, switch.agents_port) == 403
            assert phone.register("1001", "new", switch.domain, switch.agents_port) == 200
            # And the same after a restart of the switch, with no controller there
            shared.restart()
            assert phone.register("1001", "new", switch.domain, switch.agents_port) == 200
            assert phone.register("1001", "guess", switch.domain, switch.agents_port) == 403
            # until it is taken away
            assert switch.api(directory.delete_command("1001")) == "+OK"
            assert phone.register("1001", "new", switch.domain, switch.agents_port) == 403

    @pytest.mark.parametrize(
        "user", ["1001/x", "a b", "'; drop table db_data; --", "${system(touch x)}", "%n", "a%2Fb"]
    )
    def test_hostile_users_are_nobody(self, switch, user):
        with SipPhone("phone") as phone:
            assert phone.register(user, "x", switch.domain, switch.agents_port) >= 400
        assert not (switch.folder / "x").exists()


class TestDoctor:
    def test_on_this_switch(self, switch):
        # Given a configuration that the switch was rendered from, but for the music of one queue and a second entry
        site = switch.site
        node = NodeSettings(
            name="here",
            port=switch.esl_port,
            password=switch.password,
            phones_port=site.phones_port,
            sip_ip=site.sip_ip,
        )
        queues = (Queue(name="sales", record=True),)
        recordings = FloorTimers(recordings=str(switch.recordings))
        config = Config(nodes=(node,), entries=site.entries, queues=queues, floor=recordings)
        # When doctor looks at it, Then all is well
        well = doctor.examine_node(config, node, SystemClock())
        assert {check.name: check.found for check in well if check.health is not doctor.Health.OK} == {}
        # And what is not as configured is found
        changed = replace(
            config,
            entries=(*site.entries, Entry(name="more", dids=("4009",), queue="sales")),
            queues=(Queue(name="sales", music="local_stream://jazz", record=True),),
            floor=FloorTimers(recordings="/dev/null/recordings"),
        )
        ill = {check.name: check.found for check in doctor.examine_node(changed, node, SystemClock()) if check.mend}
        assert ill == {
            "dialplan": "older than the configuration: ccs_in",
            "entries": "context public does not lead to: more",
            "music": "missing: local_stream://jazz",
            "recordings": "the switch cannot write there: /dev/null/recordings/.ccs_doctor: Not a directory",
        }
        assert not list(switch.recordings.iterdir())

    def test_a_wrong_password(self, switch):
        node = NodeSettings(name="here", port=switch.esl_port, password="guess")
        (check,) = doctor.examine_node(Config(nodes=(node,)), node, SystemClock())
        assert check.health is doctor.Health.FAIL
        assert "refuses the password" in check.found and "event_socket.conf.xml" in check.mend
