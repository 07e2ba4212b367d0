"""Connections that stay open see the file that bears the store's name now."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

from sqlalchemy import text

from store.database import Database, open_database


def _write(path: Path, value: int) -> Path:
    with closing(open_database(path)) as database, database.write() as connection:
        connection.execute(text("CREATE TABLE told (value INTEGER)"))
        connection.execute(text(f"INSERT INTO told VALUES ({value})"))
    return path


def _told(database: Database) -> int:
    with database.read() as connection:
        return int(connection.scalar(text("SELECT value FROM told")) or 0)


def _restore(backup: Path, store: Path) -> None:
    """As docs/operations.md has it: the log of the old file must not be taken for the new one's."""
    for ending in ("-wal", "-shm"):
        store.with_name(store.name + ending).unlink(missing_ok=True)
    backup.replace(store)


def test_a_store_restored_under_a_server_is_read_at_once(tmp_path: Path) -> None:
    backup = _write(tmp_path / "backup.db", 1)
    with closing(open_database(_write(tmp_path / "store.db", 2), kept=2)) as database:
        assert [_told(database), _told(database)] == [2, 2]
        _restore(backup, tmp_path / "store.db")
        assert [_told(database), _told(database)] == [1, 1]


def test_what_was_written_after_the_backup_is_gone_and_what_comes_after_it_stays(tmp_path: Path) -> None:
    backup = _write(tmp_path / "backup.db", 1)
    with closing(open_database(_write(tmp_path / "store.db", 2), kept=2)) as database:
        with database.write() as connection:  # stays in the log while the server runs
            connection.execute(text("UPDATE told SET value = 3"))
        assert _told(database) == 3
        _restore(backup, tmp_path / "store.db")
        with closing(open_database(tmp_path / "store.db")) as other:  # a worker, sooner than the server
            with other.read() as reading, other.write() as connection:
                assert reading.scalar(text("SELECT value FROM told")) == 1
                connection.execute(text("UPDATE told SET value = 4"))
            assert _told(database) == 4
            assert _told(other) == 4


def test_every_kept_connection_is_opened_anew(tmp_path: Path) -> None:
    backup = _write(tmp_path / "backup.db", 1)
    with closing(open_database(_write(tmp_path / "store.db", 2), kept=2)) as database:
        with database.read() as one, database.read() as other:
            assert one.connection.dbapi_connection is not other.connection.dbapi_connection
        _restore(backup, tmp_path / "store.db")
        with database.read() as one, database.read() as other:
            assert [c.scalar(text("SELECT value FROM told")) for c in (one, other)] == [1, 1]


def test_connections_stay_open_while_the_file_is_the_same(tmp_path: Path) -> None:
    with closing(open_database(_write(tmp_path / "store.db", 2), kept=2)) as database:
        with database.read() as one:
            first = one.connection.dbapi_connection
        with database.read() as other:
            assert other.connection.dbapi_connection is first


def test_a_file_taken_away_is_not_made_anew_empty(tmp_path: Path) -> None:
    with closing(open_database(_write(tmp_path / "store.db", 2), kept=2)) as database:
        assert _told(database) == 2
        shutil.move(tmp_path / "store.db", tmp_path / "elsewhere.db")
        assert _told(database) == 2
        assert not (tmp_path / "store.db").exists()
