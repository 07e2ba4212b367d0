"""Graded retrieval measures over lists of keys, and how sure a mean is."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence

DEPTH = 10
DRAWS, SEED = 1000, 20261102
"""Bootstrap draws: enough for two places of a 95 % interval."""


def gain(grades: Sequence[int]) -> float:
    """Discounted cumulative gain with 2^grade − 1 (Burges et al. 2005)."""
    return math.fsum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades))


def ndcg(ranked: Sequence[str], judged: Mapping[str, int]) -> float:
    """nDCG@10; unjudged keys count as grade 0."""
    ideal = gain(sorted(judged.values(), reverse=True)[:DEPTH])
    return gain([judged.get(key, 0) for key in ranked[:DEPTH]]) / ideal if ideal else 0.0


def reciprocal_rank(ranked: Sequence[str], right: set[str]) -> float:
    """1/rank of the first right key among ten, else 0."""
    return next((1 / place for place, key in enumerate(ranked[:DEPTH], 1) if key in right), 0.0)


def success(ranked: Sequence[str], right: set[str], depth: int) -> float:
    """1 when a right key is among the first `depth`."""
    return float(any(key in right for key in ranked[:depth]))


def recall(ranked: Sequence[str], right: set[str]) -> float:
    """Share of the right keys among the first ten."""
    return sum(key in right for key in ranked[:DEPTH]) / len(right) if right else 0.0


def unjudged(ranked: Sequence[str], judged: Mapping[str, int]) -> float:
    """Share of the first ten that nobody judged: how much of nDCG is a guess."""
    return sum(key not in judged for key in ranked[:DEPTH]) / max(1, len(ranked[:DEPTH]))


def mean(values: Sequence[float]) -> float:
    """Arithmetic mean, 0 of nothing."""
    return sum(values) / len(values) if values else 0.0


def interval(values: Sequence[float], topics: Sequence[str]) -> tuple[float, float]:
    """95 % bootstrap interval of the mean over *topics*: all forms of one topic are drawn together."""
    groups: dict[str, list[float]] = {}
    for value, topic in zip(values, topics, strict=True):
        groups.setdefault(topic, []).append(value)
    sums = [(sum(group), len(group)) for group in groups.values()]
    chance = random.Random(SEED)
    means = []
    for _ in range(DRAWS if sums else 0):
        drawn = chance.choices(sums, k=len(sums))
        means.append(sum(total for total, _ in drawn) / sum(count for _, count in drawn))
    return percentile(means, 0.025), percentile(means, 0.975)


def percentile(values: Sequence[float], share: float) -> float:
    """Nearest-rank percentile."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, math.ceil(share * len(ordered)) - 1))] if ordered else 0.0
