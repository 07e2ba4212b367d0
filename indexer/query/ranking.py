"""How matches are ordered: every weight in one table with its provenance, computed from cards so that engines agree."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from indexer.engines import Candidate, Clause, Kind
from indexer.query.features import ACCENTED, PAIR, Features, Table
from indexer.query.likeness import are_variants, core_of
from indexer.query.models import Models
from indexer.query.reading import Reading
from indexer.query.vocabulary import Weights

CANDIDATES = 120
"""How many the engine hands over: a right answer is within 120 for .977 of the judged queries, within 100 for .973."""

PART_WEIGHTS: dict[Kind, dict[str, float]] = {
    "procedure": {"title": 1.0, "body": 0.2, "sector": 0.4, "phrases": 0.6, "asked": 1.0},
    "article": {"title": 1.0, "body": 0.5, "sector": 0.2},
    "document": {"title": 1.0, "body": 0.3, "sector": 0.2, "agency": 0.2},
}
"""Procedures: seven combinations measured on judged queries; body .15–.3, sector .3–.5, phrases .5–.8 lie within .01.
Articles and documents: set by hand, since no judged queries for them exist; a title near 1–1.5 was best in every trial."""

# The re-ranker's weights stand in config/vocabulary/ranking.json; `python -m benchmarks.relevance fit` writes them.

# underthesea's words (field `words`) are not searched: at weight .2 nDCG@10 goes from .8577 to .8576, Success@3 from .9476 to
# .9497, citizens' MRR from .7115 to .7178 and their recall from .920 to .914 – noise – at ten times the cost of analysis.

FRESH_BOOST, FRESH_HALF_LIFE = 0.15, 180.0
"""An article of today scores 15 % more than an undated one, half of that after 180 days. Set by hand: small enough that a
clearly better match of any age stays above."""

LED, ALIKE, ALIKE_OF_ONE_NAME = 12, 0.1, 0.3
"""Of so many of the best, variants whose scores are so near are put in order of qualifiers nobody asked for; those that are one
without the words of variants (“khai tử”) may lie farther apart (.2–.3 change no figure, more costs questions). nDCG@10 over all
.8998 → .9001; .2 for all costs citizens' questions .004 MRR."""


def clauses(reading: Reading, kind: Kind) -> tuple[Clause, ...]:
    """The engine query: phrases are searched as asked, all else with the vocabulary's terms too (measured)."""
    found: list[Clause] = []
    bags = {"phrases": reading.asked, "asked": reading.questions}
    for part, weight in PART_WEIGHTS[kind].items():
        bag = bags.get(part, reading.expanded)
        found += [Clause(f"{part}_f", term, w * weight) for term, w in bag.folded.items()]
        if part != "agency":
            found += [Clause(f"{part}_b", term, w * weight * PAIR) for term, w in bag.pairs.items()]
        if reading.marked and part in ("title", "phrases", "asked"):
            found += [Clause(f"{part}_s", term, w * weight * ACCENTED) for term, w in bag.accented.items()]
    return tuple(found)


class Ranked(NamedTuple):
    """A candidate with its final score and the features behind it."""

    candidate: Candidate
    score: float
    features: Mapping[str, float]


class Ranker:
    """Orders procedures by the linear re-ranker, articles and documents by engine score and date."""

    def __init__(self, models: Models, weights: Weights) -> None:
        self._weights = weights
        self.features = Features(models)

    def prepare(self, candidates: Sequence[Candidate]) -> None:
        """Take procedures apart before a question finds them."""
        self.features.prepare(candidates)
        for candidate in candidates:
            core_of(candidate)

    def rank(self, reading: Reading, kind: Kind, candidates: tuple[Candidate, ...], today: int) -> list[Ranked]:
        """Best first; equal scores in order of id. `today` is a proleptic ordinal."""
        if kind == "procedure":
            return procedures_in_order(candidates, self.features.of(reading, candidates), self._weights)
        return _local_twins_first(_best_first([_dated(candidate, today) for candidate in candidates]))


def procedures_in_order(candidates: Sequence[Candidate], table: Table, weights: Weights) -> list[Ranked]:
    """Procedures with these features, best first; writes their votes into the table."""
    table.vote(weights.first)
    scores = table.scores(weights.final).tolist()
    return _local_twins_first(_plain_first(_best_first(map(Ranked, candidates, scores, table.by_candidate()))))


def _best_first(ranked: Iterable[Ranked]) -> list[Ranked]:
    return sorted(ranked, key=lambda row: (-row.score, row.candidate.id))


def _plain_first(ranked: list[Ranked]) -> list[Ranked]:
    """Of variants that score alike the one with the fewest qualifiers nobody asked for leads."""
    rest, ordered = ranked[:LED], []
    while rest:
        first = rest[0]
        core = core_of(first.candidate)
        near = (row for row in rest if first.score - row.score < ALIKE_OF_ONE_NAME)
        alike = (row for row in near if row is first or first.score - row.score < _nearness(first, row, core))
        ordered.append(min(alike, key=lambda row: row.features["xsum"]))
        rest.remove(ordered[-1])
    return ordered + ranked[LED:]


def _nearness(first: Ranked, row: Ranked, core: frozenset[str]) -> float:
    other = core_of(row.candidate)
    if not are_variants(first.candidate, row.candidate, core, other):
        return 0.0
    return ALIKE_OF_ONE_NAME if core == other else ALIKE


def _local_twins_first(ranked: list[Ranked]) -> list[Ranked]:
    """Of procedures with one name (the register's and the province's own), the local one takes the best place."""
    local = {row.candidate.card.title_s for row in ranked if row.candidate.card.local}
    if not local:
        return ranked
    twins: defaultdict[str, list[int]] = defaultdict(list)
    for place, row in enumerate(ranked):
        if row.candidate.card.title_s in local:
            twins[row.candidate.card.title_s].append(place)
    found = list(ranked)
    for places in twins.values():
        rows = sorted((ranked[place] for place in places), key=lambda row: not row.candidate.card.local)
        for place, row in zip(places, rows, strict=True):
            found[place] = row
    return found


def _dated(candidate: Candidate, today: int) -> Ranked:
    age = max(0, today - candidate.card.day) if candidate.card.day else math.inf
    fresh = FRESH_BOOST * 2 ** (-age / FRESH_HALF_LIFE)
    return Ranked(candidate, candidate.score * (1 + fresh), {"s0": candidate.score, "fresh": fresh})
