"""Orders change State by the outcomes that stand beside their answer, never by the answer itself."""

from __future__ import annotations

from ccswitch.floor.appliers.table import Appliers, changes_nothing
from ccswitch.model import outcomes as o

APPLIERS: Appliers = {
    o.OrderAccepted: changes_nothing,
    o.OrderRefused: changes_nothing,
}
