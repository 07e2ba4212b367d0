"""underthesea's words per line of text, kept so that a rebuild does not segment again."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from store.database import Database
from store.tables import word_cache


class WordCache(MutableMapping[str, tuple[str, ...]]):
    """Digest of analysis version and line → words. Loaded once; `save` writes what is new."""

    def __init__(self, database: Database) -> None:
        self._database = database
        with database.read() as connection:
            rows = connection.execute(select(word_cache))
            self._known = {row.digest: tuple(row.words.decode().split()) for row in rows}
        self._new: dict[str, tuple[str, ...]] = {}

    def save(self) -> None:
        """Write the new lines; another process may have written the same ones."""
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

    def __delitem__(self, key: str) -> None:
        del self._known[key]
        self._new.pop(key, None)

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)
