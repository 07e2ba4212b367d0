"""Relevance on judged topics and real citizens' questions: `python -m benchmarks.relevance --topics FILE [--corpus FILE]`.

Prints nDCG@10, MRR and Success@1/3/10 per way of typing and compares with the floors in relevance_floors.json (which only
rise); ends with 1 when a figure is below its floor. The re-ranker's weights were fitted on the development topics, so
these figures are a floor against damage, not a promise for other questions.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.catalogue import CONFIG, FILES, SHARED, corpus_codes, lines_of, news, procedures
from benchmarks.measures import mean, ndcg, percentile, reciprocal_rank, success
from core.plain import digest
from indexer.engines.generations import EmbeddedGenerations
from indexer.query.answer import Ask
from indexer.query.build import fill
from indexer.query.searcher import Searcher
from indexer.query.vocabulary import load_vocabulary

WAYS = ("primary", "folded", "typo", "telex", "colloquial", "question")
FLOORS = Path(__file__).with_name("relevance_floors.json")
LONGEST_QUESTION = 2000


@dataclass
class Scores:
    """Figures of one way of typing, query by query."""

    ndcg: list[float] = field(default_factory=list)
    mrr: list[float] = field(default_factory=list)
    s1: list[float] = field(default_factory=list)
    s3: list[float] = field(default_factory=list)
    s10: list[float] = field(default_factory=list)

    def add(self, ranked: list[str], judged: dict[str, int]) -> None:
        """Count one query; right = grade 3."""
        right = {key for key, grade in judged.items() if grade == 3}
        self.ndcg.append(ndcg(ranked, judged))
        self.mrr.append(reciprocal_rank(ranked, right))
        for depth, values in ((1, self.s1), (3, self.s3), (10, self.s10)):
            values.append(success(ranked, right, depth))

    def means(self) -> dict[str, float]:
        """Name → mean, to four places."""
        return {name: round(mean(getattr(self, name)), 4) for name in ("ndcg", "mrr", "s1", "s3", "s10")}


def build_searcher(folder: Path, data: Path, codes: list[str]) -> Searcher:
    """A searcher over the real catalogue in a new index under `folder`."""
    sources = [*procedures(data, codes), *news(data)]
    generations = EmbeddedGenerations(folder)
    engine = fill(generations, lambda: sources, load_vocabulary(CONFIG / "vocabulary"))
    engine.close()
    generations.swap(engine.generation)
    return Searcher.open(folder, CONFIG, query_max_chars=LONGEST_QUESTION)


def measure(searcher: Searcher, topics: Iterable[Any], questions: Iterable[Any]) -> dict[str, dict[str, float]]:
    """Figures per way of typing, of all ways together, and of the citizens' questions; with times in ms."""
    scores: dict[str, Scores] = defaultdict(Scores)
    times = []
    asked = [(way, topic[way], topic["judgements"]) for topic in topics for way in WAYS if way in topic]
    asked += [("citizens", row["question"], dict.fromkeys(row["codes"], 3)) for row in questions]
    for way, query, judged in asked:
        if not judged:
            continue
        begun = time.perf_counter()
        ranked = [hit.key for hit in searcher.search(Ask(query)).hits]
        times.append((time.perf_counter() - begun) * 1000)
        scores[way].add(ranked, judged)
        if way != "citizens":
            scores["all"].add(ranked, judged)
    figures = {way: scores[way].means() for way in (*WAYS, "all", "citizens") if way in scores}
    figures["ms"] = {"p50": round(percentile(times, 0.5), 2), "p99": round(percentile(times, 0.99), 2)}
    return figures


def below_floor(figures: dict[str, dict[str, float]], floors: dict[str, dict[str, float]]) -> list[str]:
    """Every figure under its floor, as a line to print."""
    return [
        f"{way} {name} {figures.get(way, {}).get(name, 0.0):.4f} is below its floor {floor:.4f}"
        for way, row in floors.items()
        for name, floor in row.items()
        if figures.get(way, {}).get(name, 0.0) < floor
    ]


def data_digest(data: Path, topics: Path, corpus: Path) -> str:
    """One digest of everything that the figures depend on, besides the program."""
    files = [*(data / name for name in FILES), topics, corpus, data / "faq_questions.jsonl.gz"]
    return digest([digest(file.read_bytes()) for file in files])[:16]


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    data = SHARED / "data"
    parser.add_argument("--topics", type=Path, default=data / "topics_dev.jsonl")
    parser.add_argument("--corpus", type=Path, default=data / "topics_corpus_codes.txt")
    parser.add_argument("--data", type=Path, default=data)
    parser.add_argument("--no-floors", action="store_true", help="only print")
    chosen = parser.parse_args(arguments)
    topics = [json.loads(line) for line in chosen.topics.read_text(encoding="utf-8").splitlines() if line.strip()]
    questions = list(lines_of(chosen.data / "faq_questions.jsonl.gz"))
    with tempfile.TemporaryDirectory() as folder:
        searcher = build_searcher(Path(folder), chosen.data, corpus_codes(chosen.corpus))
        figures = measure(searcher, topics, questions)
        searcher.close()
    for way, row in figures.items():
        print(f"{way:12}", "  ".join(f"{name} {value:.4f}" for name, value in row.items()))
    floors = json.loads(FLOORS.read_text(encoding="utf-8"))
    same_data = floors["data"] == data_digest(chosen.data, chosen.topics, chosen.corpus)
    print(
        "data",
        data_digest(chosen.data, chosen.topics, chosen.corpus),
        "as the floors'" if same_data else "not the floors'",
    )
    if chosen.no_floors or not same_data:
        return 0
    failures = below_floor(figures, floors["floors"])
    print("\n".join(failures) or "no figure is below its floor")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
