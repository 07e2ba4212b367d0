"""Speed of search over a province's documents: `python -m benchmarks.search [--documents 50000]`.

The store is that of `benchmarks.province`. In one run, question by question in turn, it times a raw tantivy query of the same
syllables (title and body, ten hits), the whole `Searcher.search` (understanding, 120 candidates, re-ranking, totals and
facets), `/api/v1/search` over HTTP, completions, bad input, and snippets of 2 KB; before that, how fast the index is
rebuilt and how fast documents are analysed with underthesea's words. Compare ratios, not times.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import tantivy

from benchmarks.catalogue import CONFIG
from benchmarks.measures import percentile
from benchmarks.province import LINES, SEED, Phrases, fill_store, lines, queries
from benchmarks.serving import FIRST_ASKED, interleaved, rebuilt, serving, shown
from indexer.engines.generations import EmbeddedGenerations
from indexer.query.answer import Ask
from indexer.query.searcher import Searcher
from indexer.query.terms import Analyst, Source
from indexer.query.vocabulary import Vocabulary
from indexer.query.vocabulary_files import load_vocabulary
from search_api.highlight import snippet, wanted
from store.database import open_database
from vietnamese import VERSION
from vietnamese.syllables import folded
from vietnamese.words import Words, warm_up

HOSTILE = (
    "a" * 300, "1" * 300, "ế" * 150, "a.a." * 75, "x-" * 150, "1.001193 " * 30, "sổ đỏ " * 50, "\u202eabc", "😀 a", "7",
    "'; DROP TABLE procedures;--", "<script>alert(1)</script>", "title:(a AND b~2^9) OR *", "a\x00b\x1b", "日本語 مرحبا",
    "the quick brown fox jumps over the lazy dog", "qwrtp zxcv bnmk " * 18, "Đ̣̣̣ằ̀̀ng ký", "dddddd sssss ffff " * 15,
)  # fmt: skip
"""Bad input: none of it may take longer than 50 ms."""

HOSTILE_ROUNDS = 10
SETTINGS = {"index_words": "false", "breaker_share": "1"} | FIRST_ASKED
WORD_DOCUMENTS = 300
SNIPPET_CHARACTERS = 1_500
"""About 2 KB of Vietnamese."""


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
    """Documents analysed per second with underthesea: every line new, and where 2 % of the lines are new."""
    warm_up()
    known, fresh = ([*lines(vocabulary, WORD_DOCUMENTS)], [*lines(vocabulary, WORD_DOCUMENTS, SEED + 2)])
    every = WORD_DOCUMENTS * LINES // 50
    recrawled = [list(body) for body in known]
    for number in range(every):
        recrawled[number * 50 // LINES][number * 50 % LINES] = fresh[number % WORD_DOCUMENTS][number % LINES]
    analyst, rates = Analyst(vocabulary, Words()), []
    for bodies in (known, recrawled):
        begun = time.perf_counter()
        for number, body in enumerate(bodies):
            analyst.document(Source(f"record:{number}", "article", 1, body[0][:80], body=tuple(body)))
        rates.append(len(bodies) / (time.perf_counter() - begun))
    return rates[0], rates[1]


def main(arguments: list[str] | None = None) -> None:
    """Build, time, print; the last line is `ratio X`."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--documents", type=int, default=50_000)
    count = parser.parse_args(arguments).documents
    vocabulary = load_vocabulary(CONFIG / "vocabulary")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with closing(open_database(folder / "store.db")) as database:
            fill_store(database, vocabulary, count)
        took = rebuilt(folder, SETTINGS)
        print(
            f"rebuild of {count} documents: {took:.1f} s, {count / took:.0f} documents/s without words, models included"
        )
        new, known = words_per_second(vocabulary)
        print(f"analysis with words: {new:.0f} documents/s, {known:.0f} where 2 % of the lines are new")
        generations = EmbeddedGenerations(folder)
        raw = raw_search(folder / "index" / VERSION / generations.live_name() / "procedure")
        with closing(Searcher(generations, vocabulary)) as searcher, serving(folder, SETTINGS) as api:
            _time(vocabulary, raw, searcher, api)


def _time(
    vocabulary: Vocabulary, raw: Callable[[str], object], searcher: Searcher, api: Callable[[str], object]
) -> None:
    text = Phrases(vocabulary).body()[:SNIPPET_CHARACTERS]
    runs: dict[str, Callable[[str], object]] = {
        "raw tantivy": raw,
        "Searcher": lambda query: searcher.search(Ask(query)),
        "/api/v1/search": api,
        "suggest": lambda query: searcher.suggest(query[:8]),
        "suggest, guessed": lambda query: searcher.suggest(f"ở đâu {query}"),
        "snippet": lambda query: snippet(text, wanted(query.split())),
    }
    times = interleaved(runs, queries(vocabulary))
    times["bad input"] = timed(api, HOSTILE * HOSTILE_ROUNDS)
    for label, row in times.items():
        shown(label, row)
    print(f"longest of bad input: {max(times['bad input']):.1f} ms")
    print(f"ratio {percentile(times['/api/v1/search'], 0.5) / percentile(times['raw tantivy'], 0.5):.2f}")


if __name__ == "__main__":
    main()
