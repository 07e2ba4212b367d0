"""The one door to the index: search, suggest, explain; follows the live generation by itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, islice
from pathlib import Path

from core.clock import Clock, local_date, system_clock
from core.errors import QueryRefused
from indexer.engines import FACETS, Candidate, Health, Kind
from indexer.engines.generations import EmbeddedGenerations
from indexer.engines.port import Generations
from indexer.query.answer import Answer, Ask, Suggestion, Why
from indexer.query.cursors import cursor_of, offset_of
from indexer.query.editorial import Pointer
from indexer.query.features import Table
from indexer.query.finding import Finder, engine_query
from indexer.query.groups import page_of_leaders
from indexer.query.live import Live, LiveIndex
from indexer.query.reading import Reading
from indexer.query.results import counted_once, hits_of, key_of, remember, why, without_copies
from indexer.query.suggest import completed, different, short_title, suggest, suggestion
from indexer.query.terms import name_key
from indexer.query.vocabulary import Vocabulary
from indexer.query.vocabulary_files import load_vocabulary
from vietnamese.syllables import fold_canonical

GUESSED_FROM = 8
"""Characters from which on a search fills up completions where less than half of the list goes on with what was typed."""

GUESSED_AMONG = 40
"""Candidates a guess is chosen from: of the judged queries .973 show a right one, as of 120, of their beginnings .809 beside
.818, for .7 of the CPU (300 questions, 50,000 documents)."""

MOST_HITS = 50


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a document stands where it stands. `rank` counts from 1, 0 = no match."""

    key: str
    rank: int
    score: float
    why: Why


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
        self._index = LiveIndex(generations, vocabulary, clock)

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
        return self._index.current().engine.generation

    def as_of(self) -> tuple[str, str, date] | None:
        """What answers depend on beside the question: while it stays, so do they. None when the engine cannot tell.

        Raises what `search` raises.
        """
        engine = self._index.current().engine
        return (engine.generation, engine.revision, self._day()) if engine.revision else None

    def prepare(self, keys: Sequence[str]) -> None:
        """Make ready what questions that find these procedures need. Raises IndexMissing or IndexMismatch."""
        live = self._index.current()
        candidates = live.engine.get([f"procedure:{key}" for key in keys])
        live.ranker.prepare(candidates)
        for candidate in candidates:
            remember(candidate.card)

    def search(self, ask: Ask) -> Answer:
        """One page of results. Raises QueryRefused (message for citizens), StaleCursor, IndexMissing, IndexMismatch."""
        self._check(ask.q)
        live = self._index.current()
        start = offset_of(ask, live.engine.generation)
        readings = live.understanding.by_kind(ask.q, raw=ask.raw)
        kind: Kind = ask.kind or "procedure"
        reading = readings[kind]
        filters = {name: tuple(values) for name, values in ask.filters.items() if name in FACETS and values}
        found = self._finder(live).matches(readings, kind, filters, ask)
        shown = without_copies(found.ranked, kind)
        copies = len(found.ranked) - len(shown)
        total = max(found.tally.total - copies, len(shown))
        most = max(1, min(ask.limit, MOST_HITS))
        page, more = shown[start : start + most], start + most < len(shown)
        if ask.grouped and kind == "procedure":
            page, more = page_of_leaders(shown, start, most)
        return Answer(
            query=found.understood,
            total=total,
            hits=hits_of(page, kind, reading, self._vocabulary.weights.final),
            totals={**found.totals, kind: total},
            near=found.near,
            facets=counted_once(found.tally.facets, shown),
            next=cursor_of(ask, live.engine.generation, start + most) if more else "",
            relaxed=found.relaxed,
            unfiltered=found.unfiltered,
            pointers=self._pointers(reading),
        )

    def _pointers(self, reading: Reading) -> tuple[Pointer, ...]:
        plain = [fold_canonical(term) for term in reading.terms]
        return self._vocabulary.editorial.pointers_for(plain, reading.written, today=self._day())

    def _finder(self, live: Live) -> Finder:
        return Finder(live, self._vocabulary, self._day())

    def _day(self) -> date:
        return local_date(self._clock())

    def suggest(self, q: str, limit: int = 8) -> tuple[Suggestion, ...]:
        """Completions of what was typed so far; none for too little or too much."""
        if not q.strip() or len(q) > self._query_max_chars:
            return ()
        live = self._index.current()
        most = limit + len(self._vocabulary.editorial.denied)
        pointers = completed(self._vocabulary.editorial.pointers, self._day())
        found = suggest(live.engine, live.decoder, q, most, pointers)
        if len(found) < limit // 2:
            found = different(chain(found, self._meant(live, q)), most)
        editorial, today = self._vocabulary.editorial, self._day()
        return tuple(islice((s for s in found if not editorial.is_denied(s.text, today)), limit))

    def _meant(self, live: Live, q: str) -> Iterable[Suggestion]:
        """What a search would find for words that few titles and phrases go on with: slips, questions, another order."""
        if len(q) < GUESSED_FROM:
            return ()
        reading = live.understanding.read(q)
        candidates = live.engine.candidates(replace(engine_query(reading, "procedure"), limit=GUESSED_AMONG))
        ranked = live.ranker.rank(reading, "procedure", candidates, self._day().toordinal())
        return (suggestion(row.candidate, short_title(row.candidate.card.title)) for row in ranked)

    def explain(self, ask: Ask, key: str) -> Explanation:
        """Why the document with this key stands where it stands for this question."""
        self._check(ask.q)
        live = self._index.current()
        kind: Kind = ask.kind or "procedure"
        reading = live.understanding.by_kind(ask.q, raw=ask.raw)[kind]
        finder = self._finder(live)
        if finder.names_no_matter(reading, kind):
            return Explanation(key, 0, 0.0, Why())
        for rank, row in enumerate(finder.in_order(reading, kind, ask.filters), 1):
            if key_of(row.candidate) == key:
                return Explanation(key, rank, row.score, why(reading, row, self._vocabulary.weights.final))
        return Explanation(key, 0, 0.0, Why())

    def dead_pins(self) -> list[str]:
        """Pins of codes that the index does not have, as lines for editors: a dead target is never shown."""
        engine = self._index.current().engine
        return [
            f"{pin.id}: {code} is not in the index, owner {pin.owner}"
            for pin in self._vocabulary.editorial.pins
            for code in pin.codes
            if not engine.find([code], "procedure")
        ]

    def expired(self) -> list[str]:
        """Editorial entries that hold no longer, as lines for editors."""
        return self._vocabulary.expired(self._day())

    def features(self, q: str) -> tuple[tuple[str, ...], tuple[Candidate, ...], Table]:
        """Keys that stand first by code or name, the engine's candidates, and their features: what weights are fitted on."""
        live = self._index.current()
        reading = live.understanding.read(q)
        candidates = live.engine.candidates(engine_query(reading, "procedure"))
        wanted = (*reading.codes, name_key(q))
        pinned = tuple(key_of(candidate) for candidate in live.engine.find(wanted, "procedure"))
        return pinned, candidates, live.ranker.features.of(reading, candidates)

    def check(self) -> None:
        """Look once at the engine; raises EngineGone or EngineRefused with the remedy."""
        self._generations.check()

    def health(self) -> Health:
        """How the engine is; raises EngineGone."""
        return self._generations.health()

    def close(self) -> None:
        """Give the engine back."""
        self._index.close()
        self._generations.close()

    def _check(self, q: str) -> None:
        if not any(letter.isalnum() for letter in q):
            raise QueryRefused("Bạn chưa nhập từ khóa.", "Hãy gõ tên thủ tục, mã thủ tục hoặc việc bạn cần làm.")
        if len(q) > self._query_max_chars:
            raise QueryRefused(
                f"Câu hỏi quá dài ({len(q)} ký tự).", f"Hãy rút gọn còn tối đa {self._query_max_chars} ký tự."
            )
