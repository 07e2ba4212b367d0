"""The archive frees what nothing needs, shows it first, and loses nothing when it is killed half-way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from object_server import ObjectServer
from sqlalchemy import insert, select, update

from core.errors import ArchiveError
from store import captures
from store.archive import Archive
from store.database import Database
from store.retention import growth, plan, prune
from store.tables import archives, findings, pages
from store.tables import captures as table
from store.warc import Answer
from tests.shared import new_store

NOON = datetime(2018, 8, 9, 5, tzinfo=UTC)
LATER = NOON + timedelta(days=400)
KEEP = timedelta(days=180)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = new_store(tmp_path / "store.db")
    with opened.write() as connection:
        connection.execute(
            insert(pages).values(
                id=1, site_id="s-stp", server="127.0.0.2", url="http://a/1", first_seen=NOON, next_due=NOON
            )
        )
    yield opened
    opened.close()


@pytest.fixture(params=["", "memory://", "s3://"])
def archive(tmp_path: Path, request: pytest.FixtureRequest) -> Archive:
    if request.param == "s3://":
        server: ObjectServer = request.getfixturevalue("object_server")
        return Archive(tmp_path, f"s3://{server.bucket}/{tmp_path.name}", server.access)
    return Archive(tmp_path, request.param and f"{request.param}{tmp_path.name}")


def fill(archive: Archive, database: Database, count: int, at: datetime = NOON) -> list[int]:
    """One closed file with `count` captures that are read; returns their ids."""
    writer = archive.writer(database, at)
    answers = [
        Answer("http://a/1", at, 200, {"Content-Type": "text/html"}, f"{at} {n}".encode() * 50) for n in range(count)
    ]
    placed = writer.append(answers)
    new = [captures.NewCapture(1, None, answer, place) for answer, place in zip(answers, placed, strict=True)]
    with database.write() as connection:
        ids = captures.insert_all(connection, new)
        for capture_id in ids:
            captures.mark_read(connection, capture_id, "ok", at)
    writer.close(at)
    return ids


def all_of(database: Database) -> list[object]:
    with database.read() as connection:
        return list(connection.execute(select(table).order_by(table.c.id)))


def test_only_what_something_points_to_and_the_young_stay(archive: Archive, database: Database) -> None:
    old, young = fill(archive, database, 6), fill(archive, database, 3, LATER - timedelta(days=2))
    with database.write() as connection:
        connection.execute(update(pages).values(capture_id=old[5]))
        connection.execute(update(table).where(table.c.id == old[1]).values(read_at=None))
        values = {"rule": "spam", "site_id": "s-stp", "message": "x", "capture_id": old[2]}
        connection.execute(insert(findings).values(**values, first_seen=NOON, last_seen=NOON))
    bodies = {row.id: archive.read(row).body for row in all_of(database)}  # type: ignore[attr-defined]
    with database.read() as connection:
        (shown,) = plan(connection, LATER, KEEP)
    assert (shown.kept, shown.dropped) == (3, 3)
    assert len(all_of(database)) == 9
    done = list(prune(archive, database, LATER, KEEP))
    assert done == [shown]
    left = all_of(database)
    assert [row.id for row in left] == [old[1], old[2], old[5], *young]  # type: ignore[attr-defined]
    assert all(archive.read(row).body == bodies[row.id] for row in left)  # type: ignore[attr-defined]
    assert list(prune(archive, database, LATER, KEEP)) == []
    with database.read() as connection:
        assert len(connection.execute(select(archives)).all()) == 2


def test_a_file_that_nothing_needs_is_removed(archive: Archive, database: Database) -> None:
    fill(archive, database, 2)
    list(prune(archive, database, LATER, KEEP))
    assert all_of(database) == []
    with database.read() as connection:
        assert connection.execute(select(archives)).all() == []


def test_a_damaged_capture_that_is_needed_stops_the_pruning(tmp_path: Path, database: Database) -> None:
    archive = Archive(tmp_path)
    ids = fill(archive, database, 2)
    with database.write() as connection:
        connection.execute(update(pages).values(capture_id=ids[1]))
    (file,) = (tmp_path / "archive").iterdir()
    data = bytearray(file.read_bytes())
    data[-60] ^= 255
    file.write_bytes(data)
    with pytest.raises(ArchiveError):
        list(prune(archive, database, LATER, KEEP))
    assert len(all_of(database)) == 2


def test_a_file_left_by_a_kill_after_the_transaction_is_removed_by_the_next_run(
    tmp_path: Path, database: Database
) -> None:
    archive = Archive(tmp_path)
    fill(archive, database, 2)
    with database.write() as connection:  # what a pruning that is killed before it removes the file leaves
        connection.execute(table.delete())
        connection.execute(update(archives).values(committed_length=0))
    list(prune(archive, database, LATER, KEEP))
    assert not list((tmp_path / "archive").iterdir())


def test_growth_is_that_of_a_usual_day_and_unknown_at_first(tmp_path: Path, database: Database) -> None:
    archive = Archive(tmp_path)
    fill(archive, database, 200)
    with database.read() as connection:
        assert growth(connection, NOON + timedelta(days=1)).a_day is None
    for day in range(1, 6):
        fill(archive, database, 2, NOON + timedelta(days=day))
    with database.read() as connection:
        found = growth(connection, NOON + timedelta(days=6))
    assert found.a_day is not None
    assert found.a_day < found.archived / 20
