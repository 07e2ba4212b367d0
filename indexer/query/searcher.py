"""The one door to the index: search, suggest, explain; follows the live generation by itself."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from core.clock import Clock, local_date, system_clock
from core.errors import QueryRefused, StaleCursor
from core.plain import digest
from indexer.engines import (
    FACETS,
    KINDS,
    Candidate,
    Engine,
    EngineQuery,
    Found,
    Generations,
    Health,
    Kind,
    Question,
    Tally,
)
from indexer.engines.generations import EmbeddedGenerations
from indexer.query import ranking
from indexer.query.answer import Answer, Ask, Hit, Suggestion, Understood
from indexer.query.models import read_models
from indexer.query.ranking import Ranked, Ranker
from indexer.query.suggest import suggest
from indexer.query.terms import name_key
from indexer.query.understanding import Reading, Understanding
from indexer.query.vocabulary import Vocabulary, load_vocabulary
from vietnamese.typing import KeyDecoder

LOOK_AGAIN = 1.0
"""Seconds after which a newer generation or commit is looked for."""

MOST_HITS = 50
PINNED = 1000.0
"""Score of a document whose code, number or whole name was asked for."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a document stands where it stands. `features`: name → (value, weight); `rank` counts from 1, 0 = no match."""

    key: str
    rank: int
    score: float
    features: Mapping[str, tuple[float, float]]
    title_words: tuple[str, ...]
    phrases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Live:
    """One generation with all that was built from it; replaced as a whole."""

    engine: Engine
    understanding: Understanding
    ranker: Ranker
    decoder: KeyDecoder


class Searcher:
    """Thread-safe. Opening is lazy: without an index every call raises IndexMissing until there is one."""

    def __init__(
        self,
        generations: Generations,
        vocabulary: Vocabulary,
        *,
        query_max_chars: int = 300,
        clock: Clock = system_clock,
    ) -> None:
        self._generations = generations
        self._vocabulary = vocabulary
        self._query_max_chars = query_max_chars
        self._clock = clock
        self._lock = threading.Lock()
        self._live: _Live | None = None
        self._looked = 0.0

    @classmethod
    def open(
        cls,
        data_dir: Path,
        config_dir: Path,
        *,
        query_max_chars: int = 300,
        generations: Generations | None = None,
        clock: Clock = system_clock,
    ) -> Searcher:
        """A searcher over the data folder's index, or over another engine's generations."""
        vocabulary = load_vocabulary(config_dir / "vocabulary")
        chosen = generations or EmbeddedGenerations(data_dir)
        return cls(chosen, vocabulary, query_max_chars=query_max_chars, clock=clock)

    @property
    def generation(self) -> str:
        """Name of the generation that answers now. Raises IndexMissing or IndexMismatch."""
        return self._current().engine.generation

    def search(self, ask: Ask) -> Answer:
        """One page of results. Raises QueryRefused (message for citizens), StaleCursor, IndexMissing, IndexMismatch."""
        self._check(ask.q)
        live = self._current()
        start = _offset(ask, live.engine.generation)
        reading = live.understanding.read(ask.q, raw=ask.raw)
        kind: Kind = ask.kind or "procedure"
        filters = {name: tuple(values) for name, values in ask.filters.items() if name in FACETS and values}
        query = EngineQuery(kind, ranking.clauses(reading, kind), reading.needs, filters, ranking.CANDIDATES)
        wanted = _wanted_tallies(query, reading)
        found = live.engine.ask(Question(query, _exact(reading), tuple(wanted.values())))
        ranked = self._ranked(live, reading, query, found)
        tally, totals = _tallies(kind, dict(zip(wanted, found.tallies, strict=True)))
        limit = max(1, min(ask.limit, MOST_HITS))
        page = ranked[start : start + limit]
        after = start + len(page)
        return Answer(
            query=reading.understood,
            total=max(tally.total, len(ranked)),
            hits=tuple(Hit(kind, r.candidate.id.partition(":")[2], round(r.score, 4)) for r in page),
            totals={**totals, kind: max(tally.total, len(ranked))},
            facets=tally.facets,
            next=_cursor(ask, live.engine.generation, after) if after < len(ranked) else "",
        )

    def suggest(self, q: str, limit: int = 8) -> tuple[Suggestion, ...]:
        """Completions of what was typed so far; none for too little or too much."""
        if not q.strip() or len(q) > self._query_max_chars:
            return ()
        live = self._current()
        return suggest(live.engine, live.decoder, q, limit)

    def understand(self, q: str, *, raw: bool = False) -> Understood:
        """How a query is read, without searching."""
        self._check(q)
        return self._current().understanding.read(q, raw=raw).understood

    def explain(self, ask: Ask, key: str) -> Explanation:
        """Why the document with this key stands where it stands for this question."""
        self._check(ask.q)
        live = self._current()
        reading = live.understanding.read(ask.q, raw=ask.raw)
        kind: Kind = ask.kind or "procedure"
        query = EngineQuery(kind, ranking.clauses(reading, kind), reading.needs, ask.filters, ranking.CANDIDATES)
        found = live.engine.ask(Question(query, _exact(reading)))
        for rank, row in enumerate(self._ranked(live, reading, query, found), 1):
            if row.candidate.id.partition(":")[2] == key:
                return _explanation(reading, key, rank, row)
        return Explanation(key, 0, 0.0, {}, (), ())

    def check(self) -> None:
        """Look once at the engine; raises EngineGone or EngineRefused with the remedy."""
        self._generations.check()

    def health(self) -> Health:
        """How the engine is; raises EngineGone."""
        return self._generations.health()

    def close(self) -> None:
        """Give the engine back."""
        with self._lock:
            if self._live is not None:
                self._live.engine.close()
            self._live = None
        self._generations.close()

    def _check(self, q: str) -> None:
        if not any(letter.isalnum() for letter in q):
            raise QueryRefused("Bạn chưa nhập từ khóa.", "Hãy gõ tên thủ tục, mã thủ tục hoặc việc bạn cần làm.")
        if len(q) > self._query_max_chars:
            raise QueryRefused(
                f"Câu hỏi quá dài ({len(q)} ký tự).", f"Hãy rút gọn còn tối đa {self._query_max_chars} ký tự."
            )

    def _current(self) -> _Live:
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

    def _load(self, name: str) -> _Live:
        engine = self._generations.open(name)
        models = read_models(engine.load_models())
        understanding = Understanding(self._vocabulary, models)
        return _Live(engine, understanding, Ranker(models), KeyDecoder(models.known, models.typed))

    def _ranked(self, live: _Live, reading: Reading, query: EngineQuery, found: Found) -> list[Ranked]:
        today = local_date(self._clock()).toordinal()
        ranked = live.ranker.rank(reading, query.kind, found.candidates, today)
        pinned = [c for c in found.exact if _fits(c, query.filters)]
        if not pinned:
            return ranked
        known = {c.id for c in pinned}
        top = [Ranked(c, PINNED - n, {"exact": 1.0}) for n, c in enumerate(pinned)]
        return top + [r for r in ranked if r.candidate.id not in known]


def _fits(candidate: Candidate, filters: Mapping[str, tuple[str, ...]]) -> bool:
    return all(set(values) & set(candidate.card.facets.get(name, ())) for name, values in filters.items())


def _exact(reading: Reading) -> tuple[str, ...]:
    return (*reading.codes, *reading.numbers, name_key(reading.understood.typed))


def _wanted_tallies(query: EngineQuery, reading: Reading) -> dict[str, tuple[EngineQuery, tuple[str, ...]]]:
    """Matches and facets of the kind asked for (""), each filtered facet under the *other* filters (by its name), and
    the matches of the other kinds (by kind)."""
    wanted = {"": (query, tuple(name for name in FACETS if name not in query.filters and name != "kind"))}
    for name in query.filters:
        others = {other: values for other, values in query.filters.items() if other != name}
        wanted[name] = (replace(query, filters=others), (name,))
    for kind in KINDS:
        if kind != query.kind:
            wanted[kind] = (replace(query, kind=kind, clauses=ranking.clauses(reading, kind)), ())
    return wanted


def _tallies(kind: Kind, tallies: Mapping[str, Tally]) -> tuple[Tally, dict[str, int]]:
    facets = dict(tallies[""].facets)
    for tally in tallies.values():
        facets.update(tally.facets)
    return Tally(tallies[""].total, facets), {k: tallies[k].total for k in KINDS if k != kind}


def _explanation(reading: Reading, key: str, rank: int, row: Ranked) -> Explanation:
    weights = {**ranking.RERANK, "fresh": row.candidate.score, "exact": PINNED}
    title = set(row.candidate.card.title_s.split())
    words = reading.asked.accented if reading.marked else reading.asked.folded
    plain = {term.partition("_")[0] for term in title} | title
    said = tuple(p for p in row.candidate.card.phrases if any(w in p.lower() for w in reading.understood.terms))
    return Explanation(
        key,
        rank,
        row.score,
        {name: (value, weights.get(name, 1.0)) for name, value in row.features.items()},
        tuple(word for word in words if word in plain),
        said,
    )


def _cursor(ask: Ask, generation: str, offset: int) -> str:
    return f"{generation}-{offset}-{_question(ask)}"


def _question(ask: Ask) -> str:
    filters = sorted((name, sorted(values)) for name, values in ask.filters.items())
    return digest([ask.q, ask.kind, filters, ask.raw])[:8]


def _offset(ask: Ask, generation: str) -> int:
    if not ask.cursor:
        return 0
    parts = re.fullmatch(r"(.+)-(\d{1,4})-([0-9a-f]{8})", ask.cursor)
    if parts is None or parts[1] != generation or parts[3] != _question(ask):
        raise StaleCursor("Trang kết quả này không còn nữa.", "Hãy tìm lại từ đầu.")
    return int(parts[2])
