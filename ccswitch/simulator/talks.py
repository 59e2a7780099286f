"""What the switch saw of every talk: an account of its own, against which a controller's records can be held."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Talk:
    """Two legs were bridged. Instants are seconds since the epoch by the switch's clock."""

    first: str  # uuid, the caller's where a controller bridges as it should
    second: str
    began: float
    ended: float | None = None  # None while it lasts, and for ever when the switch died under it
    ended_by: str = ""  # the leg whose phone said BYE; empty when the switch was told to end it
