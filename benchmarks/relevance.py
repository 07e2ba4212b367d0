"""Relevance on judged topics and real citizens' questions.

    python -m benchmarks.relevance [--topics FILE] [--corpus FILE] [--data DIR] [--no-floors] [--keep]
    python -m benchmarks.relevance fit
    python -m benchmarks.relevance coverage

The first prints nDCG@10, MRR, recall@10 and Success@1/3/10 per way of typing and stratum and for the everyday queries of
our own (everyday_queries.jsonl), with 95 % bootstrap intervals over topics, the share of unjudged results, and times;
names the queries that moved since the run kept in relevance_run.json; and ends with 1 when a figure is below its floor in
relevance_floors.json. `--keep` keeps this run and raises the floors that rose (they never fall), unless a figure is below.

`fit` fits the re-ranker on the same queries and writes config/vocabulary/ranking.json with the date, the digest of the
data and cross-validated figures. The plain run then measures on queries that the weights have seen: its figures guard
against damage, those of `fit` are the honest ones.

`coverage` measures with everyday phrases on 0, 25, 50, 75 and 100 % of the procedures, under the shipped weights, and
ends with 1 when a step up does not help: a procedure nobody wrote phrases for must not suffer from those that have them.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.catalogue import CONFIG
from benchmarks.fitting import Example, cross_validated, examples, fit_both
from benchmarks.judged import (
    CITIZENS,
    CORPUS,
    DATA,
    OWN,
    PLAIN,
    TOPICS,
    WAYS,
    Bench,
    Judged,
    covered_bench,
    data_digest,
    open_bench,
)
from benchmarks.measures import interval, mean, ndcg, percentile, recall, reciprocal_rank, success, unjudged
from indexer.query.answer import Ask
from indexer.query.vocabulary import NO_WEIGHTS, Vocabulary
from indexer.query.vocabulary_files import load_vocabulary

FLOORS = Path(__file__).with_name("relevance_floors.json")
RUN = Path(__file__).with_name("relevance_run.json")
RANKING = CONFIG / "vocabulary" / "ranking.json"

MARGIN = 0.004
"""How far a floor lies under the figure it was raised by: about one query of a way of typing."""

MOVED = 0.1
"""A query moved when its nDCG@10 changed by more than this."""

SHARES = (0, 25, 50, 75, 100)
"""Procedures with everyday phrases, in per cent."""

FLOORED = ("ndcg", "mrr", "s3", "recall")

MEASURES: dict[str, Callable[[list[str], Judged], float]] = {
    "ndcg": lambda keys, query: ndcg(keys, query.grades),
    "mrr": lambda keys, query: reciprocal_rank(keys, query.right),
    "s1": lambda keys, query: success(keys, query.right, 1),
    "s3": lambda keys, query: success(keys, query.right, 3),
    "s10": lambda keys, query: success(keys, query.right, 10),
    "recall": lambda keys, query: recall(keys, query.right),
    "unjudged": lambda keys, query: unjudged(keys, query.grades),
}


@dataclass(frozen=True)
class Result:
    """One query with its figures and how long the whole search took, in ms."""

    query: Judged
    figures: dict[str, float]
    milliseconds: float

    @property
    def name(self) -> str:
        """How relevance_run.json names it."""
        return f"{self.query.topic} {self.query.way}"


def measure(bench: Bench) -> list[Result]:
    """Ask every judged query once."""
    results = []
    for query in bench.queries:
        searcher = bench.searchers[query.index]
        begun = time.perf_counter()
        keys = [hit.key for hit in searcher.search(Ask(query.text)).hits]
        spent = (time.perf_counter() - begun) * 1000
        results.append(Result(query, {name: rule(keys, query) for name, rule in MEASURES.items()}, spent))
    return results


def groups(results: list[Result]) -> dict[str, list[Result]]:
    """By way of typing, all ways together, and by stratum."""
    found: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        if result.query.way in WAYS:
            found["all"].append(result)
            found[f"stratum {result.query.stratum}"].append(result)
        found[result.query.way].append(result)
    names = [*WAYS, "all", CITIZENS, PLAIN]
    return {name: found[name] for name in (*names, *sorted(set(found) - set(names))) if found.get(name)}


def figures_of(results: list[Result]) -> dict[str, dict[str, float]]:
    """Group → measure → mean, to four places."""
    return {
        name: {m: round(mean([r.figures[m] for r in rows]), 4) for m in MEASURES}
        for name, rows in groups(results).items()
    }


def below_floor(figures: Mapping[str, Mapping[str, float]], floors: Mapping[str, Mapping[str, float]]) -> list[str]:
    """Every figure under its floor, as a line to print."""
    return [
        f"{way} {name} {figures.get(way, {}).get(name, 0.0):.4f} is below its floor {floor:.4f}"
        for way, row in floors.items()
        for name, floor in row.items()
        if figures.get(way, {}).get(name, 0.0) < floor
    ]


def raised(
    figures: Mapping[str, Mapping[str, float]], floors: Mapping[str, Mapping[str, float]]
) -> dict[str, dict[str, float]]:
    """The floors, each at its old height or a margin under the new figure, whichever is higher."""
    return {
        way: {
            name: round(max(floors.get(way, {}).get(name, 0.0), row[name] - MARGIN), 4)
            for name in FLOORED
            if name in row
        }
        for way, row in figures.items()
        if way != OWN and not way.startswith("stratum")  # our own set grows, and with it what is hard
    }


def moved(results: list[Result], before: Mapping[str, float]) -> list[str]:
    """The queries whose nDCG@10 changed much, worst first; their names only."""
    changes = [(r.figures["ndcg"] - before[r.name], r.name) for r in results if r.name in before]
    return [f"{change:+.2f} {name}" for change, name in sorted(changes) if abs(change) > MOVED]


def _table(results: list[Result]) -> None:
    for name, rows in groups(results).items():
        topics = [row.query.topic for row in rows]
        cells = []
        for m in MEASURES:
            values = [row.figures[m] for row in rows]
            low, high = interval(values, topics)
            cells.append(f"{m} {mean(values):.4f} [{low:.2f},{high:.2f}]")
        print(f"{name:24}", f"n {len(rows):3}", "  ".join(cells))
    times = [row.milliseconds for row in results]
    print(f"{'ms':24}", f"p50 {percentile(times, 0.5):.2f}  p99 {percentile(times, 0.99):.2f}")


def _compare(results: list[Result], digest: str) -> None:
    if not RUN.exists():
        return
    kept = json.loads(RUN.read_text(encoding="utf-8"))
    if kept["data"] != digest:
        print("the kept run is of other data")
        return
    lines = moved(results, kept["ndcg"])
    print(f"{len(lines)} queries moved since the kept run" + "".join(f"\n  {line}" for line in lines))


def _keep(results: list[Result], digest: str, floors: dict[str, Any]) -> None:
    run = {"data": digest, "ndcg": {r.name: round(r.figures["ndcg"], 3) for r in results}}
    RUN.write_text(json.dumps(run, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    old = floors["floors"] if floors["data"] == digest else {}
    new = {"data": digest, "floors": raised(figures_of(results), old)}
    FLOORS.write_text(json.dumps(new, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _sparse(folder: Path, vocabulary: Vocabulary, files: Sequence[Path]) -> list[Example]:
    """The topics' examples where a part of the procedures has no phrases."""
    found = []
    for share in SHARES[1:-1]:
        bench = covered_bench(folder / str(share), share, vocabulary, *files)
        found += examples(bench)
        bench.close()
    return found


def _fit(bench: Bench, sparse: list[Example], digest: str) -> None:
    known = examples(bench)
    print(f"fitting on {len(known)} lists of candidates; five folds first")
    validated = cross_validated(known)
    weights = fit_both(known, sparse)
    for way, row in validated.items():
        print(f"{way:24}", "  ".join(f"{name} {value:.4f}" for name, value in row.items()))
    rounded = {part: {n: round(w, 4) for n, w in getattr(weights, part).items()} for part in ("first", "final")}
    content = {"fitted_on": f"{datetime.now(UTC):%Y-%m-%d}", "data": digest, **rounded, "cross_validated": validated}
    RANKING.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"written to {RANKING.relative_to(CONFIG.parent)}")


def _coverage(folder: Path, vocabulary: Vocabulary, files: Sequence[Path]) -> int:
    before, fell = 0.0, False
    for share in SHARES:
        bench = covered_bench(folder / str(share), share, vocabulary, *files)
        try:
            figures = figures_of(measure(bench))
        finally:
            bench.close()
        whole, everyday = figures["all"], figures["colloquial"]
        print(
            f"phrases on {share:3} %  nDCG@10 {whole['ndcg']:.4f}  Success@3 {whole['s3']:.4f}  MRR {whole['mrr']:.4f}"
            f"  everyday words: nDCG@10 {everyday['ndcg']:.4f}  Success@3 {everyday['s3']:.4f}"
        )
        fell |= whole["ndcg"] <= before
        before = whole["ndcg"]
    print("a step up did not help" if fell else "every step up helps")
    return 1 if fell else 0


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, compare; or fit; or measure coverage."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="?", choices=("measure", "fit", "coverage"), default="measure")
    parser.add_argument("--topics", type=Path, default=TOPICS)
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--no-floors", action="store_true", help="only print")
    parser.add_argument(
        "--keep", action="store_true", help="keep this run and raise the floors, unless a figure fell below its own"
    )
    chosen = parser.parse_args(arguments)
    digest = data_digest(chosen.data, chosen.topics, chosen.corpus)
    files = (chosen.topics, chosen.corpus, chosen.data)
    # A fit needs no weights, and may follow a change of what is weighed.
    vocabulary = load_vocabulary(CONFIG / "vocabulary", NO_WEIGHTS if chosen.what == "fit" else None)
    with tempfile.TemporaryDirectory() as folder:
        if chosen.what == "coverage":
            return _coverage(Path(folder), vocabulary, files)
        bench = open_bench(Path(folder), vocabulary, *files)
        try:
            if chosen.what == "fit":
                _fit(bench, _sparse(Path(folder), vocabulary, files), digest)
                return 0
            results = measure(bench)
        finally:
            bench.close()
    _table(results)
    floors = json.loads(FLOORS.read_text(encoding="utf-8"))
    _compare(results, digest)
    same = floors["data"] == digest
    print("data", digest, "as the floors'" if same else "not the floors'")
    failures = below_floor(figures_of(results), floors["floors"]) if same and not chosen.no_floors else []
    if chosen.keep and not failures:
        _keep(results, digest, floors)
        print(f"kept in {RUN.name}; the floors rose with it")
    elif same and not chosen.no_floors:
        print("\n".join(failures) or "no figure is below its floor")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
