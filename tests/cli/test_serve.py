"""`tracuu serve`: what it keeps open while it answers, and how it listens."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import pytest

from cli.serve import bind, build_app, greet_engine
from cli.workspace import Workspace
from core.errors import UsageError
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


@pytest.mark.parametrize("named", [False, True], ids=["data-folder", "setting"])
def test_connections_stay_open_wherever_the_store_is_named(named: bool, tmp_path: Path) -> None:
    """Of a store named by the setting none did, and an answer was a third dearer."""
    file = tmp_path / "store.db"
    open_database(file).close()
    workspace = Workspace(tmp_path, CONFIG, overrides=(f"database=sqlite:///{file}",) if named else ())
    with workspace.database(kept=2) as database:
        read(database)
        assert (tmp_path / "store.db-wal").exists()
    assert not (tmp_path / "store.db-wal").exists()


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


def test_small_answers_are_sent_at_once() -> None:
    async def accepted_without_delay() -> int:
        told: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            told.set_result(writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        with bind("127.0.0.1", 0) as listening:
            async with await asyncio.start_server(answer, sock=listening):
                _, asking = await asyncio.open_connection(*listening.getsockname())
                asking.close()
                return await told

    assert asyncio.run(accepted_without_delay())


def test_a_port_that_is_taken_is_refused_with_a_remedy() -> None:
    with bind("127.0.0.1", 0) as listening, pytest.raises(UsageError, match="--port"):
        bind("127.0.0.1", listening.getsockname()[1])
