"""Elasticsearch against the embedded engine on the judged topics: `python -m benchmarks.elastic_relevance`.

Starts a node by scripts/elasticsearch, builds the same documents in both engines, asks every form of every topic and counts
where the first twelve differ and by how much; ends with 1 when nDCG@10 differs by more than a hundredth.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from benchmarks.catalogue import CONFIG, corpus_codes, lines_of
from benchmarks.judged import (
    CORPUS,
    DATA,
    LONGEST_QUESTION,
    QUESTIONS,
    TOPICS,
    Bench,
    build_searcher,
    question_sources,
    topic_queries,
)
from benchmarks.relevance import figures_of, measure
from core.settings import load_settings
from indexer.engines.elastic_generations import ElasticGenerations
from indexer.query.answer import Ask
from indexer.query.build import fill
from indexer.query.searcher import Searcher
from indexer.query.terms import Source
from indexer.query.vocabulary import Vocabulary
from indexer.query.vocabulary_files import load_vocabulary
from tests.cluster.nodes import Nodes

DEPTH = 12
TOLERANCE = 0.01


def build_elastic(hosts: str, sources: list[Source], vocabulary: Vocabulary) -> Searcher:
    """A searcher over the real catalogue on a cluster."""
    generations = ElasticGenerations(load_settings(None, {"engine": f"{hosts}/relevance"}))
    engine = fill(generations, lambda: sources, vocabulary)
    engine.close()
    generations.swap(engine.generation)
    return Searcher(generations, vocabulary, query_max_chars=LONGEST_QUESTION)


def compare(first: Searcher, second: Searcher, asked: list[str]) -> dict[str, float]:
    """How often the first twelve are the same, and the largest difference in score, total, facets and completions."""
    same = order = totals = facets = suggestions = 0
    largest = 0.0
    for q in asked:
        one, two = (searcher.search(Ask(q, limit=DEPTH, other_kinds=True)) for searcher in (first, second))
        keys = [[hit.key for hit in answer.hits] for answer in (one, two)]
        order += keys[0] == keys[1]
        same += set(keys[0]) == set(keys[1])
        totals += (one.total, one.totals) == (two.total, two.totals)
        facets += one.facets == two.facets
        suggestions += first.suggest(q[:12]) == second.suggest(q[:12])
        scores = {hit.key: hit.score for hit in two.hits}
        largest = max([largest, *(abs(hit.score - scores.get(hit.key, hit.score)) for hit in one.hits)])
    count = len(asked)
    return {
        "questions": count,
        "same twelve": same / count,
        "same order": order / count,
        "same totals": totals / count,
        "same facets": facets / count,
        "same completions": suggestions / count,
        "largest score difference": largest,
    }


def main(arguments: list[str] | None = None) -> int:
    """Measure both, print both and the differences."""
    argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0]).parse_args(arguments)
    queries, questions = tuple(topic_queries(TOPICS)), list(lines_of(QUESTIONS))
    asked = [*(query.text for query in queries), *(row["question"] for row in questions)]
    codes, vocabulary = corpus_codes(CORPUS), load_vocabulary(CONFIG / "vocabulary")
    with tempfile.TemporaryDirectory() as folder:
        nodes = Nodes(Path(folder) / "nodes")
        try:
            nodes.start()
            with (
                closing(build_searcher(Path(folder), DATA, codes, vocabulary, questions)) as embedded,
                closing(build_elastic(nodes.hosts, question_sources(DATA, codes, questions), vocabulary)) as elastic,
            ):
                figures = {
                    name: figures_of(measure(Bench(queries, {"all": searcher})))
                    for name, searcher in (("embedded", embedded), ("elasticsearch", elastic))
                }
                differences = compare(embedded, elastic, asked)
        finally:
            nodes.end()
    worst = 0.0
    for way, row in figures["embedded"].items():
        other = figures["elasticsearch"][way]
        print(f"{way:12}", "  ".join(f"{name} {value:.4f}/{other[name]:.4f}" for name, value in row.items()))
        worst = max(worst, abs(row.get("ndcg", 0.0) - other.get("ndcg", 0.0)))
    print("embedded/elasticsearch;", "  ".join(f"{name} {value:.4g}" for name, value in differences.items()))
    print(f"largest difference in nDCG@10: {worst:.4f}")
    return 1 if worst > TOLERANCE else 0


if __name__ == "__main__":
    sys.exit(main())
