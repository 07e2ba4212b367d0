"""The features of a query's candidates, as a table of numbers: computed from cards, so that engines agree."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from indexer.engines import Candidate
from indexer.query.bags import Bag
from indexer.query.models import FieldStatistics, Models, rarity
from indexer.query.parted import K1, OF_CARD, Gathered, Numbers, Parted, Places
from indexer.query.reading import Reading
from indexer.query.vocabulary import BARE, FEATURES

PAIR, ACCENTED = 0.7, 0.3
"""Weight of bigrams and of accented syllables beside folded ones (.5–1 is flat for the first; 0 costs .006 for the second)."""

ROWS = (*FEATURES, *BARE, "vote")
_PLACE = {name: place for place, name in enumerate(ROWS)}


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

    def items(self) -> ItemsView[str, float]:
        """All at once, which is what is shown of a hit."""
        return dict(zip(ROWS, self._values[:, self._number].tolist(), strict=True)).items()


class Features:
    """Makes tables from cards, which it takes apart once. Thread-safe.

    s0: engine score; t: BM25 of the title alone; cov_s: rarity-weighted share of the query (places none, phrases of asking
    little of it) in title, phrases and sector; xsum: qualifiers in the title nobody asked for; citizen: meant for citizens;
    prior: usage, 0–1; central: handled by bodies of the state alone; bare_s0: s0 again, where nobody has written everyday
    phrases; vote: 0 until `Table.vote`.
    """

    def __init__(self, models: Models) -> None:
        self._models = models
        self._parted = Parted(models)

    def of(self, reading: Reading, candidates: Sequence[Candidate]) -> Table:
        """The table of these candidates, in their order."""
        values = np.zeros((len(ROWS), len(candidates)))
        if not candidates:
            return Table(values, np.zeros(0, np.int64), np.zeros(0, np.int64))
        cards = self._gathered(candidates)
        wanted = self._wanted(reading)
        row = dict(zip(ROWS, values, strict=True))  # views: what is written to them stands in the table
        row["s0"][:] = [candidate.score for candidate in candidates]
        terms, saturation, begins = cards.title
        asked = cards.weights(_asked_of_title(self._models, reading.expanded, marked=reading.marked))
        row["t"][:] = np.add.reduceat(asked[terms] * saturation, begins)
        terms, begins = cards.cover(accented=reading.marked)
        row["cov_s"][:] = np.add.reduceat(cards.weights(wanted)[terms], begins) / (sum(wanted.values()) or 1.0)
        unasked = ~reading.classes
        row["xsum"][:] = [(candidate.card.classes & unasked).bit_count() for candidate in candidates]
        for name, column in zip(OF_CARD, cards.own, strict=True):
            row[name][:] = column
        row["bare_s0"] *= row["s0"]
        return Table(values, *cards.sectors)

    def prepare(self, candidates: Sequence[Candidate]) -> None:
        """Take cards apart before a question finds them."""
        self._gathered(candidates)

    def _gathered(self, candidates: Sequence[Candidate]) -> Gathered:
        if self._parted.is_full:
            self._parted = Parted(self._models)
        return self._parted.gather(candidates)

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
