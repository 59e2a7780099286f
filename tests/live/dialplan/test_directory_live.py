"""The agents' directory on a real FreeSWITCH, and what doctor finds there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ccswitch.clock import SystemClock
from ccswitch.controller import doctor
from ccswitch.controller.config import Config, FloorTimers, NodeSettings
from ccswitch.model.nouns import Entry, Queue
from ccswitch.switch import directory
from tests.live.sip_phone import SipPhone

pytestmark = pytest.mark.live


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
