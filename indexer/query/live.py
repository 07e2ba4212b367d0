"""The generation that answers now, with all that is built from it; followed when a rebuild or a sync makes a newer one."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from core.clock import Clock, local_date
from indexer.engines.port import Engine, Generations
from indexer.query.models import read_models
from indexer.query.ranking import Ranker
from indexer.query.understanding import Understanding
from indexer.query.vocabulary import Vocabulary
from vietnamese.typing import KeyDecoder

LOOK_AGAIN = 1.0
"""Seconds after which a newer generation or commit is looked for."""


@dataclass(frozen=True, slots=True)
class Live:
    """One generation with all that was built from it; replaced as a whole."""

    engine: Engine
    understanding: Understanding
    ranker: Ranker
    decoder: KeyDecoder


class LiveIndex:
    """Thread-safe. Opening is lazy: without an index `current` raises IndexMissing until there is one."""

    def __init__(self, generations: Generations, vocabulary: Vocabulary, clock: Clock) -> None:
        self._generations = generations
        self._vocabulary = vocabulary
        self._clock = clock
        self._lock = threading.Lock()
        self._live: Live | None = None
        self._looked = 0.0

    def current(self) -> Live:
        """The live generation as of its last commit, at most `LOOK_AGAIN` old. Raises IndexMissing or IndexMismatch."""
        live = self._live
        if live is not None and time.monotonic() - self._looked < LOOK_AGAIN:
            return live
        with self._lock:
            if self._live is not None and time.monotonic() - self._looked < LOOK_AGAIN:
                return self._live
            name = self._generations.live_name()
            if self._live is None or self._live.engine.generation != name:
                self._live = self._load(name)
            else:
                self._live.engine.refresh()
            self._looked = time.monotonic()
            return self._live

    def close(self) -> None:
        """Give the engine back."""
        with self._lock:
            if self._live is not None:
                self._live.engine.close()
            self._live = None

    def _load(self, name: str) -> Live:
        engine = self._generations.open(name)
        models = read_models(engine.load_models())
        understanding = Understanding(self._vocabulary.on(local_date(self._clock())), models)
        return Live(
            engine, understanding, Ranker(models, self._vocabulary.weights), KeyDecoder(models.known, models.typed)
        )
