"""What is wrong on a host that should run a contact centre, and how to mend it.

Every check is a row of `HOST_CHECKS` (`host.py`) or `NODE_CHECKS` (`node.py`): a name, a function that says what it
found, and what to do when that is not good. A node's checks ask the switch over ESL; when the link cannot be had
(`link.py`), only that is told.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ccswitch.clock import Clock, SystemClock
from ccswitch.controller.config import Config, NodeSettings
from ccswitch.controller.doctor.host import HOST_CHECKS
from ccswitch.controller.doctor.link import linked, mend_link
from ccswitch.controller.doctor.node import NODE_CHECKS
from ccswitch.controller.doctor.patient import Patient
from ccswitch.controller.found import Found, Health
from ccswitch.errors import SwitchError
from ccswitch.model.ids import NodeName

__all__ = [
    "HOST_CHECKS",
    "NODE_CHECKS",
    "Check",
    "Health",
    "Patient",
    "examine",
    "examine_node",
    "examine_patient",
    "is_well",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing looked at. `node` is empty for the host itself; `mend` is empty when all is well."""

    name: str
    health: Health
    found: str
    mend: str = ""
    node: NodeName = NodeName("")


def examine(config: Config, clock: Clock | None = None) -> list[Check]:
    """Look at the host and at every node, one after the other. Raises nothing that a sick host can cause."""
    clock = clock or SystemClock()
    checks = [_checked(name, look, mend, config) for name, look, mend in HOST_CHECKS]
    for node in config.nodes:
        checks += examine_node(config, node, clock)
    return checks


def examine_node(config: Config, node: NodeSettings, clock: Clock) -> list[Check]:
    """Everything about one node."""
    name = NodeName(node.name)
    try:
        with linked(node, clock) as api:
            up = Check(name="event socket", health=Health.OK, found=f"{node.host}:{node.port} answers", node=name)
            return [up, *examine_patient(Patient(config, node, api, clock))]
    except SwitchError as away:
        mend = mend_link(str(away), node)
        return [Check(name="event socket", health=Health.FAIL, found=str(away), mend=mend, node=name)]


def examine_patient(patient: Patient) -> list[Check]:
    """The checks of a node to which we can speak."""
    node = NodeName(patient.node.name)
    return [_checked(name, look, mend, patient, node=node) for name, look, mend in NODE_CHECKS]


def _checked(
    name: str, look: Callable[..., Found], mend: str, subject: object, *, node: NodeName = NodeName("")
) -> Check:
    health, found = look(subject)
    return Check(name=name, health=health, found=found, mend="" if health is Health.OK else mend, node=node)


def is_well(checks: Sequence[Check]) -> bool:
    """Whether nothing failed; warnings are no illness."""
    return all(check.health is not Health.FAIL for check in checks)
