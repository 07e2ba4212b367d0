"""Fit the re-ranker: listwise softmax by Newton's method, cross-validated over topics.

The loss of a query is the cross-entropy between 2^grade − 1 (as shares) and the softmax of the scores (ListNet, Cao et
al. 2007); it is convex, and with seven weights a Newton step costs one pass over the candidates.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from benchmarks.judged import CITIZENS, OWN, PLAIN, WAYS, Bench, Judged
from benchmarks.measures import mean, ndcg, recall, reciprocal_rank, success
from indexer.engines import Candidate
from indexer.query.features import ROWS, Table
from indexer.query.parted import Numbers
from indexer.query.ranking import procedures_in_order
from indexer.query.results import key_of
from indexer.query.vocabulary import BARE, FEATURES, Weights

PENALTY, CITIZEN_WEIGHT, TOPIC_WEIGHT = 0.01, 0.15, 3.0
"""L2 on standardised weights (.03 costs .003 nDCG@10, .003 is equal); weight of a citizen's question beside 3 for a whole
topic (.1–.15 lie within .001 nDCG@10 on topics and .003 MRR on questions)."""

DEEPEST = 40
"""Candidates of a query that are fitted on, and all judged ones: deeper ones have a likelihood near 0."""

STEPS, FOLDS = 8, 5
START, SMALLEST_STEP = 0.15, 0.01
"""Weight of the engine's score to begin with; shortest part of a Newton step that is tried when the whole overshoots."""


@dataclass(frozen=True)
class Example:
    """The candidates of one query with their features."""

    query: Judged
    candidates: tuple[Candidate, ...]
    table: Table
    pinned: tuple[str, ...]

    @property
    def keys(self) -> list[str]:
        """Keys of the candidates."""
        return [key_of(candidate) for candidate in self.candidates]


def examples(bench: Bench) -> list[Example]:
    """The candidates of every judged query but our own; topics also as an index without questions has them."""
    found = []
    for query in (query for query in bench.queries if query.way != OWN):
        for index in ("all", "none") if query.index == "all" and "none" in bench.searchers else (query.index,):
            pinned, candidates, table = bench.searchers[index].features(query.text)
            found.append(Example(query, candidates, table, pinned))
    return found


def fit_both(known: Sequence[Example], sparse: Sequence[Example] = ()) -> Weights:
    """Weights of the first ranking, then of the final one, which sees the votes.

    `sparse`: examples of indexes where some procedures have no everyday phrases. What those lack for it, `BARE`, is fitted
    on them with all other weights fixed, so that it changes nothing where every procedure has phrases.
    """
    first = fit(known, FEATURES)
    first |= fit(sparse, BARE, first)
    for example in (*known, *sparse):
        example.table.vote(first)
    final = fit(known, (*FEATURES, "vote"))
    return Weights(first, final | fit(sparse, BARE, final))


class _Problem(NamedTuple):
    """A query's weight, its candidates' scaled features (a row each), their shares of the gain, what fixed weights give them."""

    weight: float
    features: Numbers
    wanted: Numbers
    given: Numbers


def fit(known: Sequence[Example], names: Sequence[str], fixed: Mapping[str, float] | None = None) -> dict[str, float]:
    """The weights of `names` with the least loss, beside `fixed` ones; 0 where there is nothing to fit them on."""
    if not known:
        return dict.fromkeys(names, 0.0)
    rows = [ROWS.index(name) for name in names]
    scale = np.concatenate([example.table.values[rows, :DEEPEST] for example in known], axis=1).std(axis=1)
    scale[scale == 0] = 1.0
    forms = Counter(example.query.topic for example in known)
    problems = [p for example in known if (p := _problem(example, rows, scale, forms, fixed or {})) is not None]
    whole = sum(problem.weight for problem in problems)
    problems = [problem._replace(weight=problem.weight / whole) for problem in problems]
    weights = np.where(np.array(names) == "s0", START * scale, 0.0)
    loss = _loss(problems, weights)
    for _ in range(STEPS):
        step, size = _newton(problems, weights), 1.0
        while size > SMALLEST_STEP:
            tried = weights - size * step
            new = _loss(problems, tried)
            if new < loss:
                weights, loss = tried, new
                break
            size /= 2
        else:
            break
    return dict(zip(names, (weights / scale).tolist(), strict=True))


def _problem(
    example: Example, rows: list[int], scale: Numbers, forms: Mapping[str, int], fixed: Mapping[str, float]
) -> _Problem | None:
    gains = np.array([2.0 ** example.query.grades.get(key, 0) - 1 for key in example.keys])
    kept = np.flatnonzero((gains > 0) | (np.arange(gains.size) < DEEPEST))
    features = (example.table.values[rows][:, kept] / scale[:, None]).T
    if not gains.sum() or (fixed and not features.any()):
        return None
    share = CITIZEN_WEIGHT / 2 if example.query.way in (CITIZENS, PLAIN) else TOPIC_WEIGHT / forms[example.query.topic]
    return _Problem(share, features, gains[kept] / gains.sum(), example.table.scores(fixed)[kept])


def _loss(problems: Sequence[_Problem], weights: Numbers) -> float:
    loss = PENALTY / 2 * float(weights @ weights)
    for weight, features, wanted, given in problems:
        scores = features @ weights + given
        best = scores.max()
        loss += weight * float(best + np.log(np.exp(scores - best).sum()) - wanted @ scores)
    return loss


def _newton(problems: Sequence[_Problem], weights: Numbers) -> Numbers:
    """The step that a quadratic with the loss's slope and curve would take to its bottom."""
    slope, curve = PENALTY * weights, PENALTY * np.eye(weights.size)
    for weight, features, wanted, given in problems:
        scores = features @ weights + given
        odds = np.exp(scores - scores.max())
        odds /= odds.sum()
        middle = odds @ features
        slope = slope + weight * (middle - wanted @ features)
        curve += weight * ((features * odds[:, None]).T @ features - np.outer(middle, middle))
    return np.linalg.solve(curve, slope).astype(np.float64)


def ranked(example: Example, weights: Weights) -> list[str]:
    """Keys as the searcher would order them, by the same steps."""
    rows = procedures_in_order(example.candidates, example.table, weights)
    keys = (key_of(row.candidate) for row in rows)
    return [*example.pinned, *(key for key in keys if key not in example.pinned)]


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
