"""Loads the index and prepares every procedure in the background, so that nobody's question waits for what it is the first
to find.

A question whose answers were never shown before takes half as long again (50,000 documents, 6,250 of them procedures).
"""

from __future__ import annotations

import gc
import threading
import time

from core.errors import TracuuError
from search_api.highlight import remember
from search_api.known import KnownProcedures
from search_api.parts import AppParts
from search_api.schemas import checks
from store import procedures

BATCH = 20
"""Procedures prepared at once, about 25 ms of work; then as long a pause, so that questions are answered meanwhile."""

LOOK_AGAIN = 20.0
"""Seconds after which it is looked whether the index has changed."""


class Warming:
    """One thread beside those that answer. It begins again whenever the index was changed; what it knows is passed over.

    The garbage collector leaves alone what stays: a full collection walked it for 80–140 ms in the middle of an answer. What
    is garbage at that moment is collected before, else it would stay too.
    """

    def __init__(self, parts: AppParts, known: KnownProcedures) -> None:
        self._parts = parts
        self._known = known
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self._done: object = None

    @property
    def is_done(self) -> bool:
        """Whether everything was prepared since the start."""
        return self._done is not None

    def start(self) -> None:
        """Begin, also once more after `stop`."""
        self._ended.clear()
        self._thread = threading.Thread(target=self._run, name="warming", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End, within a batch."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _run(self) -> None:
        searcher = self._parts.searcher
        while not self._ended.is_set():
            try:
                found = searcher.as_of() or searcher.generation
                if found != self._done:
                    _keep_what_stays()
                    if self._prepared_all():
                        _keep_what_stays()
                        self._done = found
            except TracuuError:
                pass  # whoever asks is told; here it is only tried again
            self._ended.wait(LOOK_AGAIN)

    def _prepared_all(self) -> bool:
        with self._parts.database.read() as connection:
            keys = procedures.keys(connection, public_only=True)
        for start in range(0, len(keys), BATCH):
            begun, some = time.monotonic(), keys[start : start + BATCH]
            self._parts.searcher.prepare(some)
            with self._parts.database.read() as connection:
                found = self._known.of(connection, some).values()
                checks(connection, (record for shown in found for record in shown.record_ids))
            for shown in found:
                remember(shown.text(()))
            if self._ended.wait(time.monotonic() - begun):
                return False
        return True


def _keep_what_stays() -> None:
    gc.unfreeze()  # an index that was replaced stays no more
    gc.collect()
    gc.freeze()
