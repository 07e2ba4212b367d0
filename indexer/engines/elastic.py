"""One generation of the index on Elasticsearch; implements `indexer.engines.port.Engine`."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from elasticsearch import NotFoundError

from core.errors import IndexMismatch
from indexer.engines import (
    KINDS,
    Candidate,
    EngineQuery,
    Entry,
    Found,
    Kind,
    Question,
    Refusal,
    Tally,
    Write,
    bodies,
    state_of,
)
from indexer.engines.bodies import Body
from indexer.engines.bulk import Outcome, write_all
from indexer.engines.cluster import Cluster
from indexer.engines.elastic_reading import ElasticReader, hits_of

BUFFER = 2000
"""Documents held back until they are sent, or until the commit."""

MOST_PENDING = 500_000
"""Uncommitted documents whose state is remembered, about 100 MB; past that the index is asked."""

REBUILD = "run `tracuu index rebuild`"

PAGE = 2000
KEEP_ALIVE = "2m"
BLOB_CHUNK = 6_000_000
"""Bytes of the language models in one document; the server takes requests of 100 MB."""

BOOKMARK = "bookmark:0"


class ElasticEngine:
    """A generation is one index; it is written through an alias of its own, so that it cannot come back by accident."""

    def __init__(
        self,
        cluster: Cluster,
        index: str,
        lengths: Mapping[str, Mapping[str, int]],
        *,
        new: bool,
        differs: str = "",
    ) -> None:
        """`new`: nothing but what we write is in it. `differs`: what about its mapping is not ours, then nothing is written."""
        self._cluster = cluster
        self._index = index
        self._generation = index.rpartition("-")[2]
        self._lengths = lengths
        self._new = new
        self._differs = differs
        self._buffer: dict[str, Write] = {}
        self._pending: dict[str, tuple[int, int]] = {}
        self._refused: list[Refusal] = []
        self._reader = ElasticReader(cluster, index)
        self._writing = threading.Lock()

    @property
    def generation(self) -> str:
        """Its number."""
        return self._generation

    @property
    def revision(self) -> str:
        """Not told: the nodes see commits when they will."""
        return ""

    def write(self, batch: Sequence[Write]) -> int:
        """Take ordered, idempotent writes; visible after `commit`."""
        if self._differs:  # else each document would be set aside by itself, and all would be missing
            raise IndexMismatch(f"{self._index} has another mapping than this program: {self._differs}", REBUILD)
        with self._writing:
            known = self._states([item.id for item in batch])
            changed = 0
            for item in batch:
                held = self._pending.get(item.id) or known.get(item.id) or (-1, -1)
                new = (bodies.external_version(item), state_of(item))
                if new[0] < held[0] or new == held:
                    continue
                self._buffer[item.id] = item
                self._pending[item.id] = new
                changed += 1
            if len(self._buffer) >= BUFFER:
                self._send()
            return changed

    def _states(self, ids: list[str]) -> dict[str, tuple[int, int]]:
        """id → (version in the engine, state) of those that the index has. The server decides again when it writes."""
        if len(self._pending) > MOST_PENDING:
            self._send()
            self._pending.clear()
            self._new = False
        unknown = [id_ for id_ in dict.fromkeys(ids) if id_ not in self._pending]
        if self._new or not unknown:
            return {}
        found = self._cluster.ask(
            lambda client: client.mget(index=self._index, ids=unknown, source_includes=["state"]), slow=True
        )
        return {row["_id"]: (row["_version"], row["_source"]["state"]) for row in found["docs"] if row.get("found")}

    def _send(self) -> None:
        items = list(self._buffer.values())
        if not items:
            return
        outcome: Outcome = write_all(self._cluster, write_alias(self._index), items, self._lengths)
        self._refused += outcome.refusals
        for refusal in outcome.refusals:
            self._pending.pop(refusal.id, None)
        self._buffer.clear()

    def commit(self) -> None:
        """Everything is in the translog of every copy when the bulk answers; the refresh makes it visible."""
        with self._writing:
            self._send()
            self._cluster.ask(lambda client: client.indices.refresh(index=self._index), slow=True)
            self._pending.clear()
            self._new = False

    def refused(self) -> tuple[Refusal, ...]:
        """What the server would not take since the last call."""
        refused, self._refused = tuple(self._refused), []
        return refused

    def refresh(self) -> None:
        """Nothing: whoever commits refreshes the index for all."""

    def count(self, kind: Kind | None = None) -> int:
        """Number of live documents."""
        (answer,) = self._reader.search(
            bodies.count_body(kind)
        )  # _count would leave out a shard that is away, and not say so
        return int(answer["hits"]["total"]["value"])

    def census(self, facet: str) -> dict[str, int]:
        """How many live documents have each value of a facet."""
        (answer,) = self._reader.search(bodies.census_body(facet))
        return dict(bodies.read_buckets(answer["aggregations"][facet]))

    def ask(self, question: Question) -> Found:
        """One round trip for all; a second one only for cards not seen before."""
        query = question.query
        wanted = {
            "candidates": bodies.candidates_body(query) if query.clauses else None,
            "exact": bodies.exact_body(question.exact, query.kind) if question.exact else None,
        }
        for number, (tallied, facets) in enumerate(question.tallies):
            wanted[str(number)] = bodies.tally_body(tallied, facets) if tallied.clauses else None
        asked = {name: body for name, body in wanted.items() if body}
        answers = dict(zip(asked, self._reader.search(*asked.values()), strict=True)) if asked else {}
        hits = [hits_of(answers[name]) if name in answers else [] for name in ("candidates", "exact")]
        candidates, exact = self._reader.with_cards(*hits)
        numbers = map(str, range(len(question.tallies)))
        tallies = tuple(bodies.read_tally(answers[name]) if name in answers else Tally(0) for name in numbers)
        return Found(candidates, exact, tallies)

    def candidates(self, query: EngineQuery) -> tuple[Candidate, ...]:
        """The best matches by score."""
        return self.ask(Question(query)).candidates

    def tally(self, query: EngineQuery, facets: Sequence[str] = ()) -> Tally:
        """Count all matches and their facet values."""
        if not query.clauses:
            return Tally(0)
        (answer,) = self._reader.search(bodies.tally_body(query, facets))
        return bodies.read_tally(answer)

    def find(self, exact: Sequence[str], kind: Kind | None = None) -> tuple[Candidate, ...]:
        """Documents that carry any of these codes or numbers."""
        found = self._reader.fetch(bodies.exact_body(exact, kind)) if exact else ()
        return tuple(c for wanted in KINDS for c in found if c.card.facets.get("kind", (wanted,)) == (wanted,))

    def get(self, ids: Sequence[str]) -> tuple[Candidate, ...]:
        """The live documents with these ids, in the order asked."""
        found = self._reader.read_cards(list(dict.fromkeys(ids)))
        return tuple(Candidate(id_, 1.0, found[id_][1]) for id_ in ids if id_ in found)

    def complete(
        self, terms: Sequence[str], prefix: str, limit: int, *, marked: Sequence[str] = (), together: bool = False
    ) -> tuple[Candidate, ...]:
        """Procedures that have all `terms` and a syllable beginning with `prefix`."""
        if not (terms or prefix):
            return ()
        return self._reader.fetch(bodies.completion_body(terms, prefix, limit, marked, together=together))

    def complete_exact(self, prefix: str, limit: int) -> tuple[Candidate, ...]:
        """Procedures of which a code begins with `prefix`."""
        return self._reader.fetch(bodies.code_body(prefix, limit)) if prefix else ()

    def entries(self) -> Iterator[Entry]:
        """Every document and tombstone in order of id, from one point in time however long it takes."""
        pit = self._cluster.ask(
            lambda client: client.open_point_in_time(index=self._index, keep_alive=KEEP_ALIVE), slow=True
        )["id"]
        after: list[Any] | None = None
        try:
            while True:
                page = self._page(pit, after)
                pit = page["pit_id"]
                hits = page["hits"]["hits"]
                for hit in hits:
                    values = hit["fields"]
                    yield Entry(hit["sort"][0], int(values["version"][0]), next(iter(values.get("digest", ())), ""))
                if len(hits) < PAGE:
                    return
                after = hits[-1]["sort"]
        finally:
            self._cluster.ask(lambda client: client.close_point_in_time(id=pit), slow=True)

    def _page(self, pit: str, after: list[Any] | None) -> Any:
        body: Body = {**bodies.entries_body(PAGE), "pit": {"id": pit, "keep_alive": KEEP_ALIVE}}
        if after is not None:
            body["search_after"] = after
        return self._cluster.ask(lambda client: client.search(**body, allow_partial_search_results=False), slow=True)

    def save_models(self, content: bytes) -> None:
        """Keep the models as documents of the same index, so that they are swapped, copied and saved with it."""
        chunks = [content[start : start + BLOB_CHUNK] for start in range(0, len(content), BLOB_CHUNK)] or [b""]
        for number, chunk in reversed(list(enumerate(chunks))):  # the first one, which counts them, comes last
            self._keep(_model_id(number), {"blob": base64.b64encode(chunk).decode(), "parts": len(chunks)})

    def load_models(self) -> bytes | None:
        """What `save_models` kept, or None."""
        first = self._kept(_model_id(0))
        if first is None:
            return None
        rest = [self._kept(_model_id(number)) for number in range(1, first["parts"])]
        return b"".join(base64.b64decode(part["blob"]) for part in (first, *rest) if part)

    def save_bookmark(self, text: str) -> None:
        """Keep it as one more document of the index."""
        self._keep(BOOKMARK, {"blob": base64.b64encode(text.encode()).decode()})

    def load_bookmark(self) -> str:
        """What `save_bookmark` kept, or ""."""
        found = self._kept(BOOKMARK)
        return base64.b64decode(found["blob"]).decode() if found else ""

    def _keep(self, id_: str, body: Body) -> None:
        index = write_alias(self._index)
        self._cluster.ask(
            lambda client: client.index(index=index, id=id_, document=body, require_alias=True), slow=True
        )

    def _kept(self, id_: str) -> Any:
        try:
            return self._cluster.ask(lambda client: client.get(index=self._index, id=id_), slow=True, may_miss=True)[
                "_source"
            ]
        except NotFoundError:
            return None

    def close(self) -> None:
        """Forget what was not committed. The connections are the generations'."""
        with self._writing:
            self._buffer.clear()
            self._pending.clear()


def write_alias(index: str) -> str:
    """The alias through which an index is written."""
    return f"{index}-write"


def _model_id(number: int) -> str:
    return f"models:{number:04d}"
