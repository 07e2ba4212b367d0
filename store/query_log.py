"""The query log: a SQLite file of its own, without anything personal."""

from __future__ import annotations

import logging
import re
import sqlite3
import threading
from contextlib import closing
from datetime import datetime
from pathlib import Path

logger = logging.getLogger(__name__)

_NAME_WORD = r"[^\W\d_]+"
PERSONAL: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "[thư]"),
    (re.compile(r"\b[HGhg]\d{2}(?:\.\d{1,3})*[-.]\d{6}-\d{4,6}\b"), "[hồ sơ]"),
    (re.compile(r"(?<![\d.])(?:\+?84|0)(?:[ .-]?\d){9,10}(?!\d)"), "[điện thoại]"),
    (re.compile(r"(?<!\d)\d(?:[ .-]?\d){11}(?!\d)|(?<!\d)\d(?:[ .-]?\d){8}(?!\d)"), "[số giấy tờ]"),
    (re.compile(rf"\b((?:tên|ten)\s+(?:là|la))\s+{_NAME_WORD}(?:\s+{_NAME_WORD}){{0,4}}", re.I), r"\1 [tên]"),
)
"""What is replaced before anything is written: e-mail, dossier code, phone, CCCD (12) and CMND (9 digits), names."""

_TABLE = """CREATE TABLE IF NOT EXISTS queries (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, q TEXT NOT NULL, read_as TEXT NOT NULL,
    kind TEXT NOT NULL, total INTEGER NOT NULL, milliseconds REAL NOT NULL)"""


def without_personal(text: str) -> str:
    """The text with phone numbers, e-mail, paper numbers, dossier codes and stated names replaced."""
    for pattern, word in PERSONAL:
        text = pattern.sub(word, text)
    return text


class QueryLog:
    """Thread-safe. `failures` counts what could not be written: logging never breaks an answer."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._ready = False
        self.failures = 0

    def add(self, at: datetime, q: str, read_as: str, *, kind: str, total: int, milliseconds: float) -> None:
        """Write one query; who asked is never known here."""
        row = (at.isoformat(), without_personal(q), without_personal(read_as), kind, total, round(milliseconds, 1))
        try:
            # Half a second: an answer does not wait longer for its log.
            with self._lock, closing(sqlite3.connect(self._path, timeout=0.5)) as connection, connection:
                if not self._ready:
                    connection.execute("PRAGMA journal_mode=WAL")
                    connection.execute(_TABLE)
                    self._ready = True
                statement = "INSERT INTO queries (at, q, read_as, kind, total, milliseconds) VALUES (?, ?, ?, ?, ?, ?)"
                connection.execute(statement, row)
        except (sqlite3.Error, OSError, UnicodeError) as error:
            self.failures += 1
            self._ready = False
            logger.warning("a query was not logged (%d so far): %s", self.failures, error)

    def gaps(self, limit: int = 50) -> list[tuple[str, int]]:
        """Queries that found nothing, the most frequent first: what is missing in the content."""
        if not self._path.exists():
            return []
        query = "SELECT lower(q), count(*) n FROM queries WHERE total = 0 GROUP BY 1 ORDER BY n DESC, 1 LIMIT ?"
        with closing(sqlite3.connect(self._path, timeout=0.5)) as connection:
            return [(str(q), int(n)) for q, n in connection.execute(query, (limit,))]
