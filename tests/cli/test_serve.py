"""`tracuu serve`: what it keeps open while it answers."""

from __future__ import annotations

import gc
from pathlib import Path

from cli.serve import build_app, settle
from cli.workspace import Workspace
from store.database import Database, open_database
from tests.search_api.conftest import CONFIG


def read(database: Database) -> None:
    with database.read() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM procedures").all()


def test_the_log_of_the_store_outlives_an_answer_while_serving(tmp_path: Path) -> None:
    log = tmp_path / "store.db-wal"
    database = open_database(tmp_path / "store.db")
    read(database)
    assert not log.exists()
    database.close()
    serving = open_database(tmp_path / "store.db", kept=2)
    read(serving)
    assert log.exists()
    serving.close()
    assert not log.exists()


def test_what_is_kept_open_hides_nothing_and_blocks_no_writer(tmp_path: Path) -> None:
    serving, writing = open_database(tmp_path / "store.db", kept=2), open_database(tmp_path / "store.db")
    read(serving)
    with writing.write() as connection:
        connection.exec_driver_sql("CREATE TABLE later (x INTEGER)")
        connection.exec_driver_sql("INSERT INTO later VALUES (1)")
    with serving.read() as connection:
        assert connection.exec_driver_sql("SELECT x FROM later").scalar() == 1
    with writing.read() as connection:
        busy, _, _ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
    assert busy == 0  # an open snapshot would keep the log growing for as long as the server runs
    serving.close()
    writing.close()


def test_a_server_settles_without_an_index(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path, CONFIG)
    with workspace.database(create=True) as database:
        before = gc.get_freeze_count()
        settle(build_app(workspace, database))  # there is none: said to whoever asks
        assert gc.get_freeze_count() > before
        gc.unfreeze()
