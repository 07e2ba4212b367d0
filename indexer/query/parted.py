"""Cards taken apart into numbers, once each, and kept one after the other in common arrays: gathering the 120 candidates of a
question from them is a few calls, where joining small arrays of each made the features a third slower."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from indexer.engines import Candidate, Card
from indexer.query.models import FieldStatistics, Models
from vietnamese.syllables import bigrams, fold_canonical

K1, B = 1.2, 0.75

KNOWN_CARDS = 10_000
"""Cards kept taken apart, about 3 KB each."""

OF_CARD = ("citizen", "prior", "central", "bare_s0")
"""Features that no question changes; of the last whether it counts."""

_NOTHING = 0
"""The number of no term."""

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]
Number = TypeVar("Number", np.float64, np.int64)


class Gathered:
    """The cards of some candidates: for each part what all have, one candidate's after the other's, and where each one's begins."""

    def __init__(self, parted: Parted, rows: Places) -> None:
        self._parted = parted
        self._rows = rows

    @property
    def title(self) -> tuple[Places, Numbers, Places]:
        """Terms as numbers (folded, paired, and accented after "="), what BM25 makes of how often each stands there before
        its rarity, and where each candidate's begin."""
        places, begins = self._parted.title.places(self._rows)
        return self._parted.title.values[places], self._parted.saturation.values[places], begins

    def cover(self, *, accented: bool) -> tuple[Places, Places]:
        """What title, phrases and sector cover."""
        return (self._parted.accented if accented else self._parted.folded).of(self._rows)

    @property
    def sectors(self) -> tuple[Places, Places]:
        """The sectors; who has none has one of its own."""
        return self._parted.sectors.of(self._rows)

    @property
    def own(self) -> Numbers:
        """A row for each of `OF_CARD`."""
        return self._parted.own.values[self._rows].T

    def weights(self, terms: Mapping[str, float]) -> Numbers:
        """Weights by number of term; 0 for what no card has."""
        numbers = self._parted.numbers
        found = np.zeros(len(numbers))
        known = [(number, weight) for term, weight in terms.items() if (number := numbers.get(term)) is not None]
        if known:
            at, weights = zip(*known, strict=True)
            found[list(at)] = weights
        return found


class Parted:
    """Grows until it holds `KNOWN_CARDS`; then a new one is begun. Thread-safe: a row is known only when all of it stands."""

    def __init__(self, models: Models) -> None:
        self._models = models
        self._rows: dict[str, tuple[Card, int]] = {}
        self._making = threading.Lock()
        self.numbers: dict[str, int] = {"": _NOTHING}
        self.title, self.accented, self.folded, self.sectors = (_Rows() for _ in range(4))
        self.saturation = _Growing(np.float64)
        self.own = _Growing(np.float64, len(OF_CARD))

    @property
    def is_full(self) -> bool:
        """Whether a new one should be begun."""
        return len(self.own) >= KNOWN_CARDS

    def gather(self, candidates: Sequence[Candidate]) -> Gathered:
        """The cards of these candidates, in their order; those that are new or were changed are taken apart."""
        rows = self._rows
        found = [rows.get(candidate.id) for candidate in candidates]
        numbers = [
            known[1] if known is not None and known[0] is candidate.card else self._row(candidate)
            for candidate, known in zip(candidates, found, strict=True)
        ]
        return Gathered(self, np.array(numbers, np.int64))

    def _row(self, candidate: Candidate) -> int:
        with self._making:
            known = self._rows.get(candidate.id)
            if known is None or known[0] is not candidate.card:
                known = self._rows[candidate.id] = candidate.card, self._part(candidate)
        return known[1]

    def _part(self, candidate: Candidate) -> int:
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
        self.title.add(self._numbered(title))
        self.saturation.add(list(title.values()) or [0.0])
        self.accented.add(self._numbered(cover))
        self.folded.add(self._numbered(dict.fromkeys(map(fold_canonical, cover))))
        self.sectors.add(self._numbered([f"#{sector}" for sector in sectors]))
        return self.own.add([(float(card.citizen), card.prior, float(card.central), 0.0 if card.phrases else 1.0)])

    def _numbered(self, terms: Iterable[str]) -> list[int]:
        """Terms as numbers, at least one: sums over no numbers are not what reduceat gives."""
        numbers = self.numbers
        return [numbers.setdefault(term, len(numbers)) for term in terms] or [_NOTHING]


class _Growing(Generic[Number]):
    """Numbers, or rows of `width` numbers. Whoever took `values` keeps what stood there."""

    def __init__(self, of: type[Number], width: int = 0) -> None:
        self.values: NDArray[Number] = np.zeros((1024, width) if width else 1024, of)
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def add(self, more: Sequence[Any]) -> int:
        """Where they now begin."""
        begin, self._size = self._size, self._size + len(more)
        if self._size > len(self.values):
            bigger = np.zeros((2 * self._size, *self.values.shape[1:]), self.values.dtype)
            bigger[:begin] = self.values[:begin]
            bigger[begin : self._size] = more
            self.values = bigger
        else:
            self.values[begin : self._size] = more
        return begin


class _Rows:
    """Rows of different lengths."""

    def __init__(self) -> None:
        self._all = _Growing(np.int64)
        self._spans = _Growing(np.int64, 2)

    @property
    def values(self) -> Places:
        """All rows, one after the other."""
        return self._all.values

    def add(self, row: Sequence[int]) -> None:
        """One row more."""
        self._spans.add([(self._all.add(row), len(row))])

    def places(self, rows: Places) -> tuple[Places, Places]:
        """Where these rows stand in `values`, joined, and where each begins in what was joined."""
        starts, sizes = self._spans.values[rows].T
        ends = np.cumsum(sizes)
        begins = ends - sizes
        return np.repeat(starts - begins, sizes) + np.arange(ends[-1] if ends.size else 0), begins

    def of(self, rows: Places) -> tuple[Places, Places]:
        """These rows joined, and where each begins."""
        places, begins = self.places(rows)
        return self.values[places], begins


def _saturated(terms: list[str], statistics: FieldStatistics) -> dict[str, float]:
    norm = K1 * (1 - B + B * len(terms) / max(1.0, statistics.length))
    return {term: count / (count + norm) for term, count in Counter(terms).items()}
