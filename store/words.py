"""underthesea's words per clause of text, kept so that a rebuild does not segment again."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from store.database import Database
from store.tables import word_cache

ENOUGH = 5_000
"""New clauses after which they are written: half a minute of work that a killed rebuild does not lose."""


class WordCache(MutableMapping[str, tuple[str, ...]]):
    """Digest of analysis version and clause → words. Loaded once; what is new is written by the thousands and by `save`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        with database.read() as connection:
            rows = connection.execute(select(word_cache))
            self._known = {row.digest: tuple(row.words.decode().split()) for row in rows}
        self._new: dict[str, tuple[str, ...]] = {}

    def save(self) -> None:
        """Write the new clauses; another process may have written the same ones."""
        if not self._new:
            return
        insert = sqlite_insert if self._database.is_sqlite else postgres_insert
        rows = [{"digest": key, "words": " ".join(words).encode()} for key, words in self._new.items()]
        with self._database.write() as connection:
            connection.execute(insert(word_cache).on_conflict_do_nothing(), rows)
        self._new = {}

    def __getitem__(self, key: str) -> tuple[str, ...]:
        return self._known[key]

    def __setitem__(self, key: str, words: tuple[str, ...]) -> None:
        self._known[key] = self._new[key] = words
        if len(self._new) >= ENOUGH:
            self.save()

    def __delitem__(self, key: str) -> None:
        del self._known[key]
        self._new.pop(key, None)

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)
