"""Opening the store: SQLite (WAL) in the data folder by default, PostgreSQL by URL; short write transactions."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import DBAPIError, DisconnectionError, OperationalError
from sqlalchemy.pool import NullPool

from core.errors import StoreError

MIGRATIONS = Path(__file__).parent / "migrations"

NEWEST = max(path.stem for path in (MIGRATIONS / "versions").glob("0*.py"))
"""The newest revision of the tables: its name is that of its file."""

BUSY_SECONDS = 30.0
"""How long a writer waits for another one; writers hold the lock for milliseconds."""

KEPT = 2
"""Connections of a crawl: its writer's, and one that renews the leases."""


class Database:
    """A handle on the store. Build it with `open_database`; `read()` and `write()` give connections."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.is_sqlite = engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one consistent state; never writes."""
        with self._clear_errors(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One short write transaction, after all others have ended theirs: what it read stays true until it has written.

        No parsing and no network inside: everything is worked out before.
        """
        with self._clear_errors(), self.engine.connect() as connection:
            if self.is_sqlite:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            else:
                connection.execute(_WAIT)
                connection.execute(_LOCK)
            yield connection
            connection.commit()

    @contextmanager
    def kept_open(self) -> Iterator[Database]:
        """The same store for one that writes many times a second: its connections stay open until the end.

        With the last connection SQLite writes its log back and deletes it, each time.
        """
        if not self.is_sqlite:
            yield self
            return
        kept = open_database(self.engine.url.render_as_string(hide_password=False), migrate=False, kept=KEPT)
        try:
            yield kept
        finally:
            kept.close()

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    @contextmanager
    def _clear_errors(self) -> Iterator[None]:
        try:
            yield
        except OperationalError as error:
            raise StoreError(f"the store did not answer: {error.orig}", _remedy(str(error.orig))) from error
        except DBAPIError as error:
            if isinstance(error.orig, sqlite3.DatabaseError) and _DAMAGED.search(str(error.orig)):
                raise StoreError(f"the store's file is damaged: {error.orig}", "restore the last backup") from error
            raise


# PostgreSQL's advisory lock: one transaction writes at a time, as SQLite has it.
_LOCK = text("SELECT pg_advisory_xact_lock(7201118)")
_WAIT = text(f"SET LOCAL lock_timeout = '{BUSY_SECONDS:.0f}s'")

_DAMAGED = re.compile("malformed|not a database")


def _remedy(cause: str) -> str:
    if "full" in cause:
        return "free some disk space and run the same command again; nothing was lost"
    if "locked" in cause or "lock timeout" in cause:
        return f"another process held the store for more than {BUSY_SECONDS:.0f} s; run the same command again"
    if "readonly" in cause or "unable to open" in cause:
        return "check that the data folder exists and may be written"
    return "check the address in the setting `database`"


def open_database(url_or_path: str | Path, *, migrate: bool = True, kept: int = 0) -> Database:
    """Open the store at an SQLAlchemy URL or at a SQLite file path and bring its tables up to date.

    `kept`: connections that stay open for whoever reads next, to a server at least `KEPT`. Raises StoreError when the store
    cannot be opened or was written by newer code.
    """
    url = url_or_path if isinstance(url_or_path, str) and "://" in url_or_path else f"sqlite:///{url_or_path}"
    if url.startswith("postgresql://"):
        url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    is_sqlite = url.startswith("sqlite")
    database = Database(_sqlite_engine(url, kept) if is_sqlite else _server_engine(url, kept))
    if migrate:
        try:
            _migrate(database)
        except BaseException:
            database.close()
            raise
    return database


def _server_engine(url: str, kept: int) -> Engine:
    # No limit here: who had no connection for half a minute got an error of the pool's own. The threads are the limit.
    return create_engine(url, pool_pre_ping=True, pool_size=max(kept, KEPT), max_overflow=-1)


def _sqlite_engine(url: str, kept: int) -> Engine:
    # Commands open a connection for each piece of work: none outlives its thread. A server answers hundreds of times a
    # second: opening takes half a millisecond, and with the last connection SQLite writes its log back and deletes it.
    pool: dict[str, Any] = {"pool_size": kept, "max_overflow": -1} if kept else {"poolclass": NullPool}
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS}, **pool)

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # BEGIN is ours, not the driver's
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    if kept:
        _follow_replacement(engine)
    return engine


def _follow_replacement(engine: Engine) -> None:
    """Connections that stay open would read a file that a restored backup has taken the name of, for ever."""
    path = Path(engine.url.database or "")

    @event.listens_for(engine, "do_connect")
    def before_connect(_dialect: Any, record: Any, _arguments: Any, _options: Any) -> None:
        # Looked at before the file is opened: a replacement in between costs a needless opening, not an old store.
        record.info["file"] = _identity(path)

    @event.listens_for(engine, "checkout")
    def on_checkout(_connection: Any, record: Any, _proxy: Any) -> None:
        found = _identity(path)
        if found and found != record.info["file"]:  # while there is none, the one that is open still answers
            raise DisconnectionError("the store was replaced by another file")


def _identity(path: Path) -> tuple[int, int] | None:
    """What tells a file from another one of its name; None when there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _migrate(database: Database) -> None:
    with database.read() as connection:
        has_version = inspect(connection).has_table("alembic_version")
        current = connection.scalar(text("SELECT version_num FROM alembic_version")) if has_version else None
    if current == NEWEST:
        return
    from alembic import command  # slow to load, and a store is mostly up to date
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if current is not None and current not in known:
        raise StoreError("the store was written by a newer tracuu", "update tracuu, or name another --data folder")
    with database.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
