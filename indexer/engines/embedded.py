"""The embedded engine: tantivy, one index per kind and one for tombstones, in one folder per generation."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import tantivy
from tantivy import Query

from core.errors import EngineRefused, IndexMissing
from indexer.engines import (
    KINDS,
    Candidate,
    Deletion,
    EngineQuery,
    Entry,
    Found,
    Kind,
    Question,
    Refusal,
    Tally,
    Write,
    filled,
    standing,
    state_of,
)
from indexer.engines.counted import Counted
from indexer.engines.embedded_queries import any_of, beginning, completed, matched, scored, without_score
from indexer.engines.shelf import Shelf, encode

GONE = "gone"
FACET_VALUES = 500

NOT_ALLOWED = ("PermissionDenied", "ReadOnlyFilesystem")
"""How tantivy words what the system does not allow."""

MAY_WRITE = "run it as the user whom the data folder belongs to: tantivy locks files in it, also to read"

COUNTERS = 2
"""Threads that count matches while the best ones are fetched and ranked."""


class EmbeddedEngine:
    """One generation; implements `indexer.engines.port.Engine`."""

    def __init__(self, folder: Path, lengths: Mapping[str, Mapping[str, int]]) -> None:
        self._folder = folder
        self._lengths = lengths
        self._shelves = {name: Shelf(folder / name) for name in (*KINDS, GONE)}
        self._pending: dict[str, tuple[int, int]] = {}
        self._writing = threading.Lock()
        self._counting = ThreadPoolExecutor(COUNTERS, "tally")

    @classmethod
    def create(cls, folder: Path, lengths: Mapping[Kind, Mapping[str, int]]) -> EmbeddedEngine:
        """A new generation in an empty folder."""
        (folder / "lengths.json").write_text(json.dumps(lengths), encoding="utf-8")
        return cls(folder, {str(kind): fields for kind, fields in lengths.items()})

    @classmethod
    def open(cls, folder: Path) -> EmbeddedEngine:
        """A generation that `create` made."""
        rebuild = "run `tracuu index rebuild`"
        try:
            lengths = json.loads((folder / "lengths.json").read_text(encoding="utf-8"))
            # tantivy would make what is missing, empty, and people would be told that nothing was found.
            lost = [name for name in (*KINDS, GONE) if not (folder / name / "meta.json").is_file()]
            if lost:
                raise IndexMissing(f"{folder} is not a whole index: {lost[0]}/meta.json is missing", rebuild)
            return cls(folder, lengths)
        except (OSError, ValueError) as error:
            if isinstance(error, PermissionError) or any(sign in str(error) for sign in NOT_ALLOWED):
                raise EngineRefused(f"the index {folder} may not be read and locked here: {error}", MAY_WRITE) from None
            raise IndexMissing(f"{folder} is not a whole index: {error}", rebuild) from None

    @property
    def generation(self) -> str:
        """The folder's name."""
        return self._folder.name

    @property
    def revision(self) -> str:
        """Which files of tantivy's commits are open."""
        return " ".join(shelf.revision for shelf in self._shelves.values())

    def write(self, batch: Sequence[Write]) -> int:
        """Take ordered, idempotent writes; visible after `commit`."""
        with self._writing:
            known = self._states([item.id for item in batch])
            changed = 0
            for item in batch:
                version, state = self._pending.get(item.id) or known.get(item.id) or (-1, -1)
                new = state_of(item)
                # A tombstone (state 0) also stands against a document of its own version.
                if item.version < version or (item.version == version and state in (0, new)):
                    continue
                self._put(item, new)
                self._pending[item.id] = (item.version, new)
                changed += 1
            return changed

    def _states(self, ids: list[str]) -> dict[str, tuple[int, int]]:
        found: dict[str, tuple[int, int]] = {}
        for shelf in self._shelves.values():
            found.update(shelf.states(ids))
        return found

    def _put(self, item: Write, state: int) -> None:
        for shelf in self._shelves.values():
            shelf.remove(item.id)
        document = tantivy.Document(id=item.id)
        document.add_unsigned("version", item.version)
        document.add_unsigned("state", state)
        if isinstance(item, Deletion):
            self._shelves[GONE].add(document)
            return
        document.add_unsigned("standing", standing(item))
        document.add_text("digest", item.digest)
        document.add_bytes("card", encode(item.card))
        for value in item.exact:
            document.add_text("exact", value)
        for name, values in item.card.facets.items():
            for value in values:
                document.add_text(f"facet_{name}", value)
        for name, terms in filled(item.terms, self._lengths.get(item.kind, {})).items():
            document.add_text(name, terms)
        self._shelves[item.kind].add(document)

    def commit(self) -> None:
        """Durable and visible. The tombstones come last: a kill before them only means that the writes are repeated."""
        with self._writing:
            for shelf in self._shelves.values():
                shelf.commit()
            self._pending.clear()

    def refused(self) -> tuple[Refusal, ...]:
        """None: tantivy takes every document."""
        return ()

    def refresh(self) -> None:
        """See what another process has committed."""
        for shelf in self._shelves.values():
            shelf.refresh()

    def count(self, kind: Kind | None = None) -> int:
        """Number of live documents."""
        return sum(self._shelves[name].searcher.num_docs for name in ((kind,) if kind else KINDS))

    def census(self, facet: str) -> dict[str, int]:
        """How many live documents have each value of a facet."""
        wanted = {facet: {"terms": {"field": f"facet_{facet}", "size": FACET_VALUES}}}
        counts: Counter[str] = Counter()
        for kind in KINDS:
            searcher = self._shelves[kind].searcher
            if searcher.num_docs:
                counts.update(dict(_buckets(searcher.aggregate(Query.all_query(), wanted)[facet])))
        return dict(counts)

    def ask(self, question: Question) -> Found:
        """`candidates` and `find` here, the tallies beside them: tantivy lets go of the GIL.

        They go on while the candidates are ranked; among 50,000 documents they are half of what the engine does.
        """
        counting = [self._counting.submit(self.tally, query, facets) for query, facets in question.tallies]
        candidates = self.candidates(question.query)
        return Found(candidates, self.find(question.exact, question.query.kind), Counted(counting))

    def candidates(self, query: EngineQuery) -> tuple[Candidate, ...]:
        """The best matches by score."""
        if not query.clauses:
            return ()
        return self._shelves[query.kind].fetch(scored(query), query.limit)

    def tally(self, query: EngineQuery, facets: Sequence[str] = ()) -> Tally:
        """Count all matches and their facet values."""
        if not query.clauses:
            return Tally(0)
        searcher, matching = self._shelves[query.kind].searcher, matched(query)
        if not facets:
            return Tally(searcher.search(matching, 1, count=True).count)  # type: ignore[attr-defined]
        # Every document has one kind: its facet counts the matches in the same walk.
        wanted = {name: {"terms": {"field": f"facet_{name}", "size": FACET_VALUES}} for name in {*facets, "kind"}}
        found = {name: _buckets(answer) for name, answer in searcher.aggregate(matching, wanted).items()}
        total = sum(count for _, count in found["kind"])
        return Tally(total, {name: found[name] for name in facets} if total else {})

    def find(self, exact: Sequence[str], kind: Kind | None = None) -> tuple[Candidate, ...]:
        """Documents that carry any of these codes or numbers."""
        kinds = (kind,) if kind else KINDS
        return tuple(c for name in kinds for c in self._shelves[name].fetch(any_of("exact", exact), 100))

    def get(self, ids: Sequence[str]) -> tuple[Candidate, ...]:
        """The live documents with these ids, in the order asked."""
        found = {c.id: c for kind in KINDS for c in self._shelves[kind].fetch(any_of("id", ids), len(ids) * 2 + 1)}
        return tuple(found[id_] for id_ in ids if id_ in found)

    def complete(
        self, terms: Sequence[str], prefix: str, limit: int, *, marked: Sequence[str] = (), together: bool = False
    ) -> tuple[Candidate, ...]:
        """Procedures that have all `terms` and a syllable beginning with `prefix`."""
        parts = completed(terms, prefix, marked, together=together)
        return self._shelves["procedure"].foremost(Query.boolean_query(without_score(parts)), limit) if parts else ()

    def complete_exact(self, prefix: str, limit: int) -> tuple[Candidate, ...]:
        """Procedures of which a code begins with `prefix`."""
        return self._shelves["procedure"].foremost(beginning("exact", prefix), limit) if prefix else ()

    def entries(self) -> Iterator[Entry]:
        """Every document and tombstone, in order of id."""
        found = []
        for shelf in self._shelves.values():
            for _, address in shelf.search(Query.all_query(), shelf.searcher.num_docs):
                document = shelf.searcher.doc(address)
                digest = document.get_first("digest")
                found.append(
                    Entry(str(document.get_first("id")), int(document.get_first("version") or 0), digest or "")
                )
        yield from sorted(found, key=lambda entry: entry.id)

    def save_models(self, content: bytes) -> None:
        """Keep the models in a file of the generation."""
        new = self._folder / "models.tmp"
        new.write_bytes(content)
        new.replace(self._folder / "models")

    def load_models(self) -> bytes | None:
        """What `save_models` kept, or None."""
        path = self._folder / "models"
        return path.read_bytes() if path.exists() else None

    def save_bookmark(self, text: str) -> None:
        """Keep it in a file of the generation."""
        new = self._folder / "bookmark.tmp"
        new.write_text(text, encoding="utf-8")
        new.replace(self._folder / "bookmark")

    def load_bookmark(self) -> str:
        """What `save_bookmark` kept, or ""."""
        path = self._folder / "bookmark"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def close(self) -> None:
        """Give up the writers; uncommitted writes are lost."""
        self._counting.shutdown()
        with self._writing:
            for shelf in self._shelves.values():
                shelf.close()
            self._pending.clear()


def _buckets(answer: Any) -> tuple[tuple[str, int], ...]:
    counts = [(str(bucket["key"]), int(bucket["doc_count"])) for bucket in answer["buckets"]]
    return tuple(sorted(counts, key=lambda pair: (-pair[1], pair[0])))
