"""The controller as a process of its own, so that kill -9, SIGTERM and restarts are real."""

from pathlib import Path

from ccswitch.bench.stage.controller import ApiError, ControllerProcess

__all__ = ["CHECKOUT", "ApiError", "ControllerProcess"]

CHECKOUT = Path(__file__).resolve().parents[2]
