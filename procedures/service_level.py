"""Service levels: the page's wording, the regime of its date, and the normalised level (DOMAIN §2.2)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from core.states import ServiceLevel
from vietnamese.names import plain

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
_FULL, _PARTIAL = plain("toàn trình"), plain("một phần")
_INFORMATION = tuple(plain(words) for words in ("cung cấp thông tin", "còn lại"))
_LEVEL = re.compile(r"(?:mức(?: độ)?|cấp độ)\s*([1-4])\b", re.IGNORECASE)
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
    """What a page's wording of `day` means; level None when it says nothing known.

    The levels 1–4 of “dịch vụ công chủ động” (NĐ 224/2026 Đ16) are another scale and are not taken for those of 2011.
    """
    words, regime = plain(raw), regime_on(day)
    if _FULL in words:
        return Level(ServiceLevel.FULL, regime)
    if _PARTIAL in words:
        return Level(ServiceLevel.PARTIAL, regime)
    numbered = _LEVEL.search(raw) or re.fullmatch(r"\s*([1-4])\s*", raw)
    if numbered and _PROACTIVE in words:
        return Level(None, regime, proactive_level=int(numbered[1]))
    if numbered:
        return Level(_NUMBERED[int(numbered[1])], FIRST_REGIME, converted=True)
    if any(known in words for known in _INFORMATION) or words == plain("dịch vụ công"):
        return Level(ServiceLevel.INFORMATION, regime)
    return Level(None, regime if raw else "")
