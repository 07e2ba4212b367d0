"""Speed on Elasticsearch: `python -m benchmarks.elastic [--documents 50000]`.

Starts a node by scripts/elasticsearch (512 MB heap) and times, in one run on the same documents:

* writing: our engine (order, versions, per-item errors) against the client's bulk helper with the same bodies;
* a rebuild from the store, whole, and queries while it goes on against queries before it;
* searching: the same query bodies sent raw, `Searcher.search`, `/api/v1/search` over HTTP, and the embedded engine.

The machine is shared: compare ratios, not times.
"""

from __future__ import annotations

import argparse
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

from elasticsearch.helpers import bulk

from benchmarks.catalogue import CONFIG
from benchmarks.measures import percentile
from benchmarks.province import fill_store, queries
from benchmarks.serving import FIRST_ASKED, interleaved, rebuilt, serving, shown
from core.settings import load_settings
from indexer.documents import sources
from indexer.engines import IndexDocument
from indexer.engines.bulk import CHUNK_BYTES, CHUNK_DOCUMENTS, action
from indexer.engines.elastic import ElasticEngine
from indexer.engines.elastic_generations import ElasticGenerations
from indexer.engines.generations import EmbeddedGenerations
from indexer.engines.port import Generations
from indexer.query.answer import Ask
from indexer.query.searcher import Searcher
from indexer.query.terms import Analyst
from indexer.query.vocabulary import Vocabulary
from indexer.query.vocabulary_files import load_vocabulary
from store.database import open_database
from tests.cluster.nodes import Nodes, call

WRITTEN, ROUNDS = 10_000, 3
"""Documents of one writing round, and rounds: the two ways take turns, the medians are compared."""


def writing(generations: ElasticGenerations, documents: list[IndexDocument]) -> dict[str, tuple[float, float]]:
    """Medians by way: documents/s by the clock, and documents per second of this process's CPU."""
    rates: dict[str, list[tuple[float, float]]] = {"ours": [], "raw": []}
    for number in range(ROUNDS * 2):
        way = ("ours", "raw")[number % 2]
        engine = generations.create()
        begun, worked = time.perf_counter(), time.process_time()
        if way == "ours":
            for start in range(0, len(documents), 500):
                engine.write(documents[start : start + 500])
            engine.commit()
        else:
            raw_bulk(generations, engine, documents)
        spent = time.perf_counter() - begun, time.process_time() - worked
        rates[way].append((len(documents) / spent[0], len(documents) / spent[1]))
        generations.drop(engine.generation)
    return {way: (median([c for c, _ in rows]), median([w for _, w in rows])) for way, rows in rates.items()}


def raw_bulk(generations: ElasticGenerations, engine: ElasticEngine, documents: Sequence[IndexDocument]) -> None:
    """What a plain program would do."""
    index = generations.index_of(engine.generation)
    actions = (action(index, item, {}) for item in documents)

    def send(client: Any) -> None:
        bulk(client, actions, chunk_size=CHUNK_DOCUMENTS, max_chunk_bytes=CHUNK_BYTES)
        client.indices.refresh(index=index)

    generations.cluster.ask(send, slow=True)


class Recorded:
    """An engine's requests for each question, to send them again raw."""

    def __init__(self, searcher: Searcher) -> None:
        self._searcher = searcher
        self.sent: list[Any] = []

    def of(self, query: str) -> list[Any]:
        """The bodies of one search, cards left out: they are known by then."""
        engine: Any = self._searcher._index.current().engine
        kept = engine._reader._searched
        self.sent = []

        def record(wanted: Sequence[Any], preference: Any, *, last: bool) -> Any:
            self.sent.append((wanted, preference))
            return kept(wanted, preference, last=last)

        engine._reader._searched = record
        try:
            self._searcher.search(Ask(query))
        finally:
            engine._reader._searched = kept
        return self.sent


def raw_search(generations: ElasticGenerations, searcher: Searcher, asked: Sequence[str]) -> Callable[[str], object]:
    """The same bodies, made before, sent by the same client."""
    recorder = Recorded(searcher)
    engine: Any = searcher._index.current().engine
    for query in asked:  # so that all cards are known, as they are after a few minutes of service
        searcher.search(Ask(query))
    ready = {query: list(recorder.of(query)) for query in asked}
    header = {"index": engine._index, "search_type": "dfs_query_then_fetch", "allow_partial_search_results": False}
    messages = {
        query: [[part for body in wanted for part in ({**header, **preference}, body)] for wanted, preference in sent]
        for query, sent in ready.items()
    }

    def send(query: str) -> object:
        return [generations.cluster.ask(lambda client, m=m: client.msearch(searches=m)) for m in messages[query]]  # type: ignore[misc]

    return send


def queries_while(work: Callable[[], object], run: Callable[[str], object], asked: Sequence[str]) -> list[float]:
    """Milliseconds of queries, one every 50 ms, for as long as `work` runs."""
    worker = threading.Thread(target=work)
    worker.start()
    times, number = [], 0
    while worker.is_alive():
        begun = time.perf_counter()
        run(asked[number % len(asked)])
        times.append((time.perf_counter() - begun) * 1000)
        number += 1
        time.sleep(0.05)
    worker.join()
    return times


def index_bytes(nodes: Nodes, generations: Generations, searcher: Searcher) -> int:
    """Bytes of the live index on disk."""
    assert isinstance(generations, ElasticGenerations)
    name = generations.index_of(generations.live_name())
    return int(call(nodes.nodes[0].url, f"/{name}/_stats/store")["_all"]["primaries"]["store"]["size_in_bytes"])


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--documents", type=int, default=50_000)
    count = parser.parse_args(arguments).documents
    vocabulary = load_vocabulary(CONFIG / "vocabulary")
    asked = queries(vocabulary)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        nodes = Nodes(folder / "nodes")
        try:
            nodes.start()
            _measure(nodes, folder, vocabulary, asked, count)
        finally:
            nodes.end()


def _measure(nodes: Nodes, folder: Path, vocabulary: Vocabulary, asked: list[str], count: int) -> None:
    with closing(open_database(folder / "store.db")) as database:
        fill_store(database, vocabulary, count)
        with database.read() as connection:
            documents = [Analyst(vocabulary).document(s) for s in islice(sources(connection, 1), WRITTEN)]
        with closing(ElasticGenerations(load_settings(None, {"engine": f"{nodes.hosts}/writing"}))) as generations:
            rates = writing(generations, documents)
        for what, place in (("clock", 0), ("CPU", 1)):
            ours, raw = rates["ours"][place], rates["raw"][place]
            print(
                f"writing, {what}: {ours:.0f} documents/s, bulk helper, same bodies, {raw:.0f}: ratio {ours / raw:.2f}"
            )
    common = {
        "index_words": "false", "breaker_share": "1", "database": f"sqlite:///{folder / 'store.db'}", **FIRST_ASKED
    }  # fmt: skip
    chosen = {**common, "engine": f"{nodes.hosts}/speed", "engine_timeout": "20"}
    for engine, settings in (("elasticsearch", chosen), ("embedded", common)):
        spent = rebuilt(folder / engine, settings)
        print(f"rebuild of {count} documents, {engine}: {spent:.1f} s, {count / spent:.0f} documents/s", flush=True)
    _searching(nodes, folder, chosen, common, asked)


def _searching(
    nodes: Nodes, folder: Path, chosen: Mapping[str, str], common: Mapping[str, str], asked: list[str]
) -> None:
    generations = ElasticGenerations(load_settings(None, dict(chosen)))
    elastic = Searcher.open(folder, CONFIG, generations=generations)
    embedded = Searcher.open(folder, CONFIG, generations=EmbeddedGenerations(folder / "embedded"))
    print(f"index: {index_bytes(nodes, generations, elastic) / 1e6:.0f} MB")
    with (
        closing(elastic),
        closing(embedded),
        serving(folder / "elasticsearch", chosen) as api,
        serving(folder / "embedded", common) as embedded_api,
    ):
        runs: dict[str, Callable[[str], object]] = {
            "raw bodies": raw_search(generations, elastic, asked),
            "Searcher on Elasticsearch": lambda query: elastic.search(Ask(query)),
            "/api/v1/search on Elasticsearch": api,
            "Searcher, embedded": lambda query: embedded.search(Ask(query)),
            "/api/v1/search, embedded": embedded_api,
        }
        times = interleaved(runs, asked)
        for label, row in times.items():
            shown(label, row)
        raw, searched, whole, *_ = (percentile(row, 0.5) for row in times.values())
        print(f"overhead p50 over raw bodies: Searcher {searched - raw:.2f} ms, API {whole - raw:.2f} ms")
        before = queries_while(lambda: time.sleep(20), api, asked)
        during = queries_while(lambda: rebuilt(folder / "elasticsearch", chosen), api, asked)
        shown("API, one query every 50 ms", before)
        shown("API, while a rebuild goes on", during)
        print(f"p99 during a rebuild: {percentile(during, 0.99) / percentile(before, 0.99):.2f} times that before")


if __name__ == "__main__":
    main()
