"""The controller as a process of its own, so that kill -9, SIGTERM and restarts are real."""

from ccswitch.bench.stage.controller import ApiError, ControllerProcess

__all__ = ["ApiError", "ControllerProcess"]
