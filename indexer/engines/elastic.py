"""One generation of the index on Elasticsearch; implements `indexer.engines.Engine`."""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from zlib import crc32

from elasticsearch import NotFoundError

from core.errors import EngineGone, IndexMismatch, TracuuError
from indexer.engines import (
    KINDS,
    Candidate,
    Card,
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
from indexer.engines.sentences import api_sentence

BUFFER = 2000
"""Documents held back until they are sent, or until the commit."""

KNOWN_CARDS = 20_000
"""Cards kept decoded: a candidate seen before costs no look-up."""

MOST_PENDING = 500_000
"""Uncommitted documents whose state is remembered, about 100 MB; past that the index is asked."""

REBUILD = "run `tracuu index rebuild`"

PAGE = 2000
KEEP_ALIVE = "2m"
BLOB_CHUNK = 6_000_000
"""Bytes of the language models in one document; the server takes requests of 100 MB."""

BOOKMARK = "bookmark:0"

SEARCH_TRIES, SEARCH_PAUSE = 3, 0.15
"""While a shard moves to another node a search may fail for a moment: it is asked again before anybody is told."""


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
        self._cards: dict[int, tuple[str, Card]] = {}
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
        (answer,) = self._search(bodies.count_body(kind))  # _count would leave out a shard that is away, and not say so
        return int(answer["hits"]["total"]["value"])

    def census(self, facet: str) -> dict[str, int]:
        """How many live documents have each value of a facet."""
        (answer,) = self._search(bodies.census_body(facet))
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
        answers = dict(zip(asked, self._search(*asked.values()), strict=True)) if asked else {}
        hits = [_hits(answers[name]) if name in answers else [] for name in ("candidates", "exact")]
        candidates, exact = self._with_cards(*hits)
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
        (answer,) = self._search(bodies.tally_body(query, facets))
        return bodies.read_tally(answer)

    def find(self, exact: Sequence[str], kind: Kind | None = None) -> tuple[Candidate, ...]:
        """Documents that carry any of these codes or numbers."""
        found = self._fetch(bodies.exact_body(exact, kind)) if exact else ()
        return tuple(c for wanted in KINDS for c in found if c.card.facets.get("kind", (wanted,)) == (wanted,))

    def get(self, ids: Sequence[str]) -> tuple[Candidate, ...]:
        """The live documents with these ids, in the order asked."""
        found = self._read_cards(list(dict.fromkeys(ids)))
        return tuple(Candidate(id_, 1.0, found[id_][1]) for id_ in ids if id_ in found)

    def complete(
        self, terms: Sequence[str], prefix: str, limit: int, *, marked: Sequence[str] = (), together: bool = False
    ) -> tuple[Candidate, ...]:
        """Procedures that have all `terms` and a syllable beginning with `prefix`."""
        if not (terms or prefix):
            return ()
        return self._fetch(bodies.completion_body(terms, prefix, limit, marked, together=together))

    def complete_exact(self, prefix: str, limit: int) -> tuple[Candidate, ...]:
        """Procedures of which a code begins with `prefix`."""
        return self._fetch(bodies.code_body(prefix, limit)) if prefix else ()

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

    def _fetch(self, body: Body) -> tuple[Candidate, ...]:
        (answer,) = self._search(body)
        return self._with_cards(_hits(answer))[0]

    def _search(self, *wanted: Body) -> list[Any]:
        """Answers in order. A copy that fails or is silent is left for another one, a few times."""
        # Copies of a shard differ by deleted documents, and so, a little, in scores: all pages of a question go to one.
        # Any number does that is the same for the same bodies on every machine; a canonical digest took 1.7 ms of 11 KB.
        preference: Body = {"preference": f"{crc32(repr(wanted).encode()):08x}"}
        for left in reversed(range(SEARCH_TRIES)):
            try:
                return self._searched(wanted, preference, last=not left)
            except EngineGone:
                if not left:
                    raise
            # First the copy that the cluster thinks best; then the asked node's own, if it has one.
            preference = {} if left == SEARCH_TRIES - 1 else {"preference": "_local"}
            time.sleep(SEARCH_PAUSE)
        raise AssertionError("unreachable")

    def _searched(self, wanted: Sequence[Body], preference: Body, *, last: bool) -> list[Any]:
        header = {
            "index": self._index,
            "search_type": "dfs_query_then_fetch",
            "allow_partial_search_results": False,
            **preference,
        }
        searches = [part for body in wanted for part in (header, body)]
        answers = self._cluster.ask(
            lambda client: client.options(retry_on_timeout=False).msearch(searches=searches), last=last
        )["responses"]
        failed = next((answer for answer in answers if "error" in answer), None)
        if failed is not None:
            raise self._problem(failed)
        return list(answers)

    def _problem(self, failed: Mapping[str, Any]) -> TracuuError:
        if failed.get("status") == 404:
            return EngineGone(f"index generation {self._generation} is gone", "the live one is taken within a second")
        return api_sentence(int(failed.get("status", 500)), failed, str(self._cluster.address))

    def _with_cards(self, *lists: list[tuple[str, int, float]]) -> list[tuple[Candidate, ...]]:
        known = {state: self._cards[state] for hits in lists for _, state, _ in hits if state in self._cards}
        unknown = {id_: state for hits in lists for id_, state, _ in hits if state not in known}
        if unknown:
            read = self._read_cards(list(unknown))
            known |= {state: (id_, read[id_][1]) for id_, state in unknown.items() if id_ in read}
        return [
            tuple(Candidate(id_, score, known[state][1]) for id_, state, score in hits if state in known)
            for hits in lists
        ]

    def _read_cards(self, ids: list[str]) -> dict[str, tuple[int, Card]]:
        """id → (state, card) of live documents, as of the last commit."""
        if not ids:
            return {}
        (answer,) = self._search(bodies.cards_body(ids))
        read = {}
        for hit in answer["hits"]["hits"]:
            row = hit["_source"]
            if "card" in row:
                read[row["id"]] = (int(row["state"]), bodies.decode_card(row["card"]))
                self._remember(int(row["state"]), row["id"], read[row["id"]][1])
        return read

    def _remember(self, state: int, id_: str, card: Card) -> None:
        if len(self._cards) >= KNOWN_CARDS:
            self._cards = {}
        self._cards[state] = (id_, card)


def write_alias(index: str) -> str:
    """The alias through which an index is written."""
    return f"{index}-write"


def _model_id(number: int) -> str:
    return f"models:{number:04d}"


def _hits(answer: Mapping[str, Any]) -> list[tuple[str, int, float]]:
    """(id, state, score) of each hit, best first."""
    return [(hit["sort"][1], int(hit["sort"][2]), float(hit["_score"] or 0.0)) for hit in answer["hits"]["hits"]]
