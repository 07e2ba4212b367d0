"""Fit the re-ranker: listwise softmax by Newton's method, cross-validated over topics.

The loss of a query is the cross-entropy between 2^grade − 1 (as shares) and the softmax of the scores (ListNet, Cao et
al. 2007); it is convex, and with seven weights a Newton step costs one pass over the candidates.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.judged import CITIZENS, OWN, PLAIN, WAYS, Bench, Judged
from benchmarks.measures import mean, ndcg, recall, reciprocal_rank, success
from indexer.engines import Candidate
from indexer.query.ranking import vote, weighed
from indexer.query.vocabulary import BARE, FEATURES, Weights

PENALTY, CITIZEN_WEIGHT, TOPIC_WEIGHT = 0.01, 0.15, 3.0
"""L2 on standardised weights (.03 costs .003 nDCG@10, .003 is equal); weight of a citizen's question beside 3 for a whole
topic (.1–.15 lie within .001 nDCG@10 on topics and .003 MRR on questions)."""

DEEPEST = 40
"""Candidates of a query that are fitted on, and all judged ones: deeper ones have a likelihood near 0."""

STEPS, FOLDS = 8, 5
START, SMALLEST_STEP = 0.15, 0.01
"""Weight of the engine's score to begin with; shortest part of a Newton step that is tried when the whole overshoots."""

Row = dict[str, float]


@dataclass(frozen=True)
class Example:
    """The candidates of one query with their features."""

    query: Judged
    candidates: tuple[Candidate, ...]
    rows: list[Row]
    pinned: tuple[str, ...]

    @property
    def keys(self) -> list[str]:
        """Keys of the candidates."""
        return [candidate.id.partition(":")[2] for candidate in self.candidates]


def examples(bench: Bench) -> list[Example]:
    """The candidates of every judged query but our own; topics also as an index without questions has them."""
    found = []
    for query in (query for query in bench.queries if query.way != OWN):
        for index in ("all", "none") if query.index == "all" and "none" in bench.searchers else (query.index,):
            pinned, candidates, rows = bench.searchers[index].features(query.text)
            found.append(Example(query, candidates, rows, pinned))
    return found


def fit_both(known: Sequence[Example], sparse: Sequence[Example] = ()) -> Weights:
    """Weights of the first ranking, then of the final one, which sees the votes.

    `sparse`: examples of indexes where some procedures have no everyday phrases. What those lack for it, `BARE`, is fitted
    on them with all other weights fixed, so that it changes nothing where every procedure has phrases.
    """
    first = fit(known, FEATURES)
    first |= fit(sparse, BARE, first)
    for example in (*known, *sparse):
        vote(example.rows, example.candidates, first)
    final = fit(known, (*FEATURES, "vote"))
    return Weights(first, final | fit(sparse, BARE, final))


def fit(known: Sequence[Example], names: Sequence[str], fixed: Mapping[str, float] | None = None) -> dict[str, float]:
    """The weights of `names` with the least loss, beside `fixed` ones."""
    scale = _scale(known, names)
    forms: dict[str, int] = {}
    for example in known:
        forms[example.query.topic] = forms.get(example.query.topic, 0) + 1
    problem = [prepared for e in known if (prepared := _prepare(e, names, scale, forms, fixed or {}))]
    whole = sum(weight for weight, *_ in problem)
    weights = [START * s if name == "s0" else 0.0 for name, s in zip(names, scale, strict=True)]
    loss = _loss(problem, weights, whole)
    for _ in range(STEPS):
        slope, curve = [PENALTY * w for w in weights], [[0.0] * len(names) for _ in names]
        for i in range(len(names)):
            curve[i][i] = PENALTY
        for weight, rows, shares, given in problem:
            _add(slope, curve, weights, weight / whole, rows, shares, given)
        step, size = _solve(curve, slope), 1.0
        while size > SMALLEST_STEP:
            tried = [w - size * s for w, s in zip(weights, step, strict=True)]
            new = _loss(problem, tried, whole)
            if new < loss:
                weights, loss = tried, new
                break
            size /= 2
        else:
            break
    return {name: w / s for name, w, s in zip(names, weights, scale, strict=True)}


Problem = tuple[float, list[list[float]], list[float], list[float]]
"""Weight of a query, features of its candidates, their shares of the gain, and what the fixed weights give them."""


def _prepare(
    example: Example, names: Sequence[str], scale: Sequence[float], forms: dict[str, int], fixed: Mapping[str, float]
) -> Problem | None:
    gains = [2 ** example.query.grades.get(key, 0) - 1 for key in example.keys]
    kept = [i for i, gain in enumerate(gains) if gain or i < DEEPEST]
    total = sum(gains)
    if not total or (fixed and not any(example.rows[i][name] for i in kept for name in names)):
        return None
    rows = [[example.rows[i][name] / s for name, s in zip(names, scale, strict=True)] for i in kept]
    share = CITIZEN_WEIGHT / 2 if example.query.way in (CITIZENS, PLAIN) else TOPIC_WEIGHT / forms[example.query.topic]
    return share, rows, [gains[i] / total for i in kept], weighed([example.rows[i] for i in kept], fixed)


def _loss(problem: Sequence[Problem], weights: Sequence[float], whole: float) -> float:
    loss = PENALTY / 2 * sum(w * w for w in weights)
    for weight, rows, wanted, given in problem:
        scores = _scores(weights, rows, given)
        best = max(scores)
        log_whole = best + math.log(sum([math.exp(score - best) for score in scores]))
        loss += weight / whole * (log_whole - sum([p * s for p, s in zip(wanted, scores, strict=True) if p]))
    return loss


def _scores(weights: Sequence[float], rows: list[list[float]], given: list[float]) -> list[float]:
    return [
        known + sum([w * x for w, x in zip(weights, row, strict=True)]) for row, known in zip(rows, given, strict=True)
    ]


def _scale(known: Sequence[Example], names: Sequence[str]) -> list[float]:
    found = []
    for name in names:
        values = [row[name] for example in known for row in example.rows[:DEEPEST]]
        middle = mean(values)
        found.append(math.sqrt(mean([(value - middle) ** 2 for value in values])) or 1.0)
    return found


def _add(
    slope: list[float], curve: list[list[float]], weights: list[float], share: float, rows: list[list[float]],
    wanted: list[float], given: list[float],
) -> None:  # fmt: skip
    scores = _scores(weights, rows, given)
    best = max(scores)
    odds = [math.exp(score - best) for score in scores]
    whole = sum(odds)
    odds = [chance / whole for chance in odds]
    width = range(len(weights))
    means = [sum([p * row[i] for p, row in zip(odds, rows, strict=True)]) for i in width]
    for i in width:
        slope[i] += share * (means[i] - sum([p * row[i] for p, row in zip(wanted, rows, strict=True) if p]))
        column = [p * (row[i] - means[i]) for p, row in zip(odds, rows, strict=True)]
        for j in range(i + 1):
            value = share * sum([c * row[j] for c, row in zip(column, rows, strict=True)])
            curve[i][j] += value
            if i != j:
                curve[j][i] += value


def _solve(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Gaussian elimination; the matrix is positive definite."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for i, pivot in enumerate(rows):
        for below in rows[i + 1 :]:
            factor = below[i] / pivot[i]
            below[:] = [b - factor * p for b, p in zip(below, pivot, strict=True)]
    found = [0.0] * len(rows)
    for i in range(len(rows) - 1, -1, -1):
        known = sum(rows[i][j] * found[j] for j in range(i + 1, len(rows)))
        found[i] = (rows[i][-1] - known) / rows[i][i]
    return found


def ranked(example: Example, weights: Weights) -> list[str]:
    """Keys as the searcher would order them."""
    vote(example.rows, example.candidates, weights.first)
    scores = weighed(example.rows, weights.final)
    order = sorted(zip(scores, example.keys, strict=True), key=lambda pair: (-pair[0], pair[1]))
    return [*example.pinned, *(key for _, key in order if key not in example.pinned)]


def cross_validated(known: Sequence[Example]) -> dict[str, dict[str, float]]:
    """Figures of every query under weights that never saw its topic (five folds of topics, questions likewise)."""
    topics = sorted({example.query.topic for example in known})
    fold = {topic: number % FOLDS for number, topic in enumerate(topics)}
    results: dict[str, list[tuple[float, float, float, float]]] = {}
    for held in range(FOLDS):
        weights = fit_both([e for e in known if fold[e.query.topic] != held])
        for example in known:
            if fold[example.query.topic] == held:
                keys, query = ranked(example, weights), example.query
                figures = (
                    ndcg(keys, query.grades), success(keys, query.right, 3),
                    reciprocal_rank(keys, query.right), recall(keys, query.right),
                )  # fmt: skip
                results.setdefault(query.way, []).append(figures)
    results["all"] = [row for way in WAYS for row in results.get(way, [])]
    names = ("ndcg", "s3", "mrr", "recall")
    return {
        way: {name: round(mean([row[i] for row in rows]), 4) for i, name in enumerate(names)}
        for way, rows in results.items()
    }
