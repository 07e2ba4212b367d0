"""The query log: a SQLite file of its own, without anything personal."""

from __future__ import annotations

import logging
import sqlite3
import threading
import unicodedata
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

from core.errors import StoreError
from store.personal import replaced, without_personal

logger = logging.getLogger(__name__)

_TABLE = """CREATE TABLE IF NOT EXISTS queries (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, q TEXT NOT NULL, read_as TEXT NOT NULL,
    kind TEXT NOT NULL, total INTEGER NOT NULL, milliseconds REAL NOT NULL)"""

_INSERT = "INSERT INTO queries (at, q, read_as, kind, total, milliseconds) VALUES (?, ?, ?, ?, ?, ?)"


def _both(q: str, read_as: str) -> tuple[str, str]:
    """The query as typed and as read, without anything personal.

    The reading decodes what was typed (`nguyeenx` → nguyễn) and loses its signs (`a.b@example.vn` → a b example vn): what is told
    in one of the two would be written in the other. The one with more replaced stands for both; neither, if each has its own.
    """
    typed, read = without_personal(q), without_personal(read_as)
    in_typed, in_read = replaced(typed), replaced(read)
    if in_typed == in_read:
        return typed, read
    if in_typed >= in_read:
        return typed, typed
    if in_read >= in_typed:
        return read, read
    return (told := " ".join(sorted(in_typed | in_read)), told)


def _folded(q: str) -> str:
    """One form for capitals and composed letters: SQLite's own lower() knows those of ASCII only."""
    return unicodedata.normalize("NFC", q).casefold()


WRITTEN_AFTER = 0.25
"""Seconds a query waits for others to be written with: a transaction for each cost an answer of a busy server 1.2 ms. A killed
process loses what waits."""

Row = tuple[str, str, str, str, int, float]


class QueryLog:
    """Thread-safe. `failures` counts what could not be written: logging never breaks an answer, nor keeps it waiting."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._waiting: list[Row] = []
        self._taking = threading.Lock()
        self._writer: threading.Timer | None = None
        self.failures = 0

    def add(self, at: datetime, q: str, read_as: str, *, kind: str, total: int, milliseconds: float) -> None:
        """Take one query, to be written soon; who asked is never known here. The time is kept to the hour only."""
        moment = at.replace(minute=0, second=0, microsecond=0).isoformat()
        row = (moment, *_both(q, read_as), kind, total, round(milliseconds, 1))
        with self._taking:
            self._waiting.append(row)
            if self._writer is None:
                writer = threading.Timer(WRITTEN_AFTER, self.flush)
                writer.daemon = True
                with suppress(RuntimeError):  # the system gives no thread: the next query tries again
                    writer.start()
                    self._writer = writer

    def flush(self) -> None:
        """Write what waits."""
        with self._lock:
            with self._taking:
                rows, self._waiting, self._writer = self._waiting, [], None
            if not rows:
                return
            try:
                with self._open() as connection:
                    connection.executemany(_INSERT, rows)
            except (sqlite3.Error, OSError, UnicodeError) as error:
                self.failures += len(rows)
                self._close()
                logger.warning("queries were not logged (%d so far): %s", self.failures, error)

    def _open(self) -> sqlite3.Connection:
        """The connection, kept: opened for every query, closing it would wait for the disk each time."""
        if self._connection is not None and not self._path.exists():  # taken away to be read elsewhere
            self._close()
        if self._connection is None:
            # Half a second: what is logged meanwhile waits in memory.
            self._connection = sqlite3.connect(self._path, timeout=0.5, check_same_thread=False)
            self._connection.execute("PRAGMA journal_mode=WAL")
            # What a killed process wrote stays; only a power cut may take the last seconds (sqlite.org/wal.html, 2.2).
            self._connection.execute("PRAGMA synchronous=NORMAL")
            self._connection.execute(_TABLE)
        return self._connection

    def close(self) -> None:
        """Write what waits and give the file back."""
        self.flush()
        with self._lock:
            self._close()

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def gaps(self, limit: int = 50, least: int = 1) -> list[tuple[str, int]]:
        """Queries asked at least so often that found nothing, the most frequent first: what is missing in the content.

        StoreError when the log cannot be read: no gaps would be good news.
        """
        self.flush()
        if not self._path.exists():
            return []
        query = "SELECT folded(q), count(*) n FROM queries WHERE total = 0 GROUP BY 1 HAVING n >= ? ORDER BY n DESC, 1 LIMIT ?"
        try:
            with closing(sqlite3.connect(self._path, timeout=0.5)) as connection:
                connection.create_function("folded", 1, _folded, deterministic=True)
                return [(str(q), int(n)) for q, n in connection.execute(query, (least, limit))]
        except sqlite3.DatabaseError as error:
            if "no such table" in str(error):  # made, but nothing was ever asked
                return []
            raise StoreError(
                f"the query log {self._path} cannot be read: {error}",
                "let this user write to its folder; of a damaged one, take it away: a new one is begun",
            ) from None
