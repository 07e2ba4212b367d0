"""Graded retrieval measures over lists of keys."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

DEPTH = 10


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


def mean(values: Sequence[float]) -> float:
    """Arithmetic mean, 0 of nothing."""
    return sum(values) / len(values) if values else 0.0


def percentile(values: Sequence[float], share: float) -> float:
    """Nearest-rank percentile."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, math.ceil(share * len(ordered)) - 1))] if ordered else 0.0
