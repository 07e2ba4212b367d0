"""The features of a query's candidates, as a table of numbers: computed from cards, so that engines agree."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.engines import Candidate, Card
from indexer.query.bags import Bag
from indexer.query.models import FieldStatistics, Models, rarity
from indexer.query.reading import Reading
from indexer.query.vocabulary import BARE, FEATURES
from vietnamese.syllables import bigrams, fold_canonical

PAIR, ACCENTED = 0.7, 0.3
"""Weight of bigrams and of accented syllables beside folded ones (.5–1 is flat for the first; 0 costs .006 for the second)."""

K1, B = 1.2, 0.75

KNOWN_CARDS = 10_000
"""Cards kept taken apart, about 3 KB each."""

ROWS = (*FEATURES, *BARE, "vote")
_PLACE = {name: place for place, name in enumerate(ROWS)}
_OF_CARD = ("citizen", "prior", "central", "bare_s0")
_NOTHING = 0
"""The number of no term."""

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Table:
    """Features of candidates: a row for each of `ROWS`, a column for each candidate.

    `sectors`: the sectors of all candidates, one candidate's after the other's, each as a number; `starts`: where each
    candidate's begin.
    """

    values: Numbers
    sectors: Places
    starts: Places

    def scores(self, weights: Mapping[str, float]) -> Numbers:
        """The weighted sum of the features that have a weight, row by row, so that equal columns score equally anywhere."""
        scores = np.zeros(self.values.shape[1])
        for name, row in zip(ROWS, self.values, strict=True):
            if name in weights:
                scores += weights[name] * row
        return scores

    def vote(self, first: Mapping[str, float]) -> None:
        """Fill in the feature `vote`: how much of all candidates' likelihood lies in the candidate's own sector.

        The likelihoods are those of a first ranking without votes. People ask about one field of law at a time: of two
        candidates with the same words the one among likely neighbours is right more often (+.018 nDCG@10 on judged queries).
        """
        scores = self.scores(first)
        if not scores.size:
            return
        odds = np.exp(scores - scores.max())
        sizes = np.diff(self.starts, append=self.sectors.size)
        mass = np.bincount(self.sectors, np.repeat(odds, sizes))
        self.values[-1] = np.maximum.reduceat(mass[self.sectors], self.starts) / odds.sum()

    def by_candidate(self) -> list[Column]:
        """The features of each candidate by name."""
        return [Column(self.values, number) for number in range(self.values.shape[1])]


class Column(Mapping[str, float]):
    """One candidate's features, looked up when they are asked for: most candidates are never shown."""

    __slots__ = ("_number", "_values")

    def __init__(self, values: Numbers, number: int) -> None:
        self._values = values
        self._number = number

    def __getitem__(self, name: str) -> float:
        return float(self._values[_PLACE[name], self._number])

    def __iter__(self) -> Iterator[str]:
        return iter(ROWS)

    def __len__(self) -> int:
        return len(ROWS)


class Features:
    """Makes tables from cards, which it takes apart once. Thread-safe.

    s0: engine score; t: BM25 of the title alone; cov_s: rarity-weighted share of the query (places none, phrases of asking
    little of it) in title, phrases and sector; xsum: qualifiers in the title nobody asked for; citizen: meant for citizens;
    prior: usage, 0–1; central: handled by bodies of the state alone; bare_s0: s0 again, where nobody has written everyday
    phrases; vote: 0 until `Table.vote`.
    """

    def __init__(self, models: Models) -> None:
        self._models = models
        self._cards: dict[str, _Parted] = {}
        self._numbers: dict[str, int] = {"": _NOTHING}
        self._making = threading.Lock()

    def of(self, reading: Reading, candidates: Sequence[Candidate]) -> Table:
        """The table of these candidates, in their order."""
        values = np.zeros((len(ROWS), len(candidates)))
        if not candidates:
            return Table(values, np.zeros(0, np.int64), np.zeros(0, np.int64))
        cards = [self._parted(candidate) for candidate in candidates]
        asked = self._weights(_asked_of_title(self._models, reading.expanded, marked=reading.marked))
        wanted = self._wanted(reading)
        covers = [card.accented if reading.marked else card.folded for card in cards]
        sectors, starts = _joined([card.sectors for card in cards])
        row = dict(zip(ROWS, values, strict=True))  # views: what is written to them stands in the table
        row["s0"][:] = [candidate.score for candidate in candidates]
        terms, begins = _joined([card.title for card in cards])
        row["t"][:] = np.add.reduceat(asked[terms] * np.concatenate([card.saturation for card in cards]), begins)
        terms, begins = _joined(covers)
        row["cov_s"][:] = np.add.reduceat(self._weights(wanted)[terms], begins) / (sum(wanted.values()) or 1.0)
        row["xsum"][:] = [(card.card.classes & ~reading.classes).bit_count() for card in cards]
        for name, column in zip(_OF_CARD, zip(*(card.own for card in cards), strict=True), strict=True):
            row[name][:] = column
        row["bare_s0"] *= row["s0"]
        return Table(values, sectors, starts)

    def _weights(self, terms: Mapping[str, float]) -> Numbers:
        """Weights by number of term; 0 for what no card has."""
        found = np.zeros(len(self._numbers))
        known = [(number, weight) for term, weight in terms.items() if (number := self._numbers.get(term)) is not None]
        if known:
            numbers, weights = zip(*known, strict=True)
            found[list(numbers)] = weights
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

    def prepare(self, candidate: Candidate) -> None:
        """Take a candidate's card apart before a question finds it."""
        self._parted(candidate)

    def _parted(self, candidate: Candidate) -> _Parted:
        known = self._cards.get(candidate.id)
        if known is None or known.card is not candidate.card:
            with self._making:
                if len(self._cards) >= KNOWN_CARDS:
                    self._cards = {}
                known = self._cards[candidate.id] = self._part(candidate)
        return known

    def _part(self, candidate: Candidate) -> _Parted:
        card, models = candidate.card, self._models
        accented = card.title_s.split()
        folded = [fold_canonical(term) for term in accented]
        title = {
            **_saturated(folded, models.title_f),
            **_saturated(bigrams(folded), models.title_b),
            **_saturated([f"={term}" for term in accented], models.title_s),
        }
        cover = card.cover_s.split()
        # Who has no sector votes alone.
        sectors = card.facets.get("sector", ()) or (candidate.id,)
        return _Parted(
            card,
            self._numbered(title),
            np.fromiter(title.values() or (0.0,), np.float64),
            self._numbered(cover),
            self._numbered(dict.fromkeys(map(fold_canonical, cover))),
            self._numbered([f"#{sector}" for sector in sectors]),
            (float(card.citizen), card.prior, float(card.central), 0.0 if card.phrases else 1.0),
        )

    def _numbered(self, terms: Iterable[str]) -> Places:
        """Terms as numbers, at least one: sums over no numbers are not what reduceat gives."""
        numbers = self._numbers
        return np.fromiter([numbers.setdefault(term, len(numbers)) for term in terms] or (_NOTHING,), np.int64)


@dataclass(frozen=True, slots=True)
class _Parted:
    """A card taken apart, its terms as numbers: those of the title with what BM25 makes of how often each stands there, before
    its rarity (folded, paired, and accented after "="), what title, phrases and sector cover, and its sectors."""

    card: Card
    title: Places
    saturation: Numbers
    accented: Places
    folded: Places
    sectors: Places
    own: tuple[float, float, float, float]  # _OF_CARD; of the last whether it counts


def _joined(parts: Sequence[Places]) -> tuple[Places, Places]:
    """Arrays one after the other, and where each begins."""
    sizes = np.fromiter(map(len, parts), np.int64, len(parts))
    return np.concatenate(parts), np.cumsum(sizes) - sizes


def _saturated(terms: list[str], statistics: FieldStatistics) -> dict[str, float]:
    norm = K1 * (1 - B + B * len(terms) / max(1.0, statistics.length))
    return {term: count / (count + norm) for term, count in Counter(terms).items()}


def _asked_of_title(models: Models, bag: Bag, *, marked: bool) -> dict[str, float]:
    """What a title gains by each term of a bag: BM25 from the statistics kept with the generation."""
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
