"""The controllers of a stage: what they need below them, and a standby beside the active one."""

from __future__ import annotations

from tests.live.freeswitch import free_port
from tests.scenarios.controller_process import ControllerProcess
from tests.scenarios.stage import Stage

STANDBY = ("ccswitch", "serve", "--standby", "--config")
LEASE = 5.0  # seconds; the default


def with_redis(stage: Stage, url: str) -> None:
    """The stage's controllers share a lease in this Redis."""
    config = stage.controller.config
    config.write_text(f'{config.read_text()}\n[live]\nurl = "{url}"\nlease = {LEASE}\n')


def with_standby(stage: Stage) -> ControllerProcess:
    """A second controller beside the stage's own, each of which is the standby of the other. Neither is started."""
    first, port = stage.controller, free_port()
    config = first.config.with_name("standby.toml")
    config.write_text(first.config.read_text().replace(f"port = {first.port}\n", f"port = {port}\n"))
    stage.controller = ControllerProcess(first.config, first.port, first.token, first.environment, command=STANDBY)
    return ControllerProcess(config, port, first.token, first.environment, command=STANDBY)
