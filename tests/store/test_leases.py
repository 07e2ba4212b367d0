"""A server has one worker at a time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from store import leases
from store.database import Database
from tests.shared import new_store

NOON = datetime(2018, 8, 9, 5, tzinfo=UTC)
SPAN = timedelta(seconds=120)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = new_store(tmp_path / "store.db")
    yield opened
    opened.close()


def acquire(database: Database, worker: str, at: datetime, *servers: str) -> tuple[list[str], list[leases.Held]]:
    with database.write() as connection:
        return leases.acquire(connection, servers, worker, at, SPAN)


def test_a_second_worker_gets_the_free_servers_and_the_names_of_the_others(database: Database) -> None:
    assert acquire(database, "one", NOON, "10.0.0.1") == (["10.0.0.1"], [])
    taken, held = acquire(database, "two", NOON, "10.0.0.1", "10.0.0.2")
    assert taken == ["10.0.0.2"]
    assert held == [leases.Held("10.0.0.1", "one", NOON + SPAN)]


def test_the_lease_of_a_silent_worker_runs_out(database: Database) -> None:
    acquire(database, "one", NOON, "10.0.0.1")
    assert acquire(database, "two", NOON + SPAN, "10.0.0.1")[0] == ["10.0.0.1"]
    with database.write() as connection:
        assert leases.renew(connection, "one", NOON + SPAN, SPAN) == set()


def test_a_renewed_lease_lives_on_and_a_released_one_is_free(database: Database) -> None:
    acquire(database, "one", NOON, "10.0.0.1", "10.0.0.2")
    with database.write() as connection:
        assert leases.renew(connection, "one", NOON + SPAN / 2, SPAN) == {"10.0.0.1", "10.0.0.2"}
    assert acquire(database, "two", NOON + SPAN, "10.0.0.1")[0] == []
    with database.write() as connection:
        leases.release(connection, "one", ["10.0.0.1"])
    assert acquire(database, "two", NOON + SPAN, "10.0.0.1", "10.0.0.2")[0] == ["10.0.0.1"]
