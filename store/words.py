"""underthesea's words per clause of text, kept so that nothing is segmented twice."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from store.database import Database
from store.tables import word_cache

ENOUGH = 5_000
"""New clauses after which they are written: half a minute of work that a killed rebuild does not lose."""

AT_ONCE = 500
"""Digests in one statement."""


class WordCache:
    """Digest of analysis version and clause → words. Looks up what it is asked for, or all at once after `load`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._seen: dict[str, tuple[str, ...]] = {}
        self._new: dict[str, tuple[str, ...]] = {}
        self._used: set[str] | None = None

    def load(self) -> None:
        """Read everything, for whoever goes through all texts; from now on what is used is noted for `forget_unused`."""
        with self._database.read() as connection:
            rows = connection.execute(select(word_cache))
            self._seen = {row.digest: _words(row.words) for row in rows} | self._new
        self._used = set()

    def known(self, digests: Collection[str]) -> Mapping[str, tuple[str, ...]]:
        """The words of those clauses that were segmented before."""
        if self._used is not None:
            self._used.update(digests)
        else:
            self._look_up([digest for digest in digests if digest not in self._seen])
        return {digest: self._seen[digest] for digest in digests if digest in self._seen}

    def add(self, words: Mapping[str, tuple[str, ...]]) -> None:
        """Keep the words of new clauses; they are written by the thousands and by `save`."""
        self._seen.update(words)
        self._new.update(words)
        if len(self._new) >= ENOUGH:
            self.save()

    def save(self) -> None:
        """Write the new clauses; another process may have written the same ones."""
        if not self._new:
            return
        insert = sqlite_insert if self._database.is_sqlite else postgres_insert
        rows = [{"digest": key, "words": " ".join(words).encode()} for key, words in self._new.items()]
        with self._database.write() as connection:
            connection.execute(insert(word_cache).on_conflict_do_nothing(), rows)
        self._new = {}

    def forget_unused(self) -> int:
        """Delete what nobody asked for since `load`: clauses of texts that are gone, and of an older analysis."""
        if self._used is None:
            return 0
        unused = [digest for digest in self._seen if digest not in self._used]
        for some in _portions(unused):
            with self._database.write() as connection:
                connection.execute(delete(word_cache).where(word_cache.c.digest.in_(some)))
        self._seen = {digest: words for digest, words in self._seen.items() if digest in self._used}
        return len(unused)

    def _look_up(self, digests: Sequence[str]) -> None:
        if not digests:
            return
        with self._database.read() as connection:
            for some in _portions(digests):
                rows = connection.execute(select(word_cache).where(word_cache.c.digest.in_(some)))
                self._seen.update((row.digest, _words(row.words)) for row in rows)


def _portions(digests: Sequence[str]) -> Iterator[Sequence[str]]:
    return (digests[start : start + AT_ONCE] for start in range(0, len(digests), AT_ONCE))


def _words(kept: bytes) -> tuple[str, ...]:
    return tuple(kept.decode().split())
