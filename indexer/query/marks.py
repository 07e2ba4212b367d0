"""Marks given back to what was typed without any: what “Hiểu là” shows. Nothing is searched by it."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

from indexer.query.models import Counts
from vietnamese.syllables import fold_canonical

CHOICES = 6
"""Spellings of a syllable that are tried, the most frequent ones."""

LAZY = 100
"""A bare syllable so many times rarer than with marks is no spelling of its own: somebody did not type them ("kiem dich")."""

UNSEEN = 0.1
"""Share of a pair's probability that the second syllable alone decides, as in the speller."""

SURE = 1.0
"""Nats by which the likeliest sentence must beat the best one with another spelling of a syllable; else it stays bare."""

Scores = list[dict[str, float]]


def spellings(counts: Counts) -> dict[str, tuple[str, ...]]:
    """Folded syllable → its accented terms, the most frequent first, at most `CHOICES`."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for term in counts.single:
        found[fold_canonical(term)].append(term)
    for plain, terms in found.items():
        if plain in counts.single and max(map(counts.single.__getitem__, terms)) > LAZY * counts.single[plain]:
            terms.remove(plain)
    return {
        plain: tuple(sorted(terms, key=lambda term: (-counts.single[term], term))[:CHOICES])
        for plain, terms in found.items()
    }


class Marks:
    """The likeliest accented syllables for folded ones, by the index's own pairs. Pure and thread-safe."""

    def __init__(self, counts: Counts) -> None:
        self._counts = counts
        self._total = sum(counts.single.values()) or 1
        self._spellings = spellings(counts)

    def restore(self, plain: Sequence[str]) -> list[str | None]:
        """A canonical term for each folded syllable, None where the index does not know it or cannot tell."""
        choices = [self._spellings.get(syllable, (syllable,)) for syllable in plain]
        steps = [
            {(a, b): self._log(a, b) for a in before for b in here}
            for before, here in zip([("",), *choices], choices, strict=False)
        ]
        return [
            _surest(scores) if syllable in self._spellings else None
            for syllable, scores in zip(plain, _best_through(choices, steps), strict=True)
        ]

    def _log(self, before: str, term: str) -> float:
        single = (self._counts.single.get(term, 0) + UNSEEN) / self._total
        if not before:
            return math.log(single)
        seen = self._counts.pairs.get(f"{before} {term}", 0)
        return math.log((1 - UNSEEN) * seen / (self._counts.single.get(before, 0) + 2) + UNSEEN * single)


def _best_through(choices: Sequence[tuple[str, ...]], steps: list[dict[tuple[str, str], float]]) -> Scores:
    """For each spelling of each syllable the score of the best sentence that has it (Viterbi forwards and back)."""
    forward: Scores = [{"": 0.0}]
    for here, step in zip(choices, steps, strict=True):
        forward.append({b: max(score + step[a, b] for a, score in forward[-1].items()) for b in here})
    backward: Scores = [dict.fromkeys(choices[-1], 0.0)] if choices else []
    for here, step in zip(reversed(choices[:-1]), reversed(steps[1:]), strict=True):
        backward.append({a: max(step[a, b] + score for b, score in backward[-1].items()) for a in here})
    return [
        {t: s + back[t] for t, s in ahead.items()} for ahead, back in zip(forward[1:], reversed(backward), strict=True)
    ]


def _surest(scores: dict[str, float]) -> str | None:
    best, *others = sorted(scores, key=lambda term: -scores[term])
    return best if not others or scores[best] - scores[others[0]] >= SURE else None
