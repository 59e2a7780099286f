"""Whether the systems that scripts ask are there."""

from __future__ import annotations

from ccswitch.controller.config import Config
from ccswitch.controller.found import Found, Health
from ccswitch.lookups.checking import trouble


def lookups_answer(config: Config) -> Found:
    """Each one in turn. Calls go on without them, by their scripts' `otherwise`: none is worse than a warning."""
    wrong = [
        f"{one.name}: {why}" for one in config.lookups if (why := trouble(one, config.lookup_headers.get(one.name, {})))
    ]
    if wrong:
        return Health.WARN, "; ".join(wrong)
    return Health.OK, ", ".join(one.name for one in config.lookups) or "none is configured"
