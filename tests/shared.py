"""What tests share because making it takes longer than most of them do."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Dialect

from indexer.query.vocabulary import Vocabulary
from indexer.query.vocabulary_files import load_vocabulary
from store.database import Database, open_database

CONFIG = Path(__file__).resolve().parents[1] / "config"


def new_store(path: Path, like: Path | None = None) -> Database:
    """A new store in a file of SQLite: a copy of an empty one that was migrated, or of the closed one at `like`.

    Its connection stays open: each closing waits for the disk. What SQLAlchemy made of a statement is kept for the next
    store: making it again takes longer than most statements do, and a store knows only what it made itself.
    """
    empty, dialect, compiled = _migrated()
    path.write_bytes(like.read_bytes() if like is not None else empty)
    opened = open_database(path, migrate=False, kept=1)
    opened.engine.dialect = dialect
    opened.engine.update_execution_options(compiled_cache=compiled)
    return opened


@cache
def _migrated() -> tuple[bytes, Dialect, dict[Any, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "store.db"
        made = open_database(file)
        made.close()  # the last connection puts its log into the file
        return file.read_bytes(), made.engine.dialect, {}


@cache
def vocabulary() -> Vocabulary:
    """The project's own."""
    return load_vocabulary(CONFIG / "vocabulary")
