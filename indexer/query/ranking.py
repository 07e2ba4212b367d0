"""How matches are ordered: every weight in one table with its provenance, computed from cards so that engines agree."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import mul
from sys import intern
from typing import NamedTuple

from indexer.engines import Candidate, Card, Clause, Kind
from indexer.query.bags import Bag
from indexer.query.likeness import are_variants, core_of
from indexer.query.models import FieldStatistics, Models, rarity
from indexer.query.reading import Reading
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

LED, ALIKE, ALIKE_OF_ONE_NAME = 12, 0.1, 0.2
"""Of so many of the best, variants whose scores are so near are put in order of qualifiers nobody asked for; those that are one
without the words of variants (“khai tử”) may lie farther apart. nDCG@10 over all .8998 → .9001; .2 for all costs citizens'
questions .004 MRR."""

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


class Ranked(NamedTuple):
    """A candidate with its final score and the features behind it."""

    candidate: Candidate
    score: float
    features: dict[str, float]


def weighed(rows: Iterable[Mapping[str, float]], weights: Mapping[str, float]) -> list[float]:
    """The weighted sum of what both sides name, for each row of features."""
    values = tuple(weights.values())
    return [sum(map(mul, values, map(row.__getitem__, weights))) for row in rows]


def vote(rows: list[dict[str, float]], candidates: Sequence[Candidate], first: Mapping[str, float]) -> None:
    """Add the feature `vote`: how much of all candidates' likelihood lies in the candidate's own sector.

    The likelihoods are those of a first ranking without votes. People ask about one field of law at a time: of two
    candidates with the same words the one among likely neighbours is right more often (+.018 nDCG@10 on judged queries).
    """
    scores = weighed(rows, first)
    best = max(scores, default=0.0)
    odds = [math.exp(score - best) for score in scores]
    mass: defaultdict[str, float] = defaultdict(float)
    sectors = [candidate.card.facets.get("sector", ()) for candidate in candidates]
    for own, chance in zip(sectors, odds, strict=True):
        for sector in own:
            mass[sector] += chance
    whole = sum(odds) or 1.0
    for row, own, chance in zip(rows, sectors, odds, strict=True):
        row["vote"] = (max(map(mass.__getitem__, own)) if own else chance) / whole


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
        ordered = sorted(ranked, key=lambda r: (-r.score, r.candidate.id))
        return _local_twins_first(_plain_first(ordered) if kind == "procedure" else ordered)

    def _procedures(self, reading: Reading, candidates: tuple[Candidate, ...]) -> list[Ranked]:
        rows = self.features(reading, candidates)
        vote(rows, candidates, self._weights.first)
        return list(map(Ranked, candidates, weighed(rows, self._weights.final), rows))

    def features(self, reading: Reading, candidates: tuple[Candidate, ...]) -> list[dict[str, float]]:
        """The features of every candidate that it has by itself, in their order.

        s0: engine score; t: BM25 of the title alone; cov_s: rarity-weighted share of the query (places none, phrases of
        asking little of it) in title, phrases and sector; xsum: qualifiers in the title nobody asked for; citizen: meant for citizens; prior: usage, 0–1; central:
        handled by bodies of the state alone;
        bare_s0: s0 again, where nobody has written everyday phrases.
        """
        asked_of_title = _asked_of_title(self._models, reading.expanded, marked=reading.marked)
        wanted = self._wanted(reading)
        whole = sum(wanted.values()) or 1.0
        found = []
        for candidate in candidates:
            card, terms = candidate.card, self._terms_of(candidate)
            cover = terms.covered if reading.marked else terms.covered_folded
            title = terms.title
            row = {
                "s0": candidate.score,
                "t": sum([asked_of_title[term] * title[term] for term in asked_of_title.keys() & title.keys()], 0.0),
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
        asked, known = (
            (reading.asked.accented, models.covered) if reading.marked else (reading.asked.folded, models.anywhere)
        )
        return {
            t: w * rarity(n, known.get(t, 0)) * reading.lighter.get(t, 1.0)
            for t, w in asked.items()
            if reading.marked or t in reading.content
        }

    def _terms_of(self, candidate: Candidate) -> _CardTerms:
        known = self._terms.get(candidate.id)
        if known is None or known.card is not candidate.card:
            if len(self._terms) >= KNOWN_TERMS:
                self._terms = {}
            known = self._terms[candidate.id] = _card_terms(candidate.card, self._models)
        return known


@dataclass(frozen=True, slots=True)
class _CardTerms:
    """A card taken apart, once: what BM25 makes of each title term by how often it stands there, before its rarity, and
    what title, phrases and sector cover. Folded, paired and accented terms stand together, the last ones after "="."""

    card: Card
    title: dict[str, float]
    covered: frozenset[str]
    covered_folded: frozenset[str]


def _card_terms(card: Card, models: Models) -> _CardTerms:
    accented = card.title_s.split()
    folded = [fold_canonical(term) for term in accented]
    title = {
        **_saturated(folded, models.title_f),
        **_saturated(bigrams(folded), models.title_b),
        **_saturated([f"={term}" for term in accented], models.title_s),
    }
    cover = [intern(term) for term in card.cover_s.split()]
    return _CardTerms(card, title, frozenset(cover), frozenset(fold_canonical(term) for term in cover))


def _saturated(terms: list[str], statistics: FieldStatistics) -> dict[str, float]:
    norm = K1 * (1 - B + B * len(terms) / max(1.0, statistics.length))
    return {intern(term): count / (count + norm) for term, count in Counter(terms).items()}


def _plain_first(ranked: list[Ranked]) -> list[Ranked]:
    """Of variants that score alike the one with the fewest qualifiers nobody asked for leads."""
    rest, ordered = ranked[:LED], []
    while rest:
        first = rest[0]
        core = core_of(first.candidate)
        alike = (row for row in rest if row is first or first.score - row.score < _nearness(first, row, core))
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


def _asked_of_title(models: Models, bag: Bag, *, marked: bool) -> dict[str, float]:
    """What a title gains by each term of a bag: BM25 from the statistics kept with the generation, as `_CardTerms.title`."""
    n = models.documents
    accented = _weighted(models.title_s, bag.accented, ACCENTED, n) if marked else {}
    return {
        **_weighted(models.title_f, bag.folded, 1.0, n),
        **_weighted(models.title_b, bag.pairs, PAIR, n),
        **{f"={term}": weight for term, weight in accented.items()},
    }


def _weighted(statistics: FieldStatistics, terms: dict[str, float], weight: float, documents: int) -> dict[str, float]:
    frequency = statistics.frequency
    return {
        term: w * weight * rarity(documents, frequency[term]) * (K1 + 1)
        for term, w in terms.items()
        if term in frequency
    }
