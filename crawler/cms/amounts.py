"""Fees and time limits as pages word them. The wording is kept; a number is added only when it is plain."""

from __future__ import annotations

import re

from core.model import Duration, DurationUnit, Fee
from vietnamese.syllables import fold_text

_MONEY = re.compile(r"^(\d{1,3}(?:[.,]\d{3})+|\d{4,9}|0)\s*(?:đồng|đ|vnđ|vnd|đồng/\w+(?:\s\w+)?)?\.?$", re.I)
_TIME = re.compile(
    r"(?<![\d/])(\d{1,3}(?:[.,]\d)?|½)\s*(?:\([^)]*\))?\s*(ngày làm việc|ngày|giờ làm việc|giờ|tháng|tuần|năm)(?![\w/])",
    re.I,
)
_UNITS: dict[str, DurationUnit] = {
    "ngay lam viec": "ngay_lam_viec", "ngay": "ngay", "gio": "gio", "gio lam viec": "gio", "thang": "thang", "tuan": "tuan", "nam": "nam",
}  # fmt: skip


def duration_of(text: str, fees: tuple[Fee, ...] = ()) -> Duration:
    """The time limit a text states first, e.g. "03 ngày làm việc"; the fees that hang on it go with it."""
    match = _TIME.search(text)
    if not match:
        return Duration(text, fees=fees)
    amount = 0.5 if match[1] == "½" else float(match[1].replace(",", "."))
    return Duration(text, amount, _UNITS[fold_text(match[2])], fees)


def fees_of(texts: list[str]) -> tuple[Fee, ...]:
    """One fee per line, in the page's words."""
    return tuple(dict.fromkeys(Fee(text, amount_of(text)) for text in texts if text.strip(" -–.")))


def amount_of(text: str) -> int | None:
    """Đồng, when the text is nothing but a number with or without its unit."""
    match = _MONEY.match(text.strip(" -–"))
    return int(re.sub(r"\D", "", match[1])) if match else None
