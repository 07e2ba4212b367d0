"""A document number is one term, however it is written."""

from __future__ import annotations

import pytest

from vietnamese.numbers import document_numbers


@pytest.mark.parametrize(
    "text",
    ["15/2024/QĐ-UBND", "số 15 / 2024 / qđ - ubnd", "15/2024/QD-UBND ngày 1/2/2024", "15/2024/QĐ–UBND", "15 2024 qd ubnd", "015/2024/qđ-ubnd"],
)  # fmt: skip
def test_spellings_of_one_number_are_one_term(text: str) -> None:
    assert document_numbers(text) == ["15-2024-qd-ubnd"]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("Luật 45/2019/QH14 và 61/2018/NĐ-CP", ["45-2019-qh14", "61-2018-nd-cp"]),
        ("5/VBHN-BTC", ["5-vbhn-btc"]),
        ("ngày 15/2/2024", []),
        ("mã 1.001193", []),
        ("năm 2024", []),
    ],
)
def test_numbers_are_told_from_dates_and_codes(text: str, terms: list[str]) -> None:
    assert document_numbers(text) == terms
