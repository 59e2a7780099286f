"""Ports that are handed out: nobody has them, and nobody else is promised them."""

from __future__ import annotations

import socket

from ccswitch.bench.stage.ports import LOOPBACK, free_port


def test_a_port_is_promised_to_one_though_nobody_listens_there_yet() -> None:
    # When so many ask that by chance alone some would get the same
    ports = [free_port() for _ in range(500)]
    # Then each has his own
    assert len(set(ports)) == 500


def test_those_that_belong_together_are_free_together() -> None:
    first = free_port((socket.SOCK_DGRAM,), span=4)
    for port in range(first, first + 4):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
            one.bind((LOOPBACK, port))
    assert not {*range(first, first + 4)} & {free_port() for _ in range(300)}
