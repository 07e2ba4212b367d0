"""Two wordings are the same only where they say the same: a conflict that counts is never hidden."""

from __future__ import annotations

import pytest

from procedures.likeness import fee, time
from procedures.money import fee as fee_of
from procedures.times import in_words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Trước ngày 30 tháng 6 hằng năm", "Trước ngày 30 tháng 9 hằng năm"),
        ("Trước ngày 15 tháng sau", "15 tháng"),
        ("1/2 ngày làm việc", "02 ngày làm việc"),
        ("02 ngày rưỡi", "2 ngày"),
        ("Từ 3 đến 5 ngày làm việc", "05 ngày làm việc"),
        ("03 - 05 ngày", "3 - 6 ngày"),
    ],
)
def test_limits_that_differ(one: str, other: str) -> None:
    assert time(one) != time(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("03 (ba) ngày làm việc", "Không quá 3 ngày làm việc"),
        ("½ ngày", "1/2 ngày"),
        ("02 năm 06 tháng", "2 năm, 6 tháng"),
        ("1 tháng 15 ngày", "01 tháng và 15 ngày"),
        ("15 ngày, kể từ ngày 01 tháng 7 năm 2025", "15 ngày"),
    ],
)
def test_limits_in_other_words(one: str, other: str) -> None:
    assert time(one) == time(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("20.000 - 30.000 đồng", "30.000 đồng"),
        ("25000 đến 30000đ", "30.000 đồng"),
        ("Miễn phí đối với hộ nghèo", "Miễn phí"),
        ("Không thu lệ phí khi nộp trực tuyến", "Không"),
    ],
)
def test_fees_that_differ(one: str, other: str) -> None:
    assert fee(one) != fee(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Từ 20.000 đồng đến 30.000 đồng", "20.000 – 30.000 VNĐ"), ("Miễn lệ phí hộ tịch", "Không"), ("50000 đ", "50.000 đồng")],
)  # fmt: skip
def test_fees_in_other_words(one: str, other: str) -> None:
    assert fee(one) == fee(other)


def test_a_number_is_told_only_where_the_words_name_one() -> None:
    assert (in_words("½ ngày làm việc").amount, in_words("½ ngày làm việc").unit) == (0.5, "ngay_lam_viec")
    assert in_words("03 - 05 ngày").amount is None
    assert in_words("Trước ngày 30 tháng 6").amount is None


def test_who_alone_pays_nothing_stays_said() -> None:
    some = fee_of(0, "Miễn phí đối với hộ nghèo")
    assert some is not None
    assert (some.text, some.amount) == ("Miễn phí đối với hộ nghèo", None)
