"""The query log keeps what was missing, never who asked."""

from __future__ import annotations

import sqlite3
import time
import unicodedata
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import pytest

from core.errors import StoreError
from store.query_log import QueryLog

AT = datetime(2026, 11, 2, 8, 31, 5, tzinfo=UTC)


def test_gaps_are_counted_without_who_or_when_exactly(tmp_path: Path) -> None:
    log = QueryLog(tmp_path / "queries.db")
    assert log.gaps() == []
    for q in ("Xin phép bay flycam", "xin phép bay flycam", "cấy tóc"):
        log.add(AT, q, q, kind="procedure", total=0, milliseconds=1.0)
    log.add(AT, "khai sinh", "khai sinh", kind="procedure", total=3, milliseconds=1.0)
    assert log.gaps() == [("xin phép bay flycam", 2), ("cấy tóc", 1)]
    assert log.gaps(least=2) == [("xin phép bay flycam", 2)]


def test_a_gap_is_one_however_its_letters_are_written(tmp_path: Path) -> None:
    log = QueryLog(tmp_path / "queries.db")
    for q in (
        "Đăng kiểm xe đạp",
        "đăng kiểm xe đạp",
        "ĐĂNG KIỂM XE ĐẠP",
        unicodedata.normalize("NFD", "đăng kiểm xe đạp"),
    ):
        log.add(AT, q, "x", kind="procedure", total=0, milliseconds=1.0)
    assert log.gaps(least=4) == [("đăng kiểm xe đạp", 4)]
    with sqlite3.connect(tmp_path / "queries.db") as connection:
        assert {row[0] for row in connection.execute("SELECT at FROM queries")} == {"2026-11-02T08:00:00+00:00"}


@pytest.mark.parametrize(
    ("q", "read_as", "written"),
    [
        ("chứng tử nguyeenvana", "chứng tử nguyễn văn an", ("chứng tử [tên]", "chứng tử [tên]")),
        ("gửi a.b@example.vn", "gửi a b example vn", ("gửi [thư]", "gửi [thư]")),
        ("nguyeenvana a.b@example.vn", "nguyễn văn an a b example vn", ("[thư] [tên]", "[thư] [tên]")),
        ("sđt 0912.345.678", "số điện thoại 0912 345 678", ("sđt [điện thoại]", "số điện thoại [điện thoại]")),
    ],
)
def test_what_is_told_in_the_query_or_its_reading_is_in_neither(
    tmp_path: Path, q: str, read_as: str, written: tuple[str, str]
) -> None:
    log = QueryLog(tmp_path / "queries.db")
    log.add(AT, q, read_as, kind="", total=0, milliseconds=0.0)
    log.close()
    with sqlite3.connect(tmp_path / "queries.db") as connection:
        assert connection.execute("SELECT q, read_as FROM queries").fetchone() == written


def test_a_log_that_is_taken_away_begins_anew(tmp_path: Path) -> None:
    log = QueryLog(tmp_path / "queries.db")
    log.add(AT, "a", "a", kind="", total=0, milliseconds=0.0)
    log.flush()
    (tmp_path / "queries.db").rename(tmp_path / "old.db")
    log.add(AT, "b", "b", kind="", total=0, milliseconds=0.0)
    assert log.gaps() == [("b", 1)]
    assert log.failures == 0
    log.close()


def test_a_log_that_cannot_be_written_is_counted(tmp_path: Path) -> None:
    log = QueryLog(tmp_path / "missing" / "queries.db")
    for _ in range(2):
        log.add(AT, "a", "a", kind="", total=0, milliseconds=0.0)
    log.flush()
    assert log.failures == 2


def test_a_query_is_written_soon_without_being_told_to(tmp_path: Path) -> None:
    log = QueryLog(tmp_path / "queries.db")
    log.add(AT, "cấy tóc", "cấy tóc", kind="", total=0, milliseconds=0.0)
    deadline = time.monotonic() + 30
    while not QueryLog(tmp_path / "queries.db").gaps():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert QueryLog(tmp_path / "queries.db").gaps() == [("cấy tóc", 1)]


def test_a_system_without_threads_breaks_no_answer_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none_left(_: Thread) -> None:
        raise RuntimeError("can't start new thread")

    log = QueryLog(tmp_path / "queries.db")
    with monkeypatch.context() as full:
        full.setattr(Thread, "start", none_left)
        log.add(AT, "a", "a", kind="", total=0, milliseconds=0.0)
    log.add(AT, "b", "b", kind="", total=0, milliseconds=0.0)
    deadline = time.monotonic() + 30
    while len(QueryLog(tmp_path / "queries.db").gaps()) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_log_in_use_keeps_nobody_waiting_and_loses_nothing_for_a_while(tmp_path: Path) -> None:
    log = QueryLog(tmp_path / "queries.db")
    log.add(AT, "a", "a", kind="", total=0, milliseconds=0.0)
    log.flush()
    with closing(sqlite3.connect(tmp_path / "queries.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for n in range(20):
            log.add(AT, f"b{n}", "b", kind="", total=0, milliseconds=0.0)
        other.execute("ROLLBACK")
    log.close()
    assert log.failures == 0
    assert len(QueryLog(tmp_path / "queries.db").gaps()) == 21


def test_a_log_that_cannot_be_read_has_no_number_of_gaps(tmp_path: Path) -> None:
    (tmp_path / "queries.db").write_bytes(b"")
    assert QueryLog(tmp_path / "queries.db").gaps() == []  # made, and nothing was asked
    (tmp_path / "queries.db").write_bytes(b"no database at all, but some bytes" * 40)
    with pytest.raises(StoreError, match="cannot be read"):
        QueryLog(tmp_path / "queries.db").gaps()
    (tmp_path / "folder").mkdir()
    with pytest.raises(StoreError, match="unable to open"):
        QueryLog(tmp_path / "folder").gaps()
