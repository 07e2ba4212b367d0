"""A document number is one term, however it is written."""

from __future__ import annotations

import pytest

from vietnamese.numbers import document_numbers, numbers_asked


@pytest.mark.parametrize(
    "text",
    ["15/2024/QĐ-UBND", "số 15 / 2024 / qđ - ubnd", "15/2024/QD-UBND ngày 1/2/2024", "15/2024/QĐ–UBND", "15 2024 qd ubnd", "015/2024/qđ-ubnd",
     "15/2024/QĐ\u2011UBND", "15/2024/QĐ \u2014 UBND"],
)  # fmt: skip
def test_spellings_of_one_number_are_one_term(text: str) -> None:
    assert document_numbers(text) == ["15-2024-qd-ubnd"]


@pytest.mark.parametrize("text", ["2571CV-UBND", "so 2571 cv ubnd", "2571/CV UBND", "công văn số 2571", "CV 2571"])
def test_who_asks_need_not_write_the_slash_or_the_issuer(text: str) -> None:
    assert "2571-cv-ubnd" in numbers_asked(text)


@pytest.mark.parametrize("text", ["15/2024/QĐ UBND ngày 1/2", "15/2024/qđ/ubnd", "15/2024/ QD  UBND"])
def test_a_space_or_slash_may_stand_for_the_last_hyphen(text: str) -> None:
    assert "15-2024-qd-ubnd" in document_numbers(text)


def test_a_decision_named_by_its_number_may_be_of_any_year() -> None:
    asked = numbers_asked("Quyết định số 993")
    assert {"993-qd-ubnd", "993-2019-qd-ubnd", "993-qd-ttg"} <= {*asked}
    assert numbers_asked("QĐ 993") == asked


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("15/2024/QĐ-UBND", ("15-2024-qd-ubnd",)),
        ("quyết định 15/2024", ("15-2024",)),
        ("thông báo 5 ngày", ()),
        ("kế hoạch 2024", ()),
        ("đăng ký khai sinh", ()),
    ],
)
def test_a_question_is_not_read_for_more_than_it_says(text: str, terms: tuple[str, ...]) -> None:
    assert numbers_asked(text) == terms


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("Luật 45/2019/QH14 và 61/2018/NĐ-CP", ["45-2019-qh14", "61-2018-nd-cp"]),
        ("5/VBHN-BTC", ["5-vbhn-btc"]),
        ("Nghị quyết số 1686/NQ-UBTVQH15", ["1686-nq-ubtvqh15"]),
        ("ngày 15/2/2024", []),
        ("mã 1.001193", []),
        ("năm 2024", []),
    ],
)
def test_numbers_are_told_from_dates_and_codes(text: str, terms: list[str]) -> None:
    assert document_numbers(text) == terms
