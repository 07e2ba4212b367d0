"""How matches are ordered: every weight in one table with its provenance, computed from cards so that engines agree."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from sys import intern

from indexer.engines import Candidate, Card, Clause, Kind
from indexer.query.bags import Bag
from indexer.query.models import FieldStatistics, Models, rarity
from indexer.query.understanding import Reading
from indexer.query.vocabulary import Weights
from vietnamese.syllables import bigrams, fold_canonical

CANDIDATES = 120
"""How many the engine hands over: a right answer is within 120 for .977 of the judged queries, within 100 for .973."""

PAIR, ACCENTED = 0.7, 0.3
"""Weight of bigrams and of accented syllables beside folded ones (.5–1 is flat for the first; 0 costs .006 for the second)."""

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

K1, B = 1.2, 0.75

KNOWN_TERMS = 10_000
"""Cards kept taken apart, about 10 KB each."""


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


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate with its final score and the features behind it."""

    candidate: Candidate
    score: float
    features: dict[str, float]


def weighed(features: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """The weighted sum of what both sides name."""
    return sum([weight * features[name] for name, weight in weights.items()])


def vote(rows: list[dict[str, float]], candidates: Sequence[Candidate], first: Mapping[str, float]) -> None:
    """Add the feature `vote`: how much of all candidates' likelihood lies in the candidate's own sector.

    The likelihoods are those of a first ranking without votes. People ask about one field of law at a time: of two
    candidates with the same words the one among likely neighbours is right more often (+.018 nDCG@10 on judged queries).
    """
    scores = [weighed(row, first) for row in rows]
    best = max(scores, default=0.0)
    odds = [math.exp(score - best) for score in scores]
    mass: defaultdict[str, float] = defaultdict(float)
    for candidate, chance in zip(candidates, odds, strict=True):
        for sector in candidate.card.facets.get("sector", ()):
            mass[sector] += chance
    whole = sum(odds) or 1.0
    for row, candidate, chance in zip(rows, candidates, odds, strict=True):
        sectors = candidate.card.facets.get("sector", ())
        row["vote"] = max((mass[sector] for sector in sectors), default=chance) / whole


class Ranker:
    """Orders procedures by the linear re-ranker, articles and documents by engine score and date."""

    def __init__(self, models: Models, weights: Weights) -> None:
        self._models = models
        self._weights = weights
        self._terms: dict[str, _CardTerms] = {}

    def rank(self, reading: Reading, kind: Kind, candidates: tuple[Candidate, ...], today: int) -> list[Ranked]:
        """Best first; equal scores in order of id. `today` is a proleptic ordinal."""
        if kind == "procedure":
            ranked = self._procedures(reading, candidates)
        else:
            ranked = [_dated(candidate, today) for candidate in candidates]
        return _local_twins_first(sorted(ranked, key=lambda r: (-r.score, r.candidate.id)))

    def _procedures(self, reading: Reading, candidates: tuple[Candidate, ...]) -> list[Ranked]:
        rows = self.features(reading, candidates)
        vote(rows, candidates, self._weights.first)
        return [Ranked(c, weighed(row, self._weights.final), row) for c, row in zip(candidates, rows, strict=True)]

    def features(self, reading: Reading, candidates: tuple[Candidate, ...]) -> list[dict[str, float]]:
        """The features of every candidate that it has by itself, in their order.

        s0: engine score; t: BM25 of the title alone; cov_s: rarity-weighted share of the query in title, phrases and
        sector; xsum: qualifiers in the title nobody asked for; citizen: meant for citizens; prior: usage, 0–1; central:
        handled by bodies of the state alone;
        bare_s0: s0 again, where nobody has written everyday phrases.
        """
        title = _TitleScore(self._models, reading.expanded, marked=reading.marked)
        wanted = self._wanted(reading)
        whole = sum(wanted.values()) or 1.0
        found = []
        for candidate in candidates:
            card, terms = candidate.card, self._terms_of(candidate)
            cover = terms.covered if reading.marked else terms.covered_folded
            row = {
                "s0": candidate.score,
                "t": title.of(terms),
                "cov_s": sum([wanted[term] for term in wanted.keys() & cover]) / whole,
                "xsum": float((card.classes & ~reading.classes).bit_count()),
                "citizen": float(card.citizen),
                "prior": card.prior,
                "central": float(card.central),
                "bare_s0": 0.0 if card.phrases else candidate.score,
            }
            found.append(row)
        return found

    def _wanted(self, reading: Reading) -> dict[str, float]:
        models, n = self._models, self._models.documents
        if reading.marked:
            return {t: w * rarity(n, models.covered.get(t, 0)) for t, w in reading.asked.accented.items()}
        return {
            t: w * rarity(n, models.anywhere.get(t, 0)) for t, w in reading.asked.folded.items() if t in reading.content
        }

    def _terms_of(self, candidate: Candidate) -> _CardTerms:
        known = self._terms.get(candidate.id)
        if known is None or known.card is not candidate.card:
            if len(self._terms) >= KNOWN_TERMS:
                self._terms = {}
            known = self._terms[candidate.id] = _card_terms(candidate.card)
        return known


@dataclass(frozen=True, slots=True)
class _CardTerms:
    """A card taken apart, once: counts of title terms per field, and what title, phrases and sector cover."""

    card: Card
    folded: dict[str, int]
    pairs: dict[str, int]
    accented: dict[str, int]
    length: int
    covered: frozenset[str]
    covered_folded: frozenset[str]


def _card_terms(card: Card) -> _CardTerms:
    accented = [intern(term) for term in card.title_s.split()]
    folded = [fold_canonical(term) for term in accented]
    cover = [intern(term) for term in card.cover_s.split()]
    return _CardTerms(
        card,
        dict(Counter(folded)),
        dict(Counter(bigrams(folded))),
        dict(Counter(accented)),
        len(accented),
        frozenset(cover),
        frozenset(fold_canonical(term) for term in cover),
    )


def _local_twins_first(ranked: list[Ranked]) -> list[Ranked]:
    """Of procedures with one name (the register's and the province's own), the local one takes the best place."""
    if not any(row.candidate.card.local for row in ranked):
        return ranked
    twins: defaultdict[str, list[int]] = defaultdict(list)
    for place, row in enumerate(ranked):
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


class _TitleScore:
    """BM25 of a title against one bag, from the statistics kept with the generation."""

    def __init__(self, models: Models, bag: Bag, *, marked: bool) -> None:
        n = models.documents
        self._folded = _weighted(models.title_f, bag.folded, 1.0, n)
        self._pairs = _weighted(models.title_b, bag.pairs, PAIR, n)
        self._accented = _weighted(models.title_s, bag.accented, ACCENTED, n) if marked else {}
        self._lengths = models.title_f.length, models.title_b.length, models.title_s.length

    def of(self, terms: _CardTerms) -> float:
        f, b, s = self._lengths
        score = _bm25(self._folded, terms.folded, terms.length, f)
        score += _bm25(self._pairs, terms.pairs, max(0, terms.length - 1), b)
        return score + _bm25(self._accented, terms.accented, terms.length, s) if self._accented else score


def _weighted(statistics: FieldStatistics, terms: dict[str, float], weight: float, documents: int) -> dict[str, float]:
    frequency = statistics.frequency
    return {
        term: w * weight * rarity(documents, frequency[term]) * (K1 + 1)
        for term, w in terms.items()
        if term in frequency
    }


def _bm25(wanted: dict[str, float], counts: dict[str, int], length: int, average: float) -> float:
    common = wanted.keys() & counts.keys()
    if not common:
        return 0.0
    norm = K1 * (1 - B + B * length / max(1.0, average))
    return sum([wanted[term] * counts[term] / (counts[term] + norm) for term in common])
