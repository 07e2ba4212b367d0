"""Bags of weighted terms: what the engine is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from indexer.query.asking import LONG_QUERY
from vietnamese.syllables import bigrams, fold_canonical

ORIGINAL_WEIGHT = 0.3
"""Weight at which a corrected syllable keeps its original; 0–.6 make no difference."""

SECOND_WEIGHT = 0.5
"""Weight of the syllables of a second reading that is nearly as likely."""

QUESTIONS_SHORT = 0.3
"""Weight of questions people asked for a short query, beside 1 for a long one: who types three words asks no question."""


@dataclass(slots=True)
class Bag:
    """Weighted terms: folded syllables, folded bigrams and, when the query has marks, accented syllables."""

    folded: dict[str, float] = field(default_factory=dict)
    pairs: dict[str, float] = field(default_factory=dict)
    accented: dict[str, float] = field(default_factory=dict)

    def copy(self) -> Bag:
        """A bag that can grow by itself."""
        return Bag(dict(self.folded), dict(self.pairs), dict(self.accented))


def _raise(terms: dict[str, float], term: str, weight: float) -> None:
    if weight > terms.get(term, 0.0):
        terms[term] = weight


def bag_of(plain: list[str], original: list[str], terms: list[str], weights: list[float], marked: bool) -> Bag:
    """The query itself: folded syllables as read and as they were typed, pairs, and accented terms when it has marks."""
    bag = Bag()
    for i, (term, weight) in enumerate(zip(plain, weights, strict=True)):
        _raise(bag.folded, term, weight)
        if original[i] != term:
            _raise(bag.folded, original[i], ORIGINAL_WEIGHT * weight)
        if marked:
            _raise(bag.accented, terms[i], weight)
        if i:
            _raise(bag.pairs, f"{plain[i - 1]}_{term}", min(weight, weights[i - 1]))
    return bag


def add_second(bag: Bag, after: list[str], second: list[str], *, marked: bool) -> None:
    """What a second reading adds: its other syllables and their pairs."""
    plain = [fold_canonical(term) for term in second]
    for i, (term, other) in enumerate(zip(after, second, strict=bool(second))):
        if term == other:
            continue
        _raise(bag.folded, plain[i], SECOND_WEIGHT)
        if marked:
            _raise(bag.accented, other, SECOND_WEIGHT)
        for pair in bigrams(plain[max(0, i - 1) : i + 2]):
            _raise(bag.pairs, pair, SECOND_WEIGHT)


def expand(bag: Bag, formal: list[str], weight: float, marked: bool) -> None:
    """Add the words of a formal term."""
    plain = [fold_canonical(t) for t in formal]
    for term in plain:
        _raise(bag.folded, term, weight)
    for pair in bigrams(plain):
        _raise(bag.pairs, pair, weight)
    if marked:
        for term in formal:
            _raise(bag.accented, term, weight)


def add_words(bag: Bag, terms: Mapping[str, float], *, marked: bool) -> None:
    """Add single words, as if they had been asked for too."""
    for term, weight in terms.items():
        _raise(bag.folded, fold_canonical(term), weight)
        if marked:
            _raise(bag.accented, term, weight)


def against_questions(asked: Bag, length: int, rarity: Callable[[str], float]) -> Bag:
    """Few procedures have questions, so in that part even "tôi" is rare: the rarity anywhere takes its place."""
    scale = (1.0 if length > LONG_QUERY else QUESTIONS_SHORT) / rarity("")

    def rarity_of(term: str) -> float:
        parts = term.split("_")
        return sum(map(rarity, parts)) / len(parts)

    def weighed(terms: dict[str, float]) -> dict[str, float]:
        return {t: w * scale * rarity_of(t) for t, w in terms.items() if w >= 1.0}

    accented = {t: w * scale * rarity(fold_canonical(t)) for t, w in asked.accented.items() if w >= 1.0}
    return Bag(weighed(asked.folded), weighed(asked.pairs), accented)
