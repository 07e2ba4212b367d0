"""`tracuu serve`: what it keeps open while it answers."""

from __future__ import annotations

from pathlib import Path

from cli.serve import kept_open
from store.database import Database, open_database


def read(database: Database) -> None:
    with database.read() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM procedures").all()


def test_the_log_of_the_store_outlives_an_answer_while_serving(tmp_path: Path) -> None:
    database = open_database(tmp_path / "store.db")
    log = tmp_path / "store.db-wal"
    read(database)
    assert not log.exists()
    with kept_open(database):
        read(database)
        assert log.exists()
    assert not log.exists()
    database.close()


def test_what_is_kept_open_hides_nothing_and_blocks_no_writer(tmp_path: Path) -> None:
    database = open_database(tmp_path / "store.db")
    with kept_open(database):
        with database.write() as connection:
            connection.exec_driver_sql("CREATE TABLE later (x INTEGER)")
            connection.exec_driver_sql("INSERT INTO later VALUES (1)")
        with database.read() as connection:
            assert connection.exec_driver_sql("SELECT x FROM later").scalar() == 1
            busy, _, _ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
        assert busy == 0  # an open snapshot would keep the log growing for as long as the server runs
    database.close()
