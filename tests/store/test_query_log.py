"""The query log keeps what was missing, never who asked."""

from __future__ import annotations

import sqlite3
import unicodedata
from datetime import UTC, datetime
from pathlib import Path

import pytest

from store.query_log import QueryLog, without_personal

AT = datetime(2026, 11, 2, 8, 31, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "secret"),
    [
        ("tôi tên là Nguyễn Văn An hỏi khai sinh", "Nguyễn"),
        (unicodedata.normalize("NFD", "tên là Nguyễn Văn An"), "An"),
        ("ten la nguyen van an", "nguyen"),
        ("họ và tên: Lê Hồng Phong", "Phong"),
        ("nguyen thi hoa xin xac nhan", "hoa"),
        ("ông Trần Bình mất sổ đỏ", "Bình"),
        ("bà ĐỖ THỊ MAI xin trợ cấp", "MAI"),
        ("038201001234 làm lại căn cước", "038201001234"),
        ("cmnd 171 234 567", "171"),
        ("sđt 0912 345 678", "678"),
        ("+84912345678 gọi lại", "12345678"),
        ("gửi về a.b@example.vn", "example"),
        ("H56.38-201101-0001 xong chưa", "201101"),
        ("hồ sơ H56.12.34-180809-0012", "180809"),
        ("hộ chiếu C1234567", "C1234567"),
        ("36A-123.45 sang tên", "123"),
        ("sinh ngày 12/03/1988", "1988"),
        ("ở số nhà 12 đường Lê Lợi", "Lợi"),
        ("thôn Đông làm sổ đỏ", "Đông"),
        ("con tôi là bé Trần Gia Bảo 3 tuổi", "Bảo"),
        ("khai sinh cho Phạm Hoài Nam", "Nam"),
        ("chồng tên Hùng mất thẻ", "Hùng"),
        ("nhà số 5 ngõ 12 đường Trần Phú", "Phú"),
        ("số 5, ngõ 12", "12"),
        ("mã số thuế 2800123456", "2800123456"),
        ("gọi 0912,345,678", "345"),
        ("gọi (0237) 3 852 246", "852"),
        ("gửi an[at]gmail.com", "gmail"),
        ("gửi nguyen.an@gmail . com", "nguyen"),
        ("tên em là an", " an"),
        ("mình tên Hương xin xác nhận", "Hương"),
    ],
)
def test_what_is_personal_is_replaced(typed: str, secret: str) -> None:
    assert secret not in without_personal(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "1.001193", "1.001193.000.00.00.H56", "15/2024/QĐ-UBND", "đăng ký kết hôn", "ho so dat dai", "do cong trinh",
        "lý lịch tư pháp", "hỗ trợ thôn bản đặc biệt khó khăn", "nghị định 100/2019/NĐ-CP", "đổi bằng lái xe",
        "Hồ Sơ Đất Đai", "Lý Lịch Tư Pháp Số 2", "HỒ SƠ KHAI SINH", "huyện Hà Trung", "Mai Táng Phí Người Có Công", "tờ khai số 5",
        "mẫu 01, 02, 03, 04, 05", "phí 1,000,000 đồng", "tên miền là gì",
    ],
)  # fmt: skip
def test_what_is_not_personal_stays(typed: str) -> None:
    assert without_personal(typed) == typed


def test_gaps_are_counted_without_who_or_when_exactly(tmp_path: Path) -> None:
    log = QueryLog(tmp_path / "queries.db")
    assert log.gaps() == []
    for q in ("Xin phép bay flycam", "xin phép bay flycam", "cấy tóc"):
        log.add(AT, q, q, kind="procedure", total=0, milliseconds=1.0)
    log.add(AT, "khai sinh", "khai sinh", kind="procedure", total=3, milliseconds=1.0)
    assert log.gaps() == [("xin phép bay flycam", 2), ("cấy tóc", 1)]
    assert log.gaps(least=2) == [("xin phép bay flycam", 2)]
    with sqlite3.connect(tmp_path / "queries.db") as connection:
        assert {row[0] for row in connection.execute("SELECT at FROM queries")} == {"2026-11-02T08:00:00+00:00"}


def test_a_log_that_is_taken_away_begins_anew(tmp_path: Path) -> None:
    log = QueryLog(tmp_path / "queries.db")
    log.add(AT, "a", "a", kind="", total=0, milliseconds=0.0)
    (tmp_path / "queries.db").rename(tmp_path / "old.db")
    log.add(AT, "b", "b", kind="", total=0, milliseconds=0.0)
    assert log.gaps() == [("b", 1)]
    assert log.failures == 0
    log.close()


def test_a_log_that_cannot_be_written_is_counted(tmp_path: Path) -> None:
    log = QueryLog(tmp_path / "missing" / "queries.db")
    log.add(AT, "a", "a", kind="", total=0, milliseconds=0.0)
    assert log.failures == 1
