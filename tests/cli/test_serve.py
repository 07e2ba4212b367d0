"""`tracuu serve`: what it keeps open while it answers."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from cli.serve import build_app, greet_engine, settle
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


@pytest.mark.parametrize(("others", "said"), [((), "there is no index"), (("0",), "built by analysis version 0")])
def test_an_index_that_cannot_answer_is_said_before_anybody_asks(
    others: tuple[str, ...], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for version in others:
        (tmp_path / "index" / version).mkdir(parents=True)
        (tmp_path / "index" / version / "live.json").write_text('{"live": "000001"}', encoding="utf-8")
    workspace = Workspace(tmp_path, CONFIG)
    with workspace.database(create=True) as database:
        greet_engine(build_app(workspace, database))
    told = capsys.readouterr().err
    assert said in told
    assert "→ serving without it; run `tracuu index rebuild`" in told


def test_a_server_settles_without_an_index(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path, CONFIG)
    with workspace.database(create=True) as database:
        before = gc.get_freeze_count()
        settle(build_app(workspace, database))  # there is none: said to whoever asks
        assert gc.get_freeze_count() > before
        gc.unfreeze()
