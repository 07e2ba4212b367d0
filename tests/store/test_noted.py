"""What was looked up is kept only while nobody writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from store.database import Database, open_database
from store.noted import noted


class Looks:
    """Looks values up in a table and keeps which keys were asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def of(self, connection: Connection, *keys: str) -> dict[str, str]:
        def look(some: list[str]) -> dict[str, str]:
            self.asked += some
            rows = connection.execute(text("SELECT k, v FROM pairs"))
            return {row.k: row.v for row in rows if row.k in some}

        return noted(connection, "pairs", keys, look)


@pytest.fixture
def pairs(tmp_path: Path) -> Iterator[Database]:
    """As a server opens it: connections stay."""
    database = open_database(tmp_path / "store.db", kept=2)
    with database.write() as connection:
        connection.execute(text("CREATE TABLE pairs (k TEXT PRIMARY KEY, v TEXT NOT NULL)"))
        connection.execute(text("INSERT INTO pairs VALUES ('a', '1'), ('b', '2')"))
    yield database
    database.close()


@pytest.fixture
def other(pairs: Database, tmp_path: Path) -> Iterator[Database]:
    database = open_database(tmp_path / "store.db")
    yield database
    database.close()


def put(connection: Connection, key: str, value: str) -> None:
    connection.execute(
        text("INSERT INTO pairs VALUES (:k, :v) ON CONFLICT (k) DO UPDATE SET v = :v"), {"k": key, "v": value}
    )


def test_what_was_looked_up_is_not_looked_up_again(pairs: Database) -> None:
    looks = Looks()
    for _ in range(3):
        with pairs.read() as connection:
            assert looks.of(connection, "a", "c", "a") == {"a": "1"}
    assert looks.asked == ["a", "c"]
    with pairs.read() as connection:
        assert looks.of(connection, "b", "a") == {"b": "2", "a": "1"}
    assert looks.asked == ["a", "c", "b"]


def test_what_another_process_writes_is_seen_at_once(pairs: Database, other: Database) -> None:
    looks = Looks()
    with pairs.read() as connection:
        assert looks.of(connection, "a", "c") == {"a": "1"}
        with other.write() as writer:
            put(writer, "a", "new")
            put(writer, "c", "3")
        assert looks.of(connection, "a", "c") == {"a": "new", "c": "3"}
    with other.write() as writer:
        put(writer, "a", "newer")
    with pairs.read() as connection:
        assert looks.of(connection, "a") == {"a": "newer"}


def test_what_one_connection_found_serves_the_others(pairs: Database) -> None:
    looks = Looks()
    with pairs.read() as one, pairs.read() as two:
        looks.of(one, "a")
        looks.of(two, "a")  # its first look: it cannot know what was written before
        looks.asked.clear()
        assert looks.of(one, "b") == looks.of(two, "b") == {"b": "2"}
    assert looks.asked == ["b"]


def test_who_looked_before_a_change_leaves_nothing_behind(pairs: Database, other: Database) -> None:
    looks = Looks()
    with pairs.read() as slow, pairs.read() as quick:
        looks.of(slow, "b")
        looks.of(quick, "b")

        def look(some: list[str]) -> dict[str, str]:
            with other.write() as writer:
                put(writer, "a", "new")
            assert looks.of(quick, "b") == {"b": "2"}  # sees that something was written
            return {"a": "1"}

        assert noted(slow, "pairs", ["a"], look) == {"a": "1"}
        assert looks.of(quick, "a") == looks.of(slow, "a") == {"a": "new"}


def test_what_the_same_connection_writes_is_seen_at_once(pairs: Database) -> None:
    looks = Looks()
    with pairs.read() as connection:
        looks.of(connection, "a")
    with pairs.write() as connection:
        put(connection, "a", "own")
    with pairs.read() as connection:
        assert looks.of(connection, "a") == {"a": "own"}


def test_what_was_never_committed_is_not_kept(pairs: Database) -> None:
    looks = Looks()
    with pairs.read() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        put(connection, "a", "half done")
        assert looks.of(connection, "a") == {"a": "half done"}
        connection.exec_driver_sql("ROLLBACK")
        assert looks.of(connection, "a") == {"a": "1"}
    with pairs.read() as connection:
        assert looks.of(connection, "a") == {"a": "1"}


def test_many_keys_are_looked_up_a_part_at_a_time(pairs: Database) -> None:
    sizes = []

    def look(some: list[int]) -> dict[int, int]:
        sizes.append(len(some))
        return {n: -n for n in some}

    with pairs.read() as connection:
        assert noted(connection, "numbers", range(1, 1202), look) == {n: -n for n in range(1, 1202)}
    assert sizes == [500, 500, 201]


def test_what_a_restored_backup_says_is_seen_at_once(pairs: Database, tmp_path: Path) -> None:
    looks = Looks()
    with pairs.read() as connection:
        assert looks.of(connection, "a") == {"a": "1"}
    with closing(open_database(tmp_path / "backup.db")) as backup, backup.write() as connection:
        connection.execute(text("CREATE TABLE pairs (k TEXT PRIMARY KEY, v TEXT NOT NULL)"))
        put(connection, "a", "of the backup")
    for ending in ("-wal", "-shm"):
        (tmp_path / f"store.db{ending}").unlink(missing_ok=True)
    (tmp_path / "backup.db").replace(tmp_path / "store.db")
    with pairs.read() as connection:
        assert looks.of(connection, "a") == {"a": "of the backup"}
