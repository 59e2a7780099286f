"""A real FreeSWITCH as a stage, with SIPp for callers and phones."""

from __future__ import annotations

from typing import Any

from ccswitch.simulator.phones import Manner
from ccswitch.switch.dialplan import Site
from ccswitch.switch.notes import noted_legs
from tests.live.freeswitch import EslError, FreeSwitch
from tests.scenarios.sipp import SippCaller, SippPhone, need_sipp


class FreeSwitchStage:
    """A FreeSWITCH that callers, phones and a controller meet at. `site` says what its dialplan is rendered from."""

    live = True

    def __init__(self, site: Site, **more: Any) -> None:
        need_sipp()
        self.switch = FreeSwitch(entries=site.entries, last_resort=site.last_resort, **more)
        try:
            self.switch.start()
        except BaseException:
            self.switch.close()
            raise

    @property
    def esl_port(self) -> int:
        """Where it speaks ESL."""
        return self.switch.esl_port

    def caller(self, number: str, to: str, **manner: Any) -> SippCaller:
        """Somebody calls `to`."""
        return SippCaller(number, to, self.switch.sip_port, **manner)

    def phone(self, user: str, port: int, manner: Manner) -> SippPhone:
        """The phone at `sip:USER@127.0.0.1:PORT`."""
        return SippPhone(user, port, manner)

    def kill(self) -> None:
        """The power goes; all calls with it."""
        self.switch.kill9()

    def start(self) -> None:
        """And comes back, on the same ports."""
        self.switch.start()

    def clean(self) -> None:
        """No calls, no watchdog, no beat, no owner and no notes of callers from the scenario before."""
        if self.switch.process is None:
            self.switch.start()
        for line in ("hupall", "sched_del ccs_watchdog", "global_setvar ccs_beat=", "global_setvar ccs_owner="):
            self.switch.api(line)
        self.switch.wait_for(lambda: not self.switch.channels(), 15, "calls of the scenario before are still there")
        for leg in noted_legs(self.switch.api("db list/ccs_wayout")):
            self.switch.api(f"db delete/ccs_wayout/{leg}")

    def close(self) -> None:
        """The end."""
        self.switch.close()

    def log_tail(self) -> str:
        """The switch's own log."""
        try:
            return self.switch.log_tail()
        except (OSError, EslError) as error:
            return str(error)
