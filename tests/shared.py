"""What tests share because making it takes longer than most of them do."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from indexer.query.vocabulary import Vocabulary
from indexer.query.vocabulary_files import load_vocabulary
from store.database import Database, open_database

CONFIG = Path(__file__).resolve().parents[1] / "config"


def new_store(path: Path) -> Database:
    """A new, empty store in a file of SQLite: a copy of one that was migrated. Its connection stays open: each closing waits for the disk."""
    path.write_bytes(_migrated())
    return open_database(path, migrate=False, kept=1)


@cache
def _migrated() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "store.db"
        open_database(file).close()  # the last connection puts its log into the file
        return file.read_bytes()


@cache
def vocabulary() -> Vocabulary:
    """The project's own."""
    return load_vocabulary(CONFIG / "vocabulary")
