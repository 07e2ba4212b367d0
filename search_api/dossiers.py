"""Dossiers received and on time as a site's own report states them: both numbers must stand in one sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NUMBER = r"(\d{1,3}(?:[.,]\d{3})+|\d+)"
_UNIT = r"\s*(?:bộ\s+)?hồ sơ"
_RECEIVED = re.compile(rf"(?:tiếp nhận|đã nhận|nhận)\b[^.;\d]{{0,60}}{_NUMBER}{_UNIT}", re.IGNORECASE)
_RESOLVED = re.compile(
    rf"(?:đã giải quyết|giải quyết xong|giải quyết)\b(?! đúng)[^.;\d]{{0,40}}{_NUMBER}{_UNIT}", re.IGNORECASE
)
_IN_TIME = r"(?:đúng (?:và trước )?hạn|trước (?:và đúng )?hạn)"
_ON_TIME = (
    re.compile(rf"{_IN_TIME}[^.;\d]{{0,40}}{_NUMBER}(?:{_UNIT})?(?!\s*%)", re.IGNORECASE),
    re.compile(rf"{_NUMBER}{_UNIT}[^.,;\d]{{0,25}}{_IN_TIME}", re.IGNORECASE),
)
"""“đúng hạn 1.200 hồ sơ” before “1.200 hồ sơ trả đúng hạn”: the number before it is often that of all."""


@dataclass(frozen=True, slots=True)
class Dossiers:
    """What one text states. `of` names the denominator of the share: received, as in 2018, or resolved, as today."""

    received: int | None
    resolved: int | None
    on_time: int

    @property
    def of(self) -> str:
        """The denominator the numbers allow; received before resolved, as the founding figures have it."""
        return "tiếp nhận" if self.received else "đã giải quyết"

    @property
    def share(self) -> float | None:
        """On time ÷ the denominator, in percent with two places; None when it is more than all."""
        whole = self.received or self.resolved
        return share(self.on_time, whole) if whole and self.on_time <= whole else None


def share(part: int, whole: int) -> float:
    """Percent with two places: 3.058.058 of 3.150.179 is 97,08."""
    return round(100 * part / whole, 2)


def stated(text: str) -> Dossiers | None:
    """The first statement of a text that names dossiers on time and how many there were in all; None when it has none."""
    flat = " ".join(text.split())
    on_time = next((found for pattern in _ON_TIME if (found := pattern.search(flat))), None)
    if on_time is None:
        return None
    begin, end = max(0, on_time.start() - 300), on_time.end() + 200
    near = flat[begin:end]
    received, resolved = _RECEIVED.search(near), _RESOLVED.search(near)
    number = _whole(on_time[1])
    if received is None and resolved is None:
        return None
    return Dossiers(_whole(received[1]) if received else None, _whole(resolved[1]) if resolved else None, number)


def _whole(digits: str) -> int:
    return int(re.sub(r"\D", "", digits))
