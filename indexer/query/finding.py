"""What a question matches in one generation, before it is cut into pages: in order, counted, and with what was let go of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from indexer.engines import FACETS, KINDS, Candidate, EngineQuery, Found, Kind, Question, Tally
from indexer.query import ranking
from indexer.query.answer import Ask, Change, Relaxation, Understood
from indexer.query.counts import told, wanted_tallies
from indexer.query.live import Live
from indexer.query.ranking import Ranked
from indexer.query.reading import Reading
from indexer.query.results import any_word, key_of, relaxed_queries
from indexer.query.terms import name_key
from indexer.query.vocabulary import Vocabulary

Filters = Mapping[str, tuple[str, ...]]

PINNED = 1000.0
"""Score of a document whose code, number or whole name was asked for."""


@dataclass(frozen=True, slots=True)
class Matches:
    """Every match in order, with counts; `near`, `relaxed` and `unfiltered` as in `Answer`."""

    ranked: list[Ranked]
    tally: Tally
    totals: dict[str, int]
    understood: Understood
    near: tuple[Kind, ...] = ()
    relaxed: Relaxation = ""
    unfiltered: int = 0


def engine_query(reading: Reading, kind: Kind, filters: Filters | None = None) -> EngineQuery:
    """What the engine is asked for."""
    return EngineQuery(kind, ranking.clauses(reading, kind), reading.needs, filters or {}, ranking.CANDIDATES)


class Finder:
    """Answers the questions of one day from one generation."""

    def __init__(self, live: Live, vocabulary: Vocabulary, day: date) -> None:
        self._live = live
        self._vocabulary = vocabulary
        self._day = day

    def matches(self, readings: Mapping[Kind, Reading], kind: Kind, filters: Filters, ask: Ask) -> Matches:
        """What matches; when nothing does, without the filters or with fewer words, step by step."""
        reading, engine = readings[kind], self._live.engine
        if self.names_no_matter(reading, kind):
            others = [k for k in KINDS if k != kind and ask.counted]
            news = {str(k): engine.tally(engine_query(readings[k], k)).total for k in others}
            totals, near = self._others(readings, kind, news)
            return Matches([], Tally(0), totals, reading.understood, near, "place")
        query = engine_query(reading, kind, filters)
        wanted = wanted_tallies(query, readings, other_kinds=ask.other_kinds) if ask.counted else {}
        brought = engine.ask(Question(query, self._exact(reading), tuple(wanted.values())))
        ranked = self._ranked(reading, query, brought)
        tally, totals = told(dict(zip(wanted, brought.tallies, strict=True)))
        numbered = engine.find(self._exact(reading), "document") if reading.numbers else ()
        no_such = reading.only_number and not numbered
        if "document" in totals:  # found by number, whatever its words
            totals["document"] = 0 if no_such else max(len(numbered), totals["document"])
        totals, near = (totals, ()) if filters else self._others(readings, kind, totals)
        found = Matches(ranked, tally, totals, reading.understood, near)
        if no_such and kind == "document" and ranked:
            return replace(found, relaxed="number", near=(*near, kind))
        if tally.total or ranked:
            return found
        if filters:
            unfiltered = engine.tally(replace(query, filters={})).total
            if unfiltered:
                return replace(found, unfiltered=unfiltered)
        found = self._relaxed(reading, kind, filters, found, counted=ask.counted)
        return replace(found, relaxed="number") if no_such else found

    def _relaxed(self, reading: Reading, kind: Kind, filters: Filters, found: Matches, *, counted: bool) -> Matches:
        engine = self._live.engine
        for step, relaxed in relaxed_queries(reading, kind, filters):
            candidates = engine.candidates(relaxed)
            if candidates:
                facets = [name for name in FACETS if name not in filters and name != "kind"]
                tally = engine.tally(relaxed, facets) if counted else found.tally
                change = Change("relaxed", reading.understood.read_as, "")
                understood = replace(reading.understood, changes=(*reading.understood.changes, change))
                rows = self._live.ranker.rank(reading, kind, candidates, self._day.toordinal())
                return Matches(rows, tally, found.totals, understood, (*found.near, kind), step)
        return found

    def _others(
        self, readings: Mapping[Kind, Reading], kind: Kind, totals: dict[str, int]
    ) -> tuple[dict[str, int], tuple[Kind, ...]]:
        """Matches of the other kinds that were counted as their own pages tell them, and the kinds that are only near: the
        engine is asked again for what has none, once a kind."""
        counts, near = dict(totals), []
        for other in (k for k in KINDS if k != kind and k in totals):
            reading = readings[other]
            if self.names_no_matter(reading, other):
                counts[other] = 0
            elif not totals[other]:
                brought = self._live.engine.ask(Question(any_word(reading, other), self._exact(reading)))
                counts[other] = len(brought.exact)
                near += [other] if brought.candidates and not brought.exact else []
        return counts, tuple(near)

    def in_order(self, reading: Reading, kind: Kind, filters: Filters) -> list[Ranked]:
        """What matches as it is, in order."""
        query = engine_query(reading, kind, filters)
        return self._ranked(reading, query, self._live.engine.ask(Question(query, self._exact(reading))))

    def names_no_matter(self, reading: Reading, kind: Kind) -> bool:
        """Whether only a place is named, by which no procedure is looked for."""
        return kind == "procedure" and reading.only_place and not self._live.engine.find(self._exact(reading), kind)

    def _ranked(self, reading: Reading, query: EngineQuery, found: Found) -> list[Ranked]:
        ranked = self._live.ranker.rank(reading, query.kind, found.candidates, self._day.toordinal())
        pinned = self._pinned(reading, found.exact, query.filters)
        if not pinned:
            return ranked
        known = {c.id for c in pinned}
        top = [Ranked(c, PINNED - n, {"exact": PINNED - n}) for n, c in enumerate(pinned)]
        return top + [r for r in ranked if r.candidate.id not in known]

    def _exact(self, reading: Reading) -> tuple[str, ...]:
        return (*self._chosen(reading), *reading.codes, *reading.numbers, name_key(reading.understood.typed))

    def _chosen(self, reading: Reading) -> tuple[str, ...]:
        """Codes that editors put first for this question."""
        understood = reading.understood
        return tuple(self._vocabulary.editorial.pinned_for(understood.typed, understood.read_as, self._day))

    def _pinned(self, reading: Reading, exact: tuple[Candidate, ...], filters: Filters) -> list[Candidate]:
        """What editors put first for this question, then codes as typed, then what has the number or whole name asked for,
        the newest first: a notice comes back every month under one title."""
        order = {code: n for n, code in enumerate(dict.fromkeys((*self._chosen(reading), *reading.codes)))}
        last = len(order)
        found = sorted(exact, key=lambda c: (order.get(key_of(c), last), not c.card.local, -c.card.day, c.id))
        return [c for c in found if _fits(c, filters)]


def _fits(candidate: Candidate, filters: Filters) -> bool:
    return all(set(values) & set(candidate.card.facets.get(name, ())) for name, values in filters.items())
