"""The rendered dialplan on a real FreeSWITCH: entries, transfers, ways out."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from ccswitch.model.ids import NodeName
from ccswitch.switch import notes
from ccswitch.switch.dialplan import LastResort
from tests.live.carrier import carrier
from tests.live.dialplan.conftest import (
    STRANGE,
    arrive,
    beat,
    claim,
    exists,
    getvar,
    place,
    run_watchdog,
    talking,
    waiting,
)
from tests.live.freeswitch import FreeSwitch
from tests.live.sip_phone import SipPhone

pytestmark = pytest.mark.live


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
        switch.wait_for(lambda: leg in notes.noted_legs(switch.api("db list/ccs_wayout")), 5, "no note")
        note = notes.read_note(NodeName("a"), leg, switch.api(f"db select/ccs_wayout/{leg}"))
        assert (note.call, note.entry, note.called_number, note.cause) == (leg, "main", "4000", "NORMAL_CLEARING")
        assert note.caller_number == "caller"
        assert 7 <= note.since - note.arrived <= 10 and 0 < note.ended - note.since < 15
        assert abs(note.ended - time.time()) < 5
        # Until it is told to forget him
        assert switch.api(f"db delete/ccs_wayout/{leg}") == "+OK"
        assert leg not in notes.noted_legs(switch.api("db list/ccs_wayout"))

    def test_who_hangs_up_before_anybody_claims_him_is_noted_too(self, switch, caller):
        # Given a caller whom no controller has claimed yet, When he is gone
        leg, _ = arrive(switch, caller)
        switch.api(f"uuid_kill {leg} ORIGINATOR_CANCEL")
        # Then his node notes that he was there, and that the last resort never had him
        switch.wait_for(lambda: leg in notes.noted_legs(switch.api("db list/ccs_wayout")), 5, "no note")
        note = notes.read_note(NodeName("a"), leg, switch.api(f"db select/ccs_wayout/{leg}"))
        assert (note.call, note.entry, note.called_number) == (leg, "main", "4000")
        assert note.since - note.arrived <= 1

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
        last_resort = LastResort(kind="voicemail", dir=str(folder), longest=2, announcement="silence_stream://100")
        with FreeSwitch(
            loglevel="info", gateway="carrier", last_resort=last_resort, files=carrier(outside.port)
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
