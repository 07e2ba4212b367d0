"""Service levels: the page's wording, the regime of its date, and the normalised level (DOMAIN §2.2)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from core.states import ServiceLevel
from vietnamese.names import plain
from vietnamese.syllables import nfc

REGIMES: tuple[tuple[str, date], ...] = (
    ("nd224_2026", date(2026, 7, 1)),
    ("nd42_2022", date(2022, 8, 15)),
    ("nd43_2011", date(2011, 10, 1)),
)
"""Regime → first day in force: NĐ 224/2026 Đ90, NĐ 42/2022, NĐ 43/2011."""

FIRST_REGIME = "nd43_2011"
"""The regime that knew numbers and no “toàn trình”."""

_NUMBERED = {
    1: ServiceLevel.INFORMATION,
    2: ServiceLevel.INFORMATION,
    3: ServiceLevel.PARTIAL,
    4: ServiceLevel.FULL,
}
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_FULL, _PARTIAL = plain("toàn trình"), plain("một phần")
_INFORMATION = tuple(plain(words) for words in ("cung cấp thông tin", "còn lại"))
_NUMBER = r"(?:0?([1-4])|(i{1,3}|iv))"
_LEVEL = re.compile(rf"(?:mức(?: độ)?|cấp độ)(?:[^\d:]{{0,60}}:)?\s*{_NUMBER}\b", re.IGNORECASE)
_ALONE = re.compile(rf"\s*{_NUMBER}\s*", re.IGNORECASE)
_CLAUSE_END = re.compile(r"[.,;()\n]")
_DENIED = re.compile(r"\b(?:không|chưa)\b", re.IGNORECASE)
_PROACTIVE = plain("chủ động")


@dataclass(frozen=True, slots=True)
class Level:
    """A wording understood. `converted` (quy đổi): the level is worked out of a number of 2011, the page did not say it."""

    level: ServiceLevel | None
    regime: str
    converted: bool = False
    proactive_level: int | None = None  # of “dịch vụ công chủ động”


def regime_on(day: date) -> str:
    """The regime in force on a day, "" before the first."""
    return next((name for name, begin in REGIMES if day >= begin), "")


def understand(raw: str, day: date) -> Level:
    """What a page's wording of `day` means; level None when it says nothing known, or only what is not offered.

    The levels 1–4 of “dịch vụ công chủ động” (NĐ 224/2026 Đ16) are another scale and are not taken for those of 2011.
    """
    said = "; ".join(clause for clause in _CLAUSE_END.split(nfc(raw)) if not _DENIED.search(clause))
    words, regime = plain(said), regime_on(day)
    if _FULL in words:
        return Level(ServiceLevel.FULL, regime)
    if _PARTIAL in words:
        return Level(ServiceLevel.PARTIAL, regime)
    numbered = _LEVEL.search(said) or _ALONE.fullmatch(said)
    if numbered:
        number = int(numbered[1] or _ROMAN[numbered[2].lower()])
        if _PROACTIVE in words:
            return Level(None, regime, proactive_level=number)
        return Level(_NUMBERED[number], FIRST_REGIME, converted=True)
    if any(known in words for known in _INFORMATION) or words == plain("dịch vụ công"):
        return Level(ServiceLevel.INFORMATION, regime)
    return Level(None, regime if raw else "")
