"""Questions are logged without anything personal, and never at the cost of an answer."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from store.query_log import QueryLog, without_personal

NOW = datetime(2018, 8, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "secret"),
    [
        ("gọi 0912 345 678 cho tôi", "345"),
        ("thư a.b@vidu.vn nhé", "vidu"),
        ("cccd 038090123456", "0380"),
        ("cmnd 171234567", "1712"),
        ("hồ sơ H56.12.34-180809-0012", "180809"),
        ("tôi tên là Nguyễn Văn An", "Nguyễn"),
    ],
)
def test_personal_data_is_replaced(typed: str, secret: str) -> None:
    assert secret not in without_personal(typed)


def test_codes_and_words_stay() -> None:
    assert without_personal("thủ tục 1.001193 ở xã") == "thủ tục 1.001193 ở xã"


def test_gaps_are_counted(tmp_path: Path) -> None:
    log = QueryLog(tmp_path / "queries.db")
    for _ in range(2):
        log.add(NOW, "ly hôn", "ly hôn", kind="", total=0, milliseconds=1)
    assert log.gaps() == [("ly hôn", 2)]


def test_a_log_that_cannot_be_written_is_counted(tmp_path: Path) -> None:
    log = QueryLog(tmp_path / "none" / "queries.db")
    log.add(NOW, "a", "a", kind="", total=1, milliseconds=1)
    assert log.failures == 1
