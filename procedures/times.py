"""Time limits in words: “3 ngày làm việc”, and what a wording says as number and unit."""

from __future__ import annotations

import re

from core.model import Duration, DurationUnit, Fee

UNITS: dict[DurationUnit, str] = {
    "gio": "giờ",
    "ngay": "ngày",
    "ngay_lam_viec": "ngày làm việc",
    "tuan": "tuần",
    "thang": "tháng",
    "nam": "năm",
}

_WORDS: tuple[tuple[str, DurationUnit], ...] = (
    ("ngày làm việc", "ngay_lam_viec"),
    ("giờ", "gio"),
    ("ngày", "ngay"),
    ("tuần", "tuan"),
    ("tháng", "thang"),
    ("năm", "nam"),
)
_FRACTIONS = {"½": 0.5, "1/2": 0.5, "¼": 0.25, "1/4": 0.25, "¾": 0.75, "3/4": 0.75}
_NUMBER = rf"(?:{'|'.join(_FRACTIONS)}|\d+(?:[.,]\d+)?)"
_UNIT = r"ngày làm việc|giờ|ngày|tuần|tháng(?!\s*\d{1,2}\b(?!\s*(?:ngày|tuần|giờ)))|năm(?!\s*\d{4})"
_LIMIT = re.compile(
    rf"(?<![\d.,/])(?<!ngày )(?:({_NUMBER})\s*(?:-|–|đến|tới)\s*)?({_NUMBER})\s*(?:\([^)]{{1,30}}\)\s*)?"
    rf"({_UNIT})(?!\s*\d{{1,2}}/)(\s+rưỡi)?",
    re.IGNORECASE,
)
"""A range names both its ends; “30 tháng 6” and “ngày 15 tháng sau” are days, “1/2 ngày” and “2 ngày rưỡi” fractions."""


def duration(amount: float, unit: DurationUnit, fees: tuple[Fee, ...] = ()) -> Duration:
    """A limit from number and unit, worded; 0 says nothing."""
    if amount <= 0:
        return Duration("", fees=fees)
    return Duration(f"{amount:g}".replace(".", ",") + f" {UNITS.get(unit, '')}".rstrip(), amount, unit, fees)


def in_words(words: str, fees: tuple[Fee, ...] = ()) -> Duration:
    """A limit from words, which are kept; number and unit only when the words name exactly one limit."""
    limits = dict.fromkeys(limits_of(words))
    if len(limits) != 1:
        return Duration(words, fees=fees)
    amount, unit = next(iter(limits))
    return Duration(words, amount, unit, fees)


def limits_of(words: str) -> list[tuple[float, DurationUnit]]:
    """Every limit named in a text, in order: “không quá 03 ngày làm việc” → [(3.0, "ngay_lam_viec")]."""
    units = dict(_WORDS)
    found: list[tuple[float, DurationUnit]] = []
    for first, number, unit, half in _LIMIT.findall(" ".join(words.split())):
        found += [(_amount(end), units[unit.lower()]) for end in (first, number) if end]
        if half:
            found[-1] = (found[-1][0] + 0.5, found[-1][1])
    return found


def _amount(number: str) -> float:
    return _FRACTIONS.get(number) or float(number.replace(",", "."))
