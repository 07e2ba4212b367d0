"""The last good answers, kept in memory: given again while nothing changed, shown with their time while the engine is away."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

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


class _Kept(NamedTuple):
    """What was answered when, to exactly what, from an index in which state."""

    answer: Any
    at: datetime
    asked: object
    as_of: object | None


class LastGood:
    """Asks the searcher, unless it was asked the same before and its index is still the same; while it raises EngineGone,
    answers what it answered last. Thread-safe, at most `size` answers are kept."""

    def __init__(self, searcher: Searches, clock: Clock, size: int) -> None:
        self._searcher = searcher
        self._clock = clock
        self._size = size
        self._kept: OrderedDict[Hashable, _Kept] = OrderedDict()
        self._lock = threading.Lock()
        self._silent = False
        self._finding_out = threading.Lock()
        self.shown = 0  # saved answers shown since the start, for /readyz

    def search(self, ask: Ask) -> Answered:
        """One page of results. Raises EngineGone when there is none to show, and whatever else the searcher raises."""
        filters = tuple(sorted((name, tuple(sorted(values))) for name, values in ask.filters.items()))
        # With the engine away not whether it was grouped, nor what was counted: the first page is as good either way, and a
        # cursor knows.
        key = ("search", ask.q, ask.kind, filters, ask.limit, ask.cursor, ask.raw)
        return Answered(*self._asked(key, ask, lambda: self._searcher.search(ask)))

    def suggest(self, q: str) -> tuple[Suggestion, ...]:
        """Completions, maybe those of before."""
        found: tuple[Suggestion, ...] = self._asked(("suggest", q), q, lambda: self._searcher.suggest(q))[0]
        return found

    def _asked(self, key: Hashable, asked: object, ask: Callable[[], Any]) -> tuple[Any, datetime | None]:
        with self._lock:
            kept = self._kept.get(key)
        try:
            with self._one_at_a_time():
                # Looked at before asking: an answer from a newer index is only asked for once more.
                as_of = self._searcher.as_of()
                if kept is not None and as_of is not None and (kept.as_of, kept.asked) == (as_of, asked):
                    answer = kept.answer
                else:
                    answer = ask()
        except EngineGone:
            if kept is None:
                raise
            with self._lock:
                self.shown += 1
            return kept.answer, kept.at
        with self._lock:
            self._kept[key] = _Kept(answer, self._clock(), asked, as_of)
            self._kept.move_to_end(key)
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
        return answer, None

    @contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        """Once the engine was silent one question finds out whether it is back; the others do not wait for a time-out.

        All of them waiting took every thread of the server, and pages that need no engine waited too (8 s at 60 callers).
        """
        alone = self._silent
        if alone and not self._finding_out.acquire(blocking=False):
            raise EngineGone("the search engine was silent, and one question is finding out whether it is back", "wait")
        try:
            yield
            self._silent = False
        except EngineGone:
            self._silent = True
            raise
        finally:
            if alone:
                self._finding_out.release()


def answers_of(request: Request) -> LastGood:
    """What answers this request's question, from the engine or from before."""
    answers: LastGood = request.app.state.answers
    return answers
