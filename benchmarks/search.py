"""Speed of search over many documents: `python -m benchmarks.search [--documents 50000]`.

The documents are made of the project's everyday phrases, with a fixed seed. In one run it times a raw tantivy query of the
same syllables (title and body, ten hits) and the whole `Searcher.search` (understanding, 120 candidates, re-ranking, totals
and facets), and how fast documents are analysed and indexed with and without underthesea's words. Compare ratios, not times.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import tantivy

from benchmarks.catalogue import CONFIG
from benchmarks.measures import percentile
from indexer.engines.generations import EmbeddedGenerations
from indexer.query.answer import Ask
from indexer.query.build import fill
from indexer.query.searcher import Searcher
from indexer.query.terms import Analyst, Source
from indexer.query.vocabulary import Vocabulary, load_vocabulary
from vietnamese import VERSION
from vietnamese.syllables import folded
from vietnamese.words import Words, warm_up

SEED = 20261102
LINES, LINE_PHRASES = 12, 5
"""Body of a document: 12 lines of 5 phrases, about 1,700 characters."""

QUERIES = 400

HOSTILE = (
    "a" * 300, "1" * 300, "ế" * 150, "a.a." * 75, "x-" * 150, "1.001193 " * 30, "sổ đỏ " * 50, "\u202eabc", "😀 a", "7",
    "'; DROP TABLE procedures;--", "<script>alert(1)</script>", "title:(a AND b~2^9) OR *", "a\x00b\x1b", "日本語 مرحبا",
    "the quick brown fox jumps over the lazy dog", "qwrtp zxcv bnmk " * 18, "Đ̣̣̣ằ̀̀ng ký", "dddddd sssss ffff " * 15,
)  # fmt: skip
"""Bad input: none of it may take longer than 50 ms."""

HOSTILE_ROUNDS = 10
WORD_DOCUMENTS = 300


def sources(vocabulary: Vocabulary, count: int) -> Iterator[Source]:
    """`count` procedures of random phrases; the same ones every time."""
    chance = random.Random(SEED)
    phrases = [phrase for said in vocabulary.phrases.values() for phrase in said]
    for number in range(count):
        body = tuple(" ".join(chance.choices(phrases, k=LINE_PHRASES)) for _ in range(LINES))
        yield Source(
            id=f"procedure:9.{number:06d}",
            kind="procedure",
            version=1,
            title=" ".join(chance.choices(phrases, k=2)),
            sectors=(f"lĩnh vực {number % 40}",),
            body=body,
            codes=(f"9.{number:06d}",),
            phrases=tuple(chance.choices(phrases, k=2)),
            facets={"site": (f"site{number % 48}",), "tier": (("xa", "tinh")[number % 2],)},
        )


def queries(vocabulary: Vocabulary) -> list[str]:
    """Everyday phrases as people ask them, half without marks."""
    chance = random.Random(SEED + 1)
    phrases = [phrase for said in vocabulary.phrases.values() for phrase in said]
    chosen = chance.sample(phrases, QUERIES)
    return [q if n % 2 else " ".join(folded(q)) for n, q in enumerate(chosen)]


def timed(run: Callable[[str], object], asked: Sequence[str]) -> list[float]:
    """Milliseconds of each call, after a warm-up of a tenth of them."""
    for query in asked[: len(asked) // 10]:
        run(query)
    times = []
    for query in asked:
        begun = time.perf_counter()
        run(query)
        times.append((time.perf_counter() - begun) * 1000)
    return times


def raw_search(folder: Path) -> Callable[[str], object]:
    """A plain OR query of folded syllables over title and body."""
    index = tantivy.Index.open(str(folder))
    schema, searcher = index.schema, index.searcher()

    def run(query: str) -> object:
        clauses = [
            (tantivy.Occur.Should, tantivy.Query.term_query(schema, field, term, "freq"))
            for field in ("title_f", "body_f")
            for term in folded(query)
        ]
        return searcher.search(tantivy.Query.boolean_query(clauses), 10, count=False).hits

    return run


def words_per_second(vocabulary: Vocabulary) -> tuple[float, float]:
    """Documents analysed per second with underthesea: every line new, and every line known."""
    warm_up()
    sample = list(sources(vocabulary, WORD_DOCUMENTS))
    analyst = Analyst(vocabulary, Words())
    rates = []
    for _ in range(2):
        begun = time.perf_counter()
        for source in sample:
            analyst.document(source)
        rates.append(len(sample) / (time.perf_counter() - begun))
    return rates[0], rates[1]


def main(arguments: list[str] | None = None) -> None:
    """Build, time, print; the last line is `ratio X`."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--documents", type=int, default=50_000)
    count = parser.parse_args(arguments).documents
    vocabulary = load_vocabulary(CONFIG / "vocabulary")
    with tempfile.TemporaryDirectory() as name:
        generations = EmbeddedGenerations(Path(name))
        begun = time.perf_counter()
        engine = fill(generations, lambda: sources(vocabulary, count), vocabulary)
        took = time.perf_counter() - begun
        engine.close()
        generations.swap(engine.generation)
        print(f"rebuild: {count / took:.0f} documents/s without words, models included")
        new, known = words_per_second(vocabulary)
        print(f"analysis with words: {new:.0f} documents/s, {known:.0f} when the lines are known")
        asked = queries(vocabulary)
        raw = timed(raw_search(Path(name) / "index" / VERSION / engine.generation / "procedure"), asked)
        searcher = Searcher(generations, vocabulary)
        whole = timed(lambda query: searcher.search(Ask(query)), asked)
        suggested = timed(lambda query: searcher.suggest(query[:8]), asked)
        hostile = timed(lambda query: searcher.search(Ask(query)), HOSTILE * HOSTILE_ROUNDS)
        searcher.close()
    for label, times in (("raw tantivy", raw), ("search", whole), ("suggest", suggested), ("bad input", hostile)):
        p50, p99 = percentile(times, 0.5), percentile(times, 0.99)
        print(f"{label:12} p50 {p50:.2f} ms  p99 {p99:.2f} ms  longest {max(times):.2f} ms")
    print(f"ratio {percentile(whole, 0.5) / percentile(raw, 0.5):.2f}")


if __name__ == "__main__":
    main()
