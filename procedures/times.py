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
_LIMIT = re.compile(
    r"(\d+(?:[.,]\d+)?)\s*(?:\([^)]{1,30}\)\s*)?(ngày làm việc|giờ|ngày|tuần|tháng|năm)(?!\s*\d{1,2}/)", re.IGNORECASE
)


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
    found = _LIMIT.findall(" ".join(words.split()))
    return [(float(number.replace(",", ".")), units[unit.lower()]) for number, unit in found]
