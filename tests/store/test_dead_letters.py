"""Refused documents are kept with their reason until they are written or their index is gone."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from store import changes, dead_letters
from store.database import open_database
from store.dead_letters import DeadLetter
from tests.shared import new_store

NOON = datetime(2026, 11, 2, 5, tzinfo=UTC)
BAD = DeadLetter("procedure:1.000001", 3, "too long")


def test_a_letter_lies_there_until_its_document_is_written(tmp_path: Path) -> None:
    database = new_store(tmp_path / "store.db")
    with database.write() as connection:
        dead_letters.put(connection, "index:1/000001", [BAD, DeadLetter("record:7", 4, "x")], NOON)
        dead_letters.put(
            connection, "index:1/000001", [DeadLetter("record:7", 5, "y"), DeadLetter("record:7", 6, "z")], NOON
        )
        dead_letters.put(connection, "index:1/000002", [BAD], NOON)
    with database.read() as connection:
        assert dead_letters.of(connection, "index:1/000001") == (BAD, DeadLetter("record:7", 6, "z"))
    with database.write() as connection:
        dead_letters.settle(connection, "index:1/000001", ["procedure:1.000001", *(f"record:{n}" for n in range(2000))])
        dead_letters.forget(connection, "index:1/000002")
    with database.read() as connection:
        assert dead_letters.of(connection, "index:1/000001") == dead_letters.of(connection, "index:1/000002") == ()
    database.close()


def test_a_mark_may_be_put_back_for_an_index_from_a_snapshot(tmp_path: Path) -> None:
    database = new_store(tmp_path / "store.db")
    with database.write() as connection:
        changes.append(connection, "index", ["a", "b", "c"], NOON)
        changes.move_mark(connection, "index:x", 3, NOON)
        changes.move_mark(connection, "index:x", 1, NOON)
        assert changes.mark(connection, "index:x") == 3
        changes.set_mark(connection, "index:x", 1, NOON)
        assert changes.pending(connection, "index", "index:x") == 2
        changes.forget(connection, "index:x")
        assert changes.mark(connection, "index:x") == 0
    database.close()


def test_a_store_of_the_first_revision_gets_the_table(tmp_path: Path) -> None:
    database = open_database(tmp_path / "store.db")
    with database.write() as connection:
        connection.exec_driver_sql("DROP TABLE index_dead_letters")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    database.close()
    database = open_database(tmp_path / "store.db")
    with database.write() as connection:
        dead_letters.put(connection, "i", [BAD], NOON)
        assert dead_letters.of(connection, "i") == (BAD,)
    database.close()
