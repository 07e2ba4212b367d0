"""How soon completions show what is meant: `python -m benchmarks.suggestions [--topics FILE] [--corpus FILE] [--data DIR]`.

Every judged query is typed letter by letter. For each way of typing: the share of queries for which a procedure of the
highest grade stands among the completions after 8, 12 and 16 characters and at any time before the end, the share that
gets it within the first three, and how much of the query is still untyped when it first stands there (keystrokes saved,
0 where it never does).
"""

from __future__ import annotations

import argparse
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.catalogue import CONFIG, corpus_codes, lines_of
from benchmarks.judged import CORPUS, DATA, QUESTIONS, TOPICS, WAYS, Judged, build_searcher, topic_queries
from benchmarks.measures import mean
from indexer.query.searcher import Searcher
from indexer.query.suggest import SHORTEST
from indexer.query.vocabulary_files import load_vocabulary

SHOWN = 8
MARKS = (8, 12, 16)
"""Characters typed at which it is looked."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What typing one query showed: the number of characters at which a right completion first stood among all and
    among the first three (0 = never), and the query's own length."""

    way: str
    length: int
    first: int
    among_three: int


def typed(searcher: Searcher, query: Judged) -> Typed:
    """Type a query letter by letter."""
    first = among_three = 0
    for end in range(SHORTEST, len(query.text) + 1):
        keys = [found.key for found in searcher.suggest(query.text[:end], SHOWN)]
        first = first or (end if query.right & set(keys) else 0)
        if query.right & set(keys[:3]):
            among_three = end
            break
    return Typed(query.way, len(query.text), first, among_three)


def figures(rows: list[Typed]) -> Iterator[tuple[str, float]]:
    """Name and value of each figure."""
    for mark in MARKS:
        yield f"@{mark}", mean([float(0 < row.first <= mark) for row in rows])
    yield "ever", mean([float(row.first > 0) for row in rows])
    yield "in 3", mean([float(row.among_three > 0) for row in rows])
    yield "saved", mean([1 - row.first / row.length if row.first else 0.0 for row in rows])


def main() -> None:
    """Print one line for each way of typing."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.suggestions")
    parser.add_argument("--topics", type=Path, default=TOPICS)
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--data", type=Path, default=DATA)
    chosen = parser.parse_args()
    vocabulary = load_vocabulary(CONFIG / "vocabulary")
    by_way: defaultdict[str, list[Typed]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        asked = list(lines_of(chosen.data / QUESTIONS.name))
        searcher = build_searcher(Path(folder), chosen.data, corpus_codes(chosen.corpus), vocabulary, asked)
        for query in topic_queries(chosen.topics):
            by_way[query.way].append(typed(searcher, query))
        searcher.close()
    for way in WAYS:
        cells = "  ".join(f"{name} {value:.3f}" for name, value in figures(by_way[way]))
        print(f"{way:<12} n {len(by_way[way]):>3}  {cells}")


if __name__ == "__main__":
    main()
