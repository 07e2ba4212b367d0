"""A real mail server on loopback that keeps what it is given."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiosmtpd.controller import Controller


@dataclass
class Mailbox:
    """What arrived. `answer` may refuse; `before_answer` runs when a message is there, before the sender is told."""

    messages: list[Any] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    before_answer: Callable[[], None] = lambda: None
    port: int = 0

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        if address in self.refused:
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.messages.append(envelope.content)
        self.recipients += envelope.rcpt_tos
        self.before_answer()
        return "250 OK"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def serve_mail() -> Iterator[Callable[..., Mailbox]]:
    """Start a server with any options of aiosmtpd."""
    running: list[Controller] = []

    def start(**options: Any) -> Mailbox:
        box = Mailbox(port=free_port())
        controller = Controller(box, hostname="127.0.0.1", port=box.port, **options)
        controller.start()
        running.append(controller)
        return box

    yield start
    for controller in running:
        controller.stop()


@pytest.fixture
def mailbox(serve_mail: Callable[..., Mailbox]) -> Mailbox:
    return serve_mail()
