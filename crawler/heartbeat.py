"""The heartbeat of a crawl: its leases, renewed while it lives."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Set

from core.errors import LeaseHeld

log = logging.getLogger(__name__)

BEATS = 3
"""Signs of life a lease: one may fail."""


class Heartbeat(threading.Thread):
    """Renews leases; `lost` is set when another worker has taken one of `servers`, which may grow.

    `renew` returns the servers whose leases are still held.
    """

    def __init__(self, renew: Callable[[], Set[str]], lease_seconds: float, servers: Set[str]) -> None:
        super().__init__(name="leases", daemon=True)
        self.lost = threading.Event()
        self._renew, self._servers = renew, servers
        self._pause, self._ended = lease_seconds / BEATS, threading.Event()

    def run(self) -> None:
        """Give a sign of life three times a lease."""
        while not self._ended.wait(self._pause):
            try:
                still = self._renew()
            except Exception as error:  # whatever it is: without this thread another worker comes to the same servers
                log.warning("the leases could not be renewed: %s", error)
                continue
            if self._servers - still:
                log.error("%s", LeaseHeld("another worker has taken a server of this crawl", "two clocks differ?"))
                self.lost.set()
                return

    def stop(self) -> None:
        """End the thread."""
        self._ended.set()
        self.join()
