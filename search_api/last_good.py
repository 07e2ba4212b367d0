"""The last good answers, kept in memory: shown with their time while the search engine is away."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import Request

from core.clock import Clock
from core.errors import EngineGone
from indexer.query.answer import Answer, Ask, Suggestion
from search_api.parts import Searches


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer; `saved_at` when it is one from before the engine went away."""

    answer: Answer
    saved_at: datetime | None = None


class LastGood:
    """Asks the searcher; while that raises EngineGone, answers what it answered last. Thread-safe, at most `size` kept."""

    def __init__(self, searcher: Searches, clock: Clock, size: int) -> None:
        self._searcher = searcher
        self._clock = clock
        self._size = size
        self._kept: OrderedDict[Hashable, tuple[Any, datetime]] = OrderedDict()
        self._lock = threading.Lock()
        self.shown = 0  # saved answers shown since the start, for /readyz

    def search(self, ask: Ask) -> Answered:
        """One page of results. Raises EngineGone when there is none to show, and whatever else the searcher raises."""
        filters = tuple(sorted((name, tuple(sorted(values))) for name, values in ask.filters.items()))
        # Not whether it was grouped, nor what was counted: the first page is as good either way, and a cursor knows.
        key = ("search", ask.q, ask.kind, filters, ask.limit, ask.cursor, ask.raw)
        return Answered(*self._asked(key, lambda: self._searcher.search(ask)))

    def suggest(self, q: str) -> tuple[Suggestion, ...]:
        """Completions, maybe those of before."""
        found: tuple[Suggestion, ...] = self._asked(("suggest", q), lambda: self._searcher.suggest(q))[0]
        return found

    def _asked(self, key: Hashable, ask: Callable[[], Any]) -> tuple[Any, datetime | None]:
        try:
            answer = ask()
        except EngineGone:
            with self._lock:
                kept = self._kept.get(key)
                self.shown += kept is not None
            if kept is None:
                raise
            return kept
        with self._lock:
            self._kept[key] = (answer, self._clock())
            self._kept.move_to_end(key)
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
        return answer, None


def answers_of(request: Request) -> LastGood:
    """What answers this request's question, from the engine or from before."""
    answers: LastGood = request.app.state.answers
    return answers
