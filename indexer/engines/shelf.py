"""One tantivy index of the embedded engine: its files, its reader, its writer, and the cards read from it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import tantivy
from tantivy import Query

from indexer.engines import Candidate, Card
from indexer.engines.embedded_queries import SCHEMA, any_of

WRITER_BYTES = 50_000_000
"""Memory of one writer before it writes a segment; tantivy's least is 15 MB."""

KNOWN_CARDS = 20_000
"""Cards kept decoded, of each index: a candidate seen before costs no look-up in the document store."""


class Shelf:
    """One tantivy index with its reader and, from the first write on, its writer."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self._meta = folder / "meta.json"
        self._index = tantivy.Index(SCHEMA, path=str(folder))
        # Tokenizers are not kept with the index: a missing one would show only as empty answers.
        analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        self._index.register_tokenizer("whitespace", analyzer)
        self._index.config_reader("manual")
        self._writer: tantivy.IndexWriter | None = None
        self._cards: dict[int, tuple[str, Card]] = {}
        self.refresh()

    def refresh(self) -> None:
        """See what another process has committed."""
        # Before the reload: an answer of a newer commit under an older stamp is only thrown away.
        stamp = self._meta.stat()
        self.revision = f"{stamp.st_ino}.{stamp.st_mtime_ns}"
        self._index.reload()
        self.searcher = self._index.searcher()

    def add(self, document: tantivy.Document) -> None:
        """Take a document; seen after `commit`."""
        self._open_writer().add_document(document)

    def remove(self, id_: str) -> None:
        """Delete the document with this id; seen after `commit`."""
        self._open_writer().delete_documents_by_term("id", id_)

    def _open_writer(self) -> tantivy.IndexWriter:
        if self._writer is None:
            self._writer = self._index.writer(heap_size=WRITER_BYTES, num_threads=1)
        return self._writer

    def commit(self) -> None:
        """Durable and visible, when anything was written."""
        if self._writer is not None:
            self._writer.commit()
            self.refresh()

    def close(self) -> None:
        """Give up the writer; what was not committed is lost."""
        if self._writer is not None:
            self._writer.rollback()
            self._writer.wait_merging_threads()
            self._writer = None

    def states(self, ids: Sequence[str]) -> dict[str, tuple[int, int]]:
        """id → (version, state) of those that are here."""
        hits = self.search(any_of("id", ids), len(ids) * 2 + 1)
        addresses = [address for _, address in hits]
        versions = self.searcher.fast_field_values("version", addresses)
        states = self.searcher.fast_field_values("state", addresses)
        found = {}
        for address, version, state in zip(addresses, versions, states, strict=True):
            found[str(self.searcher.doc(address).get_first("id"))] = (int(version or 0), int(state or 0))
        return found

    def search(self, query: Query, limit: int) -> list[tuple[Any, tantivy.DocAddress]]:
        """(score, address) of the best matches."""
        return self.searcher.search(query, max(1, limit), count=False).hits

    def fetch(self, query: Query, limit: int) -> tuple[Candidate, ...]:
        """The best matches by score; equal scores in order of id."""
        searcher = self.searcher  # one snapshot for both steps, whatever another thread commits
        hits = searcher.search(query, max(1, limit), count=False).hits
        return tuple(sorted(self._read(searcher, hits), key=lambda c: (-c.score, c.id)))

    def foremost(self, query: Query, limit: int) -> tuple[Candidate, ...]:
        """The best matches by `standing`, without scores."""
        searcher = self.searcher
        hits = searcher.search(query, max(1, limit), count=False, order_by_field="standing").hits
        return tuple(self._read(searcher, [(0.0, address) for _, address in hits]))

    def _read(self, searcher: tantivy.Searcher, hits: Sequence[tuple[Any, tantivy.DocAddress]]) -> list[Candidate]:
        states = searcher.fast_field_values("state", [address for _, address in hits])
        found = []
        for (score, address), state in zip(hits, states, strict=True):
            known = self._cards.get(int(state or 0))
            if known is None:
                known = self._remember(int(state or 0), searcher.doc(address))
            found.append(Candidate(known[0], float(score), known[1]))
        return found

    def _remember(self, state: int, document: tantivy.Document) -> tuple[str, Card]:
        if len(self._cards) >= KNOWN_CARDS:
            self._cards = {}
        known = (str(document.get_first("id")), _decode(bytes(document.get_first("card") or b"{}")))
        self._cards[state] = known
        return known


def encode(card: Card) -> bytes:
    """A card as it is kept with its document."""
    values = [getattr(card, name) for name in Card.__slots__]
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()


def _decode(content: bytes) -> Card:
    title, title_s, cover_s, phrases, facets, *others = json.loads(content)
    facets = {name: tuple(values) for name, values in facets.items()}
    return Card(title, title_s, cover_s, tuple(phrases), facets, *others)
