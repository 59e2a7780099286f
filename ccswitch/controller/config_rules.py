"""What a plan needs of a configuration: its queues, agents and the floor's own rules. Nodes, database, secrets and
scripts are not even looked at, so a plan can be made where none of them is.
"""

from __future__ import annotations

from pathlib import Path

from ccswitch.controller.config import CHECKS, Config, FloorTimers, floor_settings, read_text
from ccswitch.controller.config_source import Reader
from ccswitch.errors import ConfigError
from ccswitch.model.nouns import Agent, FloorSettings, Queue
from ccswitch.reading.findings import did_you_mean, shown


def rules(path: Path) -> FloorSettings:
    """The rules in the configuration `path`. Raises ConfigError with everything that is wrong with them."""
    reader = Reader(read_text(path, mend="name an existing configuration"), str(path), CHECKS)
    config = Config(
        floor=reader.table(FloorTimers, "floor"),
        queues=reader.tables(Queue, "queue"),
        agents=reader.tables(Agent, "agent", {"id": "agent"}),
        file=path,
    )
    queues = [queue.name for queue in config.queues]
    for n, agent in enumerate(config.agents):
        for queue in agent.queues:
            if queue not in queues:
                reader.report(("agent", n, "queues"), f"there is no queue {shown(queue)}", did_you_mean(queue, queues))
    if reader.findings:
        raise ConfigError(reader.findings.sorted())
    return floor_settings(config)
