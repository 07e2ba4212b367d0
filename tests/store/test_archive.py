"""Answers come back byte for byte, whatever became of the process that wrote them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Row, insert, select
from warcio.archiveiterator import ArchiveIterator

from core.errors import ArchiveError
from store import captures
from store.archive import Archive, Recovered
from store.archive_writer import ArchiveWriter
from store.database import Database
from store.tables import archives, pages
from store.tables import captures as table
from store.warc import Answer
from tests.shared import new_store

NOON = datetime(2018, 8, 9, 5, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = new_store(tmp_path / "store.db")
    with opened.write() as connection:
        connection.execute(
            insert(pages).values(site_id="s-stp", server="127.0.0.2", url="http://a/1", first_seen=NOON, next_due=NOON)
        )
    yield opened
    opened.close()


def answer(body: bytes, url: str = "http://a/1") -> Answer:
    headers = {"Content-Type": "text/html", "Content-Encoding": "gzip", "ETag": '"1"'}
    return Answer(url, NOON, 200, headers, body)


def keep(database: Database, writer: ArchiveWriter, *bodies: bytes) -> list[Row[Any]]:
    answers = [answer(body) for body in bodies]
    placed = writer.append(answers)
    with database.write() as connection:
        new = [captures.NewCapture(1, None, one, place) for one, place in zip(answers, placed, strict=True)]
        ids = captures.insert_all(connection, new)
        return list(connection.execute(select(table).where(table.c.id.in_(ids))))


def test_an_answer_comes_back_while_the_file_is_open_and_after_it_was_moved(database: Database, tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    writer = archive.writer(database, NOON)
    rows = keep(database, writer, "Thủ tục".encode(), b"\x00\xff" * 5000, b"")
    for row, body in zip(rows, ("Thủ tục".encode(), b"\x00\xff" * 5000, b""), strict=True):
        assert archive.read(row).body == body
    writer.close(NOON)
    assert not list((tmp_path / "spool").iterdir())
    assert archive.read(rows[1]).body == b"\x00\xff" * 5000
    assert archive.read(rows[0]).headers == {"Content-Type": "text/html", "ETag": '"1"', "Content-Length": "11"}


def test_other_programs_can_read_the_files(database: Database, tmp_path: Path) -> None:
    writer = Archive(tmp_path).writer(database, NOON)
    keep(database, writer, b"one", b"two")
    writer.close(NOON)
    with next((tmp_path / "archive").iterdir()).open("rb") as file:
        bodies = [record.content_stream().read() for record in ArchiveIterator(file)]
    assert bodies == [b"one", b"two"]


def test_a_changed_byte_is_noticed(database: Database, tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    writer = archive.writer(database, NOON)
    row = keep(database, writer, os.urandom(1000))[0]
    writer.close(NOON)
    path = next((tmp_path / "archive").iterdir())
    data = bytearray(path.read_bytes())
    data[600] ^= 1
    path.write_bytes(data)
    with pytest.raises(ArchiveError, match=r"damaged|not what was stored"):
        archive.read(row)
    path.write_bytes(data[:-1])
    with pytest.raises(ArchiveError, match="cut off"):
        archive.read(row)


def test_a_missing_file_says_where_to_look(database: Database, tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    writer = archive.writer(database, NOON)
    row = keep(database, writer, b"one")[0]
    writer.close(NOON)
    next((tmp_path / "archive").iterdir()).unlink()
    with pytest.raises(ArchiveError, match="setting `archive`"):
        archive.read(row)


def test_the_torn_tail_of_a_killed_process_is_cut_and_the_rest_readable(database: Database, tmp_path: Path) -> None:
    code = f"""
import os
from datetime import UTC, datetime
from pathlib import Path
from store import captures
from store.archive import Archive
from store.warc import Answer
from store.database import open_database
noon = datetime(2018, 8, 9, 5, tzinfo=UTC)
database = open_database({str(tmp_path / "store.db")!r})
writer = Archive(Path({str(tmp_path)!r})).writer(database, noon)
kept = Answer("http://a/1", noon, 200, {{}}, b"kept")
with database.write() as connection:
    captures.insert_all(connection, [captures.NewCapture(1, None, kept, writer.append([kept])[0])])
writer.append([Answer("http://a/2", noon, 200, {{}}, b"never committed" * 100)])
os.kill(os.getpid(), 9)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False, timeout=60)
    assert done.returncode == -9
    archive = Archive(tmp_path)
    recovered = archive.recover(database, NOON)
    assert len(recovered) == 1
    assert recovered[0].cut > 0
    assert recovered[0].missing == 0
    assert archive.recover(database, NOON) == []
    with database.read() as connection:
        assert archive.read(connection.execute(select(table)).one()).body == b"kept"
        assert connection.execute(select(archives)).one().moved


class Interrupted(Archive):
    """Another process goes on, and ends, while this one is at another file."""

    meanwhile: Callable[[], object]

    def _recover(self, database: Database, name: str, now: datetime) -> Recovered | None:
        self.meanwhile()
        return super()._recover(database, name, now)


def test_what_another_process_committed_meanwhile_is_not_cut(database: Database, tmp_path: Path) -> None:
    writer = Archive(tmp_path).writer(database, NOON)
    rows = keep(database, writer, b"first" * 200)

    def meanwhile() -> None:
        rows.extend(keep(database, writer, b"second" * 300))
        writer.leave()

    archive = Interrupted(tmp_path)
    archive.meanwhile = meanwhile
    assert [(item.cut, item.missing) for item in archive.recover(database, NOON)] == [(0, 0)]
    assert [archive.read(row).body for row in rows] == [b"first" * 200, b"second" * 300]


def test_a_file_that_its_process_moved_meanwhile_keeps_its_row(database: Database, tmp_path: Path) -> None:
    writer = Archive(tmp_path).writer(database, NOON)
    rows: list[Row[Any]] = []

    def meanwhile() -> None:
        rows.extend(keep(database, writer, b"late"))
        writer.close(NOON)

    archive = Interrupted(tmp_path)
    archive.meanwhile = meanwhile
    assert archive.recover(database, NOON) == []
    assert archive.read(rows[0]).body == b"late"
    with database.read() as connection:
        assert [row.moved for row in connection.execute(select(archives))] == [True]


def test_a_file_that_goes_while_the_spool_is_looked_through_is_no_matter(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "spool").mkdir()
    stale = tmp_path / "spool" / "gone.warc.gz"
    monkeypatch.setattr(Path, "glob", lambda *_: iter([stale]))
    assert Archive(tmp_path).recover(database, NOON) == []


def test_the_file_of_a_living_process_is_left_alone(database: Database, tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    writer = archive.writer(database, NOON)
    writer.append([answer(b"not committed yet")])
    assert archive.recover(database, NOON) == []
    assert (tmp_path / "spool" / writer.name).stat().st_size == writer.length > 0
    writer.close(NOON)


def test_a_file_in_which_nothing_was_committed_leaves_no_trace(database: Database, tmp_path: Path) -> None:
    writer = Archive(tmp_path).writer(database, NOON)
    writer.append([answer(b"lost")])
    writer.close(NOON + timedelta(hours=1))
    assert not list((tmp_path / "spool").iterdir())
    with database.read() as connection:
        assert connection.execute(select(archives)).all() == []


def test_a_full_disk_loses_nothing_and_says_what_to_do(database: Database, tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    writer = archive.writer(database, NOON)
    row = keep(database, writer, b"one")[0]
    with Path("/dev/full").open("wb", buffering=0) as full:
        real, writer._file = writer._file, full  # type: ignore[assignment]
        with pytest.raises(ArchiveError, match="disk is full"):
            writer.append([answer(b"two")])
        writer._file = real
    assert archive.read(row).body == b"one"
    assert archive.read(keep(database, writer, b"three")[0]).body == b"three"
    writer.close(NOON)


def test_closed_files_go_to_any_file_system(database: Database, tmp_path: Path) -> None:
    archive = Archive(tmp_path, "memory://captures")
    writer = archive.writer(database, NOON)
    row = keep(database, writer, b"far away")[0]
    writer.close(NOON)
    assert archive.read(row).body == b"far away"
